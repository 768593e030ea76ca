//! Objects by their names: those of the same name elsewhere, and those that are spelled alike.

use std::collections::HashMap;
use std::rc::Rc;

use super::{Derive, Facts, Memo, Spelling, Stored};
use crate::kube::{Kind, Meta};

/// The objects of a kind by name.
type ByName<'a> = HashMap<&'a str, Vec<&'a Meta>>;

/// The objects of a kind in a namespace, and how they are spelled.
type Spelled<'a> = (Vec<&'a Meta>, Spelling);

#[derive(Default)]
struct Namesakes<'a> {
    kinds: Memo<Kind, Rc<ByName<'a>>>,
    places: Memo<(Kind, String), Rc<Spelled<'a>>>,
}

better_any::tid!(Namesakes<'a>);

impl<'a> Derive<'a> for Namesakes<'a> {
    fn derive(_: &Facts<'a>) -> Self {
        Namesakes::default()
    }
}

/// The objects of a kind that have this name, in all namespaces.
pub fn namesakes<'a, T: Stored>(facts: &Facts<'a>, name: &str) -> Vec<&'a Meta> {
    let kind = facts.derived::<Namesakes>().kinds.get(&T::KIND, || {
        let mut out: ByName = HashMap::new();
        for object in facts.list::<T>(None).items {
            out.entry(object.meta().name.as_str()).or_default().push(object.meta());
        }
        Rc::new(out)
    });
    kind.get(name).cloned().unwrap_or_default()
}

/// The object of a kind in a namespace whose name is at most two edits away, the nearest one first.
/// `fits` tells which count.
pub fn nearest<'a, T: Stored>(
    facts: &Facts<'a>,
    namespace: &str,
    name: &str,
    fits: impl Fn(&Meta) -> bool,
) -> Option<&'a Meta> {
    let key = (T::KIND, namespace.to_owned());
    let place = facts.derived::<Namesakes>().places.get(&key, || {
        let all: Vec<&Meta> =
            facts.list::<T>(Some(namespace)).items.into_iter().map(T::meta).collect();
        let spelling = Spelling::new(all.iter().map(|meta| ((), meta.name.clone())));
        Rc::new((all, spelling))
    });
    let (all, spelling) = place.as_ref();
    let near = spelling.candidates(&(), name).into_iter().map(|number| all[number as usize]);
    let distances = near.map(|meta| (strsim::damerau_levenshtein(&meta.name, name), meta));
    let fitting = distances.filter(|(distance, meta)| *distance <= 2 && fits(meta));
    fitting.min_by_key(|(distance, _)| *distance).map(|(_, meta)| meta)
}
