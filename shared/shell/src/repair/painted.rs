//! A difference in colours, with the words that differ within a line.

use igw_core::fix;
use igw_core::report::Theme;
use igw_core::text;

/// The lines of a unified difference, indented.
pub fn painted(diff: &str, theme: &Theme) -> String {
    let lines: Vec<String> =
        diff.lines().map(|line| text::clean(&line.replace('\t', "    "))).collect();
    let is = |line: &String, sign: char| {
        line.starts_with(sign) && !line.starts_with("--- ") && !line.starts_with("+++ ")
    };
    let mut out = String::new();
    let mut at = 0;
    while at < lines.len() {
        let run = |from: usize, sign: char| {
            lines[from..].iter().take_while(|line| is(line, sign)).count()
        };
        let (gone, new) = (run(at, '-'), run(at + run(at, '-'), '+'));
        // Lines that stand for one another are compared word by word.
        if theme.colour && gone > 0 && gone == new {
            let (old, fresh) = (&lines[at..at + gone], &lines[at + gone..at + gone + new]);
            for (own, other) in old.iter().zip(fresh) {
                put(&mut out, &words(own, other, false, theme));
            }
            for (own, other) in fresh.iter().zip(old) {
                put(&mut out, &words(own, other, true, theme));
            }
            at += gone + new;
            continue;
        }
        put(&mut out, &line(&lines[at], theme));
        at += 1;
    }
    out
}

fn put(out: &mut String, line: &str) {
    out.push_str("  ");
    out.push_str(line);
    out.push('\n');
}

fn line(line: &str, theme: &Theme) -> String {
    match line.as_bytes().first() {
        Some(sign @ (b'+' | b'-')) => theme.changed(*sign == b'+', false, line),
        Some(b'@') => theme.dim(line),
        _ => line.to_owned(),
    }
}

/// A line whose words that the other one does not have are underlined.
fn words(own: &str, other: &str, comes: bool, theme: &Theme) -> String {
    // Of lines that have little in common every word would be underlined.
    let Some(words) = fix::words(&own[1..], &other[1..]) else { return line(own, theme) };
    let painted = words.iter().map(|(word, differs)| theme.changed(comes, *differs, word));
    theme.changed(comes, false, &own[..1]) + &painted.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colours_it_is_the_text() {
        let diff = "--- a\n+++ a\n@@ -1 +1 @@\n-port: 80\n+port: 81\n";
        let plain = painted(diff, &Theme::PLAIN);
        assert_eq!(plain, "  --- a\n  +++ a\n  @@ -1 +1 @@\n  -port: 80\n  +port: 81\n");
    }

    #[test]
    fn only_what_differs_is_underlined() {
        let theme = Theme { colour: true, ..Theme::PLAIN };
        let shown = painted("-    port: 80\n+    port: 81\n", &theme);
        assert!(shown.contains(&theme.changed(true, true, "81")), "{shown}");
        assert!(!shown.contains(&theme.changed(true, true, "port")), "{shown}");
    }
}
