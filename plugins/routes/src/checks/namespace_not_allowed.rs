//! # The listener does not allow the route's namespace
//!
//! ## What it means
//! Every listener that the route could attach to has an `allowedRoutes.namespaces` that excludes
//! the route's namespace. The default is `from: Same`: only the Gateway's own namespace.
//!
//! ## Why it matters
//! The route has `Accepted=False NotAllowedByListeners` (kgateway: `NoMatchingParent` when
//! `sectionName` names the refusing listener and another would accept the route), with an empty
//! message; its requests get 404.
//!
//! ## Example
//! ```yaml
//! listeners:
//! - name: http
//!   port: 80
//!   protocol: HTTP
//!   allowedRoutes:
//!     namespaces: {from: Selector, selector: {matchLabels: {tier: ai}}}
//! ```
//! allows only namespaces with the label `tier=ai`. A ReferenceGrant has no effect here.
//!
//! ## Fix safety
//! Unsafe: which namespaces a listener allows is the decision of the Gateway's owner.
//!
//! ## Sources
//! Gateway API `gateway_types.go` 828-914; observed in kgateway main and 2.3.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::Namespace;
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::Kind;
use igw_core::route::attach::{Acceptance, Attachment, Followed, ListenerFit};
use igw_core::route::followed::FollowedParent;
use igw_core::route::{followed, selector};
use igw_core::{page, pointer, text};
use serde_json::{Value, json};

use crate::refs::{self, ParentWords as _};

pub static CHECK: Check = Check {
    code: "IGW0106",
    name: "namespace-not-allowed",
    severity: Severity::Error,
    needs: refs::OF_LISTENERS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for parent in followed::parents(facts) {
        let Followed::To(found) = &parent.followed else {
            continue;
        };
        let selected: Vec<&ListenerFit> =
            found.fits.iter().filter(|f| f.selected && f.kind).collect();
        if let Acceptance::Unknown(why) = &found.outcome {
            out.not_checked(Kind::Namespace, "", why.clone());
        } else if selected.is_empty() {
            // Told by other checks: no listener selected, or the kind not allowed.
        } else if selected.iter().all(|fit| fit.namespace == Some(false)) {
            out.finding(finding(facts, parent, found, &selected));
        } else {
            out.passed();
        }
    }
}

/// How many listeners are named.
const SHOWN: usize = 3;

fn finding(
    facts: &Facts,
    parent: &FollowedParent,
    found: &Attachment,
    refusing: &[&ListenerFit],
) -> Finding {
    let route = &parent.route.meta;
    let owner = found.parent.meta();
    // A Gateway may have 64 listeners, and refuse thousands of routes.
    let shown = &refusing[..refusing.len().min(SHOWN)];
    // Listeners often ask for the same.
    let mut reasons: Vec<String> = Vec::new();
    for (at, fit) in shown.iter().enumerate() {
        let alike = shown[..at].iter().position(|before| {
            before.listener.allowed_routes.namespaces == fit.listener.allowed_routes.namespaces
        });
        let known = alike.map(|before| reasons[before].clone());
        reasons.push(known.unwrap_or_else(|| reason(facts, found, fit, &route.namespace)));
    }
    let names: Vec<&str> = refusing.iter().map(|fit| fit.listener.name.as_str()).collect();
    let title = format!(
        "{}: {} {} of {} {} not allow namespace {}.",
        parent.not_attached(),
        if names.len() == 1 { "listener" } else { "listeners" },
        text::some_of(&names, SHOWN),
        owner.title(),
        if names.len() == 1 { "does" } else { "do" },
        route.namespace
    );
    let accepted = match found.outcome {
        Acceptance::Refused(refusal) => refusal.reason(),
        _ => "NotAllowedByListeners",
    };
    let mut finding = Finding::at(route, parent.path(), title)
        .explain(format!(
            "{} The route gets Accepted=False {accepted}, and its requests get 404. A \
             ReferenceGrant does not help: allowedRoutes alone decides.",
            told(&names, &reasons)
        ))
        .label(format!(
            "{} {} no routes from {}",
            text::some_of(&names, SHOWN),
            if names.len() == 1 { "admits" } else { "admit" },
            route.namespace
        ))
        .effect(404, 1.0, refs::all_requests(parent.route))
        .related(owner.reference())
        .guide("1", Some("it does not mention allowedRoutes, whose default is Same"));
    finding = finding.repair(opened(facts, found, refusing, &route.namespace));
    for (fit, reason) in shown.iter().zip(&reasons) {
        let at =
            format!("{}, spec.listeners[{}].allowedRoutes.namespaces", owner.title(), fit.index);
        finding = finding.evidence(at, reason);
    }
    finding
}

/// A label for the namespace where one listener asks for labels; otherwise the listener lets it in.
fn opened(
    facts: &Facts,
    found: &Attachment,
    refusing: &[&ListenerFit],
    namespace: &str,
) -> Option<Fix> {
    let [fit] = refusing else { return None };
    let owner = found.parent.meta();
    let allowed = &fit.listener.allowed_routes.namespaces;
    let labels = allowed.selector.as_ref().filter(|_| allowed.from == "Selector");
    let labels = labels.filter(|own| own.match_expressions.is_empty()).map(|own| &own.match_labels);
    let why = "which namespaces may use a listener is its owner's decision";
    if let (Some(labels), Fact::Known(home)) = (labels, facts.get::<Namespace>("", namespace)) {
        let put = |(key, value): (&String, &String)| {
            Set::Put(pointer!["metadata", "labels", key], value.clone().into())
        };
        let title = format!("label Namespace {namespace} as {} asks for", owner.title());
        let sets = labels.iter().map(put).collect();
        return Some(Fix::unsafe_as(why, title).change(&home.meta, sets));
    }
    let at = pointer!["spec", "listeners", fit.index, "allowedRoutes", "namespaces"];
    let here = if allowed.from == "Same" { vec![owner.namespace.as_str()] } else { Vec::new() };
    let names: Vec<&str> = here.into_iter().chain([namespace]).collect();
    let only = json!({ "from": "Selector", "selector": { "matchExpressions": [
        { "key": "kubernetes.io/metadata.name", "operator": "In", "values": names }] } });
    let title = format!("allow routes of {namespace} at listener {}", fit.listener.name);
    let pick = |value: &str, label: String, allowed: Value| {
        Pick::change(value, label, owner, vec![Set::Put(at.clone(), allowed)])
    };
    let these = format!("only namespaces {}", text::list(&names));
    let mut picks = vec![pick("all", "all namespaces".to_owned(), json!({ "from": "All" }))];
    // Another selector would be lost.
    if allowed.from != "Selector" {
        picks.insert(0, pick("these", these, only));
    }
    let ask = format!("Whose routes may use listener {} of {}?", fit.listener.name, owner.title());
    let choice = FixChoice { key: "namespaces", ask, picks };
    Fix::choose(Safety::Unsafe(why.to_owned()), choice, |_| title)
}

/// Why a listener refuses a namespace, as a clause.
fn reason(facts: &Facts, found: &Attachment, fit: &ListenerFit, namespace: &str) -> String {
    let allowed = &fit.listener.allowed_routes.namespaces;
    let home = &found.parent.meta().namespace;
    match (allowed.from.as_str(), &allowed.selector) {
        ("Same", _) => format!("from: Same allows only routes from {home}"),
        ("Selector", Some(selector)) => {
            let failed: Vec<String> = selector::test(facts, selector, namespace)
                .into_iter()
                .filter(|tested| tested.met == Fact::Known(false))
                .map(|tested| tested.says)
                .collect();
            format!("the labels of namespace {namespace} do not match {}", text::list(&failed))
        }
        ("Selector", None) => {
            "from: Selector has no selector, so it matches no namespace".to_owned()
        }
        (from, _) => format!("from: {from} allows no routes"),
    }
}

/// The reasons as sentences, each with its listener where there are several.
fn told(names: &[&str], reasons: &[String]) -> String {
    match reasons {
        // `from: Same` is a field and stays as it is written.
        [one] if one.starts_with("from:") => format!("{one}."),
        [one] => {
            let mut chars = one.chars();
            let first = chars.next().map(|first| first.to_uppercase().to_string());
            format!("{}{}.", first.unwrap_or_default(), chars.as_str())
        }
        many => {
            let mut told: Vec<String> = names
                .iter()
                .zip(many)
                .take(SHOWN)
                .map(|(name, reason)| format!("Listener {name}: {reason}."))
                .collect();
            if names.len() > told.len() {
                told.push(format!("{} more also refuse it.", names.len() - told.len()));
            }
            told.join(" ")
        }
    }
}
