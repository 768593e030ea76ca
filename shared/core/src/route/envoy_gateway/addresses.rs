//! The addresses of a backend.

use std::collections::BTreeSet;

use super::backend_object::{self, EndpointKind};
use crate::facts::Facts;
use crate::facts::views::*;

/// The kind of object that a backendRef names; the group is not compared with it.
pub enum ReferredObject<'a> {
    Service(&'a Service),
    Import(&'a ServiceImport),
    Backend(&'a EnvoyBackend),
}

/// What addresses a backend has.
pub enum Addresses {
    None(String),
    Some {
        /// Names and addresses beside each other (`validateDestinationSettings`).
        mixed: bool,
    },
}

/// The addresses of a backend. Where its EndpointSlices are not in the input, it is taken to have
/// some, of one kind.
pub fn addresses(facts: &Facts, target: &ReferredObject, to_services: bool) -> Addresses {
    let (label, meta, port, direct) = match target {
        ReferredObject::Backend(backend) => {
            let endpoints = backend_object::endpoints(backend);
            let kinds: BTreeSet<bool> = endpoints
                .iter()
                .filter_map(backend_object::kind_of)
                .map(|kind| kind == EndpointKind::Name)
                .collect();
            return Addresses::Some { mixed: kinds.len() > 1 };
        }
        ReferredObject::Service(service) => {
            let headless = service.cluster_ip.as_deref() == Some("None");
            (EndpointSlice::SERVICE, &service.meta, None, to_services && !headless)
        }
        ReferredObject::Import(import) => {
            let ips = import.spec["ips"].as_array().is_some_and(|ips| !ips.is_empty());
            let port = import.spec["ports"].as_array().and_then(|ports| ports.first());
            (EndpointSlice::IMPORT, &import.meta, port, to_services && ips)
        }
    };
    if direct {
        return Addresses::Some { mixed: false };
    }
    let own = [(label, meta.name.as_str())];
    let slices = facts.select::<EndpointSlice>(Some(&meta.namespace), &own);
    if slices.items.is_empty() {
        // Of a Service the rules for pods know more than its slices.
        return match slices.gap.is_none() && port.is_some() {
            true => Addresses::None(format!("{} has no EndpointSlice", meta.title())),
            false => Addresses::Some { mixed: false },
        };
    }
    if slices.items.iter().all(|slice| slice.endpoints == 0) {
        return Addresses::None(format!("{} has no endpoints", meta.title()));
    }
    let names = slices.items.iter().filter(|slice| slice.has_names).count();
    Addresses::Some { mixed: names != 0 && names != slices.items.len() }
}
