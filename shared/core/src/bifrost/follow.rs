//! A model's name, followed.

use super::chain::{Chain, ChainVerdict, Query};
use super::instance::Instance;
use super::walk::ModelWalk;
use crate::facts::Facts;
use crate::workload::Release;

/// Follows a request through an instance, for every version that it may be.
pub fn follow(facts: &Facts, instance: &Instance, query: &Query) -> Chain {
    let mut chains: Vec<(Release, Chain)> = instance
        .releases()
        .into_iter()
        .map(|release| (release, ModelWalk::new(facts, instance, query, release).run()))
        .collect();
    let (_, mut last) = match chains.pop() {
        Some(newest) => newest,
        None => return ModelWalk::new(facts, instance, query, super::OBSERVED[2]).run(),
    };
    let differs: Vec<String> = chains
        .iter()
        .filter(|(_, chain)| chain.verdict.status != last.verdict.status)
        .map(|(release, chain)| match chain.verdict.status {
            Some(status) => format!("{status} by {release}"),
            None => format!("{} by {release}", chain.verdict.says),
        })
        .collect();
    if !differs.is_empty() {
        let newest = last.verdict.status.map_or("?".to_owned(), |status| status.to_string());
        last.verdict = ChainVerdict::unknown(format!(
            "it depends on the version ({}, {newest} by 2.0); --assume bifrost=VERSION",
            differs.join(", ")
        ));
        last.upstream = None;
    }
    last
}
