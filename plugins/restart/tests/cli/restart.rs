//! `restart TYPE/NAME` on files: the mark goes into the pod template, or why it does not.

use std::fs;

use crate::program::{directory, run, run_with, story};
use crate::run_in;

fn place(name: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    let text = fs::read_to_string(directory().join(story(name)));
    fs::write(place.path().join("all.yaml"), text.expect("a story")).expect("written");
    place
}

fn written(place: &tempfile::TempDir) -> String {
    fs::read_to_string(place.path().join("all.yaml")).expect("a file")
}

#[test]
fn a_restart_changes_the_pod_template() {
    let place = place("env-frozen");
    let ran =
        run_in(place.path(), &["statefulset/worker", "-f", "all.yaml", "-n", "edge", "--yes"]);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(written(&place).matches("kubectl.kubernetes.io/restartedAt").count(), 1, "{ran}");
    let undone = run_in(place.path(), &["undo", "--yes"]);
    assert_eq!(undone.code, Some(0), "{undone}");
    assert!(!written(&place).contains("restartedAt"), "{undone}");
}

#[test]
fn a_plan_changes_nothing() {
    let place = place("env-frozen");
    let before = written(&place);
    let ran = run_in(place.path(), &["sts/worker", "-f", "all.yaml", "--dry-run"]);
    assert!(ran.stdout.contains("kubectl.kubernetes.io/restartedAt"), "{ran}");
    assert_eq!(written(&place), before);
}

/// What would hang, what replaces nothing, what Flux manages: not by `--yes` alone.
#[test]
fn what_speaks_against_it_needs_force() {
    for (name, workload, says) in [
        ("strategy-deadlock", "deployment/edge", "IGW1005"),
        ("no-surge-room", "deployment/chat", "IGW1006"),
        ("on-delete", "statefulset/worker", "OnDelete"),
        ("gitops-restart", "deployment/edge", "flux-client-side-apply"),
    ] {
        let place = place(name);
        let before = written(&place);
        let ran = run_in(place.path(), &[workload, "-f", "all.yaml", "--yes"]);
        assert_ne!(ran.code, Some(0), "{name}: {ran}");
        assert!(ran.stderr.contains(says), "{name}: {ran}");
        assert_eq!(written(&place), before, "{name}");
        let forced = run_in(place.path(), &[workload, "-f", "all.yaml", "--yes", "--force"]);
        assert_eq!(forced.code, Some(0), "{name}: {forced}");
        assert!(written(&place).contains("restartedAt"), "{name}: {forced}");
    }
}

#[test]
fn a_name_needs_its_type() {
    let ran = run(&["worker", "-f", &story("env-frozen")]);
    assert_eq!(ran.code, Some(2), "{ran}");
    let ran = run(&["deployment/other", "-f", &story("env-frozen")]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("there is no workload deployment/other"), "{ran}");
}

/// Argo Rollouts has a command of its own.
#[test]
fn a_rollout_is_not_restarted_here() {
    let ran = run(&["rollout/worker", "-n", "edge", "-f", &story("env-frozen")]);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.stderr.contains("kubectl argo rollouts restart worker -n edge"), "{ran}");
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: worker, namespace: edge}\nspec: {replicas: 2}\n";
    let ran = run_with(&["check", "-f", "-"], rollout);
    assert!(ran.stdout.contains("kubectl argo rollouts restart worker -n edge"), "{ran}");
}
