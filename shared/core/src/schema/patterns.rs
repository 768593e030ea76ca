//! The patterns of texts.

/// A pattern with its text as the API server prints it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    pub fits: fn(&str) -> bool,
    /// The expression in the CRD.
    pub text: &'static str,
}

fn is_label(label: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = label.as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(&a), Some(&z)) if plain(a) && plain(z))
        && bytes.iter().all(|&b| plain(b) || b == b'-')
}

fn is_precise_hostname(text: &str) -> bool {
    text.split('.').all(is_label)
}

fn is_hostname(text: &str) -> bool {
    is_precise_hostname(text.strip_prefix("*.").unwrap_or(text))
}

fn is_group(text: &str) -> bool {
    text.is_empty() || is_precise_hostname(text)
}

fn is_kind(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.ends_with('-')
}

fn is_header_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn is_duration(text: &str) -> bool {
    duration_millis(text).is_some()
}

/// The second alternative of the expression is not anchored at the start.
fn is_protocol(text: &str) -> bool {
    let alnum = |b: u8| b.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    let plain = matches!((bytes.first(), bytes.last()), (Some(&a), Some(&z)) if alnum(a) && alnum(z))
        && bytes.iter().all(|&b| alnum(b) || b == b'-');
    let with_domain = text.rsplit_once('/').is_some_and(|(domain, name)| {
        ends_a_domain(domain) && !name.is_empty() && name.bytes().all(alnum)
    });
    plain || with_domain
}

fn ends_a_domain(text: &str) -> bool {
    text.bytes().last().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

fn is_path_text(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&b))
}

fn is_controller_name(text: &str) -> bool {
    text.split_once('/').is_some_and(|(a, b)| is_precise_hostname(a) && is_path_text(b))
}

/// Only the first alternative is anchored at the start, only the last one at the end.
fn is_address_type(text: &str) -> bool {
    let with_domain = || {
        let mut slashes = text.match_indices('/');
        slashes.any(|(at, _)| ends_a_domain(&text[..at]) && is_path_text(&text[at + 1..]))
    };
    text.starts_with("Hostname")
        || text.contains("IPAddress")
        || text.contains("NamedAddress")
        || with_domain()
}

fn is_label_value(text: &str) -> bool {
    let alnum = |b: u8| b.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    let ends =
        matches!((bytes.first(), bytes.last()), (Some(&a), Some(&z)) if alnum(a) && alnum(z));
    text.is_empty() || ends && bytes.iter().all(|&b| alnum(b) || b"-_.".contains(&b))
}

fn is_origin(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
        return text == "*";
    };
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let label =
        |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let digits = |p: &str| (1..=5).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit());
    let named = || host.strip_prefix("*.").unwrap_or(host).split('.').all(label);
    port.is_none_or(digits) && (host == "*" || named())
}

fn is_auth_path(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        rest = match (first, more) {
            (b'%', [a, b, tail @ ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => tail,
            (b, _) if b.is_ascii_alphanumeric() || b"-/._~!$&'()*+,;=:@".contains(&b) => more,
            _ => return false,
        };
    }
    !text.is_empty()
}

/// A Gateway API duration (`1h30m`, `300s`, `500ms`) in milliseconds.
///
/// Rule: GEP-2257, one to four pairs of up to five digits and a unit.
pub fn duration_millis(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total = 0;
    let mut pairs = 0;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 =
            rest.get(..digits).filter(|d| (1..=5).contains(&d.len()))?.parse().ok()?;
        rest = &rest[digits..];
        let (unit, length) = match rest.as_bytes() {
            [b'm', b's', ..] => (1, 2),
            [b'h', ..] => (3_600_000, 1),
            [b'm', ..] => (60_000, 1),
            [b's', ..] => (1_000, 1),
            _ => return None,
        };
        rest = &rest[length..];
        total += number * unit;
        pairs += 1;
    }
    (1..=4).contains(&pairs).then_some(total)
}

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/// A hostname, `*.` allowed in front.
pub const HOSTNAME: Pattern = Pattern {
    fits: is_hostname,
    text: r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
};
/// A hostname without wildcard.
pub const PRECISE_HOSTNAME: Pattern = Pattern {
    fits: is_precise_hostname,
    text: r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
};
/// An API group, empty for core.
pub const GROUP: Pattern = Pattern {
    fits: is_group,
    text: r"^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
};
pub const KIND_NAME: Pattern =
    Pattern { fits: is_kind, text: r"^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$" };
pub const NAMESPACE: Pattern = Pattern { fits: is_label, text: LABEL };
pub const HEADER_NAME: Pattern =
    Pattern { fits: is_header_name, text: r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$" };
pub const DURATION: Pattern = Pattern { fits: is_duration, text: r"^([0-9]{1,5}(h|m|s|ms)){1,4}$" };
pub const CONTROLLER: Pattern = Pattern {
    fits: is_controller_name,
    text: r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$",
};
pub const ADDRESS_TYPE: Pattern = Pattern {
    fits: is_address_type,
    text: r"^Hostname|IPAddress|NamedAddress|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$",
};
pub const LABEL_VALUE: Pattern =
    Pattern { fits: is_label_value, text: r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$" };
/// An origin of CORS.
pub const ORIGIN: Pattern = Pattern {
    fits: is_origin,
    text: r"(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)",
};
/// The path of an authorization server.
pub const AUTH_PATH: Pattern =
    Pattern { fits: is_auth_path, text: r"^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$" };
/// A listener protocol.
pub const PROTOCOL: Pattern = Pattern {
    fits: is_protocol,
    text: r"^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostnames() {
        for good in ["a", "api.example.com", "*.example.com", "192.0.2.10"] {
            assert!((HOSTNAME.fits)(good), "{good}");
        }
        for bad in ["*", "a.*.b", "API.example.com", "a:80", "a_b", "a.", "-a", "http://a"] {
            assert!(!(HOSTNAME.fits)(bad), "{bad}");
        }
    }

    #[test]
    fn half_anchored_expressions() {
        for good in ["HTTP", "a-b", "example.com/foo", "-a/b", "a b/c"] {
            assert!((PROTOCOL.fits)(good), "{good}");
        }
        for bad in ["", "a_b", "a.b", "example.com/a-b", "A/b", "/b"] {
            assert!(!(PROTOCOL.fits)(bad), "{bad}");
        }
        for good in ["IPAddress", "Hostnames", "my IPAddress", "example.com/a"] {
            assert!((ADDRESS_TYPE.fits)(good), "{good}");
        }
        for bad in ["", "ip", "my Hostname", "example.com/", "A/b"] {
            assert!(!(ADDRESS_TYPE.fits)(bad), "{bad}");
        }
    }

    #[test]
    fn origins() {
        for good in ["*", "https://*", "https://*.a.io", "http://A-b.c:80"] {
            assert!((ORIGIN.fits)(good), "{good}");
        }
        for bad in ["", "a.io", "https://", "https://a.io/", "https://a_b", "https://a:123456"] {
            assert!(!(ORIGIN.fits)(bad), "{bad}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration_millis("1h30m"), Some(5_400_000));
        assert_eq!(duration_millis("0s"), Some(0));
        assert_eq!(duration_millis("500ms"), Some(500));
        for bad in ["", "5", "5 min", "1.5s", "123456s", "1h1m1s1ms1s"] {
            assert_eq!(duration_millis(bad), None, "{bad}");
        }
    }
}
