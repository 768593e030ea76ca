//! Why not all objects of a kind may be known.

use super::{Store, answers};
use crate::facts::{Ask, Fact, Why};
use crate::kube::Kind;

impl Store {
    pub(super) fn gap(
        &self,
        kind: Kind,
        namespace: Option<&str>,
        miss: impl FnOnce(Ask),
    ) -> Option<Why> {
        match &self.world {
            Some(world) => {
                let namespace = namespace?;
                let from = (kind, namespace.to_owned(), String::new());
                let unclear = self.unclear.range(from..).next();
                let here = |key: &(Kind, String, String)| key.0 == kind && key.1 == namespace;
                if let Some((_, unclear)) = unclear.filter(|(key, _)| here(key)) {
                    return Some(unclear.why.clone());
                }
                match world.missing::<()>(kind, namespace, None) {
                    Fact::Unknown(why) => Some(why),
                    _ => None,
                }
            }
            None => answers::gap(&self.answered, kind, namespace, miss),
        }
    }

    /// Why a selection may be incomplete, if it may. By one label less can be asked for than the
    /// whole list; of several the list is wanted.
    pub(super) fn selection_gap(
        &self,
        kind: Kind,
        namespace: Option<&str>,
        labels: &[(&str, &str)],
        miss: impl FnOnce(Ask),
    ) -> Option<Why> {
        let [(label, value)] = labels else { return self.gap(kind, namespace, miss) };
        let select = || Ask::Select {
            kind,
            namespace: namespace.map(str::to_owned),
            label: (*label).to_owned(),
            value: (*value).to_owned(),
        };
        if self.world.is_none()
            && let Some(answer) = self.answered.get(&select())
        {
            return answer.as_ref().err().cloned();
        }
        self.gap(kind, namespace, |_| miss(select()))
    }
}
