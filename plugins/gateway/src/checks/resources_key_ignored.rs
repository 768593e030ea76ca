//! # The resources of the controller stand under a key that its chart does not read
//!
//! ## What it means
//! The values of a release of the chart `kgateway` have `controller.resources`. The chart reads that
//! key only from 2.3 on; before, requests and limits of the controller are `resources`, at the top.
//!
//! ## Why it matters
//! Helm takes values that no template reads without a word. The container has no requests and no
//! limits at all: it is among the first that a full node kills, however much the values ask for.
//!
//! ## Example
//! `values: {controller: {resources: {requests: {memory: 1Gi}}}}` with chart version v2.2.2.
//!
//! ## Fix safety
//! Unsafe: the controller starts anew with these limits, and one that is too small kills it.
//!
//! ## Sources
//! Read: kgateway's charts of 2.0 to 2.4 (`controller.resources` came with d77618103). Flux
//! HelmReleases and Argo CD Applications in files are judged; a release in a cluster is not read, since
//! its values may hold secrets.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::ChartRelease;
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Set};
use igw_core::page;
use igw_core::route::profile::Version;

use crate::judged;

pub static CHECK: Check = Check {
    code: "IGW0607",
    name: "resources-key-ignored",
    severity: Severity::Warning,
    needs: &[],
    page: page!(),
    run,
};

/// The first release whose chart reads `controller.resources`.
const READS_IT: Version = Version { major: 2, minor: 3 };

fn run(facts: &Facts, out: &mut Sink) {
    for release in facts.store.known::<ChartRelease>() {
        if release.chart != "kgateway" || !judged::serves_all(facts, &release.meta) {
            continue;
        }
        // A range without a minor version may be any of them.
        let version = Version::parse(&release.version);
        match (&release.controller_resources, version) {
            (Some(resources), Some(version)) if version < READS_IT => {
                out.finding(finding(release, resources, version));
            }
            (Some(_), None) => {}
            _ => out.passed(),
        }
    }
}

fn finding(release: &ChartRelease, resources: &serde_json::Value, version: Version) -> Finding {
    let at = format!("{}/controller/resources", release.values_at);
    let title = format!("controller.resources does nothing in chart kgateway {version}.");
    let place = format!("{}/resources", release.values_at);
    let sets = vec![Set::Put(place, resources.clone()), Set::Drop(at.clone())];
    let why = "the controller starts anew with these requests and limits";
    let fix = Fix::unsafe_as(why, "move controller.resources to resources");
    let has = match release.has_resources {
        true => "It has those of resources.",
        false => "It has no requests and no limits.",
    };
    Finding::at(&release.meta, at, title)
        .at_key()
        .explain(format!("Charts before 2.3 read resources at the top of the values, and this key is not read by any template. The controller does not get these requests and limits. {has}"))
        .label("no template reads this key")
        .guide("6", Some("it sets controller.resources in every version"))
        .repair((!release.has_resources).then(|| fix.change(&release.meta, sets)))
}
