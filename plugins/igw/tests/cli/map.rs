//! `kubectl igw map`: the system as it was found.

use serde_json::Value;

use crate::program::run;

#[test]
fn demo() {
    insta::assert_snapshot!(run(&["map", "--demo"]));
}

#[test]
fn one_host_in_formats() {
    let of = |format| run(&["map", "--demo", "--from", "api.example.com", "-o", format]);
    insta::assert_snapshot!("mermaid", of("mermaid"));
    insta::assert_snapshot!("dot", of("dot"));
    let map: Value = serde_json::from_str(&of("json").stdout).expect("it is JSON");
    assert_eq!(map["kind"], "Map");
    let names = |kind: &str| -> Vec<&str> {
        let nodes = map["nodes"].as_array().into_iter().flatten();
        nodes.filter(|node| node["kind"] == kind).filter_map(|node| node["name"].as_str()).collect()
    };
    assert_eq!(names("HTTPRoute"), ["gateway/chat"], "embeddings is another host");
    let svg = of("svg").stdout;
    let svg = roxmltree::Document::parse(&svg).expect("it is XML");
    assert_eq!(svg.root_element().tag_name().name(), "svg");
}

/// What checks say of a configuration stands at the Bifrost that has it.
#[test]
fn findings_stand_at_their_place() {
    let map: Value =
        serde_json::from_str(&run(&["map", "--demo", "-o", "json"]).stdout).expect("it is JSON");
    let nodes = map["nodes"].as_array().expect("there are nodes");
    let bifrost =
        nodes.iter().find(|node| node["name"] == "llm/bifrost" && node["kind"] == "Deployment");
    let bifrost = bifrost.expect("it is on the map");
    assert_eq!(bifrost["mark"], "error");
    for code in ["IGW0205", "IGW0207", "IGW0301", "IGW0705"] {
        assert!(bifrost["note"].as_str().is_some_and(|note| note.contains(code)), "{bifrost}");
    }
}

#[test]
fn nothing_to_draw() {
    let ran = run(&["map", "--demo", "--from", "nobody.example.com"]);
    assert_eq!(ran.code, Some(3), "{ran}");
}
