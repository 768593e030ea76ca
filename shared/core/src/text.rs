//! Small helpers for sentences.

use std::borrow::Cow;

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

/// Text from a cluster or a file, made safe for a terminal: control characters, characters that
/// change the direction of writing, that separate lines or that are not seen are replaced by `�`.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if is_unsafe(c) { '\u{fffd}' } else { c }).collect()
}

/// The same of several lines: line ends and tabs stay.
pub fn clean_lines(text: &str) -> String {
    let stays = |c: char| c == '\n' || c == '\t' || !is_unsafe(c);
    text.chars().map(|c| if stays(c) { c } else { '\u{fffd}' }).collect()
}

/// A document of JSON that says the same, without such characters: they are written as `\uXXXX`.
pub fn escaped_json(document: String) -> String {
    escaped(document, |c| {
        c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
    })
}

/// The same of JSON that is read as YAML, which knows no pairs of surrogates.
pub fn escaped_flow(document: String) -> String {
    escaped(document, |c| match u32::from(c) {
        code @ 0..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    })
}

fn escaped(document: String, escape: impl Fn(char) -> String) -> String {
    if is_shown(&document) {
        return document;
    }
    let mut out = String::with_capacity(document.len());
    for c in document.chars() {
        match c != '\n' && is_unsafe(c) {
            true => out.push_str(&escape(c)),
            false => out.push(c),
        }
    }
    out
}

/// Whether a text of lines has no character that [`clean`] replaces.
pub fn is_shown(text: &str) -> bool {
    !text.contains(|c: char| !matches!(c, '\n' | '\t') && is_unsafe(c))
}

/// Unicode's controls, its default ignorable characters, and its line and paragraph separators.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}')
        || matches!(c, '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}')
        || matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// Lines that no CI system takes for a command: GitHub Actions looks for `::` at the beginning of a
/// line, and for `##[` anywhere, Azure Pipelines for `##vso[`, too.
pub fn no_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let line = |line: &str| {
        let line = line.replace("##[", "#\u{fffd}#[").replace("##vso[", "#\u{fffd}#vso[");
        let bare = line.trim_start_matches(|c: char| c.is_whitespace());
        match after_colour(bare).starts_with("::") {
            true => format!("{}\u{fffd}{bare}", &line[..line.len() - bare.len()]),
            false => line,
        }
    };
    Cow::Owned(text.split('\n').map(line).collect::<Vec<_>>().join("\n"))
}

/// A text without the colours that it begins with.
fn after_colour(text: &str) -> &str {
    let mut rest = text;
    while let Some(inner) = rest.strip_prefix("\u{1b}[") {
        let Some(end) = inner.find('m') else { break };
        rest = inner[end + 1..].trim_start();
    }
    rest
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
    fn control_characters_never_reach_a_terminal() {
        assert_eq!(clean("a\u{1b}[31m\u{202e}b"), "a\u{fffd}[31m\u{fffd}b");
        for unseen in ['\u{200b}', '\u{2060}', '\u{ad}', '\u{e0041}', '\u{2028}', '\u{feff}'] {
            assert_eq!(clean(&format!("ll{unseen}ama")), "ll\u{fffd}ama");
        }
        assert_eq!(clean_lines("a\n\tb\u{7}"), "a\n\tb\u{fffd}");
    }

    #[test]
    fn json_says_the_same() {
        let value = serde_json::json!({"a\u{9b}": "b\u{202e}\u{e0041}\n"});
        let text = escaped_json(serde_json::to_string_pretty(&value).expect("JSON"));
        assert_eq!(text, "{\n  \"a\\u009b\": \"b\\u202e\\udb40\\udc41\\n\"\n}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), value);
    }

    #[test]
    fn no_line_is_a_command() {
        assert_eq!(no_commands("a ::b\n  ::add-mask::x"), "a ::b\n  \u{fffd}::add-mask::x");
        assert_eq!(no_commands("\u{1b}[1m::error"), "\u{fffd}\u{1b}[1m::error");
        assert_eq!(no_commands("x ##[error]y ##vso[a]"), "x #\u{fffd}#[error]y #\u{fffd}#vso[a]");
        assert_eq!(no_commands("a::b"), "a::b");
    }
}
