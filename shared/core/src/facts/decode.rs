//! From a manifest to a view.

mod status;

pub use status::is_same_parent;

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::views::*;
use super::word;
use super::{GATEWAY_API, Hidden, Kind, Meta, Origin, Other, Pairs, Refused, Store, Version};
use crate::schema::{self, Gate, Refusal};

/// Puts one Kubernetes object into the store: with the API server's defaults, or among the
/// refused when the API server would not take it.
///
/// `default_namespace` is where objects without a namespace go.
pub fn decode(store: &mut Store, mut object: Value, origin: Origin, default_namespace: &str) {
    store.objects += 1;
    let api_version = text(&object, "apiVersion");
    let kind_name = text(&object, "kind");
    let group = api_version.split_once('/').map_or("", |(group, _)| group).to_owned();
    let kind = Kind::of(&group, &kind_name);
    let mut meta = Meta {
        api_version: word::of(api_version),
        kind: word::of(kind_name),
        origin,
        ..Meta::default()
    };
    let metadata = &object["metadata"];
    meta.name = text(metadata, "name");
    meta.labels = strings(&metadata["labels"]);
    // Of these there are thousands, and nobody asks for their age.
    if !matches!(kind, Some(Kind::Service | Kind::EndpointSlice | Kind::Pod)) {
        meta.created = metadata["creationTimestamp"].as_str().map(str::to_owned);
    }
    meta.stored = metadata["uid"].is_string();
    meta.ignore = metadata["annotations"]["igw.dev/ignore"].as_str().map(Into::into);
    if !kind.is_some_and(Kind::is_cluster_scoped) {
        let given = metadata["namespace"].as_str();
        // A Namespace of an unknown cluster-scoped kind cannot be told apart: it does no harm.
        meta.namespace = given.unwrap_or(default_namespace).to_owned();
    }
    if meta.ignore.is_some() {
        store.ignoring.push(meta.clone());
    }
    let Some(kind) = kind else {
        let is_route = group.starts_with("gateway.networking.") && meta.kind.ends_with("Route");
        let route = is_route.then(|| foreign_route(&object, &meta));
        if let Some(secret) = made_secret(&group, &object, &meta) {
            let key = (meta.namespace.clone(), secret);
            store.made.insert(key, meta.title());
        }
        store.others.push(Other { meta, route });
        return;
    };
    if let (Some(statuses), Kind::Gateway | Kind::ListenerSet | Kind::HttpRoute) =
        (&mut store.statuses, kind)
    {
        statuses.insert(meta.reference(), object["status"].clone());
    }
    let stored = meta.stored;
    let admission = schema::admit(kind, &mut object, stored, &store.settings);
    let mut refusals = admission.refusals;
    if meta.name.is_empty() {
        let message = "is required".to_owned();
        let pointer = "/metadata/name".to_owned();
        refusals.push(Refusal { gate: Gate::Rule, pointer, message });
    }
    if refusals.is_empty() {
        match view(store, kind, &object, meta.clone()) {
            Ok(replaced) => {
                // What an API server gives again is the same object.
                store.objects -= usize::from(replaced && store.world.is_none());
                return;
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    if let Some(world) = &mut store.world {
        world.saw(kind, &meta.namespace, &meta.name);
    }
    let hostnames = part(&object, "/spec/hostnames").unwrap_or_default();
    store.refused.push(Refused { meta, kind: Some(kind), hostnames, refusals });
}

/// Lays an object of a file over a cluster, as `kubectl apply` would: without a status of its own,
/// and no older than `now` (RFC 3339) unless the cluster has it already. What the API server would
/// refuse changes nothing.
pub fn lay(
    store: &mut Store,
    mut object: Value,
    origin: Origin,
    default_namespace: &str,
    now: &str,
) {
    if let Some(members) = object.as_object_mut() {
        members.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for of_the_server in ["uid", "resourceVersion", "generation", "managedFields"] {
            metadata.remove(of_the_server);
        }
        metadata.insert("creationTimestamp".to_owned(), now.into());
    }
    let group = text(&object, "apiVersion");
    let group = group.split_once('/').map_or("", |(group, _)| group).to_owned();
    let (kind, name) = (text(&object, "kind"), text(&object["metadata"], "name"));
    let home = object["metadata"]["namespace"].as_str().unwrap_or(default_namespace).to_owned();
    let is_same = |meta: &Meta| {
        let own = meta.api_version.split_once('/').map_or("", |(group, _)| group);
        own == group
            && meta.kind == kind
            && meta.name == name
            && [home.as_str(), ""].contains(&meta.namespace.as_str())
    };
    store.others.retain(|other| !is_same(&other.meta));
    store.ignoring.retain(|meta| !is_same(meta));
    decode(store, object, origin, default_namespace);
}

/// Reads a part of an object; a value of the wrong type is what the API server would refuse.
fn part<T: DeserializeOwned + Default>(value: &Value, pointer: &str) -> Result<T, Refusal> {
    match value.pointer(pointer) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => T::deserialize(value).map_err(|error| Refusal {
            gate: Gate::Rule,
            pointer: pointer.to_owned(),
            // serde's message names types and words of ours, never a value of the manifest's
            // longer than a number; it is clipped all the same.
            message: format!("cannot be read: {}", crate::words::clip(&error.to_string(), 120)),
        }),
    }
}

fn view(store: &mut Store, kind: Kind, object: &Value, meta: Meta) -> Result<bool, Refusal> {
    let spec = || object["spec"].clone();
    Ok(match kind {
        Kind::GatewayClass => store.insert(GatewayClass {
            meta,
            controller: part(object, "/spec/controllerName")?,
            parameters: part(object, "/spec/parametersRef")?,
            refused: refused_reason(object),
        }),
        Kind::Gateway => {
            let written = status::written(store, object, &meta);
            let gateway = gateway(object, meta, written)?;
            issued(store, &gateway);
            store.insert(gateway)
        }
        Kind::ListenerSet => store.insert(ListenerSet {
            meta,
            parent: part(object, "/spec/parentRef")?,
            listeners: part(object, "/spec/listeners")?,
        }),
        Kind::HttpRoute => {
            let written = status::written(store, object, &meta);
            let route = HttpRoute {
                meta,
                parents: part(object, "/spec/parentRefs")?,
                hostnames: part(object, "/spec/hostnames")?,
                rules: part(object, "/spec/rules")?,
                inherits: object["metadata"]["annotations"]
                    ["delegation.kgateway.dev/inherit-parent-matcher"]
                    .is_string(),
                written,
            };
            let references = route.rules.iter().flat_map(|rule| &rule.backend_refs);
            store.delegates |= references.into_iter().any(|r| r.is_delegation());
            store.insert(route)
        }
        Kind::ReferenceGrant => store.insert(ReferenceGrant {
            meta,
            from: part(object, "/spec/from")?,
            to: part(object, "/spec/to")?,
        }),
        Kind::Namespace => store.insert(Namespace { meta }),
        Kind::ConfigMap => store.insert(ConfigMap { meta, data: entries(object) }),
        Kind::Service => store.insert(service(object, meta)?),
        Kind::EndpointSlice => store.insert(slice(object, meta)?),
        Kind::Pod => store.insert(pod(object, meta)),
        Kind::Workload => {
            let workload = workload(object, meta)?;
            if let Some(version) = kgateway_version(&workload) {
                store.settings.kgateway_seen = Some(version);
            }
            store.insert(workload)
        }
        Kind::Secret => {
            let data = Some(entries(object)).filter(|entries| !entries.is_empty());
            store.insert(Secret { meta, pair: key_pair(object), data })
        }
        Kind::Claim => {
            let modes = part(object, "/spec/accessModes")?;
            store.insert(Claim { meta, modes })
        }
        Kind::GatewayParameters => store.insert(GatewayParameters { meta, spec: spec() }),
        Kind::Backend => store.insert(Backend { meta, spec: spec() }),
        Kind::DirectResponse => store.insert(DirectResponse { meta, spec: spec() }),
        Kind::GatewayExtension => store.insert(GatewayExtension { meta, spec: spec() }),
        Kind::TrafficPolicy => {
            let (targets, written) = (targets(object)?, status::written(store, object, &meta));
            store.insert(TrafficPolicy { meta, targets, spec: spec(), written })
        }
        Kind::ListenerPolicy => {
            let (targets, written) = (targets(object)?, status::written(store, object, &meta));
            store.insert(ListenerPolicy { meta, targets, spec: spec(), written })
        }
        Kind::BackendConfigPolicy => {
            let (targets, written) = (targets(object)?, status::written(store, object, &meta));
            store.insert(BackendConfigPolicy { meta, targets, spec: spec(), written })
        }
        Kind::BackendTlsPolicy => {
            let (targets, written) = (targets(object)?, status::written(store, object, &meta));
            store.insert(BackendTlsPolicy { meta, targets, spec: spec(), written })
        }
    })
}

fn gateway(object: &Value, meta: Meta, written: Written) -> Result<Gateway, Refusal> {
    let addresses: Vec<Value> = part(object, "/spec/addresses")?;
    let status: Vec<Value> = part(object, "/status/addresses")?;
    Ok(Gateway {
        meta,
        class: part(object, "/spec/gatewayClassName")?,
        listeners: part(object, "/spec/listeners")?,
        address_types: addresses.iter().map(|address| text(address, "type")).collect(),
        parameters: part(object, "/spec/infrastructure/parametersRef")?,
        allowed_listeners: match object.pointer("/spec/allowedListeners/namespaces") {
            None => AllowedNamespaces { from: "None".into(), selector: None },
            Some(_) => part(object, "/spec/allowedListeners/namespaces")?,
        },
        annotations: keys(&object["metadata"]["annotations"]),
        infrastructure_annotations: keys(&object["spec"]["infrastructure"]["annotations"]),
        addresses: status.iter().map(|address| text(address, "value")).collect(),
        refused: refused_reason(object),
        written,
    })
}

/// The reason of a written `Accepted=False`, unless the object has changed since. A status that is
/// missing, or True, proves nothing: nobody may have looked (contract.md).
fn refused_reason(object: &Value) -> Option<String> {
    let generation = object["metadata"]["generation"].as_i64();
    let is_refused = |c: &&Value| c["type"] == "Accepted" && c["status"] == "False";
    let condition = items(&object["status"]["conditions"]).find(is_refused)?;
    let seen = condition["observedGeneration"].as_i64();
    (seen.is_none() || generation.is_none() || seen == generation)
        .then(|| text(condition, "reason"))
}

fn service(object: &Value, meta: Meta) -> Result<Service, Refusal> {
    let mut ports: Vec<ServicePort> = part(object, "/spec/ports")?;
    for port in &mut ports {
        if port.target_port.is_null() {
            port.target_port = port.port.into();
        }
    }
    let kind: String = part(object, "/spec/type")?;
    Ok(Service {
        meta,
        kind: word::of(if kind.is_empty() { "ClusterIP".into() } else { kind }),
        cluster_ip: object["spec"]["clusterIP"].as_str().map(str::to_owned),
        ports,
        selector: strings(&object["spec"]["selector"]),
    })
}

fn slice(object: &Value, mut meta: Meta) -> Result<EndpointSlice, Refusal> {
    let service = std::mem::take(&mut meta.labels).get(EndpointSlice::SERVICE).map(str::to_owned);
    let endpoints: Vec<Value> = part(object, "/endpoints")?;
    let ready = |e: &&Value| e["conditions"]["ready"].as_bool() != Some(false);
    Ok(EndpointSlice {
        meta,
        service: service.map(Into::into),
        ports: part(object, "/ports")?,
        ready: endpoints.iter().filter(ready).count(),
        endpoints: endpoints.len(),
    })
}

fn items(value: &Value) -> impl Iterator<Item = &Value> + Clone {
    value.as_array().into_iter().flatten()
}

fn port_names(pod_spec: &Value) -> Vec<String> {
    items(&pod_spec["containers"])
        .flat_map(|container| items(&container["ports"]))
        .filter_map(|port| port["name"].as_str().map(str::to_owned))
        .collect()
}

fn port_numbers(pod_spec: &Value) -> Vec<u64> {
    items(&pod_spec["containers"])
        .flat_map(|container| items(&container["ports"]))
        .filter_map(|port| port["containerPort"].as_u64())
        .collect()
}

fn pod(object: &Value, meta: Meta) -> Pod {
    let condition = items(&object["status"]["conditions"]).find(|c| c["type"] == "Ready");
    let ready = condition.map(|condition| condition["status"] == "True");
    Pod {
        meta,
        port_names: port_names(&object["spec"]),
        ports: port_numbers(&object["spec"]),
        ready,
    }
}

fn workload(object: &Value, meta: Meta) -> Result<Workload, Refusal> {
    let template = &object["spec"]["template"];
    let replicas: Option<u32> = part(object, "/spec/replicas")?;
    Ok(Workload {
        meta,
        pod_labels: strings(&template["metadata"]["labels"]),
        port_names: port_names(&template["spec"]),
        ports: port_numbers(&template["spec"]),
        replicas: replicas.unwrap_or(1),
        images: items(&template["spec"]["containers"]).map(|c| text(c, "image")).collect(),
        template: part(&without_nulls(template), "/spec").map_err(|refusal| refusal.message),
        strategy: ["strategy", "updateStrategy"]
            .iter()
            .find_map(|name| object["spec"][name]["type"].as_str())
            .unwrap_or_default()
            .to_owned(),
        claims: items(&object["spec"]["volumeClaimTemplates"])
            .map(|claim| {
                let modes = part(claim, "/spec/accessModes").unwrap_or_default();
                (text(&claim["metadata"], "name"), modes)
            })
            .collect(),
    })
}

/// A copy without members that are null: for the API server they are not there.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, member)| !member.is_null());
            kept.map(|(name, member)| (name.clone(), without_nulls(member))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// The entries of a ConfigMap or a Secret. A Secret's `stringData` overrides its `data`.
fn entries(object: &Value) -> BTreeMap<String, Entry> {
    let secret = object["kind"] == "Secret";
    let mut out = BTreeMap::new();
    for member in ["data", "binaryData", "stringData"] {
        for (key, value) in object[member].as_object().into_iter().flatten() {
            let Some(value) = value.as_str() else { continue };
            let plain = member == "stringData" || (member == "data" && !secret);
            let text = match plain {
                true => Some(value.to_owned()),
                // `kubectl` wraps nothing, but people do.
                false => BASE64_STANDARD
                    .decode(value.split_ascii_whitespace().collect::<String>())
                    .ok()
                    .and_then(|bytes| String::from_utf8(bytes).ok()),
            };
            out.insert(key.clone(), Entry { member, text: text.map(Hidden::new) });
        }
    }
    out
}

/// The version of a kgateway controller by its image, `…/kgateway-dev/kgateway:v2.4.0`.
fn kgateway_version(workload: &Workload) -> Option<Version> {
    let tag = workload.images.iter().find_map(|image| {
        let (name, tag) = image.rsplit_once(':')?;
        name.ends_with("kgateway-dev/kgateway").then_some(tag)
    });
    tag.and_then(Version::parse)
}

fn targets(object: &Value) -> Result<Targets, Refusal> {
    Ok(Targets {
        refs: part(object, "/spec/targetRefs")?,
        selectors: part(object, "/spec/targetSelectors")?,
    })
}

/// Looks at a Secret's certificate once; its content goes no further.
fn key_pair(object: &Value) -> KeyPair {
    let content = |key: &str| {
        if let Some(text) = object["stringData"][key].as_str() {
            return Some(Ok(text.as_bytes().to_vec()));
        }
        let encoded = object["data"][key].as_str()?;
        // `kubectl` wraps nothing, but people do.
        let packed: String = encoded.split_ascii_whitespace().collect();
        Some(BASE64_STANDARD.decode(packed).map_err(drop))
    };
    let given = |member: &str| object[member].as_object().is_some_and(|map| !map.is_empty());
    if !given("data") && !given("stringData") {
        return KeyPair::Unknown;
    }
    match (content("tls.crt"), content("tls.key")) {
        (Some(Ok(certificate)), Some(Ok(key))) => KeyPair::judge(Some(&certificate), Some(&key)),
        (None, _) | (_, None) => KeyPair::Missing,
        // Masked by whoever exported it (`<redacted>`, `***`): not base64, and no evidence.
        _ => KeyPair::Unknown,
    }
}

/// The Secret that an object of a well-known operator makes.
fn made_secret(group: &str, object: &Value, meta: &Meta) -> Option<String> {
    let named = |pointer: &str| {
        let name = object.pointer(pointer).and_then(Value::as_str).unwrap_or(&meta.name);
        Some(name.to_owned())
    };
    match (group, meta.kind.as_ref()) {
        ("cert-manager.io", "Certificate") => named("/spec/secretName"),
        ("external-secrets.io", "ExternalSecret") => named("/spec/target/name"),
        ("bitnami.com", "SealedSecret") => named("/spec/template/metadata/name"),
        _ => None,
    }
}

/// With an issuer in its annotations, cert-manager makes the certificates of a Gateway.
fn issued(store: &mut Store, gateway: &Gateway) {
    let issuer = |key: &String| {
        matches!(key.as_str(), "cert-manager.io/issuer" | "cert-manager.io/cluster-issuer")
    };
    if !gateway.annotations.iter().any(issuer) {
        return;
    }
    let maker = format!("cert-manager, by an annotation of {},", gateway.meta.title());
    let tls = gateway.listeners.iter().filter_map(|listener| listener.tls.as_ref());
    for reference in tls.flat_map(|tls| &tls.certificate_refs) {
        let namespace = reference.namespace.as_ref().unwrap_or(&gateway.meta.namespace);
        store.made.insert((namespace.clone(), reference.name.clone()), maker.clone());
    }
}

/// Parents and hostnames of a route kind that is not modelled.
fn foreign_route(object: &Value, meta: &Meta) -> HttpRoute {
    let mut parents: Vec<ParentRef> = part(object, "/spec/parentRefs").unwrap_or_default();
    for parent in &mut parents {
        if parent.kind.is_empty() {
            parent.kind = "Gateway".into();
            parent.group = GATEWAY_API.into();
        }
    }
    let hostnames = part(object, "/spec/hostnames").unwrap_or_default();
    HttpRoute { meta: meta.clone(), parents, hostnames, ..HttpRoute::default() }
}

fn text(object: &Value, key: &str) -> String {
    object[key].as_str().unwrap_or_default().to_owned()
}

fn keys(map: &Value) -> Vec<String> {
    map.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

fn strings(map: &Value) -> Pairs {
    let entries = map.as_object().into_iter().flatten();
    entries.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
}
