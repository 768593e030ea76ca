//! From repairs to one change an object, in the order in which they can be made.

use super::repair::{Edit, FixPlace, MovedSecret, NewObject, add_new};
use super::set::Set;
use crate::kube::{ObjRef, group_of};

/// A repair that was decided on.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Its name ([`super::id`]).
    pub id: String,
    pub edits: Vec<Edit>,
}

/// What is done to one object.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanStep {
    /// The repairs that it is of, by name.
    pub fixes: Vec<String>,
    pub object: ObjRef,
    pub action: StepAction,
}

#[derive(Debug, Clone, PartialEq)]
pub enum StepAction {
    Create(NewObject),
    Change(FixPlace, Vec<Set>),
    Move(MovedSecret),
}

/// The steps, and the repairs that contradict one another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Planned {
    pub steps: Vec<PlanStep>,
    /// Names of repairs that want different things at one place: none of them is in the steps.
    pub contradicting: Vec<(String, String)>,
}

impl Planned {
    /// The repairs that are in no step because of another one, each with why.
    pub fn refused(&self) -> impl Iterator<Item = (&String, String)> {
        self.contradicting.iter().flat_map(|(one, other)| {
            let why = format!("{one} and {other} want different things at one place");
            [(one, why.clone()), (other, why)]
        })
    }
}

/// Puts the repairs together: one change an object, and none of those that contradict one another.
pub fn plan(chosen: &[Chosen]) -> Planned {
    let mut out = Planned::default();
    for (at, one) in chosen.iter().enumerate() {
        for other in &chosen[at + 1..] {
            if one.edits.iter().any(|own| other.edits.iter().any(|edit| contradict(own, edit))) {
                out.contradicting.push((one.id.clone(), other.id.clone()));
            }
        }
    }
    let refused: Vec<&String> = out.contradicting.iter().flat_map(|(a, b)| [a, b]).collect();
    let kept = chosen.iter().filter(|one| !refused.contains(&&one.id));
    let mut steps: Vec<PlanStep> = Vec::new();
    for (one, edit) in kept.flat_map(|one| one.edits.iter().map(move |edit| (one, edit))) {
        let action = match edit {
            Edit::Create(new) => StepAction::Create(new.clone()),
            Edit::Change(place, sets) => StepAction::Change(place.clone(), sets.clone()),
            Edit::Move(moved) => StepAction::Move(moved.clone()),
        };
        match steps.iter_mut().find(|step| step.takes(edit)) {
            Some(step) => step.add(&one.id, action),
            None => {
                let object = subject(edit);
                steps.push(PlanStep { fixes: vec![one.id.clone()], object, action });
            }
        }
    }
    steps.sort_by_key(|step| rank(&step.object.kind));
    out.steps = steps;
    out
}

impl PlanStep {
    /// Whether an edit is about the same object and document.
    fn takes(&self, edit: &Edit) -> bool {
        match (&self.action, edit) {
            (StepAction::Create(_), Edit::Create(_)) => is_same(&self.object, &subject(edit)),
            (StepAction::Change(own, _), Edit::Change(place, _)) => own == place,
            (StepAction::Move(own), Edit::Move(moved)) => own == moved,
            _ => false,
        }
    }

    fn add(&mut self, id: &str, action: StepAction) {
        if let (StepAction::Change(_, own), StepAction::Change(_, new)) = (&mut self.action, action)
        {
            add_new(own, &new);
        }
        if !self.fixes.iter().any(|known| known == id) {
            self.fixes.push(id.to_owned());
        }
    }
}

/// Whether one repair changes what another one changes the inside of: the second is to be made on what
/// the first one leaves.
pub fn depend(one: &Chosen, other: &Chosen) -> bool {
    let nested = |own: &Edit, new: &Edit| match (own, new) {
        (Edit::Change(own, sets), Edit::Change(place, others)) if own == place => sets
            .iter()
            .any(|set| others.iter().any(|new| set.pointer() != new.pointer() && clash(set, new))),
        _ => false,
    };
    one.edits.iter().any(|own| other.edits.iter().any(|new| nested(own, new)))
}

/// What an edit is about.
fn subject(edit: &Edit) -> ObjRef {
    match edit {
        Edit::Create(new) => ObjRef::of(&new.object),
        Edit::Change(place, _) => place.object.clone(),
        Edit::Move(moved) => moved.secret.clone(),
    }
}

fn is_same(one: &ObjRef, other: &ObjRef) -> bool {
    group_of(&one.api_version) == group_of(&other.api_version)
        && (&one.kind, &one.namespace, &one.name) == (&other.kind, &other.namespace, &other.name)
}

/// Whether both cannot be made: two objects of one name, or two values at one place.
fn contradict(one: &Edit, other: &Edit) -> bool {
    match (one, other) {
        (Edit::Create(own), Edit::Create(new)) => {
            own.object != new.object && is_same(&subject(one), &subject(other))
        }
        (Edit::Move(own), Edit::Move(moved)) => {
            own != moved && is_same(&subject(one), &subject(other))
        }
        (Edit::Create(_), Edit::Move(_)) | (Edit::Move(_), Edit::Create(_)) => {
            is_same(&subject(one), &subject(other))
        }
        (Edit::Change(own, sets), Edit::Change(place, others)) => {
            own == place && sets.iter().any(|set| others.iter().any(|new| clash(set, new)))
        }
        _ => false,
    }
}

fn clash(one: &Set, other: &Set) -> bool {
    if one == other || matches!((one, other), (Set::Insert(..), Set::Insert(..))) {
        return false;
    }
    let (own, new) = (one.pointer(), other.pointer());
    let inside = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    inside(own, new) || inside(new, own)
}

/// What others refer to comes before what refers to it.
fn rank(kind: &str) -> usize {
    let order = ["Namespace", "Secret", "ConfigMap", "ReferenceGrant", "Service", "Gateway"];
    order.iter().position(|own| *own == kind).unwrap_or(match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" => order.len() + 1,
        _ => order.len(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(at: &str, value: &str) -> Edit {
        let object = ObjRef {
            api_version: "gateway.networking.k8s.io/v1".into(),
            kind: "HTTPRoute".into(),
            namespace: Some("gw".into()),
            name: "chat".into(),
        };
        let place = FixPlace { object, origin: crate::kube::Origin::default(), inner: None };
        Edit::Change(place, vec![Set::Put(at.into(), value.into())])
    }

    fn chosen(id: &str, edit: Edit) -> Chosen {
        Chosen { id: id.into(), edits: vec![edit] }
    }

    fn grant(name: &str, from: &str) -> Edit {
        let meta = json!({"name": name, "namespace": "gpu"});
        let object = json!({"apiVersion": "gateway.networking.k8s.io/v1beta1",
            "kind": "ReferenceGrant", "metadata": meta, "spec": {"from": from}});
        Edit::Create(NewObject { object, beside: None })
    }

    #[test]
    fn repairs_of_one_object_are_one_step_behind_the_grants() {
        let all = [
            chosen("a", change("/spec/hostnames/0", "x")),
            chosen("b", grant("g", "gw")),
            chosen("c", change("/spec/hostnames/1", "y")),
            chosen("d", grant("g", "gw")),
        ];
        let planned = plan(&all);
        let steps: Vec<_> = planned.steps.iter().map(|step| step.fixes.clone()).collect();
        assert_eq!(steps, [["b", "d"], ["a", "c"]]);
        assert!(planned.contradicting.is_empty());
    }

    #[test]
    fn what_contradicts_is_refused_together() {
        let all = [
            chosen("a", change("/spec/rules/0/name", "x")),
            chosen("b", change("/spec/rules/0", "y")),
            chosen("c", change("/spec/rules/01", "z")),
            chosen("d", grant("g", "gw")),
            chosen("e", grant("g", "other")),
        ];
        let planned = plan(&all);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(planned.contradicting, [pair("a", "b"), pair("d", "e")]);
        let left: Vec<_> = planned.steps.iter().flat_map(|step| &step.fixes).collect();
        assert_eq!(left, ["c"]);
    }
}
