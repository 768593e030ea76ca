//! Values that something fills in before the API server sees an object: `${NAME}` (Flux), `$(NAME)`,
//! `{{ … }}` (Helm), `<secret:…>` (Argo CD's vault plugin), `__NAME__`, `REPLACE_ME`, `ENC[…]`
//! (SOPS).
//!
//! What stands in the place of a value is not known, but one text is one value. It is carried as a
//! token that is a legal label of a host name, so that all rules work on it as on any name; what
//! people read has the text again.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::strings;

const START: &str = "v0x";
const END: &str = "x0v";
/// RFC 4648 base 32, small letters: what a host name may hold.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

#[allow(clippy::unwrap_used, reason = "constant patterns; the tests run them")]
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\$\{[A-Za-z_][A-Za-z0-9_]*[^{}]*\}",
        r"|\$\([A-Za-z_][A-Za-z0-9_.]*\)",
        r"|\{\{[^{}]*\}\}",
        // `(?<name>` of a regular expression is none.
        r"|<(?:secret|path|file|vault|ssm):[A-Za-z0-9 _.:/#|@-]*>",
        r"|<[A-Za-z]+(?:[ _-][A-Za-z0-9]+)+>",
        r"|__[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*__",
        r"|\b(?:REPLACE|CHANGE)_?(?:ME|THIS)\b",
        r"|ENC\[[A-Za-z0-9_,:+/=]*\]",
    ))
    .unwrap()
});

#[allow(clippy::unwrap_used, reason = "constant patterns; the tests run them")]
static TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new("v0x([a-z2-7]+)x0v").unwrap());

/// Whether a text holds a token.
pub fn has(text: &str) -> bool {
    text.contains(START) && TOKEN.is_match(text)
}

/// The text with a token in the place of each placeholder.
pub fn tokens(text: &str) -> Cow<'_, str> {
    let may = ["${", "$(", "{{", "<", "__", "_ME", "EME", "THIS", "ENC["];
    if !may.iter().any(|sign| text.contains(sign)) {
        return Cow::Borrowed(text);
    }
    PLACEHOLDER.replace_all(text, |found: &regex::Captures| token(&found[0]))
}

/// A JSON text in which `null` stands for each placeholder that is a whole value, so that the text
/// can be read although nothing was filled in yet; its length stays. `None`: there is none.
pub fn without_bare(json: &str) -> Option<String> {
    let mut out = json.to_owned();
    for found in PLACEHOLDER.find_iter(json) {
        let mut quoted = false;
        let mut escaped = false;
        for byte in json[..found.start()].bytes() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = quoted,
                b'"' => quoted = !quoted,
                _ => {}
            }
        }
        if !quoted && found.len() >= 4 {
            out.replace_range(found.range(), &format!("{:1$}", "null", found.len()));
        }
    }
    (out != json).then_some(out)
}

/// The text as it was written.
pub fn spelled(text: &str) -> Cow<'_, str> {
    if !text.contains(START) {
        return Cow::Borrowed(text);
    }
    TOKEN.replace_all(text, |found: &regex::Captures| {
        decode(&found[1]).unwrap_or_else(|| found[0].to_owned())
    })
}

/// The names of the placeholders of a text: `NAME` of `${NAME}`, others as they are written.
pub fn names(text: &str) -> Vec<String> {
    let all = TOKEN.captures_iter(text).filter_map(|found| decode(&found[1]));
    all.map(|written| name(&written).to_owned()).collect()
}

/// `NAME` of `${NAME}`, `${NAME:=x}` and `$(NAME)`.
fn name(written: &str) -> &str {
    let inner = written.strip_prefix("${").or(written.strip_prefix("$("));
    match inner {
        Some(inner) => {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            inner.split(|c| !word(c)).next().unwrap_or(inner)
        }
        None => written,
    }
}

/// What a pattern of tokens and text makes of a host, if they can be the same: the text with which
/// each token has to be replaced. `*.` at the start of a pattern takes any labels.
pub fn unify(pattern: &str, host: &str) -> Option<Vec<(String, String)>> {
    let (rest, wild) = match pattern.strip_prefix('*') {
        Some(rest) => (rest, true),
        None => (pattern, false),
    };
    let mut expression = String::from(if wild { "^[a-z0-9.-]+?" } else { "^" });
    let mut wanted = Vec::new();
    let mut at = 0;
    for found in TOKEN.find_iter(rest) {
        expression.push_str(&regex::escape(&rest[at..found.start()]));
        expression.push_str("([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)");
        wanted.push(found.as_str().to_owned());
        at = found.end();
    }
    if wanted.is_empty() {
        return None;
    }
    expression.push_str(&regex::escape(&rest[at..]));
    expression.push('$');
    let found = Regex::new(&expression).ok()?.captures(host)?;
    let values = (1..found.len()).map(|n| found[n].to_owned());
    let pairs: Vec<(String, String)> = wanted.into_iter().zip(values).collect();
    let same = |(token, value): &(String, String)| {
        pairs.iter().all(|(other, theirs)| other != token || theirs == value)
    };
    pairs.iter().all(same).then_some(pairs)
}

/// The same for a JSON document: the texts are escaped as JSON wants it.
pub fn spelled_json(document: String) -> String {
    if !has(&document) {
        return document;
    }
    let Ok(mut value) = serde_json::from_str(&document) else { return document };
    strings::change(&mut value, &mut |text| *text = spelled(text).into_owned());
    serde_json::to_string_pretty(&value).unwrap_or(document)
}

/// Whether two host patterns can have a host in common once what stands open is filled in.
pub fn may_be_alike(a: &str, b: &str) -> bool {
    if !has(a) && !has(b) {
        return false;
    }
    let ends = |pattern: &str| -> (String, String) {
        let open = TOKEN.replace_all(pattern, "*").into_owned();
        let first = open.find('*').unwrap_or(open.len());
        let last = open.rfind('*').map_or(0, |at| at + 1);
        (open[..first].to_owned(), open[last..].to_owned())
    };
    let ((a_start, a_end), (b_start, b_end)) = (ends(a), ends(b));
    (a_start.starts_with(&b_start) || b_start.starts_with(&a_start))
        && (a_end.ends_with(&b_end) || b_end.ends_with(&a_end))
}

/// Puts tokens into all strings of a value.
pub fn into_tokens(value: &mut Value) {
    strings::change(value, &mut |text| {
        if let Cow::Owned(changed) = tokens(text) {
            *text = changed;
        }
    });
}

/// The first text in a value that holds a token.
pub fn first_in(value: &Value) -> Option<&str> {
    strings::of(value).find(|text| has(text))
}

/// Whether a value holds a token.
pub fn is_in(value: &Value) -> bool {
    first_in(value).is_some()
}

fn token(written: &str) -> String {
    let mut out = String::from(START);
    let (mut bits, mut count) = (0u32, 0);
    for byte in written.bytes() {
        bits = (bits << 8) | u32::from(byte);
        count += 8;
        while count >= 5 {
            count -= 5;
            out.push(letter(bits >> count));
        }
        bits &= (1 << count) - 1;
    }
    if count > 0 {
        out.push(letter(bits << (5 - count)));
    }
    out + END
}

fn letter(bits: u32) -> char {
    char::from(LETTERS[(bits & 31) as usize])
}

fn decode(letters: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for letter in letters.bytes() {
        let value = LETTERS.iter().position(|own| *own == letter)?;
        bits = (bits << 5) | value as u32;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_label_and_comes_back() {
        for written in [
            "chat.${SECRET_DOMAIN}",
            "*.${D:=example.org}",
            "<secret:kv/data/x#host>.org",
            "{{ .Release.Name }}-db",
            "__HOST__",
            "REPLACE_ME",
            "ENC[AES256_GCM,data:b2Zm,iv:c2V0,tag:dGFn,type:str]",
            "a.$(DOMAIN)",
        ] {
            let token = tokens(written);
            assert!(has(&token), "{written}: {token}");
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.*".contains(c);
            assert!(token.chars().all(plain), "{token}");
            assert_eq!(spelled(&token), written);
        }
        for plain in ["chat.example.org", "$1", "a < b > c", "__", "price: $5"] {
            assert_eq!(tokens(plain), plain);
        }
    }

    #[test]
    fn open_hosts_may_be_alike() {
        let alike = |a: &str, b: &str| may_be_alike(&tokens(a), &tokens(b));
        assert!(alike("preview.${ZONE}", "*.bench.example.org"));
        assert!(alike("${HOST}", "chat.example.org"));
        assert!(!alike("a.${ZONE}", "b.${ZONE}"));
        assert!(!alike("${A}.example.org", "*.example.com"));
        assert!(!alike("a.example.org", "a.example.org"));
    }

    #[test]
    fn names_of_variables() {
        assert_eq!(names(&tokens("${A}.${B:=x}.$(C).__D__")), ["A", "B", "C", "__D__"]);
    }

    #[test]
    fn hosts_tell_what_a_variable_is() {
        let unify = |pattern: &str, host: &str| {
            let found = super::unify(&tokens(pattern), host)?;
            let shown = found.iter().map(|(t, v)| format!("{}={v}", spelled(t)));
            Some(shown.collect::<Vec<_>>().join(","))
        };
        assert_eq!(unify("chat.${D}", "chat.example.org").as_deref(), Some("${D}=example.org"));
        assert_eq!(unify("*.${D}", "chat.example.org").as_deref(), Some("${D}=example.org"));
        assert_eq!(unify("chat.${D}", "docs.example.org"), None);
        assert_eq!(unify("${A}.${A}", "x.y"), None);
        assert_eq!(unify("chat.example.org", "chat.example.org"), None);
    }
}
