//! # kgateway wrote another status than is predicted
//!
//! ## What it means
//! A condition of a route, a Gateway or a listener is about the present version of it, and yet it is
//! not what kgateway writes for what is here. Compared are conditions that are both written and
//! predicted, as `kubectl igw routes status` shows them.
//!
//! ## Why it matters
//! The proxy works by what kgateway has seen, not by what is here. Where it wrote `False`, requests
//! fail for a reason that the objects do not show: `Accepted=False` is 404, `ResolvedRefs=False` and a
//! replaced rule are 500, a listener that is not accepted refuses connections. Where it wrote `True`
//! although something is missing, it has not seen that yet: clients get what was before, for now.
//!
//! kgateway writes most of these conditions without a message; what their reasons mean:
//!
//! - `NoMatchingParent`: no listener that lets the route in has the sectionName and port of its
//!   parentRef;
//! - `NotAllowedByListeners`: no listener lets its namespace or kind in;
//! - `NoMatchingListenerHostname`: none of its hostnames fits a listener's;
//! - `RefNotPermitted`, `BackendNotFound`, `InvalidKind`: one of its backends; the last one with a
//!   fault counts, and the number in `Replaced Rule (0)` is that of a match, not of a rule.
//!
//! ## Example
//! A Service was deleted while kgateway does not run: `ResolvedRefs=True` stays, its
//! `observedGeneration` is that of the route, and traffic still goes to the old pods.
//!
//! ## Fix safety
//! None: kgateway has to see what is here, or the prediction is wrong.
//!
//! ## Sources
//! kgateway main, 2.3, 2.2, as seen (route status, controller down).

use std::borrow::Cow;

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{
    BackendRef, Gateway, GatewayClass, ListenerPolicy, Rule, TrafficPolicy,
};
use igw_core::facts::{self, Cx, Kind, Profile, Version, pointer};
use igw_core::finding::{Finding, Severity};
use igw_core::route::attach::{Attachment, Followed};
use igw_core::route::compare::{self, Disagreement};
use igw_core::route::gateway;
use igw_core::route::reason::{self, Harm};
use igw_core::route::status;
use igw_core::scene::{Front, Parent, Scene};
use igw_core::words;

/// IGW0133.
pub struct StatusDisagrees;

static META: Meta = Meta {
    code: "IGW0133",
    name: "status-disagrees",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    source: include_str!("status_disagrees.rs"),
};

impl Check for StatusDisagrees {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        // Nobody has written anything about a change that is not applied yet.
        if cx.store.overlaid {
            return;
        }
        for parent in cx.parents() {
            of_route(cx, parent, out);
        }
        for front in cx.gateways() {
            let gateway = front.compiled.gateway;
            if cx.scope.contains(&gateway.meta) && gateway.written.is_current() {
                of_gateway(cx, front, out);
            }
        }
    }
}

fn of_route(cx: &Scene, parent: &Parent, out: &mut Sink) {
    let route = parent.route;
    let Followed::To(found) = &parent.followed else { return };
    let gateway = found.parent.gateway();
    // What was said before the Gateway was changed is no evidence, either.
    if !found.profile.is_kgateway()
        || !route.written.is_current()
        || gateway.written.stale().is_some()
    {
        return;
    }
    let said = &route.written.said;
    let mut apart = apart(&versions(cx, found.profile), |profile| {
        let under = match profile == found.profile {
            true => Cow::Borrowed(&**found),
            false => Cow::Owned(Attachment { profile, ..Attachment::clone(found) }),
        };
        let judged =
            |rule: &Rule, reference: &BackendRef| cx.judged(parent, rule, reference, &profile);
        let predicted = status::conditions(cx, route, &under, judged);
        let home = &route.meta.namespace;
        compare::at_parent(home, parent.reference, GatewayClass::KGATEWAY, predicted, said)
    });
    let homes = [route.meta.namespace.as_str(), gateway.meta.namespace.as_str()];
    apart.retain(|one| !hangs_on_unknown_policies(cx, &homes, one));
    let harm =
        |_: &str, kind: &str, status: &str, reason: &str| reason::of_route(kind, status, reason);
    let place = format!(" at {}", found.parent.meta().title());
    match finding(cx, &route.meta, &place, &apart, harm) {
        Some(finding) => out.finding(finding.related(found.parent.meta().reference())),
        None => out.passed(),
    }
}

fn of_gateway(cx: &Scene, front: &Front, out: &mut Sink) {
    let gateway: &Gateway = front.compiled.gateway;
    let own = front.compiled.profile;
    if !own.is_kgateway() {
        return;
    }
    let mut apart = apart(&versions(cx, own), |profile| {
        let predicted = match profile == own {
            true => status::of_gateway(cx, &front.compiled),
            false => status::of_gateway(cx, &gateway::compile(cx, gateway, profile)),
        };
        compare::disagreements(&gateway.meta.namespace, &predicted, &gateway.written.said)
    });
    let is_own = |one: &Disagreement| one.path.starts_with("/status/conditions/");
    // Programmed=False is told by IGW0135.
    let told = |one: &Disagreement| {
        is_own(one) && one.written.kind == "Programmed" && one.written.status == "False"
    };
    let home = gateway.meta.namespace.as_str();
    apart.retain(|one| !told(one) && !hangs_on_unknown_policies(cx, &[home], one));
    let harm = |path: &str, kind: &str, status: &str, reason: &str| {
        reason::of_gateway(path.starts_with("/status/listeners/"), kind, status, reason)
    };
    match finding(cx, &gateway.meta, "", &apart, harm) {
        Some(finding) => out.finding(finding),
        None => out.passed(),
    }
}

/// The rules that may be those of the kgateway that wrote, the likeliest first.
fn versions(cx: &Cx, profile: Profile) -> Vec<Profile> {
    let settings = &cx.store.settings;
    match profile {
        Profile::Kgateway { validation, .. }
            if settings.kgateway.or(settings.kgateway_seen).is_none() =>
        {
            let all = Version::KGATEWAYS.into_iter().rev();
            all.map(|version| Profile::Kgateway { version, validation }).collect()
        }
        known => vec![known],
    }
}

/// What is written otherwise than each of the versions would.
fn apart<'a>(
    versions: &[Profile],
    under: impl Fn(Profile) -> Vec<Disagreement<'a>>,
) -> Vec<Disagreement<'a>> {
    let mut out: Option<Vec<Disagreement>> = None;
    for &version in versions {
        let found = under(version);
        let left = match out {
            None => found,
            Some(mut before) => {
                before.retain(|one| found.iter().any(|other| other.path == one.path));
                before
            }
        };
        if left.is_empty() {
            return left;
        }
        out = Some(left);
    }
    out.unwrap_or_default()
}

/// Whether it may be a policy, which nobody showed, that makes the difference.
fn hangs_on_unknown_policies(cx: &Cx, homes: &[&str], one: &Disagreement) -> bool {
    let predicted = &one.predicted;
    ["Accepted", "kgateway.dev/Programmed"].contains(&predicted.kind.as_str())
        && predicted.status == "True"
        && homes.iter().any(|home| {
            cx.list::<TrafficPolicy>(Some(home)).gap.is_some()
                || cx.list::<ListenerPolicy>(Some(home)).gap.is_some()
        })
}

/// One finding of all that is apart: the worst makes its title.
fn finding(
    cx: &Cx,
    meta: &facts::Meta,
    place: &str,
    apart: &[Disagreement],
    harm: impl Fn(&str, &str, &str, &str) -> Option<Harm>,
) -> Option<Finding> {
    let weigh = |one: &Disagreement| {
        let (theirs, ours) = (one.written, &one.predicted);
        let written = harm(&one.path, &theirs.kind, &theirs.status, &theirs.reason);
        let predicted = harm(&one.path, &ours.kind, &ours.status, &ours.reason);
        match (written, predicted) {
            (Some(_), None) => (Severity::Error, written),
            _ if theirs.status == ours.status => (Severity::Info, None),
            _ => (Severity::Warning, None),
        }
    };
    let worst = apart.iter().rev().max_by_key(|one| weigh(one).0)?;
    let (severity, harm) = weigh(worst);
    let wrote = say(&worst.written.status, &worst.written.kind, &worst.written.reason);
    let ours = say(&worst.predicted.status, &worst.predicted.kind, &worst.predicted.reason);
    let object = format!("{}{place}", meta.title());
    let title = format!("kgateway wrote {wrote} for {object}, where {ours} is predicted.");
    let mut explanation = match (severity, harm) {
        (_, Some(Harm::Status(status))) => format!("Requests to it get {status}. "),
        (_, Some(Harm::Part(status))) => {
            format!("Requests to the backend or rule that is meant get {status}. ")
        }
        (_, Some(Harm::Refused)) => {
            "Connections are refused, unless a proxy is left from before. ".to_owned()
        }
        (Severity::Warning, None) => {
            "The proxy works by what kgateway has seen, so clients may get what was before. "
                .to_owned()
        }
        _ => String::new(),
    };
    if worst.written.status == "False" && worst.written.kind != "Conflicted" {
        explanation += &reason::said(worst.written);
        explanation.push(' ');
    }
    explanation += match cx.store.world {
        None => {
            "Seconds after a change that is normal. If it stays, kgateway does not see what is here: it does not run, may not read it, or leaves its namespace out"
        }
        Some(_) => "Something that is in the cluster is not in the input, or was changed since",
    };
    explanation += "; or it has settings that are not known (--assume kgateway=VERSION, kgateway.validation=strict).";
    let mut out = Finding::at(meta, worst.path.clone(), title)
        .explain(explanation)
        .label("written")
        .only(severity);
    if let Some(Harm::Status(status)) = harm {
        out = out.effect(status, 1.0, format!("requests to {object}"));
    }
    for one in apart {
        let wrote = say(&one.written.status, &one.written.kind, &one.written.reason);
        let ours = say(&one.predicted.status, "", &one.predicted.reason);
        let at = format!("{}, {}", meta.title(), pointer::dotted(&one.path));
        out = out.evidence(at, format!("{wrote}; predicted {ours}"));
    }
    Some(out)
}

/// `Accepted=False NoMatchingParent`.
fn say(status: &str, kind: &str, reason: &str) -> String {
    let equals = if kind.is_empty() { "" } else { "=" };
    words::clean(&words::clip(&format!("{kind}{equals}{status} {reason}"), 100))
}
