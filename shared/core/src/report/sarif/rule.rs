//! A check as a rule of SARIF, with its page.

use serde_json::{Value, json};

use crate::check::Check;
use crate::finding::Severity;

/// SARIF's word for a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A rule. Its texts are no messages with arguments: nobody looks for placeholders in them, and
/// YAML in them has to keep its braces.
pub(super) fn rule(meta: &Check) -> Value {
    let page = meta.page();
    let text = |text: String| json!({ "text": text });
    json!({
        "id": meta.code,
        "name": meta.name,
        "shortDescription": text(meta.summary()),
        "fullDescription": text(meaning(&page).unwrap_or_else(|| meta.summary())),
        "help": { "text": plain(&page), "markdown": page },
        "defaultConfiguration": { "level": level(meta.severity) },
    })
}

/// The first section of a page, as one paragraph.
fn meaning(page: &str) -> Option<String> {
    let section = page.split("\n## ").nth(1)?;
    let (_, body) = section.split_once('\n')?;
    let text = plain(body).split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Markdown without its marks: plain text must have none (section 3.11.3). Examples stay as they
/// are, between empty lines.
fn plain(page: &str) -> String {
    let mut example = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            example = !example;
            lines.push(String::new());
        } else if example {
            lines.push(line.to_owned());
        } else {
            let text = line.trim_start_matches('#').trim_start();
            lines.push(text.replace("**", "").replace('`', ""));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_marks_keeps_its_example() {
        let page = "# Title\n\n## What it means\nOne `a` and\n**two**.\n\n## Example\n```yaml\na:\n  # `b`\n  b: {}\n```\n";
        assert_eq!(
            plain(page),
            "Title\n\nWhat it means\nOne a and\ntwo.\n\nExample\n\na:\n  # `b`\n  b: {}\n"
        );
        assert_eq!(meaning(page).as_deref(), Some("One a and two."));
        assert_eq!(meaning("# Title alone"), None);
    }
}
