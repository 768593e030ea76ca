//! kgateway's policies (their top level only) and the few core kinds whose defaults matter.

use super::patterns::*;
use super::types::*;

const TARGET: Type = Type::Object(&[
    field("group", like(0, 253, GROUP)).required(),
    field("kind", like(1, 63, KIND_NAME)).required(),
    field("name", name(253)).required(),
    field("sectionName", name(253)),
]);

const TARGET_SELECTOR: Type = Type::Object(&[
    field("group", like(0, 253, GROUP)).required(),
    field("kind", like(1, 63, KIND_NAME)).required(),
    field("matchLabels", Type::Open).required(),
    field("sectionName", name(253)),
]);

const TARGETS: Field = field("targetRefs", list(&TARGET, 16));
const SELECTORS: Field = field("targetSelectors", list(&TARGET_SELECTOR, 16));

/// TrafficPolicy: only the names of its parts (from kgateway main), not their content.
pub const TRAFFIC_POLICY: Type = root![
    TARGETS,
    SELECTORS,
    field("acl", Type::Any),
    field("apiKeyAuth", Type::Any),
    field("apiKeyAuthentication", Type::Any),
    field("autoHostRewrite", Type::Any),
    field("basicAuth", Type::Any),
    field("buffer", Type::Any),
    field("compression", Type::Any),
    field("cors", Type::Any),
    field("csrf", Type::Any),
    field("extAuth", Type::Any),
    field("extProc", Type::Any),
    field("faultInjection", Type::Any),
    field("hashPolicies", Type::Any),
    field("headerModifiers", Type::Any),
    field("internalRedirect", Type::Any),
    field("jwt", Type::Any),
    field("jwtAuth", Type::Any),
    field("oauth2", Type::Any),
    field("rateLimit", Type::Any),
    field("rbac", Type::Any),
    field("requestMirror", Type::Any),
    field("retry", Type::Any),
    field("statPrefix", Type::Any),
    field("timeouts", Type::Any),
    field("tracing", Type::Any),
    field("transformation", Type::Any),
    field("urlRewrite", Type::Any),
];

/// ListenerPolicy and the older HTTPListenerPolicy: only their targets are described.
pub const LISTENER_POLICY: Type =
    Type::Object(&[API_VERSION, KIND, META, STATUS, field("spec", Type::Open).required()]);

/// BackendConfigPolicy: only its targets are described.
pub const BACKEND_CONFIG_POLICY: Type =
    Type::Object(&[API_VERSION, KIND, META, STATUS, field("spec", Type::Open).required()]);

/// Service: the API server's defaults are filled in when views are created.
pub const SERVICE: Type = Type::Open;

/// EndpointSlice: see `rules.rs`.
pub const ENDPOINT_SLICE: Type = Type::Open;
