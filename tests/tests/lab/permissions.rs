//! What somebody may not see is "not checked": never well, never missing, and said once with the
//! question to kubectl that shows the missing right.

use igw_tests::lab::User;
use serde_json::{Value, json};

use super::lab;
use super::plugin::{TimedRun, finish, routes, team};

/// What most readers of a cluster may list.
const KINDS: [&str; 18] = [
    "gatewayclasses.gateway.networking.k8s.io",
    "gateways.gateway.networking.k8s.io",
    "httproutes.gateway.networking.k8s.io",
    "listenersets.gateway.networking.k8s.io",
    "backendtlspolicies.gateway.networking.k8s.io",
    "namespaces",
    "services",
    "pods",
    "endpointslices.discovery.k8s.io",
    "deployments.apps",
    "gatewayparameters.gateway.kgateway.dev",
    "backends.gateway.kgateway.dev",
    "directresponses.gateway.kgateway.dev",
    "trafficpolicies.gateway.kgateway.dev",
    "listenerpolicies.gateway.kgateway.dev",
    "httplistenerpolicies.gateway.kgateway.dev",
    "backendconfigpolicies.gateway.kgateway.dev",
    "gatewayextensions.gateway.kgateway.dev",
];

const READ: [&str; 2] = ["get", "list"];

const REQUEST: &str = "why http://llm.example.com/v1/completions";

/// The questions to kubectl that an outcome hints at.
fn questions(outcome: &TimedRun) -> Vec<String> {
    let all = [outcome.stdout.as_str(), outcome.stderr.as_str()].concat();
    let lines = all.lines().map(|line| line.trim().trim_start_matches("hint:").trim());
    lines.filter(|line| line.starts_with("kubectl ")).map(str::to_owned).collect()
}

/// The resources without rules that an outcome could not list, and takes to change nothing.
fn unread(outcome: &TimedRun) -> Vec<String> {
    let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
    let said = words.join(" ");
    let all = said.split("(forbidden: list ").skip(1);
    all.filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
}

/// Asserts that the real kubectl answers "no" to every question.
fn kubectl_agrees(user: &User, outcome: &TimedRun) {
    let questions = questions(outcome);
    assert!(!questions.is_empty(), "{outcome}");
    for question in questions {
        let mut kubectl = lab().kubectl();
        kubectl.env("KUBECONFIG", &user.kubeconfig);
        let said = finish(user, &question, 1, kubectl);
        assert_eq!((said.stdout.as_str(), said.code), ("no\n", Some(1)), "{said}");
    }
}

#[test]
fn of_one_namespace() {
    let _team = team(lab());
    let ann = lab().user("ann", &[]).expect("a user");
    lab().allow(&ann, Some("chat"), &READ, &KINDS).expect("a role");
    for (name, arguments) in [
        ("one_namespace", "-n chat"),
        ("one_namespace_of_all", "-A"),
        ("one_namespace_by_name", "check chat/completions"),
        ("one_namespace_why", &format!("{REQUEST} -n chat")),
        ("one_namespace_status", "status -n chat"),
    ] {
        let outcome = routes(&ann, arguments);
        insta::assert_snapshot!(name, outcome);
        kubectl_agrees(&ann, &outcome);
    }
}

#[test]
fn all_but_grants() {
    let _team = team(lab());
    let bob = lab().user("bob", &[]).expect("a user");
    lab().allow(&bob, None, &READ, &KINDS).expect("a role");
    for (name, arguments) in [
        ("no_grants", "-A"),
        ("no_grants_by_name", "check chat/completions"),
        ("no_grants_why", REQUEST),
    ] {
        let outcome = routes(&bob, arguments);
        insta::assert_snapshot!(name, outcome);
        kubectl_agrees(&bob, &outcome);
    }
}

#[test]
fn none_at_all() {
    let _team = team(lab());
    let eve = lab().user("eve", &[]).expect("a user");
    for (name, arguments) in [
        ("nothing", "-A"),
        ("nothing_by_name", "check chat/completions"),
        ("nothing_why", REQUEST),
        ("nothing_status", "status -n chat"),
        ("nothing_quiet", "-A -q"),
    ] {
        let outcome = routes(&eve, arguments);
        insta::assert_snapshot!(name, outcome);
        if name != "nothing_quiet" {
            kubectl_agrees(&eve, &outcome);
        }
    }
}

/// The same as for the impersonated user, except for the hints, which impersonate too.
#[test]
fn of_who_is_impersonated() {
    let _team = team(lab());
    let carl = lab().user("carl", &[]).expect("a user");
    lab().allow(&carl, None, &["impersonate"], &["users", "groups"]).expect("a role");
    let outcome = routes(&carl, "-n chat --as dan --as-group readers");
    insta::assert_snapshot!("impersonated_without_rights", outcome);
    kubectl_agrees(&carl, &outcome);
    let masters = routes(&carl, "--as dan --as-group system:masters -A");
    let admin = routes(lab().admin(), "-A");
    assert_eq!((masters.stdout, masters.code), (admin.stdout, Some(0)), "{}", masters.stderr);
}

#[test]
fn of_who_may_not_impersonate() {
    let _team = team(lab());
    let mallory = lab().user("mallory", &[]).expect("a user");
    for (name, arguments) in [
        ("no_impersonation", "-A --as admin --as-group system:masters"),
        ("no_impersonation_by_name", "check chat/completions --as admin"),
        ("no_impersonation_why", &format!("{REQUEST} --as admin")),
    ] {
        let outcome = routes(&mallory, arguments);
        insta::assert_snapshot!(name, outcome);
        kubectl_agrees(&mallory, &outcome);
    }
}

/// Granting what the hints ask for, round by round, makes everything visible in the end.
#[test]
fn that_are_hinted_at_are_those_that_are_missing() {
    let _team = team(lab());
    let fay = lab().user("fay", &[]).expect("a user");
    let mut rounds = 0;
    let last = loop {
        let outcome = routes(&fay, "-n chat");
        let unread = unread(&outcome);
        if outcome.code != Some(3) && unread.is_empty() || rounds == 8 {
            break outcome;
        }
        rounds += 1;
        for resource in unread {
            lab().allow(&fay, None, &["list"], &[&resource]).expect("a role");
        }
        for question in questions(&outcome) {
            let words: Vec<&str> = question.split(' ').skip(3).collect();
            let (verb, resource) = (words[0], words[1].split('/').next().unwrap_or_default());
            let namespace = words.get(3).copied();
            lab().allow(&fay, namespace, &[verb], &[resource]).expect("a role");
        }
    };
    let admin = routes(lab().admin(), "-n chat");
    assert_eq!((last.stdout, last.code), (admin.stdout, Some(0)), "after {rounds} rounds");
}

/// A token that nobody gave out is told to nobody.
#[test]
fn of_who_is_not_known() {
    let _team = team(lab());
    let place = tempfile::tempdir().expect("a directory");
    let admin = lab().admin();
    let text = std::fs::read_to_string(&admin.kubeconfig).expect("it can be read");
    let mut config: Value = serde_yaml::from_str(&text).expect("YAML");
    config["users"][0]["user"] = json!({ "token": "planted-token" });
    let kubeconfig = place.path().join("stranger.kubeconfig");
    std::fs::write(&kubeconfig, config.to_string()).expect("it can be written");
    let stranger = User { name: "stranger".into(), kubeconfig, server: admin.server.clone() };
    for (name, arguments) in [
        ("stranger", "-A"),
        ("stranger_by_name", "check chat/completions"),
        ("stranger_why", REQUEST),
        ("stranger_status", "status -n chat"),
    ] {
        let outcome = routes(&stranger, arguments);
        assert!(!outcome.to_string().contains("planted"), "{outcome}");
        insta::assert_snapshot!(name, outcome);
    }
}
