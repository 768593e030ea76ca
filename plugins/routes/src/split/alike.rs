//! Whether the programs behind the arms accept the same model names.

use std::collections::BTreeSet;

use igw_core::facts::Facts;
use igw_core::text;

use super::arm::SplitArm;
use crate::llm_server::{self, LlmServer};

/// What is known of the model names of some arms.
#[derive(Debug, PartialEq, Eq)]
pub enum ArmNames {
    /// All accept the same ones; a sentence.
    Alike(String),
    /// Some requests fail whatever they name; a sentence.
    Unlike(String),
    /// A sentence.
    Unknown(String),
}

/// Looks at the programs behind arms that get requests.
pub fn alike(facts: &Facts, arms: &[SplitArm], home: &str) -> ArmNames {
    let known: Vec<(String, Result<LlmServer, String>)> = arms
        .iter()
        .filter(|arm| arm.weight > 0)
        .map(|arm| {
            let namespace = arm.namespace_in(home);
            (arm.title(home), llm_server::behind(facts, namespace, &arm.name))
        })
        .collect();
    let servers: Vec<(&String, &LlmServer)> =
        known.iter().filter_map(|(title, own)| Some((title, own.as_ref().ok()?))).collect();
    for (at, (one, own)) in servers.iter().enumerate() {
        if let Some((other, theirs)) =
            servers[at + 1..].iter().find(|(_, theirs)| own.is_unlike(theirs))
        {
            let (own, theirs) = (own.wants(), theirs.wants());
            return ArmNames::Unlike(format!(
                "no model name is good for all arms: behind {one} is {own}; behind {other} is {theirs}"
            ));
        }
    }
    let unknown = known.iter().find_map(|(_, own)| own.as_ref().err());
    if let Some(why) = unknown {
        let what = "whether all arms accept the same model name is not known, because";
        return ArmNames::Unknown(format!("{what} {why}"));
    }
    match common(&servers) {
        Some(names) if names.is_empty() => {
            ArmNames::Unlike("no model name is good for all arms at once".to_owned())
        }
        Some(names) => {
            let names: Vec<&String> = names.into_iter().collect();
            ArmNames::Alike(format!("all arms accept the model name {}", text::some_of(&names, 3)))
        }
        None => ArmNames::Alike("the same kind of program is behind all arms".to_owned()),
    }
}

/// The names that all of them serve; `None` where they are no vLLMs.
fn common<'a>(servers: &[(&String, &'a LlmServer)]) -> Option<BTreeSet<&'a String>> {
    let mut sets = servers.iter().map(|(_, server)| match server {
        LlmServer::Vllm(names) => Some(names.iter().collect::<BTreeSet<_>>()),
        _ => None,
    });
    let first = sets.next()??;
    sets.try_fold(first, |all, own| Some(&all & &own?))
}
