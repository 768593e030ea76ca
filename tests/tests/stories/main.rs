//! Stories: every check of a product runs on each of its stories, so that false alarms show, too.

mod forms;
mod live;
mod logs;
mod rights;
mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use igw::product::Product;
use igw_core::check::{Check, Sink};
use igw_core::facts::{Facts, Scope};
use igw_core::finding::Severity;
use igw_core::rounds::leave_out_covered;
use igw_tests::compare::findings;
use igw_tests::sinks;
use igw_tests::story::{self, Story};

static PRODUCTS: [&dyn Product; 5] = [
    &igw_gateway::GATEWAY,
    &igw_routes::ROUTES,
    &igw_bifrost::BIFROST,
    &igw_langfuse::LANGFUSE,
    &igw_restart::RESTART,
];

/// How often each code is found in a story.
type Counts = BTreeMap<&'static str, usize>;

fn counts(product: &'static dyn Product) -> Vec<(Story, Counts)> {
    let count = |story: Story| {
        let mut counts = Counts::new();
        for finding in findings(product, &story.session().store) {
            *counts.entry(finding.code).or_insert(0) += 1 + finding.more_paths.len();
        }
        (story, counts)
    };
    story::of(product).into_iter().map(count).collect()
}

#[test]
fn matrix() {
    for product in PRODUCTS {
        let counts = counts(product);
        let mut out = format!("{} checks, {} stories\n", product.checks().len(), counts.len());
        let width = counts.iter().map(|(story, _)| story.name.len()).max().unwrap_or_default();
        for (story, counts) in &counts {
            let mut line = format!("{:width$}", story.name);
            for (code, times) in counts {
                let _ = write!(line, "  {code}");
                if *times > 1 {
                    let _ = write!(line, "x{times}");
                }
            }
            let _ = writeln!(out, "{}", line.trim_end());
        }
        insta::assert_snapshot!(product.name(), out);
    }
}

#[test]
fn each_story() {
    for story in PRODUCTS.into_iter().flat_map(story::of).filter(|story| !story.is_good()) {
        let session = story.session();
        let found = findings(story.product, &session.store);
        let scope = Scope::default();
        let facts = Facts::new(&session.store, &scope);
        let locate = story.product.locator(&session.input, &facts);
        let mut out = String::new();
        for finding in found {
            let severity = match finding.severity {
                Severity::Error => String::new(),
                other => format!("{}  ", other.word()),
            };
            let inner = finding.inner.as_ref().map(|inner| format!(" {}", inner.pointer));
            let place = locate(&finding).map(|place| format!("{}:{}", place.line, place.column));
            let _ = writeln!(
                out,
                "{severity}{}  {}  {}{} ({})\n    {}\n    {}",
                finding.code,
                finding.object,
                finding.path,
                inner.unwrap_or_default(),
                place.unwrap_or_default(),
                finding.title,
                finding.explanation
            );
            for path in &finding.more_paths {
                let _ = writeln!(out, "    also {path}");
            }
        }
        let name = format!("{}-{}", story.product.name(), story.name);
        insta::assert_snapshot!(name, out, &story.tells());
    }
}

/// Checks that say nothing about files; the tests of the plugins against a cluster tell their
/// stories.
const LIVE_ONLY: [&str; 2] = ["IGW0131", "IGW0612"];

#[test]
fn every_check_has_a_bad_and_a_good_story() {
    for product in PRODUCTS {
        let counts = counts(product);
        let is_repaired = |bad: &Story| {
            let good = format!("{}-good", bad.name);
            counts.iter().any(|(story, counts)| story.name == good && counts.is_empty())
        };
        for check in product.checks().iter().filter(|check| !LIVE_ONLY.contains(&check.code)) {
            let mut bad = counts.iter().filter(|(_, counts)| counts.contains_key(check.code));
            let twin = bad.any(|(story, _)| is_repaired(story));
            assert!(twin, "{}: no story with a repaired twin", check.code);
        }
    }
}

#[test]
fn good_stories_give_nothing_and_bad_ones_what_they_tell() {
    for (story, counts) in PRODUCTS.into_iter().flat_map(counts) {
        let (name, readme) = (&story.name, story.tells());
        if story.is_good() {
            assert_eq!(counts, Counts::new(), "{name}");
        }
        for code in counts.keys() {
            assert!(readme.contains(code), "{name}: README.md has no {code}");
        }
        let expected = readme.split_once("Expected:").map_or("", |(_, expected)| expected);
        for (at, _) in expected.match_indices("IGW") {
            let code = &expected[at..at + 7];
            let denied = expected[..at].trim_end().ends_with("not");
            assert_eq!(denied, !counts.contains_key(code), "{name}: {code} is expected");
        }
    }
}

/// What one product derives does not get in the way of what another does.
#[test]
fn products_in_one_run_give_what_each_gives_alone() {
    let all: Vec<&Check> = PRODUCTS.iter().flat_map(|product| product.checks()).copied().collect();
    let mut found = BTreeSet::new();
    for story in PRODUCTS.into_iter().flat_map(story::of) {
        let store = story.session().store;
        let mut alone: Vec<Sink> =
            PRODUCTS.iter().flat_map(|product| sinks(product.checks(), &store)).collect();
        // What one product says, another one may say more exactly.
        leave_out_covered(&mut alone);
        let together = sinks(&all, &store);
        assert!(together == alone, "{}", story.name);
        let backwards: Vec<&Check> = all.iter().rev().copied().collect();
        let mut together = sinks(&backwards, &store);
        together.reverse();
        assert!(together == alone, "{}, the last check first", story.name);
        found.extend(alone.iter().filter(|sink| !sink.findings.is_empty()).map(|s| s.check().code));
    }
    // Both products have something to lose.
    assert!(found.iter().filter(|code| code.starts_with("IGW01")).count() > 30, "{found:?}");
    assert!(found.iter().filter(|code| code.starts_with("IGW02")).count() > 20, "{found:?}");
}

#[test]
fn settings_know_what_every_product_can_assume() {
    let all = PRODUCTS.iter().flat_map(|product| product.assumable());
    let all: BTreeSet<&str> = all.map(|assumable| assumable.what).collect();
    assert_eq!(all, BTreeSet::from(igw::project::ASSUMABLE));
}
