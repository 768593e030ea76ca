//! # Requests take another way than gateway, Bifrost, model server
//!
//! ## What it means
//! The order is kgateway, then a classifier where there is one, then Bifrost, then vLLM. Here a hop
//! leads past Bifrost: a route to the Service of a model server that Bifrost serves, too, or a
//! classifier or LiteLLM that calls the model server itself. Or a hop leads back: the address of a
//! Bifrost's provider leads to the same Bifrost, at once or through a Gateway, a classifier or LiteLLM.
//!
//! ## Why it matters
//! Bifrost sees nothing of what goes past it: no traces of it, no virtual keys, no budgets. What comes
//! back to a Bifrost has lost its provider's name: Bifrost answers 400, or from 1.5 on finds a provider
//! for the model, which may be the same one, and the request goes round until a time limit.
//!
//! ## Example
//! `STRONG_BACKEND=http://glm5-serving:8000` of the classifier, beside a Bifrost: `bifrost-service:8080`
//! instead, with `provider/model` as the model's name.
//!
//! ## Fix safety
//! Unsafe: another hop wants other names of models; not made here.
//!
//! ## Sources
//! The guide, 10, Q1; its classifier calls vLLM itself. Bifrost 1.4.19, 1.5.16 and 2.0.0-prerelease3,
//! as observed (names without a provider).

use igw_core::bifrost::instance::{Delivery, Instance};
use igw_core::bifrost::instances;
use igw_core::check::{Check, Sink};
use igw_core::facts::views::Workload;
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::pointer;
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::rule;
use igw_core::text;
use igw_core::workload::behind;

use crate::hops::{self, RequestHop};
use crate::role::Role;
use crate::same_requests;

pub static CHECK: Check = Check {
    code: "IGW1007",
    name: "order-wrong",
    severity: Severity::Error,
    needs: &[Kind::Workload, Kind::Service, Kind::ConfigMap, Kind::HttpRoute, Kind::Gateway],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let hops = hops::all(facts);
    let (bifrosts, others): (Vec<&RequestHop>, Vec<&RequestHop>) =
        hops.iter().partition(|hop| is(hop.from, Role::Bifrost));
    for hop in &bifrosts {
        match back(facts, hops, hop) {
            Some(finding) => out.finding(finding.guide("10", None)),
            None => out.passed(),
        }
    }
    for own in others.chunk_by(|a, b| a.from.meta == b.from.meta) {
        match past(facts, &bifrosts, own) {
            Some(finding) => out.finding(finding),
            None => out.passed(),
        }
    }
    // One that has no file has its providers in a database, as far as it has any.
    let has_file = |own: &&Instance| !matches!(own.delivery, Delivery::Missing);
    let unknown = instances::all(facts).iter().filter(|own| own.config().is_none());
    for own in unknown.filter(has_file) {
        let why = Why::not_given("the configuration of Bifrost is not known");
        out.not_checked(Kind::ConfigMap, &own.namespace, why);
    }
    if !bifrosts.is_empty() {
        let found = routes_past(facts, &bifrosts);
        found.into_iter().for_each(|finding| out.finding(finding.guide("10", None)));
    }
}

fn is(workload: &Workload, role: Role) -> bool {
    Role::of(workload) == role
}

/// A hop of a Bifrost that comes back to it.
fn back(facts: &Facts, hops: &[RequestHop], hop: &RequestHop) -> Option<Finding> {
    let between = way_back(hops, hop)?;
    let mut way = Vec::new();
    way.extend(hop.through.as_ref().map(|own| format!("HTTPRoute {}", text::clip(own, 100))));
    for next in &between {
        way.push(text::clip(&next.from.meta.title(), 100));
        way.extend(next.through.as_ref().map(|own| format!("HTTPRoute {}", text::clip(own, 100))));
    }
    // LiteLLM, and a classifier that is not the guide's, may send another name on.
    let renamed = between.iter().any(|own| is(own.from, Role::LiteLlm) || !is_guides(own.from));
    let by = match way.is_empty() {
        true => String::new(),
        false => format!(", by {}", text::list(&way)),
    };
    let title = format!("requests of {} come back to the same Bifrost{by}", hop.by);
    let unless = match renamed {
        true => " That ends only if what is between gives the model another name.",
        false => "",
    };
    let mut finding = hop
        .finding(facts, title)
        .explain(format!(
            "They come back without the provider's name: before 1.5 Bifrost answers 400 (model should be in provider/model format); later it looks for a provider that has the model, which may be this one, and the request goes round until a time limit.{unless} Give the provider the address of the model server."
        ))
        .label("it leads back here")
        .related(hop.from.meta.reference());
    for next in between {
        finding = finding.related(next.from.meta.reference());
    }
    Some(finding.only(if renamed { Severity::Warning } else { Severity::Error }))
}

/// The hops by which a request comes back to the start of this one; the shortest way.
fn way_back<'h, 'a>(
    hops: &'h [RequestHop<'a>],
    hop: &RequestHop<'a>,
) -> Option<Vec<&'h RequestHop<'a>>> {
    let mut ways: Vec<(&Workload, Vec<&'h RequestHop<'a>>)> = vec![(hop.to, Vec::new())];
    let mut at = 0;
    while let Some((place, way)) = ways.get(at).cloned() {
        if place.meta == hop.from.meta {
            return Some(way);
        }
        for next in hops.iter().filter(|own| own.from.meta == place.meta) {
            if !ways.iter().any(|(known, _)| known.meta == next.to.meta) {
                ways.push((next.to, way.iter().copied().chain([next]).collect()));
            }
        }
        at += 1;
    }
    None
}

/// Whether a classifier is the guide's, which sends the model's name on as it is.
fn is_guides(workload: &Workload) -> bool {
    let containers = workload.template.iter().flat_map(|own| &own.containers);
    let mut names = containers.flat_map(|own| own.env.iter().map(|var| var.name.as_str()));
    is(workload, Role::Bifrost) || names.any(|name| name == "STRONG_BACKEND")
}

/// The hops of a classifier or LiteLLM to model servers, where there is a Bifrost.
fn past(facts: &Facts, bifrosts: &[&RequestHop], own: &[&RequestHop]) -> Option<Finding> {
    let direct: Vec<&RequestHop> =
        own.iter().copied().filter(|hop| is(hop.to, Role::ModelServer)).collect();
    let first = *direct.first()?;
    let same = bifrosts.iter().find(|hop| direct.iter().any(|own| own.to.meta == hop.to.meta));
    let bifrost = same.or(bifrosts.first())?;
    let who = Role::of(first.from);
    let mut servers: Vec<String> =
        direct.iter().map(|hop| text::clip(&hop.to.meta.title(), 80)).collect();
    let mut ways: Vec<String> = direct.iter().map(|hop| hop.by.clone()).collect();
    servers.dedup();
    ways.dedup();
    let (to, by) = (text::some_of(&servers, 3), text::some_of(&ways, 3));
    let title = format!("{} sends requests to {to} past Bifrost, by {by}", who.name());
    // LiteLLM has keys, budgets and traces of its own.
    let severity = match (who, same) {
        (Role::Classifier, Some(_)) => Severity::Warning,
        _ => Severity::Info,
    };
    let differs = match who {
        Role::Classifier => Some("the classifier that it shows calls vLLM itself"),
        _ => None,
    };
    let mut finding = first.finding(facts, title).only(severity).guide("10", differs).explain(
        format!(
            "Bifrost sees none of them: no traces of it, no virtual keys, no budgets. The order is gateway, classifier, Bifrost, model server: give it the address of {} and names of models as Bifrost wants them (provider/model).",
            text::clip(&bifrost.from.meta.title(), 100)
        ),
    );
    for hop in direct {
        finding = finding.related(hop.to.meta.reference());
    }
    Some(finding.related(bifrost.from.meta.reference()))
}

/// Routes to a model server that Bifrost has behind it, or at the same path as a route to Bifrost.
fn routes_past(facts: &Facts, bifrosts: &[&RequestHop]) -> Vec<Finding> {
    let arms = followed::backends(facts).iter();
    let followed = arms.filter(|arm| {
        arm.attached
            && arm.share > 0.0
            && arm.is_granted()
            && same_requests::may_be_of_chats(arm.rule)
    });
    let all: Vec<(&FollowedBackend, Vec<&Workload>)> = followed
        .filter(|arm| arm.reference.group.is_empty() && arm.reference.kind == "Service")
        .map(|arm| (arm, behind(facts, &arm.judged.namespace, &arm.reference.name)))
        .collect();
    let leads_to = |own: &[&Workload], role| own.iter().any(|one| is(one, role));
    let to_bifrost: Vec<&FollowedBackend> =
        all.iter().filter(|(_, own)| leads_to(own, Role::Bifrost)).map(|(arm, _)| *arm).collect();
    let mut out = Vec::new();
    for (arm, workloads) in all.iter().filter(|(_, own)| leads_to(own, Role::ModelServer)) {
        let beside = to_bifrost.iter().find(|other| same_requests::same(arm, other));
        let served =
            bifrosts.iter().find(|hop| workloads.iter().any(|own| own.meta == hop.to.meta));
        let Some(server) = workloads.iter().find(|own| is(own, Role::ModelServer)) else {
            continue;
        };
        // A route that Bifrost itself takes is not past it.
        let name = arm.route.meta.full_name();
        let is_its_way = bifrosts.iter().any(|hop| hop.through.as_ref() == Some(&name));
        if !is_its_way && (beside.is_some() || served.is_some()) {
            out.push(route_past(arm, server, beside.copied(), served.copied()));
        }
    }
    out
}

fn route_past(
    arm: &FollowedBackend,
    server: &Workload,
    beside: Option<&FollowedBackend>,
    served: Option<&RequestHop>,
) -> Finding {
    let requests = text::clip(&rule::requests(arm.route, arm.rule), 160);
    let title = format!(
        "requests to {requests} go to {} past Bifrost",
        text::clip(&server.meta.title(), 100)
    );
    let why = match (beside, served) {
        (Some(other), _) => format!(
            "{} sends the same path to Bifrost: which of both takes a request depends on its host and on the age of the routes. ",
            text::clip(&other.route.meta.title(), 100)
        ),
        (None, Some(hop)) => format!(
            "{} of {} leads there, too. ",
            text::sentence(&hop.by).trim_end_matches('.'),
            text::clip(&hop.from.meta.title(), 100)
        ),
        (None, None) => String::new(),
    };
    let path = pointer!["spec", "rules", arm.index, "backendRefs", arm.position];
    let mut finding = Finding::at(&arm.route.meta, path, title)
        .only(if beside.is_some() { Severity::Warning } else { Severity::Info })
        .explain(format!(
            "{why}Bifrost sees nothing of what goes past it: no traces of it, no virtual keys, no budgets. If a way of its own to the model server is wanted, all is well; else send the route to the Service of Bifrost."
        ))
        .label("past Bifrost")
        .related(server.meta.reference());
    if let Some(hop) = served {
        finding = finding.related(hop.from.meta.reference());
    }
    finding
}
