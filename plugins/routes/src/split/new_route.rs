//! The HTTPRoute of a split whose route is not there yet.

use std::str::FromStr;

use igw::repair::WishRefusal;
use igw_core::facts::views::{Gateway, HttpRoute, Service};
use igw_core::facts::{Fact, Facts};
use igw_core::fix::NewObject;
use igw_core::kube::{Origin, full_name};
use igw_core::text;
use serde_json::{Value, json};

use super::arm::SplitArm;

/// `NS/NAME` of a Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayName {
    namespace: String,
    name: String,
}

impl FromStr for GatewayName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let &[namespace, name] = parts.as_slice() else {
            return Err("not NAMESPACE/NAME of a Gateway".to_owned());
        };
        if namespace.is_empty() || name.is_empty() {
            return Err("not NAMESPACE/NAME of a Gateway".to_owned());
        }
        Ok(GatewayName { namespace: namespace.to_owned(), name: name.to_owned() })
    }
}

impl std::fmt::Display for GatewayName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// What a new route needs besides its arms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRoute {
    pub gateway: Option<GatewayName>,
    pub hosts: Vec<String>,
}

impl NewRoute {
    /// A route, and a note on what is not known of its Gateway.
    pub fn object(
        &self,
        facts: &Facts,
        (namespace, name): (&str, &str),
        path: &str,
        arms: &[SplitArm],
    ) -> Result<(NewObject, Option<String>), WishRefusal> {
        let title = full_name(namespace, name);
        let Some(gateway) = &self.gateway else {
            let refusal = WishRefusal::new(format!("there is no HTTPRoute {title}"));
            return Err(refusal
                .hint(there(facts, namespace))
                .hint("--gateway NAMESPACE/NAME makes a new one for that Gateway"));
        };
        let wanted = full_name(&gateway.namespace, &gateway.name);
        let found = facts.get::<Gateway>(&gateway.namespace, &gateway.name);
        let (beside, note) = match found {
            Fact::Known(found) => (Some(found.meta.origin), None),
            Fact::Absent => {
                let all = facts.list::<Gateway>(None).items;
                let names = text::some_by(&all, 6, |own: &&Gateway| own.meta.full_name());
                let refusal = WishRefusal::new(format!("there is no Gateway {wanted}"));
                return Err(if all.is_empty() {
                    refusal
                } else {
                    refusal.hint(format!("there is {names}"))
                });
            }
            Fact::Unknown(why) => {
                let what = format!("whether there is a Gateway {wanted} is not known, because");
                (None, Some(format!("{what} {}", why.detail)))
            }
        };
        let mut parent = json!({ "name": gateway.name });
        if gateway.namespace != namespace {
            parent["namespace"] = gateway.namespace.clone().into();
        }
        let refs: Vec<Value> = arms.iter().map(|arm| arm.reference(namespace)).collect();
        let mut spec = json!({ "parentRefs": [parent] });
        if !self.hosts.is_empty() {
            spec["hostnames"] = self.hosts.clone().into();
        }
        spec["rules"] = json!([{
            "matches": [{ "path": { "type": "PathPrefix", "value": path } }],
            "backendRefs": refs,
        }]);
        let object = json!({
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": { "name": name, "namespace": namespace },
            "spec": spec,
        });
        Ok((NewObject { object, beside: beside.or_else(|| near(facts, namespace)) }, note))
    }

    /// A route that is there is not given other Gateways or hostnames.
    pub fn fits(&self, route: &HttpRoute) -> Result<(), WishRefusal> {
        let title = route.meta.title();
        let hint = "--gateway and --host are for a new route: change this one in its manifest";
        if let Some(gateway) = &self.gateway {
            let is = |parent: &igw_core::facts::views::ParentRef| {
                parent.name == gateway.name
                    && parent.namespace_from(&route.meta) == gateway.namespace
            };
            if !route.parents.iter().any(is) {
                let wanted = full_name(&gateway.namespace, &gateway.name);
                let what = format!("{title} is there, and is not for Gateway {wanted}");
                return Err(WishRefusal::new(what).hint(hint));
            }
        }
        match self.hosts.iter().find(|host| !route.hostnames.contains(host)) {
            None => Ok(()),
            Some(host) => {
                let what = format!("{title} is there, and does not have the hostname {host}");
                Err(WishRefusal::new(what).hint(hint))
            }
        }
    }
}

/// The routes that there are.
pub fn there(facts: &Facts, namespace: &str) -> String {
    let scope = (!namespace.is_empty()).then_some(namespace);
    let all = facts.list::<HttpRoute>(scope).items;
    match all.as_slice() {
        [] => "no HTTPRoute was found there".to_owned(),
        some => {
            format!("there is {}", text::some_by(some, 6, |own: &&HttpRoute| own.meta.full_name()))
        }
    }
}

/// Among files one beside which a new object belongs.
fn near(facts: &Facts, namespace: &str) -> Option<Origin> {
    let route = facts.list::<HttpRoute>(Some(namespace)).items.first().map(|own| own.meta.origin);
    let service = || facts.list::<Service>(None).items.first().map(|own| own.meta.origin);
    route.or_else(service)
}
