//! From the status of an object to what is kept of it.

use std::sync::Arc;

use serde_json::Value;

use crate::facts::Notes;
use crate::facts::fields::{items, text};
use crate::facts::status::{Conditions, ParentStatus, Reference, Written, WrittenCondition};
use crate::kube::{GATEWAY_API, Meta};

/// The status of a Gateway, a route or a policy.
pub(super) fn written(notes: &mut Notes, object: &Value, meta: &Meta) -> Written {
    let status = &object["status"];
    let generation = object["metadata"]["generation"].as_i64();
    let answers = || items(&status["parents"]).chain(items(&status["ancestors"]));
    // What is left of a parentRef that the route no longer has is nobody's business (seen).
    let present = |answer: &&Value| {
        let own = &answer["parentRef"];
        let mut parents = items(&object["spec"]["parentRefs"]);
        own.is_null() || parents.any(|parent| is_same_parent(own, parent, &meta.namespace))
    };
    let all = items(&status["conditions"])
        .chain(answers().filter(present).flat_map(|answer| items(&answer["conditions"])))
        .chain(items(&status["listeners"]).flat_map(|listener| items(&listener["conditions"])));
    let conditions = |of: &Value| -> Vec<WrittenCondition> {
        items(&of["conditions"]).map(|condition| seen(condition, generation)).collect()
    };
    let programmed = items(&status["conditions"]).find(|c| c["type"] == "Programmed");
    let said = Conditions {
        conditions: conditions(status),
        listeners: items(&status["listeners"]).map(|l| (text(l, "name"), conditions(l))).collect(),
        parents: answers()
            .map(|answer| ParentStatus {
                reference: reference(answer),
                controller: text(answer, "controllerName"),
                conditions: conditions(answer),
            })
            .collect(),
    };
    Written {
        generation,
        observed: all.clone().filter_map(|c| c["observedGeneration"].as_i64()).min(),
        // What the CRD's defaults say was written by nobody (gw:1021).
        answered: all.clone().any(|c| c["reason"] != "Pending" || c["status"] != "Unknown"),
        programmed: programmed.map(|condition| Box::new(seen(condition, generation))),
        said: shared(notes, said),
    }
}

/// Whether two parentRefs of a route of namespace `home`, as they are written, name the same: what
/// one leaves out is the default (sh, ParentReference).
pub fn is_same_parent(a: &Value, b: &Value, home: &str) -> bool {
    let same = |member: &str, default: &str| {
        a[member].as_str().unwrap_or(default) == b[member].as_str().unwrap_or(default)
    };
    same("name", "")
        && same("namespace", home)
        && same("sectionName", "")
        && same("kind", "Gateway")
        && same("group", GATEWAY_API)
        && a["port"] == b["port"]
}

/// Returns one shared instance for all objects with the same conditions.
fn shared(notes: &mut Notes, said: Conditions) -> Arc<Conditions> {
    if let Some(known) = notes.conditions.get(&said) {
        return known.clone();
    }
    let said = Arc::new(said);
    notes.conditions.insert(said.clone());
    said
}

fn seen(condition: &Value, generation: Option<i64>) -> WrittenCondition {
    let status = text(condition, "status");
    let observed = condition["observedGeneration"].as_i64();
    // What is well needs no words, and they would differ from object to object.
    let message = if status == "True" { String::new() } else { text(condition, "message") };
    WrittenCondition {
        kind: text(condition, "type"),
        reason: text(condition, "reason"),
        message,
        old: observed.zip(generation).is_some_and(|(observed, generation)| observed != generation),
        status,
    }
}

fn reference(answer: &Value) -> Reference {
    let given = match &answer["parentRef"] {
        Value::Null => &answer["ancestorRef"],
        parent => parent,
    };
    let member = |name: &str| given[name].as_str().map(str::to_owned);
    Reference {
        group: member("group"),
        kind: member("kind"),
        namespace: member("namespace"),
        name: text(given, "name"),
        section: member("sectionName"),
        port: given["port"].as_u64().and_then(|port| u16::try_from(port).ok()),
    }
}

/// What controllers refuse of an object: the conditions that say so and are not older than it.
pub fn refusals(object: &Value, meta: &Meta) -> Vec<ParentStatus> {
    let status = &object["status"];
    let generation = object["metadata"]["generation"].as_i64();
    let own = |answer: &Value| {
        let all = items(&answer["conditions"]).map(|condition| seen(condition, generation));
        let refuses = |one: &WrittenCondition| {
            let known = ["Accepted", "Attached", "ResolvedRefs", "Programmed"];
            one.status == "False" && known.contains(&one.kind.as_str()) && !one.old
        };
        all.filter(refuses).collect::<Vec<_>>()
    };
    let present = |answer: &&Value| {
        let mut parents = items(&object["spec"]["parentRefs"]);
        let own = &answer["parentRef"];
        own.is_null() || parents.any(|parent| is_same_parent(own, parent, &meta.namespace))
    };
    let answers = items(&status["parents"]).chain(items(&status["ancestors"])).filter(present);
    let of_all = std::iter::once(status).chain(answers);
    let all = of_all.map(|answer| ParentStatus {
        reference: reference(answer),
        controller: text(answer, "controllerName"),
        conditions: own(answer),
    });
    all.filter(|answer| !answer.conditions.is_empty()).collect()
}

/// The reason of a written `Accepted=False`, unless the object has changed since. A status that is
/// missing, or True, proves nothing: nobody may have looked (contract.md).
pub(super) fn refused_reason(object: &Value) -> Option<String> {
    let generation = object["metadata"]["generation"].as_i64();
    let is_refused = |c: &&Value| c["type"] == "Accepted" && c["status"] == "False";
    let condition = items(&object["status"]["conditions"]).find(is_refused)?;
    let seen = condition["observedGeneration"].as_i64();
    (seen.is_none() || generation.is_none() || seen == generation)
        .then(|| text(condition, "reason"))
}
