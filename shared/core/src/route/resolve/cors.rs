//! The filter CORS.

use super::super::request::Request;
use super::super::trace::*;
use super::walk::Walk;
use crate::facts::views::*;

impl Walk<'_> {
    /// Whether the filter CORS answers a preflight request; then the trace ends here.
    pub(super) fn preflight(&mut self, rule: &Rule, request: &Request, at: &str) -> bool {
        let cors = rule.filters.iter().find_map(|filter| match filter {
            Filter::Cors { cors } => Some(cors),
            _ => None,
        });
        let Some(cors) = cors else { return false };
        let origin = request.header_values("origin").next().unwrap_or_default();
        if !cors.allow_origins.iter().any(|allowed| origin_fits(allowed, origin)) {
            return false;
        }
        let says = format!("the gateway answers the preflight request from {origin} itself");
        self.step(Stage::Filter, &says, at);
        self.end(Some(200), AnsweredBy::Gateway, &says);
        true
    }
}

/// A CORS origin pattern: `*`, or one with a `*` in it.
fn origin_fits(allowed: &str, origin: &str) -> bool {
    match allowed.split_once('*') {
        None => allowed == origin,
        Some((start, end)) => {
            origin.len() >= start.len() + end.len()
                && origin.starts_with(start)
                && origin.ends_with(end)
        }
    }
}
