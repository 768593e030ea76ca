//! What an HTTPS listener of kgateway asks of its clients and of TLS, where it is not known to be right.

use crate::facts::views::*;
use crate::facts::{Facts, Why};
use crate::kube::Meta;

/// The options of `listener.tls` that any kgateway reads (its `api/annotations/gateway.go`). Those that
/// need a trusted certificate are left out.
const OPTIONS: [&str; 6] = [
    "kgateway.dev/alpn-protocols",
    "kgateway.dev/cipher-suites",
    "kgateway.dev/ecdh-curves",
    "kgateway.dev/signature-algorithms",
    "kgateway.dev/min-tls-version",
    "kgateway.dev/max-tls-version",
];

/// Why it is not known whether kgateway opens a listener: for an option that it may not know, or for
/// client certificates by an authority that is not in the Gateway's namespace.
pub fn unknown(facts: &Facts, owner: &Meta, listener: &Listener) -> Option<Why> {
    let options = listener.tls.iter().flat_map(|tls| tls.options.keys());
    let mut other = options.filter(|key| !OPTIONS.contains(&key.as_str()));
    if let Some(key) = other.next() {
        let key = crate::text::clip(&crate::text::clean(key), 60);
        return Some(Why::not_given(format!("what option {key} comes to depends on the release")));
    }
    if owner.kind != "Gateway" {
        return None;
    }
    let gateway = facts.store.get::<Gateway>(&owner.namespace, &owner.name, |_| ()).known()?;
    let is_there = |own: &&CertificateRef| {
        let home = own.namespace.as_ref().is_none_or(|named| *named == owner.namespace);
        let known = |kind: &str| own.kind == kind && own.group.is_empty();
        let (namespace, name) = (&owner.namespace, &own.name);
        home && (known("ConfigMap")
            && facts.store.get::<ConfigMap>(namespace, name, |_| ()).known().is_some()
            || known("Secret")
                && facts.store.get::<Secret>(namespace, name, |_| ()).known().is_some())
    };
    let missing = gateway.client_certificates.iter().find(|own| !is_there(own))?;
    Some(Why::not_given(format!(
        "whether {} {}, by which clients are known, is there and permitted is not looked at",
        missing.kind, missing.name
    )))
}
