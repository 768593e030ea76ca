//! The words of a pasted shell command: bash's quotes, and nothing expanded.

use std::iter::Peekable;
use std::str::Chars;

/// Why a command cannot be split into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// A quote is not closed.
    Open,
    /// It is quoted for cmd of Windows: `^"` and `^` at the end of a line.
    Cmd,
}

/// Splits a command as bash does (its manual, "Quoting"): `\`, `'…'`, `"…"` and `$'…'`. The end of a
/// line is only a space.
///
/// # Errors
/// When a quote is not closed, or the command is meant for another shell.
pub fn split(command: &str) -> Result<Vec<String>, Unreadable> {
    let mut chars = command.chars().peekable();
    let mut out = Vec::new();
    // A word may be empty: ''.
    let mut word: Option<String> = None;
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            (' ' | '\t' | '\r' | '\n', _) => out.extend(word.take()),
            ('#', _) if word.is_none() => while chars.next_if(|c| *c != '\n').is_some() {},
            ('^', Some('"' | '\r' | '\n')) => return Err(Unreadable::Cmd),
            ('\\', Some('\r' | '\n')) => {
                chars.next_if_eq(&'\r');
                chars.next_if_eq(&'\n');
            }
            ('\\', Some(_)) => word.get_or_insert_default().extend(chars.next()),
            ('\\', None) => return Err(Unreadable::Open),
            ('\'', _) => single(&mut chars, word.get_or_insert_default())?,
            ('"', _) => double(&mut chars, word.get_or_insert_default())?,
            ('$', Some('\'')) => {
                chars.next();
                ansi_c(&mut chars, word.get_or_insert_default())?;
            }
            // A text to be translated, which is read as it stands.
            ('$', Some('"')) => {}
            _ => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    Ok(out)
}

fn single(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), Unreadable> {
    loop {
        match chars.next().ok_or(Unreadable::Open)? {
            '\'' => return Ok(()),
            c => word.push(c),
        }
    }
}

fn double(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), Unreadable> {
    loop {
        match chars.next().ok_or(Unreadable::Open)? {
            '"' => return Ok(()),
            '\\' => match chars.next().ok_or(Unreadable::Open)? {
                '\n' => {}
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

/// The rest of `$'…'`, which browsers write for a text with a line's end or an apostrophe.
fn ansi_c(chars: &mut Peekable<Chars<'_>>, word: &mut String) -> Result<(), Unreadable> {
    // An escape may be one byte of a character.
    let mut bytes = Vec::new();
    loop {
        match chars.next().ok_or(Unreadable::Open)? {
            '\'' => break,
            '\\' => escape(chars, &mut bytes)?,
            c => push(&mut bytes, c),
        }
    }
    word.push_str(&String::from_utf8_lossy(&bytes));
    Ok(())
}

fn escape(chars: &mut Peekable<Chars<'_>>, bytes: &mut Vec<u8>) -> Result<(), Unreadable> {
    let c = chars.next().ok_or(Unreadable::Open)?;
    let number = match c {
        '0'..='7' => digits(chars, 8, 2, c.to_digit(8)),
        'x' => digits(chars, 16, 2, None),
        'u' => digits(chars, 16, 4, None),
        'U' => digits(chars, 16, 8, None),
        _ => None,
    };
    match (c, number) {
        ('u' | 'U', Some(code)) => {
            push(bytes, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        (_, Some(byte)) => bytes.push((byte & 0xff) as u8),
        ('a', _) => bytes.push(0x07),
        ('b', _) => bytes.push(0x08),
        ('e' | 'E', _) => bytes.push(0x1b),
        ('f', _) => bytes.push(0x0c),
        ('n', _) => bytes.push(b'\n'),
        ('r', _) => bytes.push(b'\r'),
        ('t', _) => bytes.push(b'\t'),
        ('v', _) => bytes.push(0x0b),
        ('\\' | '\'' | '"' | '?', _) => push(bytes, c),
        _ => {
            bytes.push(b'\\');
            push(bytes, c);
        }
    }
    Ok(())
}

/// The number of at most `most` digits, after the one that was read already.
fn digits(
    chars: &mut Peekable<Chars<'_>>,
    radix: u32,
    most: usize,
    before: Option<u32>,
) -> Option<u32> {
    let mut number = before;
    for _ in 0..most {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
        chars.next();
        number = Some(number.unwrap_or_default() * radix + digit);
    }
    number
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_as_bash_splits_them() {
        for (command, expected) in [
            ("a  b\tc\r\nd", &["a", "b", "c", "d"][..]),
            (r#"a\ b 'c "d' "e 'f" '' x''y"#, &["a b", "c \"d", "e 'f", "", "xy"]),
            (r#""\" \\ \$ \n" 'a\'"#, &["\" \\ $ \\n", "a\\"]),
            ("a \\\n  b\\\r\nc", &["a", "bc"]),
            ("a # b\nc d#e", &["a", "c", "d#e"]),
            (r#"'{"re":"^"}' x^y"#, &["{\"re\":\"^\"}", "x^y"]),
            (r#"$x a$ $"b""#, &["$x", "a$", "b"]),
        ] {
            let expected = expected.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(split(command), Ok(expected), "{command}");
        }
    }

    #[test]
    fn ansi_c_quotes() {
        for (command, expected) in [
            (r#"$'it\'s\n\r\t\\ \"x\"'"#, "it's\n\r\t\\ \"x\""),
            (r"$'\u0021\u00e9\U0001f600\xc3\xa9\x41g\101\18'", "!é😀éAgA\u{1}8"),
            (r"a$'\q\x\?'b", "a\\q\\x?b"),
            (r"$'\ud83d'", "\u{fffd}"),
        ] {
            assert_eq!(split(command), Ok(vec![expected.to_owned()]), "{command}");
        }
    }

    #[test]
    fn what_cannot_be_split() {
        for open in ["a 'b", "a \"b", "a \"b\\", "$'a", "$'a\\", "a\\"] {
            assert_eq!(split(open), Err(Unreadable::Open), "{open}");
        }
        for cmd in ["curl ^\"http://a^\"", "curl \"http://a\" ^\n -v", "curl x ^\r\n -v"] {
            assert_eq!(split(cmd), Err(Unreadable::Cmd), "{cmd}");
        }
    }
}
