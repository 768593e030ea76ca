use proptest::prelude::*;
use serde_json::json;

use super::*;

fn ops(raw: &Value, sets: &[Set]) -> (Value, Value) {
    let patched = patched(raw, sets).expect("it can be made");
    let text = |ops: &[PatchOperation]| serde_json::to_value(ops).expect("JSON");
    (text(&patched.ops), text(&patched.inverse))
}

#[test]
fn what_is_absent_is_created() {
    let raw = json!({"metadata": {"name": "a", "labels": null}});
    let put = Set::Put("/metadata/annotations/x~1y".into(), json!("1"));
    assert_eq!(
        ops(&raw, &[put]),
        (
            json!([{"op": "add", "path": "/metadata/annotations", "value": {"x/y": "1"}}]),
            json!([
                {"op": "test", "path": "/metadata/annotations", "value": {"x/y": "1"}},
                {"op": "remove", "path": "/metadata/annotations"},
            ])
        )
    );
    let put = Set::Put("/metadata/labels/a".into(), json!("b"));
    assert_eq!(
        ops(&raw, &[put]).0,
        json!([
            {"op": "test", "path": "/metadata/labels", "value": null},
            {"op": "replace", "path": "/metadata/labels", "value": {"a": "b"}},
        ])
    );
    let insert = Set::Insert("/spec/hostnames".into(), None, json!("a"));
    assert_eq!(
        ops(&raw, &[insert]).0,
        json!([{"op": "add", "path": "/spec", "value": {"hostnames": ["a"]}}])
    );
    let refused = patched(&raw, &[Set::Put("/spec/rules/0/name".into(), json!("a"))]);
    assert_eq!(
        refused.expect_err("no such list"),
        "the list that was to have an item 0 is not there"
    );
}

#[test]
fn an_item_on_the_way_is_tested_whole() {
    let raw = json!({"rules": [{"backendRefs": [{"name": "a", "weight": 1}], "name": "r"}]});
    let put = Set::Put("/rules/0/backendRefs/0/weight".into(), json!(2));
    assert_eq!(
        ops(&raw, &[put]).0,
        json!([
            {"op": "test", "path": "/rules/0", "value": raw["rules"][0]},
            {"op": "replace", "path": "/rules/0/backendRefs/0/weight", "value": 2},
        ])
    );
}

#[test]
fn nothing_is_done_where_all_is_as_wanted() {
    let raw = json!({"a": {"b": 1}});
    let sets = [Set::Drop("/x/y".into()), Set::Put("/a/b".into(), json!(1))];
    assert_eq!(patched(&raw, &sets).expect("it can be made").ops, []);
}

#[test]
fn indices_are_those_of_the_raw_object() {
    let raw = json!({"l": ["a", "b", "c", {"n": 1}]});
    let sets = [
        Set::Drop("/l/0".into()),
        Set::Insert("/l".into(), Some(2), json!("x")),
        Set::Insert("/l".into(), Some(2), json!("y")),
        Set::Drop("/l/2".into()),
        Set::Insert("/l".into(), None, json!("p")),
        Set::Put("/l/3/n".into(), json!(2)),
        Set::Insert("/l".into(), None, json!("q")),
    ];
    let patched = patched(&raw, &sets).expect("it can be made");
    assert_eq!(patched.value, json!({"l": ["b", "x", "y", {"n": 2}, "p", "q"]}));
}

#[test]
fn a_name_is_not_taken_from_another() {
    let raw = json!({"a": 1, "b": 2});
    let refused = |sets: &[Set]| patched(&raw, sets).expect_err("refused");
    assert_eq!(refused(&[Set::Rename("/a".into(), "b".into())]), "b is there already");
    assert_eq!(refused(&[Set::Rename("/c".into(), "d".into())]), "there is no c to rename");
    let rename = Set::Rename("/a".into(), "c".into());
    assert_eq!(patched(&raw, &[rename]).expect("it can be made").value, json!({"b": 2, "c": 1}));
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..5_i64).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-d/~]{1,2}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn set() -> impl Strategy<Value = Set> {
    let pointer = prop::collection::vec("[a-d/~]{1,2}|[0-3]", 1..4).prop_map(|path| {
        path.iter().fold(String::new(), |at, segment| pointer::join(&at, segment))
    });
    (pointer, value(), 0..4, "[a-d]", prop::option::of(0..3_usize)).prop_map(
        |(at, value, kind, name, index)| match kind {
            0 => Set::Put(at, value),
            1 => Set::Drop(at),
            2 => Set::Insert(at, index, value),
            _ => Set::Rename(at, name),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
    #[test]
    fn every_change_can_be_taken_back(raw in value(), sets in prop::collection::vec(set(), 1..5)) {
        // Each alone is refused or made; what is left must be made together or refused.
        let sets: Vec<_> = sets.into_iter().filter(|set| patched(&raw, std::slice::from_ref(set)).is_ok()).collect();
        if let Ok(patched) = patched(&raw, &sets) {
            let mut now = raw.clone();
            json_patch::patch(&mut now, &patched.ops).expect("the operations apply");
            prop_assert_eq!(&now, &patched.value);
            json_patch::patch(&mut now, &patched.inverse).expect("the inverse applies");
            prop_assert_eq!(now, raw);
        }
    }
}
