//! The stories, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use igw::input::files::edit::{Spot, TextEdit, edit, spots};
use serde_json::Value;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories/edits");
    let entries = fs::read_dir(root).expect("there are stories").flatten();
    let mut out: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    out.sort();
    out
}

fn spot(text: &str, on: &Value) -> Option<Spot> {
    let is = |object: &Value| {
        let named = ["name", "namespace"].iter().all(|own| object["metadata"][own] == on[own]);
        named && object["kind"] == on["kind"]
    };
    let found = spots(text, is);
    assert!(found.len() < 2, "{found:?}");
    found.first().copied()
}

fn edits(text: &str, story: &Value) -> Vec<TextEdit> {
    let edits = story["edits"].as_array().expect("edits").iter();
    let one = |edit: &Value| TextEdit {
        // What cannot be read has no objects to be found; it is refused whatever the place.
        spot: spot(text, &edit["on"]).unwrap_or(Spot { document: 0, item: None }),
        inner: edit["inner"].as_str().map(str::to_owned),
        ops: serde_json::from_value(edit["ops"].clone()).expect("operations"),
    };
    edits.map(one).collect()
}

#[test]
fn stories_end_as_they_are_told() {
    let folders = folders();
    assert!(folders.len() >= 85, "only {}", folders.len());
    let mut wrong = Vec::new();
    for folder in folders {
        let read = |name: &str| fs::read_to_string(folder.join(name));
        let before = read("before.yaml").expect("a text");
        let story = serde_json::from_str(&read("ops.json").expect("a text")).expect("JSON");
        let new = edit(&before, &edits(&before, &story));
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match (read("after.yaml"), new) {
            (Ok(after), Ok(new)) if new.text == after => {}
            (Err(_), Err(refusal)) if !refusal.reason.is_empty() && refusal.line > 0 => {}
            (Ok(after), new) => wrong.push(format!("{name}: {new:#?}\nwanted: {after}")),
            (Err(_), new) => wrong.push(format!("{name}: {new:#?}\nwas to be refused")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
