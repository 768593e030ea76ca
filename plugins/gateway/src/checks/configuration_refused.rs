//! # Envoy refuses what the controller sends
//!
//! ## What it means
//! The controller's log has `xds error`: the proxy of a Gateway refused a configuration (a NACK), with
//! Envoy's reason. It is the only sign that there is.
//!
//! ## Why it matters
//! All conditions of all objects stay True. A proxy that runs keeps the old routes of the port, and
//! routes that are added later are not served either; a proxy that starts has no route on that port:
//! 404 for everything. All is well again as soon as the invalid value is gone.
//!
//! ## Example
//! `Incorrect configuration: 100%. Couldn't find valid command at position 3`: a header value with a
//! single `%`.
//!
//! ## Fix safety
//! None here: IGW0126 finds the values that Envoy is known to refuse, and repairs what can be
//! repaired.
//!
//! ## Sources
//! Observed in kgateway main with Envoy 1.40 (all conditions True, old routes kept); kgateway issues
//! #14264 and #11794.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::Gateway;
use igw_core::facts::{Fact, Facts, WhyKind};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::followed;
use igw_core::{page, text};

use crate::controllers::{self, Controller, Implementation};
use crate::log::{self, EnvoyRefusal};
use crate::{judged, pods};

pub static CHECK: Check = Check {
    code: "IGW0612",
    name: "configuration-refused",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let gateways = judged::gateways(facts);
    let of_kgateway = |own: &Controller| own.implementation == Implementation::Kgateway;
    // Files have no logs, and without a Gateway there is no proxy.
    if gateways.is_empty() || facts.store.world.is_some() {
        return;
    }
    for controller in controllers::find(facts).into_iter().filter(of_kgateway) {
        let Some((_, container)) = controller.container() else { continue };
        let all = pods::of_controller(facts, &controller);
        for pod in all.into_iter().filter(|pod| pod.ready == Some(true)) {
            let meta = &pod.meta;
            match facts.logs(&meta.namespace, &meta.name, &container.name, false) {
                Fact::Known(lines) => judge(facts, &gateways, &log::refusals(lines), out),
                Fact::Unknown(why) if why.kind != WhyKind::NotAsked => {
                    out.log_not_checked(&meta.namespace, why);
                }
                Fact::Unknown(_) | Fact::Absent => {}
            }
        }
    }
}

fn judge(facts: &Facts, gateways: &[&Gateway], refusals: &[EnvoyRefusal], out: &mut Sink) {
    for gateway in gateways {
        let meta = &gateway.meta;
        let own = |one: &&EnvoyRefusal| one.gateway == meta.name && one.namespace == meta.namespace;
        let mut all = refusals.iter().filter(own).peekable();
        if all.peek().is_none() {
            out.passed();
        }
        for refusal in all {
            out.finding(finding(facts, gateway, refusal));
        }
    }
}

/// An old line may be about what was repaired since: it is an error only where a value is known that
/// Envoy refuses.
fn finding(facts: &Facts, gateway: &Gateway, refusal: &EnvoyRefusal) -> Finding {
    let fronts = followed::gateways(facts).iter();
    let mut own = fronts.filter(|front| front.compiled.gateway.meta.is_same(&gateway.meta));
    let refused = own.any(|front| front.tables.iter().any(|(_, table)| !table.refused.is_empty()));
    let resource = text::clip(&text::clean(&refusal.resource), 60);
    let error = text::clip(&text::clean(&refusal.error), 300);
    let title = format!("The proxy of {} refuses its {resource}: {error}.", gateway.meta.title());
    let says = match refused {
        true => "The value that it refuses is IGW0126.",
        false => {
            "If that was repaired since, the line is old: a restart of the controller shows whether it comes again."
        }
    };
    let finding = Finding::at(&gateway.meta, "/spec/listeners", title)
        .explain(format!("The proxy keeps the old routes of the port, and one that starts has none: 404. All conditions stay True. {says}"))
        .label("its configuration is refused")
        .evidence("log of kgateway, xds error", error)
        .guide("6", None);
    match refused {
        true => finding,
        false => finding.only(Severity::Warning),
    }
}
