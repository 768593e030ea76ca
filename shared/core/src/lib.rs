//! The pure part of `kubectl igw`: what is known of a cluster or of manifest files, what is known
//! of each product, the checks' machinery and the reports.
//!
//! Nothing here reads a clock, a file, the network or the environment. A room imports only from
//! rooms that stand above it: CONTRIBUTING.md, "The house".

pub mod bifrost;
pub mod cel;
pub mod check;
pub mod compare;
pub mod facts;
pub mod finding;
pub mod fix;
pub mod gojson;
pub mod kube;
pub mod langfuse;
pub mod mask;
pub mod placeholder;
pub mod reads;
pub mod report;
pub mod rounds;
pub mod route;
pub mod schema;
pub mod strings;
pub mod suppress;
pub mod text;
pub mod wire;
pub mod workload;
pub mod yaml;
