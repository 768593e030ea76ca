//! Values that the proxy, or every proxy, refuses.

use super::super::envoy::{self, RefusedValue};
use super::super::gateway::Compiled;
use super::super::profile::Profile;
use super::super::table::RouteTable;
use super::super::trace::*;
use super::walk::Walk;
use crate::facts::views::*;
use crate::kube::pointer::dotted;

/// How many dropped rules are named.
const MOST_DROPPED: usize = 3;

impl Walk<'_> {
    /// In standard validation one refused value takes the whole table down (observed 5).
    pub(super) fn refused_by_envoy(&mut self, compiled: &Compiled, table: &RouteTable) -> bool {
        if !compiled.profile.is_envoy() || compiled.profile.is_strict() {
            return false;
        }
        // Envoy Gateway keeps regular expressions from its Envoy, but not header values (seen).
        let passed_on = |refused: &&(&HttpRoute, RefusedValue)| {
            compiled.profile.is_kgateway() || !refused.1.matcher
        };
        let dropped = table.refused.iter().filter(|own| !passed_on(own) && own.1.certain);
        for (route, refused) in dropped.take(MOST_DROPPED) {
            let says = format!("rule {} is dropped: {}", refused.rule + 1, refused.says);
            self.step(Stage::Rule, says, place(route, refused));
        }
        let Some((route, refused)) =
            table.refused.iter().filter(passed_on).max_by_key(|(_, refused)| refused.certain)
        else {
            return false;
        };
        let at = place(route, refused);
        self.step(Stage::Policy, &refused.says, at.clone());
        if refused.certain {
            let says = format!(
                "Envoy refuses the whole route table of port {} because of {at}: a proxy that starts has no routes, a running one keeps its old routes",
                self.request.port
            );
            self.end(Some(404), AnsweredBy::Gateway, &says);
        } else {
            self.cannot_say(&format!("{} ({at})", refused.says));
        }
        true
    }

    /// Why it is not known whether a route is served at all: it has an expression that compiles
    /// nowhere, or a header value that cannot be sent, and what becomes of its other rules depends on the implementation.
    pub(super) fn falls_with(&mut self, compiled: &Compiled, route: &HttpRoute) -> Option<String> {
        if compiled.profile != Profile::Specification {
            return None;
        }
        let mut refused = envoy::refuses(route).into_iter();
        let refused = refused.find(|refused| refused.hopeless || refused.unsendable)?;
        let at = place(route, &refused);
        let says = match refused.unsendable {
            true => "no header may have a line break or a NUL character in its value".to_owned(),
            false => refused.says,
        };
        self.step(Stage::Rule, &says, at.clone());
        Some(format!("{says}, and what becomes of the route depends on the implementation ({at})"))
    }
}

fn place(route: &HttpRoute, refused: &RefusedValue) -> String {
    format!("{}, {}", route.meta.title(), dotted(&refused.pointer))
}
