//! Small helpers for sentences.

/// `1 route`, `2 routes`; thousands are separated.
pub fn count(n: usize, singular: &str) -> String {
    let plural = match singular {
        "address" => "addresses".to_owned(),
        "match" => "matches".to_owned(),
        s if s.ends_with("olicy") => format!("{}ies", &s[..s.len() - 1]),
        s => format!("{s}s"),
    };
    format!("{} {}", thousands(n), if n == 1 { singular } else { &plural })
}

/// `a Service`, `an InferencePool`.
pub fn a(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// `12,345`.
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `a`, `a and b`, `a, b and c`.
pub fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [start @ .., last] => {
            let start: Vec<&str> = start.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", start.join(", "), last.as_ref())
        }
    }
}

/// A clause as a sentence: with a full stop, and a capital unless it begins with a name or a field.
pub fn sentence(clause: &str) -> String {
    const PLAIN: [&str; 22] = [
        "the", "a", "an", "no", "every", "each", "one", "two", "three", "nothing", "nobody", "its",
        "it", "this", "there", "all", "some", "both", "only", "requests", "traces", "later",
    ];
    let first = clause.split(' ').next().unwrap_or_default();
    let mut out = match PLAIN.contains(&first) {
        true => clause[..1].to_ascii_uppercase() + &clause[1..],
        false => clause.to_owned(),
    };
    if !out.ends_with(['.', '?', '!']) {
        out.push('.');
    }
    out
}

/// The first few of many items: `a, b and 3 more`; `none` if there are none.
pub fn some_of<T: AsRef<str>>(items: &[T], most: usize) -> String {
    if items.is_empty() {
        return "none".to_owned();
    }
    if items.len() <= most {
        return list(items);
    }
    let shown: Vec<&str> = items[..most].iter().map(AsRef::as_ref).collect();
    format!("{} and {} more", shown.join(", "), thousands(items.len() - most))
}

/// The same of items that are named only as far as they are shown.
pub fn some_by<T>(items: &[T], most: usize, name: impl Fn(&T) -> String) -> String {
    let names: Vec<String> = items.iter().take(most).map(name).collect();
    match items.len() > most {
        true => format!("{} and {} more", names.join(", "), thousands(items.len() - most)),
        false => some_of(&names, most),
    }
}

/// A share as people say it: `all`, `half`, `25 %`, `less than 1 %`, `none`.
pub fn share(share: f64) -> String {
    let percent = share * 100.0;
    if share >= 0.9995 {
        "all".to_owned()
    } else if share <= 0.0 {
        "none".to_owned()
    } else if (share - 0.5).abs() < 0.0005 {
        "half".to_owned()
    } else if percent < 1.0 {
        "less than 1 %".to_owned()
    } else if (percent - percent.round()).abs() < 0.05 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

/// At most `most` characters, with an ellipsis where something was cut.
pub fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}

/// A number of bytes, as people say it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Whether a piece of a manifest speaks of a secret, so that its lines are better not shown:
/// `name: Authorization`, `x-api-key`, but not `/v1/tokenize` or `matchExpressions: [{key: …`.
pub fn speaks_of_secret(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "authorization",
        "bearer",
        "cookie",
        "token",
        "secret",
        "password",
        "credential",
        "signature",
        "-key",
        "_key",
        "apikey",
    ];
    let text = text.to_ascii_lowercase();
    let ends = |at: usize| !text[at..].starts_with(|c: char| c.is_ascii_alphabetic());
    WORDS.iter().any(|word| text.match_indices(word).any(|(at, _)| ends(at + word.len())))
}

/// Whether a value was replaced, as bundles have it.
pub fn is_masked(value: &str) -> bool {
    value.starts_with("<masked") && value.ends_with('>')
}

/// A query without the values of parameters that seem to hold a secret.
pub fn masked_query(query: &str) -> String {
    let mask = |pair: &str| match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", masked(name, value)),
        None => pair.to_owned(),
    };
    query.split('&').map(mask).collect::<Vec<_>>().join("&")
}

/// The value of a header or parameter, unless its name says that it is a secret.
pub fn masked<'a>(name: &str, value: &'a str) -> &'a str {
    const SECRETS: [&str; 8] = [
        "authorization",
        "cookie",
        "token",
        "secret",
        "key",
        "password",
        "credential",
        "signature",
    ];
    let name = name.to_ascii_lowercase();
    match SECRETS.iter().any(|word| name.contains(word)) {
        true => "<masked>",
        false => value,
    }
}

/// Text from a cluster or a file, made safe for a terminal: control characters and characters
/// that change the direction of writing are replaced by `�`.
pub fn clean(text: &str) -> String {
    let unsafe_for_terminals = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
    };
    text.chars().map(|c| if unsafe_for_terminals(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_shares() {
        assert_eq!(count(1, "route"), "1 route");
        assert_eq!(count(12345, "match"), "12,345 matches");
        assert_eq!(share(1.0), "all");
        assert_eq!(share(0.5), "half");
        assert_eq!(share(0.1), "10 %");
        assert_eq!(share(1.0 / 3.0), "33.3 %");
        assert_eq!(share(0.001), "less than 1 %");
        assert_eq!(share(0.0), "none");
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence("the entry point hangs"), "The entry point hangs.");
        assert_eq!(sentence("providers is a list"), "providers is a list.");
        assert_eq!(sentence("A sentence."), "A sentence.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn values_are_masked_by_name() {
        for name in ["Authorization", "proxy-authorization", "set-cookie", "X-Api-Key"] {
            assert_eq!(masked(name, "s3cret"), "<masked>");
        }
        assert_eq!(masked("x-route", "a"), "a");
        assert!(speaks_of_secret("{name: Authorization, valeu: Bearer x}"));
        assert!(speaks_of_secret("- name: x-api-key"));
        assert!(!speaks_of_secret("value: /v1/tokenize"));
        assert!(!speaks_of_secret("- key: tier"));
    }

    #[test]
    fn control_characters_never_reach_a_terminal() {
        assert_eq!(clean("a\u{1b}[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
    }
}
