use super::*;
use serde_json::Value;

#[test]
fn cases() {
    let root = std::path::Path::new("/work/shared/edits");
    let mut dirs: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    dirs.sort();
    let mut bad = 0;
    for dir in dirs {
        let before = std::fs::read_to_string(dir.join("before.yaml")).unwrap();
        let ops: Value =
            serde_json::from_str(&std::fs::read_to_string(dir.join("ops.json")).unwrap()).unwrap();
        let edits: Vec<TextEdit> = ops["edits"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|e| {
                let on = &e["on"];
                let found = spots(&before, |o| {
                    o["kind"] == on["kind"]
                        && o["metadata"]["name"] == on["name"]
                        && o["metadata"]["namespace"] == on["namespace"]
                });
                let spot = found.first().copied().unwrap_or(Spot { document: 0, item: None });
                Some(TextEdit {
                    spot,
                    inner: e["inner"].as_str().map(str::to_owned),
                    ops: serde_json::from_value(e["ops"].clone()).unwrap(),
                })
            })
            .collect();
        let name = dir.file_name().unwrap().to_string_lossy().into_owned();
        let got = edit(&before, &edits);
        match (std::fs::read_to_string(dir.join("after.yaml")), got) {
            (Ok(after), Ok(got)) if got.text == after => {}
            (Ok(after), got) => {
                bad += 1;
                match got {
                    Ok(got) => println!("== {name}\n--- got\n{}\n--- want\n{after}", got.text),
                    Err(e) => println!("== {name}: {e:?}"),
                }
            }
            (Err(_), Err(e)) => println!(
                "   {name}: {} | {}",
                e.reason,
                std::fs::read_to_string(dir.join("refuse")).unwrap().trim()
            ),
            (Err(_), Ok(got)) => {
                bad += 1;
                println!("== {name} not refused:\n{}", got.text)
            }
        }
    }
    assert_eq!(bad, 0);
}
