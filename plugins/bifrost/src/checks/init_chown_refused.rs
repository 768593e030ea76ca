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
//! Safe where the pod does not start: a mount with subPath and `fsGroup: 1000` replace it. Unsafe where it
//! works as root.
//!
//! ## Sources
//! Kubernetes, Pod Security Standards, fsGroup. The guide copies its configuration this way.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::{Delivery, Instance};
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Namespace, PodTemplate, Volume};
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, pointer};
use igw_core::page;
use serde_json::json;

use crate::foretold::{is_seen, runs_chown, seen};

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
            if !runs_chown(init) {
                continue;
            }
            let own = init.security_context.clone().unwrap_or_default();
            let user = own.run_as_user.or(pod.run_as_user);
            let non_root = own.run_as_non_root.or(pod.run_as_non_root) == Some(true);
            let (severity, text) = match (restricted, user) {
                _ if is_seen(facts, instance, Cause::InitRefused) => (
                    Severity::Error,
                    "It is refused, the init container fails and the pod does not start.",
                ),
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
            let finding = instance
                .at_workload(path, title)
                .only(severity)
                .explain(format!("{text} fsGroup: 1000 in the pod's securityContext is enough."))
                .guide("7", Some("it copies its configuration with an init container like this"))
                .repair(mounted(instance, template, number, severity));
            out.finding(seen(facts, instance, Cause::InitRefused, finding));
        }
        if template.init_containers.is_empty() {
            out.passed();
        }
    }
}

/// What scripts do that copy a configuration, and nothing more.
const HARMLESS: [&str; 10] =
    ["cp", "chown", "chmod", "mkdir", "ls", "echo", "set", "touch", "sleep", "true"];

/// `fsGroup` in the place of the init container, and where it copies the configuration a mount.
fn mounted(
    instance: &Instance,
    template: &PodTemplate,
    number: usize,
    severity: Severity,
) -> Option<Fix> {
    let init = template.init_containers.get(number)?;
    let words: Vec<&str> =
        [&init.command, &init.args].into_iter().flatten().flatten().map(|w| w.reveal()).collect();
    let script = words.iter().find(|word| word.contains("chown "))?;
    let lines = script.split(['\n', ';', '&', '|']).map(str::trim).filter(|own| !own.is_empty());
    let plain =
        |line: &str| line.split_whitespace().next().is_some_and(|own| HARMLESS.contains(&own));
    let (mut lines, copies) = (lines, words.iter().any(|word| word.contains("cp ")));
    if !lines.all(plain) {
        return None;
    }
    let mut sets = Vec::new();
    if copies {
        let document =
            instance.document.as_ref().filter(|_| instance.delivery == Delivery::Copied)?;
        let is_own = |volume: &&Volume| {
            let map = volume.config_map.as_ref().map(|own| own.name.as_str());
            let secret = volume.secret.as_ref().map(|own| own.secret());
            let name = if document.object.kind == "Secret" { secret } else { map };
            let whole = [&volume.config_map, &volume.secret].into_iter().flatten();
            name == Some(&document.object.name) && whole.into_iter().all(|own| own.items.is_empty())
        };
        let volume = template.volumes.iter().find(is_own)?;
        let key = pointer::segments(&document.path).pop()?;
        let at = format!("{}/config.json", instance.app_dir().trim_end_matches('/'));
        let mount = json!({ "name": volume.name, "mountPath": at, "subPath": key });
        sets.push(Set::Insert(instance.container_path("/volumeMounts"), None, mount));
    }
    let pod = template.security_context.clone().unwrap_or_default();
    if pod.fs_group.is_none() {
        sets.push(Set::Put("/spec/template/spec/securityContext/fsGroup".into(), 1000.into()));
    }
    let all = "/spec/template/spec/initContainers";
    sets.push(Set::Drop(match template.init_containers.len() {
        1 => all.to_owned(),
        _ => format!("{all}/{number}"),
    }));
    let title = match copies {
        true => "mount config.json by subPath in the place of the init container",
        false => "let fsGroup do what the init container does",
    };
    let fix = match severity {
        Severity::Error => Fix::safe(title),
        _ => Fix::unsafe_as("the init container works where it may run as root", title),
    };
    instance.edit_pod(fix, sets)
}
