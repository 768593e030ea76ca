//! kgateway's delegation: a rule may hand its requests on to other HTTPRoutes (kgateway.md 5).

mod child_match;
mod children;
mod delegations;
mod fault;
mod flat;

pub use children::{ALL_NAMESPACES, LABEL, may_attach};
pub use delegations::{
    ChildOf, fault_of, flat_of, is_reached, is_refused, is_sound, is_within, parents_of,
};
pub use fault::DelegationFault;
pub use flat::{DelegatingMatch, Flat, Visit, Way};
