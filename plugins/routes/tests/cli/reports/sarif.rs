//! SARIF, held against the schema of OASIS.

use std::sync::LazyLock;

use igw_core::report::{Ci, Report, sarif};
use igw_core::suppress::{SuppressedBy, Suppression};
use jsonschema::Validator;
use serde_json::{Value, json};

use super::{json as report, run_in, stories, worlds};
use crate::program::{directory, run, run_with, story};

/// The schema; formats such as `uri-reference` count.
static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let file = directory().join("schemas/sarif-2.1.0.json");
    let text = std::fs::read_to_string(file).expect("the schema");
    let mut schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    // Its pattern of language tags has a bracket too many. We write no language.
    for definition in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][definition]["properties"]["language"];
        let pattern = language.as_object_mut().and_then(|language| language.remove("pattern"));
        assert_eq!(pattern, Some(json!("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$")));
    }
    jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema")
});

/// Asserts that the document is valid against the schema.
fn valid(text: &str) -> Value {
    let document: Value = serde_json::from_str(text).expect("one JSON document");
    let errors: Vec<String> = SCHEMA
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    document
}

fn results(document: &Value) -> &Vec<Value> {
    document["runs"][0]["results"].as_array().expect("results")
}

#[test]
fn whole() {
    let args = ["-f", "stories/routes/grant-missing", "--only", "IGW0103", "-o", "sarif"];
    insta::assert_snapshot!(run(&args));
}

#[test]
fn nothing_found() {
    let args = ["-f", "stories/routes/grant-missing-good", "--only", "IGW0103", "-o", "sarif"];
    let document = valid(&run(&args).stdout);
    assert_eq!(document["runs"][0]["results"], json!([]));
}

#[test]
fn the_schema_is_no_rubber_stamp() {
    let text = run(&["--demo", "-o", "sarif"]).stdout;
    let faults: [(&str, Value); 5] = [
        ("/version", json!("2.0.0")),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/results/0/level", json!("info")),
        ("/runs/0/results/0/locations/0/physicalLocation", json!({ "region": {} })),
        ("/runs/0/results/0/locations/0/physicalLocation/artifactLocation", json!({"uri": "a b"})),
    ];
    for (pointer, value) in faults {
        let mut document = valid(&text);
        *document.pointer_mut(pointer).expect(pointer) = value;
        assert!(!SCHEMA.is_valid(&document), "{pointer}");
    }
}

#[test]
fn every_story_keeps_the_schema_and_tells_the_same() {
    for story in stories() {
        let args = ["-f", story.as_str()];
        let (document, report) =
            (valid(&run(&["-f", &story, "-o", "sarif"]).stdout), report(&args));
        let found = report["findings"].as_array().expect("findings");
        assert_eq!(results(&document).len(), found.len(), "{story}");
        let rules = &document["runs"][0]["tool"]["driver"]["rules"];
        let mut prints = Vec::new();
        for (result, finding) in results(&document).iter().zip(found) {
            assert_eq!(result["ruleId"], finding["code"]);
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(rules[index]["id"], finding["code"]);
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], finding["location"]["file"], "{story}");
            for key in ["Line", "Column"] {
                let end = format!("end{key}");
                let start = &finding["location"][key.to_lowercase()];
                assert_eq!(&place["region"][format!("start{key}")], start);
                assert_eq!(place["region"][&end], finding["location"][&end]);
            }
            prints.push(result["partialFingerprints"].to_string());
        }
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), found.len(), "{story}");
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let file = directory().join("stories/routes/canary-half-missing/cluster.yaml");
    let text = std::fs::read_to_string(file).expect("the fixture");
    let prints = |text: &str| -> Vec<Value> {
        let document = valid(&run_with(&["-f", "-", "-o", "sarif"], text).stdout);
        results(&document).iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    let before = prints(&text);
    assert!(!before.is_empty());
    assert_eq!(prints(&format!("# one line\n# another one\n{text}")), before);
}

#[test]
fn columns_count_characters() {
    let world = worlds::routes(1)
        .replace("backendRefs", "matches: [{headers: [{name: x, value: \"😀😀\"}]}], backendRefs");
    let line = world.lines().last().expect("the rule");
    let before = line.split("name: gone").next().expect("the part before the reference");
    let document = valid(&run_with(&["-f", "-", "-o", "sarif"], &world).stdout);
    let is_backend = |result: &&Value| result["ruleId"] == "IGW0110";
    let result = results(&document).iter().find(is_backend).expect("a finding");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    // Counted in UTF-16 the two faces would be four.
    assert_eq!(region["startColumn"], before.chars().count() + 1, "{line}");
    assert_eq!(document["runs"][0]["columnKind"], "unicodeCodePoints");
}

#[test]
fn standard_input_and_the_example_have_no_uri() {
    let places = |text: &str| -> Vec<Value> {
        let document = valid(text);
        let place = |r: &Value| r["locations"][0]["physicalLocation"]["artifactLocation"].clone();
        let mut places: Vec<Value> = results(&document).iter().map(place).collect();
        places.dedup();
        places
    };
    let demo = run(&["--demo", "-o", "sarif"]).stdout;
    assert_eq!(places(&demo), [json!({"description": {"text": "the built-in example"}})]);
    let stdin = run_with(&["-f", "-", "-o", "sarif"], &worlds::routes(2)).stdout;
    assert_eq!(places(&stdin), [json!({"description": {"text": "standard input"}})]);
}

#[test]
fn uris_are_escaped() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    for name in worlds::NAMES {
        std::fs::write(bench.path().join(name), worlds::routes(1)).expect("a file");
        let document = valid(&run_in(bench.path(), &["-f", name, "-o", "sarif"]).stdout);
        let uri =
            |r: &Value| r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
        let uri = uri(&results(&document)[0]);
        let uri = uri.as_str().expect("a URI");
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%".contains(c);
        assert!(uri.chars().all(plain), "{uri}");
        assert_eq!(decoded(uri), name);
    }
    let path = bench.path().join(worlds::NAMES[0]);
    let path = path.to_str().expect("a path in UTF-8");
    let document = valid(&run(&["-f", path, "-o", "sarif"]).stdout);
    let place = &results(&document)[0]["locations"][0]["physicalLocation"]["artifactLocation"];
    let uri = place["uri"].as_str().expect("a URI");
    assert_eq!(decoded(uri.strip_prefix("file://").expect("an absolute URI")), path);
}

/// A part of a URI, percent-decoded.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [_, _, after @ ..]) => {
                let digits = std::str::from_utf8(&tail[..2]).expect("ASCII");
                bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn what_was_not_checked_is_a_notification() {
    let document = valid(&run_with(&["-f", "-", "-o", "sarif"], worlds::ALONE).stdout);
    let invocation = &document["runs"][0]["invocations"][0];
    insta::assert_snapshot!(format!("{invocation:#}"));
}

#[test]
fn unread_input_is_no_successful_execution() {
    let bench = tempfile::tempdir().expect("a temporary directory");
    let story = directory().join(story("port-of-the-container"));
    std::fs::copy(story, bench.path().join("a.yaml")).expect("a copy");
    std::fs::write(bench.path().join("b c.yaml"), "kind: [\n").expect("a file");
    let outcome = run_in(bench.path(), &["-f", "a.yaml", "-f", "b c.yaml", "-o", "sarif"]);
    let document = valid(&outcome.stdout);
    assert_eq!(outcome.code, Some(2));
    let invocation = &document["runs"][0]["invocations"][0];
    insta::assert_snapshot!(format!("{invocation:#}"));
    assert!(!results(&document).is_empty());
}

#[test]
fn marks_of_messages_are_escaped() {
    let document = valid(&run_with(&["-f", "-", "-o", "sarif"], worlds::CONTROL).stdout);
    for result in results(&document) {
        let text = result["message"]["text"].as_str().expect("a text");
        let left = text.replace("{{", "").replace("}}", "");
        assert!(!left.contains(['{', '}']) && !text.contains("]("), "{text}");
    }
}

#[test]
fn suppressed_findings_are_results_with_a_suppression() {
    let mut report = worlds::report();
    let found = sarif(&ci(&report));
    report.suppressed = std::mem::take(&mut report.findings);
    let reason = "is known".to_owned();
    report.suppressed[0].suppression = Some(Suppression { by: SuppressedBy::Annotation, reason });
    let document = valid(&sarif(&ci(&report)));
    let result = &results(&document)[0];
    assert_eq!(
        result["suppressions"],
        json!([{"kind": "inSource", "status": "accepted", "justification": "is known"}])
    );
    assert_eq!(results(&valid(&found))[0]["suppressions"], json!([]));
    // The check did not run: the result names it all the same.
    assert_eq!(result["ruleId"], "IGW0000");
    assert_eq!(result.get("ruleIndex"), None);
}

fn ci(report: &Report) -> Ci<'_> {
    Ci { report, ran: &[], fail_on: None, unread: &[] }
}

#[test]
fn many() {
    let document = valid(&run_with(&["-f", "-", "-o", "sarif"], &worlds::routes(500)).stdout);
    let count = |code| results(&document).iter().filter(|r| r["ruleId"] == code).count();
    assert_eq!(count("IGW0110"), 500);
}
