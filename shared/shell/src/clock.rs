//! The time.

use k8s_openapi::jiff::Timestamp;

/// Now, RFC 3339 in UTC, to the second, as the API server writes it.
pub fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Nanoseconds since 1970.
pub fn nanos() -> u64 {
    u64::try_from(Timestamp::now().as_nanosecond()).unwrap_or_default()
}
