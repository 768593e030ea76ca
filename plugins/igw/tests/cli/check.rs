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
/// The products, by their commands.
const PARTS: [&str; 5] = ["gateway", "routes", "bifrost", "langfuse", "restart"];

#[test]
fn the_whole_is_its_parts() {
    let mut judged = 0;
    for product in PARTS {
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
            let parts = PARTS.map(|part| of(&[part]));
            if parts.iter().chain([&whole]).any(|ran| ran.code == Some(2)) {
                continue;
            }
            let whole = findings(&whole);
            let parts: BTreeSet<String> = parts.iter().flat_map(findings).collect();
            let more: Vec<&String> = whole.difference(&parts).collect();
            assert!(more.is_empty(), "{story}: {more:?}");
            // What the gateway's checks say of a Gateway or its class, they say more exactly; else
            // one fault is reported once, and what is left out has its like at the same place.
            let exact = whole.iter().any(|own| own.contains("\"IGW06"));
            let place = |own: &str| {
                let all: Vec<serde_json::Value> = serde_json::from_str(own).expect("JSON");
                (all[1].clone(), all[2].clone())
            };
            for left_out in parts.difference(&whole) {
                let covered = ["\"IGW0120\"", "\"IGW0135\"", "\"IGW0138\""];
                let covered = exact && covered.iter().any(|code| left_out.contains(code))
                    // Of the databases of a Bifrost more is known.
                    || left_out.contains("\"IGW1005\"")
                        && whole.iter().any(|own| own.contains("\"IGW0703\""));
                let has_like = || whole.iter().any(|own| place(own) == place(left_out));
                assert!(covered || has_like(), "{story}: {left_out}");
            }
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
