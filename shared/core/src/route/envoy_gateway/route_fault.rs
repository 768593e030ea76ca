//! Something that is wrong with a part of a route.

use std::collections::BTreeSet;

use crate::facts::Fact;

/// Something that the translator reports of a route (`status.RouteStatusError`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteFault {
    /// Whether it is about the condition `Accepted`, rather than about `ResolvedRefs`.
    pub refuses: bool,
    /// The reason in the condition; `None`: whether there is a fault at all is not known.
    pub reason: Option<&'static str>,
    /// What is wrong, as a clause.
    pub says: String,
}

impl RouteFault {
    pub const UNSUPPORTED: &str = "UnsupportedValue";

    /// A fault that costs its rule the acceptance.
    pub fn refusal(says: impl Into<String>) -> Self {
        RouteFault { refuses: true, reason: Some(Self::UNSUPPORTED), says: says.into() }
    }

    /// A fault of something that the route refers to.
    pub fn reference(reason: &'static str, says: impl Into<String>) -> Self {
        RouteFault { refuses: false, reason: Some(reason), says: says.into() }
    }

    /// What is not known may be a fault.
    pub fn unknown(refuses: bool, says: impl Into<String>) -> Self {
        RouteFault { refuses, reason: None, says: says.into() }
    }
}

/// The reasons of several faults as they stand in one condition (`MultiStatusError.Reason`);
/// `Absent`: no fault.
pub fn reasons<'f>(faults: impl Iterator<Item = &'f RouteFault>) -> Fact<String> {
    let mut known = BTreeSet::new();
    for fault in faults {
        match fault.reason {
            Some(reason) => drop(known.insert(reason)),
            None => return Fact::Unknown(crate::facts::Why::not_given(fault.says.clone())),
        }
    }
    match known.is_empty() {
        true => Fact::Absent,
        false => Fact::Known(known.into_iter().collect::<Vec<_>>().join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_stand_side_by_side_once() {
        let faults = [
            RouteFault::reference("PortNotFound", "a"),
            RouteFault::reference("BackendNotFound", "b"),
            RouteFault::reference("PortNotFound", "c"),
        ];
        assert_eq!(reasons(faults.iter()), Fact::Known("BackendNotFound,PortNotFound".to_owned()));
        assert_eq!(reasons([].iter()), Fact::Absent);
        let open = RouteFault::unknown(false, "d");
        assert!(matches!(reasons(faults.iter().chain([&open])), Fact::Unknown(_)));
    }
}
