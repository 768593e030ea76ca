//! The manifests of other stories, with comments and line ends that they do not have.

use std::fs;
use std::path::Path;

use igw_tests::dice::Dice;

pub fn all() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories");
    let mut paths = Vec::new();
    for product in ["gateway", "routes", "bifrost"] {
        let stories = fs::read_dir(root.join(product)).expect("there are stories").flatten();
        paths.extend(stories.map(|story| story.path().join("cluster.yaml")));
    }
    paths.sort();
    let texts: Vec<_> = paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    assert!(texts.len() > 50, "only {}", texts.len());
    texts
}

/// Where the comment of a line begins.
fn comment(line: &str) -> Option<usize> {
    let is_one = |at: &usize| {
        let before = &line[..*at];
        let quotes = |quote: char| before.matches(quote).count() % 2;
        (before.is_empty() || before.ends_with(' ')) && quotes('"') + quotes('\'') == 0
    };
    line.match_indices('#').map(|(at, _)| at).find(is_one)
}

/// The text with comments at its line ends and between its lines, each of which has a name of its
/// own, and maybe with other line breaks or without the last one.
pub fn varied(text: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    // Behind a `|` the lines are content until one stands no further right.
    let mut block: Option<usize> = None;
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let left = block.is_some();
        if block.is_some_and(|outer| indent <= outer && !line.trim().is_empty()) {
            block = None;
        }
        let in_quotes = line.matches(['"', '\'']).count() % 2 == 1 || line.contains('#');
        if block.is_none() && !in_quotes && dice.roll(12) == 0 {
            let deeper = if !left && dice.roll(3) == 0 { 2 } else { 0 };
            out.push_str(&format!("{}# <n{number}>\n", " ".repeat(indent + deeper)));
        }
        match comment(line).filter(|_| block.is_none()) {
            // The story's own, which gets a name, too.
            Some(at) => out.push_str(&format!("{}# <s{number}>{}", &line[..at], &line[at + 1..])),
            None => out.push_str(line),
        }
        let opens = line.trim_end().ends_with(['|', '>', '-', '+']);
        let plain = !in_quotes && !line.trim().is_empty() && !line.starts_with("---");
        if block.is_none() && plain && !opens && line.contains(": ") && dice.roll(12) == 0 {
            out.push_str(&format!("{}# <e{number}>", " ".repeat(1 + dice.roll(3))));
        }
        if block.is_none() && opens && line.contains(['|', '>']) {
            block = Some(indent);
        }
        out.push('\n');
    }
    match dice.roll(4) {
        0 => out.replace('\n', "\r\n"),
        1 => out.trim_end().to_owned(),
        _ => out,
    }
}
