use igw_core::kube::Origin;

use super::super::{Input, read};
use super::*;

fn input(text: &str) -> Input {
    let input = read(&["-".into()], &mut text.as_bytes());
    assert_eq!(input.problems, []);
    input
}

/// The text at a pointer of the last object, and at its key.
fn texts(text: &str, pointer: &str) -> (String, String) {
    let input = input(text);
    let origin = input.manifests.last().expect("an object").origin;
    let slice = |location: Option<Span>| {
        let location = location.expect("a location");
        input.files[0].text[location.start_byte..location.end_byte].to_owned()
    };
    (slice(input.locate(origin, pointer)), slice(input.locate_key(origin, pointer)))
}

fn pair(value: &str, key: &str) -> (String, String) {
    (value.into(), key.into())
}

const ROUTE: &str = "\
# a route
apiVersion: v1
kind: HTTPRoute
metadata: {name: 'a', labels: {}}
spec:
  rules:
  - backendRefs:
    - name: 'é' # c
      port: 80
    matches:
    - path: &p
        type: Exact
    - *p
  - filters: [1, [2]]
  note: |
    x
    y

  empty:
  on: 1
  \"a/b~\": 2
";

#[test]
fn scalars_mappings_and_lists() {
    for (pointer, value, key) in [
        ("/metadata/name", "'a'", "name"),
        ("/metadata", "name: 'a', labels", "metadata"),
        ("/metadata/labels", "{}", "labels"),
        (
            "/spec/rules/0/backendRefs/0",
            "name: 'é' # c\n      port: 80",
            "name: 'é' # c\n      port: 80",
        ),
        ("/spec/rules/0/backendRefs", "name: 'é' # c\n      port: 80", "backendRefs"),
        ("/spec/rules/1/filters", "1, [2", "filters"),
        ("/spec/note", "x\n    y", "note"),
        ("/spec/empty", "empty", "empty"),
        ("/spec/true", "1", "on"),
        ("/spec/a~1b~0", "2", "\"a/b~\""),
        ("/spec/rules/0/matches/1", "*p", "*p"),
        ("/spec/rules/0/matches/1/type", "Exact", "type"),
    ] {
        assert_eq!(texts(ROUTE, pointer), pair(value, key), "{pointer}");
    }
}

#[test]
fn what_is_not_written_is_found_at_its_ancestor() {
    assert_eq!(texts(ROUTE, "/spec/rules/0/backendRefs/0/port/x"), pair("80", "port"));
    assert_eq!(texts(ROUTE, "/metadata/namespace").1, "metadata");
    assert_eq!(texts(ROUTE, "/spec/rules/9").1, "rules");
    assert!(texts(ROUTE, "/status").0.starts_with("apiVersion: v1"));
}

#[test]
fn lines_and_columns_count_from_one_and_in_characters() {
    let input = input(&format!("a: 1\napiVersion: v1\nkind: A\n---\r\n{ROUTE}"));
    let location = input.locate(input.manifests[1].origin, "/spec/rules/0/backendRefs/0/name");
    assert_eq!(
        location,
        Some(Span {
            file: "<stdin>".into(),
            line: 12,
            column: 13,
            end_line: 12,
            end_column: 16,
            start_byte: 152,
            end_byte: 156,
        })
    );
}

#[test]
fn items_of_lists_and_merge_keys() {
    let text = "\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: A
  base: &a {x: 1, y: 2}
  more: &b
    <<: *a
    y: 3
- apiVersion: v1
  kind: B
  one: {<<: *b, z: 4}
  all: {<<: [{w: 5}, *a]}
";
    let origin = input(text).manifests[1].origin;
    assert_eq!(origin, Origin { file: 0, document: 0, item: Some(1) });
    assert_eq!(texts(text, "/kind"), pair("B", "kind"));
    assert_eq!(texts(text, "/one/x"), pair("1", "x"));
    assert_eq!(texts(text, "/one/y"), pair("3", "y"));
    assert_eq!(texts(text, "/one/z"), pair("4", "z"));
    assert_eq!(texts(text, "/all/w"), pair("5", "w"));
    assert_eq!(texts(text, "/all/y"), pair("2", "y"));
    assert_eq!(texts(text, "").0.lines().next(), Some("apiVersion: v1"));
}

#[test]
fn json_with_tabs_and_escapes() {
    let text = "{\"apiVersion\":\t\"v1\", \"kind\": \"A\"}\n{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"B\",\n\t\"\\u0061\\/b\": {\"c\": [\t\"\\ud83d\\ude00\"\t]}\n}\n";
    assert_eq!(texts(text, "/a~1b/c/0").0, "\"\\ud83d\\ude00\"");
    assert_eq!(texts(text, "/a~1b").1, "\"\\u0061\\/b\"");
}

#[test]
fn circles_of_merge_keys_end() {
    let text = "a: &a\n  <<: [*a, *a, *a]\n  b: 1\n";
    let outline = Outline::new(text);
    assert_eq!(&text[outline.last_key(text, "/a/c")], "a");
}
