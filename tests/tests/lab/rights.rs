//! The lab's users have the rights that a test gives them, and kubectl agrees.

use std::process::Command;

use igw_tests::lab::User;

use super::lab;

/// Runs the real kubectl as a user: its exit code and both outputs.
fn kubectl(user: &User, arguments: &str) -> (Option<i32>, String) {
    let mut command: Command = lab().kubectl();
    command.env("KUBECONFIG", &user.kubeconfig).args(arguments.split_whitespace());
    let output = command.output().expect("kubectl runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("UTF-8"))
}

#[test]
fn nobody_may_do_nothing() {
    let nobody = lab().user("nobody", &[]).expect("a user");
    let (code, says) = kubectl(&nobody, "get httproutes -n default");
    assert_eq!(code, Some(1));
    assert_eq!(
        says,
        "Error from server (Forbidden): httproutes.gateway.networking.k8s.io is forbidden: User \
         \"nobody\" cannot list resource \"httproutes\" in API group \
         \"gateway.networking.k8s.io\" in the namespace \"default\"\n"
    );
}

#[test]
fn a_role_is_for_its_namespace() {
    let lab = lab();
    let reader = lab.user("reader", &["serving"]).expect("a user");
    lab.apply(
        "{apiVersion: v1, kind: Namespace, metadata: {name: rights-a}}\n---\n\
         {apiVersion: v1, kind: Namespace, metadata: {name: rights-b}}\n",
    )
    .expect("namespaces");
    let routes = ["httproutes.gateway.networking.k8s.io", "services"];
    lab.allow(&reader, Some("rights-a"), &["get", "list"], &routes).expect("a role");
    let may = |what: &str, namespace: &str| {
        let (code, says) = kubectl(&reader, &format!("auth can-i {what} -n {namespace}"));
        (code, says.lines().last().unwrap_or_default().to_owned())
    };
    let (yes, no) = ((Some(0), "yes".to_owned()), (Some(1), "no".to_owned()));
    assert_eq!(may("list httproutes.gateway.networking.k8s.io", "rights-a"), yes);
    assert_eq!(may("list services", "rights-a"), yes);
    assert_eq!(may("list httproutes.gateway.networking.k8s.io", "rights-b"), no);
    assert_eq!(may("list referencegrants.gateway.networking.k8s.io", "rights-a"), no);
    assert_eq!(may("update services", "rights-a"), no);
}

#[test]
fn the_versions_are_those_of_the_modules() {
    let (code, says) = kubectl(lab().admin(), "version");
    let version = igw_tests::lab::KUBERNETES;
    assert_eq!(code, Some(0), "{says}");
    assert!(says.contains(&format!("Client Version: v{version}\n")), "{says}");
    assert!(says.contains(&format!("Server Version: v{version}\n")), "{says}");
}
