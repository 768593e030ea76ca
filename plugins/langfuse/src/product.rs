//! What the shell has to know of this product.

use std::ops::Range;

use igw::config_files::{Places, take_config_files};
use igw::input::files::Input;
use igw::product::{self, Assumable, Locator, Product, Subjects};
use igw_core::bifrost::document::is_of_another_program;
use igw_core::bifrost::{effect, instances, shown};
use igw_core::check::Check;
use igw_core::facts::views::Workload;
use igw_core::facts::{ConfigFile, Facts, Maker};
use igw_core::finding::Assumption;
use igw_core::fix::Edit;
use igw_core::gojson::Json;
use igw_core::kube::{Kind, Meta};
use igw_core::langfuse::said::LangfuseSaid;
use igw_core::langfuse::{installations, site, ways};
use igw_core::reads::Reads;
use igw_core::report::{Noun, Theme, Tool, UnmodelledKind};
use igw_core::workload::Release;

use crate::{checks, head};

pub struct Langfuse;

pub static LANGFUSE: Langfuse = Langfuse;

static READS: Reads = Reads {
    // What the routing rules look up on their way from a URL to a Service.
    needs: &[
        Kind::GatewayClass,
        Kind::Gateway,
        Kind::HttpRoute,
        Kind::ListenerSet,
        Kind::TrafficPolicy,
        Kind::ListenerPolicy,
        Kind::GatewayParameters,
    ],
    // Langfuse, its routes and what sends traces to it are seldom in one namespace.
    everywhere: &[Kind::Gateway, Kind::ListenerSet, Kind::HttpRoute, Kind::ReferenceGrant],
    common_only: &[Kind::ListenerPolicy],
    ..Reads::NONE
};

impl Product for Langfuse {
    fn name(&self) -> &'static str {
        "langfuse"
    }

    fn tool(&self) -> Tool {
        Tool { name: "kubectl-igw-langfuse", version: env!("CARGO_PKG_VERSION") }
    }

    fn demo(&self) -> &'static str {
        include_str!("demo.yaml")
    }

    fn demo_is(&self) -> &'static str {
        "a Langfuse that gets no traces"
    }

    fn checks(&self) -> &'static [&'static Check] {
        checks::ALL
    }

    fn reads(&self) -> &'static Reads {
        &READS
    }

    fn assumable(&self) -> Vec<&'static Assumable> {
        const ALL: &[Assumable] = &[Assumable {
            what: "langfuse",
            values: "VERSION",
            say: |said, value| {
                let major = value.parse::<u16>().ok().map(|major| format!("{major}.999"));
                let release = Release::parse(major.as_deref().unwrap_or(value));
                let release = release.ok_or("not a version like 4.16")?;
                said.edit::<LangfuseSaid>(|said| said.release = Some(release));
                Ok(())
            },
        }];
        ALL.iter().collect()
    }

    fn noun(&self) -> Noun {
        Noun { one: "object", kind: "Langfuse" }
    }

    fn types(&self) -> &'static [&'static str] {
        &[
            "deployment",
            "deployments",
            "deploy",
            "statefulset",
            "statefulsets",
            "sts",
            "daemonset",
            "daemonsets",
            "ds",
            "httproute",
            "httproutes",
            "service",
            "services",
            "svc",
            "job",
            "jobs",
            "cronjob",
            "cronjobs",
            "cj",
            "opentelemetrycollector",
            "opentelemetrycollectors",
            "referencegrant",
            "referencegrants",
            "configmap",
            "configmaps",
            "cm",
        ]
    }

    fn wants(&self) -> &'static str {
        "the manifests of Langfuse, of its routes and of what sends traces"
    }

    fn subjects(&self, facts: &Facts) -> Subjects {
        let parts = installations::judged(facts).flat_map(|own| own.parts());
        let mut all: Vec<Meta> = parts.map(|part| part.workload.meta.clone()).collect();
        for site in site::all(facts) {
            all.extend(site.ways(facts).map(|entry| entry.route.meta.clone()));
        }
        all.extend(ways::all(facts).iter().map(|way| way.exporter.subject.clone()));
        all.retain(|meta| facts.scope.contains(meta) || meta.kind == "File");
        all.sort_by_key(Meta::reference);
        all.dedup_by_key(|meta| meta.reference());
        Subjects {
            all,
            gap: facts.list::<Workload>(facts.scope.namespace.as_deref()).gap.is_some(),
        }
    }

    fn assumptions(&self, facts: &Facts) -> Vec<Assumption> {
        let mut out = Vec::new();
        for own in installations::judged(facts) {
            let Some(meta) = own.meta() else { continue };
            match own.release() {
                None => out.push(Assumption {
                    what: format!("{} is Langfuse 3 or 4", meta.title()),
                    why: "its image has no version; --assume langfuse=VERSION".to_owned(),
                }),
                Some(release) if release.major > 4 => out.push(Assumption {
                    what: format!("Langfuse {release} behaves like 4.16"),
                    why: "only 4.16.0 was observed".to_owned(),
                }),
                Some(_) => {}
            }
        }
        out.sort();
        out.dedup();
        out
    }

    fn head(&self, facts: &Facts, theme: &Theme) -> String {
        head::head(facts, theme)
    }

    fn unrendered(&self, facts: &Facts) -> Vec<UnmodelledKind> {
        let is_langfuse = |maker: &Maker| {
            maker.chart.as_deref() == Some("langfuse") || maker.name.contains("langfuse")
        };
        product::unrendered(facts, is_langfuse, |_| {
            "which makes a Langfuse with the settings of its values".to_owned()
        })
    }

    fn changes(&self) -> Vec<(Kind, &'static [&'static str])> {
        vec![
            (Kind::HttpRoute, &["patch"]),
            (Kind::ReferenceGrant, &["create", "delete"]),
            (Kind::ConfigMap, &["patch"]),
            (Kind::Workload, &["patch"]),
        ]
    }

    fn hidden_in(&self, json: &Json) -> Option<Vec<Range<usize>>> {
        (!is_of_another_program(json.whole())).then(|| shown::hidden(json))
    }

    fn takes_effect(&self, facts: &Facts, edits: &[Edit]) -> Vec<String> {
        effect::of(facts, edits)
    }

    fn repairs(&self) -> bool {
        true
    }

    fn looks_into_pods(&self) -> Option<&'static str> {
        Some("langfuse")
    }

    fn take_config_files(&self, input: &mut Input) -> Vec<ConfigFile> {
        take_config_files(input)
    }

    fn locator<'s>(&self, input: &'s Input, facts: &'s Facts<'_>) -> Locator<'s> {
        let places = Places::new(input, instances::all(facts));
        Box::new(move |finding| {
            match finding.inner.is_some() || finding.object.kind != "HTTPRoute" {
                true => places.locate(finding),
                false => input.location(finding.origin, &finding.path),
            }
        })
    }
}
