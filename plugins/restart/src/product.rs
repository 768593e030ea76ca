//! What the shell has to know of this product.

use std::ops::Range;

use igw::config_files::Places;
use igw::input::files::Input;
use igw::product::{Assumable, Locator, Product, Subjects};
use igw_core::bifrost::document::is_of_another_program;
use igw_core::bifrost::{instances, shown};
use igw_core::check::Check;
use igw_core::facts::views::Workload;
use igw_core::facts::{Facts, Other};
use igw_core::finding::Assumption;
use igw_core::fix::Edit;
use igw_core::gojson::Json;
use igw_core::kube::{Kind, Meta};
use igw_core::reads::Reads;
use igw_core::report::{Noun, Theme, Tool};

use crate::{argo_rollouts, checks, effect, head, subject};

pub struct Restart;

pub static RESTART: Restart = Restart;

static READS: Reads = Reads {
    needs: &[
        Kind::Workload,
        Kind::Service,
        // What the routing rules look up on their way from an address to a Service.
        Kind::HttpRoute,
        Kind::Gateway,
        Kind::GatewayClass,
        Kind::ListenerSet,
        Kind::TrafficPolicy,
        Kind::ListenerPolicy,
        Kind::GatewayParameters,
    ],
    common_only: &[Kind::ListenerPolicy],
    ..Reads::NONE
};

impl Product for Restart {
    fn name(&self) -> &'static str {
        "restart"
    }

    fn tool(&self) -> Tool {
        Tool { name: "kubectl-igw-restart", version: env!("CARGO_PKG_VERSION") }
    }

    fn demo(&self) -> &'static str {
        include_str!("demo.yaml")
    }

    fn demo_is(&self) -> &'static str {
        "a Bifrost that runs with an old configuration, and a vLLM without room"
    }

    fn checks(&self) -> &'static [&'static Check] {
        checks::ALL
    }

    fn reads(&self) -> &'static Reads {
        &READS
    }

    fn assumable(&self) -> Vec<&'static Assumable> {
        Vec::new()
    }

    fn noun(&self) -> Noun {
        Noun { one: "workload", kind: "workload" }
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
        ]
    }

    fn wants(&self) -> &'static str {
        "the manifests of Deployments, StatefulSets or DaemonSets, best with their pods"
    }

    fn subjects(&self, facts: &Facts) -> Subjects {
        let every = facts.list::<Workload>(facts.scope.namespace.as_deref());
        let all = subject::all(facts).iter().map(|own| own.workload.meta.clone());
        Subjects { all: all.collect(), gap: every.gap.is_some() }
    }

    fn judged_when_named(&self, facts: &Facts) -> Vec<Meta> {
        let every = facts.list::<Workload>(facts.scope.namespace.as_deref()).items;
        every.into_iter().map(|own| own.meta.clone()).collect()
    }

    fn not_modelled<'a>(&self, facts: &Facts<'a>) -> Vec<&'a Other> {
        argo_rollouts::all(facts)
    }

    fn assumptions(&self, _: &Facts) -> Vec<Assumption> {
        Vec::new()
    }

    fn head(&self, facts: &Facts, theme: &Theme) -> String {
        head::head(facts, theme)
    }

    fn head_beside(&self, _: &Facts, _: &Theme) -> String {
        String::new()
    }

    fn repairs(&self) -> bool {
        true
    }

    fn takes_effect(&self, facts: &Facts, edits: &[Edit]) -> Vec<String> {
        effect::of(facts, edits)
    }

    fn changes(&self) -> Vec<(Kind, &'static [&'static str])> {
        vec![(Kind::Workload, &["patch"])]
    }

    fn hidden_in(&self, json: &Json) -> Option<Vec<Range<usize>>> {
        (!is_of_another_program(json.whole())).then(|| shown::hidden(json))
    }

    fn locator<'s>(&self, input: &'s Input, facts: &'s Facts<'_>) -> Locator<'s> {
        let places = Places::new(input, instances::all(facts));
        Box::new(move |finding| match finding.inner.is_some() {
            true => places.locate(finding),
            false => input.location(finding.origin, &finding.path),
        })
    }
}
