//! # No controller has written a status
//!
//! ## What it means
//! A Gateway, or a route under a Gateway that has a status, is in the cluster, but no controller
//! has written a status for it. This is checked only in a running cluster: files often lack the
//! status.
//!
//! ## Why it matters
//! The controller that should serve it does not see it: it is not running, has another
//! controllerName than the GatewayClass, or watches only other namespaces (kgateway's
//! `discoveryNamespaceSelectors`). Requests get what they would get without the object. Argo CD shows
//! the object as Progressing for as long, so a sync that waits for health does not end.
//!
//! ## Example
//! `status: {conditions: [{type: Accepted, status: Unknown, reason: Pending}]}` is the API server's
//! default; it stays forever if no controller handles the object.
//!
//! ## Fix safety
//! None: the controller has to run and to see the object.
//!
//! ## Sources
//! Gateway API `gateway_types.go` (the default conditions), `shared_types.go` (RouteParentStatus);
//! Argo CD `resource_customizations/gateway.networking.k8s.io`.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::facts::views::{Gateway, GatewayClass, HttpRoute};
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::attach::Followed;
use igw_core::route::followed::FollowedParent;
use igw_core::route::{class, followed};

pub static CHECK: Check = Check {
    code: "IGW0131",
    name: "status-missing",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    // In files a missing status proves nothing (contract.md).
    if facts.store.world.is_some() {
        return;
    }
    for gateway in facts.list::<Gateway>(None).items {
        if !facts.scope.contains(&gateway.meta) || class::profile(facts, gateway).known().is_none()
        {
            continue;
        }
        match gateway.written.answered {
            true => out.passed(),
            // Not applied yet.
            false if gateway.meta.is_laid() => {}
            false => out.finding(of_gateway(facts, gateway)),
        }
    }
    for parent in followed::parents(facts) {
        let Followed::To(found) = &parent.followed else { continue };
        let gateway = found.parent.gateway();
        // Of a Gateway that nobody looks at one finding is enough.
        if !gateway.written.answered {
            continue;
        }
        match has_answer(parent.route, parent) {
            true => out.passed(),
            false if parent.route.meta.is_laid() => {}
            false => out.finding(of_route(facts, parent, gateway)),
        }
    }
}

fn has_answer(route: &HttpRoute, parent: &FollowedParent) -> bool {
    let namespace = parent.reference.namespace_from(&route.meta);
    route.written.said.parents.iter().map(|answer| &answer.reference).any(|own| {
        own.name == parent.reference.name
            && own.namespace.as_ref().unwrap_or(&route.meta.namespace) == namespace
    })
}

fn of_gateway(facts: &Facts, gateway: &Gateway) -> Finding {
    let title = format!("No controller has written a status for {}.", gateway.meta.title());
    Finding::at(&gateway.meta, "/spec/gatewayClassName", title)
        .explain(format!(
            "Nothing answers for it, unless an earlier proxy still runs. {} Argo CD shows it as Progressing until then.",
            who(facts, gateway)
        ))
        .label("no controller handles it")
        .evidence(format!("{}, status.conditions", gateway.meta.title()), "only Unknown Pending")
}

fn of_route(facts: &Facts, parent: &FollowedParent, gateway: &Gateway) -> Finding {
    let title = format!(
        "No controller has written a status for {} at {}.",
        parent.route.meta.title(),
        gateway.meta.title()
    );
    Finding::at(&parent.route.meta, parent.path(), title)
        .explain(format!(
            "{} has a status, so its controller runs, but does not see this route or has not processed it yet. {} Argo CD shows the route as Progressing until then.",
            gateway.meta.title(),
            who(facts, gateway)
        ))
        .label("no status")
        .evidence(format!("{}, status.parents", parent.route.meta.title()), "none for this parent")
        .related(gateway.meta.reference())
}

/// Whose responsibility it is, and where to look.
fn who(facts: &Facts, gateway: &Gateway) -> String {
    let class = class::of(facts, gateway).known();
    let Some(GatewayClass { controller, .. }) = class else {
        return format!("Its class {} is not known.", gateway.class);
    };
    let kgateway = controller == GatewayClass::KGATEWAY;
    let look = match kgateway {
        true => {
            " Check kubectl get deployments -A -l kgateway=kgateway, and kgateway's discoveryNamespaceSelectors."
        }
        false => "",
    };
    format!("{controller} should serve it, according to GatewayClass {}.{look}", gateway.class)
}
