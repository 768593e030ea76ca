//! What was SEEN of kgateway, Envoy and the API server (`facts/kgateway-observed.md`) and has no
//! recording: one or two files a section. Manifests and expectations are literal; see `world::rows`.

mod attached_policies;
mod backends;
mod choosing;
mod delegation;
mod envoy;
mod filters;
mod gateways;
mod guide;
mod lines;
mod listeners;
mod nack;
mod older;
mod parent_refs;
mod policies;
mod precedence;
mod references;
mod route_status;
mod unknown;
mod world;
