//! Addresses and values as they may be shown.

/// An address without user, password and query. What has neither scheme nor port may be a key in
/// the wrong place.
pub fn url(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = match authority.rsplit_once('@') {
        Some((_, host)) => format!("<masked>@{host}"),
        None if scheme.is_empty() && !has_port(authority) => "<masked>".to_owned(),
        None => authority.to_owned(),
    };
    let path = match path.find(['?', '#']) {
        Some(at) => format!("{}?<masked>", &path[..at]),
        None => path.to_owned(),
    };
    crate::text::clip(&format!("{scheme}{authority}{path}"), 200)
}

fn has_port(authority: &str) -> bool {
    let port = authority.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
    port.is_some_and(|port| port.is_ok())
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_password_is_shown() {
        assert_eq!(
            super::url("http://me:pw@a:8000/v1?key=1"),
            "http://<masked>@a:8000/v1?<masked>"
        );
        assert_eq!(super::url("a:8000"), "a:8000");
        assert_eq!(super::url("sk-1/v1"), "<masked>/v1");
    }
}
