//! How checks speak of the references that they walk along.

use std::ops::Deref;

use igw_core::check::Sink;
use igw_core::facts::views::{HttpRoute, Match, PathType, Rule};
use igw_core::facts::{Fact, Kind};
use igw_core::finding::{Finding, Severity, Spread};
use igw_core::route::attach::{Attachment, Followed};
use igw_core::route::worth::Worth;
use igw_core::route::{backend, matching, rule};
use igw_core::scene::{self, Scene};
use igw_core::words;

/// A backendRef in its place, with words for it.
pub struct Backend<'s, 'a>(&'s scene::Backend<'a>);

impl<'a> Deref for Backend<'_, 'a> {
    type Target = scene::Backend<'a>;

    fn deref(&self) -> &scene::Backend<'a> {
        self.0
    }
}

impl Backend<'_, '_> {
    /// The condition, and what a client sees beside the status.
    pub fn condition(&self, reason: &str) -> String {
        if !self.attached {
            return format!(
                "No parent takes the route yet; then it has ResolvedRefs=False {reason}"
            );
        }
        let seen = match self.share == 0.0 {
            true => "No request goes there as long as the weight is 0.",
            false if self.profile.is_kgateway() => "The body is empty.",
            false => "",
        };
        format!("{seen} The route has ResolvedRefs=False {reason}").trim_start().to_owned()
    }

    /// A finding at this reference, which gives 500. `says` completes "…, because" or "…: ".
    pub fn finding(&self, says: &str) -> Finding {
        self.finding_with(500, says)
    }

    /// The same with another status.
    pub fn finding_with(&self, status: u16, says: &str) -> Finding {
        if self.share == 0.0 {
            let title = format!("A backend of weight 0 cannot be reached: {says}.");
            return Finding::at(&self.route.meta, self.path(), title).only(Severity::Info).effect(
                status,
                0.0,
                rule::requests(self.route, self.rule),
            );
        }
        let (before, gets, severity) = match (self.attached, words::share(self.share).as_str()) {
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

/// The requests of a rule, with what a title says before and after them.
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

/// Every backendRef of the judged routes.
pub fn backends<'s, 'a>(scene: &'s Scene<'a>) -> impl Iterator<Item = Backend<'s, 'a>> {
    scene.backends().iter().map(Backend)
}

/// The backendRefs that leave their namespace without a grant. What is granted has passed, and
/// what cannot be said is not checked.
pub fn ungranted<'s, 'a>(scene: &'s Scene<'a>, out: &mut Sink) -> Vec<Backend<'s, 'a>> {
    let mut left = Vec::new();
    for backend in backends(scene) {
        match &backend.grant {
            None => {}
            Some(Fact::Known(_)) => out.passed(),
            Some(Fact::Absent) => left.push(backend),
            Some(Fact::Unknown(why)) => {
                let namespace = backend::namespace(&backend.route.meta, backend.reference);
                out.not_checked(Kind::ReferenceGrant, namespace, why.clone());
            }
        }
    }
    left
}

/// The backendRefs that stay in their namespace or are granted: only these are followed.
pub fn granted<'s, 'a>(scene: &'s Scene<'a>) -> impl Iterator<Item = Backend<'s, 'a>> {
    backends(scene).filter(|backend| backend.is_granted())
}

/// Findings at the backendRefs whose failure is explained by the check of this code.
pub fn explained_by(
    scene: &Scene,
    code: &str,
    out: &mut Sink,
    finish: impl Fn(&Backend, Finding) -> Finding,
) {
    for backend in granted(scene) {
        let judged = &backend.judged;
        match judged.worth {
            Worth::Reached(_) => out.passed(),
            Worth::Fails { status, code: Some(own), .. } if own == code => {
                let title = backend::title(backend.reference, &judged.namespace);
                let says = match own {
                    "IGW0114" => format!("nobody is behind {title}: {}", judged.says),
                    _ => judged.says.clone(),
                };
                out.finding(finish(&backend, backend.finding_with(status, &says)));
            }
            _ => {}
        }
    }
}

/// A parentRef in its place, with words for it.
pub struct Parent<'s, 'a>(&'s scene::Parent<'a>);

impl<'a> Deref for Parent<'_, 'a> {
    type Target = scene::Parent<'a>;

    fn deref(&self) -> &scene::Parent<'a> {
        self.0
    }
}

impl Parent<'_, '_> {
    /// `parentRef 1 of 2`, where there are several.
    pub fn ordinal(&self) -> Option<String> {
        let count = self.route.parents.len();
        (count > 1).then(|| format!("parentRef {} of {count}", self.index + 1))
    }

    /// The beginning of a title: what is not attached; another parentRef may be. `parentRef` is a
    /// field and stays as it is written.
    pub fn not_attached(&self) -> String {
        match self.ordinal() {
            None => "The route is not attached".to_owned(),
            Some(ordinal) => format!("{ordinal} attaches the route to nothing"),
        }
    }

    /// `this route`, or the parentRef alone where there are several.
    pub fn subject(&self) -> String {
        self.ordinal().unwrap_or_else(|| "this route".to_owned())
    }
}

/// Every parentRef of the judged routes, followed.
pub fn parents<'s, 'a>(scene: &'s Scene<'a>) -> impl Iterator<Item = Parent<'s, 'a>> {
    scene.parents().iter().map(Parent)
}

/// Which requests a rule is about, as part of a sentence: `POST /v1 on any host`.
pub fn requests_in_short(route: &HttpRoute, rule: &Rule) -> String {
    let matches: Vec<String> = matching::matches_of(rule).iter().map(in_short).collect();
    format!("{} on {}", words::some_of(&matches, 3), hosts(route))
}

fn hosts(route: &HttpRoute) -> String {
    match route.hostnames.as_slice() {
        [] => "any host".to_owned(),
        names => words::some_of(names, 3),
    }
}

fn in_short(one: &Match) -> String {
    let method = one.method.as_deref().map(|method| format!("{method} "));
    let (method, path) = (method.unwrap_or_default(), &one.path.value);
    let mut out = match one.path.kind {
        PathType::PathPrefix => format!("{method}{path}"),
        PathType::Exact => format!("exactly {method}{path}"),
        PathType::RegularExpression => format!("{method}paths like {path}"),
    };
    let headers = one.headers.iter().map(|h| format!("header {}", h.name));
    let params = one.query_params.iter().map(|q| format!("query {}", q.name));
    let conditions: Vec<String> = headers.chain(params).collect();
    if !conditions.is_empty() {
        out.push_str(&format!(" (by {})", words::list(&conditions)));
    }
    out
}

/// Which requests a whole route is about.
pub fn all_requests(route: &HttpRoute) -> String {
    match route.hostnames.as_slice() {
        [] => "every request meant for this route".to_owned(),
        names => format!("every request to {} meant for this route", words::some_of(names, 3)),
    }
}

/// The attachment of a parentRef that leads somewhere.
pub fn attachment<'p, 'a>(parent: &'p scene::Parent<'a>) -> Option<&'p Attachment<'a>> {
    match &parent.followed {
        Followed::To(found) => Some(found),
        _ => None,
    }
}
