//! # The arms of a split want different model names
//!
//! ## What it means
//! A rule spreads requests over several backends, and the programs behind them do not take the
//! same `model`: two vLLM servers without a common served name, or vLLM beside Bifrost (which
//! wants `provider/model`) or beside the classifier.
//!
//! ## Why it matters
//! Whatever name a client sends, one arm answers 404 or 400, for its share of the requests. It
//! looks like an outage that comes and goes.
//!
//! ## Example
//! 50 % to a vLLM that serves `glm-5`, 50 % to one that serves `glm-5-fp8`: half of all requests
//! for `glm-5` get `The model glm-5 does not exist`.
//!
//! ## Fix safety
//! Unsafe: `--served-model-name` may list several names, and a changed one breaks other clients.
//!
//! ## Sources
//! vLLM, "Engine arguments"; Bifrost 1.5 as seen; the guide's section 9.

use std::collections::BTreeSet;

use igw_core::bifrost::instance::is_bifrost_image;
use igw_core::bifrost::vllm;
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::views::{Service, Workload};
use igw_core::facts::{Fact, Kind};
use igw_core::finding::{Finding, Severity};
use igw_core::pointer;
use igw_core::route::rule;
use igw_core::scene::{Backend, Scene};
use igw_core::words;

use super::refs;

/// IGW0124.
pub struct SplitArmUnlike;

static META: Meta = Meta {
    code: "IGW0124",
    name: "split-arm-unlike",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    source: include_str!("split_arm_unlike.rs"),
};

impl Check for SplitArmUnlike {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        let rules = cx.backends().chunk_by(|a, b| std::ptr::eq(a.rule, b.rule));
        for arms in rules.filter(|arms| arms.len() > 1) {
            let known: Vec<(&Backend, Server)> = arms
                .iter()
                .filter(|arm| arm.share > 0.0 && arm.is_granted())
                .filter_map(|arm| Some((arm, server(cx, arm, true)?)))
                .collect();
            if known.len() < 2 {
                continue;
            }
            let (first, own) = &known[0];
            match known[1..].iter().find(|(_, other)| unlike(own, other)) {
                None => out.passed(),
                Some((other, theirs)) => out.finding(finding((first, own), (other, theirs))),
            }
        }
    }
}

/// A program that answers requests for models.
#[derive(Debug, PartialEq, Eq)]
pub enum Server {
    /// vLLM, with the model names that it serves, if that is known.
    Vllm(Vec<String>),
    /// Bifrost.
    Bifrost,
    /// The guide's classifier, which chooses between two backends by the prompt.
    Classifier,
}

/// The program behind an arm, if its Service leads to workloads of one kind. `ask`: whether it is
/// worth a request, where workloads are not known.
pub fn server(cx: &Scene, arm: &Backend, ask: bool) -> Option<Server> {
    if !arm.reference.group.is_empty() || arm.reference.kind != "Service" {
        return None;
    }
    let Fact::Known(service) = cx.get::<Service>(&arm.judged.namespace, &arm.reference.name) else {
        return None;
    };
    let selector: Vec<(&str, &str)> = service.selector.iter().collect();
    let namespace = Some(service.meta.namespace.as_str());
    let found = match ask {
        true => cx.select::<Workload>(namespace, &selector).items,
        false => cx.store.select::<Workload>(namespace, &selector, |_| {}).items,
    };
    let mut servers = found.into_iter().map(program);
    let first = servers.next()??;
    servers.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// What a workload runs: by its images and command lines. Names of objects tell nothing.
fn program(workload: &Workload) -> Option<Server> {
    if let Some(vllm) = vllm::of(workload) {
        return Some(Server::Vllm(vllm.names.unwrap_or_default()));
    }
    let containers = &workload.template.as_ref().ok()?.containers;
    if containers.iter().any(|container| is_bifrost_image(&container.image)) {
        return Some(Server::Bifrost);
    }
    let has = |name: &str| containers.iter().flat_map(|c| &c.env).any(|var| var.name == name);
    (has("WEAK_BACKEND") && has("STRONG_BACKEND")).then_some(Server::Classifier)
}

fn unlike(a: &Server, b: &Server) -> bool {
    match (a, b) {
        (Server::Vllm(a), Server::Vllm(b)) => {
            let names: BTreeSet<&String> = a.iter().collect();
            !a.is_empty() && !b.is_empty() && !b.iter().any(|name| names.contains(name))
        }
        _ => a != b,
    }
}

fn wants(server: &Server) -> String {
    match server {
        Server::Vllm(names) if names.is_empty() => "vLLM, which takes its served name".to_owned(),
        Server::Vllm(names) => format!("vLLM, which serves {}", words::some_of(names, 3)),
        Server::Bifrost => "Bifrost, which takes provider/model".to_owned(),
        Server::Classifier => "the classifier, which takes any name".to_owned(),
    }
}

fn finding((a, own): (&Backend, &Server), (b, theirs): (&Backend, &Server)) -> Finding {
    let requests = refs::requests_in_short(a.route, a.rule);
    let certain = matches!((own, theirs), (Server::Vllm(_), Server::Vllm(_)));
    let share = a.share.min(b.share);
    let (mine, other) = (wants(own), wants(theirs));
    let title = match certain {
        true => format!(
            "Whatever model a request to {requests} names, one arm of the split answers 404."
        ),
        false => format!("The arms of the split of {requests} want different model names."),
    };
    let path = pointer!["spec", "rules", a.index, "backendRefs"];
    let at = |arm: &Backend| format!("Service {}/{}", arm.judged.namespace, arm.reference.name);
    let finding = Finding::at(&a.route.meta, path, title)
        .explain(format!("Behind {} is {mine}; behind {} is {other}. The gateway does not change the request's body.", at(a), at(b)))
        .label("arms that want different names")
        .evidence(at(a), mine.clone())
        .evidence(at(b), other.clone())
        .guide("9", Some("it splits between the classifier and Bifrost"));
    match certain {
        true => finding.effect(404, share, rule::requests(a.route, a.rule)),
        false => finding.only(Severity::Warning),
    }
}
