//! Which builds matter: those of routes and Gateways, and of what is in their namespaces.

use std::collections::BTreeSet;

use igw_core::kube::{GATEWAY_API, Kind, group_of};
use serde_json::Value;

use super::layout::kind_of;
use super::unit::Unit;
use crate::input::files::Input;

/// A namespace; `None`: not known.
type GivenHome = Option<String>;

/// The namespaces of routes, and those to which they refer.
#[derive(Debug, Default)]
pub struct Needed(BTreeSet<GivenHome>);

impl Needed {
    pub fn of(input: &Input, units: &[Unit]) -> Needed {
        let mut out = BTreeSet::new();
        for unit in units {
            for (index, given) in &unit.members {
                let value = &input.manifests[*index].value;
                if kind_of(value) != Some(Kind::HttpRoute) {
                    continue;
                }
                out.insert(home(unit, given, value));
                let rules = value["spec"]["rules"].as_array().into_iter().flatten();
                let backends =
                    rules.flat_map(|rule| rule["backendRefs"].as_array().into_iter().flatten());
                let named = backends.filter_map(|backend| backend["namespace"].as_str());
                out.extend(named.map(|namespace| Some(namespace.to_owned())));
            }
        }
        Needed(out)
    }

    /// Whether what a unit makes decides about a route. Of what leads out of the input nobody knows
    /// before it is built.
    pub fn includes(&self, input: &Input, unit: &Unit) -> bool {
        let group = |value: &Value| {
            let version = value["apiVersion"].as_str().unwrap_or_default().to_owned();
            group_of(&version).to_owned()
        };
        unit.leaves_input
            || unit.members.iter().any(|(index, given)| {
                let value = &input.manifests[*index].value;
                group(value) == GATEWAY_API || self.0.contains(&home(unit, given, value))
            })
    }
}

fn home(unit: &Unit, given: &GivenHome, value: &Value) -> GivenHome {
    let source = unit.source.as_ref();
    let own = || value["metadata"]["namespace"].as_str().map(str::to_owned);
    source
        .and_then(|source| source.namespace.clone())
        .or_else(|| given.clone())
        .or_else(own)
        .or_else(|| source.and_then(|source| source.default_namespace.clone()))
}
