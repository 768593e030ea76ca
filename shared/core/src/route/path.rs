//! Paths before they are matched.

/// What Envoy makes of a request's path before matching and forwarding, as kgateway sets it up
/// (`normalize_path` and `merge_slashes`, seen): dot segments resolved, runs of slashes merged,
/// escapes of unreserved characters decoded, backslashes turned. `None`: 400 Bad Request.
pub fn normalise(path: &str) -> Option<String> {
    let decoded = decode_unreserved(path)?;
    let mut segments: Vec<&str> = Vec::new();
    let mut rest = decoded.strip_prefix('/')?;
    loop {
        let (segment, more) = match rest.split_once('/') {
            Some((segment, more)) => (segment, Some(more)),
            None => (rest, None),
        };
        let last = more.is_none();
        match segment {
            "." if last => segments.push(""),
            "." => {}
            ".." => {
                // Dots above the root stay at the root.
                segments.pop();
                if last {
                    segments.push("");
                }
            }
            _ => segments.push(segment),
        }
        match more {
            Some(more) => rest = more,
            None => break,
        }
    }
    let mut out = String::with_capacity(path.len());
    let count = segments.len();
    for (index, segment) in segments.into_iter().enumerate() {
        if !segment.is_empty() || index + 1 == count {
            out.push('/');
            out.push_str(segment);
        }
    }
    Some(if out.is_empty() { "/".to_owned() } else { out })
}

fn decode_unreserved(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |k: usize| bytes.get(i + k).and_then(|b| (*b as char).to_digit(16));
        match (bytes[i], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                let value = (high * 16 + low) as u8;
                match value {
                    0 => return None,
                    b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => out.push(value),
                    _ => out.extend_from_slice(&bytes[i..i + 3]),
                }
                i += 3;
            }
            (b'\\', ..) => {
                out.push(b'/');
                i += 1;
            }
            (byte, ..) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// The path with its escaped slashes and backslashes as they are meant; `None`: it has none.
pub fn unescaped_slashes(path: &str) -> Option<String> {
    const MEANT: [(&str, &str); 4] = [("%2F", "/"), ("%2f", "/"), ("%5C", "\\"), ("%5c", "\\")];
    let plain = MEANT.iter().fold(path.to_owned(), |text, (own, is)| text.replace(own, is));
    (plain != path).then_some(plain)
}

/// What implementations may take a path for before they match it, beside what it is: normalised, and
/// with its escaped slashes as they are meant.
pub fn other_readings(path: &str) -> Vec<String> {
    let special = path.contains(['%', '\\']) || path.contains("//") || path.contains("/.");
    if !special {
        return Vec::new();
    }
    let normal = normalise(path);
    let unescaped = unescaped_slashes(normal.as_deref().unwrap_or(path));
    let unescaped = unescaped.and_then(|path| normalise(&path));
    normal.into_iter().chain(unescaped).filter(|own| own != path).collect()
}

/// A PathPrefix value as it is compared: a trailing slash does not count (hr:505-515).
pub fn trimmed_prefix(value: &str) -> &str {
    match value.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    }
}

/// Whether a path lies under a prefix, element by element.
pub fn under(prefix: &str, path: &str) -> bool {
    let prefix = trimmed_prefix(prefix);
    prefix == "/"
        || path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalisation() {
        for (given, expected) in [
            ("/", "/"),
            ("//v1", "/v1"),
            ("/v1//a", "/v1/a"),
            ("/./v1", "/v1"),
            ("/v2/../v1/a", "/v1/a"),
            ("/../x", "/x"),
            ("/%761/chat", "/v1/chat"),
            ("/v1%2Fx", "/v1%2Fx"),
            ("/a%20b/%C3%A9", "/a%20b/%C3%A9"),
            ("/a/", "/a/"),
            ("/a//", "/a/"),
            ("/a/.", "/a/"),
            ("/a/..", "/"),
            ("/a/%2e%2e/b", "/b"),
        ] {
            assert_eq!(normalise(given).as_deref(), Some(expected), "{given}");
        }
        assert_eq!(normalise("/a%00"), None);
    }

    #[test]
    fn readings() {
        for (path, others) in [
            ("/a/b", &[][..]),
            ("/a%20b", &[]),
            ("//a", &["/a"]),
            ("/a%2Fb", &["/a/b"]),
            ("/%61%2F..%2Fb", &["/a%2F..%2Fb", "/b"]),
        ] {
            assert_eq!(other_readings(path), others, "{path}");
        }
        assert_eq!(unescaped_slashes("/a%2fb%5Cc").as_deref(), Some("/a/b\\c"));
    }

    /// hr:505-515.
    #[test]
    fn prefixes() {
        for prefix in ["/abc", "/abc/"] {
            for path in ["/abc", "/abc/", "/abc/def"] {
                assert!(under(prefix, path), "{prefix} {path}");
            }
            for path in ["/abcd", "/ABC", "/", "/ab"] {
                assert!(!under(prefix, path), "{prefix} {path}");
            }
        }
        assert!(under("/", "/anything"));
    }
}
