//! What was seen of kgateway, Envoy and the API server beyond the recordings of whole cases
//! (`tests/recorded/observed`, a file a topic): rows of a world, and answers to questions about it.

mod lines;
mod world;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};
use world::ObservedWorld;

/// Rows under one kgateway version, typed and as the API server stores them.
///
/// `2.4` stands for 2.3 as well, and for the requests of 2.2: they were seen to differ in nothing
/// that has no row of its own. `2.3+` stands for 2.4 and 2.3; `2.4 only` and `2.4 strict` for
/// themselves. `2.4 typed`: the stored form cannot exist.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Observation {
    what: String,
    kgateway: String,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    row: String,
    /// Why an answer is unknown.
    #[serde(default)]
    because: String,
    world: String,
    /// Questions with answers: see [`world`]. Where `refused` is not asked, nothing is.
    asked: Map<String, Value>,
}

impl Observation {
    /// Versions, and whether the objects are as stored.
    fn forms(&self) -> Vec<(&str, bool)> {
        let versions: &[&str] = match self.kgateway.as_str() {
            "2.4" => &["2.4", "2.3", "2.2 requests"],
            "2.3+" => &["2.4", "2.3"],
            "2.4 typed" => return vec![("2.4 typed", false)],
            own => &[own],
        };
        versions.iter().flat_map(|version| [(*version, false), (*version, true)]).collect()
    }

    /// Where a prediction is not what was seen.
    fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (version, stored) in self.forms() {
            for row in &self.rows {
                let form = if stored { ", stored" } else { "" };
                let place = format!("{}: {} ({version}{form})", self.what, row.row);
                wrong.extend(row.wrong(version, stored).map(|wrong| format!("{place}: {wrong}")));
            }
        }
        wrong
    }
}

impl Row {
    fn wrong<'r>(&'r self, version: &'r str, stored: bool) -> impl Iterator<Item = String> + 'r {
        let world = ObservedWorld::new(version, &self.world, stored);
        let nothing = Value::from("");
        let refused = (!self.asked.contains_key("refused")).then_some(("refused", nothing));
        let asked = self.asked.iter().map(|(asked, answer)| (asked.as_str(), answer.clone()));
        let of_version =
            move |asked: &str| !version.ends_with(" requests") || asked.contains("://");
        asked.chain(refused).filter(move |(asked, _)| of_version(asked)).filter_map(
            move |(asked, answer)| {
                let answer = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
                let seen = in_version(version, &answer);
                let predicted = world.ask(asked);
                let fits = match seen.as_str() {
                    "unknown" => predicted.starts_with("unknown") && !self.because.is_empty(),
                    seen => predicted == seen,
                };
                (!fits).then(|| format!("{asked}: predicted {predicted}, seen {seen}"))
            },
        )
    }
}

/// Up to 2.3 a replaced rule is told on Accepted, and there is no `kgateway.dev/Programmed`.
fn in_version(version: &str, seen: &str) -> String {
    match version {
        "2.3" => seen.replace("kgateway.dev/Programmed=False", "Accepted=False"),
        _ => seen.to_owned(),
    }
}

fn read(file: &Path) -> Vec<Observation> {
    let text = std::fs::read_to_string(file).expect("readable");
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn predictions_are_what_was_seen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/observed");
    let entries = std::fs::read_dir(folder).expect("the rows are there");
    let files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    let judge = |file: &PathBuf| {
        let all = read(file);
        let asked: usize = all.iter().flat_map(|o| &o.rows).map(|row| row.asked.len()).sum();
        let topic = file.file_stem().expect("a name").to_string_lossy();
        let wrong = all.iter().flat_map(Observation::wrong).map(|one| format!("{topic}: {one}"));
        (asked, wrong.collect::<Vec<_>>())
    };
    let judged: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = files.iter().map(|file| scope.spawn(|| judge(file))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    let asked: usize = judged.iter().map(|(asked, _)| asked).sum();
    let wrong: Vec<String> = judged.into_iter().flat_map(|(_, wrong)| wrong).collect();
    println!("{asked} questions asked");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 1300, "only {asked} questions");
}
