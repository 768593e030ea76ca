//! `kubectl igw fix`: the repairs of all products, in one loop.

use crate::run_on_demo;

#[test]
fn the_demo_is_repaired_and_taken_back() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let file = place.path().join("demo.yaml");
    insta::assert_snapshot!("plan", run_on_demo(place.path(), &["fix", "-f", "demo.yaml"]));
    let before = std::fs::read_to_string(&file).expect("it can be read");
    let choice = "IGW0301.name=serve";
    let args = ["fix", "-f", "demo.yaml", "--yes", "--unsafe", "--set", choice];
    let ran = run_on_demo(place.path(), &args);
    assert!(ran.stderr.contains("applied and verified"), "{ran}");
    insta::assert_snapshot!("after", run_on_demo(place.path(), &["-f", "demo.yaml"]));
    let again = run_on_demo(place.path(), &args);
    assert!(again.stderr.contains("0 applied") || again.stderr.contains("Nothing"), "{again}");
    let history = run_on_demo(place.path(), &["history"]);
    assert!(history.stdout.contains("demo.yaml"), "{history}");
    let undone = run_on_demo(place.path(), &["undo", "--yes"]);
    assert_eq!(undone.code, Some(0), "{undone}");
    assert_eq!(std::fs::read_to_string(&file).expect("it can be read"), before);
}
