//! Random conditions over a few leaves, and random values of these.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Leaf, Leaves};

/// Small steps of a linear congruential generator: the same expressions each time.
pub struct Rolls(pub u64);

impl Rolls {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }

    fn text(&mut self) -> String {
        let other = self.roll(3);
        match self.roll(6) {
            0 | 1 => (*self.pick(&["'x'", "'y'", "'xy'", "\"\""])).to_owned(),
            2 => format!("m.{}", self.pick(&["k", "l"])),
            3 => format!("m['{}']", self.pick(&["k", "l", "missing"])),
            _ => ["s", "t", "b"][other].to_owned(),
        }
    }

    pub fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return match self.roll(12) {
                0 => "true".to_owned(),
                1 => "b".to_owned(),
                2 => "c".to_owned(),
                3 => format!("{}.startsWith({})", self.text(), self.text()),
                4 => format!("{} in [{}, {}]", self.text(), self.text(), self.text()),
                5 => format!("'{}' in m", self.pick(&["k", "l", "missing"])),
                6 => format!("has(m.{})", self.pick(&["k", "l", "missing"])),
                7 => format!("['x', {}].exists(o, o == {})", self.text(), self.text()),
                8 => format!("size({}) > 1", self.text()),
                9 => format!("{} != {}", self.text(), self.text()),
                _ => format!("{} == {}", self.text(), self.text()),
            };
        }
        let one = self.condition(depth - 1);
        let kind = self.roll(8);
        match kind {
            0 | 1 => format!("({one} && {})", self.condition(depth - 1)),
            2 | 3 => format!("({one} || {})", self.condition(depth - 1)),
            4 => format!("!({one})"),
            5 => format!("({one} ? {} : {})", self.condition(0), self.condition(depth - 1)),
            6 => format!("!{one}"),
            _ => one,
        }
    }

    /// A value for each leaf, now and then one of another type or none.
    pub fn world(&mut self) -> BTreeMap<&'static str, Option<Value>> {
        let mut world = BTreeMap::new();
        for name in NAMES {
            let flag = matches!(name, "b" | "c") != (self.roll(12) == 0);
            world.insert(
                name,
                match self.roll(10) {
                    0 if name.starts_with("m.") => None,
                    _ if flag => Some(json!(self.roll(2) == 0)),
                    _ => Some(json!(*self.pick(&["x", "y", "xy", ""]))),
                },
            );
        }
        world
    }
}

pub const NAMES: [&str; 6] = ["b", "c", "s", "t", "m.k", "m.l"];

pub fn leaves(world: &BTreeMap<&'static str, Option<Value>>, hidden: &[&str]) -> Leaves {
    let leaf = |name: &str| match (&world[name], hidden.contains(&name)) {
        (_, true) => Some(Leaf::Unknown("it is hidden".to_owned())),
        (Some(value), false) => Some(Leaf::Value(value.clone())),
        (None, false) => None,
    };
    let members =
        ["m.k", "m.l"].into_iter().filter_map(|name| Some((name[2..].to_owned(), leaf(name)?)));
    let plain = NAMES[..4].iter().filter_map(|name| Some((*name, leaf(name)?)));
    Leaves::new(plain.chain([("m", Leaf::Members(members.collect()))]))
}
