//! What a variable that is not set may stand for.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::facts::Facts;
use igw_core::facts::views::Secret;
use igw_core::fix::{Edit, Fix, FixChoice, FixPlace, Pick, Safety, Set};
use igw_core::gojson::Id;
use igw_core::workload::env::Var;
use serde_json::json;

use crate::common;

/// A variable of the container with a similar name, or a Secret that has a key of this name.
pub fn meant(facts: &Facts, instance: &Instance, id: Id, name: &str) -> Option<Fix> {
    let at = instance.config()?.json.pointer(id);
    let container = instance.container()?;
    let mut picks = Vec::new();
    let near = container.env.iter().filter(|own| {
        !own.name.is_empty()
            && strsim::damerau_levenshtein(&own.name.to_lowercase(), &name.to_lowercase()) <= 2
            && !matches!(instance.env.get(&own.name), Var::Dangling(_) | Var::Unset)
    });
    if let Some(inside) = instance.inside() {
        for own in near {
            let set = Set::Put(at.clone(), format!("env.{}", own.name).into());
            let label = format!("the container has a variable {}", common::named(&own.name));
            let edits = vec![Edit::Change(inside.clone(), vec![set])];
            picks.push(Pick { value: own.name.clone(), label, edits });
        }
    }
    let meta = &instance.workload.as_ref()?.meta;
    if let Some(meta) = repairs::pod(meta) {
        let own = |secret: &&Secret| secret.meta.namespace == instance.namespace;
        for secret in facts.store.known::<Secret>().filter(own) {
            let entries = secret.data.iter().flatten();
            let Some((key, _)) = entries.into_iter().find(|(key, _)| *key == name) else {
                continue;
            };
            let reference = json!({ "secretKeyRef": { "name": secret.meta.name, "key": key } });
            let label = format!("{} has it", secret.meta.title());
            let edits =
                vec![Edit::Change(FixPlace::of(meta), vec![instance.variable(name, &reference)])];
            let value = format!("secret/{}", secret.meta.name);
            picks.push(Pick { value, label, edits });
        }
    }
    let shown = common::named(name);
    let ask = format!("What is {shown}?");
    let why = "it is not certain that this value was meant";
    let choice = FixChoice { key: "variable", ask, picks };
    Fix::choose(Safety::Unsafe(why.into()), choice, |only| match only {
        Some(only) => match only.value.strip_prefix("secret/") {
            Some(secret) => format!("set {shown} from Secret {secret}"),
            None => repairs::set_to(&at, &format!("env.{}", only.value)),
        },
        None => format!("say what {shown} is"),
    })
}
