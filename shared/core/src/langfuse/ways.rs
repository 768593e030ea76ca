//! Each exporter with the way that its requests take.

use better_any::tid;

use super::base_path::{self, BasePath};
use super::destination::{self, Arriving, TraceDestination};
use super::endpoint::{self, PathFault};
use super::exporters::{self, EndpointForm, ExporterKind, TraceExporter};
use super::services;
use crate::facts::{Derive, Facts};
use crate::workload::Release;

/// An exporter that is meant for Langfuse, and where its requests go.
#[derive(Debug)]
pub struct TraceWay {
    pub exporter: TraceExporter,
    /// `None`: its address is not known, or is none.
    pub to: Option<TraceDestination>,
    /// Below which path the Langfuse at its end serves.
    pub base: BasePath,
    /// The version of that Langfuse.
    pub release: Option<Release>,
    /// Its namespace and the name of its web workload, if it is known.
    pub home: Option<(String, String)>,
}

impl TraceWay {
    /// What arrives at Langfuse, if it gets there.
    pub fn arriving(&self) -> Option<&Arriving> {
        match &self.to {
            Some(TraceDestination::Web(arriving)) => Some(arriving),
            _ => None,
        }
    }

    /// Whether it speaks gRPC, to which no path applies.
    pub fn is_grpc(&self) -> bool {
        let protocol = self.exporter.protocol.as_ref().and_then(|own| own.known());
        protocol.is_some_and(|own| own.trim().eq_ignore_ascii_case("grpc"))
    }

    /// What is wrong with the path at which its requests arrive, or would.
    pub fn fault(&self) -> Option<PathFault> {
        let url = self.exporter.url()?;
        let path = match &self.to {
            Some(TraceDestination::Web(arriving)) => arriving.path.as_str(),
            Some(TraceDestination::Outside(_) | TraceDestination::Open(_)) | None => {
                endpoint::raw_path(&url)
            }
            _ => return None,
        };
        // What a Langfuse that is not known serves below is not known either.
        let sure = self.arriving().is_some_and(|own| own.sure);
        match endpoint::fault_of(path, self.base.path()) {
            Some(PathFault::BasePath) if !sure || self.base == BasePath::Unsaid => None,
            Some(PathFault::Other) if self.arriving().is_none() => None,
            fault => fault,
        }
    }

    /// The address that would be right for it, in the form that its setting needs.
    pub fn right(&self) -> Option<String> {
        let given = self.exporter.given()?;
        let base = self.base.path();
        let path = match self.exporter.form {
            EndpointForm::Verbatim => format!("{base}{}", super::TRACES_PATH),
            EndpointForm::Base => format!("{base}{}", super::TRACES_BASE),
            EndpointForm::Host => base.to_owned(),
        };
        Some(endpoint::with_path(given, &path))
    }
}

struct TraceWays(Vec<TraceWay>);

tid!(TraceWays);

impl<'a> Derive<'a> for TraceWays {
    fn derive(facts: &Facts<'a>) -> Self {
        let way = |exporter: &TraceExporter| {
            let to = destination::of(facts, exporter);
            if !destination::is_meant(exporter, to.as_ref()) {
                return None;
            }
            let behind = match &to {
                Some(TraceDestination::Web(own)) => {
                    services::installation_behind(facts, &own.namespace, &own.name)
                }
                _ => None,
            };
            Some(TraceWay {
                exporter: exporter.clone(),
                to,
                base: base_path::of(behind.as_deref()),
                release: behind.as_ref().and_then(|own| own.release()),
                home: behind.as_ref().and_then(|own| own.meta()).map(|meta| meta.key()),
            })
        };
        TraceWays(exporters::all(facts).iter().filter_map(way).collect())
    }
}

/// The judged exporters that are meant for Langfuse; worked out once.
pub fn all<'s>(facts: &'s Facts) -> &'s [TraceWay] {
    &facts.derived::<TraceWays>().0
}

/// Those that send over OTLP by settings of their own: not Langfuse's SDKs.
pub fn over_otlp<'s>(facts: &'s Facts) -> impl Iterator<Item = &'s TraceWay> {
    all(facts).iter().filter(|way| {
        !matches!(way.exporter.kind, ExporterKind::LangfuseSdk | ExporterKind::LiteLlm)
    })
}
