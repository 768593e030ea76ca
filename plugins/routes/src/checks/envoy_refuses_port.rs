//! # Envoy refuses the whole port because of one value
//!
//! ## What it means
//! In kgateway's default validation mode nobody looks at regular expressions and header values
//! before Envoy gets them. Envoy refuses the **whole route table of the port** when one of them
//! is bad: an expression that RE2 does not know (look-ahead, an open bracket), a `%` or a line
//! break in the value of a header filter, a header filter on `Host` or on a `:name`.
//!
//! ## Why it matters
//! All conditions of all objects stay True. A proxy that runs keeps the old routes, and no later
//! change is served; a proxy that starts has **no route at all on that port**: 404 for everything.
//! With `KGW_VALIDATION_MODE=STRICT` only the bad rule suffers.
//!
//! ## Example
//! `value: 100%` in a RequestHeaderModifier: Envoy reads `%` as the start of a command. Write `100%%`.
//!
//! ## Fix safety
//! Safe for a lone `%` in a value, which is doubled; otherwise unsafe.
//!
//! ## Sources
//! kgateway main, 2.3, 2.2 with Envoy, as seen; kgateway issues #14264 and #11794.

use std::collections::BTreeSet;

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::{Cx, Kind, Why, pointer};
use igw_core::finding::{Finding, Severity};
use igw_core::route::gateway::Compiled;
use igw_core::route::table::Table;
use igw_core::scene::Scene;
use igw_core::words;

/// IGW0126.
pub struct EnvoyRefusesPort;

static META: Meta = Meta {
    code: "IGW0126",
    name: "envoy-refuses-port",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    source: include_str!("envoy_refuses_port.rs"),
};

impl Check for EnvoyRefusesPort {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for front in cx.gateways().iter().filter(|f| f.compiled.profile.is_kgateway()) {
            for (port, table) in &front.tables {
                if table.refused.is_empty() {
                    out.passed();
                }
                judge(cx, &front.compiled, *port, table, out);
            }
        }
    }
}

fn judge(cx: &Cx, compiled: &Compiled, port: u16, table: &Table, out: &mut Sink) {
    for (route, refused) in &table.refused {
        if !cx.scope.contains(&route.meta) {
            continue;
        }
        if !refused.certain {
            let field = pointer::dotted(&refused.pointer);
            let detail = format!("{}, {field}: {}", route.meta.title(), refused.says);
            out.not_checked(Kind::HttpRoute, &route.meta.namespace, Why::not_given(detail));
            continue;
        }
        let mut finding = if compiled.profile.is_strict() {
            let status = if refused.matcher { 404 } else { 500 };
            let title = format!("Every request to this rule gets {status}: {}.", refused.says);
            let how = if refused.matcher { "drops" } else { "replaces" };
            Finding::at(&route.meta, refused.pointer.clone(), title)
                .explain(format!("In strict validation kgateway {how} the rule alone."))
                .effect(status, 1.0, format!("rule {}", refused.rule + 1))
        } else {
            let down: BTreeSet<String> = table
                .hosts
                .values()
                .flat_map(|host| &host.entries)
                .map(|entry| entry.route.meta.full_name())
                .collect();
            let down: Vec<String> = down.into_iter().collect();
            let title = format!(
                "Every route of port {port} of {} is lost because of this value: {}.",
                compiled.gateway.meta.title(),
                refused.says
            );
            Finding::at(&route.meta, refused.pointer.clone(), title)
                .explain(format!(
                    "A proxy that starts answers 404 to everything on that port; one that runs keeps its old routes and takes no new ones. All conditions stay True. With it go down: {}.",
                    words::some_of(&down, 6)
                ))
                .effect(404, 1.0, format!("every request to port {port}"))
        };
        finding = finding
            .label(refused.says.clone())
            .evidence(pointer::dotted(&refused.pointer), refused.says.clone())
            .related(compiled.gateway.meta.reference())
            .guide("6", Some("it knows no route that takes others down"));
        out.finding(finding);
    }
}
