//! # A controller wrote a different status than predicted
//!
//! ## What it means
//! A condition of a route, a Gateway, a ListenerSet or a listener describes its current version, but is not what
//! kgateway writes for the objects as they are. Only conditions that are both written and predicted
//! are compared, as `kubectl igw routes status` shows them. Of other controllers, whose rules are less
//! well known, only what they refuse and the prediction does not is reported. Of GRPCRoutes, TLSRoutes
//! and TCPRoutes all that is refused is reported.
//!
//! ## Why it matters
//! The proxy follows what kgateway has seen, not the objects as they are. Where kgateway wrote
//! `False`, requests fail for a reason that the objects do not show: `Accepted=False` means 404,
//! `ResolvedRefs=False` and a replaced rule mean 500, and a listener that is not accepted refuses
//! connections. Where it wrote `True` although something is missing, it has not seen that yet: for
//! now, clients get the earlier behaviour.
//!
//! kgateway writes most of these conditions without a message. Their reasons mean:
//!
//! - `NoMatchingParent`: no listener that allows the route has the sectionName and port of its
//!   parentRef;
//! - `NotAllowedByListeners`: no listener allows its namespace or kind;
//! - `NoMatchingListenerHostname`: none of its hostnames matches a listener's;
//! - `RefNotPermitted`, `BackendNotFound`, `InvalidKind`: one of its backends is at fault; the last
//!   one counts, and the number in `Replaced Rule (0)` is that of a match, not of a rule.
//!
//! ## Example
//! A Service is deleted while kgateway is not running: `ResolvedRefs=True` stays, its
//! `observedGeneration` is that of the route, and traffic still goes to the old pods.
//!
//! ## Fix safety
//! None: kgateway has to see the objects as they are, or the prediction is wrong.
//!
//! ## Sources
//! Observed in kgateway main, 2.3 and 2.2 (route status, controller down).

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{BackendRef, ListenerSet, Rule};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::{Kind, Meta, pointer};
use igw_core::route::attach::Followed;
use igw_core::route::compare::Disagreement;
use igw_core::route::followed::{FollowedParent, Front};
use igw_core::route::profile::Profile;
use igw_core::route::reason::{self, ReasonHarm};
use igw_core::route::{contradiction, followed};
use igw_core::{page, text};

use crate::other_refusals;

pub static CHECK: Check = Check {
    code: "IGW0133",
    name: "status-disagrees",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::ListenerSet],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    // Nobody has written anything about a change that is not applied yet.
    if facts.store.overlaid {
        return;
    }
    other_refusals::of_routes(facts, out);
    for parent in followed::parents(facts) {
        of_route(facts, parent, out);
    }
    for front in followed::gateways(facts) {
        let gateway = front.compiled.gateway;
        if facts.scope.contains(&gateway.meta) && gateway.written.is_current() {
            of_gateway(facts, front, out);
        }
        of_sets(facts, front, out);
    }
}

fn of_route(facts: &Facts, parent: &FollowedParent, out: &mut Sink) {
    let route = parent.route;
    let Followed::To(found) = &parent.followed else { return };
    if !route.written.is_current() || found.parent.gateway().written.stale().is_some() {
        return;
    }
    let judged = |rule: &Rule, reference: &BackendRef, profile: &Profile| {
        followed::judged(facts, parent, rule, reference, profile)
    };
    let apart = contradiction::of_route(facts, route, parent.reference, found, judged);
    let harm =
        |_: &str, kind: &str, status: &str, reason: &str| reason::of_route(kind, status, reason);
    let place = format!(" at {}", found.parent.meta().title());
    match finding(facts, &route.meta, &place, &found.profile, &apart, harm) {
        Some(finding) => out.finding(finding.related(found.parent.meta().reference())),
        None => out.passed(),
    }
}

fn of_gateway<'a>(facts: &Facts<'a>, front: &Front<'a>, out: &mut Sink) {
    let gateway = front.compiled.gateway;
    let mut apart = contradiction::of_gateway(facts, &front.compiled);
    let is_own = |one: &Disagreement| one.path.starts_with("/status/conditions/");
    // Programmed=False is IGW0135's.
    apart.retain(|one| {
        !(is_own(one) && one.written.kind == "Programmed" && one.written.status == "False")
    });
    report(facts, &gateway.meta, front, &apart, out);
}

/// ListenerSets of a Gateway.
fn of_sets<'a>(facts: &Facts<'a>, front: &Front<'a>, out: &mut Sink) {
    let gateway = front.compiled.gateway;
    if gateway.admits_no_sets() {
        return;
    }
    let all = facts.list::<ListenerSet>(None).items.into_iter();
    let own = all.filter(|set| set.adds_to(&gateway.meta) && facts.scope.contains(&set.meta));
    for set in own.filter(|set| set.written.is_current()) {
        let apart = contradiction::of_listener_set(facts, set, &front.compiled);
        report(facts, &set.meta, front, &apart, out);
    }
}

fn report(facts: &Facts, meta: &Meta, front: &Front, apart: &[Disagreement], out: &mut Sink) {
    let harm = |path: &str, kind: &str, status: &str, reason: &str| {
        reason::of_gateway(path.starts_with("/status/listeners/"), kind, status, reason)
    };
    match finding(facts, meta, "", &front.compiled.profile, apart, harm) {
        Some(finding) => out.finding(finding),
        None => out.passed(),
    }
}

/// One finding for all differences; the worst makes its title.
fn finding(
    facts: &Facts,
    meta: &Meta,
    place: &str,
    profile: &Profile,
    apart: &[Disagreement],
    harm: impl Fn(&str, &str, &str, &str) -> Option<ReasonHarm>,
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
    let (who, it) = match profile {
        Profile::Kgateway { .. } => ("kgateway", "kgateway"),
        Profile::EnvoyGateway => ("Envoy Gateway", "Envoy Gateway"),
        Profile::Specification => ("The controller", "the controller"),
    };
    let title = format!("{who} wrote {wrote} for {object}, but {ours} is predicted.");

    let mut explanation = match (severity, harm) {
        (_, Some(ReasonHarm::Status(status))) => format!("Requests to it get {status}. "),
        (_, Some(ReasonHarm::Part(status))) => {
            format!("Requests to the affected backend or rule get {status}. ")
        }
        (_, Some(ReasonHarm::Refused)) => {
            "Connections are refused, unless an earlier proxy still runs. ".to_owned()
        }
        (Severity::Warning, None) => {
            format!(
                "The proxy follows what {it} has seen, so clients may still get the earlier behaviour. "
            )
        }
        _ => String::new(),
    };
    if worst.written.status == "False" && worst.written.kind != "Conflicted" {
        explanation += &reason::said(worst.written);
        explanation.push(' ');
    }
    explanation += &match facts.store.world {
        None => format!(
            "For a few seconds after a change this is normal. If it persists, {it} does not see the objects as they are: it is not running, may not read one of them, or does not watch its namespace"
        ),
        Some(_) => {
            "Something in the cluster is missing from the input, or was changed since".to_owned()
        }
    };
    explanation += match profile.is_kgateway() {
        true => {
            "; or kgateway has settings that are not known (--assume kgateway=VERSION, kgateway.validation=strict)."
        }
        false => "; or it has rules of its own.",
    };
    let mut out = Finding::at(meta, worst.path.clone(), title)
        .explain(explanation)
        .label("written")
        .only(severity);
    if let Some(ReasonHarm::Status(status)) = harm {
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
    text::clean(&text::clip(&format!("{kind}{equals}{status} {reason}"), 100))
}
