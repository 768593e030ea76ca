//! Lengths of time, as kubectl reads them.

use std::time::Duration;

/// Reads `30s`, `1m30s`, `500ms`, `2h`; a number alone is seconds (kubectl, "--request-timeout").
///
/// # Errors
/// When it is none of these.
pub fn parse(text: &str) -> Result<Duration, String> {
    let bad = || "not a length of time like 30s, 500ms or 2m".to_owned();
    if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
        return text.parse().map(Duration::from_secs).map_err(|_| bad());
    }
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(bad)?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let scale = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(bad()),
        };
        let number: f64 = number.parse().map_err(|_| bad())?;
        let part = Duration::try_from_secs_f64(number * scale).map_err(|_| bad())?;
        total = total.checked_add(part).ok_or_else(bad)?;
        rest = after;
    }
    if text.is_empty() { Err(bad()) } else { Ok(total) }
}

/// A length of time as people say it: `60 s`, `0.3 s`.
pub fn say(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_kubectl_reads_them() {
        for (text, millis) in
            [("0", 0), ("5", 5000), ("30s", 30_000), ("1m30s", 90_000), ("500ms", 500)]
        {
            assert_eq!(parse(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "1x", "-1s", "1.2.3s", "1s2", "99999999999999999999h"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(say(Duration::from_secs(60)), "60 s");
        assert_eq!(say(Duration::from_millis(300)), "0.3 s");
    }
}
