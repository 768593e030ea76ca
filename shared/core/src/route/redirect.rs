//! What a client does with a redirect.

use super::request::Request;

/// How many redirects are followed: a way that does not end after them is taken for a loop.
pub const MOST_REDIRECTS: usize = 10;

/// The request that a client sends to a Location (RFC 9110, 15.4): the same again after 307 and
/// 308; after the others a GET in the place of a POST, as browsers and curl do it. `None`: the
/// Location is no address that can be asked.
pub fn next(request: &Request, status: u16, location: &str) -> Option<Request> {
    let kept = matches!(status, 307 | 308) || request.method != "POST";
    let method = if kept { request.method.as_str() } else { "GET" };
    if location.starts_with('/') && !location.starts_with("//") {
        let url = format!("{}://{}:{}{location}", request.scheme, request.sni, request.port);
        let next = Request::parse(method, &url, &request.headers).ok()?;
        return Some(Request { host: request.host.clone(), ..next });
    }
    Request::parse(method, location, &request.headers).ok()
}

/// Whether two requests are answered alike: what a client may change between them is the same.
pub fn is_same(a: &Request, b: &Request) -> bool {
    let of = |request: &Request| (request.method.clone(), request.scheme.clone(), request.port);
    of(a) == of(b)
        && (&a.path, &a.query) == (&b.path, &b.query)
        && a.host.eq_ignore_ascii_case(&b.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_request() {
        let ask = |method, url| Request::parse(method, url, &[]).expect("a good URL");
        let post = ask("POST", "http://a.example.com/x?y=1");
        for (status, method) in
            [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
        {
            let next = next(&post, status, "https://b.example.com/z").expect("a good Location");
            assert_eq!((next.method.as_str(), next.port), (method, 443), "{status}");
        }
        let here = next(&post, 307, "/z?y=1").expect("a good Location");
        assert!(is_same(&here, &ask("POST", "http://a.example.com/z?y=1")));
        assert!(is_same(&ask("GET", "http://a/x"), &ask("GET", "http://A:80/x")));
        assert!(!is_same(&ask("GET", "http://a/x"), &ask("GET", "http://a/x?q")));
        assert!(!is_same(&ask("GET", "http://a/x"), &ask("GET", "https://a/x")));
    }
}
