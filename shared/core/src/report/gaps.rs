//! What was not looked at, for people: one cause is told once, however many namespaces and checks
//! it concerns, and a namespace that the input leaves open once, however many causes there are.

use std::collections::{HashMap, HashSet};

use super::Gap;
use crate::facts::WhyKind;
use crate::text;

/// What was not looked at for one cause, or what the input leaves open in one namespace.
#[derive(Debug, PartialEq, Eq)]
pub struct Told<'a> {
    pub resources: Vec<&'a str>,
    pub whys: Vec<&'a str>,
    /// Whether the input does not hold it, rather than that looking failed.
    pub not_given: bool,
    namespaces: Vec<&'a str>,
    objects: usize,
    codes: Vec<&'static str>,
}

/// Gaps by cause, in the order of the report; what the input leaves open, by namespace.
pub fn told(gaps: &[Gap]) -> Vec<Told<'_>> {
    let mut by_cause: Vec<Told> = Vec::new();
    let mut causes: HashMap<(&str, &str, bool), usize> = HashMap::new();
    let mut spaces: HashSet<(usize, &str)> = HashSet::new();
    for gap in gaps {
        let namespace = gap.namespace.as_deref();
        let (resource, why) = (gap.resource.as_str(), gap.reason.detail.as_str());
        // What is missing everywhere is another thing than what is missing somewhere.
        let cause = (resource, why, namespace.is_none());
        let place = causes.get(&cause).copied().unwrap_or(by_cause.len());
        let new = namespace.filter(|namespace| spaces.insert((place, *namespace)));
        match by_cause.get_mut(place) {
            Some(told) => {
                told.objects = told.objects.max(gap.objects);
                add(&mut told.codes, [gap.code]);
                told.namespaces.extend(new);
            }
            None => {
                causes.insert(cause, place);
                by_cause.push(Told {
                    resources: vec![resource],
                    whys: vec![why],
                    not_given: gap.reason.kind == WhyKind::NotGiven.word(),
                    namespaces: namespace.into_iter().collect(),
                    objects: gap.objects,
                    codes: vec![gap.code],
                });
            }
        }
    }
    let mut out: Vec<Told> = Vec::new();
    let mut open: HashMap<&str, usize> = HashMap::new();
    let mut whys: HashSet<(usize, &str)> = HashSet::new();
    for told in by_cause {
        let place = match told.namespaces.as_slice() {
            [only] if told.not_given => Some(*only),
            _ => None,
        };
        let known = place.and_then(|place| open.get(place)).copied();
        if let Some(place) = place.filter(|_| known.is_none()) {
            open.insert(place, out.len());
        }
        let number = known.unwrap_or(out.len());
        match out.get_mut(number) {
            Some(own) => {
                own.objects += told.objects;
                add(&mut own.resources, told.resources);
                own.whys.extend(told.whys.into_iter().filter(|why| whys.insert((number, *why))));
                add(&mut own.codes, told.codes);
            }
            None => {
                whys.extend(told.whys.iter().map(|why| (number, *why)));
                out.push(told);
            }
        }
    }
    out
}

fn add<T: PartialEq>(known: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for one in more {
        if !known.contains(&one) {
            known.push(one);
        }
    }
}

impl Told<'_> {
    /// The whole text, except the question to kubectl.
    pub fn text(&self) -> String {
        let space = match self.namespaces.as_slice() {
            [] => String::new(),
            some => format!(" in {}", text::some_of(some, 3)),
        };
        let checks = match self.codes.len() {
            // Which ones, the machine formats tell.
            7.. => text::count(self.codes.len(), "check"),
            _ => text::list(&self.codes),
        };
        let objects = text::count(self.objects, "reference");
        let (resources, whys) = (text::some_of(&self.resources, 4), text::some_of(&self.whys, 2));
        format!("{resources}{space} ({whys}), for {objects}, {checks}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reason;
    use super::*;

    #[test]
    fn one_cause_is_told_once() {
        let gap = |code, namespace: Option<&str>, detail: &str| Gap {
            code,
            resource: "services".to_owned(),
            namespace: namespace.map(str::to_owned),
            objects: 1,
            reason: Reason { kind: "timed-out", detail: detail.to_owned() },
            failed: true,
        };
        let open = |resource: &str, namespace: &str, detail: &str| Gap {
            resource: resource.to_owned(),
            reason: Reason { kind: "not-given", detail: detail.to_owned() },
            ..gap("IGW0004", Some(namespace), detail)
        };
        let gaps = [
            gap("IGW0001", Some("a"), "slow"),
            gap("IGW0001", Some("b"), "slow"),
            gap("IGW0001", Some("c"), "reset"),
            gap("IGW0002", Some("a"), "slow"),
            gap("IGW0002", Some("d"), "slow"),
            gap("IGW0002", Some("e"), "slow"),
            gap("IGW0003", None, "slow"),
            open("services", "f", "a chart"),
            open("secrets", "f", "a Certificate"),
            open("services", "g", "a chart of g"),
        ];
        let texts: Vec<String> = told(&gaps).iter().map(Told::text).collect();
        assert_eq!(
            texts,
            [
                "services in a, b, d and 1 more (slow), for 1 reference, IGW0001 and IGW0002",
                "services in c (reset), for 1 reference, IGW0001",
                "services (slow), for 1 reference, IGW0003",
                "services and secrets in f (a chart and a Certificate), for 2 references, IGW0004",
                "services in g (a chart of g), for 1 reference, IGW0004",
            ]
        );
    }
}
