//! What the API server does with a manifest before a controller sees it: fills in defaults,
//! refuses what the CRD's schema or its rules do not allow.
//!
//! The tables are our own description of the Gateway API CRDs 1.6.1, standard channel; fields of
//! the experimental channel are marked as such. Those of kgateway's kinds are data: `kgateway.tsv`,
//! read by `table`, with the rules of its CRDs as text.

mod admission;
mod admit;
mod crd_rules;
mod gateway;
mod http_route;
mod kgateway;
mod marks;
mod patterns;
mod rules;
mod table;
#[cfg(test)]
mod table_tests;
mod types;
mod validate;

pub use admission::{Admission, Channel, Gate, Meant, Refusal};
pub use admit::admit;
pub use patterns::duration_millis;
