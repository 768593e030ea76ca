//! From text to an expression, within bounds.

use ::cel::parser::{Expression, PrattParser};

use super::tree::{depth, dismantle};

/// The longest text that is parsed, in bytes.
const LONGEST: usize = 16 * 1024;
/// The deepest expression that is evaluated. A chain of `&&` or `||` is balanced by the parser and
/// counts by its logarithm.
const DEEPEST: usize = 64;

/// Why a text is no expression for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotParsed {
    /// It is no CEL: no embedder takes it.
    Syntax(String),
    /// It may be CEL, but is larger than what is tried here.
    TooLarge,
}

/// Parses a text; what is too long or too deep is refused before it costs anything.
pub fn parse(text: &str) -> Result<Expression, NotParsed> {
    if text.len() > LONGEST || nested(text) > DEEPEST {
        return Err(NotParsed::TooLarge);
    }
    let parser = PrattParser::new()
        .max_recursion_depth(2 * DEEPEST as u16)
        .error_recovery_limit(1)
        .error_reporting_limit(1)
        .enable_optional_syntax(true)
        .enable_ident_escape_syntax(true);
    let expression = parser.parse(text).map_err(|errors| {
        let first = errors.errors.first().map(|error| error.msg.clone());
        NotParsed::Syntax(first.unwrap_or_else(|| "it is not CEL".to_owned()))
    })?;
    if depth(&expression) > DEEPEST {
        dismantle(expression);
        return Err(NotParsed::TooLarge);
    }
    Ok(expression)
}

/// How deep brackets and signs are nested, so that the parser does not have to find out. Brackets
/// in texts count as well: they are few.
fn nested(text: &str) -> usize {
    let (mut open, mut deepest, mut signs) = (0usize, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' | b'?' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        signs = match byte {
            b'!' | b'-' => signs + 1,
            b' ' | b'\t' | b'\n' | b'\r' => signs,
            _ => 0,
        };
        deepest = deepest.max(open + signs);
    }
    deepest
}
