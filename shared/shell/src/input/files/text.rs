//! From bytes to text.

use std::io::{self, Read};

use super::source::MAX_BYTES;

/// Reads all of `reader`, or gives the sentence that says why not. At most `limit` bytes are read.
pub(super) fn read(reader: &mut dyn Read, limit: u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    decode(bytes)
}

pub(super) fn too_large() -> String {
    format!("is larger than {} MB, the most that is read", MAX_BYTES / 1_000_000)
}

pub(super) fn unreadable(error: &io::Error) -> String {
    let reason = error.to_string();
    // "(os error 2)" helps nobody.
    let reason = reason.split(" (os error").next().unwrap_or_default();
    let mut chars = reason.chars();
    let first = chars.next().map(|first| first.to_ascii_lowercase());
    format!("cannot be read: {}{}", first.unwrap_or('?'), chars.as_str())
}

/// Decodes UTF-8 and strips a byte-order mark.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("is UTF-16 text; save it as UTF-8".into());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let before = &error.as_bytes()[..at];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(format!("is not UTF-8 text: byte {at} (line {line}) is not valid"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, String> {
        read(&mut &*bytes, 12)
    }

    #[test]
    fn encodings() {
        assert_eq!(text(b"\xef\xbb\xbfa: 1\r\n"), Ok("\u{feff}a: 1\r\n".into()));
        assert_eq!(text(b"\xff\xfea\0"), Err("is UTF-16 text; save it as UTF-8".into()));
        assert_eq!(
            text(b"a: 1\nb: \xe9\n"),
            Err("is not UTF-8 text: byte 8 (line 2) is not valid".into())
        );
    }

    #[test]
    fn reading_stops_at_the_limit() {
        assert_eq!(text(b"123456789012"), Ok("123456789012".into()));
        let mut endless = io::repeat(b'a');
        let says = "is larger than 200 MB, the most that is read";
        assert_eq!(read(&mut endless, 12), Err(says.into()));
    }

    #[test]
    fn reasons_are_words() {
        let error = io::Error::from_raw_os_error(2);
        assert_eq!(unreadable(&error), "cannot be read: no such file or directory");
    }
}
