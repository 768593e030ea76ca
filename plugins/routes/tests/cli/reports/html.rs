//! `-o html`, read tag by tag: whatever a manifest says, the page has only the elements and
//! attributes of the program. A browser looks at it in `tests/browser`.

use std::collections::BTreeSet;

use igw_core::report::{Handout, Human, Noun, Unread, html};

use super::{json as report, stories, worlds};
use crate::program::{run, run_with};

const TAGS: [&str; 48] = [
    "!DOCTYPE",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "nav",
    "footer",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "p",
    "span",
    "strong",
    "code",
    "mark",
    "pre",
    "div",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "figure",
    "figcaption",
    "details",
    "summary",
    "b",
    "i",
    "em",
    "small",
    "ol",
    "hr",
    "br",
    "svg",
    "path",
];

const ATTRIBUTES: [&str; 12] = [
    "html",
    "lang",
    "charset",
    "http-equiv",
    "name",
    "content",
    "class",
    "id",
    "aria-labelledby",
    "aria-hidden",
    "scope",
    "href",
];

/// Elements that are never closed.
const VOID: [&str; 2] = ["!DOCTYPE", "meta"];

/// The text of a page; every tag is judged on the way.
fn judged(page: &str) -> String {
    let (head, rest) = page.split_once("<style>").expect("a style");
    let (style, body) = rest.split_once("</style>").expect("its end");
    assert!(!style.contains('<') && !style.contains("url(") && !style.contains("@import"));
    let mut text = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut links = BTreeSet::new();
    for part in [head, body].iter().flat_map(|part| part.split('<').skip(1)) {
        let (tag, after) = part.split_once('>').expect("the end of a tag");
        text.push_str(after);
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
            continue;
        }
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(TAGS.contains(&name), "{tag}");
        if !VOID.contains(&name) {
            open.push(name);
        }
        while !rest.trim().is_empty() {
            let word = rest.trim_start();
            let Some((attribute, value)) = word.split_once("=\"") else {
                assert!(["open", "html"].contains(&word), "{tag}");
                break;
            };
            let (value, next) = value.split_once('"').expect("the end of a value");
            assert!(ATTRIBUTES.contains(&attribute), "{tag}");
            if attribute == "id" {
                assert!(ids.insert(value), "{value} is there twice");
            }
            if attribute == "href" {
                links.insert(value.strip_prefix('#').expect("a place in the page"));
            }
            rest = next;
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(links.is_subset(&ids), "{links:?} {ids:?}");
    for entity in ["&lt;", "&gt;", "&quot;", "&#39;", "&#96;", "&#35;", "&#58;", "&amp;"] {
        let c = match entity {
            "&lt;" => "<",
            "&gt;" => ">",
            "&quot;" => "\"",
            "&#39;" => "'",
            "&#96;" => "`",
            "&#35;" => "#",
            "&#58;" => ":",
            _ => "&",
        };
        text = text.replace(entity, c);
    }
    text
}

/// Without its style, which a person reads in a file of its own.
fn without_style(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").expect("a style");
    let (_, after) = rest.split_once("</style>").expect("its end");
    format!("{before}<style></style>{after}")
}

#[test]
fn whole() {
    let outcome = run(&["-f", "stories/routes/grant-missing", "-o", "html"]);
    judged(&outcome.stdout);
    insta::assert_snapshot!(crate::shown(&without_style(&outcome.stdout)));
}

#[test]
fn nothing_is_loaded_or_run() {
    let page = run(&["--demo", "-o", "html"]).stdout;
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    assert!(page.contains(&format!("http-equiv=\"Content-Security-Policy\" content=\"{policy}\"")));
    assert!(!page.contains("://"), "an address");
}

#[test]
fn every_story_tells_the_same() {
    for story in stories() {
        let text = judged(&run(&["-f", &story, "-o", "html"]).stdout);
        let made = report(&["-f", story.as_str()]);
        for finding in made["findings"].as_array().expect("findings") {
            for field in ["title", "explanation", "code", "name"] {
                let says = finding[field].as_str().expect("a text");
                assert!(text.contains(says), "{story}: {says}");
            }
            if let Some(title) = finding["fix"]["title"].as_str() {
                assert!(text.contains(title), "{story}: {title}");
            }
        }
        let gaps = made["notChecked"].as_array().expect("gaps");
        assert_eq!(text.contains("Not checked"), !gaps.is_empty(), "{story}");
    }
}

#[test]
fn no_text_of_a_manifest_is_markup() {
    let outcome = run_with(&["-f", "-", "--world", "closed", "-o", "html"], worlds::MARKUP);
    let text = judged(&outcome.stdout);
    assert!(text.contains("x</code></summary><img src=x onerror=alert(1)>"), "{outcome}");
    judged(&run_with(&["-f", "-", "-o", "html"], worlds::CONTROL).stdout);
}

#[test]
fn bad_input_is_named() {
    let outcome = run_with(&["-f", "-", "-o", "html"], "kind: [\n");
    assert_eq!(outcome.code, Some(2), "{outcome}");
    let text = judged(&outcome.stdout);
    assert!(text.contains("Not read") && text.contains("could be read"), "{outcome}");
}

#[test]
fn many_are_named_and_few_are_shown() {
    let page = run_with(&["-f", "-", "-o", "html"], &worlds::routes(500)).stdout;
    let text = judged(&page);
    assert_eq!(page.matches("<article").count(), 10);
    assert!(text.contains("490 more of IGW0110"));
    assert_eq!(text.matches("HTTPRoute many/route-").count(), 490 + 2 * 10);
}

#[test]
fn many_of_two_kinds_have_a_place_each() {
    let mut world = worlds::routes(12);
    for number in 0..12 {
        world.push_str(&format!(
            "---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: split-{number}, namespace: many}}
spec:
  parentRefs: [{{name: gate}}]
  hostnames: [s{number}.example.com]
  rules: [{{backendRefs: [{{name: other, port: 9090}}, {{name: gone-{number}, port: 80}}]}}]
"
        ));
    }
    // Of the ids none is there twice, and every link leads somewhere.
    let text = judged(&run_with(&["-f", "-", "-o", "html"], &world).stdout);
    assert!(text.matches(" more of IGW0110").count() >= 1, "{text}");
}

#[test]
fn what_could_not_be_read_takes_the_good_mark_away() {
    let mut made = worlds::report();
    made.findings.clear();
    made.not_checked.clear();
    made.summary.count(&[]);
    let unread = Unread {
        file: Some("a.yaml".to_owned()),
        line: Some(3),
        column: None,
        message: "it is not YAML".to_owned(),
        hint: None,
    };
    let human = Human {
        report: &made,
        head: "",
        namespace: None,
        subjects: 1,
        elsewhere: None,
        noun: Noun { one: "route", kind: "HTTPRoute" },
        verbose: false,
        quiet: false,
        passed: &[],
        flags: "",
        fix: None,
    };
    let page = |unread: &[Unread]| html(&Handout { human: &human, unread, drawing: None });
    assert!(page(&[]).contains("<h1 class=\"good\">"));
    let page = page(&[unread]);
    assert!(page.contains("<h1 class=\"open\">") && judged(&page).contains("a.yaml:3: it is not"));
}
