//! What a backendRef is worth.

use super::delegation::{self, Child, Named};
use super::endpoints::{self, Behind};
use super::grant::Crossing;
use super::policy;
use super::worth::Worth;
use crate::facts::views::*;
use crate::facts::{Cx, Fact, GATEWAY_API, KGATEWAY_API, Meta, Profile};

/// A backendRef, followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The namespace it means.
    pub namespace: String,
    /// The outcome.
    pub worth: Worth,
    /// One clause: why.
    pub says: String,
}

impl Judged {
    /// The client's status, if it is known.
    pub fn status(&self) -> Option<u16> {
        match self.worth {
            Worth::Reached(_) => Some(200),
            Worth::Fails { status, .. } => Some(status),
            Worth::Unknown => None,
        }
    }
}

/// `Service ns/name:port`.
pub fn title(reference: &BackendRef, namespace: &str) -> String {
    let port = reference.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{} {namespace}/{}{port}", reference.kind, reference.name)
}

/// What kind of thing a backendRef names, as far as the implementation knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A core Service.
    Service,
    /// A kgateway Backend.
    KgatewayBackend,
    /// kgateway's delegation to other routes.
    Delegation,
    /// Known to be a kind that the implementation does not know.
    UnknownKind,
    /// Perhaps a kind that the implementation knows.
    Undecided,
}

/// The kind of target under a profile. kgateway's list: kgateway.md 5, observed 1.
pub fn target(reference: &BackendRef, profile: &Profile) -> Target {
    match (reference.group.as_ref(), reference.kind.as_ref()) {
        ("", "Service") => Target::Service,
        _ if !profile.is_kgateway() => Target::Undecided,
        (KGATEWAY_API, "Backend") => Target::KgatewayBackend,
        _ if reference.is_delegation() => Target::Delegation,
        // Up to 2.1 with inferenceExtension.enabled; 2.2 looks for it and finds none.
        ("inference.networking.k8s.io" | "inference.networking.x-k8s.io", "InferencePool")
            if profile.kgateway_before(2, 3) =>
        {
            Target::Undecided
        }
        // Known when Istio integration is on.
        (group, _) if group.ends_with("istio.io") => Target::Undecided,
        _ => Target::UnknownKind,
    }
}

/// The namespace that a backendRef means.
pub fn namespace<'a>(route: &'a Meta, reference: &'a BackendRef) -> &'a str {
    reference.namespace.as_deref().unwrap_or(&route.namespace)
}

/// The reference across namespaces that a backendRef makes, if it makes one.
pub fn crossing<'a>(route: &'a Meta, reference: &'a BackendRef) -> Option<Crossing<'a>> {
    let to = namespace(route, reference);
    // Delegation needs no grant (kgateway.md 5).
    (to != route.namespace && !reference.is_delegation()).then_some(Crossing {
        from_group: GATEWAY_API,
        from_kind: &route.kind,
        from_namespace: &route.namespace,
        to_group: &reference.group,
        to_kind: &reference.kind,
        to_namespace: to,
        to_name: &reference.name,
    })
}

/// Follows a backendRef. The order is grant, kind, existence, port, endpoints: a reference that
/// is not granted is not looked at further, so that names cannot be probed (gateway-api #1902).
pub fn judge(cx: &Cx, route: &Meta, reference: &BackendRef, profile: &Profile) -> Judged {
    let namespace = namespace(route, reference).to_owned();
    let (worth, says) = worth(cx, route, reference, profile, &namespace);
    Judged { namespace, worth, says }
}

/// Follows a backendRef of a rule: as [`judge`], and a child to which the rule cannot delegate is
/// known by the rule.
pub fn judge_of(
    cx: &Cx,
    route: &HttpRoute,
    rule: &Rule,
    reference: &BackendRef,
    profile: &Profile,
) -> Judged {
    let mut judged = judge(cx, &route.meta, reference, profile);
    if profile.is_kgateway()
        && reference.is_delegation()
        && let Some(Child::Unresolved(says)) = delegation::child(cx, route, rule)
    {
        judged.worth = unresolved();
        judged.says = says;
    }
    judged
}

fn fails(status: u16, reason: &'static str, code: &'static str) -> Worth {
    Worth::Fails { status, reason: Some(reason), code: Some(code) }
}

fn worth(
    cx: &Cx,
    route: &Meta,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
) -> (Worth, String) {
    let name = || title(reference, namespace);
    if let Some(crossing) = crossing(route, reference) {
        match crossing.permitted(cx, profile.is_kgateway()) {
            Fact::Known(_) => {}
            Fact::Absent => {
                let says = format!(
                    "no ReferenceGrant in {namespace} lets HTTPRoutes of {} refer to it",
                    route.namespace
                );
                return (fails(500, "RefNotPermitted", "IGW0103"), says);
            }
            Fact::Unknown(why) => {
                let says = format!("ReferenceGrants of {namespace}: {}", why.detail);
                return (Worth::Unknown, says);
            }
        }
    }
    match target(reference, profile) {
        Target::Service => service(cx, reference, profile, namespace, &name),
        Target::KgatewayBackend => kgateway_backend(cx, reference, profile, namespace, &name()),
        Target::Delegation => delegation(cx, reference, namespace, &name()),
        Target::UnknownKind => {
            let says = format!("{profile} knows no backend of kind {}", reference.kind);
            (fails(500, "InvalidKind", "IGW0113"), says)
        }
        // kgateway 2.2 looks for the pool, whose CRD it does not install (seen).
        Target::Undecided
            if reference.kind == "InferencePool" && !profile.kgateway_before(2, 2) =>
        {
            (fails(500, "BackendNotFound", "IGW0113"), format!("{} is not found", name()))
        }
        Target::Undecided => {
            let says = format!("backends of kind {} are not modelled", reference.kind);
            (Worth::Unknown, says)
        }
    }
}

/// Delegation to other routes is not modelled, but for a child that does not exist (seen).
fn delegation(cx: &Cx, reference: &BackendRef, namespace: &str, name: &str) -> (Worth, String) {
    match delegation::named(cx, reference, namespace) {
        Named::Missing(says) => (unresolved(), says),
        _ => (Worth::Unknown, format!("requests are delegated to {name}, which is not modelled")),
    }
}

/// What a rule gets whose child cannot take its requests.
fn unresolved() -> Worth {
    fails(500, "BackendNotFound", "IGW0110")
}

fn service(
    cx: &Cx,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
    name: &dyn Fn() -> String,
) -> (Worth, String) {
    let service = match cx.get::<Service>(namespace, &reference.name) {
        Fact::Known(service) => service,
        Fact::Absent => {
            let says = format!("Service {namespace}/{} does not exist", reference.name);
            return (fails(500, "BackendNotFound", "IGW0110"), says);
        }
        Fact::Unknown(why) => return (Worth::Unknown, format!("{}: {}", name(), why.detail)),
    };
    let port = service.ports.iter().find(|port| Some(port.port) == reference.port);
    if service.kind == "ExternalName" {
        return match port {
            _ if !profile.is_kgateway() => {
                (Worth::Unknown, "an ExternalName Service is up to the implementation".to_owned())
            }
            // Seen: without ports not found; with ports never resolved, so without endpoints.
            None => {
                let says = format!("{} is an ExternalName Service without ports", name());
                (fails(500, "BackendNotFound", "IGW0112"), says)
            }
            Some(_) => {
                let says =
                    format!("{} is an ExternalName Service, which is never resolved", name());
                (Worth::Fails { status: 503, reason: None, code: Some("IGW0112") }, says)
            }
        };
    }
    let Some(port) = port else {
        let wanted = reference.port.map_or("port".to_owned(), |port| format!("port {port}"));
        let says = format!("Service {namespace}/{} has no {wanted}", reference.name);
        return (fails(500, "BackendNotFound", "IGW0111"), says);
    };
    if let Some(worth) = policy::on_service(cx, service, port, profile.is_kgateway()) {
        return worth;
    }
    match endpoints::behind(cx, service, port, profile.is_kgateway()) {
        Fact::Known(Behind::Nobody(says)) => {
            (Worth::Fails { status: 503, reason: None, code: Some("IGW0114") }, says)
        }
        // Envoy speaks HTTP/2 to such a port; a server that does not gives 502 (seen).
        Fact::Known(Behind::Ready(_)) | Fact::Absent | Fact::Unknown(_)
            if port.app_protocol.as_deref() == Some("kubernetes.io/h2c") =>
        {
            let says = format!(
                "{} is spoken to in HTTP/2 without TLS (appProtocol kubernetes.io/h2c); whether it understands that cannot be seen",
                name()
            );
            (Worth::Unknown, says)
        }
        Fact::Known(Behind::Doubtful(says)) => (Worth::Unknown, format!("{}: {says}", name())),
        Fact::Known(Behind::Ready(ready)) => (Worth::Reached(ready), String::new()),
        Fact::Absent => (Worth::Reached(None), String::new()),
        Fact::Unknown(why) => {
            (Worth::Reached(None), format!("assumed to have ready endpoints: {}", why.detail))
        }
    }
}

/// A kgateway Backend: what it is made of decides (observed 1).
fn kgateway_backend(
    cx: &Cx,
    reference: &BackendRef,
    profile: &Profile,
    namespace: &str,
    name: &str,
) -> (Worth, String) {
    let backend = match cx.get::<Backend>(namespace, &reference.name) {
        Fact::Known(backend) => backend,
        Fact::Absent => {
            let says = format!("Backend {namespace}/{} does not exist", reference.name);
            return (fails(500, "BackendNotFound", "IGW0110"), says);
        }
        Fact::Unknown(why) => return (Worth::Unknown, format!("{name}: {}", why.detail)),
    };
    if reference.port.is_some() {
        let says = "a reference to a Backend must not have a port".to_owned();
        return (fails(500, "BackendNotFound", "IGW0111"), says);
    }
    let spec = &backend.spec;
    if let Some(hosts) = spec["static"]["hosts"].as_array() {
        let is_address = |host: &serde_json::Value| {
            host["host"].as_str().is_some_and(|h| h.parse::<std::net::IpAddr>().is_ok())
        };
        return if hosts.iter().all(is_address) && !hosts.is_empty() {
            (Worth::Reached(None), String::new())
        } else {
            let says = format!("{name} has hosts whose names must be resolved by DNS");
            (Worth::Unknown, says)
        };
    }
    let secret = &spec["aws"]["auth"]["secretRef"]["name"];
    if let Some(secret) = secret.as_str()
        && cx.get::<Secret>(namespace, secret).is_absent()
    {
        let says = format!("{name} needs Secret {namespace}/{secret}, which does not exist");
        // From 2.4 on only the Backend's own status tells (seen).
        let reason = profile.kgateway_before(2, 4).then_some("BackendNotFound");
        return (Worth::Fails { status: 500, reason, code: Some("IGW0136") }, says);
    }
    (Worth::Unknown, format!("{name} leads out of the cluster"))
}
