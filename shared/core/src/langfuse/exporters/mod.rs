//! What sends traces: by the variables of its container, or by the configuration of Bifrost.

mod bifrost;
mod exporter;
mod variables;

use better_any::tid;

pub use exporter::{EndpointForm, ExporterHeader, ExporterKind, ExporterText, TraceExporter};
pub use variables::{HOSTS, TraceSender};

use crate::bifrost::instances;
use crate::facts::{Derive, Facts};
use crate::workload::standing;

struct Senders<'a>(Vec<TraceSender<'a>>);
struct Exporters(Vec<TraceExporter>);

tid!(Senders<'a>);
tid!(Exporters);

impl<'a> Derive<'a> for Senders<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let all = standing(facts, facts.scope.namespace.as_deref()).into_iter();
        let judged = all.filter(|workload| facts.scope.contains(&workload.meta));
        let senders = judged.flat_map(|workload| {
            let count = workload.template.as_ref().map_or(0, |own| own.containers.len());
            (0..count)
                .filter_map(|number| TraceSender::of(facts, workload, number))
                .collect::<Vec<_>>()
        });
        Senders(senders.collect())
    }
}

impl<'a> Derive<'a> for Exporters {
    fn derive(facts: &Facts<'a>) -> Self {
        let mut out: Vec<TraceExporter> =
            senders(facts).iter().flat_map(|sender| sender.exporters(facts)).collect();
        out.extend(instances::all(facts).iter().flat_map(bifrost::exporters));
        Exporters(out)
    }
}

/// The judged containers whose variables may make them send traces.
pub fn senders<'s, 'a>(facts: &'s Facts<'a>) -> &'s [TraceSender<'a>] {
    &facts.derived::<Senders>().0
}

/// What is judged and sends traces, wherever to; worked out once.
pub fn all<'s>(facts: &'s Facts) -> &'s [TraceExporter] {
    &facts.derived::<Exporters>().0
}
