//! Which namespaces an `allowedRoutes` or `allowedListeners` lets in.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::facts::views::{AllowedNamespaces, Namespace, Selector};
use crate::facts::{Derive, Fact, Facts, Why};

/// The label that the API server puts on every Namespace.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Whether objects of `namespace` are let in by an owner in `home`.
///
/// `from: Selector` without a selector lets nobody in; an unknown operator fits no namespace
/// (both seen); the empty selector fits all.
pub fn allows(
    facts: &Facts,
    allowed: &AllowedNamespaces,
    home: &str,
    namespace: &str,
) -> Fact<bool> {
    match (allowed.from.as_str(), &allowed.selector) {
        ("All", _) => Fact::Known(true),
        ("Same", _) if home != namespace && (home.is_empty() || namespace.is_empty()) => {
            Fact::Unknown(unknown_namespace())
        }
        ("Same", _) => Fact::Known(home == namespace),
        ("Selector", Some(selector)) => fits(facts, selector, namespace),
        _ => Fact::Known(false),
    }
}

/// Of two objects one says no namespace: whether it is that of the other is not known.
pub fn unknown_namespace() -> Why {
    Why::not_given("the namespace of one of them is not in the input")
}

/// One requirement in the words of a selector, and whether a namespace meets it.
pub struct Tested {
    /// `tier=ai`, `tier in (a, b)` …
    pub says: String,
    /// Whether it is met; `Unknown` when the namespace's labels are not known.
    pub met: Fact<bool>,
}

/// Tests a namespace against each requirement of a selector.
pub fn test(facts: &Facts, selector: &Selector, namespace: &str) -> Vec<Tested> {
    let object = facts.get::<Namespace>("", namespace);
    let label = |key: &str| -> Fact<Option<String>> {
        if key == NAME_LABEL {
            return Fact::Known(Some(namespace.to_owned()));
        }
        match &object {
            Fact::Known(found) => Fact::Known(found.meta.labels.get(key).map(str::to_owned)),
            // Objects of a namespace are given, so it exists; its labels are what is missing.
            Fact::Absent => Fact::Unknown(Why::not_given(format!(
                "the labels of Namespace {namespace} are not in the input"
            ))),
            Fact::Unknown(why) => Fact::Unknown(why.clone()),
        }
    };
    let mut out = Vec::new();
    for (key, value) in &selector.match_labels {
        let met = label(key).map(|found| found.as_ref() == Some(value));
        out.push(Tested { says: format!("{key}={value}"), met });
    }
    for requirement in &selector.match_expressions {
        let (key, values) = (&requirement.key, &requirement.values);
        let listed = match values.len() {
            ..=6 => values.join(", "),
            more => format!("{}, … {more} values", values[..5].join(", ")),
        };
        let has = |found: &Option<String>| found.as_ref().is_some_and(|v| values.contains(v));
        let (says, met) = match requirement.operator.as_str() {
            "In" => (format!("{key} in ({listed})"), label(key).map(|found| has(&found))),
            "NotIn" => (format!("{key} notin ({listed})"), label(key).map(|found| !has(&found))),
            "Exists" => (key.clone(), label(key).map(|found| found.is_some())),
            "DoesNotExist" => (format!("!{key}"), label(key).map(|found| found.is_none())),
            other => (format!("{key} {other} (unknown operator)"), Fact::Known(false)),
        };
        out.push(Tested { says, met });
    }
    out
}

/// Which namespaces selectors fit, as far as it was asked. Listeners often have the same selector.
#[derive(Default)]
struct Fitting {
    numbers: RefCell<HashMap<*const Selector, usize>>,
    alike: RefCell<HashMap<Selector, usize>>,
    known: RefCell<Vec<HashMap<String, Fact<bool>>>>,
}

better_any::tid!(Fitting);

impl<'a> Derive<'a> for Fitting {
    fn derive(_: &Facts<'a>) -> Self {
        Fitting::default()
    }
}

impl Fitting {
    /// The number of all selectors that are alike.
    fn number(&self, selector: &Selector) -> usize {
        *self.numbers.borrow_mut().entry(std::ptr::from_ref(selector)).or_insert_with(|| {
            let mut alike = self.alike.borrow_mut();
            let next = alike.len();
            let number = *alike.entry(selector.clone()).or_insert(next);
            if number == next {
                self.known.borrow_mut().push(HashMap::new());
            }
            number
        })
    }
}

fn fits(facts: &Facts, selector: &Selector, namespace: &str) -> Fact<bool> {
    let fitting = facts.derived::<Fitting>();
    let number = fitting.number(selector);
    let answer = fitting.known.borrow()[number].get(namespace).cloned();
    answer.unwrap_or_else(|| {
        let found = tested(facts, selector, namespace);
        fitting.known.borrow_mut()[number].insert(namespace.to_owned(), found.clone());
        found
    })
}

fn tested(facts: &Facts, selector: &Selector, namespace: &str) -> Fact<bool> {
    let mut unknown = None;
    for tested in test(facts, selector, namespace) {
        match tested.met {
            Fact::Known(true) => {}
            Fact::Known(false) | Fact::Absent => return Fact::Known(false),
            Fact::Unknown(why) => unknown = Some(why),
        }
    }
    unknown.map_or(Fact::Known(true), Fact::Unknown)
}
