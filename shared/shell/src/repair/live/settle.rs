//! Waits until controllers have seen a change, by the conditions that they write.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use igw_core::facts::views::is_same_parent;
use igw_core::kube::ObjRef;
use igw_core::text;
use serde_json::Value;

use super::rollout::{self, RolloutLook, RolloutWatch};
use crate::cluster::Live;
use crate::console::Console;
use crate::duration;

/// How long a first condition is waited for.
const FIRST: Duration = Duration::from_secs(5);

/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// What the controllers of an object say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettleEnd {
    /// As a line: who accepted it, after how long.
    Answered(String),
    /// Nothing that would fit the change, completing "applied, but …".
    Silent(String),
}

/// A condition that somebody has written about an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct SeenCondition {
    by: String,
    /// `ResolvedRefs=False`
    says: String,
    is_bad: bool,
    is_fresh: bool,
}

/// Waits for the controllers of objects, which are as they were before the change.
pub fn settle(
    live: &Live,
    before: &BTreeMap<ObjRef, Value>,
    limit: Duration,
    console: &Console,
) -> BTreeMap<ObjRef, SettleEnd> {
    let begin = Instant::now();
    let mut out = BTreeMap::new();
    let mut waiting: BTreeSet<&ObjRef> = before.keys().collect();
    let mut watch = RolloutWatch::default();
    loop {
        let took = begin.elapsed();
        let mut open = None;
        for object in waiting.clone() {
            let Ok(Some(now)) = live.stored(object) else { continue };
            if rollout::begins(object, &before[object], &now) {
                match watch.look(live, object, &now, took, limit) {
                    RolloutLook::Going(says) => open = Some(format!("rollout: {says}")),
                    RolloutLook::Done(says) => {
                        out.insert(object.clone(), SettleEnd::Answered(says));
                        waiting.remove(object);
                    }
                    RolloutLook::Stuck(why) => {
                        out.insert(object.clone(), SettleEnd::Silent(why));
                        waiting.remove(object);
                    }
                }
                continue;
            }
            let conditions = conditions(&now);
            if let Some(end) = answered(&before[object], &now, took) {
                out.insert(object.clone(), SettleEnd::Answered(end));
                waiting.remove(object);
            } else if conditions.is_empty() && took >= FIRST.min(limit) {
                // Without a controller there is nothing to be waited for.
                waiting.remove(object);
            } else if took >= limit {
                let said = duration::say(limit);
                let why = match conditions.iter().find(|one| one.is_bad || !one.is_fresh) {
                    Some(one) if one.is_fresh => {
                        format!("{} still says {} after {said}", one.by, one.says)
                    }
                    Some(one) => format!("{} has not looked at it within {said}", one.by),
                    None => format!("no controller has answered within {said}"),
                };
                out.insert(object.clone(), SettleEnd::Silent(why));
                waiting.remove(object);
            } else {
                let said = conditions.iter().find(|one| one.is_bad || !one.is_fresh);
                open = Some(said.map_or_else(String::new, |one| one.says.clone()));
            }
        }
        if live.interrupts().came() {
            for object in waiting.iter().filter(|own| rollout::is_rolled(own)) {
                out.insert((*object).clone(), SettleEnd::Silent(rollout::left_going(object)));
            }
        }
        if waiting.is_empty() || live.interrupts().came() {
            console.progress("");
            return out;
        }
        if let Some(says) = open {
            let seconds = took.as_secs();
            let line = format!("waiting for the controller, {seconds} s  {}", text::clean(&says));
            console.progress(&line);
        }
        if took >= limit {
            // What cannot be read any more.
            console.progress("");
            return out;
        }
        std::thread::sleep(PAUSE);
    }
}

/// Who has accepted a change, once all have looked at it and less is wrong than before.
fn answered(before: &Value, now: &Value, took: Duration) -> Option<String> {
    let (was, is) = (conditions(before), conditions(now));
    let bad = |all: &[SeenCondition]| all.iter().filter(|one| one.is_bad).count();
    let (bad_before, bad_now) = (bad(&was), bad(&is));
    let better = match was.is_empty() {
        true => bad_now == 0,
        false => bad_now < bad_before || bad_before == 0 && bad_now == 0,
    };
    if is.is_empty() || !better || is.iter().any(|one| !one.is_fresh) {
        return None;
    }
    let changed = is.iter().find(|one| !one.is_bad && !was.contains(one)).or_else(|| is.first())?;
    let seconds = took.as_secs_f64();
    Some(text::clean(&format!(
        "{} accepted it after {seconds:.1} s ({})",
        changed.by, changed.says
    )))
}

fn conditions(object: &Value) -> Vec<SeenCondition> {
    let status = &object["status"];
    let generation = object["metadata"]["generation"].as_i64();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let by = |parent: &Value| match parent["controllerName"].as_str() {
        Some(name) => name.to_owned(),
        None => "the controller".to_owned(),
    };
    let mut groups: Vec<(String, Value)> = vec![("the controller".to_owned(), status.clone())];
    for name in ["parents", "ancestors", "listeners"] {
        let all = list(&status[name]).into_iter();
        // A controller may keep what it wrote about a parent that is none any more.
        let all = all.filter(|own| name != "parents" || is_parent(object, &own["parentRef"]));
        groups.extend(all.map(|own| (by(&own), own)));
    }
    let mut out = Vec::new();
    for (by, group) in groups {
        for one in list(&group["conditions"]) {
            let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let (kind, status) = (word("type"), word("status"));
            let is_bad = match kind.as_str() {
                "Accepted" | "ResolvedRefs" | "Programmed" | "Attached" | "Ready" | "Available" => {
                    status != "True"
                }
                "Conflicted" => status == "True",
                _ => false,
            };
            let observed = one["observedGeneration"].as_i64();
            let is_fresh = observed.is_none() || generation.is_none() || observed >= generation;
            let says = format!("{kind}={status}");
            out.push(SeenCondition { by: by.clone(), says, is_bad, is_fresh });
        }
    }
    out
}

/// Whether an object refers to a parent.
fn is_parent(object: &Value, parent: &Value) -> bool {
    let Some(all) = object["spec"]["parentRefs"].as_array() else { return true };
    let home = object["metadata"]["namespace"].as_str().unwrap_or_default();
    all.iter().any(|own| is_same_parent(own, parent, home))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn route(generation: i64, observed: i64, resolved: &str) -> Value {
        let condition = |kind: &str, status: &str| json!({"type": kind, "status": status, "observedGeneration": observed});
        json!({"metadata": {"generation": generation}, "status": {"parents": [{
            "controllerName": "kgateway.dev/kgateway",
            "conditions": [condition("Accepted", "True"), condition("ResolvedRefs", resolved)],
        }]}})
    }

    #[test]
    fn a_controller_has_to_look_and_to_be_content() {
        let (before, took) = (route(1, 1, "False"), Duration::from_millis(600));
        assert_eq!(answered(&before, &route(2, 1, "False"), took), None);
        assert_eq!(answered(&before, &route(2, 2, "False"), took), None);
        let said = answered(&before, &route(2, 2, "True"), took).expect("an answer");
        assert_eq!(said, "kgateway.dev/kgateway accepted it after 0.6 s (ResolvedRefs=True)");
    }

    #[test]
    fn what_is_said_of_a_former_parent_does_not_count() {
        let mut now = route(2, 2, "True");
        let own = json!({"name": "gw", "sectionName": "http"});
        now["spec"]["parentRefs"] = json!([own]);
        now["status"]["parents"][0]["parentRef"] = own;
        let mut old = now["status"]["parents"][0].clone();
        old["parentRef"]["sectionName"] = "htp".into();
        old["conditions"][0]["observedGeneration"] = 1.into();
        now["status"]["parents"].as_array_mut().expect("a list").push(old);
        let took = Duration::ZERO;
        assert!(answered(&route(1, 1, "False"), &now, took).is_some());
    }

    #[test]
    fn the_first_status_has_to_be_good() {
        let (before, took) = (json!({"metadata": {"generation": 1}}), Duration::ZERO);
        assert_eq!(answered(&before, &before, took), None);
        assert_eq!(answered(&before, &route(1, 1, "False"), took), None);
        assert!(answered(&before, &route(1, 1, "True"), took).is_some());
    }
}
