//! Addresses and values as they may be shown.

/// An address without user, password and query.
pub fn url(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let authority = match authority.rsplit_once('@') {
        Some((_, host)) => format!("<masked>@{host}"),
        None => authority.to_owned(),
    };
    let path = match path.find(['?', '#']) {
        Some(at) => format!("{}?<masked>", &path[..at]),
        None => path.to_owned(),
    };
    crate::words::clip(&format!("{scheme}{authority}{path}"), 200)
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
    }
}
