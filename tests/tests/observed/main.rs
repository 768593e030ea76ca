//! What was SEEN of kgateway, Envoy and the API server (`facts/kgateway-observed.md`) and has no
//! recording: one or two files a section. Manifests and expectations are literal; see `world::rows`.

mod attached_policies;
mod backends;
mod certificates;
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
mod policies_at_once;
mod precedence;
mod references;
mod refs_in_status;
mod route_status;
mod stored;
mod ties;
mod tls;
mod unknown;
mod world;
