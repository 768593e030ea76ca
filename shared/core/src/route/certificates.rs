//! The certificates of listeners.

use super::grant::Crossing;
use super::grants;
use crate::facts::views::*;
use crate::facts::{Fact, Facts, Why};
use crate::kube::{GATEWAY_API, Kind, Meta, full_name};
use crate::route::profile::Profile;

/// What the certificates of a listener come to.
pub enum Certificates {
    Good,
    NoTls,
    Bad { reason: &'static str, says: String },
}

/// Why a certificate cannot be used: the reason of the condition, and a clause.
pub type BadCertificate = (&'static str, String);

/// Whether certificates that are not in the files are taken to be there and good.
pub fn is_supposed(facts: &Facts, owner: &Meta, spec: &Listener) -> bool {
    let Some(world) = &facts.store.world else { return false };
    let refs = spec.tls.iter().flat_map(|tls| &tls.certificate_refs);
    let mut keys = refs.map(|reference| {
        let namespace = reference.namespace.as_ref().unwrap_or(&owner.namespace);
        (namespace.clone(), reference.name.clone())
    });
    world.supposes(Kind::Secret, &owner.namespace)
        || keys.any(|key| facts.store.notes.made.contains_key(&key))
}

/// What the certificates of a listener come to: one that cannot be used spoils it.
pub fn certificates(
    facts: &Facts,
    owner: &Meta,
    spec: &Listener,
    profile: &Profile,
) -> Fact<Certificates> {
    let Some(tls) = &spec.tls else {
        return Fact::Known(Certificates::NoTls);
    };
    let mut unknown = None;
    for reference in &tls.certificate_refs {
        match certificate(facts, owner, reference, profile) {
            Fact::Known((reason, says)) => return Fact::Known(Certificates::Bad { reason, says }),
            Fact::Unknown(why) => unknown = Some(why),
            Fact::Absent => {}
        }
    }
    unknown.map_or(Fact::Known(Certificates::Good), Fact::Unknown)
}

/// What is wrong with one certificate; `Absent`: nothing.
pub fn certificate(
    facts: &Facts,
    owner: &Meta,
    reference: &CertificateRef,
    profile: &Profile,
) -> Fact<BadCertificate> {
    let namespace = reference.namespace.as_ref().unwrap_or(&owner.namespace);
    let bad = |reason, says: String| Fact::Known((reason, says));
    if reference.kind != "Secret" || !reference.group.is_empty() {
        let says = format!("its certificate is a {}, not a Secret", reference.kind);
        return bad("InvalidCertificateRef", says);
    }
    let mut unknown = None;
    if *namespace != owner.namespace {
        let crossing = Crossing {
            from_group: GATEWAY_API,
            from_kind: &owner.kind,
            from_namespace: &owner.namespace,
            to_group: "",
            to_kind: "Secret",
            to_namespace: namespace,
            to_name: &reference.name,
        };
        match grants::permitted(facts, &crossing, profile.is_kgateway()) {
            Fact::Known(_) => {}
            Fact::Absent => {
                let says = format!(
                    "no ReferenceGrant in {namespace} lets it use Secret {namespace}/{}",
                    reference.name
                );
                return bad("RefNotPermitted", says);
            }
            Fact::Unknown(why) => {
                let says = format!("a ReferenceGrant in {namespace} ({})", why.detail);
                unknown = Some(Why { detail: says, ..why });
            }
        }
    }
    let name = format!("Secret {}", full_name(namespace, &reference.name));
    match facts.get::<Secret>(namespace, &reference.name) {
        Fact::Absent => return bad("InvalidCertificateRef", format!("{name} does not exist")),
        Fact::Unknown(why) => {
            unknown = Some(Why { detail: format!("{name} ({})", why.detail), ..why });
        }
        Fact::Known(secret) => {
            let fault = match secret.pair {
                KeyPair::Good | KeyPair::Unknown => None,
                KeyPair::Missing => Some("has no tls.crt or no tls.key"),
                KeyPair::Unreadable => Some("holds no readable certificate and key"),
                KeyPair::Mismatch => Some("holds a key that does not match its certificate"),
            };
            if let Some(fault) = fault {
                return bad("InvalidCertificateRef", format!("{name} {fault}"));
            }
        }
    }
    unknown.map_or(Fact::Absent, Fact::Unknown)
}
