//! Regular expressions, as the engines of proxies read them.

/// What is known of a regular expression under RE2, Envoy's engine.
pub enum Regex {
    /// It compiles; this matches whole texts.
    Good(regex::bytes::Regex),
    /// RE2 refuses it.
    Bad(String),
    /// Our engine refuses it, RE2 perhaps not.
    Unsure(String),
}

/// Reads a regular expression as RE2 does and anchors it: Envoy matches whole texts.
pub fn regex(pattern: &str) -> Regex {
    // `a)(b` would compile inside of the group.
    match pattern.contains(')') && compiles_nowhere(pattern).is_some() {
        true => compile(pattern, pattern),
        false => compile(&format!("^(?:{pattern})$"), pattern),
    }
}

/// The same without anchors, for rewrites.
pub fn regex_anywhere(pattern: &str) -> Regex {
    compile(pattern, pattern)
}

fn compile(expression: &str, pattern: &str) -> Regex {
    // A class set operation (`[a&&b]`) is a Rust extension; RE2 reads the characters.
    let only_re2 = ["\\Q", "\\C", "&&", "--", "~~"].iter().any(|part| pattern.contains(part))
        || has_octal(pattern);
    let bytes = regex::bytes::RegexBuilder::new(expression).unicode(false).build();
    let built = bytes.or_else(|_| regex::bytes::Regex::new(expression));
    match built {
        Ok(_) if only_re2 => Regex::Unsure("RE2 may read this expression differently".into()),
        Ok(_) if repeats_a_repetition(pattern) => {
            Regex::Bad("RE2 refuses a repetition of a repetition".into())
        }
        Ok(regex) if repeats(pattern) <= 1000 => Regex::Good(regex),
        Ok(_) => Regex::Bad("RE2 refuses a repetition of more than 1,000".into()),
        Err(_) if only_re2 => Regex::Unsure("RE2 may accept this expression".into()),
        Err(regex::Error::CompiledTooBig(_)) => {
            Regex::Unsure("the expression is too large to be tried here".into())
        }
        Err(_) => Regex::Bad(match compiles_nowhere(pattern) {
            Some(why) => format!("the regular expression does not compile: {why}"),
            None => format!("RE2 refuses the regular expression{}", why_bad(pattern)),
        }),
    }
}

/// Why an expression compiles in no dialect that a proxy has (RE2, PCRE, Java's, Go's, Rust's):
/// mistakes that all of them refuse.
pub fn compiles_nowhere(pattern: &str) -> Option<&'static str> {
    let Err(regex::Error::Syntax(text)) = regex::bytes::Regex::new(pattern) else { return None };
    let error = text.lines().last()?.trim().strip_prefix("error: ")?;
    // `{` without something before it is a plain character in some of them; a quotation (`\\Q`) may
    // hold anything.
    if pattern.contains("\\Q") || pattern.contains("(?x") {
        return None;
    }
    Some(match error {
        "unclosed group" => "a parenthesis is not closed",
        "unopened group" => "a parenthesis is closed that is not open",
        "unclosed character class" => "a bracket is not closed",
        "repetition operator missing expression" if !pattern.starts_with('{') => {
            "*, + or ? repeats nothing"
        }
        text if text.starts_with("incomplete escape sequence") => "it ends with a backslash",
        text if text.starts_with("invalid character class range") => {
            "a range of characters is backwards"
        }
        _ => return None,
    })
}

fn has_octal(pattern: &str) -> bool {
    let bytes = pattern.as_bytes();
    bytes.windows(2).any(|pair| pair[0] == b'\\' && pair[1].is_ascii_digit())
}

fn why_bad(pattern: &str) -> &'static str {
    let has = |parts: &[&str]| parts.iter().any(|part| pattern.contains(part));
    if has(&["(?=", "(?!"]) {
        ": it does not support look-ahead"
    } else if has(&["(?<=", "(?<!"]) {
        ": it does not support look-behind"
    } else {
        ""
    }
}

/// Whether a repetition follows another, as in `a*+` or `a{2}*`: possessive in other dialects, and
/// an error in RE2 (its parser, `kRegexpRepeatOp`).
fn repeats_a_repetition(pattern: &str) -> bool {
    let mut left = pattern;
    // What stands before: nothing that repeats, a repetition, or a lazy one.
    let (mut repeated, mut lazy, mut in_class) = (false, false, false);
    while let Some(first) = left.chars().next() {
        let counted = in_braces(left).filter(|_| !in_class);
        let repeats = !in_class && (['*', '+', '?'].contains(&first) || counted.is_some());
        let width = match (first, counted) {
            ('\\', _) => 1 + left[1..].chars().next().map_or(0, char::len_utf8),
            ('(', _) if !in_class && left.starts_with("(?") => 2,
            ('[', _) if !in_class && left.starts_with("[]") => 2,
            ('[', _) if !in_class && left.starts_with("[^]") => 3,
            (_, Some(width)) => width,
            _ => first.len_utf8(),
        };
        match (repeats, repeated) {
            (true, true) if first == '?' && !lazy => lazy = true,
            (true, true) => return true,
            (true, false) => (repeated, lazy) = (true, false),
            (false, _) => repeated = false,
        }
        match first {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        left = &left[width..];
    }
    false
}

/// The width of a repetition in braces with which a text begins.
fn in_braces(text: &str) -> Option<usize> {
    let (range, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (low, high) = range.split_once(',').unwrap_or((range, ""));
    (is_number(low) && (high.is_empty() || is_number(high))).then_some(range.len() + 2)
}

/// The largest repetition count in braces.
fn repeats(pattern: &str) -> u32 {
    pattern
        .split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .flat_map(|(range, _)| range.split(','))
        .filter_map(|number| number.parse().ok())
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_dialect_compiles_these() {
        for bad in ["*.css", "/a/(b|c", "/a)", "[a", "a\\", "[z-a]", "/(*a)", "a|+"] {
            assert!(compiles_nowhere(bad).is_some(), "{bad}");
        }
        for good in ["/v1/.*", "(?!a)b", "(?<=a)b", "a{1001}", "(a)\\1", "\\Q(", "{2}", "[]a]"] {
            assert_eq!(compiles_nowhere(good), None, "{good}");
        }
    }

    #[test]
    fn expressions() {
        assert!(matches!(regex("/v1/.*"), Regex::Good(_)));
        for bad in [
            "/v1/(chat",
            "/v1/(?!chat).*",
            "(?<=a)b",
            "[a",
            "a{1001}",
            "*a",
            "a*+",
            "(b)++",
            "a{2}*",
            "a*??",
            "a+*?",
        ] {
            assert!(matches!(regex(bad), Regex::Bad(_)), "{bad}");
        }
        for good in ["a*?", "a{2,}?b", "[*+]+", "\\*+", "(?:a*)+", "(?i)a", "[]+*]?"] {
            assert!(matches!(regex(good), Regex::Good(_)), "{good}");
        }
        let Regex::Good(re) = regex("/v1/(chat|embed)") else { panic!("compiles") };
        assert!(re.is_match(b"/v1/chat") && !re.is_match(b"/v1/chat/x"));
    }
}
