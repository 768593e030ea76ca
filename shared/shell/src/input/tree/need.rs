//! Which builds matter: those of routes and Gateways, or of a program's pods, and of what is in their
//! namespaces.

use std::collections::BTreeSet;

use igw_core::kube::{GATEWAY_API, Kind, group_of};
use igw_core::strings;
use serde_json::Value;

use super::layout::kind_of;
use super::namespace;
use super::unit::Unit;
use crate::input::files::Input;

/// A namespace; `None`: not known.
type GivenHome = Option<String>;

/// The namespaces of what is judged, and those to which it refers.
#[derive(Debug)]
pub struct Needed {
    namespaces: BTreeSet<GivenHome>,
    program: Option<&'static str>,
}

impl Needed {
    /// For the routes, or for what has to do with a `program` by its name.
    pub fn of(input: &Input, units: &[Unit], program: Option<&'static str>) -> Needed {
        let mut out = BTreeSet::new();
        for unit in units {
            for (index, given) in &unit.members {
                let value = &input.manifests[*index].value;
                let begins = match program {
                    Some(program) => strings::of(value).any(|text| text.contains(program)),
                    None => kind_of(value) == Some(Kind::HttpRoute),
                };
                if !begins {
                    continue;
                }
                out.insert(home(unit, given, value));
                let backends = namespace::backend_refs(value);
                let named = backends.filter_map(|backend| backend["namespace"].as_str());
                out.extend(named.map(|namespace| Some(namespace.to_owned())));
            }
        }
        Needed { namespaces: out, program }
    }

    /// Whether what a unit makes decides about it. Of what leads out of the input nobody knows
    /// before it is built.
    pub fn includes(&self, input: &Input, unit: &Unit) -> bool {
        let of_gateway_api = |value: &Value| {
            value["apiVersion"].as_str().is_some_and(|own| group_of(own) == GATEWAY_API)
        };
        unit.leaves_input
            || unit.members.iter().any(|(index, given)| {
                let value = &input.manifests[*index].value;
                self.program.is_none() && of_gateway_api(value)
                    || self.namespaces.contains(&home(unit, given, value))
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
