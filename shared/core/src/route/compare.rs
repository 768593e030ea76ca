//! A status that was predicted beside the one that is written.

use serde_json::{Value, json};

use super::condition::Condition;
use crate::facts::views::{Conditions, ParentRef, ParentStatus, WrittenCondition, is_same_parent};
use crate::kube::{GATEWAY_API, pointer};
use crate::pointer;

/// Where the two differ, for an object of namespace `home`: `{path, predicted, written}`, with
/// paths into the written status, or into the predicted one where nothing is written.
///
/// Compared is what is predicted: `status` and `reason` of conditions, attachedRoutes,
/// supportedKinds; and whether another parent has a status. Messages and times are the
/// controller's own.
pub fn differences(home: &str, predicted: &Value, written: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    let same_parent = |ours: &Value, theirs: &Value| same_parent(home, ours, theirs);
    conditions(&mut out, "", predicted, written);
    for (at, ours, theirs) in paired(predicted, written, "listeners", |a, b| a["name"] == b["name"])
    {
        match theirs {
            None => push(&mut out, &at, ours, &Value::Null),
            Some(theirs) => {
                conditions(&mut out, &at, ours, theirs);
                for member in ["attachedRoutes", "supportedKinds"] {
                    let at = format!("{at}/{member}");
                    if !ours[member].is_null() && !alike(&ours[member], &theirs[member]) {
                        push(&mut out, &at, &ours[member], &theirs[member]);
                    }
                }
            }
        }
    }
    for (at, ours, theirs) in paired(predicted, written, "parents", same_parent) {
        match theirs {
            None => push(&mut out, &at, ours, &Value::Null),
            Some(theirs) => conditions(&mut out, &at, ours, theirs),
        }
    }
    for (index, theirs) in list(&written["parents"]).iter().enumerate() {
        if !list(&predicted["parents"]).iter().any(|ours| same_parent(ours, theirs)) {
            push(&mut out, &pointer!["parents", index], &Value::Null, theirs);
        }
    }
    out
}

/// A written condition that differs from the predicted one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement<'a> {
    /// Pointer to the written one.
    pub path: String,
    pub predicted: Condition,
    pub written: &'a WrittenCondition,
}

/// The conditions of the present version of an object of namespace `home` that are not as
/// predicted. Where nothing is written, or nothing is predicted, nobody disagrees.
pub fn disagreements<'a>(
    home: &str,
    predicted: &Value,
    said: &'a Conditions,
) -> Vec<Disagreement<'a>> {
    let mut out = Vec::new();
    for difference in differences(home, predicted, &said.to_value()) {
        let path = difference["path"].as_str().unwrap_or_default().to_owned();
        let seen = path.strip_prefix("/status").and_then(|pointer| said.at(pointer));
        let predicted = Condition::of(&difference["predicted"]);
        let (Some(written), Some(predicted)) = (seen, predicted) else { continue };
        // A path of what is only predicted may lead to another condition.
        if written.kind == predicted.kind && !written.old {
            out.push(Disagreement { path, predicted, written });
        }
    }
    out
}

/// The conditions of a route of namespace `home` for one parent that are not as predicted, as
/// [`disagreements`].
pub fn at_parent<'a>(
    home: &str,
    reference: &ParentRef,
    controller: &str,
    predicted: Vec<Condition>,
    said: &'a Conditions,
) -> Vec<Disagreement<'a>> {
    let answers = said.parents.iter();
    let Some(parent) =
        answers.clone().position(|theirs| is_about(theirs, home, reference, controller))
    else {
        return Vec::new();
    };
    let conditions = &said.parents[parent].conditions;
    let apart = |predicted: Condition| {
        let index = conditions.iter().position(|theirs| theirs.kind == predicted.kind)?;
        let written = &conditions[index];
        let same = written.status == predicted.status && written.reason == predicted.reason;
        let path = || pointer!["status", "parents", parent, "conditions", index];
        (!same && !written.old).then(|| Disagreement { path: path(), predicted, written })
    };
    predicted.into_iter().filter_map(apart).collect()
}

/// Whether a controller's answer is about a parentRef: as [`same_parent`].
fn is_about(theirs: &ParentStatus, home: &str, ours: &ParentRef, controller: &str) -> bool {
    let own = &theirs.reference;
    let is = |written: &Option<String>, default, ours: &str| {
        written.as_deref().unwrap_or(default) == ours
    };
    (theirs.controller.is_empty() || theirs.controller == controller)
        && is(&own.group, GATEWAY_API, &ours.group)
        && is(&own.kind, "Gateway", &ours.kind)
        && own.name == ours.name
        && is(&own.section, "", ours.section_name.as_deref().unwrap_or_default())
        && own.port == ours.port
        && is(&own.namespace, home, ours.namespace.as_deref().unwrap_or(home))
}

/// What is predicted in a list, each with its counterpart and the path of that.
fn paired<'a>(
    predicted: &'a Value,
    written: &'a Value,
    member: &str,
    same: impl Fn(&Value, &Value) -> bool,
) -> Vec<(String, &'a Value, Option<&'a Value>)> {
    let theirs = list(&written[member]);
    let pair = |(index, ours)| {
        let found = theirs.iter().position(|theirs| same(ours, theirs));
        (pointer![member, found.unwrap_or(index)], ours, found.map(|found| &theirs[found]))
    };
    list(&predicted[member]).iter().enumerate().map(pair).collect()
}

/// Whether the references match, and the controllers too, if both name one.
fn same_parent(home: &str, a: &Value, b: &Value) -> bool {
    let controller = |value: &Value| value["controllerName"].as_str().map(str::to_owned);
    let unlike = controller(a).zip(controller(b)).is_some_and(|(a, b)| a != b);
    !unlike && is_same_parent(&a["parentRef"], &b["parentRef"], home)
}

fn conditions(out: &mut Vec<Value>, at: &str, predicted: &Value, written: &Value) {
    let theirs = list(&written["conditions"]);
    for (index, ours) in list(&predicted["conditions"]).iter().enumerate() {
        let found = theirs.iter().position(|c| c["type"] == ours["type"]);
        let mut path = at.to_owned();
        pointer::push(&mut path, "conditions");
        pointer::push(&mut path, &found.unwrap_or(index).to_string());
        let short =
            |c: &Value| json!({ "type": c["type"], "status": c["status"], "reason": c["reason"] });
        match found.map(|found| &theirs[found]) {
            // Of a fault that is not there not every controller says so.
            None if ours["type"] == "Conflicted" && ours["status"] == "False" => {}
            None => push(out, &path, &short(ours), &Value::Null),
            Some(c) if c["status"] != ours["status"] || c["reason"] != ours["reason"] => {
                push(out, &path, &short(ours), &short(c));
            }
            Some(_) => {}
        }
    }
}

/// Whether two lists have the same members, or two values are equal.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().all(|one| b.contains(one))
        }
        _ => a == b,
    }
}

fn push(out: &mut Vec<Value>, at: &str, predicted: &Value, written: &Value) {
    let path = format!("/status{at}");
    out.push(json!({ "path": path, "predicted": predicted, "written": written }));
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "chat";

    fn parent(name: &str, status: &str, reason: &str) -> Value {
        json!({
            "parentRef": { "name": name },
            "conditions": [{ "type": "Accepted", "status": status, "reason": reason }],
        })
    }

    #[test]
    fn what_counts_as_different() {
        let ours = json!({ "parents": [parent("a", "True", "Accepted"), parent("b", "True", "Accepted")] });
        let mut theirs = json!({ "parents": [parent("b", "True", "Accepted"), parent("a", "True", "Accepted")] });
        theirs["parents"][0]["controllerName"] = json!("kgateway.dev/kgateway");
        theirs["parents"][0]["parentRef"]["kind"] = json!("Gateway");
        theirs["parents"][0]["conditions"][0]["message"] = json!("fine");
        assert_eq!(differences(HOME, &ours, &theirs), Vec::<Value>::new());
        theirs["parents"][1] = parent("a", "False", "NotAllowedByListeners");
        assert_eq!(
            differences(HOME, &ours, &theirs),
            [json!({
                "path": "/status/parents/1/conditions/0",
                "predicted": { "type": "Accepted", "status": "True", "reason": "Accepted" },
                "written": { "type": "Accepted", "status": "False", "reason": "NotAllowedByListeners" },
            })]
        );
        // The same by another way to write it; and another, although of the same name.
        theirs["parents"][0]["parentRef"]["namespace"] = json!(HOME);
        theirs["parents"][1]["parentRef"]["namespace"] = json!("infra");
        assert_eq!(
            differences(HOME, &ours, &theirs),
            [
                json!({ "path": "/status/parents/0", "predicted": ours["parents"][0], "written": null }),
                json!({ "path": "/status/parents/1", "predicted": null, "written": theirs["parents"][1] }),
            ]
        );
        let paths = |ours: &Value, theirs: &Value| -> Vec<Value> {
            differences(HOME, ours, theirs).into_iter().map(|d| d["path"].clone()).collect()
        };
        assert_eq!(paths(&ours, &json!({})), ["/status/parents/0", "/status/parents/1"]);
        assert_eq!(paths(&json!({}), &theirs), ["/status/parents/0", "/status/parents/1"]);
    }

    #[test]
    fn listeners_by_name() {
        let listener = |name: &str, routes: usize, kinds: Value| json!({ "name": name, "attachedRoutes": routes, "supportedKinds": kinds, "conditions": [] });
        let (http, grpc) = (json!({ "kind": "HTTPRoute" }), json!({ "kind": "GRPCRoute" }));
        let ours = json!({ "listeners": [listener("a", 1, json!([http, grpc]))] });
        let no_conflict =
            json!([{ "type": "Conflicted", "status": "False", "reason": "NoConflicts" }]);
        let one = json!({ "listeners": [{ "name": "a", "conditions": no_conflict }] });
        let none = json!({ "listeners": [{ "name": "a", "conditions": [] }] });
        assert_eq!(differences(HOME, &one, &none), Vec::<Value>::new());
        let theirs = json!({ "listeners": [listener("b", 9, json!([])), listener("a", 2, json!([grpc, http]))] });
        assert_eq!(
            differences(HOME, &ours, &theirs),
            [json!({ "path": "/status/listeners/1/attachedRoutes", "predicted": 1, "written": 2 })]
        );
    }
}
