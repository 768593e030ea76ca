//! `kubectl igw`: everything on one look.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::program::{Ran, directory, run, run_with};

#[test]
fn demo() {
    insta::assert_snapshot!(run(&["--demo"]));
}

#[test]
fn demo_in_one_line_each() {
    insta::assert_snapshot!(run(&["--demo", "-o", "short"]));
}

fn findings(ran: &Ran) -> BTreeSet<String> {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| {
        panic!("{error}: {ran}");
    });
    let own = report["findings"].as_array().expect("findings are a list").iter();
    own.map(|finding| {
        let part = |path| finding.pointer(path).cloned().unwrap_or_default();
        let all = ["/code", "/object", "/path", "/title", "/location/line", "/fix/id"].map(part);
        serde_json::to_string(&all).expect("it is JSON")
    })
    .collect()
}

/// Every story of every product: the whole says what its parts say, and nothing else.
#[test]
fn the_whole_is_its_parts() {
    let mut judged = 0;
    for product in ["routes", "bifrost", "langfuse"] {
        let stories = directory().join("stories").join(product);
        let mut all: Vec<_> =
            stories.read_dir().expect("it is a folder").flatten().map(|own| own.path()).collect();
        all.sort();
        for story in all.iter().filter(|own| own.is_dir()) {
            let story = story.display().to_string();
            let of = |part: &[&str]| {
                run(&[part, &["check", "-f", &story, "-o", "json", "--allow-empty"]].concat())
            };
            let whole = of(&[]);
            let parts = ["routes", "bifrost", "langfuse"].map(|part| of(&[part]));
            if parts.iter().chain([&whole]).any(|ran| ran.code == Some(2)) {
                continue;
            }
            let parts: BTreeSet<String> = parts.iter().flat_map(findings).collect();
            let whole = findings(&whole);
            assert!(whole.is_subset(&parts), "{story}");
            // One fault is told once: what is left out has its like at the same place.
            let like = |one: &&String| {
                let field = |own: &str| {
                    let all: Vec<serde_json::Value> = serde_json::from_str(own).expect("JSON");
                    (all[1].clone(), all[2].clone())
                };
                whole.iter().any(|own| field(own) == field(one))
            };
            let left_out: Vec<_> = parts.difference(&whole).filter(|one| !like(one)).collect();
            assert!(left_out.is_empty(), "{story}: {left_out:#?}");
            judged += 1;
        }
    }
    assert!(judged > 200, "{judged} stories");
}

/// A dozen routes without one grant are one thing to do.
#[test]
fn one_missing_grant() {
    let demo = std::fs::read_to_string(directory().join("../plugins/igw/src/demo.yaml"))
        .expect("the example can be read");
    let route = |number: usize| {
        format!(
            "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n\
             metadata: {{name: chat-{number}, namespace: gateway}}\n\
             spec:\n  parentRefs: [{{name: front}}]\n  hostnames: [h{number}.example.com]\n  \
             rules:\n  - backendRefs: [{{name: bifrost, namespace: llm, port: 8080}}]\n"
        )
    };
    let world = demo + &(0..12).map(route).collect::<String>();
    let human = run_with(&["check", "--only", "IGW0103", "-f", "-"], &world);
    insta::assert_snapshot!(human);
    let json = run_with(&["check", "--only", "IGW0103", "-f", "-", "-o", "json"], &world);
    assert_eq!(findings(&json).len(), 13, "machines get all");
}
