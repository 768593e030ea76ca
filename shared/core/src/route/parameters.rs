//! The GatewayParameters that a Gateway of kgateway and its class refer to.

use super::class;
use crate::facts::views::{Gateway, GatewayClass, GatewayParameters};
use crate::facts::{Fact, Facts, Why};
use crate::kube::{KGATEWAY_API, full_name};

/// What is wrong with a reference to parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParametersFault {
    /// That of a Gateway names another group or kind.
    WrongKind { group: String, kind: String },
    /// What is referred to does not exist; a class may not even name a namespace.
    Missing { by_class: bool, namespace: String, name: String },
}

impl ParametersFault {
    /// One clause.
    pub fn say(&self) -> String {
        match self {
            ParametersFault::WrongKind { group, kind } => format!(
                "its parametersRef is a {kind} of group {group}, but kgateway supports only GatewayParameters of gateway.kgateway.dev"
            ),
            ParametersFault::Missing { namespace, name, .. } => {
                format!("GatewayParameters {namespace}/{name} does not exist")
            }
        }
    }
}

/// What is wrong with the parameters of a Gateway, its own or its class's; `Absent`: nothing.
pub fn of_gateway(facts: &Facts, gateway: &Gateway) -> Fact<ParametersFault> {
    let own = gateway.parameters.as_ref();
    if let Some(own) = own
        && (own.group != KGATEWAY_API || own.kind != "GatewayParameters")
    {
        let (group, kind) = (own.group.clone(), own.kind.clone());
        return Fact::Known(ParametersFault::WrongKind { group, kind });
    }
    let of_class = match class::of(facts, gateway) {
        Fact::Known(class) => of_class(facts, class),
        _ => Fact::Absent,
    };
    match (of_class, own) {
        (Fact::Absent, Some(own)) => named(facts, false, &gateway.meta.namespace, &own.name),
        (found, _) => found,
    }
}

/// The same of a class. Group and kind of its reference are ignored, and one without a namespace
/// finds nothing (both seen).
pub fn of_class(facts: &Facts, class: &GatewayClass) -> Fact<ParametersFault> {
    match &class.parameters {
        None => Fact::Absent,
        Some(own) => named(facts, true, own.namespace.as_deref().unwrap_or_default(), &own.name),
    }
}

fn named(facts: &Facts, by_class: bool, namespace: &str, name: &str) -> Fact<ParametersFault> {
    let found = match namespace {
        "" => Fact::Absent,
        _ => facts.get::<GatewayParameters>(namespace, name),
    };
    match found {
        Fact::Known(_) => Fact::Absent,
        Fact::Absent => Fact::Known(ParametersFault::Missing {
            by_class,
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }),
        Fact::Unknown(why) => {
            let title = format!("GatewayParameters {}", full_name(namespace, name));
            Fact::Unknown(Why { detail: format!("{title}: {}", why.detail), ..why })
        }
    }
}
