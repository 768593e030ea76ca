//! One YAML document to a value, or to a fault in our own words.

use std::borrow::Cow;

use granit_parser::ErrorKind;
use serde_json::Value;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::localizer::ExternalMessageSource;
use serde_saphyr::{Error, Options};

use super::problem::quoted;
use super::source::{MAX_BYTES, MAX_DEPTH};
use super::value::{COMPLEX_KEY, DUPLICATE, NULL_KEY, YamlKey, YamlNode};
use super::yaml_fault::YamlFault;
use super::{alias, document};

/// The most values in a document: a `kind: List` of a whole cluster has a few million.
const MAX_NODES: usize = 10_000_000;
/// The most values that aliases may add to a document; this is what stops a "billion laughs".
const MAX_REPLAYED: usize = 250_000;
/// How many numbers beyond a 64-bit float are read as strings; each costs another pass.
const MAX_OVERFLOWS: usize = 100;

/// How scalars are read.
///
/// kubectl reads YAML with sigs.k8s.io/yaml, which is go-yaml v2: plain `yes`, `on`, `no`, `off`
/// are booleans (as are `y` and `n`, but see [`letters`]); `012` and `0o12` are octal, `0x1F`, `0b11` and `1_000` are numbers,
/// `1e3` is 1000, dates are strings, and a number too large for a 64-bit float is a string.
/// serde-saphyr does the same with these settings, except for spellings that nobody writes:
/// `yEs` (a boolean here), `0X1F`, `1__000`, `1_` and `1_000.5` (strings here).
fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: 3 * MAX_NODES,
            max_total_scalar_bytes: MAX_BYTES as usize,
            // One anchor that is used five hundred times is no attack; replays are limited.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_REPLAYED,
        },
        legacy_octal_numbers: true,
        emit_comments: false,
        with_snippet: false,
    }
}

/// Parses one document; the places of faults are relative to `text`.
pub(super) fn parse(text: &str) -> Result<Value, YamlFault> {
    parse_strictly(text).or_else(|fault| match alias::spaced(text) {
        Cow::Owned(spaced) => parse_strictly(&spaced).map_err(|_| fault),
        Cow::Borrowed(_) => Err(fault),
    })
}

fn parse_strictly(text: &str) -> Result<Value, YamlFault> {
    let mut text = letters(text);
    for _ in 0..MAX_OVERFLOWS {
        let error = match serde_saphyr::from_str_with_options::<YamlNode<true>>(&text, options()) {
            Ok(YamlNode(value)) => return Ok(value),
            Err(error) => error,
        };
        match overflow(&text, &error) {
            Some(changed) => text = Cow::Owned(changed),
            None => return Err(fault(&text, &error)),
        }
    }
    Err(YamlFault {
        at: None,
        message: "not valid YAML: too many numbers are out of range".into(),
        hint: None,
    })
}

/// `text` with quotes around plain `y` and `n`. kubectl reads them as booleans; every other tool
/// that people write manifests with reads letters, and so do the API's other clients. A letter is
/// what is meant, and the longer words are read as kubectl does.
fn letters(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let ends = |b: Option<&u8>| b.is_none_or(|b| b.is_ascii_whitespace() || b",]}:".contains(b));
    let lone = |i: &usize| {
        matches!(bytes[*i], b'y' | b'Y' | b'n' | b'N')
            && ends(bytes.get(i + 1))
            && (*i == 0 || bytes[i - 1].is_ascii_whitespace() || b",[{".contains(&bytes[i - 1]))
    };
    if !(0..bytes.len()).any(|i| lone(&i)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    let mut done = 0;
    for event in granit_parser::Parser::new_from_str(text) {
        let Ok((event, span)) = event else {
            return Cow::Borrowed(text);
        };
        if let Some((value, granit_parser::ScalarStyle::Plain)) = event.scalar()
            && matches!(value, "y" | "Y" | "n" | "N")
            && let Some(at) = span.start.byte_offset()
            && lone(&at)
        {
            out.push_str(&text[done..at]);
            out.push_str(&format!("'{value}'"));
            done = at + 1;
        }
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

pub(super) fn key(plain: &str) -> Option<String> {
    let YamlKey(key) = serde_saphyr::from_str_with_options(plain, options()).ok()?;
    Some(key)
}

/// `text` with quotes around a number that overflows, such as the commit `12e5678`: go-yaml takes
/// it for a string, serde-saphyr refuses it.
fn overflow(text: &str, error: &Error) -> Option<String> {
    let Error::NonFiniteFloat { value, .. } = error else {
        return None;
    };
    if !value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'))
        || !value.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let at = offset(text, error)?;
    let rest = text.get(at..)?.strip_prefix(value.as_str())?;
    Some(format!("{}'{value}'{rest}", &text[..at]))
}

/// The place of an error, in bytes from the start of `text`.
fn offset(text: &str, error: &Error) -> Option<usize> {
    let span = error.location()?.span();
    let at = match span.byte_offset() {
        Some(at) => usize::try_from(at).ok()?,
        // Errors of the scanner count characters only.
        None => text
            .char_indices()
            .nth(usize::try_from(span.offset()).ok()?)
            .map_or(text.len(), |(at, _)| at),
    };
    let end = text.trim_end().len();
    Some(document::floor(text, at.min(end)))
}

fn fault(text: &str, error: &Error) -> YamlFault {
    YamlFault { at: offset(text, error), message: sentence(error), hint: None }
}

fn sentence(error: &Error) -> String {
    let invalid = |what: &str| format!("not valid YAML: {what}");
    match error {
        Error::WithSnippet { error, .. } | Error::AliasError { error, .. } => sentence(error),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            invalid(&format!("{DUPLICATE}{}", quoted(key)))
        }
        Error::DuplicateMappingKey { key: None, .. } => invalid("a key is repeated"),
        Error::Message { msg, .. } if ours(msg) => invalid(msg),
        Error::ExternalMessage { source, .. } => match source.as_ref() {
            ExternalMessageSource::Parser(error) => match error.kind() {
                ErrorKind::RecursionLimitExceeded => too_deep(),
                kind => invalid(&syntax(kind)),
            },
            _ => invalid("the document cannot be understood"),
        },
        Error::Budget { breach, .. } => match breach {
            BudgetBreach::Depth { .. } => too_deep(),
            BudgetBreach::Aliases { .. }
            | BudgetBreach::Anchors { .. }
            | BudgetBreach::MergeKeys { .. }
            | BudgetBreach::RecordedAnchorEvents { .. }
            | BudgetBreach::RecordedAnchorBytes { .. } => too_many_aliases(),
            _ => format!("has a document with more than {MAX_NODES} values"),
        },
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => too_many_aliases(),
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            invalid("an alias (*) refers to the value that contains it")
        }
        Error::UnknownAnchor { .. } => invalid("an alias (*) has no anchor (&) before it"),
        Error::MergeValueNotMapOrSeqOfMaps { .. } => {
            invalid("the value of a merge key (<<) is not a mapping")
        }
        Error::NonFiniteFloat { .. } => {
            invalid("infinity and NaN are not allowed; quote the value if it is a string")
        }
        Error::InvalidScalar { .. } | Error::InvalidBooleanStrict { .. } => {
            invalid("a value does not fit its tag (!!)")
        }
        Error::InvalidBinaryBase64 { .. } | Error::BinaryNotUtf8 { .. } => {
            invalid("a !!binary value is not text in base64")
        }
        Error::TaggedScalarCannotDeserializeIntoString { .. } | Error::UnsupportedTag { .. } => {
            invalid("a tag (!!) is not supported")
        }
        Error::MultipleDocuments { .. } => invalid("the document ends too early"),
        Error::Eof { .. } => invalid("the document ends too early"),
        _ => invalid("the document cannot be understood"),
    }
}

fn ours(message: &str) -> bool {
    message.starts_with(DUPLICATE) || message == COMPLEX_KEY || message == NULL_KEY
}

pub(super) fn too_deep() -> String {
    format!("is nested more than {MAX_DEPTH} levels deep")
}

fn too_many_aliases() -> String {
    format!(
        "has aliases (*) that expand to more than {} values",
        igw_core::text::thousands(MAX_REPLAYED)
    )
}

/// What the scanner did not understand. Its own words have no text of the source, but speak of
/// its states; the frequent ones are said in terms of what the user typed.
fn syntax(kind: &ErrorKind) -> String {
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => "a tab cannot be used for indentation".into(),
        ErrorKind::MappingValueNotAllowed => {
            "a \":\" is not allowed here; check the indentation, or quote the value".into()
        }
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::SimpleKeyExpected => {
            "expected \"key: value\"; check the indentation".into()
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            "expected \"- item\"; check the indentation".into()
        }
        ErrorKind::BlockSequenceEntryNotAllowed => {
            "a list item (\"- \") is not allowed here; check the indentation".into()
        }
        ErrorKind::InvalidIndentation => "the indentation does not match any line above".into(),
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            "a quote is not closed".into()
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "unexpected text after the closing quote".into()
        }
        ErrorKind::UnclosedFlowCollection { open } => format!("\"{open}\" is not closed"),
        ErrorKind::MisplacedFlowCollectionEnd => "a closing bracket has no opening one".into(),
        ErrorKind::ExpectedFlowMappingSeparator => "expected \",\" or \"}\"".into(),
        ErrorKind::ExpectedFlowSequenceSeparator => "expected \",\" or \"]\"".into(),
        ErrorKind::UnknownQuotedScalarEscape => {
            "unknown escape after \"\\\"; use single quotes for a literal backslash".into()
        }
        ErrorKind::UndeclaredTagHandle => "a tag (!) has an unknown prefix".into(),
        ErrorKind::Custom(_) => "the document cannot be understood".into(),
        kind => igw_core::text::clean(&kind.to_string()),
    }
}

#[cfg(test)]
mod tests;
