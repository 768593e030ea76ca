//! Exporters that are set by the variables of a container.

use super::exporter::{EndpointForm, ExporterKind, ExporterText, TraceExporter};
use super::pods::TracePods;
use crate::facts::views::Container;
use crate::facts::{Fact, Facts, views};
use crate::langfuse::litellm::{self, LiteLlmConfig};
use crate::langfuse::part::LangfusePart;
use crate::workload::variables::{PodVariables, Variable};

const OTLP: &str = "OTEL_EXPORTER_OTLP_";
/// Of Langfuse's SDKs and of LiteLLM; the first that is set counts.
pub const HOSTS: [&str; 4] =
    ["LANGFUSE_BASE_URL", "LANGFUSE_BASEURL", "LANGFUSE_HOST", "LANGFUSE_OTEL_HOST"];
const KEYS: [&str; 2] = ["LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"];

/// A container whose variables may make it send traces.
pub struct TraceSender<'a> {
    pub pods: TracePods<'a>,
    pub container: &'a Container,
    number: usize,
    pub vars: PodVariables,
    /// What LiteLLM is configured with, if it is one.
    configs: Vec<LiteLlmConfig<'a>>,
}

impl<'a> TraceSender<'a> {
    /// The container of this number, if it has such a variable.
    pub fn of(facts: &Facts<'a>, pods: TracePods<'a>, number: usize) -> Option<TraceSender<'a>> {
        let container = pods.template.containers.get(number)?;
        let namespace = &pods.meta.namespace;
        let configs = match litellm::is_litellm(container) {
            true => litellm::configs(facts, namespace, pods.template),
            false => Vec::new(),
        };
        let own = container.env.iter().any(|var| is_wanted(&var.name))
            || configs.iter().any(|own| own.variables.keys().any(|name| is_wanted(name)));
        if !own && !is_given_by_map(facts, namespace, container) {
            return None;
        }
        let vars = PodVariables::of(facts, namespace, container, is_wanted);
        Some(TraceSender { pods, container, number, vars, configs })
    }

    pub fn is_litellm(&self) -> bool {
        litellm::is_litellm(self.container)
    }

    /// Whether a variable is there, whatever it holds.
    pub fn has(&self, name: &str) -> bool {
        self.vars.get(name).is_some() || self.container.env.iter().any(|var| var.name == name)
    }

    /// Langfuse's two keys. Secrets are read for them, so only what judges keys asks for it.
    pub fn keys(&self, facts: &Facts) -> PodVariables {
        let is_key = |name: &str| KEYS.contains(&name);
        PodVariables::of(facts, &self.pods.meta.namespace, self.container, is_key)
    }

    /// Whether Langfuse's two keys are set.
    pub fn has_keys(&self) -> bool {
        KEYS.iter().all(|name| self.has(name))
    }

    /// A pointer to its container.
    pub fn at(&self) -> String {
        format!("{}/containers/{}", self.pods.at, self.number)
    }

    /// A variable, and where it is written.
    pub fn text(&self, name: &str, variable: &Variable) -> ExporterText {
        let path = format!("{}{}", self.at(), variable.path);
        ExporterText {
            name: name.to_owned(),
            text: variable.text.clone(),
            literal: variable.literal.clone(),
            written: variable.written,
            object: self.pods.meta.clone(),
            path,
            inner: None,
        }
    }

    fn first(&self, names: &[&str]) -> Option<ExporterText> {
        self.vars.first(names).map(|(name, own)| self.text(name, own))
    }

    /// What LiteLLM's configuration sets of these.
    fn configured(&self, names: &[&str]) -> Option<ExporterText> {
        names.iter().find_map(|name| {
            self.configs.iter().find_map(|own| {
                Some(ExporterText {
                    name: (*name).to_owned(),
                    text: own.variables.get(*name)?.clone(),
                    literal: Vec::new(),
                    written: false,
                    object: own.map.meta.clone(),
                    path: own.path.clone(),
                    inner: None,
                })
            })
        })
    }

    fn exporter(
        &self,
        kind: ExporterKind,
        form: EndpointForm,
        endpoint: ExporterText,
    ) -> TraceExporter {
        TraceExporter {
            kind,
            subject: self.pods.meta.clone(),
            namespace: self.pods.meta.namespace.clone(),
            endpoint,
            form,
            protocol: None,
            compression: None,
            headers: Vec::new(),
            open: self.vars.open,
            off: None,
            has_keys: self.has_keys(),
            alone: self.pods.is_alone(),
        }
    }

    /// What it sends with, by its variables. A Langfuse itself has `LANGFUSE_*` variables, too.
    pub fn exporters(&self, facts: &Facts<'a>) -> Vec<TraceExporter> {
        let mut out = Vec::new();
        out.extend(self.open_telemetry());
        if let Some(endpoint) = self.first(&["TRACELOOP_BASE_URL"]) {
            let own = self.exporter(ExporterKind::Traceloop, EndpointForm::Base, endpoint);
            let headers = self.first(&["TRACELOOP_HEADERS"]).into_iter().collect();
            out.push(TraceExporter { headers, ..own });
        }
        let workload = self.pods.workload;
        if workload.is_some_and(|own| LangfusePart::of(facts, own, self.number).is_some()) {
            return out;
        }
        let (kind, endpoint) = match self.is_litellm() {
            true => {
                let own = self.configured(&litellm::HOSTS);
                (ExporterKind::LiteLlm, own.or_else(|| self.first(&litellm::HOSTS)))
            }
            false => (ExporterKind::LangfuseSdk, self.first(&HOSTS[..3])),
        };
        out.extend(endpoint.map(|own| self.exporter(kind, EndpointForm::Host, own)));
        out
    }

    fn open_telemetry(&self) -> Option<TraceExporter> {
        let own = |what: &str| {
            let (traces, all) = (format!("{OTLP}TRACES_{what}"), format!("{OTLP}{what}"));
            self.first(&[&traces, &all])
        };
        let endpoint = own("ENDPOINT")?;
        let form = match endpoint.name.contains("TRACES") {
            true => EndpointForm::Verbatim,
            false => EndpointForm::Base,
        };
        let off = |name: &str, value: &str| {
            let found = self.first(&[name])?;
            (found.known().map(str::trim) == Some(value)).then_some(found)
        };
        Some(TraceExporter {
            protocol: own("PROTOCOL"),
            compression: own("COMPRESSION"),
            headers: own("HEADERS").into_iter().collect(),
            off: off("OTEL_SDK_DISABLED", "true").or_else(|| off("OTEL_TRACES_EXPORTER", "none")),
            ..self.exporter(ExporterKind::OpenTelemetry, form, endpoint)
        })
    }
}

/// Whether a variable says where traces go, or how. Keys are only looked at by their names.
fn is_wanted(name: &str) -> bool {
    let is_key = KEYS.contains(&name);
    let begins = name.starts_with(OTLP) || name.starts_with("TRACELOOP_");
    begins
        || name.starts_with("LANGFUSE_") && !is_key
        || ["OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER"].contains(&name)
}

/// Whether a ConfigMap that becomes variables has one of them.
fn is_given_by_map(facts: &Facts, namespace: &str, container: &Container) -> bool {
    let maps =
        container.env_from.iter().filter_map(|from| Some((from, from.config_map_ref.as_ref()?)));
    maps.into_iter().any(|(from, map)| match facts.get::<views::ConfigMap>(namespace, &map.name) {
        Fact::Known(map) => map.data.keys().any(|key| is_wanted(&format!("{}{key}", from.prefix))),
        _ => false,
    })
}
