//! The proxy on the way to the API server, by the environment, as Go's programs read it
//! (golang.org/x/net/http/httpproxy): the *server's* address is looked up in NO_PROXY.

use std::net::IpAddr;

use http::Uri;

/// The proxy for a server; `None` means a direct connection.
pub fn of(server: &str, var: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let uri: Uri = server.parse().ok()?;
    let either = |upper: &str, lower: &str| {
        var(upper).filter(|v| !v.is_empty()).or_else(|| var(lower).filter(|v| !v.is_empty()))
    };
    let proxy = match uri.scheme_str() {
        Some("https") => either("HTTPS_PROXY", "https_proxy"),
        _ => either("HTTP_PROXY", "http_proxy"),
    }?;
    let host = uri.host()?.trim_matches(['[', ']']).to_ascii_lowercase();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    let none = either("NO_PROXY", "no_proxy").unwrap_or_default();
    if is_direct(&host, port, &none) {
        return None;
    }
    Some(if proxy.contains("://") { proxy } else { format!("http://{proxy}") })
}

fn is_direct(host: &str, port: u16, none: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    none.split(',').map(|entry| entry.trim().to_ascii_lowercase()).any(|entry| {
        let (name, wanted) = split_port(&entry);
        if name.is_empty() || wanted.is_some_and(|wanted| wanted != port) {
            return false;
        }
        if name == "*" {
            return true;
        }
        match address {
            Some(address) => name.parse() == Ok(address) || in_range(address, name),
            None => match name.strip_prefix("*.").or_else(|| name.strip_prefix('.')) {
                Some(parent) => host.strip_suffix(parent).is_some_and(|h| h.ends_with('.')),
                None => host == name || host.strip_suffix(name).is_some_and(|h| h.ends_with('.')),
            },
        }
    })
}

/// `host:8443`, `[::1]:8443`; a bare IPv6 address has no port.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some(rest) = entry.strip_prefix('[') {
        let Some((host, port)) = rest.split_once(']') else { return (entry, None) };
        return (host, port.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match entry.split_once(':') {
        Some((host, port)) if !port.contains(':') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// Whether an address is in a range like `10.0.0.0/8`.
fn in_range(address: IpAddr, range: &str) -> bool {
    let Some((base, bits)) = range.split_once('/') else { return false };
    let (Ok(base), Ok(bits)) = (base.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    let wide = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    let ((own, length), (other, kind)) = (wide(address), wide(base));
    if length != kind || bits > length {
        return false;
    }
    bits == 0 || (own ^ other) >> (128 - bits) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_is_about_the_server() {
        let none = ",10.0.0.0/8, .corp.test,k8s.test:6443,*.dev.test,fd00::/8,192.0.2.7,";
        for (host, port, direct) in [
            ("localhost", 443, true),
            ("127.0.0.1", 6443, true),
            ("10.96.0.1", 443, true),
            ("11.0.0.1", 443, false),
            ("192.0.2.7", 6443, true),
            ("corp.test", 443, false),
            ("api.corp.test", 443, true),
            ("api.k8s.test", 6443, true),
            ("k8s.test", 443, false),
            ("xk8s.test", 6443, false),
            ("a.dev.test", 443, true),
            ("fd00::1", 443, true),
            ("2001:db8::1", 443, false),
        ] {
            assert_eq!(is_direct(host, port, none), direct, "{host}:{port}");
        }
        assert!(is_direct("any.test", 1, "*"));
        assert!(!is_direct("any.test", 1, ""));
    }

    #[test]
    fn the_scheme_of_the_server_chooses() {
        let var = |name: &str| match name {
            "HTTPS_PROXY" => Some("proxy.test:3128".to_owned()),
            "http_proxy" => Some("socks5://proxy.test:1080".to_owned()),
            "no_proxy" => Some("k8s.test".to_owned()),
            _ => None,
        };
        let of = |server| of(server, &var);
        assert_eq!(of("https://api.test:6443").as_deref(), Some("http://proxy.test:3128"));
        assert_eq!(of("http://api.test").as_deref(), Some("socks5://proxy.test:1080"));
        assert_eq!(of("https://k8s.test:6443"), None);
    }
}
