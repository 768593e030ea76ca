//! The rules of the Gateway API, a file per section of the facts (`facts/gateway-api.md`), for a
//! controller that follows the specification and has all Extended features. Manifests and
//! expectations are literal; names such as `HTTPRouteMatching` are those of the upstream
//! conformance test that makes the same claim.

mod allowed_routes;
mod attachment;
mod backends;
mod certificates;
mod choosing;
mod conditions;
mod conflicts;
mod endpoints;
mod envoy_gateway;
mod envoy_gateway_filters;
mod envoy_gateway_listeners;
mod envoy_gateway_status;
mod envoy_gateway_stored;
mod filters;
mod grants;
mod hostname;
mod limits;
mod lines;
mod listener_sets;
mod listeners;
mod matching;
mod order;
mod parent_ref;
mod precedence;
mod redirects;
mod rewrites;
mod tls;
mod world;
