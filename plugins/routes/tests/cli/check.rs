//! `check`: what is judged, what is said, and the exit code.

use crate::program::{Ran, directory, run, run_with, story};

#[test]
fn demo() {
    insta::assert_snapshot!(run(&["--demo"]));
}

#[test]
fn one_bad_route() {
    insta::assert_snapshot!(run(&["-f", &story("grant-misplaced")]));
}

#[test]
fn all_is_well() {
    insta::assert_snapshot!(run(&["-f", &story("grant-misplaced-good")]));
}

#[test]
fn several_listeners() {
    insta::assert_snapshot!(run(&["-f", &story("namespace-selector")]));
}

#[test]
fn listener_set() {
    insta::assert_snapshot!(run(&["-f", &story("listener-set-not-let-in")]));
}

#[test]
fn a_closed_listener_is_told() {
    insta::assert_snapshot!(run(&["-f", &story("langfuse-shadowed")]));
}

#[test]
fn crlf() {
    insta::assert_snapshot!(run(&["-f", &story("port-of-the-container")]));
}

#[test]
fn json_file() {
    insta::assert_snapshot!(run(&["-f", "stories/routes/service-of-group-v1/cluster.json"]));
}

#[test]
fn hint_only() {
    insta::assert_snapshot!(run(&["-f", &story("canary-at-zero")]));
}

#[test]
fn quiet() {
    insta::assert_snapshot!(run(&["-q", "-f", &story("grant-missing")]));
}

#[test]
fn quiet_demo() {
    insta::assert_snapshot!(run(&["-q", "--demo", "--only", "IGW0113"]));
}

#[test]
fn verbose() {
    insta::assert_snapshot!(run(&["-v", "-f", &story("grant-missing")]));
}

#[test]
fn quiet_and_verbose() {
    insta::assert_snapshot!(run(&["-q", "-v", "-f", &story("grant-missing")]));
}

#[test]
fn only_by_code_and_by_name() {
    let file = "stories/routes/grant-missing";
    let by_code = run(&["-f", file, "--only", "igw0103", "-o", "json"]);
    let by_name = run(&["check", "-f", file, "--only", "reference-grant-missing", "-o", "json"]);
    assert_eq!(by_code.stdout, by_name.stdout);
    assert_eq!(codes(&by_code.stdout), ["IGW0103"]);
    assert_eq!(by_code.code, Some(1));
    let other = run(&["-f", file, "--only", "IGW0104,IGW0110", "-o", "json"]);
    assert_eq!((codes(&other.stdout), other.code), (vec![], Some(0)));
}

#[test]
fn skip_by_code_and_by_name() {
    let all = run(&["--demo", "-o", "json"]);
    let some =
        run(&["check", "--demo", "-o", "json", "--skip", "IGW0103,reference-grant-mismatch"]);
    let left: Vec<String> = codes(&all.stdout)
        .into_iter()
        .filter(|code| code != "IGW0103" && code != "IGW0104")
        .collect();
    assert_eq!(codes(&some.stdout), left);
    // Flags before and after the word `check` add up.
    let both = run(&["--skip", "IGW0103", "check", "--demo", "-o", "json"]);
    assert!(!codes(&both.stdout).contains(&"IGW0103".to_owned()));
}

#[test]
fn unknown_check() {
    insta::assert_snapshot!(run(&["--demo", "--only", "IGW0199"]));
    insta::assert_snapshot!(run(&["--demo", "--skip", "grant-missing"]));
}

#[test]
fn names() {
    insta::assert_snapshot!(run(&["check", "teams-route", "--demo", "-q"]));
    let full = run(&[
        "check",
        "ai-inference/teams-route",
        "ai-gateway/bifrost-route",
        "--demo",
        "-o",
        "json",
    ]);
    assert_eq!(codes(&full.stdout), ["IGW0103", "IGW0108"]);
}

#[test]
fn a_refused_object_by_name() {
    insta::assert_snapshot!(run(&["check", "metrics-route", "--demo", "-q"]));
}

#[test]
fn unknown_name() {
    insta::assert_snapshot!(run(&["check", "bifrost", "--demo"]));
    let file = story("grant-missing");
    insta::assert_snapshot!(run(&["check", "gpu/completions", "-f", &file]));
}

#[test]
fn labels() {
    let (one, other) = (story("grant-missing"), story("hostname-apex"));
    let of = |selector: &str| {
        let outcome = run(&["-f", &one, "-f", &other, "-l", selector, "-o", "json"]);
        codes(&outcome.stdout)
    };
    assert_eq!(of("team=serving"), ["IGW0103"]);
    assert_eq!(of("team==web"), ["IGW0108"]);
    assert_eq!(of("team!=web"), ["IGW0103"]);
    assert_eq!(of("team"), ["IGW0108", "IGW0103"]);
    assert_eq!(of("!team"), Vec::<String>::new());
    assert_eq!(of("team=serving,team!=web"), ["IGW0103"]);
    insta::assert_snapshot!(run(&["-f", &one, "-l", "team in (serving)"]));
}

#[test]
fn namespace() {
    let (one, other) = (story("grant-missing"), story("hostname-apex"));
    insta::assert_snapshot!(run(&["-f", &one, "-f", &other, "-n", "cdn"]));
}

#[test]
fn fail_on() {
    let code = |file: &str, on: &str| run(&["-q", "-f", file, "--fail-on", on]).code;
    let (bad, hint) = (story("grant-missing"), story("canary-at-zero"));
    for (on, of_bad, of_hint) in
        [("error", 1, 0), ("warning", 1, 0), ("info", 1, 1), ("never", 0, 0)]
    {
        assert_eq!(code(&bad, on), Some(of_bad), "{on}");
        assert_eq!(code(&hint, on), Some(of_hint), "{on}");
    }
    insta::assert_snapshot!(run(&["-f", &bad, "--fail-on", "critical"]));
}

#[test]
fn assume() {
    let file = story("inference-pool");
    insta::assert_snapshot!(run(&["-f", &file, "--assume", "kgateway=2.2.1"]));
    insta::assert_snapshot!(run(&["-f", &file, "--assume", "kgateway=newest"]));
    insta::assert_snapshot!(run(&["-f", &file, "--assume", "envoy=1.40"]));
    insta::assert_snapshot!(run(&["-f", &file, "--assume", "kgateway.validation=lax"]));
    insta::assert_snapshot!(run(&["-f", &file, "--assume", "kgateway"]));
    let retry = story("retry-in-the-standard-channel");
    let there = run(&["-f", &retry, "--assume", "gateway-api=experimental"]);
    assert_eq!(there.code, Some(0), "{there}");
}

/// A route alone: whether its Gateway and Service exist is known only in a closed world.
const ALONE: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: alone, namespace: somewhere}
spec:
  parentRefs: [{name: gate}]
  rules: [{backendRefs: [{name: behind, port: 80}]}]
";

#[test]
fn world() {
    let with = |args: &[&str]| crate::program::run_with(&[args, &["-f", "-"]].concat(), ALONE);
    insta::assert_snapshot!("world-given", with(&[]));
    insta::assert_snapshot!("world-closed", with(&["--world", "closed"]));
    insta::assert_snapshot!("world-open", with(&["--world", "open"]));
    insta::assert_snapshot!("world-strict", with(&["--strict", "-q"]));
    insta::assert_snapshot!("world-only", with(&["--only", "IGW0110", "-q"]));
}

fn codes(json: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(json).expect("one JSON document");
    let findings = report["findings"].as_array().expect("a list of findings");
    let code = |finding: &serde_json::Value| finding["code"].as_str().map(str::to_owned);
    findings.iter().filter_map(code).collect()
}

/// Of many findings of a check, the first are shown in full and the rest by place.
#[test]
fn many_alike() {
    let mut world = String::from("kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n");
    for index in 0..13 {
        world.push_str(&format!(
            "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: r{index:02}, namespace: a}}\nspec: {{}}\n"
        ));
    }
    let outcome = run_with(&["-f", "-"], &world);
    let whole =
        |text: &str| text.lines().filter(|line| line.starts_with("✗ 404  HTTPRoute a/r")).count();
    assert_eq!(whole(&outcome.stdout), 10, "{}", outcome.stdout);
    let rest = "✗ IGW0102 route-without-parent: 3 more, at HTTPRoute a/r10, HTTPRoute a/r11 and";
    assert!(outcome.stdout.contains(rest), "{}", outcome.stdout);
    let outcome = run_with(&["-f", "-", "-v"], &world);
    assert_eq!(whole(&outcome.stdout), 13);
}

/// Up to kgateway 2.2 a prefix with a trailing slash leaves out the path without it.
#[test]
fn a_prefix_with_a_slash_on_an_older_kgateway() {
    let args = ["-f", &story("rewrite-slash-good"), "-q", "--assume"];
    insta::assert_snapshot!(run(&[&args[..], &["kgateway=2.2"]].concat()));
    assert_eq!(run(&[&args[..], &["kgateway=2.3"]].concat()).code, Some(0));
}

/// A host that no route takes is an error when clients are said to use it.
#[test]
fn a_host_that_clients_use() {
    let file = story("address-not-routed");
    insta::assert_snapshot!(run(&["-f", &file, "-q", "--host", "edge-1a2b.elb.example.com"]));
    assert_eq!(run(&["-f", &file, "--host", "api.example.com"]).code, Some(0));
    assert_eq!(run(&["-f", &story("address-not-routed-good"), "--host", "x"]).code, Some(0));
}

/// A Secret made by cert-manager or another operator is not reported missing.
#[test]
fn a_certificate_that_somebody_makes() {
    let file = std::fs::read_to_string(directory().join(story("certificate-missing")));
    let world = file.expect("a text");
    let only = ["-f", "-", "--only", "IGW0121", "--fail-on", "never"];
    assert!(run_with(&only, &world).stdout.contains("does not exist"));
    let (namespace, secret) = ("edge", "edge-tsl");
    assert!(world.contains(secret) && world.contains(namespace), "{world}");
    let certificate = format!(
        "\n---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: c, namespace: {namespace}}}\nspec: {{secretName: {secret}}}\n"
    );
    let outcome = run_with(&only, &(world + &certificate));
    assert!(!outcome.stdout.contains("does not exist"), "{outcome}");
    let says = format!("Certificate {namespace}/c makes it");
    assert!(outcome.stdout.contains(&says), "{outcome}");
}

/// Of a flag before the subcommand and the same one behind it, the latter counts.
#[test]
fn the_last_flag_counts() {
    let yaml = run(&["-o", "json", "-q", "check", "-q", "-o", "yaml", "--demo"]);
    assert!(yaml.stdout.starts_with("apiVersion: "), "{yaml}");
    let spelt = run(&["--colour", "never", "check", "--demo"]);
    assert_eq!(spelt.stdout, run(&["--demo"]).stdout);
    assert_eq!(run(&["-V", "check"]).stdout, run(&["--version"]).stdout);
}

/// What the API server would refuse can be named, whatever its kind.
#[test]
fn a_refused_gateway_by_name() {
    let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\n\
                   metadata: {name: gw, namespace: a}\nspec: {gatewayClassName: x, listeners: 5}\n";
    let ran = run_with(&["check", "gw", "-f", "-", "-o", "name"], gateway);
    assert_eq!((ran.stdout.as_str(), ran.code), ("gateway/a/gw IGW0125\n", Some(1)), "{ran}");
}

/// A namespace without routes is a good answer only if the files are about it.
#[test]
fn a_namespace_of_files_without_routes() {
    let file = story("same-path-twice");
    let last = |outcome: &Ran| outcome.stdout.lines().last().unwrap_or_default().to_owned();
    let given = run(&["-f", &file, "-n", "edge"]);
    let says = "No HTTPRoute in namespace edge; 2 in 1 other namespace: -A ";
    assert!(given.code == Some(0) && last(&given).starts_with(says), "{given}");
    let not_given = run(&["-f", &file, "-n", "nowhere"]);
    let says = "error: the input has nothing that routes judges in namespace nowhere: give ";
    assert!(not_given.code == Some(3) && not_given.stderr.starts_with(says), "{not_given}");
}
