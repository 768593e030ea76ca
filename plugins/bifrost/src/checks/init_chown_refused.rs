//! # An init container runs a chown that is unnecessary and may fail
//!
//! ## What it means
//! An init container runs `chown` or `chmod` on the volume, which needs root. A namespace with the
//! Pod Security level `restricted` refuses pods that run as root, and a user other than root may
//! not change owners.
//!
//! ## Why it matters
//! The pods are not created, or the init container fails and the pod never starts. `fsGroup` alone
//! is enough.
//!
//! ## Example
//! `chown 1000:1000 /app/data/config.json` in an init container from `busybox`.
//!
//! ## Fix safety
//! Safe: a mount with subPath and `fsGroup: 1000` replace it.
//!
//! ## Sources
//! Kubernetes, Pod Security Standards, fsGroup. The guide copies its configuration this way.

use igw_core::bifrost::instances;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Namespace;
use igw_core::finding::Severity;
use igw_core::kube::Kind;
use igw_core::page;

use crate::place::Place as _;

pub static CHECK: Check = Check {
    code: "IGW0708",
    name: "init-chown-refused",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Namespace],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let Some(template) = instance.template() else { continue };
        let pod = template.security_context.clone().unwrap_or_default();
        let space = facts.get::<Namespace>("", &instance.namespace).known();
        let level =
            space.and_then(|space| space.meta.labels.get("pod-security.kubernetes.io/enforce"));
        let restricted = level.is_some_and(|level| level == "restricted");
        for (number, init) in template.init_containers.iter().enumerate() {
            let words = [&init.command, &init.args].into_iter().flatten().flatten();
            if !words.into_iter().any(|word| word.reveal().contains("chown")) {
                continue;
            }
            let own = init.security_context.clone().unwrap_or_default();
            let user = own.run_as_user.or(pod.run_as_user);
            let non_root = own.run_as_non_root.or(pod.run_as_non_root) == Some(true);
            let (severity, text) = match (restricted, user) {
                (true, _) => (
                    Severity::Error,
                    "The namespace enforces Pod Security restricted: a pod whose init container runs as root is not created.",
                ),
                (_, Some(user)) if user != 0 => (
                    Severity::Error,
                    "It does not run as root, so chown is refused, the init container fails and the pod does not start.",
                ),
                _ if non_root => (
                    Severity::Error,
                    "With runAsNonRoot the container is not created, or chown is refused.",
                ),
                _ => (
                    Severity::Info,
                    "It works as root, but where Pod Security restricted is enforced the pod is not created.",
                ),
            };
            let path = format!("/spec/template/spec/initContainers/{number}");
            let title = format!(
                "init container {} runs chown, which needs root",
                igw_core::text::clip(&init.name, 60)
            );
            out.finding(
                instance
                    .at_workload(path, title)
                    .only(severity)
                    .explain(format!(
                        "{text} fsGroup: 1000 in the pod's securityContext is enough."
                    ))
                    .guide(
                        "7",
                        Some("it copies its configuration with an init container like this"),
                    ),
            );
        }
        if template.init_containers.is_empty() {
            out.passed();
        }
    }
}
