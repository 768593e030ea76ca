//! What the API server does with a manifest before a controller sees it: fills in defaults,
//! refuses what the CRD's schema or its rules do not allow.
//!
//! The tables are our own description of the Gateway API CRDs 1.6.1, standard channel; fields of
//! the experimental channel are marked as such. Kinds that need no description of their own are data,
//! with the rules of their CRDs as text, read by `table`: `kgateway.tsv` and `gateway-api.tsv`. The
//! latter has the described kinds as well, and a test compares the two.

mod admission;
mod admit;
mod crd_rules;
mod gateway;
mod gateway_api;
#[cfg(test)]
mod gateway_api_tests;
mod http_route;
mod kgateway;
mod marks;
mod patterns;
#[cfg(test)]
mod refusal_tests;
mod rules;
mod table;
#[cfg(test)]
mod table_tests;
mod types;
mod validate;

pub use admission::{Admission, Channel, Gate, Meant, Refusal};
pub use admit::{admit, admit_other};
pub use patterns::duration_millis;
