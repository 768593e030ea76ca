//! YAML documents made by chance: comments everywhere, all styles of scalars and collections, any
//! indentation.

use igw_tests::dice::Dice;

const KEYS: [&str; 16] = [
    "name",
    "namespace",
    "kind",
    "port",
    "parentRefs",
    "hostnames",
    "rules",
    "matches",
    "filters",
    "timeouts",
    "a.b/c",
    "x-y",
    "\"q k\"",
    "'s'",
    "z_1",
    "é",
];
const PLAIN: [&str; 15] = [
    "a",
    "web.example.com",
    "8080",
    "1.50",
    "true",
    "~",
    "null",
    "on",
    "a b:c#d",
    "/v1",
    "-x",
    "0x1f",
    "1_000",
    "http://x:80/y?z",
    "Ω ž",
];
pub struct Pen<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) out: String,
    /// How much further right maps, and lists, stand than their keys.
    pub(super) step: usize,
    list: usize,
    comments: usize,
    anchors: usize,
    /// Whether the last value is a block: what stands further right is content of it.
    pub(super) after_block: bool,
    /// One in so many places has a comment.
    pub(super) quiet: usize,
}

/// A file of one to three documents.
pub fn document(dice: &mut Dice) -> String {
    let step = [2, 2, 4, 3][dice.roll(4)];
    let list = [0, 0, 2, 4][dice.roll(4)];
    let quiet = [2, 4, 9][dice.roll(3)];
    let mut pen = Pen {
        dice,
        out: String::new(),
        step,
        list,
        comments: 0,
        anchors: 0,
        after_block: false,
        quiet,
    };
    let before = pen.dice.roll(6) == 0;
    if before {
        pen.out.push_str("# <first>\na: [1, # <x>\n 2]\n---\n");
    }
    pen.map(0, 0, false);
    let mut out = pen.out;
    match dice.roll(8) {
        0 => out.push_str("---\n# <last>\nb: |+\n  x\n\n\n"),
        1 => out.push_str("...\n# <end>\n"),
        2 => out.push_str("\n\n"),
        3 if !out.ends_with("\n\n") => out.truncate(out.trim_end().len()),
        _ => {}
    }
    if dice.roll(5) == 0 {
        out = out.replace('\n', "\r\n");
    }
    if dice.roll(12) == 0 {
        out.insert(0, '\u{feff}');
    }
    out
}

impl Pen<'_> {
    pub(super) fn one_in(&mut self, sides: usize) -> bool {
        self.dice.roll(sides) == 0
    }

    pub(super) fn spaces(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(' ', count));
    }

    pub(super) fn comment(&mut self) {
        self.comments += 1;
        self.out.push_str(&format!("# <{}>", self.comments));
    }

    /// Lines between entries.
    fn between(&mut self, column: usize) {
        while self.one_in(self.quiet) {
            if self.one_in(4) {
                self.out.push('\n');
            }
            let column = match self.dice.roll(5) {
                0 if self.after_block => column + 1,
                0 => column + 1 + self.dice.roll(3),
                1 => self.dice.roll(column + 1),
                _ => column,
            };
            self.spaces(column);
            self.comment();
            self.out.push('\n');
            if self.one_in(4) {
                self.out.push('\n');
            }
        }
    }

    /// The end of a line.
    pub(super) fn ends(&mut self) {
        if self.one_in(self.quiet) {
            let space = 1 + self.dice.roll(3);
            self.spaces(space);
            self.comment();
        } else if self.one_in(12) {
            self.out.push(' ');
        }
        self.out.push('\n');
    }

    fn map(&mut self, column: usize, depth: usize, begun: bool) {
        let members = 1 + self.dice.roll(4);
        let first = self.dice.roll(KEYS.len());
        for number in 0..members {
            if number > 0 || !begun {
                self.between(column);
                self.spaces(column);
            }
            self.after_block = false;
            self.out.push_str(KEYS[(first + number * 3) % KEYS.len()]);
            self.out.push_str([":", ":", ":", " :"][self.dice.roll(4)]);
            self.value(column, depth, false);
        }
    }

    fn items(&mut self, column: usize, depth: usize, begun: bool) {
        let width = [2, 2, 2, 4][self.dice.roll(4)];
        for number in 0..1 + self.dice.roll(4) {
            if number > 0 || !begun {
                self.between(column);
                self.spaces(column);
            }
            self.after_block = false;
            self.out.push('-');
            match self.dice.roll(6) {
                0 if depth < 4 => {
                    self.spaces(width - 1);
                    self.items(column + width, depth + 1, true);
                }
                1 | 2 if depth < 4 => {
                    self.spaces(width - 1);
                    self.map(column + width, depth + 1, true);
                }
                3 if depth < 4 && self.one_in(2) => {
                    self.ends();
                    self.map(column + 2, depth + 1, false);
                }
                _ => self.value(column, depth, true),
            }
        }
    }

    /// What stands behind a `:` or a `-` in a column.
    fn value(&mut self, column: usize, depth: usize, item: bool) {
        let kind = self.dice.roll(if depth < 4 { 13 } else { 8 });
        if matches!(kind, 0..=5) && self.one_in(30) {
            self.anchors += 1;
            self.out.push_str(&format!(" &a{}", self.anchors));
        } else if self.anchors > 0 && self.one_in(30) {
            let anchor = 1 + self.dice.roll(self.anchors);
            self.out.push_str(&format!(" *a{anchor}"));
            return self.ends();
        }
        match kind {
            0 => self.ends(),
            1 | 2 => {
                self.out.push(' ');
                self.scalar(column);
                self.ends();
            }
            3 | 4 => {
                let space = 1 + self.dice.roll(2);
                self.spaces(space);
                self.out.push_str(PLAIN[self.dice.roll(PLAIN.len())]);
                self.ends();
            }
            5 => {
                self.out.push(' ');
                self.flow(column, 0);
                self.ends();
            }
            6 => self.block(column),
            7 => {
                self.out.push_str([" {}", " []", " [ ]", " {a: 1}"][self.dice.roll(4)]);
                self.ends();
            }
            8..=10 => {
                self.ends();
                let step = if self.one_in(8) { self.step + 1 } else { self.step };
                self.map(column + step, depth + 1, false);
            }
            _ => {
                let list = match item {
                    true => 2,
                    false => self.list,
                };
                self.ends();
                self.items(column + list, depth + 1, false);
            }
        }
    }
}
