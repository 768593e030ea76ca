//! What we decline to predict: case, request path or condition, reason. This list shrinks.

/// Everything that is answered "unknown" over the recordings.
#[rustfmt::skip]
pub const UNKNOWN: &[(&str, &str, &str)] = &[
    ("backendconfig-tls-to-plain", "/v1/x", "whether the server speaks TLS is not in any manifest"),
    ("kbackend-static-name-unresolvable", "/", "what DNS answers is not in any manifest"),
    ("policy-buffer", "/v1/x", "the size of the request's body is not given"),
    ("policy-ratelimit-local", "/v1/x", "how much of the limit is used up is not given"),
    ("svc-appprotocol-h2c", "/", "whether the server speaks HTTP/2 is not in any manifest"),
];
