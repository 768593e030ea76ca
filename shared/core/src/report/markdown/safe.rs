//! Text of objects in Markdown, which stays text.
//!
//! A backslash keeps a sign from being markup, and not from being a mention or a reference: those
//! GitHub and GitLab look for in the finished text, `@name`, `#1`, `!1`, `GH-1` and hashes of
//! commits, except in code. So every word that is more than a word becomes code.

/// The signs that may stand before and after a word.
const BEFORE: [char; 2] = ['(', '"'];
const AFTER: [char; 8] = [',', '.', ';', ':', '?', '!', ')', '"'];

/// One line of text, for a paragraph, a cell of a table or an item of a list.
pub fn inline(text: &str) -> String {
    let mut words = text.split_whitespace().map(|word| {
        let (before, core, after) = parts(word);
        format!("{before}{}{after}", if is_plain(core) { core.to_owned() } else { code(core) })
    });
    let mut out = words.next().unwrap_or_default();
    // Nothing at the start of a line is a list, a heading or a quotation.
    let number = out.trim_end_matches(['.', ')']).bytes().all(|byte| byte.is_ascii_digit());
    let stays = |c: &char| c.is_alphanumeric() || matches!(c, '`' | '<');
    let first = out.chars().next().filter(|c| !stays(c) || (number && out.ends_with(['.', ')'])));
    if let Some(first) = first {
        out.replace_range(..first.len_utf8(), &entity(first));
    }
    for word in words {
        out.push(' ');
        out.push_str(&word);
    }
    out
}

/// The same inside of an element of HTML, where Markdown is not read.
pub fn element(text: &str) -> String {
    let word = |word: &str| {
        let (before, core, after) = parts(word);
        let (before, after) = (before.replace('"', "&quot;"), after.replace('"', "&quot;"));
        format!("{before}{}{after}", if is_plain(core) { core.to_owned() } else { entities(core) })
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// A word without the signs around it, and these.
fn parts(word: &str) -> (&str, &str, &str) {
    let start = word.trim_start_matches(BEFORE);
    let core = start.trim_end_matches(AFTER);
    (&word[..word.len() - start.len()], core, &start[core.len()..])
}

/// Text as code.
pub fn code(text: &str) -> String {
    // In a table a bar ends the cell, also in code; a backslash before it is read in more than one
    // way.
    match text.contains(['`', '|', '\\']) || text.is_empty() {
        true => entities(text),
        false => format!("`{text}`"),
    }
}

/// Lines as a block of code that none of them ends.
pub fn block(lines: &[String]) -> String {
    let mut longest = 0;
    for line in lines {
        let runs = line.split(|c| c != '`').map(str::len);
        longest = runs.fold(longest, usize::max);
    }
    let fence = "`".repeat((longest + 1).max(3));
    let mut out = format!("{fence}text\n");
    for line in lines {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out + &fence + "\n"
}

/// Whether a word is neither markup nor a reference.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| {
        c.is_alphanumeric() || matches!(c, '-' | '\'' | ',' | '.' | '·' | '…' | '→' | '%')
    };
    if !word.chars().all(plain) || word.contains("www.") {
        return false;
    }
    // A hash of a commit.
    let hash = word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    // `GH-1`, and keys of issue trackers.
    let issue = word.rsplit_once('-').is_some_and(|(project, number)| {
        !project.is_empty()
            && project.bytes().all(|b| b.is_ascii_alphanumeric())
            && !number.is_empty()
            && number.bytes().all(|b| b.is_ascii_digit())
    });
    // GitLab's milestones are `%name`.
    let milestone = word.len() > 1 && word.starts_with('%');
    !hash && !issue && !milestone
}

fn entities(text: &str) -> String {
    let sign = |c: char| match c.is_alphanumeric() || c == '-' || c == ' ' {
        true => c.to_string(),
        false => entity(c),
    };
    format!("<code>{}</code>", text.chars().map(sign).collect::<String>())
}

fn entity(c: char) -> String {
    format!("&#{};", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_signs_become_code() {
        for (given, written) in [
            ("Service a/b:80 does not exist.", "Service `a/b:80` does not exist."),
            ("10 % of the requests", "10 % of the requests"),
            ("ask @octocat, or #12 (GH-12)", "ask `@octocat`, or `#12` (`GH-12`)"),
            (
                "a|b `c` <img src=x>",
                "<code>a&#124;b</code> <code>&#96;c&#96;</code> `<img` `src=x>`",
            ),
            ("- [x] **b** _i_", "&#45; `[x]` `**b**` `_i_`"),
            ("/close", "`/close`"),
            ("see deadbeef1 and http://evil.example", "see `deadbeef1` and `http://evil.example`"),
            ("![a](b) &amp; ~x %m", "`![a](b`) `&amp`; `~x` `%m`"),
            ("1. one", "&#49;. one"),
        ] {
            assert_eq!(inline(given), written);
        }
    }

    #[test]
    fn elements_and_blocks_are_not_left() {
        assert_eq!(
            element("a </summary> @x b"),
            "a <code>&#60;&#47;summary&#62;</code> <code>&#64;x</code> b"
        );
        let lines = ["```".to_owned(), "a ````` b".to_owned()];
        assert_eq!(block(&lines), "``````text\n```\na ````` b\n``````\n");
    }
}
