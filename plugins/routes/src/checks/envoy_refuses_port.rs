//! # Envoy rejects the routes of a whole port because of one value
//!
//! ## What it means
//! In kgateway's default validation mode, nothing checks regular expressions and header values
//! before Envoy gets them. Envoy rejects the **whole route table of the port** when one of them is
//! invalid: an expression that RE2 does not accept (look-ahead, an unclosed bracket), a `%` or a
//! line break in the value of a header filter, a header filter on `Host` or on a `:name`.
//!
//! ## Why it matters
//! All conditions of all objects stay True. A running proxy keeps the old routes, and no later
//! change takes effect; a proxy that starts has **no routes at all on that port**: 404 for
//! everything. With `KGW_VALIDATION_MODE=STRICT` only the invalid rule is affected.
//!
//! ## Example
//! `value: 100%` in a RequestHeaderModifier: Envoy reads `%` as the start of a command. Write
//! `100%%`.
//!
//! ## Fix safety
//! Safe for a value with a single `%`, which is doubled. Everything else is unsafe, and only explained:
//! the tool cannot know which requests are meant, or which command.
//!
//! ## Sources
//! Observed in kgateway main, 2.3 and 2.2 with Envoy; kgateway issues #14264 and #11794.

use std::collections::BTreeSet;

use igw_core::check::{Check, Sink};
use igw_core::facts::views::HttpRoute;
use igw_core::facts::{Facts, Why};
use igw_core::finding::{Finding, Severity};
use igw_core::fix::Fix;
use igw_core::kube::{Kind, pointer};
use igw_core::route::envoy::RefusedValue;
use igw_core::route::followed;
use igw_core::route::gateway::Compiled;
use igw_core::route::table::RouteTable;
use igw_core::{page, text};

pub static CHECK: Check = Check {
    code: "IGW0126",
    name: "envoy-refuses-port",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::ListenerSet, Kind::GatewayClass],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for front in followed::gateways(facts).iter().filter(|f| f.compiled.profile.is_kgateway()) {
        for (port, table) in &front.tables {
            if table.refused.is_empty() {
                out.passed();
            }
            judge(facts, &front.compiled, *port, table, out);
        }
    }
}

fn judge(facts: &Facts, compiled: &Compiled, port: u16, table: &RouteTable, out: &mut Sink) {
    for (route, refused) in &table.refused {
        if !facts.scope.contains(&route.meta) {
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
                .explain(format!("In strict validation mode, kgateway {how} only this rule."))
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
                "Envoy rejects every route on port {port} of {} because of this value: {}.",
                compiled.gateway.meta.title(),
                refused.says
            );
            Finding::at(&route.meta, refused.pointer.clone(), title)
                .explain(format!(
                    "A proxy that starts answers 404 to every request on that port; a running one keeps its old routes and accepts no new ones. All conditions stay True. Routes affected: {}.",
                    text::some_of(&down, 6)
                ))
                .effect(404, 1.0, format!("every request to port {port}"))
        };
        finding = finding
            .label(refused.says.clone())
            .evidence(pointer::dotted(&refused.pointer), refused.says.clone())
            .related(compiled.gateway.meta.reference())
            .repair(escaped(route, refused))
            .guide("6", Some("it does not mention that one route can take others down"));
        out.finding(finding);
    }
}

fn escaped(route: &HttpRoute, refused: &RefusedValue) -> Option<Fix> {
    let value = refused.instead.as_deref()?;
    let field = pointer::dotted(&refused.pointer);
    let title = format!("double the % in {field} of {}", route.meta.title());
    // A `%` before a word in capitals may be a command that was not closed.
    let unfinished = value
        .split("%%")
        .nth(1)
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()));
    let fix = match unfinished {
        true => Fix::unsafe_as("a command of Envoy may be meant", title),
        false => Fix::safe(title),
    };
    Some(fix.put(&route.meta, refused.pointer.clone(), value))
}
