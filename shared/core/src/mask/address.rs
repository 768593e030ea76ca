//! Addresses as they may be shown.

use super::{MASKED, names};

/// An address without user and password, and without the values of parameters that are secrets, in
/// the query or behind `#`.
pub fn address(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let end = rest.find(|c: char| c == '?' || c == '#' || c.is_whitespace()).unwrap_or(rest.len());
    let (place, more) = rest.split_at(end);
    // A password may hold a slash; `image@sha256:…` has no user.
    let place = match place.rsplit_once('@') {
        Some((user, host))
            if !host.starts_with("sha256:")
                && !host.starts_with("sha512:")
                && (!scheme.is_empty() || user.contains(':')) =>
        {
            format!("{MASKED}@{host}")
        }
        _ => place.to_owned(),
    };
    format!("{scheme}{place}{}", parameters(more))
}

/// An address of a configuration, where any parameter may be a secret, and what has neither scheme
/// nor port may be a key in the wrong place.
pub fn address_or_key(text: &str) -> String {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let (bare, more) = text.split_at(end);
    let place = bare.split('/').next().unwrap_or_default();
    let shown = match bare.contains("://") || place.contains('@') || has_port(place) {
        true => address(bare),
        false => format!("{MASKED}{}", &bare[place.len()..]),
    };
    let more = if more.is_empty() { String::new() } else { format!("?{MASKED}") };
    crate::text::clip(&format!("{shown}{more}"), 200)
}

/// A query without the values of parameters that are secrets.
pub fn query(query: &str) -> String {
    let mask = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", names::value(name, value)),
        None => pair.to_owned(),
    };
    query.split('&').map(mask).collect::<Vec<_>>().join("&")
}

/// `?a=b#c`, with what are secrets masked.
fn parameters(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let body = &rest[sign.len_utf8()..];
        let end = match sign {
            '?' => body.find(['#', ' ']).unwrap_or(body.len()),
            _ => body.find(' ').unwrap_or(body.len()),
        };
        out.push(sign);
        match sign {
            '?' | '#' => out.push_str(&query(&body[..end])),
            _ => out.push_str(&body[..end]),
        }
        rest = &body[end..];
    }
    out
}

fn has_port(authority: &str) -> bool {
    let port = authority.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    port.is_some_and(|port| port.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (given, shown) in [
            ("http://me:pw@a:8000/v1?key=1&b=2", "http://<masked>@a:8000/v1?key=<masked>&b=2"),
            ("https://h/x?sig=1&v=2#token=3", "https://h/x?sig=<masked>&v=2#token=<masked>"),
            ("http://u:p/q@h:1/x", "http://<masked>@h:1/x"),
            ("u:p@127.0.0.1:1", "<masked>@127.0.0.1:1"),
            ("registry:5000/a/b@sha256:00", "registry:5000/a/b@sha256:00"),
            ("ghcr.io/a/b:v1", "ghcr.io/a/b:v1"),
        ] {
            assert_eq!(address(given), shown);
        }
        assert_eq!(address_or_key("a:8000"), "a:8000");
        assert_eq!(
            address_or_key("http://me:pw@a:8000/v1?x=1"),
            "http://<masked>@a:8000/v1?<masked>"
        );
        assert_eq!(address_or_key("sk-1/v1"), "<masked>/v1");
    }
}
