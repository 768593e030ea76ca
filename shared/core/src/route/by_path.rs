//! The matches of a hostname by their paths: who takes a request, without asking all of them.

use std::collections::HashMap;

use super::matching::{self, Fit};
use super::path;
use super::precedence::RankedMatch;
use super::request::Request;
use super::table::Host;
use crate::facts::views::PathType;
use crate::route::profile::Profile;

/// The entries of a [`Host`] by their paths.
#[derive(Debug)]
pub struct ByPath<'t, 'a> {
    entries: &'t [RankedMatch<'a>],
    /// Of Exact and PathPrefix, without a slash at the end.
    plain: HashMap<&'t str, Vec<usize>>,
    expressions: Vec<usize>,
}

impl<'t, 'a> ByPath<'t, 'a> {
    pub fn new(host: &'t Host<'a>) -> Self {
        let mut out =
            ByPath { entries: &host.entries, plain: HashMap::new(), expressions: Vec::new() };
        for (number, entry) in host.entries.iter().enumerate() {
            match entry.one.path.kind {
                PathType::RegularExpression => out.expressions.push(number),
                PathType::Exact | PathType::PathPrefix => {
                    let path = path::trimmed_prefix(&entry.one.path.value);
                    out.plain.entry(path).or_default().push(number);
                }
            }
        }
        out
    }

    /// The places of the entries that fit a request, best first; `Err`: of one it is not known.
    ///
    /// # Errors
    /// The reason.
    pub fn fitting(&self, request: &Request, profile: &Profile) -> Result<Vec<usize>, String> {
        let own = path::trimmed_prefix(&request.path);
        let slashes = own.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0);
        let paths = slashes.map(|at| &own[..at]).chain(["/", own]);
        let mut numbers: Vec<usize> =
            paths.filter_map(|path| self.plain.get(path)).flatten().copied().collect();
        numbers.extend(&self.expressions);
        numbers.sort_unstable();
        numbers.dedup();
        let mut out = Vec::new();
        for number in numbers {
            match matching::test(request, &self.entries[number].one, profile) {
                Fit::Yes => out.push(number),
                Fit::No(_) => {}
                Fit::Unknown(why) => return Err(why),
            }
        }
        Ok(out)
    }

    /// The entry that takes a request; `None` where none does, or where that is not known.
    pub fn winner(&self, request: &Request, profile: &Profile) -> Option<&'t RankedMatch<'a>> {
        let found = self.fitting(request, profile).ok()?;
        found.first().map(|number| &self.entries[*number])
    }
}
