//! `history` and `undo`: what `fix` has changed, and back again.

use std::fs;
use std::path::Path;

use crate::program::{Ran, command, directory, finish};

struct Bench(tempfile::TempDir);

impl Bench {
    fn new() -> Bench {
        let place = tempfile::tempdir().expect("a directory");
        for story in ["grant-missing", "port-of-the-container"] {
            let text = directory().join("stories/routes").join(story).join("cluster.yaml");
            fs::copy(text, place.path().join(format!("{story}.yaml"))).expect("copied");
        }
        Bench(place)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = command(args);
        command.current_dir(self.0.path()).env("XDG_STATE_HOME", self.path("state"));
        finish(args, command)
    }

    /// A run as it is shown: without the day and the directory.
    fn shown(&self, args: &[&str]) -> String {
        let text = self.run(args).to_string();
        let text = text.replace(&self.0.path().display().to_string(), "[DIR]");
        let day = regex::Regex::new(r"\d{8}-(\d)").expect("an expression");
        let text = day.replace_all(&text, "[DAY]-$1").into_owned();
        let time = regex::Regex::new(r"\d{4}-\d\d-\d\dT[0-9:]+Z").expect("an expression");
        time.replace_all(&text, "[TIME]").into_owned()
    }
}

#[test]
fn back_and_further_back() {
    let bench = Bench::new();
    let (grant, port) =
        (bench.read("grant-missing.yaml"), bench.read("port-of-the-container.yaml"));
    insta::assert_snapshot!("nothing_to_undo", bench.shown(&["undo"]));
    insta::assert_snapshot!("applied", bench.shown(&["fix", "-f", "grant-missing.yaml", "--yes"]));
    let ran = bench.run(&["fix", "-f", "port-of-the-container.yaml", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_ne!(bench.read("port-of-the-container.yaml"), port);
    // Without a terminal and --yes it is only shown.
    insta::assert_snapshot!("shown", bench.shown(&["undo"]));
    insta::assert_snapshot!("taken_back", bench.shown(&["undo", "--yes"]));
    assert_eq!(bench.read("port-of-the-container.yaml"), port);
    let ran = bench.run(&["undo", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(bench.read("grant-missing.yaml"), grant);
    insta::assert_snapshot!("history", bench.shown(&["history"]));
    assert_eq!(bench.run(&["undo", "--yes"]).code, Some(2));
}

/// The run that took another one back is a change like others.
#[test]
fn an_undo_is_taken_back() {
    let bench = Bench::new();
    let name = "grant-missing.yaml";
    let before = bench.read(name);
    bench.run(&["fix", "-f", name, "--yes"]);
    let fixed = bench.read(name);
    bench.run(&["undo", "--yes"]);
    assert_eq!(bench.read(name), before);
    let history = bench.run(&["history"]).stdout;
    let second = history.split_whitespace().next().expect("a run").to_owned();
    let ran = bench.run(&["undo", &second, "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(bench.read(name), fixed);
    let ran = bench.run(&["undo", &second, "--yes"]);
    assert!(ran.stderr.contains(&format!("{second} was taken back by ")), "{ran}");
    // Without a name the last that has changed something is meant, which has made it again.
    let ran = bench.run(&["undo", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(bench.read(name), before);
    assert_eq!(bench.run(&["undo", "--yes"]).code, Some(2));
}

#[test]
fn what_was_changed_since_is_not_taken_back() {
    let bench = Bench::new();
    bench.run(&["fix", "-f", "grant-missing.yaml", "--yes"]);
    let own = bench.read("grant-missing.yaml") + "# mine\n";
    fs::write(bench.path("grant-missing.yaml"), &own).expect("written");
    let ran = bench.run(&["undo", "--yes"]);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert_eq!(bench.read("grant-missing.yaml"), own);
}

/// The journal of a run that was killed between two lines says what is known, and `undo` looks at the
/// files.
#[test]
fn a_run_that_was_killed() {
    let bench = Bench::new();
    let before = bench.read("grant-missing.yaml");
    bench.run(&["fix", "-f", "grant-missing.yaml", "--yes"]);
    let journal = journal(&bench.path("state"));
    let whole = fs::read_to_string(&journal).expect("a journal");
    let after = bench.read("grant-missing.yaml");
    for cut in 0..whole.len() {
        if !whole.is_char_boundary(cut) {
            continue;
        }
        let lines = whole[..cut].matches('\n').count();
        // A prefix of a line is like none; one prefix of each is enough.
        if lines > 0 && !whole[..cut].ends_with('\n') && cut % 97 != 0 {
            continue;
        }
        fs::write(&journal, &whole[..cut]).expect("written");
        // Written or not when it was killed: it ends as it was before.
        for now in [&before, &after] {
            fs::write(bench.path("grant-missing.yaml"), now).expect("written");
            let ran = bench.run(&["undo", "--yes"]);
            assert!(matches!(ran.code, Some(0 | 2)), "{cut}: {ran}");
            if lines >= 2 {
                assert_eq!(bench.read("grant-missing.yaml"), before, "{cut}: {ran}");
            }
            let others = fs::read_dir(journal.parent().expect("a folder")).expect("a folder");
            for other in others.flatten().filter(|other| other.path() != journal) {
                fs::remove_file(other.path()).expect("removed");
            }
        }
    }
}

#[test]
fn nobody_else_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    bench.run(&["fix", "-f", "grant-missing.yaml", "--yes"]);
    let journal = journal(&bench.path("state"));
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&journal), 0o600);
    assert_eq!(mode(journal.parent().expect("a folder")), 0o700);
}

fn journal(state: &Path) -> std::path::PathBuf {
    let folder = state.join("kubectl-igw/changes");
    let mut all: Vec<_> =
        fs::read_dir(folder).expect("a folder").flatten().map(|e| e.path()).collect();
    all.sort();
    all.remove(0)
}
