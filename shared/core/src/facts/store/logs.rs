//! What containers wrote, as far as a check has asked for it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::Store;
use crate::facts::{Ask, Fact, Why, WhyKind};
use crate::{mask, text};

/// How many lines of a log are kept, from its end.
pub const LOG_LINES: usize = 200;

/// How many bytes of a log are kept, from its end.
pub const LOG_BYTES: usize = 64_000;

/// Logs by the asks that they answer.
pub type Logs = BTreeMap<Ask, Vec<String>>;

/// What a terminal takes for colours and movements.
#[allow(clippy::unwrap_used, reason = "a constant pattern; the tests run it")]
static SEQUENCE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\x1b\[[0-9;?]*[A-Za-z]").unwrap());

impl Store {
    /// Keeps the end of a log: without what a terminal would obey, and masked.
    pub fn keep_log(&mut self, ask: Ask, whole: &str) {
        if is_lost(whole) {
            return;
        }
        let mut from = whole.len().saturating_sub(LOG_BYTES);
        if from > 0 {
            // A line that is cut would say something else.
            from +=
                whole.as_bytes()[from..].iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
        }
        while !whole.is_char_boundary(from) {
            from += 1;
        }
        let all: Vec<&str> = whole[from..].lines().collect();
        let last = &all[all.len().saturating_sub(LOG_LINES)..];
        let line = |line: &&str| mask::line(&text::clean(&SEQUENCE.replace_all(line, "")));
        self.logs.insert(ask, last.iter().map(line).collect());
    }

    /// The lines of a log. `miss` hears of the ask, if it was not answered yet.
    pub fn log(&self, ask: Ask, miss: impl FnOnce(Ask)) -> Fact<&[String]> {
        if let Some(lines) = self.logs.get(&ask) {
            return Fact::Known(lines);
        }
        if self.world.is_some() {
            return Fact::Unknown(Why::not_given("logs are not in files"));
        }
        match self.answered.get(&ask) {
            Some(Ok(())) => Fact::Absent,
            Some(Err(why)) => Fact::Unknown(why.clone()),
            None if self.saved => {
                Fact::Unknown(Why::not_given("the bundle does not have this log"))
            }
            None => {
                miss(ask);
                let detail = "logs of pods".to_owned();
                Fact::Unknown(Why { kind: WhyKind::NotAsked, detail })
            }
        }
    }
}

/// What a kubelet writes in the place of a log that it has no more.
fn is_lost(whole: &str) -> bool {
    const WORDS: [&str; 2] =
        ["unable to retrieve container logs for ", "failed to try resolving symlinks in path "];
    whole.lines().count() == 1 && WORDS.iter().any(|words| whole.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Openness, Said};

    fn ask(previous: bool) -> Ask {
        let text = str::to_owned;
        Ask::Logs { namespace: text("ai"), pod: text("one"), container: text("main"), previous }
    }

    fn kept(whole: &str) -> Vec<String> {
        let mut store = Store::default();
        store.keep_log(ask(false), whole);
        store.logs.remove(&ask(false)).unwrap_or_default()
    }

    #[test]
    fn text_is_data() {
        assert_eq!(kept("\x1b[31mERR\x1b[0m a\u{202e}b\r\n"), ["ERR a\u{fffd}b"]);
        assert_eq!(kept("key sk-abcdef is\nnext"), ["key <masked> is", "next"]);
    }

    #[test]
    fn the_end_is_kept() {
        let many: String = (0..300).map(|n| format!("line {n}\n")).collect();
        let lines = kept(&many);
        assert_eq!((lines.len(), lines[0].as_str()), (LOG_LINES, "line 100"));
        let long = format!("{}\nlast", "ü".repeat(LOG_BYTES));
        assert_eq!(kept(&long), ["last"]);
        assert_eq!(kept(&"ü".repeat(LOG_BYTES)).len(), 1);
    }

    #[test]
    fn what_is_known_of_a_log() {
        let mut store = Store::default();
        let mut missed = Vec::new();
        let fact = store.log(ask(true), |ask| missed.push(ask));
        assert!(matches!(fact, Fact::Unknown(why) if why.kind == WhyKind::NotAsked));
        assert_eq!(missed, [ask(true)]);
        store.answered.insert(ask(true), Ok(()));
        assert!(store.log(ask(true), drop).is_absent());
        store.keep_log(ask(true), "unable to retrieve container logs for containerd://1");
        assert!(store.log(ask(true), drop).is_absent());
        store.keep_log(ask(true), "x\n");
        assert_eq!(store.log(ask(true), drop), Fact::Known(&["x".to_owned()][..]));
        store = Store { saved: true, ..Store::default() };
        let fact = store.log(ask(true), drop);
        assert!(matches!(fact, Fact::Unknown(why) if why.kind == WhyKind::NotGiven));
        store = Store::for_files(Openness::Given, Said::default());
        let fact = store.log(ask(true), drop);
        assert!(matches!(fact, Fact::Unknown(why) if why.kind == WhyKind::NotGiven));
    }
}
