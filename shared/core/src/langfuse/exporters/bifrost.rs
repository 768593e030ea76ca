//! The collectors of Bifrost's plugin `otel`.

use super::exporter::{EndpointForm, ExporterKind, ExporterText, TraceExporter};
use crate::bifrost::instance::{Delivery, Instance};
use crate::bifrost::otel::{self, Entry};
use crate::bifrost::place::Place as _;
use crate::bifrost::setting::Setting;
use crate::gojson::Id;
use crate::kube::Hidden;
use crate::workload::env::Var;
use crate::workload::variables::UNSEEN;

/// The collectors of a Bifrost whose configuration it can read.
pub fn exporters(own: &Instance) -> Vec<TraceExporter> {
    let sound = own.document.as_ref().is_some_and(|document| document.sound);
    if !sound || matches!(own.delivery, Delivery::Elsewhere(_)) {
        return Vec::new();
    }
    let entries = own.config().map(otel::entries).unwrap_or_default();
    entries.iter().filter_map(|entry| exporter(own, entry)).collect()
}

fn exporter(own: &Instance, entry: &Entry) -> Option<TraceExporter> {
    let url = entry.url.as_ref()?;
    let headers = entry.headers.iter();
    let headers = headers.filter_map(|(name, value)| {
        text(own, name, value.variable().is_none(), held(own, value), value.id)
    });
    let protocol = entry.protocol.as_ref();
    Some(TraceExporter {
        kind: ExporterKind::Bifrost,
        subject: own.subject.clone(),
        namespace: own.namespace.clone(),
        endpoint: text(own, "collector_url", url.variable().is_none(), held(own, url), url.id)?,
        form: EndpointForm::Verbatim,
        protocol: protocol
            .and_then(|(name, id)| text(own, "protocol", true, Hidden::new(name.clone()), *id)),
        compression: None,
        headers: headers.collect(),
        open: false,
        off: None,
        has_keys: false,
        alone: false,
    })
}

/// What a setting holds; only a whole value `env.NAME` is replaced.
fn held(own: &Instance, setting: &Setting) -> Hidden {
    let Some(name) = setting.variable() else { return setting.text.clone() };
    match own.env.get(name) {
        Var::Set(text) => text,
        _ => Hidden::new(UNSEEN.to_string()),
    }
}

fn text(own: &Instance, name: &str, written: bool, text: Hidden, id: Id) -> Option<ExporterText> {
    let place = own.at(id, "")?;
    let document = own.document.as_ref()?;
    Some(ExporterText {
        name: name.to_owned(),
        text,
        literal: Vec::new(),
        written,
        object: document.object.clone(),
        path: place.path,
        inner: place.inner,
    })
}
