//! Matches, found by which requests they take.

use std::collections::HashMap;

use super::{overlap, path};
use crate::facts::views::*;
use crate::route::profile::Profile;

/// Something that a match asks for beside the path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Demand<'a> {
    Header(String, &'a str),
    Query(&'a str, &'a str),
    Method(&'a str),
    Nothing,
}

/// Matches in an order, to be asked for the first that takes all that another takes.
#[derive(Debug, Default)]
pub struct Covering<'a> {
    all: Vec<&'a Match>,
    /// By the path, and by one of the things that they ask for. A prefix that takes all that a
    /// prefix takes, and comes first, has the same path but for a slash.
    same: HashMap<(PathType, &'a str, Demand<'a>), Vec<usize>>,
    expressions: Vec<usize>,
    /// Expressions that end in a wildcard, by what stands before it.
    starts: HashMap<&'a str, Vec<usize>>,
}

fn demands(one: &Match) -> impl Iterator<Item = Demand<'_>> {
    let headers = one.headers.iter().map(|h| Demand::Header(h.name.to_ascii_lowercase(), &h.value));
    let queries = one.query_params.iter().map(|q| Demand::Query(&q.name, &q.value));
    headers.chain(queries).chain(one.method.as_deref().map(Demand::Method)).chain([Demand::Nothing])
}

fn trimmed(one: &Match) -> &str {
    match one.path.kind {
        PathType::PathPrefix => path::trimmed_prefix(&one.path.value),
        _ => &one.path.value,
    }
}

impl<'a> Covering<'a> {
    pub fn add(&mut self, one: &'a Match) {
        let number = self.all.len();
        self.all.push(one);
        let demand = demands(one).next().unwrap_or(Demand::Nothing);
        self.same.entry((one.path.kind, trimmed(one), demand)).or_default().push(number);
        if one.path.kind == PathType::RegularExpression {
            self.expressions.push(number);
            if let Some(start) = overlap::starts(&one.path.value) {
                self.starts.entry(start).or_default().push(number);
            }
        }
    }

    /// The place of the first that takes all that this one takes.
    pub fn first(&self, narrow: &'a Match, profile: &Profile) -> Option<usize> {
        let path = trimmed(narrow);
        let mut lists: Vec<&Vec<usize>> = demands(narrow)
            .filter_map(|demand| self.same.get(&(narrow.path.kind, path, demand)))
            .collect();
        match narrow.path.kind {
            PathType::Exact => lists.push(&self.expressions),
            PathType::PathPrefix => {
                let ends = (0..=path.len()).filter_map(|end| path.get(..end));
                lists.extend(ends.filter_map(|start| self.starts.get(start)));
            }
            PathType::RegularExpression => lists.extend(self.starts.get("")),
        }
        let covers = |number: &&usize| overlap::covers(self.all[**number], narrow, profile);
        lists.into_iter().filter_map(|list| list.iter().find(covers)).min().copied()
    }
}
