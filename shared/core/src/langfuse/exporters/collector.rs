//! The exporters of OpenTelemetry Collectors: of a configuration in a ConfigMap, or of the operator's
//! OpenTelemetryCollector.
//!
//! `otlphttp` appends `/v1/traces` to `endpoint` and uses `traces_endpoint` as it is; what no pipeline
//! for traces names sends none (opentelemetry-collector, exporter/otlphttpexporter).

use std::borrow::Cow;

use serde_json::Value;

use super::exporter::{EndpointForm, ExporterKind, ExporterText, TraceExporter};
use super::pods::{self, TracePods};
use crate::facts::Facts;
use crate::facts::views::{ConfigMap, ConfigSource, ConfigUse, TraceCollector};
use crate::kube::{Hidden, Meta, pointer};
use crate::workload::variables::{PodVariables, UNSEEN};
use crate::{mask, placeholder, pointer, yaml};

/// A configuration of a Collector.
struct CollectorConfig<'a> {
    object: &'a Meta,
    /// The field that holds it.
    path: String,
    /// Whether that is a text, in which no field has a place of its own.
    in_text: bool,
    config: Cow<'a, Value>,
    /// What runs with it, if that is known.
    pods: Option<TracePods<'a>>,
    vars: Vec<PodVariables>,
}

/// The exporters for traces of the judged Collectors.
pub fn exporters(facts: &Facts) -> Vec<TraceExporter> {
    let mut out = Vec::new();
    let namespace = facts.scope.namespace.as_deref();
    for map in facts.list::<ConfigMap>(namespace).items {
        for (key, entry) in &map.data {
            let Some(config) = entry.text.as_ref().and_then(|text| read(text.reveal())) else {
                continue;
            };
            let pods = pods_with(facts, map);
            let judged = |meta: &Meta| facts.scope.contains(meta);
            if !judged(&map.meta) && !pods.is_some_and(|own| judged(own.meta)) {
                continue;
            }
            let own = CollectorConfig {
                object: &map.meta,
                path: pointer![entry.member, key],
                in_text: true,
                vars: variables(facts, pods, &config),
                config: Cow::Owned(config),
                pods,
            };
            out.extend(own.exporters());
        }
    }
    for collector in facts.list::<TraceCollector>(namespace).items {
        let Some(config) = &collector.config else { continue };
        if !facts.scope.contains(&collector.meta) {
            continue;
        }
        let own = CollectorConfig {
            object: &collector.meta,
            path: "/spec/config".to_owned(),
            in_text: collector.in_text,
            config: Cow::Borrowed(config),
            pods: None,
            vars: Vec::new(),
        };
        out.extend(own.exporters());
    }
    out
}

/// A text that is the configuration of a Collector with an exporter for OTLP.
fn read(text: &str) -> Option<Value> {
    if !text.contains("exporters") || !text.contains("otlp") {
        return None;
    }
    yaml::value(text).filter(|config| config["exporters"].is_object())
}

/// What takes something of a ConfigMap: the only one, or none.
fn pods_with<'a>(facts: &Facts<'a>, map: &ConfigMap) -> Option<TracePods<'a>> {
    let takes = |own: &TracePods| {
        let mut uses = ConfigUse::all(own.template).into_iter();
        uses.any(|one| one.source == ConfigSource::ConfigMap && one.name == map.meta.name)
    };
    let mut all = pods::of(facts, Some(&map.meta.namespace)).into_iter().filter(takes);
    all.next().filter(|_| all.next().is_none())
}

/// The variables that a configuration refers to, of each container.
fn variables(facts: &Facts, pods: Option<TracePods>, config: &Value) -> Vec<PodVariables> {
    let Some(pods) = pods else { return Vec::new() };
    let text = config["exporters"].to_string();
    let is_used = |name: &str| {
        text.contains(&format!("${{env:{name}}}")) || text.contains(&format!("${{{name}}}"))
    };
    let namespace = &pods.meta.namespace;
    let all = pods.template.containers.iter();
    all.map(|container| PodVariables::of(facts, namespace, container, is_used)).collect()
}

impl CollectorConfig<'_> {
    fn exporters(&self) -> Vec<TraceExporter> {
        let all = self.config["exporters"].as_object().into_iter().flatten();
        all.filter_map(|(name, own)| self.exporter(name, own)).collect()
    }

    fn exporter(&self, name: &str, own: &Value) -> Option<TraceExporter> {
        let grpc = match name.split('/').next()? {
            "otlphttp" | "otlp_http" => false,
            "otlp" | "otlp_grpc" => true,
            _ => return None,
        };
        let given = |field: &str| own[field].as_str().filter(|text| !text.is_empty());
        let (field, form) = match given("traces_endpoint") {
            Some(_) if !grpc => ("traces_endpoint", EndpointForm::Verbatim),
            _ if grpc => ("endpoint", EndpointForm::Verbatim),
            _ => ("endpoint", EndpointForm::Base),
        };
        let pipelines = self.pipelines(name);
        if pipelines == Pipelines::Others {
            return None;
        }
        let said = |what: &str, value: &str, field: &str| self.text((what, name), value, field);
        let mut endpoint = said(field, given(field)?, field);
        if grpc && !endpoint.text.reveal().contains("://") {
            endpoint.text = Hidden::new(format!("http://{}", endpoint.text.reveal()));
        }
        if placeholder::has(endpoint.text.reveal()) {
            endpoint.text = Hidden::new(UNSEEN.to_string());
        }
        let compression = given("compression").map(|text| said("compression", text, "compression"));
        let off = (pipelines == Pipelines::Nowhere).then(|| ExporterText {
            name: format!("the exporter {name}"),
            ..self.text(("", name), "in no pipeline for traces", "")
        });
        Some(TraceExporter {
            kind: ExporterKind::Collector,
            subject: self.pods.map_or(self.object, |own| own.meta).clone(),
            namespace: self.object.namespace.clone(),
            endpoint,
            form,
            protocol: grpc.then(|| ExporterText {
                name: format!("the exporter {name}"),
                ..self.text(("", name), "grpc", "")
            }),
            compression,
            headers: self.headers(name, own),
            open: own["auth"].is_object(),
            off,
            has_keys: false,
            alone: self.pods.is_some_and(|own| own.is_alone()),
        })
    }

    /// The headers of an exporter: a map, or a list of names and values.
    fn headers(&self, name: &str, own: &Value) -> Vec<ExporterText> {
        let mut out = Vec::new();
        let mut add = |header: &str, value: &Value, field: String| {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Null => return,
                other => other.to_string(),
            };
            let text = self.text((header, name), &value, &field);
            out.push(ExporterText { name: header.to_owned(), ..text });
        };
        match &own["headers"] {
            Value::Array(list) => {
                for (at, one) in list.iter().enumerate() {
                    let Some(header) = one["name"].as_str() else { continue };
                    add(header, &one["value"], format!("headers/{at}/value"));
                }
            }
            map => {
                for (header, value) in map.as_object().into_iter().flatten() {
                    add(header, value, format!("headers{}", pointer![header]));
                }
            }
        }
        out
    }

    /// A text of an exporter, below its name.
    fn text(&self, (what, name): (&str, &str), value: &str, field: &str) -> ExporterText {
        let mut path = self.path.clone();
        if !self.in_text {
            path.push_str("/exporters");
            pointer::push(&mut path, name);
            if !field.is_empty() {
                path = format!("{path}/{field}");
            }
        }
        ExporterText {
            name: format!("the {what} of {name}"),
            text: Hidden::new(self.expanded(value)),
            literal: Vec::new(),
            written: false,
            object: self.object.clone(),
            path,
            inner: None,
        }
    }

    /// A text with `${env:NAME}` replaced, and [`UNSEEN`] for what is not known of it.
    fn expanded(&self, text: &str) -> String {
        if mask::has_masked(text) {
            return UNSEEN.to_string();
        }
        // What looks like a placeholder of a tree may be a variable of the Collector.
        let unfilled = placeholder::has(text);
        let text = &placeholder::spelled(text);
        let known = |name: &str| {
            let name = name.strip_prefix("env:").unwrap_or(name);
            self.vars.iter().find_map(|vars| Some(vars.get(name)?.text.reveal().to_owned()))
        };
        let (mut out, mut rest) = (String::new(), text.as_ref());
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                out.push('$');
                rest = after;
                continue;
            }
            let inner = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let Some((name, after)) = inner else {
                out.push('$');
                continue;
            };
            out.push_str(&known(name).unwrap_or_else(|| UNSEEN.to_string()));
            rest = after;
        }
        out.push_str(rest);
        match unfilled && placeholder::has(&placeholder::tokens(&out)) {
            true => UNSEEN.to_string(),
            false => out,
        }
    }

    fn pipelines(&self, exporter: &str) -> Pipelines {
        let Some(all) = self.config["service"]["pipelines"].as_object() else {
            return Pipelines::Traces;
        };
        let names = |pipeline: &Value| {
            pipeline["exporters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one == exporter))
        };
        let own: Vec<&String> =
            all.iter().filter(|(_, pipeline)| names(pipeline)).map(|(name, _)| name).collect();
        match own.iter().any(|name| name.split('/').next() == Some("traces")) {
            true => Pipelines::Traces,
            false if own.is_empty() => Pipelines::Nowhere,
            false => Pipelines::Others,
        }
    }
}

/// The pipelines that name an exporter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pipelines {
    /// One for traces, or it is not known.
    Traces,
    /// Only some for other signals.
    Others,
    Nowhere,
}
