//! Bad input gets a sentence and exit code 2; a broken configuration is a finding.

use crate::program::{run, run_with};

#[test]
fn sentences() {
    insta::assert_snapshot!("no-input", run(&[]));
    insta::assert_snapshot!("no-file", run(&["-f", "stories/bifrost/no-such.json"]));
    insta::assert_snapshot!("assume", run(&["--demo", "--assume", "bifrost=latest"]));
    insta::assert_snapshot!("env", run(&["--demo", "--env", "justaname"]));
    insta::assert_snapshot!(
        "no-bifrost",
        run_with(
            &["model", "x", "-f", "-"],
            "kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n"
        )
    );
    insta::assert_snapshot!("empty-stdin", run_with(&["-f", "-"], ""));
}

/// What serde_json rejects, too, is IGW0201 with a place.
#[test]
fn broken_configurations() {
    let texts = [
        ("{\"providers\": {},}", 1, 18),
        ("{\n  // ours\n  \"providers\": {}\n}", 2, 3),
        ("{\"providers\": {\"a\": 01}}", 1, 22),
        ("{\"providers\": {\"a\": \"x\ny\"}}", 1, 23),
        ("{\"providers\": {\"a\": tru}}", 1, 24),
        ("{\"providers\": {\"a\": 1e999}}", 1, 21),
        ("{\"providers\": {}", 1, 17),
        ("{\"providers\": {}} x", 1, 19),
        ("{\"providers\": {\"a\": \"\\x\"}}", 1, 23),
    ];
    for (text, line, column) in texts {
        assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}");
        let outcome = run_with(&["-f", "-", "-o", "json"], text);
        assert_eq!(outcome.code, Some(1), "{outcome}");
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        let finding = &report["findings"][0];
        assert_eq!(finding["code"], "IGW0201", "{text}");
        let place = &finding["location"];
        assert_eq!((&place["line"], &place["column"]), (&line.into(), &column.into()), "{text}");
        assert_eq!(report["predicted"][0]["start"], "exits", "{text}");
    }
}

#[test]
fn a_byte_order_mark_is_told() {
    let outcome = run_with(&["-f", "-"], "\u{feff}{\"providers\": {}}");
    assert!(outcome.stdout.contains("byte-order mark"), "{outcome}");
    assert_eq!(outcome.code, Some(1));
}

/// Another program's configuration is not taken for Bifrost's, whatever its name.
#[test]
fn litellm_is_not_bifrost() {
    let world = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bifrost, labels: {app: bifrost}}\n\
                 data:\n  config.yaml: |\n    model_list:\n    - model_name: x\n";
    let outcome = run_with(&["-f", "-"], world);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.stdout.contains("No Bifrost to judge"), "{outcome}");
}
