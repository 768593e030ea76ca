//! # No controller has written a status
//!
//! ## What it means
//! A Gateway, or a route beneath a Gateway that has a status, is in the cluster, and no controller
//! has said anything about it. Only told of a running cluster: files often lack the status.
//!
//! ## Why it matters
//! Whoever should serve it does not see it. The controller is not running, has another
//! controllerName than the GatewayClass, or watches other namespaces only (kgateway's
//! `discoveryNamespaceSelectors`). Requests get what they would get without the object.
//!
//! ## Example
//! `status: {conditions: [{type: Accepted, status: Unknown, reason: Pending}]}` is what the API
//! server's defaults say; it stays for ever where nobody looks.
//!
//! ## Fix safety
//! None: the controller has to run and to see the object.
//!
//! ## Sources
//! Gateway API `gateway_types.go` (the default conditions), `shared_types.go` (RouteParentStatus).

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::facts::views::{Gateway, GatewayClass, HttpRoute};
use igw_core::finding::{Finding, Severity};
use igw_core::route::attach::{self, Followed};
use igw_core::scene::{Parent, Scene};

/// IGW0131.
pub struct StatusMissing;

static META: Meta = Meta {
    code: "IGW0131",
    name: "status-missing",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass],
    source: include_str!("status_missing.rs"),
};

impl Check for StatusMissing {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        // In files a missing status proves nothing (contract.md).
        if cx.store.world.is_some() {
            return;
        }
        for gateway in cx.list::<Gateway>(None).items {
            if !cx.scope.contains(&gateway.meta) || cx.profile(gateway).known().is_none() {
                continue;
            }
            match gateway.written.answered {
                true => out.passed(),
                // Not applied yet.
                false if gateway.meta.is_laid() => {}
                false => out.finding(of_gateway(cx, gateway)),
            }
        }
        for parent in cx.parents() {
            let Followed::To(found) = &parent.followed else { continue };
            let gateway = found.parent.gateway();
            // Of a Gateway that nobody looks at one finding is enough.
            if !gateway.written.answered {
                continue;
            }
            match has_answer(parent.route, parent) {
                true => out.passed(),
                false if parent.route.meta.is_laid() => {}
                false => out.finding(of_route(cx, parent, gateway)),
            }
        }
    }
}

fn has_answer(route: &HttpRoute, parent: &Parent) -> bool {
    let namespace = attach::parent_namespace(&route.meta, parent.reference);
    route.written.said.parents.iter().map(|answer| &answer.reference).any(|own| {
        own.name == parent.reference.name
            && own.namespace.as_ref().unwrap_or(&route.meta.namespace) == namespace
    })
}

fn of_gateway(cx: &Scene, gateway: &Gateway) -> Finding {
    let title = format!("No controller has written a status of {}.", gateway.meta.title());
    Finding::at(&gateway.meta, "/spec/gatewayClassName", title)
        .explain(format!(
            "Nobody answers for it, unless a proxy is left from before. {}",
            who(cx, gateway)
        ))
        .label("nobody looks at it")
        .evidence(
            format!("{}, status.conditions", gateway.meta.title()),
            "none but Unknown Pending",
        )
}

fn of_route(cx: &Scene, parent: &Parent, gateway: &Gateway) -> Finding {
    let title = format!(
        "No controller has written a status of {} for {}.",
        parent.route.meta.title(),
        gateway.meta.title()
    );
    Finding::at(&parent.route.meta, parent.path(), title)
        .explain(format!(
            "{} has one, so its controller runs, but does not see this route, or has not come to it yet. {}",
            gateway.meta.title(),
            who(cx, gateway)
        ))
        .label("not answered")
        .evidence(format!("{}, status.parents", parent.route.meta.title()), "none for this parent")
        .related(gateway.meta.reference())
}

/// Whose business it is, and where to look.
fn who(cx: &Scene, gateway: &Gateway) -> String {
    let class = cx.class(gateway).known();
    let Some(GatewayClass { controller, .. }) = class else {
        return format!("Its class {} is not known.", gateway.class);
    };
    let kgateway = controller == GatewayClass::KGATEWAY;
    let look = match kgateway {
        true => {
            " Look at kubectl get deployments -A -l kgateway=kgateway, and at its discoveryNamespaceSelectors."
        }
        false => "",
    };
    format!("It is the business of {controller}, by GatewayClass {}.{look}", gateway.class)
}
