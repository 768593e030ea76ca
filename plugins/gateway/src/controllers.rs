//! The controllers that are there: the workloads of kgateway and Envoy Gateway.

use std::collections::BTreeMap;

use igw_core::facts::Facts;
use igw_core::facts::views::{Container, Gateway, GatewayClass, Workload};
use igw_core::kube::pointer;
use igw_core::pointer;
use igw_core::route::class;
use igw_core::route::profile::Version;
use igw_core::workload::env::Environment;
use igw_core::workload::image::image_name;

/// Whose controller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Implementation {
    Kgateway,
    EnvoyGateway,
}

impl Implementation {
    pub fn name(self) -> &'static str {
        match self {
            Implementation::Kgateway => "kgateway",
            Implementation::EnvoyGateway => "Envoy Gateway",
        }
    }

    /// The label of its controller's workload and pods, in all versions of its chart.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Implementation::Kgateway => ("kgateway", "kgateway"),
            Implementation::EnvoyGateway => ("control-plane", "envoy-gateway"),
        }
    }
}

/// A controller, as its workload describes it.
#[derive(Debug, Clone, Copy)]
pub struct Controller<'a> {
    pub workload: &'a Workload,
    pub implementation: Implementation,
    /// The tag of its image.
    pub tag: Option<&'a str>,
    /// Its release, if the tag is one.
    pub version: Option<Version>,
}

impl Controller<'_> {
    /// `kgateway 2.4`, or the name alone.
    pub fn title(&self) -> String {
        match self.version {
            Some(version) => format!("{} {version}", self.implementation.name()),
            None => self.implementation.name().to_owned(),
        }
    }

    /// Whether it is kgateway of a release that fits; without a release it is not known, and no.
    pub fn is_kgateway(&self, fits: impl Fn(Version) -> bool) -> bool {
        self.implementation == Implementation::Kgateway && self.version.is_some_and(fits)
    }

    /// The container that is the controller, with its index.
    pub fn container(&self) -> Option<(usize, &Container)> {
        let all = &self.workload.template.as_ref().ok()?.containers;
        let own = |one: &&Container| of_image(&one.image) == Some(self.implementation);
        let named = |one: &&Container| ["controller", "envoy-gateway"].contains(&one.name.as_str());
        let found = all.iter().find(own).or_else(|| all.iter().find(named)).or(all.first())?;
        Some((all.iter().position(|one| std::ptr::eq(one, found))?, found))
    }

    /// Where its container stands.
    pub fn container_path(&self) -> String {
        let index = self.container().map_or(0, |(index, _)| index);
        pointer!["spec", "template", "spec", "containers", index]
    }

    /// Where a variable of it stands, or its container if that sets it otherwise.
    pub fn variable_path(&self, name: &str) -> String {
        let mut path = self.container_path();
        let env = self.container().map(|(_, container)| &container.env);
        if let Some(at) = env.and_then(|env| env.iter().position(|own| own.name == name)) {
            pointer::push(&mut path, "env");
            pointer::push(&mut path, &at.to_string());
        }
        path
    }

    /// What its container has in its environment.
    pub fn environment(&self, facts: &Facts) -> Environment {
        let namespace = &self.workload.meta.namespace;
        let container = self.container();
        container.map_or_else(Environment::default, |(_, container)| {
            Environment::of(facts, namespace, container, &BTreeMap::new())
        })
    }
}

/// All controllers, in whatever namespace. Where they may not be listed, each check that asks is
/// reported as not done.
pub fn find<'a>(facts: &Facts<'a>) -> Vec<Controller<'a>> {
    let mut workloads = Vec::new();
    for implementation in wanted(facts) {
        workloads.extend(facts.select::<Workload>(None, &[implementation.label()]).items);
    }
    // A mirror may have other labels.
    let known = facts.store.known::<Workload>();
    workloads.extend(known.filter(|own| own.images.iter().any(|image| of_image(image).is_some())));
    workloads.sort_by_key(|own| (own.meta.key(), own.meta.kind.clone()));
    workloads.dedup_by(|a, b| std::ptr::eq(*a, *b));
    // Of a Deployment's ReplicaSets some are past, and the others are the same.
    workloads.retain(|own| own.owner.is_none());
    workloads.into_iter().filter_map(controller).collect()
}

/// Those of which a workload is asked for; of Envoy Gateway only where something is its own.
fn wanted(facts: &Facts) -> Vec<Implementation> {
    let classes = facts.list::<GatewayClass>(None).items;
    let gateways = facts.list::<Gateway>(None).items;
    let is_there = classes.iter().any(|class| class.controller == GatewayClass::ENVOY_GATEWAY)
        || gateways.iter().any(|own| class::usual(&own.class) == Some("Envoy Gateway"));
    let mut out = vec![Implementation::Kgateway];
    out.extend(is_there.then_some(Implementation::EnvoyGateway));
    out
}

fn controller(workload: &Workload) -> Option<Controller<'_>> {
    let by_image = workload.images.iter().find_map(|image| Some((image, of_image(image)?)));
    let labelled = |own: &Implementation| {
        let (label, value) = own.label();
        workload.pod_labels.get(label) == Some(value)
    };
    let all = [Implementation::Kgateway, Implementation::EnvoyGateway];
    let (image, implementation) = match by_image {
        Some((image, implementation)) => (Some(image), implementation),
        None => (workload.images.first(), all.into_iter().find(labelled)?),
    };
    let tag = image.and_then(|image| image_name(image).1);
    let version = tag.and_then(Version::parse);
    Some(Controller { workload, implementation, tag, version })
}

/// Whose controller an image is, whatever registry it is pulled from.
fn of_image(image: &str) -> Option<Implementation> {
    let name = image_name(image).0;
    let mut parts = name.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some("kgateway"), Some("kgateway-dev")) => Some(Implementation::Kgateway),
        (Some("gateway"), Some("envoyproxy")) => Some(Implementation::EnvoyGateway),
        _ => None,
    }
}
