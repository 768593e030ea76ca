//! Under which paths the API server has a resource.

use igw_core::kube::Resource;

/// The path of the list, or of one object.
pub fn of(
    resource: &Resource,
    version: &str,
    namespace: Option<&str>,
    name: Option<&str>,
) -> String {
    let mut path = match resource.group {
        "" => format!("/api/{version}"),
        group => format!("/apis/{group}/{version}"),
    };
    if let Some(namespace) = namespace {
        path.push_str("/namespaces/");
        path.push_str(&escaped(namespace));
    }
    path.push('/');
    path.push_str(resource.plural);
    if let Some(name) = name {
        path.push('/');
        path.push_str(&escaped(name));
    }
    path
}

/// A name out of a manifest may be anything; only what may stand in a path or a query is left as
/// it is.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    // `.` and `..` would lead elsewhere.
    if out == "." || out == ".." { out.replace('.', "%2E") } else { out }
}

#[cfg(test)]
mod tests {
    use igw_core::kube::Kind;

    use super::*;

    #[test]
    fn paths() {
        let services = &Kind::Service.resources()[0];
        assert_eq!(of(services, "v1", None, None), "/api/v1/services");
        let path = of(services, "v1", Some("team-a"), Some("a/../b"));
        assert_eq!(path, "/api/v1/namespaces/team-a/services/a%2F..%2Fb");
        let path = of(services, "v1", Some(".."), Some("x"));
        assert_eq!(path, "/api/v1/namespaces/%2E%2E/services/x");
        let slices = &Kind::EndpointSlice.resources()[0];
        assert_eq!(of(slices, "v1", None, None), "/apis/discovery.k8s.io/v1/endpointslices");
        assert_eq!(slices.full_name(), "endpointslices.discovery.k8s.io");
    }
}
