//! What was SEEN of kgateway, Envoy and the API server (`facts/kgateway-observed.md`) and has no
//! recording: a file per section. Manifests and expectations are literal; see `world::rows`.

mod backends;
mod choosing;
mod gateways;
mod nack;
mod older;
mod policies;
mod route_status;
mod world;
