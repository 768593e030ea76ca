//! Where the Bifrosts of the input are: by image, by a mounted configuration, by a file of their own.

use std::rc::Rc;

use crate::facts::views::{ConfigMap, Entry, PodTemplate, Secret, Workload};
use crate::facts::{Cx, Hidden, Meta, Release};

use super::env::Environment;
use super::instance::{
    Document, Instance, Instances, Way, image_name, is_bifrost_image, looks_like_config,
};
use super::launch::{Launch, launch};
use super::mount::{configuration, document};
use super::volume::{self, Data};

/// All Bifrosts of a run, in the order of their names.
pub(super) fn find(cx: &Cx) -> Instances {
    let mut out = Vec::new();
    let mut used: Vec<(String, String, String)> = Vec::new();
    let key = |meta: &Meta| (meta.kind.to_string(), meta.namespace.clone(), meta.name.clone());
    for workload in cx.list::<Workload>(None).items {
        let Ok(template) = &workload.template else { continue };
        for number in 0..template.containers.len() {
            if let Some(instance) = of_workload(cx, workload, template, number) {
                used.extend(instance.document.iter().map(|document| key(&document.object)));
                out.push(instance);
            }
        }
    }
    let loose = loose(cx);
    // A file beside one workload whose ConfigMap is not given is that workload's.
    let mut orphans: Vec<&mut Instance> =
        out.iter_mut().filter(|instance| matches!(instance.way, Way::Unknown(_))).collect();
    if let ([orphan], [_]) = (orphans.as_mut_slice(), loose.as_slice()) {
        orphan.document = loose.into_iter().next().map(Rc::new);
        orphan.way = Way::Mounted;
    } else {
        out.extend(loose.into_iter().map(|document| alone(cx, document)));
    }
    for document in embedded(cx) {
        if !used.contains(&key(&document.object)) {
            out.push(alone(cx, document));
        }
    }
    out.retain(|instance| instance.subject.kind == "File" || cx.scope.contains(&instance.subject));
    out.sort_by_key(|instance| (instance.subject.reference(), instance.container));
    Instances(out)
}

/// The namespace that a configuration without a namespace runs in.
fn default_namespace(cx: &Cx) -> String {
    cx.scope.namespace.clone().unwrap_or_else(|| "default".to_owned())
}

fn loose(cx: &Cx) -> Vec<Document> {
    let document = |loose: &crate::facts::Loose| {
        let object = Meta {
            kind: "File".into(),
            name: loose.name.clone(),
            origin: loose.origin,
            ..Meta::default()
        };
        Document::new(&object, String::new(), &loose.text, loose.bom)
    };
    cx.store.loose.iter().map(document).collect()
}

/// Configurations in ConfigMaps and Secrets.
fn embedded(cx: &Cx) -> Vec<Document> {
    let mut out = Vec::new();
    for map in cx.list::<ConfigMap>(None).items {
        out.extend(map.data.iter().filter_map(|(key, entry)| likely(&map.meta, key, entry)));
    }
    for secret in cx.list::<Secret>(None).items {
        let data = secret.data.iter().flatten();
        out.extend(data.filter_map(|(key, entry)| likely(&secret.meta, key, entry)));
    }
    out
}

fn likely(meta: &Meta, key: &str, entry: &Entry) -> Option<Document> {
    let text = entry.text.as_ref()?;
    let looks = key.ends_with(".json") && looks_like_config(text.reveal());
    looks.then(|| document(meta, key, entry.member, text))
}

fn alone(cx: &Cx, document: Document) -> Instance {
    let settings = &cx.store.settings;
    let namespace = match document.object.namespace.as_str() {
        "" => default_namespace(cx),
        namespace => namespace.to_owned(),
    };
    let env = Environment::assumed(settings);
    Instance {
        subject: document.object.clone(),
        workload: None,
        container: 0,
        way: Way::Alone,
        release: settings.bifrost.or_else(|| only_release(cx)),
        namespace,
        launch: launch(None, settings.args.as_deref().unwrap_or_default(), &env),
        env,
        data: Data::NotGiven,
        document: Some(Rc::new(document)),
    }
}

/// The version of the only Bifrost that the input runs.
fn only_release(cx: &Cx) -> Option<Release> {
    let workloads = cx.list::<Workload>(None).items;
    let images = workloads.iter().flat_map(|workload| &workload.images);
    let mut found: Vec<_> =
        images.filter(|image| is_bifrost_image(image)).map(|image| release_of(image)).collect();
    found.dedup();
    match found.as_slice() {
        [Some(only)] => Some(*only),
        _ => None,
    }
}

fn release_of(image: &str) -> Option<Release> {
    image_name(image).1.and_then(Release::parse)
}

fn of_workload(
    cx: &Cx,
    workload: &Workload,
    template: &PodTemplate,
    number: usize,
) -> Option<Instance> {
    let container = &template.containers[number];
    let settings = &cx.store.settings;
    let namespace = workload.meta.namespace.clone();
    let env = Environment::of(cx, &namespace, container);
    let words = |words: &[Hidden]| -> Vec<String> {
        words.iter().map(|word| word.reveal().to_owned()).collect()
    };
    let command = container.command.as_deref().map(words);
    let args = match &settings.args {
        Some(args) => args.clone(),
        None => words(container.args.as_deref().unwrap_or_default()),
    };
    let launch = launch(command.as_deref(), &args, &env);
    let app_dir = match &launch {
        Launch::Runs(flags) => flags.app_dir.clone(),
        _ => env.text("APP_DIR").unwrap_or_else(|| "/app/data".to_owned()),
    };
    let (document, way) = configuration(cx, &namespace, template, container, &app_dir);
    let by_image = is_bifrost_image(&container.image);
    let by_config = document.as_ref().is_some_and(|found| {
        looks_like_config(found.text.reveal()) && matches!(way, Way::Mounted | Way::Copied)
    });
    if !by_image && !by_config {
        return None;
    }
    let mut subject = workload.meta.clone();
    subject.origin = workload.meta.origin;
    Some(Instance {
        subject,
        container: number,
        document: document.map(Rc::new),
        way,
        release: settings.bifrost.or_else(|| release_of(&container.image)),
        namespace,
        env,
        launch,
        data: volume::data(cx, workload, container, &app_dir),
        workload: Some(workload.clone()),
    })
}
