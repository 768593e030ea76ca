//! What we decline to predict: case, request path or condition, reason. This list shrinks.

/// Everything that is answered "unknown" over the recordings.
#[rustfmt::skip]
pub const UNKNOWN: &[(&str, &str, &str)] = &[
    ("backendconfig-tls-to-plain", "/v1/x", "whether the server speaks TLS is not in any manifest"),
    ("class-missing", "Gateway edge/front Accepted", "no GatewayClass is in the typed input: it may exist"),
    ("class-missing", "Gateway edge/front Programmed", "no GatewayClass is in the typed input: it may exist"),
    ("grpcroute-same-host", "/acme.Chat/Ask", "GRPCRoutes are not modelled"),
    ("kbackend-static-name-unresolvable", "/", "what DNS answers is not in any manifest"),
    ("policy-buffer", "/v1/x", "the size of the request's body is not given"),
    ("policy-ratelimit-local", "/v1/x", "how much of the limit is used up is not given"),
    ("policy-rbac-allow", "/v1/x", "CEL expressions are not evaluated"),
    ("policy-rbac-allow", "HTTPRoute models/chat-route edge/front//: Accepted", "CEL expressions are not compiled (2.3)"),
    ("policy-rbac-allow", "HTTPRoute models/chat-route edge/front//: kgateway.dev/Programmed", "CEL expressions are not compiled"),
    ("svc-appprotocol-h2c", "/", "whether the server speaks HTTP/2 is not in any manifest"),
];
