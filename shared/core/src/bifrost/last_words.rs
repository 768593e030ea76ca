//! What Bifrost wrote when it ended, and what that means.
//!
//! Source: the texts of facts/bifrost-observed.md (1, 2, 5, 7) and facts/bifrost-versions.md (1, 2).
//! Only they are interpreted; any other text has no meaning here.

use serde_json::Value;

use super::cause::Cause;
use super::end_texts::KNOWN;

/// What a text that is known means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndMeaning {
    /// `None`: nothing in a manifest shows it.
    pub cause: Option<Cause>,
    /// A clause.
    pub says: &'static str,
}

/// The beginnings of errors with which the process ends; other errors it survives.
const ENDS: [&str; 2] = ["failed to bootstrap server: ", "failed to start server: "];

/// What Go writes about a flag, before it prints the usage.
const NO_FLAG: &str = "flag provided but not defined: ";

/// The message with which a run of Bifrost ended, if its log has one.
pub fn last_words(lines: &[String]) -> Option<String> {
    lines.iter().rev().find_map(|line| words(line))
}

/// A line that only a run that ends has.
fn words(line: &str) -> Option<String> {
    let line = line.trim();
    if let Ok(Value::Object(members)) = serde_json::from_str(line) {
        let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
        let message = text("message");
        let ends = match text("level") {
            "fatal" | "panic" => !message.is_empty(),
            "error" => ENDS.iter().any(|start| message.starts_with(start)),
            _ => false,
        };
        return ends.then(|| message.to_owned());
    }
    let at = ENDS.iter().find_map(|start| line.find(start));
    at.map(|at| line[at..].to_owned())
        .or_else(|| line.starts_with(NO_FLAG).then(|| line.to_owned()))
}

/// What Bifrost's last words mean, if they are known.
pub fn meaning(words: &str) -> Option<EndMeaning> {
    let known = |cause, says| Some(EndMeaning { cause, says });
    if words.starts_with(NO_FLAG) {
        return known(Some(Cause::Arguments), "Bifrost has no such flag");
    }
    if let Some(listen) =
        words.strip_prefix("failed to start server: failed to create listener on ")
    {
        return match listen {
            own if own.ends_with(": bind: address already in use") => {
                known(None, "another process of the pod, or of the node, listens on the port")
            }
            own if own.contains(": listen tcp: lookup ") => {
                known(Some(Cause::Arguments), "the host or port in the arguments is not one")
            }
            _ => None,
        };
    }
    let mut text = words;
    for start in [ENDS[0], "failed to load config ", "failed to initialize default config store: "]
    {
        text = text.strip_prefix(start).unwrap_or(text);
    }
    if let Some(cause) = of_a_type(text) {
        return known(Some(cause), "a value in config.json has a type that Bifrost refuses");
    }
    let found = KNOWN.iter().find(|(pattern, ..)| fits(pattern, text));
    found.and_then(|(_, cause, says)| known(*cause, says))
}

/// Go's words for a value of a wrong type; the field is `STRUCT.path.to.field`, as in
/// [`super::refusals`].
fn of_a_type(text: &str) -> Option<Cause> {
    let start =
        "failed to unmarshal config: failed to unmarshal config data: json: cannot unmarshal ";
    let (kind, rest) = text.strip_prefix(start)?.split_once(" into Go struct field ")?;
    let mut parts = rest.split(' ').next()?.split('.').skip(1).peekable();
    let first = parts.peek().is_some();
    let depth = parts.clone().count();
    let field = parts.last().filter(|_| first)?;
    let nested = ["array", "object"].contains(&kind) && depth > 1;
    let containers = ["providers", "plugins", "keys", "network_config"];
    Some(match containers.contains(&field) || nested {
        true => Cause::WrongContainer,
        false => Cause::ValueRefused,
    })
}

/// Whether a text has the parts of a pattern, in their order.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return rest.is_empty() };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(words: &str) -> Option<Option<Cause>> {
        meaning(words).map(|found| found.cause)
    }

    #[test]
    fn only_what_ends_a_run_is_its_last_word() {
        let log = [
            r#"{"level":"error","time":"x","message":"config validation failed: schema"}"#,
            r#"{"level":"error","time":"x","message":"failed to bootstrap server: failed to load config open /app/data/config.db: permission denied"}"#,
            r#"{"level":"info","message":"bye"}"#,
        ]
        .map(str::to_owned);
        let words = last_words(&log).expect("it has last words");
        assert_eq!(cause(&words), Some(Some(Cause::DataNotWritable)));
        assert_eq!(last_words(&log[..1]), None);
        // 1.4.19 goes on without prices.
        let prices = r#"{"level":"LEVEL","message":"failed to initialize pricing manager: x"}"#;
        assert_eq!(last_words(&[prices.replace("LEVEL", "error")]), None);
        assert!(last_words(&[prices.replace("LEVEL", "fatal")]).is_some());
        let pretty = "12:00 ERR failed to start server: failed to create listener on x";
        assert!(last_words(&[pretty.to_owned()]).is_some());
    }

    #[test]
    fn texts_that_were_observed() {
        let load = "failed to bootstrap server: failed to load config ";
        let store = format!("{load}failed to initialize default config store: ");
        let data = format!("{load}failed to unmarshal config: failed to unmarshal config data: ");
        let writable = Some(Cause::DataNotWritable);
        for (words, expected) in [
            (format!("{load}failed to unmarshal schema: unexpected end of JSON input"), Some(Cause::NotJson)),
            (format!("{load}failed to read config file: read /app/data/config.json: is a directory"), Some(Cause::NotMounted)),
            (format!("{load}failed to read config file: open /app/data/config.json: permission denied"), None),
            (format!("{data}json: cannot unmarshal object into Go struct field ProviderConfig.providers.keys of type []schemas.Key"), Some(Cause::WrongContainer)),
            (format!("{data}json: cannot unmarshal string into Go struct field Key.providers.keys.weight of type float64"), Some(Cause::ValueRefused)),
            ("failed to update providers config: failed to decrypt key value: encryption key is not initialized".to_owned(), Some(Cause::EncryptionKey)),
            ("failed to update providers config: no such column: azure_api_version".to_owned(), None),
            (format!("{store}failed to remove duplicate keys: failed to remove null keys: attempt to write a readonly database"), writable),
            (format!("{store}failed to remove duplicate keys: failed to remove null keys: database is locked"), Some(Cause::SharedDatabase)),
            (format!("{store}file is not a database"), None),
            (format!("{store}error while running db migration: database or disk is full"), None),
            (format!("{load}open /app/data/config.db: read-only file system"), writable),
            (format!("{load}open /app/data/db/config.db: no such file or directory"), Some(Cause::ValueRefused)),
            ("failed to bootstrap server: failed to initialize routes: failed to initialize governance handler: config store is required".to_owned(), Some(Cause::NoConfigStore)),
            ("failed to start server: failed to create listener on 0.0.0.0:8080: listen tcp 0.0.0.0:8080: bind: address already in use".to_owned(), None),
            ("failed to start server: failed to create listener on 0.0.0.0:abc: listen tcp: lookup tcp/abc: unknown port".to_owned(), Some(Cause::Arguments)),
            ("flag provided but not defined: -data".to_owned(), Some(Cause::Arguments)),
            ("failed to sync governance config: could not resolve keys: key_id=x, name=y".to_owned(), Some(Cause::ValueRefused)),
        ] {
            assert_eq!(cause(&words), Some(expected), "{words}");
        }
    }

    #[test]
    fn other_texts_have_no_meaning() {
        for words in [
            "failed to bootstrap server: something new",
            "failed to bootstrap server: failed to load config open the door",
            "failed to start server: failed to create listener on x: permission denied",
            "panic: runtime error",
        ] {
            assert_eq!(meaning(words), None, "{words}");
        }
    }
}
