//! Another class for a Gateway whose class does not exist.

use crate::facts::Facts;
use crate::facts::views::{Gateway, GatewayClass};
use crate::fix::{Fix, FixChoice, Pick, Safety, Set};

/// The classes there are as a choice, the one with the nearest name first.
pub fn choice(facts: &Facts, gateway: &Gateway) -> Option<Fix> {
    let mut classes = facts.list::<GatewayClass>(None).items;
    classes.retain(|class| !class.is_misnamed());
    classes.sort_by_key(|class| strsim::damerau_levenshtein(&class.meta.name, &gateway.class));
    let pick = |class: &&GatewayClass| {
        let name = class.meta.name.clone();
        let sets = vec![Set::Put("/spec/gatewayClassName".to_owned(), name.clone().into())];
        Pick::change(name.clone(), format!("{name} ({})", class.controller), &gateway.meta, sets)
    };
    let picks = classes.iter().map(pick).collect();
    let ask = format!("Which GatewayClass is meant by {}?", gateway.meta.title());
    let why = "the class decides which program serves the Gateway".to_owned();
    let choice = FixChoice { key: "class", ask, picks };
    Fix::choose(Safety::Unsafe(why), choice, |only| {
        let to = only.map(|one| format!(" to {}", one.value)).unwrap_or_default();
        format!("set spec.gatewayClassName of {}{to}", gateway.meta.title())
    })
}
