//! Listeners as Envoy Gateway's translator checks them (`ProcessListeners`).

use super::listener_conflicts::{self, CheckedListener};
use super::proxy_settings;
use super::trusted::{self, Distrust};
use crate::facts::views::*;
use crate::facts::{Fact, Facts};
use crate::kube::{GATEWAY_API, Meta};
use crate::route::certificates::{BadCertificate, certificate, is_supposed};
use crate::route::condition::Condition;
use crate::route::grant::Crossing;
use crate::route::grants;
use crate::route::listener_kinds::supported_kinds;
use crate::route::listener_sets::{OwnedListener, owned};
use crate::route::profile::Profile;
use crate::route::running::Running;
use crate::route::served_listener::{ListenerAnswers, ServedListener};

const PARTLY: &str = "PartiallyInvalidCertificateRef";

/// The listeners of a Gateway and its ListenerSets, with what those of other Gateways do to them
/// that share its proxy.
pub fn listeners<'a>(facts: &Facts<'a>, gateway: &'a Gateway) -> Vec<ServedListener<'a>> {
    let merged = proxy_settings::merged_with(facts, gateway);
    let mut all: Vec<CheckedListener> = Vec::new();
    for (number, own) in merged.iter().enumerate() {
        let same = own.meta.is_same(&gateway.meta);
        if !same && matches!(proxy_settings::running(facts, own), Running::No(..)) {
            continue;
        }
        let checked = owned(facts, own).into_iter();
        all.extend(checked.map(|one| check(facts, own, number, one)));
    }
    listener_conflicts::find(&mut all, merged.len() > 1);
    let own = all.into_iter().filter(|one| merged[one.gateway].meta.is_same(&gateway.meta));
    own.map(finish).collect()
}

/// `validateListenerSpec`.
fn check<'a>(
    facts: &Facts<'a>,
    gateway: &Gateway,
    number: usize,
    (owner, index, spec): OwnedListener<'a>,
) -> CheckedListener<'a> {
    let profile = &Profile::EnvoyGateway;
    let serves = Fact::Known(match spec.protocol.as_str() {
        "HTTP" => ListenerAnswers::Http,
        "HTTPS" => ListenerAnswers::Https,
        _ => ListenerAnswers::OtherProtocol,
    });
    let (conditions, kinds, supposed) = (Vec::new(), Vec::new(), None);
    let served = ServedListener { owner, index, spec, conditions, kinds, serves, supposed };
    let mut out = CheckedListener::new(served, number);
    match supported_kinds(spec, profile) {
        None => {
            let says = format!("protocol {} is not supported", spec.protocol);
            out.fails("Accepted", "UnsupportedProtocol", says);
        }
        Some((supported, some_bad)) => {
            if some_bad {
                let says = "allowedRoutes.kinds names a kind that it does not support".to_owned();
                out.fails("ResolvedRefs", "InvalidRouteKinds", says);
            }
            out.served.kinds = supported;
        }
    }
    let invalid =
        |out: &mut CheckedListener, says: String| out.fails("Programmed", "Invalid", says);
    let protocol = spec.protocol.as_str();
    let mode = spec.tls.as_ref().map(|tls| tls.mode.as_str());
    match (protocol, &spec.tls, mode) {
        ("HTTP" | "TCP" | "UDP", Some(_), _) => {
            invalid(&mut out, format!("a listener of protocol {protocol} has no tls"));
        }
        ("HTTPS" | "TLS", None, _) => {
            invalid(&mut out, format!("it is an {protocol} listener without tls"));
        }
        ("HTTPS", Some(_), Some("Passthrough")) => {
            let says = "HTTPS has no TLS mode Passthrough".to_owned();
            out.fails("Programmed", "UnsupportedTLSMode", says);
        }
        ("TLS", Some(tls), Some("Passthrough")) if !tls.certificate_refs.is_empty() => {
            invalid(&mut out, "TLS mode Passthrough has no certificates".to_owned());
        }
        ("HTTPS", Some(tls), _) | ("TLS", Some(tls), Some("Terminate")) => {
            terminate(facts, tls, &mut out);
        }
        _ => {}
    }
    if protocol == "HTTPS" {
        match clients(facts, gateway, spec.port) {
            Fact::Absent => {}
            Fact::Known(own) => {
                let says = own.says;
                out.fails("ResolvedRefs", own.reason, says.clone());
                out.fails("Programmed", own.reason, says.clone());
                out.fails("Accepted", "NoValidCACertificate", says);
            }
            Fact::Unknown(why) => out.served.serves = Fact::Unknown(why),
        }
    }
    if ["TCP", "UDP"].contains(&protocol) && spec.hostname.is_some() {
        invalid(&mut out, format!("a listener of protocol {protocol} has no hostname"));
    }
    out
}

/// `validateTerminateModeAndGetTLSSecrets`: a listener with one good certificate is served.
fn terminate(facts: &Facts, tls: &ListenerTls, out: &mut CheckedListener) {
    let (owner, spec) = (out.served.owner, out.served.spec);
    if tls.certificate_refs.is_empty() {
        let says = "it has no certificate".to_owned();
        out.fails("Programmed", "Invalid", says);
        return;
    }
    let (mut good, mut unknown, mut bad) = (0, None, Vec::new());
    for reference in &tls.certificate_refs {
        match of_one(facts, owner, reference) {
            Fact::Absent => good += 1,
            Fact::Known(fault) => bad.push(fault),
            Fact::Unknown(why) => unknown = Some(why),
        }
    }
    if let Some(why) = unknown {
        match is_supposed(facts, owner, spec) {
            true => out.served.supposed = Some(why),
            false => out.served.serves = Fact::Unknown(why),
        }
        return;
    }
    let Some((_, says)) = bad.first().cloned() else { return };
    let not_permitted = bad.iter().all(|(reason, _)| *reason == "RefNotPermitted");
    match (good, not_permitted) {
        (0, true) => out.fails("ResolvedRefs", "RefNotPermitted", says),
        (0, false) => out.fails("ResolvedRefs", "InvalidCertificateRef", says),
        _ => out.warns("ResolvedRefs", PARTLY),
    }
}

/// A certificate is a Secret of its type, or refers to an SDS server.
fn of_one(facts: &Facts, owner: &Meta, reference: &CertificateRef) -> Fact<BadCertificate> {
    let namespace = reference.namespace.as_deref().unwrap_or(&owner.namespace);
    let fault = certificate(facts, owner, reference, &Profile::EnvoyGateway);
    if matches!(fault, Fact::Known(("RefNotPermitted", _)) | Fact::Unknown(_)) {
        return fault;
    }
    let is_core = reference.kind == "Secret" && reference.group.is_empty();
    match facts.get::<Secret>(namespace, &reference.name) {
        Fact::Known(secret) if is_core && trusted::is_sds(secret) => {
            trusted::client(facts, namespace, &reference.name)
                .map(|says| ("InvalidCertificateRef", says))
        }
        // A Secret whose type is not given is kept in a way that hides it.
        Fact::Known(secret) if is_core && !["", TLS].contains(&secret.kind.as_ref()) => {
            let says = format!("{} is not of type {TLS}", secret.meta.title());
            Fact::Known(("InvalidCertificateRef", says))
        }
        _ => fault,
    }
}

const TLS: &str = "kubernetes.io/tls";

/// What is wrong with the authorities of clients on a port (`ProcessGatewayTLS`).
fn clients(facts: &Facts, gateway: &Gateway, port: u16) -> Fact<Distrust> {
    let frontend = &gateway.tls["frontend"];
    let mut ports = frontend["perPort"].as_array().into_iter().flatten();
    let validation = match ports.find(|own| own["port"].as_u64() == Some(port.into())) {
        Some(own) => &own["tls"]["validation"],
        None => &frontend["default"]["validation"],
    };
    if validation.is_null() {
        return Fact::Absent;
    }
    let references = validation["caCertificateRefs"].as_array().map_or(&[][..], Vec::as_slice);
    let home = gateway.meta.namespace.as_str();
    for reference in references {
        let text = |name: &str| reference[name].as_str().unwrap_or_default();
        let to = text("namespace");
        if to.is_empty() || to == home {
            continue;
        }
        let crossing = Crossing {
            from_group: GATEWAY_API,
            from_kind: "Gateway",
            from_namespace: home,
            to_group: text("group"),
            to_kind: text("kind"),
            to_namespace: to,
            to_name: text("name"),
        };
        match grants::permitted(facts, &crossing, false) {
            Fact::Known(_) => {}
            Fact::Absent => {
                let says = format!("no ReferenceGrant in {to} lets it use {}", text("name"));
                return Fact::Known(Distrust { reason: "RefNotPermitted", says });
            }
            Fact::Unknown(why) => return Fact::Unknown(why),
        }
    }
    let own = references.iter().map(|own| (own, own["namespace"].as_str().unwrap_or(home)));
    trusted::of_namespaces(facts, own)
}

/// `validateListenerConditions`: what is not said of a listener by then.
fn finish(one: CheckedListener) -> ServedListener {
    let CheckedListener { mut served, open, .. } = one;
    let in_set = served.owner.kind != "Gateway";
    let mut own = std::mem::take(&mut served.conditions);
    let has = |own: &[Condition], kind: &str| own.iter().any(|c| c.kind == kind);
    let add = |own: &mut Vec<Condition>, kind: &str, good: bool| {
        let reason = match (kind, good) {
            (_, false) => "Invalid",
            (kind, true) => kind,
        };
        own.push(Condition::new(kind, if good { "True" } else { "False" }, reason));
    };
    let alone = match own.as_slice() {
        [] => Some(true),
        [one] if one.kind == "ResolvedRefs" && one.reason == PARTLY => Some(true),
        [one] if one.kind == "ResolvedRefs" && one.reason == "InvalidCertificateRef" => Some(false),
        _ => None,
    };
    if let Some(programmed) = alone {
        add(&mut own, "Accepted", true);
        add(&mut own, "Programmed", programmed);
    } else if !has(&own, "Programmed") {
        add(&mut own, "Programmed", false);
    }
    if !has(&own, "ResolvedRefs") {
        add(&mut own, "ResolvedRefs", true);
    }
    if !has(&own, "Conflicted") {
        own.push(Condition::new("Conflicted", "False", "NoConflicts"));
    }
    // The words of ListenerSets are others (`ListenerContext.SetCondition`).
    for condition in own.iter_mut().filter(|condition| in_set && condition.reason == "Invalid") {
        condition.reason = "ListenersNotValid".to_owned();
    }
    let order = ["Accepted", "Conflicted", "ResolvedRefs", "Programmed"];
    own.sort_by_key(|condition| order.iter().position(|kind| *kind == condition.kind));
    own.retain(|condition| !(open && condition.kind == "Conflicted"));
    served.conditions = own;
    served
}
