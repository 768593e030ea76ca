//! # A ReferenceGrant for Langfuse is missing, or does nothing
//!
//! ## What it means
//! A route may send to a Service of its own namespace without asking. For one of another namespace a
//! ReferenceGrant in the namespace **of the Service** has to allow it. Where Langfuse lives in `langfuse`
//! and its route in `observability`, the grant belongs in `langfuse`; where both are in one namespace,
//! a grant there opens the namespace and does nothing else.
//!
//! ## Why it matters
//! Without a grant that is needed, the route has `ResolvedRefs=False RefNotPermitted`, and every
//! request, traces included, gets 500 with an empty body. A needless one does no harm today, but it was
//! mostly written to cure something that it does not cure.
//!
//! ## Example
//! The guide's `allow-gateway-to-langfuse` in `observability`: `langfuse-route` is in `observability`,
//! too, and looks for `langfuse-web` there.
//!
//! ## Fix safety
//! Unsafe: a grant lets routes of another namespace send traffic into Langfuse's.
//!
//! ## Sources
//! Gateway API, `referencegrant_types.go`; observed in kgateway 2.2, 2.3 and main.

use igw_core::check::{Check, Sink};
use igw_core::facts::views::{GrantFrom, HttpRoute, ReferenceGrant};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::Fix;
use igw_core::kube::Kind;
use igw_core::langfuse::services::{self, WebService};
use igw_core::langfuse::site::web_of;
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::grant::Crossing;
use igw_core::route::{backend, grants};
use igw_core::{page, text};

use crate::grant;

pub static CHECK: Check = Check {
    code: "IGW0508",
    name: "grant-wrong",
    severity: Severity::Error,
    needs: &[
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ListenerSet,
        Kind::ReferenceGrant,
        Kind::Service,
        Kind::Workload,
    ],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for own in followed::backends(facts).iter().filter(|own| is_langfuse(facts, own)) {
        match &own.grant {
            None => {}
            Some(Fact::Known(_)) => out.passed(),
            Some(Fact::Absent) => out.finding_if(needed(facts, own)),
            Some(Fact::Unknown(why)) => {
                let namespace = own.reference.namespace_from(&own.route.meta);
                out.not_checked(Kind::ReferenceGrant, namespace, why.clone());
            }
        }
    }
    for grant in facts.list::<ReferenceGrant>(facts.scope.namespace.as_deref()).items {
        if facts.scope.contains(&grant.meta) {
            out.finding_if(needless(facts, grant));
        }
    }
}

/// Whether a reference leads to a Service of Langfuse's web server.
fn is_langfuse(facts: &Facts, own: &FollowedBackend) -> bool {
    let namespace = own.reference.namespace_from(&own.route.meta);
    own.reference.kind == "Service"
        && services::web_service(facts, namespace, &own.reference.name) != WebService::No
}

/// A grant that is missing.
fn needed(facts: &Facts, own: &FollowedBackend) -> Option<Finding> {
    let crossing = own.crossing()?;
    let (from, to, name) = (crossing.from_namespace, crossing.to_namespace, crossing.to_name);
    let title = format!(
        "{} is in {from} and sends to Service {to}/{name}, and no ReferenceGrant in {to} allows it.",
        own.route.meta.title()
    );
    let fix = Fix::unsafe_as(
        format!("it lets HTTPRoutes of {from} send traffic into {to}"),
        format!("create a ReferenceGrant in {to}"),
    );
    // One that was meant for it has to be corrected instead.
    let near = grants::of(facts, to).nearest(&crossing, own.profile.is_kgateway());
    let fix = match &near {
        None => Some(grant::with(facts, fix, &own.route.meta, to, name)),
        Some(_) => None,
    };
    let mut finding = Finding::at(&own.route.meta, own.path(), title)
        .explain(format!("The route has ResolvedRefs=False RefNotPermitted, and its requests, traces included, get 500 with an empty body. The grant must be in {to}: from HTTPRoute in {from}, to Service {name}."))
        .label(format!("not granted by {to}"))
        .repair(fix)
        .guide("1", Some("it expects 404 for a missing ReferenceGrant, and puts its grant into the route's namespace"));
    finding = match own.attached {
        true => finding.effect(500, own.share, "what this rule matches"),
        false => finding.only(Severity::Info),
    };
    if let Some((grant, wrong)) = near {
        let fields: Vec<String> =
            wrong.iter().map(|field| igw_core::kube::pointer::dotted(&field.pointer)).collect();
        finding = finding
            .evidence(grant.meta.title(), format!("does not fit in {}", text::some_of(&fields, 3)))
            .related(grant.meta.reference());
    }
    Some(finding)
}

/// A grant for Langfuse that no route uses.
fn needless(facts: &Facts, grant: &ReferenceGrant) -> Option<Finding> {
    let home = grant.meta.namespace.as_str();
    let routes = facts.list::<HttpRoute>(None).items;
    // Its routes in the namespace of the grant, which need none.
    let inner: Vec<String> = routes
        .iter()
        .filter(|route| route.meta.namespace == home && leads_home(facts, grant, route))
        .map(|route| route.meta.name.clone())
        .collect();
    if inner.is_empty() || grant.from.iter().any(|from| from.kind != "HTTPRoute") {
        return None;
    }
    let crossings = || routes.iter().flat_map(|route| crossings(route));
    let serves = |own: &Crossing| {
        own.to_namespace == home
            && (own.is_granted_by(grant, true) || own.near(grant, true).is_some())
    };
    if crossings().any(|own| serves(&own)) {
        return None;
    }
    let title = format!(
        "{} does nothing for the routes to Langfuse: they are in {home} themselves.",
        grant.meta.title()
    );
    let open = |from: &&GrantFrom| facts.list::<HttpRoute>(Some(&from.namespace)).gap.is_some();
    let unless = match grant.from.iter().find(open) {
        Some(from) => {
            format!(" Whether other routes of {} use it is not known.", from.namespace)
        }
        None => String::new(),
    };
    let (who, refer) = match inner.as_slice() {
        [only] => (format!("HTTPRoute {only}"), "refers"),
        some => (format!("the HTTPRoutes {}", text::some_of(some, 3)), "refer"),
    };
    Some(
        Finding::at(&grant.meta, "/spec", title)
            .explain(format!("Only a reference to another namespace needs a grant, in the namespace of the Service, and {who} {refer} to a Service of {home}. If Langfuse lives elsewhere, the grant belongs there.{unless}"))
            .label("not needed for Langfuse")
            .only(Severity::Info)
            .guide("1.5", Some("it makes this grant although route and backendRef are in one namespace")),
    )
}

/// Whether a route sends to a Service of Langfuse that a grant of its namespace speaks for.
fn leads_home(facts: &Facts, grant: &ReferenceGrant, route: &HttpRoute) -> bool {
    (0..route.rules.len()).filter_map(|rule| web_of(facts, route, rule)).any(|web| {
        let named = |name: &Option<String>| {
            name.as_deref().is_none_or(|name| name.is_empty() || name == web.name)
        };
        web.namespace == grant.meta.namespace
            && grant.to.iter().any(|to| to.kind == "Service" && named(&to.name))
    })
}

/// The references of a route that leave its namespace.
fn crossings(route: &HttpRoute) -> impl Iterator<Item = Crossing<'_>> {
    let all = route.rules.iter().flat_map(|rule| &rule.backend_refs);
    all.filter_map(|reference| backend::crossing(&route.meta, reference))
}
