//! Hostnames of listeners and routes.

/// The hostname that matches any host.
pub const ANY: &str = "*";

/// Whether a hostname pattern (`*`, `*.suffix` or a name) takes a host.
///
/// `*.example.com` stands for one or more labels, never for `example.com` itself
/// (gw:164-166, 414-416).
pub fn covers(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some("") => true,
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => pattern == host,
    }
}

/// What a listener's and a route's hostname have in common; `None` if nothing.
///
/// Absent hostnames are [`ANY`]. The result is the narrower of the two (hr:75-107).
pub fn intersect<'a>(listener: &'a str, route: &'a str) -> Option<&'a str> {
    if listener == ANY {
        Some(route)
    } else if route == ANY || covers(route, listener) {
        Some(listener)
    } else if listener == route || covers(listener, wildcard_probe(route)) {
        Some(route)
    } else {
        None
    }
}

/// The text under which a route's hostname is tested against a listener's wildcard: of
/// `*.a.example.com` the part `.a.example.com`, which is under `*.example.com`.
fn wildcard_probe(hostname: &str) -> &str {
    hostname.strip_prefix('*').unwrap_or(hostname)
}

/// The hostnames of listeners that take every host of a pattern: itself, the wildcards above it, and
/// [`ANY`].
pub fn takers(pattern: &str) -> impl Iterator<Item = String> {
    let name = wildcard_probe(pattern);
    let above = name.match_indices('.').filter(|(dot, _)| *dot > 0);
    let above = above.map(|(dot, _)| format!("*{}", &name[dot..]));
    let any = (pattern != ANY).then(|| ANY.to_owned());
    std::iter::once(pattern.to_owned()).chain(above).chain(any)
}

/// A hostname from its last letter on: what is under a wildcard begins as it does.
pub fn reversed(hostname: &str) -> String {
    hostname.chars().rev().collect()
}

/// Orders hostnames by precedence: exact names first, then longer wildcards, then [`ANY`]
/// (gw:146-166, hr:104-112). Greater is more specific.
pub fn specificity(pattern: &str) -> (bool, usize) {
    if pattern == ANY { (false, 0) } else { (!pattern.starts_with('*'), pattern.len()) }
}

/// The host used for routing: no port, lower case; `None` if no server accepts it.
pub fn of_header(header: &str) -> Option<String> {
    let bad = |c: char| c.is_whitespace() || c.is_control();
    if header.contains(bad) {
        return None;
    }
    Some(without_port(header).to_ascii_lowercase())
}

/// A Host header without its port; IPv6 literals keep their brackets.
pub fn without_port(header: &str) -> &str {
    match header.rsplit_once(':') {
        Some((host, port))
            if port.bytes().all(|b| b.is_ascii_digit())
                && (!host.contains(':') || host.ends_with(']')) =>
        {
            host
        }
        _ => header,
    }
}

/// Similarity of two hostnames: the number of labels they share from the right.
pub fn shared_labels(a: &str, b: &str) -> usize {
    let labels = |s: &'_ str| s.rsplit('.').map(str::to_owned).collect::<Vec<_>>();
    labels(a).iter().zip(labels(b)).take_while(|(x, y)| **x == *y).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of the specification's table (hr:75-107).
    #[test]
    fn intersection_table() {
        for (listener, route, expected) in [
            (ANY, ANY, Some(ANY)),
            (ANY, "a.example.com", Some("a.example.com")),
            (ANY, "*.example.com", Some("*.example.com")),
            ("a.example.com", ANY, Some("a.example.com")),
            ("*.example.com", ANY, Some("*.example.com")),
            ("a.example.com", "a.example.com", Some("a.example.com")),
            ("a.example.com", "b.example.com", None),
            ("a.example.com", "*.example.com", Some("a.example.com")),
            ("example.com", "*.example.com", None),
            ("*.example.com", "a.example.com", Some("a.example.com")),
            ("*.example.com", "a.b.example.com", Some("a.b.example.com")),
            ("*.example.com", "example.com", None),
            ("*.com", "*.example.com", Some("*.example.com")),
            ("*.example.com", "*.com", Some("*.example.com")),
            ("*.example.com", "*.example.com", Some("*.example.com")),
            ("*.example.com", "*.other.com", None),
            ("*.example.com", "anexample.com", None),
        ] {
            assert_eq!(intersect(listener, route), expected, "{listener} x {route}");
        }
    }

    #[test]
    fn who_takes_a_pattern() {
        let all = ["a.b.com", "*.a.b.com", "*.b.com", "*.com", ANY, "b.com", "*.org", "com"];
        for pattern in all {
            let takers: Vec<String> = takers(pattern).collect();
            for taker in all {
                let takes = taker == pattern || intersect(taker, pattern) == Some(pattern);
                assert_eq!(takers.iter().any(|own| own == taker), takes, "{taker} {pattern}");
            }
        }
    }

    #[test]
    fn order_of_specificity() {
        let order = ["a.example.com", "*.a.example.com", "*.example.com", "*.com", ANY];
        for pair in order.windows(2) {
            assert!(specificity(pair[0]) > specificity(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn host_headers() {
        assert_eq!(of_header("API.Example.com:8443").as_deref(), Some("api.example.com"));
        assert_eq!(of_header("[::1]:80").as_deref(), Some("[::1]"));
        assert_eq!(of_header("a.b.").as_deref(), Some("a.b."));
        assert_eq!(of_header("a b"), None);
    }
}
