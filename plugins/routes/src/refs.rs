//! How checks speak of the references that they walk along.

use igw_core::check::Sink;
use igw_core::facts::views::{HttpRoute, Match, PathType, Rule};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity, Spread};
use igw_core::kube::Kind;
use igw_core::route::attach::{Attachment, Followed};
use igw_core::route::followed::{self, FollowedBackend, FollowedParent};
use igw_core::route::outcome::{BackendCause, Outcome};
use igw_core::route::{backend, delegation, matching, rule};
use igw_core::text;

/// What decides where backendRefs lead.
pub const OF_BACKENDS: &[Kind] = &[
    Kind::HttpRoute,
    Kind::Gateway,
    Kind::GatewayClass,
    Kind::ReferenceGrant,
    Kind::Service,
    Kind::Backend,
];

/// What decides which listeners allow a route.
pub const OF_LISTENERS: &[Kind] =
    &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass, Kind::Namespace];

/// Words for a backendRef in its place.
pub trait BackendWords {
    /// The condition, and what a client sees beside the status.
    fn condition(&self, reason: &str) -> String;

    /// A finding at this reference, which gives this status. `says` completes "…, because" or
    /// "…: ".
    fn finding_with(&self, status: u16, says: &str) -> Finding;

    /// The same with status 500.
    fn finding(&self, says: &str) -> Finding {
        self.finding_with(500, says)
    }
}

impl BackendWords for FollowedBackend<'_> {
    fn condition(&self, reason: &str) -> String {
        // Envoy Gateway has words of its own.
        let reason = match self.judged.outcome {
            Outcome::Fails { reason: Some(own), .. } => own,
            _ => reason,
        };
        if !self.attached {
            return format!(
                "No parent accepts the route yet; once one does, it gets ResolvedRefs=False {reason}"
            );
        }
        let seen = match self.share == 0.0 {
            true => "No request goes there as long as the weight is 0.",
            false if self.profile.is_kgateway() => "The body is empty.",
            false => "",
        };
        format!("{seen} The route has ResolvedRefs=False {reason}").trim_start().to_owned()
    }

    fn finding_with(&self, status: u16, says: &str) -> Finding {
        if self.share == 0.0 {
            let title = format!("A backend of weight 0 cannot be reached: {says}.");
            return Finding::at(&self.route.meta, self.path(), title).only(Severity::Info).effect(
                status,
                0.0,
                rule::requests(self.route, self.rule),
            );
        }
        let (before, gets, severity) = match (self.attached, text::share(self.share).as_str()) {
            (false, _) => ("Once the route is attached, ".to_owned(), "gets", Severity::Info),
            (true, "all") => ("Every request to ".to_owned(), "gets", Severity::Error),
            (true, "half") => ("Half of the requests to ".to_owned(), "get", Severity::Error),
            (true, share) => (format!("{share} of the requests to "), "get", Severity::Error),
        };
        let after = format!(" {gets} {status}: {says}.");
        let finding = Finding::at(&self.route.meta, self.path(), "").only(severity);
        let finding = match self.attached {
            true => finding.effect(status, self.share, ""),
            false => finding,
        };
        finding.spread(spread(self.route, self.rule, before, after))
    }
}

fn spread(route: &HttpRoute, rule: &Rule, before: String, after: String) -> Spread {
    let matches = matching::matches_of(rule);
    Spread {
        before,
        matches: matches.iter().map(in_short).collect(),
        hosts: hosts(route),
        after,
        exact: matches.iter().map(matching::describe).collect(),
    }
}

/// The backendRefs that leave their namespace without a grant. What is granted has passed, and
/// what cannot be said is not checked.
pub fn ungranted<'s, 'a>(facts: &'s Facts<'a>, out: &mut Sink) -> Vec<&'s FollowedBackend<'a>> {
    let mut left = Vec::new();
    for backend in followed::backends(facts) {
        match &backend.grant {
            None => {}
            Some(Fact::Known(_)) => out.passed(),
            Some(Fact::Absent) => left.push(backend),
            Some(Fact::Unknown(why)) => {
                let namespace = backend.reference.namespace_from(&backend.route.meta);
                out.not_checked(Kind::ReferenceGrant, namespace, why.clone());
            }
        }
    }
    left
}

/// The backendRefs that stay in their namespace or are granted; only these are followed.
pub fn granted<'s, 'a>(facts: &'s Facts<'a>) -> impl Iterator<Item = &'s FollowedBackend<'a>> {
    followed::backends(facts).iter().filter(|backend| backend.is_granted())
}

/// Findings at the backendRefs that fail for this cause.
pub fn explained_by(
    facts: &Facts,
    cause: BackendCause,
    out: &mut Sink,
    finish: impl Fn(&FollowedBackend, Finding) -> Finding,
) {
    for backend in granted(facts) {
        let judged = &backend.judged;
        match judged.outcome {
            Outcome::Reached(_) => out.passed(),
            Outcome::Fails { status, cause: Some(own), .. } if own == cause => {
                let title = backend::title(backend.reference, &judged.namespace);
                let says = match own {
                    BackendCause::NoEndpoints => {
                        format!("{title} has no ready endpoint: {}", judged.says)
                    }
                    _ => judged.says.clone(),
                };
                out.finding(finish(backend, backend.finding_with(status, &says)));
            }
            _ => {}
        }
    }
}

/// Words for a parentRef in its place.
pub trait ParentWords {
    /// `parentRef 1 of 2`, where there are several.
    fn ordinal(&self) -> Option<String>;

    /// The beginning of a title: what is not attached; another parentRef may be. `parentRef` is a
    /// field and stays as it is written.
    fn not_attached(&self) -> String;

    /// `this route`, or the parentRef alone where there are several.
    fn subject(&self) -> String;
}

impl ParentWords for FollowedParent<'_> {
    fn ordinal(&self) -> Option<String> {
        let count = self.route.parents.len();
        (count > 1).then(|| format!("parentRef {} of {count}", self.index + 1))
    }

    fn not_attached(&self) -> String {
        match self.ordinal() {
            None => "The route is not attached".to_owned(),
            Some(ordinal) => format!("{ordinal} does not attach the route"),
        }
    }

    fn subject(&self) -> String {
        self.ordinal().unwrap_or_else(|| "this route".to_owned())
    }
}

/// Which requests a rule is about, as part of a sentence: `POST /v1 on any host`.
pub fn requests_in_short(route: &HttpRoute, rule: &Rule) -> String {
    let matches: Vec<String> = matching::matches_of(rule).iter().map(in_short).collect();
    format!("{} on {}", text::some_of(&matches, 3), hosts(route))
}

fn hosts(route: &HttpRoute) -> String {
    match route.hostnames.as_slice() {
        [] => "any host".to_owned(),
        names => text::some_of(names, 3),
    }
}

fn in_short(one: &Match) -> String {
    let method = one.method.as_deref().map(|method| format!("{method} "));
    let (method, path) = (method.unwrap_or_default(), &one.path.value);
    let mut out = match one.path.kind {
        PathType::PathPrefix => format!("{method}{path}"),
        PathType::Exact => format!("exactly {method}{path}"),
        PathType::RegularExpression => format!("{method}paths matching {path}"),
    };
    let headers = one.headers.iter().map(|h| format!("header {}", h.name));
    let params = one.query_params.iter().map(|q| format!("query {}", q.name));
    let conditions: Vec<String> = headers.chain(params).collect();
    if !conditions.is_empty() {
        out.push_str(&format!(" (with {})", text::list(&conditions)));
    }
    out
}

pub fn all_requests(route: &HttpRoute) -> String {
    match route.hostnames.as_slice() {
        [] => "every request meant for this route".to_owned(),
        names => format!("every request to {} meant for this route", text::some_of(names, 3)),
    }
}

pub fn attachment<'p, 'a>(parent: &'p FollowedParent<'a>) -> Option<&'p Attachment<'a>> {
    match &parent.followed {
        Followed::To(found) => Some(found),
        _ => None,
    }
}

/// A route to which another one delegates, but none of its requests.
pub fn passed_by(
    facts: &Facts,
    route: &HttpRoute,
    parent: &HttpRoute,
    path: impl Into<String>,
) -> Finding {
    let title = format!("{} delegates no request to this route.", parent.meta.title());
    let (why, label) = match delegation::is_refused(facts, route) {
        true => (
            "kgateway refuses it: a route that is delegated to has the hostnames of its parent, and none of its own. It has Accepted=False UnsupportedValue.",
            "it has hostnames",
        ),
        false => (
            "Under kgateway a route gets of what its parent delegates what its own matches repeat: the path begins with the parent's prefix, and the headers, query parameters and the method of the parent's match are in it, too. It has no status.",
            "no match of it lies within its parent's",
        ),
    };
    Finding::at(&route.meta, path, title)
        .explain(why)
        .label(label)
        .effect(404, 1.0, all_requests(route))
        .related(parent.meta.reference())
}
