//! What sends traces, as far as it matters where they go.

use crate::finding::{Finding, Inner};
use crate::kube::{Hidden, Meta};
use crate::workload::variables::UNSEEN;

/// What kind of program sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExporterKind {
    /// Any SDK of OpenTelemetry, by its `OTEL_*` variables.
    OpenTelemetry,
    /// Traceloop's SDK (OpenLLMetry).
    Traceloop,
    /// Langfuse's own SDK, by `LANGFUSE_*` variables.
    LangfuseSdk,
    /// LiteLLM's callback `langfuse_otel`.
    LiteLlm,
    /// Bifrost's plugin `otel`.
    Bifrost,
    /// An exporter of an OpenTelemetry Collector.
    Collector,
}

impl ExporterKind {
    /// Whether each of its headers is a field of its own, not one of a list in one text.
    pub fn has_fields(self) -> bool {
        matches!(self, ExporterKind::Bifrost | ExporterKind::Collector)
    }
}

/// What a program makes of the address that it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointForm {
    /// It is used as it is.
    Verbatim,
    /// `/v1/traces` is appended.
    Base,
    /// `/api/public/otel/v1/traces` is appended.
    Host,
}

/// A text of an exporter's settings, and where it is written.
#[derive(Debug, Clone)]
pub struct ExporterText {
    /// The name of the variable or field.
    pub name: String,
    /// Its text; parts that are not known are [`UNSEEN`].
    pub text: Hidden,
    /// References to variables that nothing replaces.
    pub literal: Vec<String>,
    /// Whether it stands at its place as it is, and refers to nothing.
    pub written: bool,
    /// The object that holds it.
    pub object: Meta,
    /// The field of the object.
    pub path: String,
    /// The place in the document that the field holds.
    pub inner: Option<Inner>,
}

impl ExporterText {
    /// The text, if all of it is known.
    pub fn known(&self) -> Option<&str> {
        Some(self.text.reveal()).filter(|text| !text.contains(UNSEEN))
    }

    /// A finding here; the title is a clause.
    pub fn finding(&self, title: &str) -> Finding {
        let mut finding = Finding::at(&self.object, self.path.clone(), title);
        finding.inner = self.inner.clone();
        finding
    }
}

/// A header that an exporter sends.
#[derive(Debug, Clone)]
pub struct ExporterHeader {
    /// Its name as it is written.
    pub name: String,
    /// Its value as it is sent, if it can be known.
    pub value: Hidden,
}

/// Something that sends traces over OTLP.
#[derive(Debug, Clone)]
pub struct TraceExporter {
    pub kind: ExporterKind,
    /// The workload, or the object that holds the configuration.
    pub subject: Meta,
    /// The namespace in which short names are resolved.
    pub namespace: String,
    pub endpoint: ExporterText,
    pub form: EndpointForm,
    /// `grpc`, `http/protobuf`, `http/json`, for Bifrost `http`.
    pub protocol: Option<ExporterText>,
    /// How bodies are compressed, where that is said.
    pub compression: Option<ExporterText>,
    /// The texts that hold headers, as they are written.
    pub headers: Vec<ExporterText>,
    /// Whether more headers may come from what is not known.
    pub open: bool,
    /// What switches it off.
    pub off: Option<ExporterText>,
    /// Whether Langfuse's keys are variables beside it.
    pub has_keys: bool,
    /// Whether nothing else is known to run in its pod.
    pub alone: bool,
}

impl TraceExporter {
    /// The address as it is given, if it is known.
    pub fn given(&self) -> Option<&str> {
        self.endpoint.known()
    }

    /// The whole address to which it posts, if that is known.
    pub fn url(&self) -> Option<String> {
        let given = self.given()?;
        Some(match self.form {
            EndpointForm::Verbatim => given.to_owned(),
            EndpointForm::Base => {
                let bare = given.strip_suffix('/').unwrap_or(given);
                format!("{bare}/v1/traces")
            }
            EndpointForm::Host => {
                let bare = given.strip_suffix('/').unwrap_or(given);
                format!("{bare}{}", crate::langfuse::TRACES_PATH)
            }
        })
    }

    /// `OTEL_EXPORTER_OTLP_ENDPOINT of Deployment apps/chat`
    pub fn title(&self) -> String {
        format!("{} of {}", self.endpoint.name, self.subject.title())
    }
}
