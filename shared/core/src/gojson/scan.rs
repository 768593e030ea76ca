//! The scanner behind [`Json`]: Go's grammar, and Go's words where it stops
//! (`encoding/json/scanner.go`).

use super::tree::{Id, Json, JsonError, JsonKind, JsonNode, MemberKey, unquote};

/// The deepest nesting that is read; Go itself stops at 10,000.
const MOST_DEPTH: usize = 127;

/// Reads a document.
///
/// # Errors
/// Where Go's decoder stops, and what it says.
pub fn parse(text: &str) -> Result<Json, JsonError> {
    let mut scanner = Scanner::new(text);
    scanner.document()?;
    let Scanner { nodes, halves, .. } = scanner;
    Ok(Json { text: text.to_owned(), nodes, halves })
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<JsonNode>,
    halves: Vec<usize>,
}

type Found<T> = Result<T, JsonError>;

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Scanner { text, bytes: text.as_bytes(), at: 0, nodes: Vec::new(), halves: Vec::new() }
    }

    /// One value with nothing but white space around it.
    fn document(&mut self) -> Found<()> {
        self.space();
        self.value(0, None, 0)?;
        self.space();
        if self.at < self.bytes.len() {
            return Err(self.unexpected("after top-level value"));
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Go's error at this byte.
    fn unexpected(&self, context: &str) -> JsonError {
        let says = match self.peek() {
            // Go ends a text with a space, at which some states stop before they miss the rest.
            None if context.contains("escape") || context.contains("literal ") => {
                format!("invalid character ' ' {context}")
            }
            None if context.ends_with("numeric literal") => {
                format!("invalid character ' ' {context}")
            }
            None => "unexpected end of JSON input".to_owned(),
            Some(byte) => format!("invalid character {} {context}", quoted(byte)),
        };
        JsonError { at: self.text.floor_char_boundary(self.at), says, ours: false }
    }

    fn value(&mut self, parent: Id, key: Option<MemberKey>, depth: usize) -> Found<()> {
        let id = self.nodes.len();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => JsonKind::Object,
            Some(b'[') => JsonKind::List,
            Some(b'"') => JsonKind::Text,
            Some(b't') => JsonKind::Bool(true),
            Some(b'f') => JsonKind::Bool(false),
            Some(b'n') => JsonKind::Null,
            Some(b'-' | b'0'..=b'9') => JsonKind::Number,
            _ => return Err(self.unexpected("looking for beginning of value")),
        };
        self.nodes.push(JsonNode { kind, start, end: start, parent, next: id + 1, key });
        match kind {
            JsonKind::Object | JsonKind::List if depth >= MOST_DEPTH => {
                let says = format!("is nested more than {MOST_DEPTH} levels deep");
                return Err(JsonError { at: start, says, ours: true });
            }
            JsonKind::Object => self.object(id, depth)?,
            JsonKind::List => self.list(id, depth)?,
            JsonKind::Text => self.string()?,
            JsonKind::Bool(true) => self.word("true")?,
            JsonKind::Bool(false) => self.word("false")?,
            JsonKind::Null => self.word("null")?,
            JsonKind::Number => self.number()?,
        }
        self.nodes[id].end = self.at;
        self.nodes[id].next = self.nodes.len();
        Ok(())
    }

    fn object(&mut self, id: Id, depth: usize) -> Found<()> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let start = self.at;
            self.string()?;
            let end = self.at;
            let name = unquote(&self.text[start..end]).into_owned().into_boxed_str();
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("after object key"));
            }
            self.at += 1;
            self.space();
            self.value(id, Some(MemberKey { name, start, end }), depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.unexpected("after object key:value pair")),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn list(&mut self, id: Id, depth: usize) -> Found<()> {
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.space();
            self.value(id, None, depth + 1)?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.unexpected("after array element")),
            }
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) -> Found<()> {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                None | Some(0..=0x1f) => return Err(self.unexpected("in string literal")),
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Found<()> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                let unit = self.hex()?;
                // The second half of a pair is looked at when the first is met.
                let low = self
                    .text
                    .get(self.at..self.at + 6)
                    .and_then(|next| u32::from_str_radix(next.strip_prefix("\\u")?, 16).ok());
                match unit {
                    0xd800..=0xdbff if low.is_some_and(|low| (0xdc00..=0xdfff).contains(&low)) => {
                        self.at += 6;
                    }
                    0xd800..=0xdfff => self.halves.push(start),
                    _ => {}
                }
            }
            _ => return Err(self.unexpected("in string escape code")),
        }
        Ok(())
    }

    fn hex(&mut self) -> Found<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn word(&mut self, word: &str) -> Found<()> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                let expected = quoted(expected);
                return Err(self.unexpected(&format!("in literal {word} (expecting {expected})")));
            }
            self.at += 1;
        }
        Ok(())
    }

    fn digits(&mut self, context: &str) -> Found<()> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.unexpected(context));
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Found<()> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits("in numeric literal")?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let number = &self.text[start..self.at];
        if number.parse::<f64>().is_ok_and(f64::is_infinite) {
            let shown = crate::text::clip(number, 20);
            let says =
                format!("json: cannot unmarshal number {shown} into Go value of type float64");
            return Err(JsonError { at: start, says, ours: false });
        }
        Ok(())
    }
}

/// A byte as Go quotes it: it takes the byte for a character.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => r"'\\'".to_owned(),
        b'\n' => r"'\n'".to_owned(),
        b'\t' => r"'\t'".to_owned(),
        b'\r' => r"'\r'".to_owned(),
        0..=0x1f | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{byte:04x}'"),
        _ => format!("'{}'", char::from(byte)),
    }
}
