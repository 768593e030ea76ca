//! Where the parts of an inference gateway send requests of models on to.

use better_any::tid;
use igw_core::bifrost::config::{Config, Provider, Setting};
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::facts::views::{Service, Workload};
use igw_core::facts::{Derive, Fact, Facts};
use igw_core::finding::Finding;
use igw_core::gojson::Id;
use igw_core::kube::full_name;
use igw_core::route::inside::{gateway_of_service, is_served};
use igw_core::route::request::Request;
use igw_core::route::resolve::resolve;
use igw_core::text;
use igw_core::workload::address::{AddressTarget, Url, target};
use igw_core::workload::{behind, standing};

use crate::addresses;
use crate::role::Role;

/// A workload that sends requests of models on to another one.
pub struct RequestHop<'a> {
    pub from: &'a Workload,
    pub to: &'a Workload,
    /// What holds its address: `provider openai`, `variable STRONG_BACKEND`.
    pub by: String,
    /// The route by which a Gateway sends it there, as `ns/name`.
    pub through: Option<String>,
    /// Which Bifrost it starts at, and its address there.
    setting: Option<(usize, Id)>,
}

struct RequestHops<'a>(Vec<RequestHop<'a>>);

tid!(RequestHops<'a>);

impl<'a> Derive<'a> for RequestHops<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let all = standing(facts, facts.scope.namespace.as_deref());
        let mut out = Vec::new();
        for workload in all.iter().filter(|own| facts.scope.contains(&own.meta)) {
            if matches!(Role::of(workload), Role::Classifier | Role::LiteLlm) {
                of_program(facts, workload, &mut out);
            }
        }
        for (number, instance) in instances::all(facts).iter().enumerate() {
            of_bifrost(facts, &all, (number, instance), &mut out);
        }
        RequestHops(out)
    }
}

/// The hops behind the judged Bifrosts, classifiers and LiteLLMs; worked out once.
pub fn all<'s, 'a>(facts: &'s Facts<'a>) -> &'s [RequestHop<'a>] {
    &facts.derived::<RequestHops<'a>>().0
}

impl RequestHop<'_> {
    /// A finding at its address.
    pub fn finding(&self, facts: &Facts, title: String) -> Finding {
        let place = self
            .setting
            .and_then(|(number, id)| instances::all(facts).get(number)?.at(id, title.clone()));
        place.unwrap_or_else(|| Finding::at(&self.from.meta, "/spec/template/spec", title))
    }
}

fn of_program<'a>(facts: &Facts<'a>, from: &'a Workload, out: &mut Vec<RequestHop<'a>>) {
    for held in addresses::of(facts, from) {
        for (to, through) in arrives(facts, &from.meta.namespace, &held.url) {
            if is_part(to) && to.meta != from.meta {
                out.push(RequestHop { from, to, by: held.by.clone(), through, setting: None });
            }
        }
    }
}

fn of_bifrost<'a>(
    facts: &Facts<'a>,
    all: &[&'a Workload],
    (number, instance): (usize, &Instance),
    out: &mut Vec<RequestHop<'a>>,
) {
    let Some(own) = &instance.workload else { return };
    let same = |one: &&&Workload| one.meta.kind == own.meta.kind && one.meta.is_same(&own.meta);
    let Some(from) = all.iter().copied().find(|one| same(&one)) else { return };
    let providers = instance.config().into_iter().flat_map(|own: &Config| &own.providers);
    for (provider, address) in providers.flat_map(|own| addresses_of(own).map(move |at| (own, at)))
    {
        let url = match address.variable() {
            Some(name) => instance.env.text(name),
            None => Some(address.text.reveal().to_owned()),
        };
        let by = format!("provider {}", text::clip(&provider.name, 60));
        for (to, through) in url.iter().flat_map(|url| arrives(facts, &instance.namespace, url)) {
            let setting = Some((number, address.id));
            out.push(RequestHop { from, to, by: by.clone(), through, setting });
        }
    }
}

fn addresses_of(provider: &Provider) -> impl Iterator<Item = &Setting> {
    let keys = provider.keys.iter().filter_map(|key| key.server.as_ref()?.url.as_ref());
    provider.base_url.iter().chain(keys)
}

/// Whether requests of models go through a workload, or end there.
fn is_part(workload: &Workload) -> bool {
    matches!(
        Role::of(workload),
        Role::Bifrost | Role::Classifier | Role::LiteLlm | Role::ModelServer
    )
}

/// The workloads that a chat request to an address arrives at, each with the route that a Gateway
/// takes for it.
fn arrives<'a>(
    facts: &Facts<'a>,
    namespace: &str,
    address: &str,
) -> Vec<(&'a Workload, Option<String>)> {
    let Some(url) = Url::parse(address) else { return Vec::new() };
    let gateway = match target(facts, namespace, &url) {
        AddressTarget::Service { namespace, name, .. } => {
            match gateway_of_service(facts, &namespace, &name) {
                Some(gateway) => Some(gateway),
                None => {
                    let all = behind(facts, &namespace, &name).into_iter();
                    return all.map(|own| (own, None)).collect();
                }
            }
        }
        AddressTarget::NoService { namespace, name, .. }
        | AddressTarget::NotGiven { namespace, name, .. } => {
            match gateway_of_service(facts, &namespace, &name) {
                Some(gateway) => Some(gateway),
                None => return Vec::new(),
            }
        }
        AddressTarget::Unknown(_) | AddressTarget::Public if is_served(facts, &url.host) => None,
        _ => return Vec::new(),
    };
    through(facts, &chat_at(address), gateway.as_deref())
}

/// Through a Gateway: the named one, or the one that has a route for the host.
fn through<'a>(
    facts: &Facts<'a>,
    address: &str,
    gateway: Option<&str>,
) -> Vec<(&'a Workload, Option<String>)> {
    let Ok(request) = Request::parse("POST", address, &[]) else { return Vec::new() };
    let Ok(trace) = resolve(facts, &request, gateway) else { return Vec::new() };
    if trace.verdict.unknown.is_some() {
        return Vec::new();
    }
    let route = trace.matched.map(|own| full_name(&own.route.namespace, &own.route.name));
    let services = trace.backends.iter().filter(|own| own.kind == "Service" && own.share > 0.0);
    let known = services
        .filter(|own| matches!(facts.get::<Service>(&own.namespace, &own.name), Fact::Known(_)));
    known
        .flat_map(|own| behind(facts, &own.namespace, &own.name))
        .map(|own| (own, route.clone()))
        .collect()
}

/// The address of a chat request, by the address that a client of OpenAI's API is given.
fn chat_at(address: &str) -> String {
    let base = address.trim_end_matches('/');
    if base.ends_with("/chat/completions") {
        return base.to_owned();
    }
    let versioned = base.rsplit('/').next() == Some("v1");
    format!("{base}{}/chat/completions", if versioned { "" } else { "/v1" })
}

#[cfg(test)]
mod tests {
    use super::chat_at;

    #[test]
    fn the_path_of_a_chat_request() {
        for base in ["http://a", "http://a/", "http://a/v1", "http://a/v1/chat/completions"] {
            assert_eq!(chat_at(base), "http://a/v1/chat/completions");
        }
    }
}
