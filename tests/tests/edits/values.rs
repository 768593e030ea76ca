//! Scalars, blocks and brackets of documents that are made by chance.

use crate::written::Pen;

const QUOTED: [&str; 10] = [
    "\"a\"",
    "'it''s'",
    "\"tab\\there\"",
    "\"\"",
    "''",
    "\"# no\"",
    "'{x: y}'",
    "\"8080\"",
    "\"\\u00e9\"",
    "\"a\n\n     b\"",
];

impl Pen<'_> {
    pub(super) fn scalar(&mut self, column: usize) {
        match self.dice.roll(4) {
            0 => {
                self.out.push_str("plain over\n");
                self.spaces(column + 2);
                self.out.push_str("lines");
            }
            _ => {
                let quoted = QUOTED[self.dice.roll(QUOTED.len())];
                let quoted = quoted.replace("     ", &" ".repeat(column + 3));
                self.out.push_str(&quoted);
            }
        }
    }

    pub(super) fn block(&mut self, column: usize) {
        let header = [" |", " |", " |-", " |+", " >", " >-", " |2", " |-2"][self.dice.roll(8)];
        self.out.push_str(header);
        self.ends();
        let inner = column + 2 + if header.contains('2') { 0 } else { self.dice.roll(3) };
        for number in 0..1 + self.dice.roll(4) {
            if number > 0 && self.one_in(4) {
                self.out.push('\n');
            }
            self.spaces(inner);
            if header.contains('2') && self.one_in(2) {
                self.out.push(' ');
            }
            self.out.push_str(
                ["text", "# no comment", "- a: b", "{\"a\": 1}", "\ttab"][self.dice.roll(4)],
            );
            self.out.push('\n');
        }
        if header.contains('+') || self.one_in(4) {
            self.out.push_str(["", "\n", "\n\n"][self.dice.roll(3)]);
        }
        self.after_block = true;
    }

    pub(super) fn flow(&mut self, column: usize, depth: usize) {
        let map = self.one_in(2);
        let lines = depth == 0 && self.one_in(3);
        let json = self.one_in(4);
        let space = if !lines && self.one_in(4) { " " } else { "" };
        self.out.push_str(if map { "{" } else { "[" });
        self.out.push_str(space);
        let members = 1 + self.dice.roll(3);
        for number in 0..members {
            if lines {
                if self.one_in(2 * self.quiet) {
                    self.out.push(' ');
                    self.comment();
                }
                self.out.push('\n');
                self.spaces(column + self.step);
            }
            if map {
                let key = ["a", "bc", "name", "port"][(number + depth) % 4];
                self.out.push_str(&if json { format!("\"{key}\": ") } else { format!("{key}: ") });
            }
            match self.dice.roll(5) {
                0 if depth < 2 => self.flow(column, depth + 1),
                _ if json => self.out.push_str(["\"a\"", "1", "true"][self.dice.roll(3)]),
                _ => self.out.push_str(["a", "'b c'", "\"d\"", "80", "x.y"][self.dice.roll(5)]),
            }
            if number + 1 < members {
                self.out.push_str(if lines { "," } else { ", " });
            } else if self.one_in(5) {
                self.out.push(',');
            }
        }
        if lines && self.one_in(3) {
            self.out.push(' ');
            self.comment();
        }
        if lines && (self.out.ends_with('>') || self.one_in(2)) {
            self.out.push('\n');
            let more = self.dice.roll(2);
            self.spaces(column + more);
        }
        self.out.push_str(space);
        self.out.push_str(if map { "}" } else { "]" });
    }
}
