//! The filters of a rule, one after the other (`ProcessHTTPFilters`).

use serde_json::Value;

use super::header_filter::HeadersChanged;
use super::rewriting::{Rewriting, bad_hostname};
use super::route_fault::RouteFault;
use super::route_filter;
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{ENVOY_GATEWAY_API, Meta};
use crate::text;

/// What the filters of a rule, or of a backend, come to.
#[derive(Debug, Default)]
pub struct RuleFilters {
    pub faults: Vec<RouteFault>,
    pub rewriting: Rewriting,
    /// The status with which the rule answers by itself.
    pub direct: Option<u16>,
    /// What is wrong with the matches that a filter adds; such a rule is left out.
    pub bad_matches: Option<RouteFault>,
    redirects: bool,
    mirrors: bool,
    request: HeadersChanged,
    response: HeadersChanged,
    /// Whether a filter adds matches.
    pub matches: bool,
}

/// Goes through filters. `mirrored` tells whether a mirror has endpoints, or what is wrong with it.
pub fn apply(
    facts: &Facts,
    route: &Meta,
    filters: &[Filter],
    mirrored: &dyn Fn(&BackendRef) -> Result<bool, RouteFault>,
) -> RuleFilters {
    let mut out = RuleFilters::default();
    for filter in filters {
        // What answers by itself ends the list.
        if out.direct.is_some() {
            break;
        }
        let fault = match filter {
            // A GRPCRoute has fewer types (`ValidateGRPCRouteFilter`).
            Filter::UrlRewrite { .. } | Filter::RequestRedirect { .. } | Filter::Cors { .. }
                if route.kind == "GRPCRoute" =>
            {
                out.invalid(format!("a GRPCRoute has no filter {}", filter.type_name()))
            }
            Filter::RequestHeaderModifier { change } => {
                out.request.apply(change, filter.type_name())
            }
            Filter::ResponseHeaderModifier { change } => {
                out.response.apply(change, filter.type_name())
            }
            Filter::UrlRewrite { rewrite } => out.rewriting.core(rewrite),
            Filter::RequestRedirect { redirect } => out.redirect(redirect),
            // Without its settings it does nothing.
            Filter::RequestMirror { mirror } if *mirror == Mirror::default() => None,
            Filter::RequestMirror { mirror } => out.mirror(mirrored(&mirror.backend_ref)),
            Filter::Cors { .. } => None,
            Filter::ExternalAuth { .. } => out.invalid("filter ExternalAuth is not supported"),
            Filter::ExtensionRef { target } => out.extension(facts, route, target),
            Filter::Other => out.invalid("a filter has a type that the API does not have"),
        };
        out.faults.extend(fault);
    }
    if out.mirrors && (out.direct.is_some() || out.redirects) {
        out.direct = None;
        out.faults.push(RouteFault {
            refuses: true,
            reason: Some("IncompatibleFilters"),
            says: "a mirror does not go together with what answers by itself".to_owned(),
        });
    }
    // A call that succeeds has a message, and an answer of the proxy's own has none
    // (`ProcessGRPCFilters`).
    if route.kind == "GRPCRoute" && out.direct.is_some_and(|status| (200..300).contains(&status)) {
        out.direct = None;
        out.faults.push(RouteFault::refusal("a call cannot be answered with a 2xx"));
    }
    out
}

/// The codes of Envoy's own redirects (`SupportedRedirectCodes`).
const REDIRECT_CODES: [u16; 5] = [301, 302, 303, 307, 308];

impl RuleFilters {
    /// `processInvalidHTTPFilter`.
    fn invalid(&mut self, says: impl Into<String>) -> Option<RouteFault> {
        self.direct = Some(500);
        Some(RouteFault::refusal(says))
    }

    /// `processRedirectFilter`.
    fn redirect(&mut self, redirect: &Redirect) -> Option<RouteFault> {
        if self.redirects {
            return Some(RouteFault::refusal("the rule redirects more than once"));
        }
        // The API server refuses these values today, and may have stored them before.
        let scheme = redirect.scheme.as_deref().unwrap_or("http");
        if !["http", "https"].contains(&scheme) {
            let says = format!("{} is no scheme to redirect to", text::clean(scheme));
            return Some(RouteFault::refusal(says));
        }
        if let Some(says) = redirect.hostname.as_deref().and_then(bad_hostname) {
            return Some(RouteFault::refusal(says));
        }
        if let Some(PathChange::Unsound(change)) = &redirect.path
            && !["ReplaceFullPath", "ReplacePrefixMatch"].contains(&change.kind.as_str())
        {
            return Some(RouteFault::refusal(change.says()));
        }
        if !REDIRECT_CODES.contains(&redirect.status()) {
            let says = format!("{} is no status of a redirect", redirect.status());
            return Some(RouteFault::refusal(says));
        }
        self.redirects = true;
        None
    }

    /// `processRequestMirrorFilter`; a mirror without endpoints is no fault.
    fn mirror(&mut self, mirrored: Result<bool, RouteFault>) -> Option<RouteFault> {
        match mirrored {
            Ok(mirrors) => {
                self.mirrors |= mirrors;
                None
            }
            Err(fault) => Some(fault),
        }
    }

    /// `processExtensionRefHTTPFilter`. Kinds that an extension of the controller adds are not known
    /// here, and taken not to be there.
    fn extension(&mut self, facts: &Facts, route: &Meta, target: &LocalRef) -> Option<RouteFault> {
        if target.group != ENVOY_GATEWAY_API || target.kind != "HTTPRouteFilter" {
            let says = format!("{}/{} is no kind of filter", target.group, target.kind);
            return self.invalid(text::clean(&says));
        }
        let title = format!("HTTPRouteFilter {}/{}", route.namespace, target.name);
        let filter = match facts.get::<RouteFilter>(&route.namespace, &target.name) {
            Fact::Known(filter) => filter,
            Fact::Absent => {
                self.direct = Some(500);
                let says = format!("{title} does not exist");
                return Some(RouteFault::reference(RouteFault::UNSUPPORTED, says));
            }
            Fact::Unknown(why) => {
                self.faults.push(RouteFault::unknown(false, why.about(&title)));
                return Some(RouteFault::unknown(true, why.about(&title)));
            }
        };
        let matches: &[Value] = filter.spec["matches"].as_array().map_or(&[], Vec::as_slice);
        if !matches.is_empty() {
            if self.matches {
                return Some(RouteFault::refusal("two filters of the rule add matches"));
            }
            self.matches = true;
            self.bad_matches = route_filter::cookies(matches);
        }
        let rewrite = &filter.spec["urlRewrite"];
        if !rewrite.is_null()
            && let Some(fault) = self.rewriting.extension(rewrite)
        {
            return Some(fault);
        }
        let direct = &filter.spec["directResponse"];
        if !direct.is_null() {
            if let Some(fault) = route_filter::body(facts, filter) {
                self.direct = Some(500);
                return Some(fault);
            }
            let status = direct["statusCode"].as_u64().and_then(|code| u16::try_from(code).ok());
            self.direct = Some(status.unwrap_or(200));
        }
        let fault = route_filter::credential(facts, filter)?;
        self.direct = Some(500);
        Some(fault)
    }
}
