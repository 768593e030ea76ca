//! A report as a JUnit file, as GitLab and Jenkins read it.
//!
//! A check that found all well is a passed test. A finding is a test of its own: failed if it fails
//! the run, else passed with its text as output. What was not looked at, or is suppressed, is skipped.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::ci::{self, Ci, Unread};
use super::{Gap, Located};
use crate::kube::pointer;
use crate::{placeholder, text};

/// The whole document.
///
/// # Errors
/// Never for a report: the writer's own errors are passed on.
pub fn junit(ci: &Ci) -> io::Result<String> {
    let cases = cases(ci);
    let count =
        |is: fn(&TestOutcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count();
    let counts = [
        ("tests", cases.len()),
        ("failures", count(|outcome| matches!(outcome, TestOutcome::Failed { .. }))),
        ("errors", count(|outcome| matches!(outcome, TestOutcome::Broken { .. }))),
        ("skipped", count(|outcome| matches!(outcome, TestOutcome::Skipped(_)))),
    ]
    .map(|(name, count)| (name, count.to_string()));
    let tool = ci.report.tool.name;
    let head = || {
        let counts = counts.iter().map(|(name, count)| (*name, count.as_str()));
        std::iter::once(("name", tool)).chain(counts)
    };
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").with_attributes(head()).write_inner_content(|writer| {
        writer.create_element("testsuite").with_attributes(head()).write_inner_content(
            |writer| {
                assumptions(writer, ci)?;
                cases.iter().try_for_each(|case| case.write(writer))
            },
        )?;
        Ok(())
    })?;
    let text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    Ok(text + "\n")
}

struct TestCase {
    class: String,
    name: String,
    file: Option<String>,
    outcome: TestOutcome,
}

enum TestOutcome {
    Passed,
    /// It has something to say, but does not fail the run.
    Said(String),
    Failed {
        code: &'static str,
        message: String,
        text: String,
    },
    Skipped(String),
    Broken(String),
}

fn cases(ci: &Ci) -> Vec<TestCase> {
    let report = ci.report;
    let mut out: Vec<TestCase> = ci.unread.iter().map(|unread| unreadable(ci, unread)).collect();
    let mut checks: Vec<(&str, &str)> = ci.ran.iter().map(|meta| (meta.code, meta.name)).collect();
    for located in report.findings.iter().chain(&report.suppressed) {
        let check = (located.finding.code, located.finding.name);
        if !checks.contains(&check) {
            checks.push(check);
        }
    }
    for (code, name) in checks {
        let before = out.len();
        let of = |located: &&Located| located.finding.code == code;
        out.extend(report.findings.iter().filter(of).map(|located| finding(ci, located)));
        out.extend(report.suppressed.iter().filter(of).map(|located| suppressed(ci, located)));
        let gaps = report.not_checked.iter().filter(|gap| gap.code == code);
        out.extend(gaps.map(|gap| not_checked(ci, name, gap)));
        if out.len() == before {
            let outcome = TestOutcome::Passed;
            out.push(TestCase {
                class: class(ci, code),
                name: name.to_owned(),
                file: None,
                outcome,
            });
        }
    }
    number(&mut out);
    out
}

/// Makes names unique: readers identify a test by its class and name.
fn number(cases: &mut [TestCase]) {
    let mut seen = std::collections::BTreeMap::new();
    for case in cases {
        let times: &mut usize = seen.entry((case.class.clone(), case.name.clone())).or_default();
        *times += 1;
        if *times > 1 {
            case.name.push_str(&format!(" ({times})"));
        }
    }
}

/// The class of a test; Jenkins takes what precedes the last dot for a package.
fn class(ci: &Ci, code: &str) -> String {
    format!("{}.{code}", ci.report.tool.name)
}

fn case_of(ci: &Ci, located: &Located, outcome: TestOutcome) -> TestCase {
    let finding = &located.finding;
    let path = match finding.path.as_str() {
        "" => String::new(),
        path => format!(", {}", pointer::dotted(path)),
    };
    let file = located.location.as_ref().and_then(|location| ci::path(&location.file));
    TestCase {
        class: class(ci, finding.code),
        name: format!("{}: {}{path}", finding.name, finding.object),
        file: file.map(str::to_owned),
        outcome,
    }
}

fn finding(ci: &Ci, located: &Located) -> TestCase {
    let finding = &located.finding;
    let mut lines = vec![text::clean(&finding.object.to_string()), text::clean(&finding.title)];
    lines.extend(ci::details(located));
    lines.extend(ci::place(located).map(|place| format!("in {place}")));
    let outcome = match ci.fails(finding.severity) {
        true => TestOutcome::Failed {
            code: finding.code,
            message: finding.title.clone(),
            text: lines.join("\n"),
        },
        false => TestOutcome::Said(format!("{}: {}", finding.severity.word(), lines.join("\n"))),
    };
    case_of(ci, located, outcome)
}

fn suppressed(ci: &Ci, located: &Located) -> TestCase {
    let reason = located.suppression.as_ref().map_or("", |suppression| &suppression.reason);
    let text = format!("suppressed ({reason}): {}", located.finding.title);
    case_of(ci, located, TestOutcome::Skipped(text))
}

fn not_checked(ci: &Ci, name: &str, gap: &Gap) -> TestCase {
    let space = gap.namespace.as_ref().map(|n| format!(" in {n}")).unwrap_or_default();
    let references = text::count(gap.objects, "reference");
    TestCase {
        class: class(ci, gap.code),
        name: format!("{name}: {}{space}", gap.resource),
        file: None,
        outcome: TestOutcome::Skipped(format!("not checked: {}, for {references}", ci::gap(gap))),
    }
}

fn unreadable(ci: &Ci, unread: &Unread) -> TestCase {
    TestCase {
        class: class(ci, "input"),
        name: unread.file.clone().unwrap_or_else(|| "input".to_owned()),
        file: unread.file.as_deref().and_then(ci::path).map(str::to_owned),
        outcome: TestOutcome::Broken(format!("{}{}", unread.place(), unread.says())),
    }
}

fn assumptions(writer: &mut Writer<Vec<u8>>, ci: &Ci) -> io::Result<()> {
    if ci.report.assumptions.is_empty() {
        return Ok(());
    }
    writer.create_element("properties").write_inner_content(|writer| {
        ci.report.assumptions.iter().try_for_each(|assumption| {
            let value = line(&format!("{} ({})", assumption.what, assumption.why));
            let attributes = [("name", "assumed"), ("value", value.as_str())];
            writer.create_element("property").with_attributes(attributes).write_empty().map(|_| ())
        })
    })?;
    Ok(())
}

impl TestCase {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let (name, file) = (line(&self.name), self.file.as_deref().map(line));
        let mut element = writer
            .create_element("testcase")
            .with_attributes([("classname", self.class.as_str()), ("name", name.as_str())]);
        if let Some(file) = &file {
            element = element.with_attribute(("file", file.as_str()));
        }
        match &self.outcome {
            TestOutcome::Passed => element.write_empty()?,
            outcome => element.write_inner_content(|writer| outcome.write(writer))?,
        };
        Ok(())
    }
}

impl TestOutcome {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        match self {
            TestOutcome::Passed => {}
            TestOutcome::Said(said) => {
                writer
                    .create_element("system-out")
                    .write_text_content(BytesText::new(&text(said)))?;
            }
            TestOutcome::Failed { code, message, text: body } => {
                writer
                    .create_element("failure")
                    .with_attributes([("type", *code), ("message", line(message).as_str())])
                    .write_text_content(BytesText::new(&text(body)))?;
            }
            TestOutcome::Skipped(why) => {
                let message = line(why);
                let element = writer.create_element("skipped");
                element.with_attribute(("message", message.as_str())).write_empty()?;
            }
            TestOutcome::Broken(why) => {
                let message = line(why);
                let element = writer.create_element("error");
                element
                    .with_attributes([("type", "input"), ("message", message.as_str())])
                    .write_empty()?;
            }
        }
        Ok(())
    }
}

/// Text without characters that XML 1.0 cannot carry at all (section 2.2, `Char`), and without
/// those that change what a terminal shows; lines stay apart.
fn text(text: &str) -> String {
    placeholder::spelled(text).split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn line(text: &str) -> String {
    text::clean(&placeholder::spelled(text)).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
