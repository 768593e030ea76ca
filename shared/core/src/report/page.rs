//! The page of a check: for a terminal, and as a file.

use super::Theme;
use crate::check::Check;

/// The page for a terminal: headings, wrapped paragraphs, code unchanged.
pub fn page(meta: &Check, theme: &Theme) -> String {
    let head = format!("{} {}", meta.code, meta.name);
    let mut out = format!("{}   {}\n", theme.severity(meta.severity, &head), meta.severity.word());
    for part in parts(&meta.page()) {
        match part {
            PagePart::Title(text) => out.push_str(&format!("{}\n", theme.wrap(0, &plain(&text)))),
            PagePart::Heading(text) => out.push_str(&format!("\n{}\n", theme.bold(&text))),
            PagePart::Text(text) => out.push_str(&format!("{}\n", theme.wrap(2, &plain(&text)))),
            PagePart::Code(line) => out.push_str(&format!("    {line}\n")),
        }
    }
    out
}

/// The file `docs/checks/CODE.md` of a plugin's check.
pub fn page_file(meta: &Check, plugin: &str) -> String {
    let page = meta.page();
    let (title, rest) = page.split_once('\n').unwrap_or((&page, ""));
    let title = title.trim_start_matches("# ");
    let head = format!("# {} {}: {title}", meta.code, meta.name);
    let (severity, code) = (meta.severity.word(), meta.code);
    format!("{head}\n\nSeverity: {severity}. `kubectl igw {plugin} explain {code}`\n{rest}\n")
}

enum PagePart {
    Title(String),
    Heading(String),
    Text(String),
    Code(String),
}

/// Splits a page: lines of a paragraph belong together, those of a code block do not.
fn parts(page: &str) -> Vec<PagePart> {
    let mut out = Vec::new();
    let mut code = false;
    let mut open = false;
    for line in page.lines() {
        if line.starts_with("```") {
            (code, open) = (!code, false);
        } else if code {
            out.push(PagePart::Code(line.to_owned()));
        } else if let Some(text) = line.strip_prefix("## ") {
            out.push(PagePart::Heading(text.to_owned()));
            open = false;
        } else if let Some(text) = line.strip_prefix("# ") {
            out.push(PagePart::Title(text.to_owned()));
            open = false;
        } else if line.trim().is_empty() {
            open = false;
        } else if let (true, Some(PagePart::Text(text))) = (open, out.last_mut()) {
            text.push(' ');
            text.push_str(line.trim());
        } else {
            out.push(PagePart::Text(line.trim().to_owned()));
            open = true;
        }
    }
    out
}

/// Removes emphasis marks; backquotes stay, as they separate code from words.
fn plain(text: &str) -> String {
    text.replace("**", "")
}
