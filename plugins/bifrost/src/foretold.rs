//! Whether what a pod shows is what the manifests show already: one judgement, not two.

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::prediction::{Circumstances, Start};
use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::said::BifrostSaid;
use igw_core::bifrost::start::{self, has_price_file};
use igw_core::facts::Facts;
use igw_core::facts::views::Container;
use igw_core::finding::Finding;
use igw_core::workload::volume::Data;

use crate::failed::{FailedPod, confirmed};
use crate::observed::failing;
use crate::replicas;

/// Whether the check that explains the cause of a failure finds it in the manifests.
pub fn foretold(facts: &Facts, instance: &Instance, failed: &FailedPod) -> bool {
    let Some(cause) = failed.meaning.and_then(|own| own.cause) else {
        // Its log is not known, but that it ends is what the manifests say of it.
        return is_mute(failed) && plain(facts, instance).start == Start::Exits;
    };
    match cause {
        Cause::NamedUser => needs_number(instance) && instance.release.is_some(),
        Cause::InitRefused => instance.template().is_some_and(|template| {
            let own = template.init_containers.iter().find(|own| own.name == failed.container);
            own.is_some_and(runs_chown)
        }),
        Cause::SharedDatabase => shares(facts, instance),
        Cause::NoPrices => {
            let internet = facts.store.said.of::<BifrostSaid>().internet;
            let needs = instance.holds(|release| release.needs_prices()) == Some(true);
            needs && internet != Some(true) && !has_price_file(instance.config())
        }
        _ => {
            let blocked = instance.blocked.iter().any(|found| found.cause == cause);
            let around = around(facts);
            let of = |release| start::of(instance, release, &around).cause == Some(cause);
            blocked || instance.releases().into_iter().any(of)
        }
    }
}

/// A finding for a cause, with the pod that shows it, if one does.
pub fn seen(facts: &Facts, instance: &Instance, cause: Cause, finding: Finding) -> Finding {
    match failing(facts, instance) {
        Some(failed) if failed.meaning.and_then(|own| own.cause) == Some(cause) => {
            confirmed(finding, failed)
        }
        Some(failed) if is_mute(failed) && plain(facts, instance).cause == Some(cause) => {
            confirmed(finding, failed)
        }
        _ => finding,
    }
}

/// Whether a pod shows that this is why it fails.
pub fn is_seen(facts: &Facts, instance: &Instance, cause: Cause) -> bool {
    let known = failing(facts, instance).and_then(|failed| failed.meaning);
    known.and_then(|meaning| meaning.cause) == Some(cause)
}

fn is_mute(failed: &FailedPod) -> bool {
    failed.exited() && failed.meaning.is_none() && failed.words.is_none() && failed.gap.is_some()
}

/// What the manifests alone say.
fn plain(facts: &Facts, instance: &Instance) -> igw_core::bifrost::prediction::Prediction {
    start::predict(instance, &around(facts))
}

pub fn around(facts: &Facts) -> Circumstances {
    let internet = facts.store.said.of::<BifrostSaid>().internet;
    Circumstances { internet, ..Circumstances::default() }
}

/// Whether its container must not be root, and no number says who it is.
pub fn needs_number(instance: &Instance) -> bool {
    let (Some(template), Some(container)) = (instance.template(), instance.container()) else {
        return false;
    };
    let pod = template.security_context.clone().unwrap_or_default();
    let own = container.security_context.clone().unwrap_or_default();
    let non_root = own.run_as_non_root.or(pod.run_as_non_root) == Some(true);
    non_root && own.run_as_user.or(pod.run_as_user).is_none()
}

/// Whether a container changes owners.
pub fn runs_chown(container: &Container) -> bool {
    let mut words = [&container.command, &container.args].into_iter().flatten().flatten();
    words.any(|word| word.reveal().contains("chown"))
}

/// Whether several pods write the files of one claim.
fn shares(facts: &Facts, instance: &Instance) -> bool {
    let (Some(workload), Data::Claim { per_pod: false, .. }) = (&instance.workload, &instance.data)
    else {
        return false;
    };
    let postgres = instance.config().is_some_and(|config| config.config_store.is("postgres"));
    let (_, most, _) = replicas::of(facts, workload);
    most > 1 && !postgres
}
