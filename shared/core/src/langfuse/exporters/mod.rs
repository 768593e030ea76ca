//! What sends traces: by the variables of its container, or by the configuration of Bifrost or of an
//! OpenTelemetry Collector.

mod bifrost;
mod collector;
mod exporter;
mod pods;
mod proxies;
mod variables;

use better_any::tid;

pub use exporter::{EndpointForm, ExporterHeader, ExporterKind, ExporterText, TraceExporter};
pub use pods::{TracePods, judged as pods};
pub use proxies::{LiteLlmHost, LiteLlmProxy};
pub use variables::{HOSTS, TraceSender};

use crate::bifrost::instances;
use crate::facts::{Derive, Facts};
use crate::kube::Kind;

/// What exporters are found in, and what their addresses lead to.
pub const NEEDS: &[Kind] = &[
    Kind::Workload,
    Kind::BatchJob,
    Kind::TraceCollector,
    Kind::Service,
    Kind::ConfigMap,
    Kind::Secret,
    Kind::HttpRoute,
    Kind::Gateway,
];

struct Senders<'a>(Vec<TraceSender<'a>>);
struct Exporters(Vec<TraceExporter>);
struct Proxies<'a>(Vec<LiteLlmProxy<'a>>);

tid!(Senders<'a>);
tid!(Proxies<'a>);
tid!(Exporters);

impl<'a> Derive<'a> for Senders<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        Senders(pods::containers(facts, TraceSender::of))
    }
}

impl<'a> Derive<'a> for Proxies<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        Proxies(pods::containers(facts, LiteLlmProxy::of))
    }
}

impl<'a> Derive<'a> for Exporters {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut out: Vec<TraceExporter> =
            senders(facts).iter().flat_map(|sender| sender.exporters(facts)).collect();
        out.extend(instances::all(facts).iter().flat_map(bifrost::exporters));
        out.extend(collector::exporters(facts));
        Exporters(out)
    }
}

/// The judged containers whose variables may make them send traces.
pub fn senders<'s, 'a>(facts: &'s Facts<'a>) -> &'s [TraceSender<'a>] {
    &facts.derived::<Senders>().0
}

/// The judged LiteLLMs whose configuration is known.
pub fn proxies<'s, 'a>(facts: &'s Facts<'a>) -> &'s [LiteLlmProxy<'a>] {
    &facts.derived::<Proxies>().0
}

/// What is judged and sends traces, wherever to; worked out once.
pub fn all<'s>(facts: &'s Facts) -> &'s [TraceExporter] {
    &facts.derived::<Exporters>().0
}
