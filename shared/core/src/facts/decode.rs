//! From manifests to the store.

use serde_json::Value;

use super::fields::{part, strings, text};
use super::maker::maker;
use super::points::{field_names, pointings};
use super::tables::{ForKind, for_kind};
use super::views::{Gateway, HttpRoute, Secret};
use super::{Notes, Other, Refused, Store, Stored, StoredCopy, Unclear, View, Why, raw, views};
use crate::kube::{GATEWAY_API, Kind, Meta, Origin, group_of, intern};
use crate::schema::{self, Channel, Gate, Refusal};

/// Puts one Kubernetes object into the store: with the API server's defaults, or among the
/// refused when the API server would not take it.
///
/// `default_namespace` is where objects without a namespace go.
pub fn decode(store: &mut Store, mut object: Value, origin: Origin, default_namespace: &str) {
    store.objects += 1;
    if store.world.is_some() {
        raw::settle(&mut object);
    }
    let meta = meta_of(&object, origin, default_namespace);
    if meta.ignore.is_some() {
        store.ignoring.push(meta.clone());
    }
    if let Some(world) = &mut store.world {
        world.makers.extend(maker(&object, &meta));
    }
    let Some(kind) = Kind::of(meta.group(), &meta.kind) else {
        let channel = *store.said.of::<Channel>();
        let mut refusals = schema::admit_other(&mut object, meta.stored, channel).refusals;
        // What is not filled in yet may be good.
        if raw::not_filled(&object, &mut refusals).is_none() && !refusals.is_empty() {
            let hostnames = part(&object, "/spec/hostnames").unwrap_or_default();
            let copy = stored_copy(&object, &meta, &refusals);
            return store.refused.push(Refused { meta, kind: None, hostnames, refusals, copy });
        }
        let is_route =
            meta.group().starts_with("gateway.networking.") && meta.kind.ends_with("Route");
        let route = is_route.then(|| views::foreign_route(&object, &meta));
        if is_route && store.keeps_statuses_of.contains(&Kind::HttpRoute) {
            store.statuses.insert(meta.reference(), object["status"].clone());
        }
        if let Some(secret) = made_secret(&object, &meta) {
            store.notes.made.insert((meta.namespace.clone(), secret.clone()), meta.title());
            if let Some(secret) = Secret::of_template(&object, &meta, secret) {
                store.insert(secret);
            }
        }
        let pointings = if is_route { Vec::new() } else { pointings(&object, &meta) };
        let (hostnames, fields) = match pointings.is_empty() {
            true => (Vec::new(), Vec::new()),
            false => (part(&object, "/spec/hostnames").unwrap_or_default(), field_names(&object)),
        };
        let refusals = match is_route || !pointings.is_empty() {
            true => views::refusals(&object, &meta),
            false => Vec::new(),
        };
        store.others.push(Other { meta, route, pointings, hostnames, refusals, fields });
        return;
    };
    if store.keeps_statuses_of.contains(&kind) {
        store.statuses.insert(meta.reference(), object["status"].clone());
    }
    let channel = store.said.of::<Channel>();
    let admission = schema::admit(kind, &mut object, meta.stored, *channel);
    let mut refusals = admission.refusals;
    let mut unclear = raw::not_filled(&object, &mut refusals);
    if meta.name.is_empty() {
        let message = "is required".to_owned();
        let pointer = "/metadata/name".to_owned();
        refusals.push(Refusal { gate: Gate::Rule, pointer, message, instead: None });
    }
    if unclear.is_none()
        && refusals.is_empty()
        && *channel == Channel::Unsaid
        && !admission.experimental.is_empty()
    {
        let gate = Gate::UnknownField;
        let doubt = |(pointer, message)| Refusal { gate, pointer, message, instead: None };
        let refusals = admission.experimental.into_iter().map(doubt).collect();
        store.doubted.push(doubted(&meta, kind, refusals));
    }
    if unclear.is_none() && refusals.is_empty() && !admission.doubted.is_empty() {
        store.doubted.push(doubted(&meta, kind, admission.doubted));
    }
    if unclear.is_none() && refusals.is_empty() {
        match for_kind(kind, Put { store, object: &object, meta: meta.clone() }) {
            Ok(replaced) => {
                // What an API server gives again is the same object.
                store.objects -= usize::from(replaced && store.world.is_none());
                return;
            }
            Err(refusal) => refusals.push(refusal),
        }
        unclear = raw::not_filled(&object, &mut refusals);
    }
    if let Some(why) = unclear {
        store.note_unclear(kind, meta, &object, why);
        return;
    }
    if let Some(world) = &mut store.world {
        world.saw(kind, &meta);
    }
    let hostnames = part(&object, "/spec/hostnames").unwrap_or_default();
    let copy = stored_copy(&object, &meta, &refusals);
    store.refused.push(Refused { meta, kind: Some(kind), hostnames, refusals, copy });
}

fn doubted(meta: &Meta, kind: Kind, refusals: Vec<Refusal>) -> Refused {
    Refused { meta: meta.clone(), kind: Some(kind), hostnames: Vec::new(), refusals, copy: None }
}

/// A Gateway or a route that only rules of its CRD refuse, as an API server gives it that stored it before it had
/// them. A field that it does not know is never stored, and no rule was ever without a type.
fn stored_copy(object: &Value, meta: &Meta, refusals: &[Refusal]) -> Option<StoredCopy> {
    let of_a_rule = |own: &Refusal| {
        own.gate == Gate::Rule
            && !own.pointer.starts_with("/metadata")
            && !own.message.contains(", but is ")
    };
    if !refusals.iter().all(of_a_rule) || meta.group() != GATEWAY_API {
        return None;
    }
    let route = match meta.kind.as_ref() {
        "Gateway" => {
            let gateway = Gateway::read(&mut Notes::default(), object, meta.clone()).ok()?;
            return Some(StoredCopy::Gateway(Box::new(gateway)));
        }
        "HTTPRoute" => HttpRoute::read(&mut Notes::default(), object, meta.clone()).ok()?,
        "GRPCRoute" => views::foreign_route(object, meta),
        _ => return None,
    };
    Some(StoredCopy::Route(Box::new(route)))
}

struct Put<'s> {
    store: &'s mut Store,
    object: &'s Value,
    meta: Meta,
}

impl ForKind for Put<'_> {
    type Out = Result<bool, Refusal>;

    fn call<T: Stored>(self) -> Result<bool, Refusal> {
        let view = T::read(&mut self.store.notes, self.object, self.meta)?;
        Ok(self.store.insert(view))
    }
}

fn meta_of(object: &Value, origin: Origin, default_namespace: &str) -> Meta {
    let metadata = &object["metadata"];
    let mut meta = Meta {
        api_version: intern(text(object, "apiVersion")),
        kind: intern(text(object, "kind")),
        name: text(metadata, "name"),
        labels: strings(&metadata["labels"]),
        stored: metadata["uid"].is_string(),
        ignore: metadata["annotations"]["igw.dev/ignore"].as_str().map(Into::into),
        origin,
        ..Meta::default()
    };
    let kind = Kind::of(meta.group(), &meta.kind);
    // Of these there are thousands, and nobody asks for their age.
    if !matches!(kind, Some(Kind::Service | Kind::EndpointSlice | Kind::Pod)) {
        meta.created = metadata["creationTimestamp"].as_str().map(str::to_owned);
    }
    if !kind.is_some_and(Kind::is_cluster_scoped) {
        let given = metadata["namespace"].as_str();
        // A Namespace of an unknown cluster-scoped kind cannot be told apart: it does no harm.
        meta.namespace = given.unwrap_or(default_namespace).to_owned();
    }
    meta
}

/// The Secret that an object of a well-known operator makes.
fn made_secret(object: &Value, meta: &Meta) -> Option<String> {
    let named = |pointer: &str| {
        let name = object.pointer(pointer).and_then(Value::as_str).unwrap_or(&meta.name);
        Some(name.to_owned())
    };
    match (meta.group(), meta.kind.as_ref()) {
        ("cert-manager.io", "Certificate") => named("/spec/secretName"),
        ("external-secrets.io", "ExternalSecret") => named("/spec/target/name"),
        ("bitnami.com", "SealedSecret") => named("/spec/template/metadata/name"),
        _ => None,
    }
}

/// An object to be laid over a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Laid {
    pub object: Value,
    pub origin: Origin,
}

impl Store {
    /// Learns the channel of the Gateway API of a CustomResourceDefinition, unless it was said.
    pub fn learn(&mut self, object: &Value) {
        if let Some(channel) = raw::channel(object)
            && *self.said.of::<Channel>() == Channel::Unsaid
        {
            self.said.edit::<Channel>(|said| *said = channel);
        }
    }

    /// Notes an object of the files that is not known as a whole.
    pub fn put_aside(&mut self, mut object: Value, origin: Origin, why: Why) {
        raw::settle(&mut object);
        let meta = meta_of(&object, origin, "");
        match Kind::of(meta.group(), &meta.kind) {
            Some(kind) => {
                self.objects += 1;
                self.note_unclear(kind, meta, &object, why);
            }
            None => decode(self, object, origin, ""),
        }
    }

    fn note_unclear(&mut self, kind: Kind, meta: Meta, object: &Value, why: Why) {
        if let Some(world) = &mut self.world {
            world.saw(kind, &meta);
        }
        let hostnames = part(object, "/spec/hostnames").unwrap_or_default();
        let unclear = Unclear { why, hostnames };
        self.unclear.insert((kind, meta.namespace.clone(), meta.name.clone()), unclear);
        self.others.push(Other { meta, ..Other::default() });
    }

    /// The same with objects laid over it, as `kubectl apply` would: without a status of their own,
    /// and no older than `now` (RFC 3339) unless the cluster has them already. What the API server
    /// would refuse changes nothing.
    pub fn with(&self, laid: Vec<Laid>, default_namespace: &str, now: &str) -> Store {
        let mut store = self.clone();
        for Laid { object, origin } in laid {
            store.lay(object, origin, default_namespace, now);
        }
        store
    }

    fn lay(&mut self, mut object: Value, origin: Origin, default_namespace: &str, now: &str) {
        if let Some(members) = object.as_object_mut() {
            members.remove("status");
        }
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            for of_the_server in ["uid", "resourceVersion", "generation", "managedFields"] {
                metadata.remove(of_the_server);
            }
            metadata.insert("creationTimestamp".to_owned(), now.into());
        }
        let api_version = text(&object, "apiVersion");
        let (kind, name) = (text(&object, "kind"), text(&object["metadata"], "name"));
        let home = object["metadata"]["namespace"].as_str().unwrap_or(default_namespace);
        let is_same = |meta: &Meta| {
            meta.group() == group_of(&api_version)
                && meta.kind == kind
                && meta.name == name
                && [home, ""].contains(&meta.namespace.as_str())
        };
        self.others.retain(|other| !is_same(&other.meta));
        self.ignoring.retain(|meta| !is_same(meta));
        decode(self, object, origin, default_namespace);
    }
}
