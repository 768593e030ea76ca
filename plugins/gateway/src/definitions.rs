//! The CustomResourceDefinitions that a controller needs.

use igw_core::facts::views::{
    CustomResourceDefinition, Gateway, GatewayClass, HttpRoute, ReferenceGrant,
};
use igw_core::facts::{Fact, Facts, Stored, Why, WhyKind};
use igw_core::kube::GATEWAY_API;

/// A kind of the Gateway API that every controller reads.
#[derive(Debug, Clone, Copy)]
pub struct NeededKind {
    pub kind: &'static str,
    pub plural: &'static str,
    /// The version that controllers read.
    pub version: &'static str,
}

/// The kinds of the Gateway API without which a Gateway does not work; kgateway reads
/// ReferenceGrants as v1beta1 in all versions (kgateway.md 3).
pub const NEEDED: [NeededKind; 4] = [
    NeededKind { kind: "GatewayClass", plural: "gatewayclasses", version: "v1" },
    NeededKind { kind: "Gateway", plural: "gateways", version: "v1" },
    NeededKind { kind: "HTTPRoute", plural: "httproutes", version: "v1" },
    NeededKind { kind: "ReferenceGrant", plural: "referencegrants", version: "v1beta1" },
];

/// The definition of a kind. In files one is missing only where another one of its group is given,
/// or a cluster's definitions are: most manifests are applied where they are already.
pub fn find<'a>(
    facts: &Facts<'a>,
    group: &str,
    plural: &str,
) -> Fact<&'a CustomResourceDefinition> {
    let name = format!("{plural}.{group}");
    let found = facts.get::<CustomResourceDefinition>("", &name);
    if !found.is_absent() || facts.store.world.is_none() {
        return found;
    }
    let of_group = |own: &CustomResourceDefinition| own.group == group || own.meta.stored;
    match facts.store.known::<CustomResourceDefinition>().any(of_group) {
        true => Fact::Absent,
        false => Fact::Unknown(Why::not_given(format!("no definition of {group} is in the input"))),
    }
}

/// The definition of a kind that is needed. Where definitions may not be read, it is missing if
/// the API server does not serve the kind; an object that is stored proves that it does.
pub fn of_needed<'a>(facts: &Facts<'a>, needed: &NeededKind) -> Fact<&'a CustomResourceDefinition> {
    match find(facts, GATEWAY_API, needed.plural) {
        Fact::Absent if has_objects(facts, needed.kind) => {
            let says = format!("{} is not in the input, but such objects are", needed.plural);
            Fact::Unknown(Why::not_given(says))
        }
        Fact::Unknown(why) if why.kind != WhyKind::NotAsked && is_not_served(facts, needed) => {
            Fact::Absent
        }
        found => found,
    }
}

fn has_objects(facts: &Facts, kind: &str) -> bool {
    fn any<T: Stored>(facts: &Facts) -> bool {
        facts.store.known::<T>().any(|own| own.meta().stored)
    }
    facts.store.world.is_some()
        && match kind {
            "GatewayClass" => any::<GatewayClass>(facts),
            "Gateway" => any::<Gateway>(facts),
            "HTTPRoute" => any::<HttpRoute>(facts),
            _ => any::<ReferenceGrant>(facts),
        }
}

/// Whether the API server said that it does not serve the kind; only kinds that are listed anyway.
fn is_not_served(facts: &Facts, needed: &NeededKind) -> bool {
    let gap = match needed.kind {
        "GatewayClass" => facts.list::<GatewayClass>(None).gap,
        "Gateway" => facts.list::<Gateway>(None).gap,
        _ => None,
    };
    gap.is_some_and(|why| why.kind == WhyKind::NotServed)
}
