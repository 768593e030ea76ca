//! How a workload is restarted by hand, and who has to do it.

use igw_core::facts::views::Workload;
use igw_core::kube::ObjectKeeper;
use igw_core::text;

use crate::subject::argument;

/// What is to be done for a restart, as sentences.
pub fn how(workload: &Workload) -> String {
    let meta = &workload.meta;
    let own = argument(meta);
    let kind = meta.kind.as_ref();
    let mut out = match workload.kept_by.as_ref().map(|own| (&own.keeper, own)) {
        Some((ObjectKeeper::Flux, owner)) => format!(
            "{} manages it and takes back an annotation that somebody else adds, so that the pods are replaced twice. Restart it as Flux does: kubectl rollout restart {own} --field-manager=flux-client-side-apply; or change its pod template in the repository (a checksum annotation, a generated ConfigMap name).",
            text::clean(&owner.name)
        ),
        Some((ObjectKeeper::ArgoCd(name), owner)) => format!(
            "{} manages it. Restart it by Argo CD's own action: argocd app actions run {} restart --kind {kind} --resource-name {} --namespace {}; or change its pod template in the repository (a checksum annotation, a generated ConfigMap name).",
            text::clean(&owner.name),
            name.as_deref().map_or("APPLICATION".to_owned(), text::clean),
            text::clean(&meta.name),
            text::clean(&meta.namespace),
        ),
        Some((ObjectKeeper::Controller, owner)) => format!(
            "{} makes it and may take a change of its pod template back: restart it there.",
            text::clean(&owner.name)
        ),
        Some((ObjectKeeper::Helm, _)) | None => {
            format!("Restart it: kubectl igw restart {}.", text::clean(&own))
        }
    };
    if let Some(why) = replaces_nothing(workload) {
        out.push(' ');
        out.push_str(&why);
    }
    out
}

/// Why a new pod template replaces no pod.
pub fn replaces_nothing(workload: &Workload) -> Option<String> {
    let own = text::clean(&argument(&workload.meta));
    let rollout = &workload.rollout;
    match workload.meta.kind.as_ref() {
        "Deployment" if rollout.paused => Some(format!(
            "It is paused (spec.paused), so no pod is replaced until: kubectl rollout resume {own}."
        )),
        "StatefulSet" | "DaemonSet" if workload.strategy == "OnDelete" => Some(
            "Its updateStrategy is OnDelete, so a restart replaces no pod: delete its pods one after the other, each when the one before is ready."
                .to_owned(),
        ),
        "StatefulSet" if rollout.partition > 0 => {
            let (from, all) = (rollout.partition, u64::from(workload.replicas));
            Some(match from >= all {
                true => format!(
                    "Its partition is {from} and it has {}, so a restart replaces no pod.",
                    text::count(all as usize, "replica")
                ),
                false => format!("Its partition is {from}: pods with smaller numbers are not replaced."),
            })
        }
        _ => None,
    }
}

/// Whether a program makes it or puts back what others change.
pub fn is_kept(workload: &Workload) -> bool {
    let keeper = workload.kept_by.as_ref().map(|own| &own.keeper);
    keeper.is_some_and(|keeper| *keeper != ObjectKeeper::Helm)
}

/// Whether a program puts back what others change.
pub fn is_gitops(workload: &Workload) -> bool {
    let keeper = workload.kept_by.as_ref().map(|own| &own.keeper);
    matches!(keeper, Some(ObjectKeeper::Flux | ObjectKeeper::ArgoCd(_)))
}
