//! The references that several checks walk along.

use igw_core::facts::views::{BackendRef, HttpRoute, Rule};
use igw_core::facts::{Cx, Profile};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::attach::{self, Attachment, Followed};
use igw_core::route::{gateway, rule};
use igw_core::words;

/// A backendRef in its place.
pub struct Backend<'a> {
    pub route: &'a HttpRoute,
    pub rule: &'a Rule,
    pub reference: &'a BackendRef,
    pub profile: Profile,
    pub path: String,
    /// The share of the rule's requests, 0 to 1.
    pub share: f64,
}

impl Backend<'_> {
    /// The beginning of a title: which requests get which status.
    pub fn requests_get(&self, status: u16) -> String {
        let requests = rule::requests_in_short(self.route, self.rule);
        match words::share(self.share).as_str() {
            "all" => format!("Every request to {requests} gets {status}"),
            "half" => format!("Half of the requests to {requests} get {status}"),
            share => format!("{share} of the requests to {requests} get {status}"),
        }
    }

    /// A finding at this reference. `says` completes "…, because" or "…: ".
    pub fn finding(&self, says: &str) -> Finding {
        if self.share == 0.0 {
            let title = format!("A backend of weight 0 cannot be reached: {says}.");
            return Finding::at(&self.route.meta, self.path.clone(), title)
                .only(Severity::Info)
                .effect(500, 0.0, rule::requests(self.route, self.rule));
        }
        let title = format!("{}: {says}.", self.requests_get(500));
        Finding::at(&self.route.meta, self.path.clone(), title).effect(
            500,
            self.share,
            rule::requests(self.route, self.rule),
        )
    }
}

/// Every backendRef of the judged routes.
pub fn backends<'a>(cx: &Cx<'a>) -> Vec<Backend<'a>> {
    let mut out = Vec::new();
    for route in cx.routes() {
        let profile = gateway::profile_of(cx, route);
        for (i, rule) in route.rules.iter().enumerate() {
            for (j, reference) in rule.backend_refs.iter().enumerate() {
                let path = pointer!["spec", "rules", i, "backendRefs", j];
                let share = rule::share(rule, j, &profile);
                out.push(Backend {
                    route,
                    rule,
                    reference,
                    profile,
                    path,
                    share,
                });
            }
        }
    }
    out
}

/// A parentRef in its place.
pub struct Parent<'a> {
    pub route: &'a HttpRoute,
    pub reference: &'a igw_core::facts::views::ParentRef,
    pub path: String,
    pub followed: Followed<'a>,
}

/// Every parentRef of the judged routes, followed.
pub fn parents<'a>(cx: &Cx<'a>) -> Vec<Parent<'a>> {
    let mut out = Vec::new();
    for route in cx.routes() {
        for (i, reference) in route.parents.iter().enumerate() {
            let followed = attach::follow(cx, &route.meta, &route.hostnames, reference);
            let path = pointer!["spec", "parentRefs", i];
            out.push(Parent {
                route,
                reference,
                path,
                followed,
            });
        }
    }
    out
}

/// Which requests a whole route is about.
pub fn all_requests(route: &HttpRoute) -> String {
    match route.hostnames.as_slice() {
        [] => "every request meant for this route".to_owned(),
        names => format!(
            "every request to {} meant for this route",
            words::some_of(names, 3)
        ),
    }
}

/// The attachment of a parentRef that leads somewhere.
pub fn attachment<'p, 'a>(parent: &'p Parent<'a>) -> Option<&'p Attachment<'a>> {
    match &parent.followed {
        Followed::To(found) => Some(found),
        _ => None,
    }
}
