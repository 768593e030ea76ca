//! The references that several checks walk along.

use igw_core::check::Sink;
use igw_core::facts::views::{BackendRef, Gateway, HttpRoute, Match, PathType, Rule};
use igw_core::facts::{Cx, Fact, Kind, Profile};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::attach::{self, Attachment, Followed, Outcome};
use igw_core::route::gateway::Compiled;
use igw_core::route::grant::Crossing;
use igw_core::route::table::{self, Table};
use igw_core::route::worth::Worth;
use igw_core::route::{backend, gateway, matching, rule};
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
    /// Whether any request can reach the rule: some parent takes the route, or may take it.
    pub attached: bool,
}

impl Backend<'_> {
    /// The reference across namespaces that it makes, if it makes one.
    pub fn crossing(&self) -> Option<Crossing<'_>> {
        backend::crossing(&self.route.meta, self.reference)
    }

    /// The beginning of a title: which requests get which status.
    pub fn requests_get(&self, status: u16) -> String {
        let requests = requests_in_short(self.route, self.rule);
        match words::share(self.share).as_str() {
            "all" => format!("Every request to {requests} gets {status}"),
            "half" => format!("Half of the requests to {requests} get {status}"),
            share => format!("{share} of the requests to {requests} get {status}"),
        }
    }

    /// The condition, and what a client sees beside the status.
    pub fn condition(&self, reason: &str) -> String {
        if !self.attached {
            return format!(
                "No parent takes the route yet; then it has ResolvedRefs=False {reason}"
            );
        }
        let seen = match self.share == 0.0 {
            true => "No request goes there as long as the weight is 0.",
            false => "The body is empty.",
        };
        format!("{seen} The route has ResolvedRefs=False {reason}")
    }

    /// A finding at this reference, which gives 500. `says` completes "…, because" or "…: ".
    pub fn finding(&self, says: &str) -> Finding {
        self.finding_with(500, says)
    }

    /// The same with another status.
    pub fn finding_with(&self, status: u16, says: &str) -> Finding {
        if self.share == 0.0 {
            let title = format!("A backend of weight 0 cannot be reached: {says}.");
            return Finding::at(&self.route.meta, self.path.clone(), title)
                .only(Severity::Info)
                .effect(status, 0.0, rule::requests(self.route, self.rule));
        }
        if !self.attached {
            let requests = requests_in_short(self.route, self.rule);
            let title = format!("Once the route is attached, {requests} gets {status}: {says}.");
            return Finding::at(&self.route.meta, self.path.clone(), title).only(Severity::Info);
        }
        let title = format!("{}: {says}.", self.requests_get(status));
        Finding::at(&self.route.meta, self.path.clone(), title).effect(
            status,
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
        let attached = may_attach(cx, route);
        for (i, rule) in route.rules.iter().enumerate() {
            for (j, reference) in rule.backend_refs.iter().enumerate() {
                let path = pointer!["spec", "rules", i, "backendRefs", j];
                let share = rule::share(rule, j, &profile);
                out.push(Backend { route, rule, reference, profile, path, share, attached });
            }
        }
    }
    out
}

/// Whether some parent takes a route, or may: what is not known is not held against it.
fn may_attach(cx: &Cx, route: &HttpRoute) -> bool {
    let takes = |reference| match attach::follow(cx, &route.meta, &route.hostnames, reference) {
        Followed::To(found) => !matches!(found.outcome, Outcome::Refused(_)),
        Followed::Unknown(_) | Followed::NotServed(_) => true,
        Followed::OtherKind | Followed::NotFound => false,
    };
    route.parents.iter().any(takes)
        || (cx.store.delegates
            && cx.list::<HttpRoute>(None).items.iter().any(|p| gateway::delegates(p, route)))
}

/// The backendRefs that leave their namespace without a grant, with the crossing. What is granted
/// has passed, and what cannot be said is not checked.
pub fn ungranted<'a>(cx: &Cx<'a>, out: &mut Sink) -> Vec<Backend<'a>> {
    let mut left = backends(cx);
    left.retain(|backend| {
        let Some(crossing) = backend.crossing() else { return false };
        match crossing.permitted(cx, backend.profile.is_kgateway()) {
            Fact::Known(_) => out.passed(),
            Fact::Unknown(why) => out.not_checked(Kind::ReferenceGrant, crossing.to_namespace, why),
            Fact::Absent => return true,
        }
        false
    });
    left
}

/// The backendRefs that stay in their namespace or are granted: only these are followed.
pub fn granted<'a>(cx: &Cx<'a>) -> Vec<Backend<'a>> {
    let mut left = backends(cx);
    left.retain(|backend| {
        backend.crossing().is_none_or(|crossing| {
            matches!(crossing.permitted(cx, backend.profile.is_kgateway()), Fact::Known(_))
        })
    });
    left
}

/// Findings at the backendRefs whose failure is explained by the check of this code.
pub fn explained_by(cx: &Cx, code: &str, out: &mut Sink, finish: impl Fn(Finding) -> Finding) {
    for backend in granted(cx) {
        let judged = backend::judge(cx, &backend.route.meta, backend.reference, &backend.profile);
        match judged.worth {
            Worth::Reached(_) => out.passed(),
            Worth::Fails { status, code: Some(own), .. } if own == code => {
                let title = backend::title(backend.reference, &judged.namespace);
                let says = match judged.says.starts_with(&backend.reference.kind) {
                    true => judged.says,
                    false => format!("nobody is behind {title}: {}", judged.says),
                };
                out.finding(finish(backend.finding_with(status, &says)));
            }
            _ => {}
        }
    }
}

/// A parentRef in its place.
pub struct Parent<'a> {
    pub route: &'a HttpRoute,
    pub reference: &'a igw_core::facts::views::ParentRef,
    pub path: String,
    pub followed: Followed<'a>,
    /// `parentRef 1 of 2`, where there are several.
    pub ordinal: Option<String>,
}

impl Parent<'_> {
    /// The beginning of a title: what is not attached; another parentRef may be. `parentRef` is a
    /// field and stays as it is written.
    pub fn not_attached(&self) -> String {
        match &self.ordinal {
            None => "The route is not attached".to_owned(),
            Some(ordinal) => format!("{ordinal} attaches the route to nothing"),
        }
    }

    /// `this route`, or the parentRef alone where there are several.
    pub fn subject(&self) -> &str {
        self.ordinal.as_deref().unwrap_or("this route")
    }
}

/// Every parentRef of the judged routes, followed.
pub fn parents<'a>(cx: &Cx<'a>) -> Vec<Parent<'a>> {
    let mut out = Vec::new();
    for route in cx.routes() {
        for (i, reference) in route.parents.iter().enumerate() {
            let followed = attach::follow(cx, &route.meta, &route.hostnames, reference);
            let path = pointer!["spec", "parentRefs", i];
            let count = route.parents.len();
            let ordinal = (count > 1).then(|| format!("parentRef {} of {count}", i + 1));
            out.push(Parent { route, reference, path, followed, ordinal });
        }
    }
    out
}

/// Which requests a rule is about, as part of a sentence: `POST /v1 on any host`.
pub fn requests_in_short(route: &HttpRoute, rule: &Rule) -> String {
    let matches: Vec<String> = matching::matches_of(rule).iter().map(in_short).collect();
    let hosts = match route.hostnames.as_slice() {
        [] => "any host".to_owned(),
        names => words::some_of(names, 3),
    };
    format!("{} on {hosts}", words::some_of(&matches, 3))
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
pub fn attachment<'p, 'a>(parent: &'p Parent<'a>) -> Option<&'p Attachment<'a>> {
    match &parent.followed {
        Followed::To(found) => Some(found),
        _ => None,
    }
}

/// The Gateways whose rules are known, followed in all directions.
pub fn gateways<'a>(cx: &Cx<'a>) -> Vec<Compiled<'a>> {
    let known = |gateway: &'a Gateway| Some((gateway, cx.profile(gateway).known()?));
    let all = cx.list::<Gateway>(None).items.into_iter().filter_map(known);
    all.map(|(gateway, profile)| gateway::compile(cx, gateway, profile)).collect()
}

/// The route tables of a Gateway, each with its port.
pub fn tables<'a>(compiled: &Compiled<'a>) -> Vec<(u16, Table<'a>)> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for listener in (0..compiled.listeners.len()).filter(|&i| compiled.listeners[i].is_open()) {
        // By the specification each listener stands alone (gw:196-216).
        let group = match compiled.profile.is_kgateway() {
            true => table::group(compiled, listener),
            false => vec![listener],
        };
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    let port = |group: &Vec<usize>| compiled.listeners[group[0]].spec.port;
    groups.iter().map(|group| (port(group), table::build(compiled, group))).collect()
}
