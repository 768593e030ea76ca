//! # A setting of the controller changes how routes are read
//!
//! ## What it means
//! The environment of kgateway's controller (`KGW_*`) has a value that is not the default and that
//! changes which routes exist for it, which references are allowed, or which route wins.
//!
//! ## Why it matters
//! Routes in a namespace that `KGW_DISCOVERY_NAMESPACE_SELECTORS` does not select are ignored: they
//! get **no status** and 404, although everything about them is right. A value that kgateway does not
//! understand ends it at once, at every start. The other settings are reported as notes, because
//! everything else that these commands say assumes the defaults.
//!
//! ## Example
//! `KGW_DISCOVERY_NAMESPACE_SELECTORS: '[{"matchLabels":{"gateway":"on"}}]'` and a namespace without
//! that label.
//!
//! ## Fix safety
//! None: the setting is somebody's intention. Label the namespace, or change the selectors.
//!
//! ## Sources
//! Read: kgateway `api/settings/settings.go`. Observed: `KGW_VALIDATION_MODE` STRICT, and a value that
//! is none (exit 1 with `envconfig.Process: assigning KGW_VALIDATION_MODE to ValidationMode`).

use std::collections::BTreeSet;

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{Gateway, HttpRoute, Selector};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::profile::Version;
use igw_core::route::selector;
use igw_core::workload::env::{Environment, Var};
use igw_core::{page, text};

use crate::controllers::{self, Controller, Implementation};
use crate::judged;

pub static CHECK: Check = Check {
    code: "IGW0609",
    name: "controller-settings",
    severity: Severity::Error,
    needs: &[Kind::Gateway, Kind::GatewayClass, Kind::HttpRoute, Kind::Namespace],
    page: page!(),
    run,
};

const SELECTORS: &str = "KGW_DISCOVERY_NAMESPACE_SELECTORS";
const VALIDATION: &str = "KGW_VALIDATION_MODE";

fn run(facts: &Facts, out: &mut Sink) {
    let of_kgateway = |own: &Controller| own.implementation == Implementation::Kgateway;
    for controller in controllers::find(facts).into_iter().filter(of_kgateway) {
        if !judged::serves_all(facts, &controller.workload.meta) {
            continue;
        }
        let environment = controller.environment(facts);
        let before = out.findings.len();
        hidden(facts, &controller, &environment, out);
        out.finding_if(bad_mode(&controller, &environment));
        for note in &NOTES {
            out.finding_if(noted(&controller, &environment, note));
        }
        if out.findings.len() == before {
            out.passed();
        }
    }
}

/// A setting that changes what other commands say.
struct Note {
    name: &'static str,
    value: &'static str,
    since: Version,
    title: &'static str,
    says: &'static str,
}

const NOTES: [Note; 4] = [
    Note {
        name: VALIDATION,
        value: "STRICT",
        since: Version { major: 2, minor: 0 },
        title: "The controller validates strictly.",
        says: "It tries each rule before Envoy gets it, and replaces or drops only the invalid one. Check routes with --assume kgateway.validation=strict.",
    },
    Note {
        name: "KGW_REFERENCE_GRANT_MODE",
        value: "OFF",
        since: Version { major: 2, minor: 4 },
        title: "The controller does not ask for ReferenceGrants.",
        says: "References to other namespaces are served without a grant. What other checks say of missing grants does not hold for it.",
    },
    Note {
        name: "KGW_REFERENCE_GRANT_MODE",
        value: "STRICT",
        since: Version { major: 2, minor: 4 },
        title: "The controller asks for ReferenceGrants of more references than by default.",
        says: "References that are allowed by default may need a grant, too. Other checks assume the default.",
    },
    Note {
        name: "KGW_WEIGHTED_ROUTE_PRECEDENCE",
        value: "true",
        since: Version { major: 2, minor: 1 },
        title: "An annotation of routes decides which one wins.",
        says: "A route's weight annotation comes before all rules of precedence of the Gateway API. Other checks and why assume those rules.",
    },
];

fn noted(controller: &Controller, environment: &Environment, note: &Note) -> Option<Finding> {
    let value = environment.text(note.name)?;
    if !value.eq_ignore_ascii_case(note.value)
        || controller.version.is_some_and(|version| version < note.since)
    {
        return None;
    }
    Some(
        at(controller, note.name, note.title)
            .explain(note.says)
            .only(Severity::Info)
            .evidence(format!("{}, {}", controller.workload.meta.title(), note.name), note.value),
    )
}

fn at(controller: &Controller, name: &str, title: impl Into<String>) -> Finding {
    Finding::at(&controller.workload.meta, controller.variable_path(name), title)
        .label("not the default")
}

/// A value that is none: whether small letters are accepted is not known, and not reported.
fn bad_mode(controller: &Controller, environment: &Environment) -> Option<Finding> {
    let value = environment.text(VALIDATION)?;
    if ["STANDARD", "STRICT"].iter().any(|known| value.eq_ignore_ascii_case(known)) {
        return None;
    }
    let meta = &controller.workload.meta;
    let title = format!(
        "{} exits at once: {VALIDATION} is neither STANDARD nor STRICT.",
        controller.title()
    );
    Some(
        at(controller, VALIDATION, title)
            .explain(format!("It ends with \"envconfig.Process: assigning {VALIDATION} to ValidationMode\" at every start."))
            .label("not a known value")
            .covers("IGW0605", meta.reference()),
    )
}

/// Namespaces with Gateways or routes that the controller does not look into.
fn hidden(facts: &Facts, controller: &Controller, environment: &Environment, out: &mut Sink) {
    let text = match environment.get(SELECTORS) {
        Var::Set(value) => value.reveal().trim().to_owned(),
        Var::Unset | Var::Dangling(_) | Var::Unknown(_) => return,
    };
    if text.is_empty() || text == "[]" {
        return;
    }
    let Ok(selectors) = serde_json::from_str::<Vec<Selector>>(&text) else { return };
    if selectors.is_empty() {
        return;
    }
    let gateways = facts.list::<Gateway>(None).items.into_iter().map(|own| &own.meta);
    let routes = facts.list::<HttpRoute>(None).items.into_iter().map(|own| &own.meta);
    let judged: Vec<_> = gateways.chain(routes).filter(|meta| facts.scope.contains(meta)).collect();
    let namespaces: BTreeSet<&str> = judged.iter().map(|meta| meta.namespace.as_str()).collect();
    let mut unseen = Vec::new();
    for namespace in namespaces {
        match is_selected(facts, &selectors, namespace) {
            Fact::Known(true) => out.passed(),
            Fact::Unknown(why) => out.not_checked(Kind::Namespace, "", why),
            Fact::Known(false) | Fact::Absent => unseen.push(namespace),
        }
    }
    if unseen.is_empty() {
        return;
    }
    let objects = judged.iter().filter(|meta| unseen.contains(&meta.namespace.as_str()));
    let titles: Vec<String> = objects.map(|meta| meta.title()).collect();
    let names = text::some_of(&unseen, 4);
    let title = format!("{} ignores everything in {names}.", controller.title());
    out.finding(
        at(controller, SELECTORS, title)
            .explain(format!(
                "{SELECTORS} does not select {}. Gateways and routes there get no status: {}.",
                match unseen.len() {
                    1 => "this namespace",
                    _ => "these namespaces",
                },
                text::some_of(&titles, 4)
            ))
            .label("does not select them"),
    );
}

/// One selector has to fit, in all that it requires.
fn is_selected(facts: &Facts, selectors: &[Selector], namespace: &str) -> Fact<bool> {
    let mut out = Fact::Known(false);
    for one in selectors {
        let mut fits = Fact::Known(true);
        for tested in selector::test(facts, one, namespace) {
            match tested.met {
                Fact::Known(true) => {}
                Fact::Unknown(why) if fits == Fact::Known(true) => fits = Fact::Unknown(why),
                Fact::Unknown(_) => {}
                Fact::Known(false) | Fact::Absent => fits = Fact::Known(false),
            }
        }
        match fits {
            Fact::Known(true) => return fits,
            Fact::Unknown(_) => out = fits,
            Fact::Known(false) | Fact::Absent => {}
        }
    }
    out
}
