//! What goes wrong while an object is repaired: nothing is lost, nothing is done twice, and what is
//! reported is what is stored.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use igw_tests::dice::Dice;
use igw_tests::lab::{Fault, FaultRule, Proxy};
use serde_json::{Value, json};

use super::lab;
use super::plugin::program;
use super::repairs::{routes_in, story, written};
use super::world::lay;

/// The dry run of a grant, and its creation.
const DRY: &str = "/referencegrants?dryRun=All";
const REAL: &str = "/referencegrants?fieldManager";
const FIX: &str = "fix -A --only IGW0103 --yes --timeout 1s --request-timeout 1s";

fn proxy(name: &str) -> Proxy {
    lab().proxy(name, &["system:masters"]).expect("a proxy")
}

fn grants() -> usize {
    let list = lab().kubectl().args(["get", "referencegrants", "-n", "gpu", "-o", "name"]).output();
    String::from_utf8_lossy(&list.expect("kubectl runs").stdout).lines().count()
}

/// Each fault of each request: what is said, and whether the grant is there.
#[test]
fn each_step_may_fail() {
    let proxy = proxy("fix-faults");
    let mut told = String::new();
    let always = FaultRule::always;
    let cases: [(&str, Vec<FaultRule>, usize, i32); 9] = [
        ("the review is refused", vec![always("accessreviews", Fault::Status(403))], 1, 0),
        ("the dry run is refused", vec![always(DRY, Fault::Status(403))], 0, 4),
        ("the dry run is not answered", vec![always(DRY, Fault::Silent)], 0, 4),
        ("the dry run is busy once", vec![FaultRule::times(1, DRY, Fault::Status(429))], 1, 0),
        ("the change is refused", vec![always(REAL, Fault::Status(403))], 0, 4),
        ("the change is not answered", vec![always(REAL, Fault::Silent)], 0, 5),
        ("the change is made, not answered", vec![always(REAL, Fault::Swallowed)], 1, 0),
        ("the answer breaks off", vec![always(REAL, Fault::HangUp)], 1, 0),
        ("the server is broken", vec![always(REAL, Fault::Status(500))], 0, 4),
    ];
    for (name, rules, wanted, code) in cases {
        let state = tempfile::tempdir().expect("a directory");
        let _world = lay(lab(), &story("grant-missing"));
        assert_eq!(grants(), 0, "{name}");
        proxy.spoil(&rules);
        let ran = routes_in(state.path(), &proxy.user, FIX);
        proxy.spoil(&[]);
        assert_eq!(grants(), wanted, "{name}: {ran}");
        // Of the findings that are left, errors make it 1 where nothing was refused.
        let exit = ran.code.unwrap_or(-1);
        assert!(exit == code || code == 0 && exit == 1, "{name}: {ran}");
        assert!(ran.took < Duration::from_secs(20), "{name}: {:?}", ran.took);
        told.push_str(&format!("{name}:\n{}\n", without_ids(&ran.stderr)));
        let undone = routes_in(state.path(), &proxy.user, "undo --yes");
        assert_eq!(grants(), 0, "{name}: {undone}");
    }
    insta::assert_snapshot!(told);
}

fn without_ids(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("undo: "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Killed while a request is on its way, whether it is done or not.
#[test]
fn the_journal_survives_a_kill() {
    let proxy = proxy("fix-killed");
    for (path, fault, done) in [
        (DRY, Fault::Silent, false),
        (REAL, Fault::Silent, false),
        (REAL, Fault::Swallowed, true),
        ("/httproutes/", Fault::Silent, false),
    ] {
        let state = tempfile::tempdir().expect("a directory");
        let _world = lay(lab(), &story("grant-missing"));
        proxy.spoil(&[FaultRule::always(path, fault.clone())]);
        killed(state.path(), &proxy, path);
        proxy.spoil(&[]);
        let told = format!("{path} {fault:?}");
        assert_eq!(grants(), usize::from(done), "{told}");
        let next = routes_in(state.path(), &proxy.user, "fix -A --only IGW0110 --yes --timeout 1s");
        let warned = next.stderr.contains("was ended in the middle of a change");
        assert_eq!(warned, path == REAL, "{told}: {next}");
        let undone = routes_in(state.path(), &proxy.user, "undo --yes");
        assert_eq!(grants(), 0, "{told}: {undone}");
    }
}

/// Starts a repair, and kills it once the request with this path is on its way.
fn killed(state: &Path, proxy: &Proxy, path: &str) {
    proxy.take();
    let mut command = Command::new(program());
    command.env_clear().env("KUBECONFIG", &proxy.user.kubeconfig).env("XDG_STATE_HOME", state);
    command.args("fix -A --only IGW0103 --yes --timeout 9s".split(' '));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program starts");
    let begin = Instant::now();
    while !proxy.take().iter().any(|seen| seen.path.contains(path)) {
        assert!(begin.elapsed() < Duration::from_secs(20), "{path} is asked for");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("it is our child");
    child.wait().expect("it ends");
}

/// Another writer changes the route at any point of the repair: what it wrote stays, and what is
/// reported as applied is there.
#[test]
fn no_update_is_lost() {
    let rounds = if std::env::var_os("IGW_SOAK").is_some() { 1000 } else { 30 };
    let mut dice = Dice(11);
    let (mut applied, mut refused) = (0, 0);
    for round in 0..rounds {
        let state = tempfile::tempdir().expect("a directory");
        let world = lay(lab(), &story("port-of-the-container"));
        let before = written(lab(), &world);
        let (name, route) =
            before.iter().find(|(name, _)| name.starts_with("HTTPRoute ")).expect("one");
        let pause = Duration::from_millis(dice.roll(400) as u64);
        let mut mine = route.clone();
        let in_spec = round % 2 == 0;
        match in_spec {
            true => mine["spec"]["hostnames"] = json!([format!("h{round}.example.com")]),
            false => mine["metadata"]["labels"] = json!({"round": format!("r{round}")}),
        }
        let own = mine.clone();
        let writer = std::thread::spawn(move || {
            std::thread::sleep(pause);
            patched(&own, in_spec);
        });
        let line = "fix -A --only IGW0111 --yes --timeout 1s";
        let ran = routes_in(state.path(), lab().admin(), line);
        writer.join().expect("it writes");
        let now = written(lab(), &world).remove(name).expect("a route");
        let kept = match in_spec {
            true => now["spec"]["hostnames"] == mine["spec"]["hostnames"],
            false => now["metadata"]["labels"] == mine["metadata"]["labels"],
        };
        assert!(kept, "round {round}, {pause:?}: {now:#}\n{ran}");
        let is_fixed = now["spec"]["rules"] != route["spec"]["rules"];
        assert_eq!(is_fixed, ran.stderr.contains("1 applied and verified"), "{now:#}\n{ran}");
        applied += usize::from(is_fixed);
        refused += usize::from(!is_fixed);
    }
    println!("{applied} applied, {refused} refused");
    assert!(applied > rounds / 2, "{applied} of {rounds}");
}

/// Writes one field, as a controller or another person does.
fn patched(object: &Value, in_spec: bool) {
    let meta = &object["metadata"];
    let patch = match in_spec {
        true => json!({"spec": {"hostnames": object["spec"]["hostnames"]}}),
        false => json!({"metadata": {"labels": meta["labels"]}}),
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut kubectl = lab().kubectl();
    kubectl.args(["patch", "httproute", &text(&meta["name"]), "-n", &text(&meta["namespace"])]);
    kubectl.args(["--type", "merge", "-p", &patch.to_string()]);
    let output = kubectl.output().expect("kubectl runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
