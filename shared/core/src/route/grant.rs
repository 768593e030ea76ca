//! ReferenceGrants.

use crate::facts::views::{GrantFrom, GrantTo, ReferenceGrant};

/// A reference that leaves its namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing<'a> {
    pub from_group: &'a str,
    pub from_kind: &'a str,
    pub from_namespace: &'a str,
    /// API group of the target, empty for core.
    pub to_group: &'a str,
    pub to_kind: &'a str,
    /// Namespace of the target: the grant must live here.
    pub to_namespace: &'a str,
    pub to_name: &'a str,
}

/// A field of a grant that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongField {
    /// Pointer into the grant.
    pub pointer: String,
    pub is: String,
    pub wanted: String,
}

impl Crossing<'_> {
    fn fits_referrer(&self, from: &GrantFrom) -> bool {
        from.group == self.from_group
            && from.kind == self.from_kind
            && from.namespace == self.from_namespace
    }

    /// kgateway accepts `core` as the empty group (seen); the specification does not.
    fn fits_target(self, to: &GrantTo, core_is_core: bool) -> bool {
        let group = if core_is_core && to.group == "core" { "" } else { &to.group };
        group == self.to_group
            && to.kind == self.to_kind
            && to.name.as_deref().is_none_or(|name| name.is_empty() || name == self.to_name)
    }

    /// Whether a grant of the target's namespace permits this reference.
    pub fn is_granted_by(&self, grant: &ReferenceGrant, kgateway: bool) -> bool {
        grant.from.iter().any(|from| self.fits_referrer(from))
            && grant.to.iter().any(|to| self.fits_target(to, kgateway))
    }

    /// What is wrong with a grant that was meant for this reference: its `to` names this very
    /// target (or no name), and some other field differs. `None` when it is no such grant.
    pub fn near(&self, grant: &ReferenceGrant, kgateway: bool) -> Option<Vec<WrongField>> {
        let mut best: Option<Vec<WrongField>> = None;
        for (i, from) in grant.from.iter().enumerate() {
            for (j, to) in grant.to.iter().enumerate() {
                let names_it = to.name.as_deref().is_none_or(|name| name == self.to_name);
                if !names_it {
                    continue;
                }
                let mut wrong = Vec::new();
                let mut compare = |pointer: String, is: &str, wanted: &str| {
                    if is != wanted {
                        let (is, wanted) = (is.to_owned(), wanted.to_owned());
                        wrong.push(WrongField { pointer, is, wanted });
                    }
                };
                compare(format!("/spec/from/{i}/group"), &from.group, self.from_group);
                compare(format!("/spec/from/{i}/kind"), &from.kind, self.from_kind);
                compare(format!("/spec/from/{i}/namespace"), &from.namespace, self.from_namespace);
                let core = kgateway && to.group == "core" && self.to_group.is_empty();
                let group = if core { "" } else { to.group.as_str() };
                compare(format!("/spec/to/{j}/group"), group, self.to_group);
                compare(format!("/spec/to/{j}/kind"), &to.kind, self.to_kind);
                if !wrong.is_empty() && best.as_ref().is_none_or(|b| wrong.len() < b.len()) {
                    best = Some(wrong);
                }
            }
        }
        // A grant in which nearly everything differs was written for something else.
        best.filter(|wrong| wrong.len() <= 3)
    }
}
