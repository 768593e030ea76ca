//! # The listener does not let the route's namespace in
//!
//! ## What it means
//! Every listener that the route could attach to has an `allowedRoutes.namespaces` that leaves
//! the route's namespace out. The default is `from: Same`: the Gateway's own namespace.
//!
//! ## Why it matters
//! The route has `Accepted=False NotAllowedByListeners` (kgateway: `NoMatchingParent`, when
//! `sectionName` points at the refusing listener and another would let it in), with an empty
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
//! lets in the namespaces with label `tier=ai` only. A ReferenceGrant plays no part here.
//!
//! ## Fix safety
//! Unsafe: letting a namespace in is the decision of the Gateway's owner.
//!
//! ## Sources
//! Gateway API `gateway_types.go` 828-914; kgateway main, 2.3, as seen.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::{Cx, Fact, Kind};
use igw_core::finding::{Finding, Severity};
use igw_core::route::attach::{Attachment, Fit, Followed, Outcome};
use igw_core::route::selector;
use igw_core::scene::Scene;
use igw_core::words;

use super::refs::{self, Parent};

/// IGW0106.
pub struct NamespaceNotAllowed;

static META: Meta = Meta {
    code: "IGW0106",
    name: "namespace-not-allowed",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::ListenerSet,
        Kind::GatewayClass,
        Kind::Namespace,
    ],
    source: include_str!("namespace_not_allowed.rs"),
};

impl Check for NamespaceNotAllowed {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for parent in refs::parents(cx) {
            let Followed::To(found) = &parent.followed else {
                continue;
            };
            let selected: Vec<&Fit> = found.fits.iter().filter(|f| f.selected && f.kind).collect();
            if let Outcome::Unknown(why) = &found.outcome {
                out.not_checked(Kind::Namespace, "", why.clone());
            } else if selected.is_empty() {
                // Told by other checks: no listener selected, or the kind not allowed.
            } else if selected.iter().all(|fit| fit.namespace == Fact::Known(false)) {
                out.finding(finding(cx, &parent, found, &selected));
            } else {
                out.passed();
            }
        }
    }
}

fn finding(cx: &Cx, parent: &Parent, found: &Attachment, refusing: &[&Fit]) -> Finding {
    let route = &parent.route.meta;
    let owner = found.parent.meta();
    let reasons: Vec<String> =
        refusing.iter().map(|fit| reason(cx, found, fit, &route.namespace)).collect();
    let names: Vec<&str> = refusing.iter().map(|fit| fit.listener.name.as_str()).collect();
    let title = format!(
        "{}: {} {} of {} {} not let namespace {} in.",
        parent.not_attached(),
        if names.len() == 1 { "listener" } else { "listeners" },
        words::list(&names),
        owner.title(),
        if names.len() == 1 { "does" } else { "do" },
        route.namespace
    );
    let accepted = match found.outcome {
        Outcome::Refused(refusal) => refusal.reason(),
        _ => "NotAllowedByListeners",
    };
    let mut finding = Finding::at(route, parent.path(), title)
        .explain(format!(
            "{} The route gets Accepted=False {accepted}, and its requests get 404. A \
             ReferenceGrant does not help: allowedRoutes alone decides.",
            told(&names, &reasons)
        ))
        .label(format!(
            "{} {} no route of {}",
            words::list(&names),
            if names.len() == 1 { "admits" } else { "admit" },
            route.namespace
        ))
        .effect(404, 1.0, refs::all_requests(parent.route))
        .related(owner.reference())
        .guide("1", Some("it does not mention allowedRoutes, whose default is Same"));
    for (fit, reason) in refusing.iter().zip(&reasons) {
        let at =
            format!("{}, spec.listeners[{}].allowedRoutes.namespaces", owner.title(), fit.index);
        finding = finding.evidence(at, reason);
    }
    finding
}

/// Why a listener refuses a namespace, as a clause.
fn reason(cx: &Cx, found: &Attachment, fit: &Fit, namespace: &str) -> String {
    let allowed = &fit.listener.allowed_routes.namespaces;
    let home = &found.parent.meta().namespace;
    match (allowed.from.as_str(), &allowed.selector) {
        ("Same", _) => format!("from: Same takes routes of {home} only"),
        ("Selector", Some(selector)) => {
            let failed: Vec<String> = selector::test(cx, selector, namespace)
                .into_iter()
                .filter(|tested| tested.met == Fact::Known(false))
                .map(|tested| tested.says)
                .collect();
            format!("the labels of namespace {namespace} do not fit {}", words::list(&failed))
        }
        ("Selector", None) => "from: Selector has no selector, which fits no namespace".to_owned(),
        (from, _) => format!("from: {from} takes no routes"),
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
                .take(3)
                .map(|(name, reason)| format!("Listener {name}: {reason}."))
                .collect();
            if many.len() > told.len() {
                told.push(format!("{} more refuse it, too.", many.len() - told.len()));
            }
            told.join(" ")
        }
    }
}
