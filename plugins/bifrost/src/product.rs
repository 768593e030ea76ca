//! What the shell has to know of this product.

use std::ops::Range;

use igw::config_files::{Places, take_config_files};
use igw::input::files::Input;
use igw::product::{self, Assumable, Locator, Product, Subjects};
use igw_core::bifrost::document::is_of_another_program;
use igw_core::bifrost::said::BifrostSaid;
use igw_core::bifrost::{effect, instances, shown};
use igw_core::check::Check;
use igw_core::facts::views::Workload;
use igw_core::facts::{ConfigFile, Facts, Maker};
use igw_core::finding::Assumption;
use igw_core::fix::Edit;
use igw_core::gojson::Json;
use igw_core::kube::Kind;
use igw_core::reads::Reads;
use igw_core::report::{Noun, Theme, Tool, UnmodelledKind};
use igw_core::workload::Release;
use serde_json::{Map, Value, json};

use crate::predicted::{Predicted, predicted};
use crate::{assumed, checks, head};

pub struct Bifrost;

pub static BIFROST: Bifrost = Bifrost;

static READS: Reads = Reads { needs: &[Kind::Workload], logs: true, ..Reads::NONE };

impl Product for Bifrost {
    fn name(&self) -> &'static str {
        "bifrost"
    }

    fn tool(&self) -> Tool {
        Tool { name: "kubectl-igw-bifrost", version: env!("CARGO_PKG_VERSION") }
    }

    fn demo(&self) -> &'static str {
        include_str!("demo.yaml")
    }

    fn demo_is(&self) -> &'static str {
        "a Bifrost with a dozen faults"
    }

    fn checks(&self) -> &'static [&'static Check] {
        checks::ALL
    }

    fn reads(&self) -> &'static Reads {
        &READS
    }

    fn assumable(&self) -> Vec<&'static Assumable> {
        const ALL: &[Assumable] = &[
            Assumable {
                what: "bifrost",
                values: "VERSION",
                say: |said, value| {
                    let release = Release::parse(value).ok_or("not a version like 1.5.16")?;
                    said.edit::<BifrostSaid>(|said| said.release = Some(release));
                    Ok(())
                },
            },
            Assumable {
                what: "internet",
                values: "yes|no",
                say: |said, value| {
                    let internet = match value {
                        "yes" => true,
                        "no" => false,
                        _ => return Err("not a known value"),
                    };
                    said.edit::<BifrostSaid>(|said| said.internet = Some(internet));
                    Ok(())
                },
            },
        ];
        ALL.iter().collect()
    }

    fn noun(&self) -> Noun {
        Noun { one: "configuration", kind: "Bifrost" }
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
            "configmap",
            "configmaps",
            "cm",
            "secret",
            "secrets",
            "file",
        ]
    }

    fn wants(&self) -> &'static str {
        "config.json, or the manifests of Bifrost"
    }

    fn subjects(&self, facts: &Facts) -> Subjects {
        Subjects {
            all: instances::all(facts).iter().map(|found| found.subject.clone()).collect(),
            gap: facts.list::<Workload>(facts.scope.namespace.as_deref()).gap.is_some(),
        }
    }

    fn assumptions(&self, facts: &Facts) -> Vec<Assumption> {
        let all = instances::all(facts).iter();
        let mut out: Vec<_> = all.flat_map(|instance| assumed::of(facts, instance)).collect();
        out.sort();
        out.dedup();
        out
    }

    fn head(&self, facts: &Facts, theme: &Theme) -> String {
        head::head(facts, theme)
    }

    fn extra(&self, facts: &Facts) -> Map<String, Value> {
        let all = instances::all(facts).iter().map(|instance| predicted(facts, instance));
        let all: Vec<Predicted> = all.collect();
        Map::from_iter([("predicted".to_owned(), json!(all))])
    }

    fn unrendered(&self, facts: &Facts) -> Vec<UnmodelledKind> {
        let is_bifrost = |maker: &Maker| {
            maker.chart.as_deref() == Some("bifrost") || maker.name.contains("bifrost")
        };
        product::unrendered(facts, is_bifrost, |_| {
            "which makes a Bifrost with the configuration of its values".to_owned()
        })
    }

    fn values_of(&self, argument: &str, facts: &Facts) -> Vec<String> {
        let all = instances::all(facts).iter().filter_map(|instance| instance.config());
        let models = all.flat_map(|config| &config.providers).flat_map(|provider| {
            let keys = provider.keys.iter().flat_map(|key| key.models.iter().flatten());
            keys.map(|(model, _)| format!("{}/{model}", provider.name))
        });
        match argument {
            "model_name" => models.collect(),
            _ => Vec::new(),
        }
    }

    fn hidden_in(&self, json: &Json) -> Option<Vec<Range<usize>>> {
        (!is_of_another_program(json.whole())).then(|| shown::hidden(json))
    }

    fn takes_effect(&self, facts: &Facts, edits: &[Edit]) -> Vec<String> {
        effect::of(facts, edits)
    }

    fn changes(&self) -> Vec<(Kind, &'static [&'static str])> {
        vec![
            (Kind::ConfigMap, &["patch"]),
            (Kind::Secret, &["create", "delete"]),
            (Kind::Workload, &["patch"]),
            (Kind::Scaler, &["patch"]),
        ]
    }

    fn repairs(&self) -> bool {
        true
    }

    fn looks_into_pods(&self) -> Option<&'static str> {
        Some("bifrost")
    }

    fn take_config_files(&self, input: &mut Input) -> Vec<ConfigFile> {
        take_config_files(input)
    }

    fn locator<'s>(&self, input: &'s Input, facts: &'s Facts<'_>) -> Locator<'s> {
        let places = Places::new(input, instances::all(facts));
        Box::new(move |finding| places.locate(finding))
    }
}
