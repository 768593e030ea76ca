//! A webhook in the way of a repair: it refuses, or it cannot be asked without having its effects.

use std::path::Path;

use igw_tests::lab::{Webhook, WebhookAnswer, wait};
use serde_json::{Value, json};

use super::lab;
use super::plugin::TimedRun;
use super::repairs::{routes_in, story, written};
use super::world::lay;

const NAME: &str = "guard.platform.example.com";
const GRANTS: (&str, &str, &str) = ("gpu", "gateway.networking.k8s.io", "referencegrants");
const FIX: &str = "fix -A --only IGW0103 --yes --timeout 1s";

fn run(state: &Path, line: &str) -> TimedRun {
    let ran = routes_in(state, lab().admin(), line);
    // Long lines are wrapped.
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    TimedRun { stderr: squeezed(&ran.stderr), stdout: squeezed(&ran.stdout), ..ran }
}

/// Waits until the API server does with the webhook as it is to.
fn until(says: &str) {
    let grant = json!({
        "apiVersion": "gateway.networking.k8s.io/v1beta1", "kind": "ReferenceGrant",
        "metadata": {"name": "probe", "namespace": "gpu"},
        "spec": {"from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "x"}],
            "to": [{"group": "", "kind": "Service"}]},
    });
    wait(&format!("{NAME} does not say {says:?}"), || match lab().dry_run(&grant) {
        Err(refused) if refused.message.contains(says) => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

fn webhook(answer: WebhookAnswer) -> Webhook<'static> {
    lab().webhook(NAME, GRANTS, answer).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn one_that_refuses_is_named() {
    let state = tempfile::tempdir().expect("a directory");
    let world = lay(lab(), &story("grant-missing"));
    let before = written(lab(), &world);
    let says = "grants are made by the platform team: ask #platform";
    let _webhook = webhook(WebhookAnswer::Refuses(says));
    until(says);
    let named = format!("admission webhook \"{NAME}\" denied the request: {says}");
    let ran = run(state.path(), "fix -A --only IGW0103 --dry-run");
    assert!(ran.stdout.contains(&format!("not possible: {named}")), "{ran}");
    let plan = run(state.path(), "fix -A --only IGW0103 --dry-run -o json");
    let plan: Value = serde_json::from_str(&plan.stdout).expect("JSON");
    assert_eq!(plan["steps"][0]["server"], json!({"answer": "rejected", "message": named}));
    assert_eq!(plan["steps"][0]["disposition"], "show-only");
    let ran = run(state.path(), FIX);
    assert_eq!(ran.code, Some(4), "{ran}");
    assert!(ran.stderr.contains(&named) && ran.stderr.contains("0 applied"), "{ran}");
    assert_eq!(written(lab(), &world), before);
    assert!(!state.path().join("kubectl-igw").exists(), "there is nothing to be journalled");
}

#[test]
fn one_that_does_not_answer_is_named() {
    let state = tempfile::tempdir().expect("a directory");
    let world = lay(lab(), &story("grant-missing"));
    let before = written(lab(), &world);
    let _webhook = webhook(WebhookAnswer::HangsUp);
    until("failed calling webhook");
    let ran = run(state.path(), FIX);
    assert_eq!(ran.code, Some(4), "{ran}");
    let named = format!("admission webhook \"{NAME}\": ");
    assert!(ran.stderr.contains(&named) && ran.stderr.contains("(it could not be asked)"), "{ran}");
    assert_eq!(written(lab(), &world), before);
}

/// Its preview is made here, and says so; it is asked for the first time by the change itself.
#[test]
fn one_with_side_effects_is_not_asked_beforehand() {
    for answer in [WebhookAnswer::Admits, WebhookAnswer::Refuses("not on Fridays")] {
        let state = tempfile::tempdir().expect("a directory");
        let world = lay(lab(), &story("grant-missing"));
        let before = written(lab(), &world);
        let webhook = webhook(answer.clone());
        webhook.have_side_effects().unwrap_or_else(|error| panic!("{error}"));
        let says = format!("admission webhook \"{NAME}\" does not support dry run");
        until(&says);
        let asked = webhook.asked().len();
        let ran = run(state.path(), "fix -A --only IGW0103 --dry-run");
        let preview = format!("a preview from here; the API server has not checked it: {says}");
        assert!(ran.stdout.contains(&preview), "{ran}");
        assert_eq!(webhook.asked().len(), asked, "{ran}");
        let ran = run(state.path(), FIX);
        assert_eq!(webhook.asked()[asked..], [false], "{ran}");
        match answer {
            WebhookAnswer::Admits => {
                assert!(ran.stderr.contains("1 applied and verified"), "{ran}");
                let undone = run(state.path(), "undo --yes");
                assert_eq!(undone.code, Some(0), "{undone}");
            }
            WebhookAnswer::HangsUp => unreachable!("it is not among these"),
            WebhookAnswer::Refuses(why) => {
                assert_eq!(ran.code, Some(4), "{ran}");
                let named = format!("admission webhook \"{NAME}\" denied the request: {why}");
                assert!(ran.stderr.contains(&named) && ran.stderr.contains("0 applied"), "{ran}");
                let undone = run(state.path(), "undo --yes");
                assert!(undone.stderr.contains("everything is as it was before it"), "{undone}");
            }
        }
        assert_eq!(written(lab(), &world), before);
    }
}

/// A policy that the API server judges by itself is named like a webhook.
#[test]
fn a_policy_that_refuses_is_named() {
    let state = tempfile::tempdir().expect("a directory");
    let world = lay(lab(), &story("grant-missing"));
    let before = written(lab(), &world);
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "no-grants"},
        "spec": {
            "matchConstraints": {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "gpu"}},
                "resourceRules": [{"apiGroups": [GRANTS.1], "apiVersions": ["*"],
                    "resources": [GRANTS.2], "operations": ["CREATE"]}],
            },
            "validations": [{"expression": "false", "message": "no grants here"}],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "no-grants"},
        "spec": {"policyName": "no-grants", "validationActions": ["Deny"]},
    });
    let all = [policy, binding].map(|own| lab().put(&own).expect("admitted"));
    until("no grants here");
    let ran = run(state.path(), FIX);
    for own in &all {
        lab().delete(own).expect("deleted");
    }
    assert_eq!(ran.code, Some(4), "{ran}");
    let named = "ValidatingAdmissionPolicy 'no-grants' with binding 'no-grants' denied request: no grants here";
    assert!(ran.stderr.contains(named), "{ran}");
    assert_eq!(written(lab(), &world), before);
}
