//! Where a model's name is to be another one: in Bifrost, or at vLLM.

use std::collections::BTreeSet;

use igw_core::bifrost::config::ApiKey;
use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::bifrost::rules::Rules as _;
use igw_core::bifrost::served::Serving;
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::fix::{Edit, Fix, FixChoice, FixPlace, Pick, Safety, Set};
use igw_core::gojson::Id;
use igw_core::kube::pointer;
use igw_core::workload::address::AddressTarget;
use igw_core::workload::vllm::{self, Vllm};

use crate::common;

/// An alias, the served name in the list, or a second name at vLLM.
pub fn meant(
    facts: &Facts,
    instance: &Instance,
    key: &ApiKey,
    (name, id): (&str, Id),
    to: &AddressTarget,
    serves: &Serving,
) -> Option<Fix> {
    let served = serves.names.first()?.as_str();
    let shown = (common::named(name), common::named(served));
    let mut picks = Vec::new();
    if let Some(inside) = instance.inside() {
        let mut pick = |value: &str, label: String, set: Set| {
            let edits = vec![Edit::Change(inside.clone(), vec![set])];
            picks.push(Pick { value: value.to_owned(), label, edits });
        };
        if instance.holds(|release| release.has_aliases()) == Some(true) {
            let at = pointer::join(&instance.member(key.id, &["aliases"]), name);
            let label = format!("clients go on to send {}, an alias of {}", shown.0, shown.1);
            pick("alias", label, Set::Put(at, served.into()));
        }
        let at = instance.config()?.json.pointer(id);
        let there = key.models.iter().flatten().any(|(other, _)| other == served);
        let set = if there { Set::Drop(at) } else { Set::Put(at, served.into()) };
        pick("list", format!("clients send {}, and the list has it", shown.1), set);
    }
    if let AddressTarget::Service { namespace, name: service, .. } = to
        && let Some((workload, server)) = vllm::behind(facts, namespace, service)
        && let Some(sets) = also(workload, &server, &[name])
    {
        let label = format!("{} serves {}, too, and restarts", workload.meta.title(), shown.0);
        let edits = vec![Edit::Change(FixPlace::of(&workload.meta), sets)];
        picks.push(Pick { value: "serve".to_owned(), label, edits });
    }
    let ask = format!("{} is served as {}. What is to change?", shown.0, shown.1);
    let choice = FixChoice { key: "name", ask, picks };
    let why = "clients, Bifrost and vLLM have to agree on a name";
    Fix::choose(Safety::Unsafe(why.into()), choice, |_| {
        format!("say by which name {} is to be asked for", shown.1)
    })
}

/// The names that Bifrost sends to a vLLM, at an address that leads there, or would if it said the
/// namespace.
pub fn asked(facts: &Facts, workload: &Workload) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (instance, provider) in common::providers(facts) {
        for key in &provider.keys {
            let own = key.server.as_ref().and_then(|server| server.url.as_ref());
            let address = own.or(provider.base_url.as_ref());
            let to = address.and_then(|address| common::leads(facts, instance, address));
            let (namespace, service) = match to.as_ref().map(|(_, to)| to) {
                Some(AddressTarget::Service { namespace, name, .. }) => (namespace, name),
                Some(AddressTarget::NoService { name, elsewhere, .. }) => match &elsewhere[..] {
                    [namespace] => (namespace, name),
                    _ => continue,
                },
                _ => continue,
            };
            let is_it = |(behind, _): (&Workload, Vllm)| std::ptr::eq(behind, workload);
            if vllm::behind(facts, namespace, service).is_some_and(is_it) {
                let listed = key.models.iter().flatten().filter(|(name, _)| name != "*");
                names.extend(listed.map(|(name, _)| {
                    let alias = key.alias(name).and_then(|(_, target, _)| target.clone());
                    alias.unwrap_or_else(|| name.clone())
                }));
            }
        }
    }
    names
}

/// The changes by which a vLLM serves further names; `None` where its command line is a script.
pub fn also(workload: &Workload, server: &Vllm, names: &[&str]) -> Option<Vec<Set>> {
    const FLAG: &str = "--served-model-name";
    repairs::pod(&workload.meta)?;
    let container = workload.template.as_ref().ok()?.containers.get(server.container)?;
    let words = |field: &'static str| {
        let list = if field == "args" { &container.args } else { &container.command };
        let list: Vec<&str> = list.iter().flatten().map(|word| word.reveal()).collect();
        (field, list)
    };
    let lists = [words("args"), words("command")];
    if lists.iter().flat_map(|(_, list)| list).any(|word| word.contains(char::is_whitespace)) {
        return None;
    }
    let at = |field: &str| format!("/spec/template/spec/containers/{}/{field}", server.container);
    let insert =
        |field: &str, index: Option<usize>, word: &str| Set::Insert(at(field), index, word.into());
    for (field, list) in &lists {
        if let Some(flag) = list.iter().rposition(|word| *word == FLAG) {
            let values = list[flag + 1..].iter().take_while(|word| !word.starts_with('-')).count();
            let end = flag + 1 + values;
            let index = (end < list.len()).then_some(end);
            return Some(names.iter().map(|name| insert(field, index, name)).collect());
        }
        let joined =
            |word: &&str| word.strip_prefix(FLAG).and_then(|own| own.strip_prefix('=')).is_some();
        if let Some(flag) = list.iter().rposition(joined) {
            let first = list[flag].split_once('=')?.1;
            let index = (flag + 1 < list.len()).then_some(flag + 1);
            let all = [first].into_iter().chain(names.iter().copied());
            let put = Set::Put(format!("{}/{flag}", at(field)), FLAG.into());
            return Some(
                [put].into_iter().chain(all.map(|name| insert(field, index, name))).collect(),
            );
        }
    }
    let model = server.model.as_deref()?;
    let field =
        if container.args.is_none() && container.command.is_some() { "command" } else { "args" };
    let all = [FLAG, model].into_iter().chain(names.iter().copied());
    Some(all.map(|word| insert(field, None, word)).collect())
}
