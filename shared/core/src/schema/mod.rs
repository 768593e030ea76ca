//! What the API server does with a manifest before a controller sees it: fills in defaults,
//! refuses what the CRD's schema or its rules do not allow.
//!
//! The tables are our own description of the Gateway API CRDs 1.6.1, standard channel; fields of
//! the experimental channel are marked as such.

mod admission;
mod admit;
mod gateway;
mod http_route;
mod kgateway;
mod patterns;
mod rules;
mod types;
mod validate;

pub use admission::{Admission, Channel, Gate, Refusal};
pub use admit::admit;
pub use patterns::duration_millis;
