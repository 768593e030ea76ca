use std::time::{Duration, Instant};

use serde_json::json;

use super::*;

fn leaves() -> Leaves {
    let unknown = |why: &str| Leaf::Unknown(why.to_owned());
    let members = [
        ("known".to_owned(), Leaf::text("k")),
        ("masked".to_owned(), Leaf::There("it is masked".to_owned())),
        ("far".to_owned(), unknown("it is far")),
    ];
    Leaves::new([
        ("a", Leaf::text("x")),
        ("n", Leaf::Value(json!(3))),
        ("list", Leaf::Value(json!(["x", "y"]))),
        ("m", Leaf::Members(members.into())),
        ("u", unknown("u is not there")),
    ])
}

fn holds(text: &str) -> Truth {
    let program = CelProgram::parse(text, Dialect::Rules);
    program.unwrap_or_else(|bad| panic!("{text}: {bad:?}")).holds(&leaves())
}

#[test]
fn what_is_known_is_evaluated() {
    for text in [
        "a == 'x' && n > 2",
        "[has(m.known), has(m.other)].filter(x, x == true).size() == 1",
        "list.all(one, list.exists_one(other, other == one))",
        "duration('1m30s') > duration('90ms') && duration('0') < duration('1ns')",
        "quantity('4Gi').isGreaterThan(quantity('4G')) && quantity('1e3').isLessThan(quantity('2k'))",
        "matches(a, '^[x-z]$') && 'x'.matches('x')",
        "type(n) == int && int('3') == n",
        "!has(m.?other.deep) && m.?other.orValue('z') == 'z'",
        "!('*' in list && list.size() > 1)",
        "has(m.masked) && has(m.known)",
    ] {
        assert_eq!(holds(text), Truth::Is(true), "{text}");
    }
}

#[test]
fn unknown_leaves_are_absorbed() {
    assert_eq!(holds("u == 'x' || a == 'x'"), Truth::Is(true));
    assert_eq!(holds("u == 'x' && a == 'y'"), Truth::Is(false));
    assert_eq!(holds("(a == 'x' ? true : u) && !(u && a == 'y')"), Truth::Is(true));
    for text in [
        "u",
        "u == 'x' && a == 'x'",
        "u ? true : true",
        "m.far == 'x'",
        "m.masked == 'x'",
        "m.size() == 3",
        "has(m.far)",
        "list.exists(one, one == u)",
        "other == 'x'",
        "u == 'x' && a.b == 'x'",
        "f(a)",
    ] {
        assert!(matches!(holds(text), Truth::Unknown(_)), "{text}: {:?}", holds(text));
    }
}

#[test]
fn errors_are_those_of_cel() {
    let error = |says: &str| Truth::Error(says.to_owned());
    assert_eq!(holds("m.other == 'x'"), error("no such key: other"));
    assert_eq!(holds("!a == 'x'"), error("no such overload"));
    assert_eq!(holds("a"), error("it is not true or false"));
    assert_eq!(holds("m.other == 'x' || a == 'x'"), Truth::Is(true));
    assert_eq!(holds("a == 'x' && m.other == 'x'"), error("no such key: other"));
}

#[test]
fn what_is_hostile_costs_nothing() {
    let started = Instant::now();
    let many = |text: &str, count: usize| text.repeat(count);
    let texts = [
        many("(", 100_000),
        many("!", 5_000) + "a",
        many("-", 5_000) + "n",
        many("(", 5_000) + "a" + &many(")", 5_000),
        many("[", 5_000) + &many("]", 5_000),
        many("{'a':", 1_000) + "1" + &many("}", 1_000),
        format!("n{} == 1", many("+1", 7_000)),
        format!("a{} == 1", many(".b", 7_000)),
        format!("a{} == 1", many("[0]", 5_000)),
        many("true?", 2_000) + "a" + &many(":a", 2_000),
        many("has(", 3_000) + "a.b" + &many(")", 3_000),
        many("a.map(b,", 1_500) + "b" + &many(")", 1_500),
        many("'", 10_000),
        many("\\", 10_000),
        many("a ", 8_000),
        many("&&", 8_000),
        many("\u{0}", 10_000),
        format!("[{}1].all(x, [{}1].all(y, true))", many("1,", 3_000), many("1,", 3_000)),
        format!("'a'.matches('{}')", many("(a{1000})", 100)),
    ];
    for text in texts {
        for dialect in [Dialect::Rules, Dialect::Go, Dialect::Envoy] {
            let Ok(program) = CelProgram::parse(&text, dialect) else { continue };
            let truth = program.holds(&leaves());
            // Rules are ours: their regular expressions are tried, within the engine's own bounds.
            let tried = dialect == Dialect::Rules && text.contains("matches");
            assert!(tried || !matches!(truth, Truth::Is(_)), "{}", &text[..40]);
        }
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn long_alternatives_are_fine() {
    let text = format!("{}a == 'x'", "a == 'y' || ".repeat(1_000));
    assert_eq!(holds(&text), Truth::Is(true));
}
