//! The shape of a schema.

/// A named pattern with its text as the API server prints it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// Whether a text fits.
    pub fits: fn(&str) -> bool,
    /// The expression in the CRD.
    pub text: &'static str,
}

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// A mapping with these fields and no others.
    Object(&'static [Field]),
    /// A mapping with any keys.
    Open,
    /// A list.
    List {
        /// Type of the items.
        item: &'static Type,
        /// Fewest items.
        min: usize,
        /// Most items.
        max: usize,
    },
    /// A text.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
        /// A pattern, if any.
        pattern: Option<Pattern>,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A boolean.
    Boolean,
    /// Anything.
    Any,
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// Whether it must be there.
    pub required: bool,
    /// The default as JSON text, if any.
    pub default: Option<&'static str>,
    /// Whether only the experimental channel has it.
    pub experimental: bool,
}

/// An optional field.
pub const fn field(name: &'static str, kind: Type) -> Field {
    Field { name, kind, required: false, default: None, experimental: false }
}

impl Field {
    /// The same, required.
    pub const fn required(self) -> Field {
        Field { required: true, ..self }
    }

    /// The same, with a default (JSON text).
    pub const fn or(self, default: &'static str) -> Field {
        Field { default: Some(default), ..self }
    }

    /// The same, of the experimental channel.
    pub const fn experimental(self) -> Field {
        Field { experimental: true, ..self }
    }
}

/// A text of up to `max` characters.
pub const fn text(max: usize) -> Type {
    Type::Text { min: 0, max, pattern: None }
}

/// A text of 1 to `max` characters.
pub const fn name(max: usize) -> Type {
    Type::Text { min: 1, max, pattern: None }
}

/// A text that fits a pattern.
pub const fn like(min: usize, max: usize, pattern: Pattern) -> Type {
    Type::Text { min, max, pattern: Some(pattern) }
}

/// A list of up to `max` items.
pub const fn list(item: &'static Type, max: usize) -> Type {
    Type::List { item, min: 0, max }
}

/// A list of 1 to `max` items.
pub const fn some(item: &'static Type, max: usize) -> Type {
    Type::List { item, min: 1, max }
}

/// The metadata of an object: the rules do not look into it.
pub const META: Field = field("metadata", Type::Open);
/// The API version.
pub const API_VERSION: Field = field("apiVersion", text(400));
/// The kind.
pub const KIND: Field = field("kind", text(400));
/// The status: written by controllers.
pub const STATUS: Field = field("status", Type::Any);

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

fn is_protocol(text: &str) -> bool {
    let plain = |part: &str| {
        let alnum = |b: &u8| b.is_ascii_alphanumeric();
        let bytes = part.as_bytes();
        bytes.first().is_some_and(alnum)
            && bytes.last().is_some_and(alnum)
            && bytes.iter().all(|b| alnum(b) || b"-_.".contains(b))
    };
    match text.split_once('/') {
        None => plain(text),
        Some((domain, path)) => is_precise_hostname(domain) && plain(path),
    }
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
/// A kind.
pub const KIND_NAME: Pattern =
    Pattern { fits: is_kind, text: r"^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$" };
/// A namespace.
pub const NAMESPACE: Pattern = Pattern { fits: is_label, text: LABEL };
/// A header name.
pub const HEADER_NAME: Pattern =
    Pattern { fits: is_header_name, text: r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$" };
/// A duration.
pub const DURATION: Pattern = Pattern { fits: is_duration, text: r"^([0-9]{1,5}(h|m|s|ms)){1,4}$" };
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
    fn durations() {
        assert_eq!(duration_millis("1h30m"), Some(5_400_000));
        assert_eq!(duration_millis("0s"), Some(0));
        assert_eq!(duration_millis("500ms"), Some(500));
        for bad in ["", "5", "5 min", "1.5s", "123456s", "1h1m1s1ms1s"] {
            assert_eq!(duration_millis(bad), None, "{bad}");
        }
    }
}
