use proptest::prelude::*;
use serde_json::json;

use super::*;

fn edited(text: &str, operations: Value) -> Result<String, String> {
    let operations: Vec<PatchOperation> = serde_json::from_value(operations).expect("operations");
    edit(text, &operations).map(|trail| trail.text().to_owned()).map_err(|refusal| refusal.reason)
}

fn added(text: &str, at: &str, value: Value) -> String {
    edited(text, json!([{"op": "add", "path": at, "value": value}])).expect("it is changed")
}

#[test]
fn a_new_member_stands_as_its_neighbours_do() {
    assert_eq!(added("{\"a\": 1.0}", "/b", json!([1])), "{\"a\": 1.0, \"b\": [1]}");
    assert_eq!(added("{ \"a\": 1 }", "/b", json!(2)), "{ \"a\": 1, \"b\": 2 }");
    assert_eq!(added("{\"a\":1}", "/b", json!({"c": [1, 2]})), "{\"a\":1,\"b\":{\"c\":[1,2]}}");
    assert_eq!(
        added("{\n\t\"a\": {\"x\": 1}\n}\n", "/b", json!({"y": 2})),
        "{\n\t\"a\": {\"x\": 1},\n\t\"b\": {\"y\": 2}\n}\n"
    );
    assert_eq!(
        added("{\r\n  \"a\": {\r\n    \"x\": 1\r\n  }\r\n}", "/b", json!({"y": 2})),
        "{\r\n  \"a\": {\r\n    \"x\": 1\r\n  },\r\n  \"b\": {\r\n    \"y\": 2\r\n  }\r\n}"
    );
    assert_eq!(
        added("{\n   \"a\": {}\n}", "/a/b", json!(1)),
        "{\n   \"a\": {\n      \"b\": 1\n   }\n}"
    );
    assert_eq!(added("{}", "/a", json!(1)), "{\n  \"a\": 1\n}");
    assert_eq!(added("[\n  1,\n  2\n]", "/1", json!(9)), "[\n  1,\n  9,\n  2\n]");
    assert_eq!(added("[1, 2]", "/0", json!([])), "[[], 1, 2]");
}

#[test]
fn what_is_removed_takes_one_comma() {
    let removed = |text, at: &str| {
        edited(text, json!([{"op": "remove", "path": at}])).expect("it is changed")
    };
    assert_eq!(removed("{\"a\": 1, \"b\": 2, \"c\": 3}", "/b"), "{\"a\": 1, \"c\": 3}");
    assert_eq!(removed("{\n  \"a\": 1,\n  \"b\": 2\n}", "/b"), "{\n  \"a\": 1\n}");
    assert_eq!(removed("{\n  \"a\": 1,\n\n  \"b\": 2\n}", "/a"), "{\n  \"b\": 2\n}");
    assert_eq!(removed("{\"a\": [ 1 ]}", "/a/0"), "{\"a\": []}");
}

#[test]
fn the_rest_is_spelled_as_before() {
    let new = json!({"w": 1.0, "n": "b", "m": [1]});
    assert_eq!(
        edited(
            "{\"k\": {\"w\": 1.0, \"n\" : \"\\u0061\", \"x\": 1e2}}",
            json!([{"op": "replace", "path": "/k", "value": new}])
        ),
        Ok("{\"k\": {\"w\": 1.0, \"n\" : \"b\", \"m\": [1]}}".into())
    );
    assert_eq!(
        edited("{\"a\" :1}", json!([{"op": "move", "from": "/a", "path": "/b\"c"}])),
        Ok("{\"b\\\"c\" :1}".into())
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let replace = json!([{"op": "replace", "path": "/a/x", "value": 3}]);
    let twice = edit(
        "{\"a\": {\"x\": 1},\n \"a\": {\"x\": 2}}",
        &[serde_json::from_value(replace[0].clone()).expect("an operation")],
    );
    assert_eq!(twice.map(|_| ()).expect_err("a refusal").at, Some(17));
    assert_eq!(
        edited("{\"a\": /* x */ 1}", replace),
        Err("the text is not JSON: invalid character '/' looking for beginning of value".into())
    );
    let test = json!([{"op": "test", "path": "/a", "value": 2}]);
    assert_eq!(edited("{\"a\": 1}", test), Err("a has another value than before".into()));
    for text in ["", "{", "\u{feff}{}", "[1,]", "{\"a\": \"\\ud800\"}", "1e999"] {
        assert!(edited(text, json!([])).is_err(), "{text}");
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|half| Value::from(f64::from(half) / 2.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-d/~]{1,2}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// One value becomes the other, in whatever form it is written.
    #[test]
    fn any_value_becomes_any_other(old in value(), new in value(), form in 0..3) {
        let text = match form {
            0 => old.to_string(),
            1 => serde_json::to_string_pretty(&old).expect("JSON"),
            _ => serde_json::to_string_pretty(&old).expect("JSON").replace('\n', "\r\n\t"),
        };
        let replace = json!([{"op": "replace", "path": "", "value": new}]);
        let text = edited(&text, replace).expect("it is changed");
        prop_assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), new);
    }
}
