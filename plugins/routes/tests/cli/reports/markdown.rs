//! `-o markdown`, read back by a parser of GitHub Flavored Markdown.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{json as report, stories, worlds};
use crate::program::{run, run_with};

/// The elements of HTML that a comment has.
const HTML: [&str; 6] = ["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];

/// What a comment says: plain text, and what stands in code.
struct Comment {
    plain: String,
    code: String,
    tables: usize,
}

/// Reads a comment; that it has no other markup than the program's is judged on the way.
fn judged(text: &str) -> Comment {
    assert!(text.len() <= 65_536, "{} bytes", text.len());
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM;
    let mut out = Comment { plain: String::new(), code: String::new(), tables: 0 };
    let (mut depth, mut in_code, mut in_element) = (0, false, false);
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Table(columns)) => {
                assert_eq!(columns.len(), 5);
                out.tables += 1;
            }
            Event::Start(
                tag @ (Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Emphasis
                | Tag::Strikethrough
                | Tag::BlockQuote(_)
                | Tag::FootnoteDefinition(_)),
            ) => panic!("{tag:?} in {text}"),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => panic!("{text}"),
            Event::Text(said) if in_code || in_element => out.code.push_str(&said),
            Event::Text(said) => out.plain.push_str(&said),
            Event::Code(said) => out.code.push_str(&format!("{said}\n")),
            Event::InlineHtml(tag) => {
                assert!(HTML.contains(&&*tag), "{tag} in {text}");
                in_element = &*tag == "<code>";
            }
            Event::Html(block) => {
                let mut rest = &*block;
                while let Some(at) = rest.find('<') {
                    let end = rest[at..].find('>').expect("the end of a tag") + at + 1;
                    let tag = &rest[at..end];
                    assert!(HTML.contains(&tag) || ["<b>", "</b>"].contains(&tag), "{tag}: {text}");
                    depth += i32::from(tag == "<details>") - i32::from(tag == "</details>");
                    rest = &rest[end..];
                }
                let outside = block.split("<code>").enumerate().map(|(index, part)| match index {
                    0 => part,
                    _ => part.split_once("</code>").map_or("", |(_, after)| after),
                });
                outside.for_each(|part| out.plain.push_str(part));
            }
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{text}");
    let mention = |c: char| matches!(c, '@' | '#' | '~' | '$');
    let plain = out.plain.replace("<summary>", "");
    assert!(!plain.contains(mention), "{plain}");
    out
}

#[test]
fn whole() {
    insta::assert_snapshot!(run(&["-f", "stories/routes/grant-missing", "-o", "markdown"]));
    insta::assert_snapshot!(run(&["--demo", "-o", "markdown", "--only", "IGW0109,IGW0110"]));
}

#[test]
fn every_story_tells_the_same() {
    for story in stories() {
        let comment = judged(&run(&["-f", &story, "-o", "markdown"]).stdout);
        let made = report(&["-f", story.as_str()]);
        let findings = made["findings"].as_array().expect("findings");
        assert_eq!(comment.tables, usize::from(findings.len() > 1), "{story}");
        for finding in findings {
            let code = finding["code"].as_str().expect("a code");
            assert!(comment.plain.contains(code), "{story}: {code}");
        }
    }
}

#[test]
fn no_text_of_a_manifest_is_markup() {
    for world in [worlds::MARKUP, worlds::CONTROL] {
        for more in [&[][..], &["--world", "closed"], &["-v"]] {
            let args = [&["-f", "-", "-o", "markdown"], more].concat();
            let outcome = run_with(&args, world);
            let comment = judged(&outcome.stdout);
            if world == worlds::MARKUP {
                assert!(comment.code.contains("@octocat"), "{outcome}");
            }
        }
    }
}

#[test]
fn a_long_one_is_cut_and_says_how_much() {
    let outcome = run_with(&["-f", "-", "-o", "markdown", "-v"], &worlds::routes(500));
    let comment = judged(&outcome.stdout);
    assert!(outcome.stdout.len() > 50_000, "{} bytes", outcome.stdout.len());
    let shown = outcome.stdout.matches("<details><summary>✗").count();
    let left = format!("{} of 500 findings are not shown here", 500 - shown);
    assert!(comment.plain.contains(&left), "{shown} {outcome}");
    let short = run_with(&["-f", "-", "-o", "markdown"], &worlds::routes(500)).stdout;
    assert!(judged(&short).plain.contains("490 more of IGW0110"));
}

#[test]
fn bad_input_is_named() {
    let outcome = run_with(&["-f", "-", "-o", "markdown"], "kind: [\n");
    assert!(judged(&outcome.stdout).plain.contains("Not read: 1"), "{outcome}");
}
