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

/// Splits a command as bash does (its manual, "Quoting"). The end of a line is only a space.
///
/// # Errors
/// When a quote is not closed, or the command is meant for another shell.
pub fn split(command: &str) -> Result<Vec<String>, Unreadable> {
    let command = command.replace("\r\n", "\n");
    shlex::split(&plain(&command)?).ok_or(Unreadable::Open)
}

/// The same command without `$'…'` and line continuations, which shlex does not know.
fn plain(command: &str) -> Result<String, Unreadable> {
    let mut chars = command.chars().peekable();
    let (mut out, mut inside) = (String::new(), None);
    while let Some(c) = chars.next() {
        match (inside, c, chars.peek().copied()) {
            (None, '^', Some('"' | '\n')) => return Err(Unreadable::Cmd),
            (None, '$', Some('\'')) => {
                chars.next();
                let mut word = String::new();
                ansi_c(&mut chars, &mut word)?;
                // It cannot be sent, either.
                let word = word.replace('\0', "\u{fffd}");
                out.push_str(&shlex::try_quote(&word).unwrap_or_default());
            }
            // A text to be translated, which is read as it stands.
            (None, '$', Some('"')) => {}
            (None | Some('"'), '\\', Some('\n')) => drop(chars.next()),
            (None | Some('"'), '\\', Some(next)) => {
                out.extend([c, next]);
                chars.next();
            }
            (None, '\'' | '"', _) => {
                inside = Some(c);
                out.push(c);
            }
            (Some(quote), _, _) if c == quote => {
                inside = None;
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    Ok(out)
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
            (r#"a\ b 'c "d$' "e 'f" '' x''y"#, &["a b", "c \"d$", "e 'f", "", "xy"]),
            ("a \\\n  b\\\r\nc", &["a", "bc"]),
            (r#"'{"re":"^"}' x^y $x a$ $"b""#, &["{\"re\":\"^\"}", "x^y", "$x", "a$", "b"]),
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
