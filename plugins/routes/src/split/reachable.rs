//! Whether the arms of a split are there, and the grants that they need.

use igw::repair::WishRefusal;
use igw_core::facts::views::Service;
use igw_core::facts::{Fact, Facts};
use igw_core::fix::NewObject;
use igw_core::kube::{GATEWAY_API, full_name};
use igw_core::route::grant::Crossing;
use igw_core::route::grants;
use igw_core::text;

use super::arm::SplitArm;
use crate::granting;

/// The Service of an arm has its port; else a note on what is not known.
pub fn service(facts: &Facts, arm: &SplitArm, home: &str) -> Result<Option<String>, WishRefusal> {
    let namespace = arm.namespace_in(home);
    let title = full_name(namespace, &arm.name);
    let service = match facts.get::<Service>(namespace, &arm.name) {
        Fact::Known(service) => service,
        Fact::Absent => {
            let there = facts.list::<Service>(Some(namespace));
            let refusal = WishRefusal::new(format!("there is no Service {title}"));
            return Err(match there.items.as_slice() {
                [] => {
                    let mut all = facts.store.list::<Service>(None, |_| {}).items;
                    all.retain(|own| own.meta.name == arm.name);
                    match all.first() {
                        Some(own) => refusal.hint(format!("there is {}", own.meta.full_name())),
                        None => refusal,
                    }
                }
                some => {
                    let name = |own: &&Service| own.meta.name.clone();
                    refusal
                        .hint(format!("in {namespace} there is {}", text::some_by(some, 6, name)))
                }
            });
        }
        Fact::Unknown(why) => {
            let what = format!("whether there is a Service {title} is not known, because");
            return Ok(Some(format!("{what} {}", why.detail)));
        }
    };
    if service.kind == "ExternalName" || service.port(Some(arm.port)).is_some() {
        return Ok(None);
    }
    let port = |own: &igw_core::facts::views::ServicePort| own.port.to_string();
    let refusal = WishRefusal::new(format!("Service {title} has no port {}", arm.port));
    Err(refusal.hint(format!("it has {}", text::some_by(&service.ports, 6, port))))
}

/// What an arm needs to be referred to from another namespace.
pub enum ArmGrant {
    NotNeeded,
    /// To be created, with what it makes possible.
    Missing(NewObject, String),
    /// A sentence.
    Unknown(String),
}

/// The grant of an arm for HTTPRoutes of this namespace.
pub fn grant(facts: &Facts, arm: &SplitArm, home: &str) -> Result<ArmGrant, WishRefusal> {
    let namespace = arm.namespace_in(home);
    if namespace == home {
        return Ok(ArmGrant::NotNeeded);
    }
    let crossing = Crossing {
        from_group: GATEWAY_API,
        from_kind: "HTTPRoute",
        from_namespace: home,
        to_group: "",
        to_kind: "Service",
        to_namespace: namespace,
        to_name: &arm.name,
    };
    let title = full_name(namespace, &arm.name);
    match grants::permitted(facts, &crossing, false) {
        Fact::Known(_) => return Ok(ArmGrant::NotNeeded),
        Fact::Unknown(why) => {
            let what = format!("whether a ReferenceGrant permits {title} is not known, because");
            return Ok(ArmGrant::Unknown(format!("{what} {}", why.detail)));
        }
        Fact::Absent => {}
    }
    let new = granting::grant(facts, &crossing);
    let name = new.object["metadata"]["name"].as_str().unwrap_or_default();
    if grants::of(facts, namespace).all.iter().any(|own| own.meta.name == name) {
        let what =
            format!("ReferenceGrant {namespace}/{name} is there, and does not permit {title}");
        return Err(
            WishRefusal::new(what).hint("kubectl igw routes check says what is wrong with it")
        );
    }
    let what = format!("lets HTTPRoutes of {home} send traffic to Service {title}");
    Ok(ArmGrant::Missing(new, what))
}
