use serde_json::json;

use super::*;

fn scalar(text: &str) -> Value {
    match parse(&format!("a: {text}\n")) {
        Ok(value) => value["a"].clone(),
        Err(fault) => panic!("{text}: {fault:?}"),
    }
}

fn wrong(text: &str) -> (usize, String) {
    let fault = parse(text).expect_err("a fault");
    (fault.at.unwrap_or(usize::MAX), fault.message)
}

#[test]
fn scalars_are_those_of_kubectl_but_for_y_and_n() {
    for (text, value) in [
        ("yes", json!(true)),
        ("Off", json!(false)),
        ("y", json!("y")),
        ("[n, N, Y]", json!(["n", "N", "Y"])),
        ("'yes'", json!("yes")),
        ("!!str yes", json!("yes")),
        ("0x1F", json!(31)),
        ("012", json!(10)),
        ("0o12", json!(10)),
        ("089", json!(89)),
        ("-012", json!(-10)),
        ("0b11", json!(3)),
        ("1_000", json!(1000)),
        ("+12", json!(12)),
        ("null", json!(null)),
        ("~", json!(null)),
        ("", json!(null)),
        ("2024-01-01", json!("2024-01-01")),
        ("1:30", json!("1:30")),
        ("18446744073709551615", json!(u64::MAX)),
        ("1e3", json!(1000)),
        ("1.0", json!(1)),
        ("0.5", json!(0.5)),
        ("1.10", json!(1.1)),
        ("v1", json!("v1")),
        ("100m", json!("100m")),
        ("123456789012345678901234567890", json!(1.2345678901234568e29)),
        ("12e5678", json!("12e5678")),
        ("[1e999, -1e999, x]", json!(["1e999", "-1e999", "x"])),
    ] {
        assert_eq!(scalar(text), value, "{text}");
    }
}

#[test]
fn keys_are_strings() {
    assert_eq!(
        parse("80: a\non: b\n012: c\n1.0: d\n'off': e\n1.5: f\n").ok(),
        Some(json!({"80": "a", "true": "b", "10": "c", "1": "d", "off": "e", "1.5": "f"}))
    );
}

#[test]
fn anchors_and_merge_keys_are_resolved() {
    assert_eq!(
        parse("a: &a {x: 1, z: 2}\nb: {<<: *a, z: 3}\nc: *a\n").ok(),
        Some(json!({"a": {"x": 1, "z": 2}, "b": {"x": 1, "z": 3}, "c": {"x": 1, "z": 2}}))
    );
}

#[test]
fn faults_are_one_sentence_with_a_place() {
    for (text, at, message) in [
        ("a: 1\na: 2\n", 5, "duplicate key \"a\""),
        ("'80': a\n80: b\n", 8, "duplicate key \"80\""),
        ("a: b: c\n", 4, "a \":\" is not allowed here; check the indentation, or quote the value"),
        ("a:\n\t- b\n", 4, "a tab cannot be used for indentation"),
        ("é: \"x\n", 4, "a quote is not closed"),
        ("a: 'x' secret\n", 7, "unexpected text after the closing quote"),
        ("a: *q\n", 3, "an alias (*) has no anchor (&) before it"),
        ("a: &x {<<: *x}\n", 11, "an alias (*) refers to the value that contains it"),
        ("a: .nan\n", 3, "infinity and NaN are not allowed; quote the value if it is a string"),
        ("{a: 1}: x\n", 0, "a mapping or a list cannot be a key"),
        ("~: x\n", 0, "null cannot be a key"),
        ("a: !!int secret\n", 9, "a value does not fit its tag (!!)"),
    ] {
        assert_eq!(wrong(text), (at, format!("not valid YAML: {message}")), "{text}");
    }
}

#[test]
fn a_billion_laughs_are_refused() {
    let mut text = String::from("a0: &a0 [lol, lol]\n");
    for n in 1..40 {
        let last = n - 1;
        text.push_str(&format!("a{n}: &a{n} [*a{last}, *a{last}, *a{last}, *a{last}]\n"));
    }
    let message = parse(&text).expect_err("a fault").message;
    assert_eq!(message, "has aliases (*) that expand to more than 250,000 values");
}

#[test]
fn one_anchor_may_be_used_often() {
    let text = format!("a: &a {{b: 1}}\nc:\n{}", "- *a\n".repeat(2000));
    assert_eq!(parse(&text).map(|v| v["c"][1999]["b"].clone()).ok(), Some(json!(1)));
}
