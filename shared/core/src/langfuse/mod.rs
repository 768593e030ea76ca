//! Langfuse: what runs of it, which routes lead to it, and what sends traces to it.
//!
//! What is said here was observed with the web server of 4.16.0; what older ones do is from its
//! source.

pub mod authorization;
pub mod base_path;
pub mod destination;
pub mod endpoint;
pub mod exporters;
pub mod headers;
pub mod installations;
pub mod litellm;
pub mod part;
pub mod probe;
pub mod said;
pub mod services;
pub mod site;
pub mod stores;
pub mod ways;

pub use installations::Installation;
pub use part::{LangfusePart, LangfuseRole, PartValue};

/// The path at which Langfuse takes traces (since 3.22).
pub const TRACES_PATH: &str = "/api/public/otel/v1/traces";

/// The same without what the exporters of OpenTelemetry append to their base.
pub const TRACES_BASE: &str = "/api/public/otel";

/// The port of the web server, unless something else is said.
pub const WEB_PORT: u16 = 3000;

/// The port of the worker.
pub const WORKER_PORT: u16 = 3030;
