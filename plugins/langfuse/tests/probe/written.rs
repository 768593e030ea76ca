//! Rows of table 1.4: a span that is written, and looked up where this version and mode have it.

use std::time::Duration;

use igw_tests::langfuse::{LangfuseFault, LangfuseSwitches, WriteMode};

use crate::climbed::{self, ProbeRow, SentKey, TRACES, good};

const WRITE: &[&str] = &["--write", "--timeout", "20s"];

fn row(name: &'static str, version: &'static str, mode: WriteMode) -> ProbeRow {
    let switches = LangfuseSwitches { version, mode, ..LangfuseSwitches::default() };
    ProbeRow {
        name,
        switches,
        path: TRACES,
        key: good(),
        args: WRITE,
        expected: ("write", "arrived", 0),
    }
}

#[test]
fn spans_are_found_in_every_mode() {
    let mut slow = row("after four seconds", "4.16.0", WriteMode::EventsOnly);
    slow.switches.delay = Duration::from_secs(4);
    let mut lost = row("not within three seconds", "4.16.0", WriteMode::EventsOnly);
    lost.switches.faults = vec![LangfuseFault::WorkerDown];
    (lost.args, lost.expected) = (&["--write", "--timeout", "3s"], ("write", "not-yet", 3));
    let mut other = row("another public key", "4.16.0", WriteMode::EventsOnly);
    other.key = SentKey::Pair("pk-lf-PLANTother", "sk-lf-PLANTsecret");
    other.expected = ("write", "public-key-mismatch", 0);
    let mut legacy3 = row("v3 before v2/observations", "3.120.0", WriteMode::Version3);
    legacy3.path = TRACES;
    let rows = [
        row("v4 events_only", "4.16.0", WriteMode::EventsOnly),
        row("v4 dual", "4.16.0", WriteMode::Dual),
        row("v4 legacy, whose empty 200 proves nothing", "4.16.0", WriteMode::Legacy),
        row("v4 legacy without the preview", "4.16.0", WriteMode::LegacyWithoutPreview),
        legacy3,
        slow,
        lost,
        other,
    ];
    let table = climbed::all(&rows);
    let after = regex::Regex::new(r"after \d+\.\d s").expect("a pattern");
    insta::assert_snapshot!("written", after.replace_all(&table, "after N s"));
}
