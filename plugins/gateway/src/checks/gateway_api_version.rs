//! # The installed Gateway API does not go with the controller
//!
//! ## What it means
//! The definitions of the Gateway API are of two releases at once, or of a release that this
//! kgateway does not know; a version that the controller reads is not served; or objects may still be
//! stored in a version that newer releases no longer have.
//!
//! ## Why it matters
//! kgateway 2.1 and 2.2 watch TLSRoute v1alpha2. Standard releases of the Gateway API from 1.5 on
//! have TLSRoute without v1alpha2: the controller then waits forever and is never ready. A mixed
//! installation is the trace of an upgrade that the API server stopped half-way: from 1.5 on, a
//! ValidatingAdmissionPolicy refuses older definitions, but takes effect a moment too late for some
//! of them. A version left in `status.storedVersions` makes the API server refuse a later upgrade.
//!
//! ## Example
//! `gateway.networking.k8s.io/bundle-version: v1.4.1` on `gateways`, and `v1.6.1` on `httproutes`.
//!
//! ## Fix safety
//! Only shown: definitions belong to the whole cluster, and other controllers use them, too.
//!
//! ## Sources
//! Observed: Gateway API 1.4.1 applied over 1.6.1; kgateway main with 1.2.1, 1.4.1 and 1.6.1. Read:
//! kgateway 2.2 `setup.go` 93; the table of versions in kgateway's documentation.

use std::collections::BTreeMap;

use igw_core::check::{Check, Sink};
use igw_core::facts::views::CustomResourceDefinition;
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, Safety};
use igw_core::kube::{GATEWAY_API, Kind};
use igw_core::route::profile::Version;
use igw_core::{page, pointer, text};

use crate::controllers::{self, Controller, Implementation};
use crate::definitions::{self, NEEDED};
use crate::{judged, releases};

pub static CHECK: Check = Check {
    code: "IGW0602",
    name: "gateway-api-version",
    severity: Severity::Error,
    needs: &[Kind::CustomResourceDefinition],
    page: page!(),
    run,
};

/// Kinds that are looked at beside those that are needed: older ones of a mixed installation.
const ALSO: [&str; 3] = ["backendtlspolicies", "grpcroutes", "tlsroutes"];

const BUNDLE_VERSION: &str = "gateway.networking.k8s.io/bundle-version";

fn run(facts: &Facts, out: &mut Sink) {
    let plurals = NEEDED.iter().map(|needed| needed.plural).chain(ALSO);
    let mut known: Vec<&CustomResourceDefinition> = Vec::new();
    let mut unknown = None;
    for plural in plurals {
        match definitions::find(facts, GATEWAY_API, plural) {
            Fact::Known(found) => known.push(found),
            Fact::Unknown(why) => unknown = Some(why),
            Fact::Absent => {}
        }
    }
    let controllers = controllers::find(facts);
    let judge = |own: &&CustomResourceDefinition| judged::serves_all(facts, &own.meta);
    let known: Vec<_> = known.into_iter().filter(judge).collect();
    if let (true, Some(why)) = (known.is_empty() && !controllers.is_empty(), unknown) {
        return out.not_checked(Kind::CustomResourceDefinition, "", why);
    }
    let before = out.findings.len();
    out.finding_if(mixed(&known));
    for definition in &known {
        out.finding_if(not_served(definition));
        out.finding_if(stored(definition));
    }
    for controller in &controllers {
        let waits = tls_routes(facts, controller, &known);
        out.finding_if(waits.or_else(|| undocumented(controller, &known)));
    }
    if out.findings.len() == before && !known.is_empty() {
        out.passed();
    }
}

fn bundle_path() -> String {
    pointer!["metadata", "annotations", BUNDLE_VERSION]
}

/// Definitions of two releases.
fn mixed(known: &[&CustomResourceDefinition]) -> Option<Finding> {
    let mut bundles: BTreeMap<Vec<u32>, (&str, Vec<&CustomResourceDefinition>)> = BTreeMap::new();
    for own in known {
        let Some(bundle) = own.bundle.as_deref() else { continue };
        bundles.entry(numbers(bundle)?).or_insert((bundle, Vec::new())).1.push(own);
    }
    let (_, (newest, _)) = bundles.last_key_value()?;
    let (_, (oldest, old)) = bundles.first_key_value().filter(|_| bundles.len() > 1)?;
    let names = |all: &[&CustomResourceDefinition]| {
        let names: Vec<&str> = all.iter().map(|own| own.kind.as_str()).collect();
        text::list(&names)
    };
    let first = old.first()?;
    let title = format!(
        "The Gateway API is of two releases: {} of {oldest}, others of {newest}.",
        names(old)
    );
    let command = releases::install_gateway_api(newest.trim_start_matches('v'));
    let mut finding = Finding::at(&first.meta, bundle_path(), title)
        .explain("Definitions of different releases were not tested with each other. Older ones can be left by an upgrade that was stopped, or by a controller that installs its own: install one release as a whole.")
        .label("another release than the rest")
        .only(Severity::Warning)
        .repair(shown(format!("install one release: {command}")));
    for (bundle, all) in bundles.values() {
        finding = finding.evidence(format!("{BUNDLE_VERSION} {bundle}"), names(all));
    }
    Some(finding)
}

/// `v1.4.1` as numbers; a pre-release counts as its release.
fn numbers(bundle: &str) -> Option<Vec<u32>> {
    let plain = bundle.trim_start_matches('v').split(['-', '+']).next()?;
    plain.split('.').map(|part| part.parse().ok()).collect()
}

fn shown(title: String) -> Fix {
    let why = "it changes the API of the whole cluster, for every controller in it";
    Fix { safety: Safety::ShowOnly(why.to_owned()), ..Fix::safe(title) }
}

/// A version that controllers read is not served.
fn not_served(definition: &CustomResourceDefinition) -> Option<Finding> {
    let needed = NEEDED.iter().find(|needed| needed.kind == definition.kind)?;
    if definition.versions.is_empty() || definition.serves(needed.version) {
        return None;
    }
    let title = format!(
        "{} {} is not served, and controllers read no other version.",
        definition.kind, needed.version
    );
    let served = definition.versions.iter().filter(|own| own.served);
    let served: Vec<&str> = served.map(|own| own.name.as_str()).collect();
    let finding = Finding::at(&definition.meta, "/spec/versions", title)
        .explain(format!("kgateway and Envoy Gateway read {} as {}. The API server does not serve it, as if the kind were not installed.", definition.kind, needed.version))
        .label(format!("{} is not served", needed.version))
        .evidence(format!("{}, versions served", definition.meta.title()), text::list(&served));
    Some(finding)
}

/// Objects may be stored in an alpha version that is not the storage version.
fn stored(definition: &CustomResourceDefinition) -> Option<Finding> {
    let needed = NEEDED.iter().any(|needed| needed.kind == definition.kind);
    let stored = definition.stored_versions.iter().position(|own| own.contains("alpha"));
    let at = stored.filter(|_| needed)?;
    let version = &definition.stored_versions[at];
    if definition.versions.iter().any(|own| own.storage && own.name == *version) {
        return None;
    }
    let title = format!("Objects of kind {} may still be stored as {version}.", definition.kind);
    let finding = Finding::at(&definition.meta, pointer!["status", "storedVersions", at], title)
        .explain(format!("The API server refuses a release of the Gateway API without {version} as long as it stands in status.storedVersions: store all objects again, then take it out of the status."))
        .label("blocks an upgrade")
        .only(Severity::Info);
    Some(finding)
}

/// kgateway 2.1 and 2.2 with a TLSRoute that has no v1alpha2 any more.
fn tls_routes(
    facts: &Facts,
    controller: &Controller,
    known: &[&CustomResourceDefinition],
) -> Option<Finding> {
    let watches = |own: Version| own.major == 2 && (own.minor == 1 || own.minor == 2);
    let routes = known.iter().find(|own| own.kind == "TLSRoute")?;
    if !controller.is_kgateway(watches) || routes.versions.is_empty() || routes.serves("v1alpha2") {
        return None;
    }
    let version = controller.version?;
    let setting = "KGW_ENABLE_EXPERIMENTAL_GATEWAY_API_FEATURES";
    let has_setting = version.minor == 2;
    if has_setting && controller.environment(facts).text(setting).as_deref() == Some("false") {
        return None;
    }
    let bundle = routes.bundle.as_deref().unwrap_or("a newer release");
    let title = format!("{} never becomes ready with Gateway API {bundle}.", controller.title());
    let way_out = match has_setting {
        true => format!("Set {setting}=false, or upgrade kgateway to 2.3."),
        false => "Upgrade kgateway to 2.3, or install Gateway API 1.4.1.".to_owned(),
    };
    let meta = &controller.workload.meta;
    let finding = Finding::at(meta, controller.container_path(), title)
        .explain(format!("It watches TLSRoute v1alpha2, which this release does not serve, and waits for it forever. Its log repeats \"failed to list *v1alpha2.TLSRoute: the server could not find the requested resource\". {way_out}"))
        .label("waits for TLSRoute v1alpha2")
        .evidence(routes.meta.title(), "does not serve v1alpha2")
        .related(routes.meta.reference())
        .covers("IGW0605", meta.reference())
        .guide("6", None);
    Some(finding)
}

/// A release of the Gateway API that the documentation of this kgateway does not name.
fn undocumented(controller: &Controller, known: &[&CustomResourceDefinition]) -> Option<Finding> {
    if controller.implementation != Implementation::Kgateway {
        return None;
    }
    let (oldest, newest) = releases::of(controller.version?)?.documented?;
    let gateways = known.iter().find(|own| own.kind == "Gateway")?;
    let bundle = gateways.bundle.as_deref()?;
    let own = Version::parse(bundle)?;
    if own >= oldest && own <= newest {
        return None;
    }
    let title = format!(
        "{} is documented for Gateway API {oldest} to {newest}, not for {bundle}.",
        controller.title()
    );
    let finding = Finding::at(&gateways.meta, bundle_path(), title)
        .explain("Most of it works: kgateway main becomes ready with 1.2.1, 1.4.1 and 1.6.1. Kinds that are too old for it may be ignored without a word.")
        .label(format!("{} was not tested with it", controller.title()))
        .only(Severity::Info)
        .related(controller.workload.meta.reference());
    Some(finding)
}
