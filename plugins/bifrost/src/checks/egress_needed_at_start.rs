//! # Bifrost needs the internet to start
//!
//! ## What it means
//! From 1.5 on Bifrost does not start without its price sheet, which it downloads from the internet
//! unless its database has an older one. A database in an `emptyDir`, or in the container itself,
//! is new at every start.
//!
//! ## Why it matters
//! Without egress the container exits after 7 seconds, or after two minutes if packets are dropped:
//! `failed to initialize pricing manager`. With a claim this happens only at the first start.
//!
//! ## Example
//! `"framework": {"pricing": {"pricing_url": "file:///app/data/pricing.json",
//! "model_parameters_url": "file:///app/data/params.json"}}`; both files may contain just `{}`.
//!
//! ## Fix safety
//! Unsafe: the two files come with the ConfigMap, and costs are not counted any more.
//!
//! ## Sources
//! Bifrost 1.5.16 and 2.0.0-prerelease3, as observed (1.4.19 starts without it).

use igw_core::bifrost::cause::Cause;
use igw_core::bifrost::instance::{Delivery, Instance};
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::Repairs as _;
use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::said::BifrostSaid;
use igw_core::bifrost::start::has_price_file;
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::Volume;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, Set};
use igw_core::gojson::Json;
use igw_core::kube::Kind;
use igw_core::workload::volume::Data;
use igw_core::{page, pointer};
use serde_json::json;

use crate::common;
use crate::foretold::{is_seen, seen};

pub static CHECK: Check = Check {
    code: "IGW0220",
    name: "egress-needed-at-start",
    severity: Severity::Error,
    needs: &[Kind::ConfigMap, Kind::Secret, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let said = facts.store.said.of::<BifrostSaid>().internet;
    for instance in instances::all(facts) {
        let denied = is_seen(facts, instance, Cause::NoPrices).then_some(false);
        let internet = said.or(denied);
        if has_price_file(instance.config()) || internet == Some(true) {
            out.passed();
            continue;
        }
        // The price sheet is kept in the config store.
        let remote = instance.config().is_some_and(|config| config.config_store.is("postgres"));
        let kept = remote
            || matches!(
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
        let severity = if internet == Some(false) { Severity::Error } else { Severity::Warning };
        let title = match kept {
            true => format!("the first start of {} needs the internet", instance.title()),
            false => format!(
                "{} does not start without the internet: its database is new at every start",
                instance.title()
            ),
        };
        let path = if instance.workload.is_some() { "/spec/template/spec/volumes" } else { "" };
        let finding = match instance.config().filter(|_| instance.workload.is_none()) {
            Some(_) => instance.at(igw_core::gojson::Json::ROOT, title),
            None => Some(instance.at_workload(path, title)),
        };
        let finding = finding.map(|finding| finding.only(severity).explain(
            "Without its price sheet it exits: failed to initialize pricing manager. To avoid that, use file: URLs in framework.pricing; the files may contain just {}.",
        ).repair(with_files(instance)));
        out.finding_if(finding.map(|own| seen(facts, instance, Cause::NoPrices, own)));
    }
}

/// The two files, as new keys of the ConfigMap, and where they are.
fn with_files(instance: &Instance) -> Option<Fix> {
    let document = instance.document.as_ref()?;
    let (template, home) = (instance.template()?, instance.app_dir().trim_end_matches('/'));
    let is_own = |volume: &&Volume| {
        volume
            .config_map
            .as_ref()
            .is_some_and(|map| map.name == document.object.name && map.items.is_empty())
    };
    let volume =
        template.volumes.iter().find(is_own).filter(|_| document.object.kind == "ConfigMap")?;
    let known = document.path.starts_with("/data/")
        && matches!(instance.delivery, Delivery::Mounted | Delivery::Copied);
    let json = known.then(|| instance.config()).flatten()?;
    let files =
        [("pricing_url", "pricing.json"), ("model_parameters_url", "model-parameters.json")];
    let (mut data, mut mounts, mut settings) = (Vec::new(), Vec::new(), Vec::new());
    for (setting, file) in files {
        let mount = json!({
            "name": volume.name, "mountPath": format!("{home}/{file}"), "subPath": file,
        });
        data.push(Set::Put(pointer!["data", file], "{}".into()));
        mounts.push(Set::Insert(instance.container_path("/volumeMounts"), None, mount));
        let at = instance.member(Json::ROOT, &["framework", "pricing", setting]);
        settings.push(Set::Put(at, format!("file://{home}/{file}").into()));
    }
    let pricing = json.section("framework").inside("pricing");
    if pricing.text("model_parameters_url").is_some() || pricing.text("pricing_url").is_some() {
        return None;
    }
    let why = "costs are not counted any more, where the internet could be reached";
    let fix = Fix::unsafe_as(why, "read prices from empty files beside config.json");
    let fix = instance.edit(fix.change(&document.object, data), settings)?;
    instance.edit_pod(fix, mounts)
}
