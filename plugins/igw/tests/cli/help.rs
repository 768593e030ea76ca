//! Help, version, and what is not understood.

use crate::program::run;

#[test]
fn help() {
    insta::assert_snapshot!(run(&["--help"]));
}

#[test]
fn help_of_why() {
    insta::assert_snapshot!(run(&["why", "--help"]));
}

/// A product's help is the same from its own program and from here.
#[test]
fn help_of_a_product_names_its_own_commands() {
    let ran = run(&["bifrost", "model", "--help"]);
    assert!(ran.stdout.contains("Usage: kubectl igw bifrost model [OPTIONS] <NAME>"), "{ran}");
    let ran = run(&["routes", "--help"]);
    assert!(ran.stdout.contains("a gateway with a dozen faults"), "{ran}");
}

#[test]
fn version() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(run(&["--version"]).stdout, format!("kubectl igw {version}\n"));
    assert_eq!(run(&["version", "--client"]).stdout, format!("kubectl-igw {version}\n"));
}

#[test]
fn versions_of_what_runs() {
    insta::assert_snapshot!(run(&["version", "--demo"]));
}

#[test]
fn unknown_command() {
    insta::assert_snapshot!(run(&["rutes"]));
}

#[test]
fn a_page_of_each_product() {
    for code in ["103", "205"] {
        let ran = run(&["explain", code]);
        assert_eq!(ran.code, Some(0), "{ran}");
        assert!(ran.stdout.starts_with(&format!("IGW0{code} ")), "{ran}");
    }
}

#[test]
fn nothing_to_read() {
    insta::assert_snapshot!(run(&[]));
}

#[test]
fn rights() {
    insta::assert_snapshot!(run(&["rbac", "--product", "routes"]));
    let ran = run(&["rbac", "--product", "nothing"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("there are: gateway, routes, bifrost, langfuse, restart"), "{ran}");
}

/// Secrets are read by name, and changed only by repairs.
#[test]
fn rights_of_secrets() {
    let verbs = |args: &[&str]| {
        let ran = run(args);
        let rules = ran.stdout.split("- apiGroups:").find(|rule| rule.contains("- secrets\n"));
        let rule = rules.expect("Secrets are read").to_owned();
        rule.split("verbs:").nth(1).unwrap_or_default().split_whitespace().collect::<String>()
    };
    assert_eq!(verbs(&["rbac"]), "-get");
    assert_eq!(verbs(&["rbac", "--fix"]), "-create-delete-get");
    assert_eq!(verbs(&["rbac", "--fix", "--product", "routes"]), "-get");
}

/// Logs are read where a check of the product may ask for one.
#[test]
fn rights_of_logs() {
    let has = |args: &[&str]| run(args).stdout.contains("- pods/log\n");
    assert!(has(&["rbac"]) && has(&["rbac", "--product", "bifrost"]));
    assert!(!has(&["rbac", "--product", "routes"]));
}
