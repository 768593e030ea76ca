//! Where the Bifrosts of the input are: by image, by a mounted configuration, by a file of their own.

use std::collections::HashSet;
use std::rc::Rc;

use super::cause::Cause;
use super::delivery::{configuration, document};
use super::document::{ConfigDocument, looks_like_config};
use super::hosts;
use super::instance::{Blocked, Delivery, Instance, is_bifrost_image, is_foreign_image};
use super::launch::{Launch, launch};
use super::said::BifrostSaid;
use crate::facts::views::{ConfigMap, Container, DataEntry, PodTemplate, Secret, Workload};
use crate::facts::{ConfigFile, Derive, Facts};
use crate::kube::{Hidden, Meta};
use crate::workload::env::Environment;
use crate::workload::image::image_name;
use crate::workload::mount;
use crate::workload::volume::{self, Data};
use crate::workload::{Release, standing_and_past};

struct Instances(Vec<Instance>);

better_any::tid!(Instances);

impl<'a> Derive<'a> for Instances {
    fn derive(facts: &Facts<'a>) -> Self {
        Instances(find(facts))
    }
}

/// All Bifrosts of a run, in the order of their names; worked out once.
pub fn all<'s>(facts: &'s Facts) -> &'s [Instance] {
    &facts.derived::<Instances>().0
}

/// All Bifrosts of a run, in the order of their names.
fn find(facts: &Facts) -> Vec<Instance> {
    let key = |meta: &Meta| (meta.kind.to_string(), meta.namespace.clone(), meta.name.clone());
    let (standing, past) = standing_and_past(facts, facts.scope.namespace.as_deref());
    let instances = |workload: &Workload| -> Vec<Instance> {
        let containers = workload.template.iter().flat_map(|template| {
            (0..template.containers.len()).map(move |number| (template, number))
        });
        containers
            .filter_map(|(template, number)| of_workload(facts, workload, template, number))
            .collect()
    };
    let mut out: Vec<Instance> = standing.into_iter().flat_map(instances).collect();
    let before: Vec<Instance> = past.into_iter().flat_map(instances).collect();
    let documents = out.iter().chain(&before).filter_map(|instance| instance.document.as_ref());
    let used: Vec<_> = documents.map(|document| key(&document.object)).collect();
    let bare = bare(facts);
    // A file beside one workload whose ConfigMap is not given is that workload's.
    let mut orphans: Vec<&mut Instance> = out
        .iter_mut()
        .filter(|instance| matches!(instance.delivery, Delivery::Unknown(_)))
        .collect();
    if let ([orphan], [_]) = (orphans.as_mut_slice(), bare.as_slice()) {
        orphan.document = bare.into_iter().next().map(Rc::new);
        orphan.delivery = Delivery::Mounted;
        orphan.blocked.retain(|found| found.cause != Cause::NotMounted);
    } else {
        out.extend(bare.into_iter().map(|document| alone(facts, document)));
    }
    for document in embedded(facts) {
        if !used.contains(&key(&document.object)) {
            out.push(alone(facts, document));
        }
    }
    leave_out_stopped(&mut out);
    for instance in &mut out {
        let config = instance.config();
        let found = config.map(|c| hosts::of(facts, &instance.namespace, c, &instance.env));
        instance.hosts = found.unwrap_or_default();
    }
    out.retain(|instance| {
        instance.subject.kind == "File" || facts.scope.contains(&instance.subject)
    });
    out.sort_by_key(|instance| (instance.subject.reference(), instance.container));
    out
}

/// A Bifrost that is scaled to nothing beside one that runs is what was there before.
fn leave_out_stopped(all: &mut Vec<Instance>) {
    let replicas = |own: &Instance| own.workload.as_ref().map(|workload| workload.replicas);
    let running: HashSet<String> =
        all.iter().filter(|own| replicas(own) > Some(0)).map(|own| own.namespace.clone()).collect();
    all.retain(|own| replicas(own) != Some(0) || !running.contains(&own.namespace));
}

/// The namespace for configurations that have none: as said, or not known.
fn default_namespace(facts: &Facts) -> String {
    facts.scope.namespace.clone().unwrap_or_default()
}

/// Configurations in files of their own.
fn bare(facts: &Facts) -> Vec<ConfigDocument> {
    let document = |file: &ConfigFile| {
        let object = Meta {
            kind: "File".into(),
            name: file.name.clone(),
            origin: file.origin,
            ..Meta::default()
        };
        ConfigDocument::new(&object, String::new(), &file.text, file.bom)
    };
    facts.store.config_files.iter().map(document).collect()
}

/// Configurations in the ConfigMaps and Secrets that are known: of a cluster those that a workload
/// mounts.
fn embedded(facts: &Facts) -> Vec<ConfigDocument> {
    let mut out = Vec::new();
    for map in facts.store.known::<ConfigMap>() {
        out.extend(map.data.iter().filter_map(|(key, entry)| likely(&map.meta, key, entry)));
    }
    for secret in facts.store.known::<Secret>() {
        let data = secret.data.iter().flatten();
        out.extend(data.filter_map(|(key, entry)| likely(&secret.meta, key, entry)));
    }
    out
}

fn likely(meta: &Meta, key: &str, entry: &DataEntry) -> Option<ConfigDocument> {
    let text = entry.text.as_ref()?;
    let looks = key.ends_with(".json") && looks_like_config(text.reveal());
    looks.then(|| document(meta, key, entry.member, text))
}

fn alone(facts: &Facts, document: ConfigDocument) -> Instance {
    let said = facts.store.said.of::<BifrostSaid>();
    let namespace = match document.object.namespace.as_str() {
        "" => default_namespace(facts),
        namespace => namespace.to_owned(),
    };
    let mut files = facts.store.config_files.iter();
    let runs = files.find(|file| file.origin == document.object.origin);
    let runs = runs.and_then(|file| file.runs.as_ref());
    let env = match runs {
        Some(service) => Environment::composed(service, &said.env),
        None => Environment::assumed(&said.env),
    };
    let composed = runs.and_then(|service| release_of(&service.image));
    Instance {
        subject: document.object.clone(),
        workload: None,
        container: 0,
        delivery: Delivery::Alone,
        release: said.release.or(composed).or_else(|| only_release(facts)),
        namespace,
        launch: launch(None, said.args.as_deref().unwrap_or_default(), &env),
        env,
        data: Data::NotGiven,
        document: Some(Rc::new(document)),
        blocked: Vec::new(),
        hosts: Vec::new(),
    }
}

/// The version of the only Bifrost that the input runs.
fn only_release(facts: &Facts) -> Option<Release> {
    let current = facts.store.known::<Workload>().filter(|own| own.meta.kind != "ReplicaSet");
    let images = current.flat_map(|workload| &workload.images);
    let mut found: Vec<_> =
        images.filter(|image| is_bifrost_image(image)).map(|image| release_of(image)).collect();
    found.dedup();
    match found.as_slice() {
        [Some(only)] => Some(*only),
        _ => None,
    }
}

/// The version of an image, if it is one of Bifrost.
fn release_of(image: &str) -> Option<Release> {
    if is_foreign_image(image) {
        return None;
    }
    image_name(image).1.and_then(Release::parse)
}

fn of_workload(
    facts: &Facts,
    workload: &Workload,
    template: &PodTemplate,
    number: usize,
) -> Option<Instance> {
    let container = &template.containers[number];
    let by_image = is_bifrost_image(&container.image)
        && (is_published(&container.image) || may_be_configured(container));
    // Of a cluster no more is read than of what may be a Bifrost.
    if !by_image && facts.store.world.is_none() && !may_be_configured(container) {
        return None;
    }
    let said = facts.store.said.of::<BifrostSaid>();
    let namespace = workload.meta.namespace.clone();
    let env = Environment::of(facts, &namespace, container, &said.env);
    let words = |words: &[Hidden]| -> Vec<String> {
        words.iter().map(|word| word.reveal().to_owned()).collect()
    };
    let command = container.command.as_deref().map(words);
    let args = match &said.args {
        Some(args) => args.clone(),
        None => words(container.args.as_deref().unwrap_or_default()),
    };
    let launch = launch(command.as_deref(), &args, &env);
    let app_dir = match &launch {
        Launch::Runs(flags) => flags.app_dir.clone(),
        _ => env.text("APP_DIR").unwrap_or_else(|| "/app/data".to_owned()),
    };
    let (document, delivery) = configuration(facts, &namespace, template, container, &app_dir);
    let by_config = document.as_ref().is_some_and(|found| {
        looks_like_config(found.text.reveal())
            && matches!(delivery, Delivery::Mounted | Delivery::Copied)
    });
    if !by_image && !by_config {
        return None;
    }
    Some(Instance {
        subject: workload.meta.clone(),
        container: number,
        document: document.map(Rc::new),
        delivery,
        blocked: blocked(facts, &namespace, template, number, &env),
        hosts: Vec::new(),
        release: said.release.or_else(|| release_of(&container.image)),
        namespace,
        env,
        launch,
        data: volume::data(facts, workload, container, &app_dir),
        workload: Some(workload.clone()),
    })
}

/// What keeps the container from being created: a volume or a variable refers to something that is
/// not there (FailedMount, CreateContainerConfigError).
fn blocked(
    facts: &Facts,
    namespace: &str,
    template: &PodTemplate,
    number: usize,
    env: &Environment,
) -> Vec<Blocked> {
    let found = |path: String, says: String, cause| Blocked { path, says, cause };
    let volumes = template.volumes.iter().enumerate().filter_map(|(at, volume)| {
        let says = mount::missing(facts, namespace, volume)?;
        Some(found(format!("/spec/template/spec/volumes/{at}"), says, Cause::NotMounted))
    });
    let at = |field: &str| format!("/spec/template/spec/containers/{number}/{field}");
    let sources = env.missing_sources().iter();
    let sources = sources.map(|says| found(at("envFrom"), says.clone(), Cause::VariableNotSet));
    let variables = env.dangling().map(|(name, why)| {
        let says = format!("variable {}: {why}", crate::text::clip(name, 80));
        found(at("env"), says, Cause::VariableNotSet)
    });
    volumes.chain(sources).chain(variables).collect()
}

/// Whether an image of this name comes from where Bifrost's does, or has a version like its images:
/// other programs have its name, too.
fn is_published(image: &str) -> bool {
    let (name, _) = image_name(image);
    let registry = name.split_once('/').is_some_and(|(host, _)| host.contains(['.', ':']));
    !registry
        || name.starts_with("docker.io/")
        || name.ends_with("maximhq/bifrost")
        || image_name(image).1.and_then(Release::parse).is_some()
}

/// Whether a container mounts something at a place where Bifrost's configuration may be.
fn may_be_configured(container: &Container) -> bool {
    container.volume_mounts.iter().any(|mount| {
        [&mount.mount_path, &mount.sub_path].iter().any(|path| path.ends_with("config.json"))
            || mount.mount_path.trim_end_matches('/') == "/app/data"
    })
}
