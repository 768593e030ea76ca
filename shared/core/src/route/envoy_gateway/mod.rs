//! What Envoy Gateway makes of routes and listeners beyond the specification.
//!
//! Rules are those of its translator (`internal/gatewayapi` of envoyproxy/gateway at commit
//! d32f2829, August 2026), cited by the names of its functions. Two of its APIs are off unless its
//! configuration turns them on: Backends, which who writes one is taken to have turned on, and
//! Secrets that refer to an SDS server, of which it is not known.

mod addresses;
mod backend_object;
mod backend_tls;
mod conditions;
mod destination;
mod envoy_listener;
mod header_filter;
mod instead;
mod listener_conflicts;
mod proxy_settings;
mod rewriting;
mod route_fault;
mod route_filter;
mod rule_filters;
mod stream_conditions;
mod summary;
mod trusted;

pub use conditions::{ParentSays, conditions};
pub use destination::judged;
pub use envoy_listener::listeners;
pub use instead::{FilterAnswer, instead};
pub use proxy_settings::{merged_with, running};
pub use stream_conditions::stream_conditions;
pub use summary::{accepted, programmed};
