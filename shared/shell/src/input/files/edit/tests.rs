use serde_json::{Value, json};

use super::*;

const SPOT: Spot = Spot { document: 0, item: None };

fn edited(text: &str, ops: Value) -> Result<EditedText, EditRefusal> {
    let ops = serde_json::from_value(ops).expect("operations");
    edit(text, &[TextEdit { spot: SPOT, inner: None, ops }])
}

#[track_caller]
fn new(text: &str, ops: Value) -> String {
    edited(text, ops).expect("it is edited").text
}

fn reason(text: &str, ops: Value) -> String {
    let refusal = edited(text, ops).expect_err("a refusal");
    format!("{}:{}: {}", refusal.line, refusal.column, refusal.reason)
}

fn replace(at: &str, value: Value) -> Value {
    json!([{"op": "replace", "path": at, "value": value}])
}

fn remove(at: &str) -> Value {
    json!([{"op": "remove", "path": at}])
}

fn add(at: &str, value: Value) -> Value {
    json!([{"op": "add", "path": at, "value": value}])
}

#[test]
fn what_is_changed_can_be_taken_back() {
    let old = "a: 1 # one\nb:\n- x\n- y # gone\nc: 2\n";
    let ops = json!([
        {"op": "remove", "path": "/b/1"},
        {"op": "replace", "path": "/a", "value": 3},
        {"op": "add", "path": "/d", "value": {"e": []}},
    ]);
    let edited = edited(old, ops).expect("it is edited");
    assert_eq!(edited.text, "a: 3 # one\nb:\n- x\nc: 2\nd:\n  e: []\n");
    assert_eq!(edited.comments_removed, 1);
    let mut back = edited.text;
    for own in edited.undone.iter().rev() {
        back.replace_range(own.from..own.to, &own.old);
    }
    assert_eq!(back, old);
}

#[test]
fn one_form_becomes_another() {
    // A block in the place of what stands in one line, and the other way round.
    assert_eq!(new("a: x # c\nb: 1\n", replace("/a", json!({"k": 1}))), "a: # c\n  k: 1\nb: 1\n");
    assert_eq!(new("a: | # c\n  x\nb: 1\n", replace("/a", json!(["k"]))), "a: # c\n- k\nb: 1\n");
    assert_eq!(new("a: # c\n  # d\n  k: 1\nb: 1\n", replace("/a", json!(2))), "a: 2 # c\nb: 1\n");
    assert_eq!(
        new("a: # c\n- x\nb: 1\n", replace("/a", json!({"k": 1}))),
        "a: # c\n  k: 1\nb: 1\n"
    );
    assert_eq!(new("- a: 1\n  b: 2\n- c\n", replace("/0", json!("x"))), "- x\n- c\n");
    assert_eq!(new("- a # c\n- c\n", replace("/0", json!({"k": 1}))), "- # c\n  k: 1\n- c\n");
    assert_eq!(new("- a\n- c\n", replace("/0", json!({"k": 1, "l": 2}))), "- k: 1\n  l: 2\n- c\n");
    assert_eq!(new("a: {b: [x]}", replace("/a/b", json!({}))), "a: {b: {}}");
    assert_eq!(new("a: |\n  x\n  y\nb: 1\n", replace("/a", json!(true))), "a: true\nb: 1\n");
    assert_eq!(new("a:\nb: 1\n", replace("/a", json!("x"))), "a: x\nb: 1\n");
    assert_eq!(new("[{a}]", replace("/0/a", json!(1))), "[{a: 1}]");
}

#[test]
fn a_literal_block_stays_one_where_it_can() {
    let text = "a: |\n    x\n   \n    y\nb: 1\n";
    assert_eq!(new(text, replace("/a", json!("x\n\nz\n"))), "a: |\n    x\n   \n    z\nb: 1\n");
    assert_eq!(new(text, replace("/a", json!("z"))), "a: |-\n    z\nb: 1\n");
    assert_eq!(new(text, replace("/a", json!("z\n\n"))), "a: |+\n    z\n\nb: 1\n");
    assert_eq!(new(text, replace("/a", json!("  z\n"))), "a: |4\n      z\nb: 1\n");
    assert_eq!(new(text, replace("/a", json!(""))), "a: \"\"\nb: 1\n");
    assert_eq!(new(text, replace("/a", json!("\u{7}\n"))), "a: \"\\u0007\\n\"\nb: 1\n");
    let keeps = "a: |+\n  x\n\n\nb: 1\n";
    assert_eq!(new(keeps, replace("/a", json!("y"))), "a: |-\n  y\nb: 1\n");
}

#[test]
fn blank_lines_do_not_become_content() {
    let text = "a: |+\n  x\nb: 1\n\nc: 2\n";
    assert_eq!(new(text, remove("/b")), "a: |+\n  x\nc: 2\n");
}

#[test]
fn brackets_stay_as_they_are_laid_out() {
    assert_eq!(new("a: [\n  b,\n  c ]\n", add("/a/-", json!("d"))), "a: [\n  b,\n  c,\n  d ]\n");
    assert_eq!(new("a: [\n  b,\n  c\n]\n", add("/a/1", json!("d"))), "a: [\n  b,\n  d,\n  c\n]\n");
    assert_eq!(new("a: [b, c]\n", add("/a/0", json!({"d": "e,f"}))), "a: [{d: \"e,f\"}, b, c]\n");
    assert_eq!(new("a: {b: {}}\n", add("/a/b/c", json!([1]))), "a: {b: {c: [1]}}\n");
    assert_eq!(
        new("a: {\"b\": [\"c\"]}\n", add("/a/b/-", json!("d"))),
        "a: {\"b\": [\"c\", \"d\"]}\n"
    );
    assert_eq!(new("a: [b, c,]\n", remove("/a/1")), "a: [b,]\n");
    assert_eq!(
        reason("a: [b: c]\n", add("/a/0/d", json!(1))),
        "1:5: it is a pair without brackets"
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let one = || replace("/a", json!(5));
    for text in
        ["a: [", "a: 1\na: 2\n", "? a\n: 1\n", "{{ x }}: 1\n", "a: !!str x\n", "", "x", "\u{0}"]
    {
        assert!(edited(text, one()).is_err(), "{text}");
    }
    assert_eq!(reason("b: 1\n", one()), "1:1: there is no a");
    assert_eq!(reason("a: &x 1\nb: *x\n", one()), "1:4: another place repeats it (*)");
    assert_eq!(
        reason("a: &x {b: 1}\nc:\n  <<: *x\n", replace("/c/b", json!(2))),
        "3:3: it comes from a merge key (<<)"
    );
    assert_eq!(
        reason("a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n", remove("/c/b")),
        "1:1: the new text would not read as the patched one"
    );
    let missing = TextEdit { spot: Spot { document: 1, item: None }, inner: None, ops: Vec::new() };
    assert_eq!(
        edit("a: 1\n", &[missing]).expect_err("a refusal").reason,
        "the file has no document 2"
    );
}

#[test]
fn large_and_deep_texts_are_edited_or_refused() {
    let long = "x".repeat(1_000_000);
    let text = format!("a: \"{long}\" # c\nb: 1\n");
    assert_eq!(new(&text, replace("/b", json!(2))), format!("a: \"{long}\" # c\nb: 2\n"));
    assert_eq!(new("a: 1\n", replace("/a", json!(long))), format!("a: {long}\n"));
    let deep = |depth: usize| format!("{}x{}\n", "[".repeat(depth), "]".repeat(depth));
    let path = |depth: usize| "/0".repeat(depth);
    assert_eq!(new(&deep(90), replace(&path(90), json!("x"))), deep(90));
    for depth in [150, 400, 20_000] {
        assert!(edited(&deep(depth), replace(&path(90), json!("y"))).is_err(), "{depth}");
    }
    let block: String = (0..5_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert!(edited(&block, remove("/a")).is_err());
    let licence = "# line\n".repeat(2_000) + "a: 1\n";
    assert!(new(&licence, replace("/a", json!(2))).ends_with("# line\na: 2\n"));
}

#[test]
fn new_objects_come_behind_the_others() {
    let object = json!({"kind": "A", "metadata": {"name": "x", "l": [1]}});
    let all = |text: &str| append(text, std::slice::from_ref(&object)).map(|own| own.text);
    let own = "kind: A\nmetadata:\n  name: x\n  l:\n  - 1\n";
    assert_eq!(all(""), Ok(own.to_owned()));
    assert_eq!(all("a: 1\n"), Ok(format!("a: 1\n---\n{own}")));
    assert_eq!(all("a: 1\n---\n"), Ok(format!("a: 1\n---\n{own}")));
    assert_eq!(all("a: 1\n...\n"), Ok(format!("a: 1\n...\n---\n{own}")));
    assert_eq!(all("a: 1"), Ok(format!("a: 1\n---\n{}", own.trim_end())));
    assert_eq!(
        all("a:\r\n    b:\r\n        - c\r\n"),
        Ok("a:\r\n    b:\r\n        - c\r\n---\r\nkind: A\r\nmetadata:\r\n    name: x\r\n    l:\r\n        - 1\r\n".into())
    );
    let list = "{\"kind\": \"List\", \"items\": [{\"a\": 1}]}\n";
    assert_eq!(
        all(list),
        Ok("{\"kind\": \"List\", \"items\": [{\"a\": 1}, {\"kind\": \"A\", \"metadata\": {\"name\": \"x\", \"l\": [1]}}]}\n".into())
    );
    let single = all("{\"kind\": \"B\"}\n").expect_err("a refusal").reason;
    assert_eq!(single, "a JSON file holds one object; a second one needs a List, or another file");
    // Without the line break libyaml reads "x", with it "x\n".
    assert!(all("a: |\n  x").is_err());
}

#[test]
fn objects_of_lists_and_texts_in_json_are_found() {
    let text = "{\"kind\": \"List\", \"items\": [{\"data\": {\"c\": \"{\\\"a\\\": 1}\"}}]}";
    let spots = spots(text, |object| object["data"].is_object());
    assert_eq!(spots, [Spot { document: 0, item: Some(0) }]);
    let ops = serde_json::from_value(replace("/a", json!(2))).expect("operations");
    let change = TextEdit { spot: spots[0], inner: Some("/data/c".into()), ops };
    assert_eq!(
        edit(text, &[change]).map(|own| own.text),
        Ok("{\"kind\": \"List\", \"items\": [{\"data\": {\"c\": \"{\\\"a\\\": 2}\"}}]}".into())
    );
}

#[test]
fn items_of_nested_brackets() {
    assert_eq!(
        new("a: [['b', a], y]\n", replace("/a/0", json!([{}, null, null]))),
        "a: [[{}, null, null], y]\n"
    );
}

#[test]
fn items_of_spaced_brackets() {
    let value = json!([{"p": {"v": "/"}}, {}, "text\nof lines\n"]);
    assert_eq!(
        new("a: [ ['b c', a], x ]\n", replace("/a/0", value)),
        "a: [ [{p: {v: /}}, {}, \"text\\nof lines\\n\"], x ]\n"
    );
}

#[test]
fn a_new_block_takes_no_comment_for_its_own() {
    let text = "port: []\n\n  # <1>\nrules: x\n";
    let lines = "port:\n- \"text\\nof lines\\n\"\n\n  # <1>\nrules: x\n";
    assert_eq!(new(text, add("/port/-", json!("text\nof lines\n"))), lines);
}

#[test]
fn white_space_behind_a_value_does_not_become_text() {
    let ops = add("/a/0/0", json!("one\n\n  two"));
    let wanted = "a:\n- - |-\n    one\n\n      two\n- x\n";
    assert_eq!(new("a:\n- []  \n- x\n", ops), wanted);
    assert_eq!(new("a:\n- b \n- x\n", replace("/a/0", json!(["one\n\n  two"]))), wanted);
}
