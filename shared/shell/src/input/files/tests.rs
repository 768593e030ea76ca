use serde_json::{Value, json};

use super::source::MAX_DEPTH;
use super::*;

fn stdin(text: &str) -> Input {
    read(&["-".into()], &mut text.as_bytes())
}

/// Line, column and message of each problem.
fn problems(input: &Input) -> Vec<(usize, usize, &str)> {
    let number = |n: Option<usize>| n.unwrap_or(0);
    let problems = input.problems.iter();
    problems.map(|p| (number(p.line), number(p.column), p.message.as_str())).collect()
}

const A: &str = "apiVersion: v1\nkind: A\n";

#[test]
fn a_broken_document_does_not_lose_the_others() {
    let input =
        stdin(&format!("{A}---\na: [1\n--- # c\n{A}x: |\n  y\n---\n{A}x: \"open\n---\n{A}"));
    assert_eq!(input.manifests.len(), 3);
    assert_eq!(
        problems(&input),
        [
            (4, 4, "not valid YAML: \"[\" is not closed"),
            (13, 4, "not valid YAML: a quote is not closed"),
        ]
    );
    let documents: Vec<_> = input.manifests.iter().map(|m| m.origin.document).collect();
    assert_eq!(documents, [0, 2, 4]);
}

#[test]
fn what_is_no_manifest_is_a_problem_if_named_and_else_skipped() {
    let text = "# values\n\nreplicas: 1\n---\n- 1\n";
    assert_eq!(
        problems(&stdin(text)),
        [
            (3, 1, "is not a Kubernetes manifest: apiVersion and kind are missing"),
            (5, 1, "is not a Kubernetes manifest: it is a list"),
        ]
    );
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("values.yaml"), text).expect("written");
    let input = read(&[dir.path().to_string_lossy().into()], &mut std::io::empty());
    assert_eq!((input.skipped, input.problems), (2, vec![]));
}

#[test]
fn problems_of_fields_and_items_have_their_place() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- 5\n- apiVersion: v1\n  kind: 3\n";
    assert_eq!(
        problems(&stdin(&format!("apiVersion: 1\nkind: A\n---\n{list}"))),
        [
            (1, 13, "apiVersion must be a string"),
            (7, 3, "items[0] is not a mapping"),
            (9, 9, "items[1].kind must be a string"),
        ]
    );
}

#[test]
fn templates_have_a_hint() {
    let input = stdin(&format!("{A}---\n{A}name: {{{{ .Values.x }}}}\n"));
    let problem = &input.problems[0];
    assert_eq!(input.manifests.len(), 1);
    assert_eq!((problem.line, problem.column), (Some(6), Some(7)));
    assert_eq!(problem.message, "is a Helm template that is not rendered");
    let hint = "render it first: helm template RELEASE CHART | kubectl igw routes -f -";
    assert_eq!(problem.hint.as_deref(), Some(hint));
    assert_eq!(problems(&stdin("{{ .Values.x }}\n")).len(), 1);
}

#[test]
fn json_and_yaml_that_looks_like_it() {
    let one = r#"{"apiVersion": "v1", "kind": "A"}"#;
    assert_eq!(stdin(&format!("{one}{one}\n{one}")).manifests.len(), 3);
    assert_eq!(stdin(&format!("{one}\n---\n{one}\n")).manifests.len(), 2);
    assert_eq!(stdin("{apiVersion: v1, kind: A} # flow\n").manifests.len(), 1);
    let input = stdin(&format!("{one}\n{{\"a\": \"é\", \"a\": 1}}\n"));
    assert_eq!(input.manifests.len(), 1);
    assert_eq!(problems(&input), [(2, 12, "not valid JSON: duplicate key \"a\"")]);
    assert_eq!(stdin("").documents, []);
    assert_eq!(stdin("[]").problems[0].message, "is not a Kubernetes manifest: it is a list");
}

#[test]
fn line_endings_directives_and_nulls() {
    let input = stdin("\u{feff}%YAML 1.1\r\n---\r\napiVersion: v1\r\nkind: A\r\nx: ~\r\n...\r\n");
    assert_eq!(input.problems, []);
    let value = json!({"apiVersion": "v1", "kind": "A", "x": null});
    assert_eq!(input.manifests[0].value, value);
}

#[test]
fn many_documents_keep_their_order() {
    let text: String =
        (0..5000).map(|n| format!("{A}number: {n}\npad: {}\n---\n", "x".repeat(90))).collect();
    let input = stdin(&text);
    let numbers: Vec<_> = input.manifests.iter().map(|m| m.value["number"].as_u64()).collect();
    assert_eq!(numbers, (0..5000).map(Some).collect::<Vec<_>>());
}

/// Tests run on threads with a stack of 2 MB.
#[test]
fn deep_nesting_is_refused() {
    let block =
        |depth| -> String { (0..depth).map(|n| format!("{}a:\n", " ".repeat(n))).collect() };
    for text in [
        "[".repeat(10_000),
        "{\"a\": ".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        "? ".repeat(10_000),
        block(10_000),
    ] {
        let input = stdin(&text);
        assert_eq!(input.problems[0].message, "is nested more than 200 levels deep");
    }
    for text in [format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH)), block(MAX_DEPTH)] {
        let message = &stdin(&text).problems[0].message;
        assert!(message.starts_with("is not a Kubernetes manifest"), "{message}");
    }
}

/// No input may panic, and whatever is read can be located.
#[test]
fn mutations_do_not_panic() {
    let seed = "%YAML 1.2\n---\napiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: v1, kind: A, é: 'x'}\n- <<: *a\n  \
                s: |-\n    {{ .Values.x }}\n  on: \"\\u00e9\"\n  ? k\n  : [1, 0x1F, !!str y]\n---\n{\"apiVersion\": \"v1\", \"kind\":\t\"B\"}\n...\n# c\n";
    let parts = [
        "\n", "---\n", "...\n", "{{", "}}", "[", "]", "{", "}", ": ", "- ", "'", "\"", "*a", "&a ",
        "<<: ", "|\n", ">", "\t", "\r", "\0", "\u{feff}", "é", "!!int ", "%", "# ", "~", "1e999",
        "? ", "\u{1b}", "\\", ",", "  ", "items:\n",
    ];
    let mut state = 42_u64;
    let mut random = |limit: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    for _ in 0..4000 {
        let mut chars: Vec<char> = seed.chars().collect();
        for _ in 0..=random(6) {
            let at = random(chars.len());
            match random(3) {
                0 => drop(chars.drain(at..(at + 1 + random(8)).min(chars.len()))),
                1 => drop(chars.splice(at..at, parts[random(parts.len())].chars())),
                _ => chars.truncate(at.max(1)),
            }
            if chars.is_empty() {
                chars.push(' ');
            }
        }
        let input = stdin(&chars.into_iter().collect::<String>());
        for problem in &input.problems {
            assert!(!problem.message.contains(char::is_control), "{problem:?}");
            assert!(
                problem.line.is_some_and(|line| line <= input.files[0].text.split('\n').count())
            );
        }
        for Manifest { origin, value } in &input.manifests {
            let mut pointers = vec![(String::new(), value)];
            while let Some((pointer, value)) = pointers.pop() {
                let location = input.locate(*origin, &pointer).expect("a location");
                assert!(input.files[0].text.get(location.start_byte..location.end_byte).is_some());
                assert!(input.locate_key(*origin, &pointer).is_some());
                if let Value::Object(fields) = value {
                    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
                    pointers.extend(
                        fields.iter().map(|(k, v)| (format!("{pointer}/{}", escaped(k)), v)),
                    );
                }
            }
        }
    }
}
