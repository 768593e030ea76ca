//! # Bifrost needs the internet to start
//!
//! ## What it means
//! From 1.5 on Bifrost does not start without its price sheet, which it gets from the internet
//! unless its database has an older one. A database in an `emptyDir`, or in the container itself,
//! is new at every start.
//!
//! ## Why it matters
//! Without egress the container exits after 7 seconds, or after two minutes where packets are
//! dropped: `failed to initialize pricing manager`. With a claim that happens at the first start
//! only.
//!
//! ## Example
//! `"framework": {"pricing": {"pricing_url": "file:///app/data/pricing.json",
//! "model_parameters_url": "file:///app/data/params.json"}}`; both files may hold `{}`.
//!
//! ## Fix safety
//! Safe: the two files come with the ConfigMap.
//!
//! ## Sources
//! Bifrost 1.5.16 and 2.0.0-prerelease3, as seen (1.4.19 starts without it).

use igw_core::bifrost::instance;
use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::start::has_price_file;
use igw_core::bifrost::volume::Data;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

use super::common;

/// IGW0220.
pub struct EgressNeededAtStart;

static META: Meta = Meta {
    code: "IGW0220",
    name: "egress-needed-at-start",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    source: include_str!("egress_needed_at_start.rs"),
};

impl Check for EgressNeededAtStart {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        let internet = cx.store.settings.internet;
        for instance in instance::all(cx) {
            if has_price_file(instance.config()) || internet == Some(true) {
                out.passed();
                continue;
            }
            let kept = matches!(
                instance.data,
                Data::Claim { .. } | Data::NotGiven | Data::Other(_) | Data::ReadOnly(_)
            );
            if kept && internet != Some(false) {
                out.passed();
                continue;
            }
            if common::holds(instance, out, |release| release.needs_prices()) != Some(true) {
                continue;
            }
            let severity =
                if internet == Some(false) { Severity::Error } else { Severity::Warning };
            let title = match kept {
                true => format!(
                    "{} does not start for the first time without the internet",
                    instance.title()
                ),
                false => format!(
                    "{} does not start without the internet: its database is new at every start",
                    instance.title()
                ),
            };
            let path = if instance.workload.is_some() { "/spec/template/spec/volumes" } else { "" };
            let finding = match instance.config().filter(|_| instance.workload.is_none()) {
                Some(_) => instance.at(igw_core::bifrost::json::Json::ROOT, title),
                None => Some(instance.at_workload(path, title)),
            };
            out.finding_if(finding.map(|finding| finding.only(severity).explain(
                "It wants its price sheet: failed to initialize pricing manager. framework.pricing with file: addresses cures that; the files may hold {}.",
            )));
        }
    }
}
