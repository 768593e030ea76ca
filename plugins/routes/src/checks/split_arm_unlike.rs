//! # The backends of a split expect different model names
//!
//! ## What it means
//! A rule splits requests over several backends, and the programs behind them do not accept the
//! same `model`: two vLLM servers without a common served name, or vLLM beside Bifrost (which
//! expects `provider/model`) or beside the classifier.
//!
//! ## Why it matters
//! Whatever name a client sends, one backend answers 404 or 400 to its share of the requests. It
//! looks like an outage that comes and goes.
//!
//! ## Example
//! 50 % to a vLLM that serves `glm-5`, 50 % to one that serves `glm-5-fp8`: half of all requests
//! for `glm-5` get `The model glm-5 does not exist`.
//!
//! ## Fix safety
//! Unsafe: `--served-model-name` may list several names, and changing one breaks other clients.
//!
//! ## Sources
//! vLLM, "Engine arguments"; observed in Bifrost 1.5; the guide's section 9.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::rule;
use igw_core::{page, pointer};

use crate::llm_server::{LlmServer, server};
use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0124",
    name: "split-arm-unlike",
    severity: Severity::Error,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let rules = followed::backends(facts).chunk_by(|a, b| std::ptr::eq(a.rule, b.rule));
    for arms in rules.filter(|arms| arms.len() > 1) {
        let known: Vec<(&FollowedBackend, LlmServer)> = arms
            .iter()
            .filter(|arm| arm.share > 0.0 && arm.is_granted())
            .filter_map(|arm| Some((arm, server(facts, arm, true)?)))
            .collect();
        if known.len() < 2 {
            continue;
        }
        let (first, own) = &known[0];
        match known[1..].iter().find(|(_, other)| own.is_unlike(other)) {
            None => out.passed(),
            Some((other, theirs)) => out.finding(finding((first, own), (other, theirs))),
        }
    }
}

fn finding(
    (a, own): (&FollowedBackend, &LlmServer),
    (b, theirs): (&FollowedBackend, &LlmServer),
) -> Finding {
    let requests = refs::requests_in_short(a.route, a.rule);
    let certain = matches!((own, theirs), (LlmServer::Vllm(_), LlmServer::Vllm(_)));
    let share = a.share.min(b.share);
    let (mine, other) = (own.wants(), theirs.wants());
    let title = match certain {
        true => format!(
            "Whatever model a request to {requests} names, one backend of the split answers 404."
        ),
        false => format!("The backends of the split for {requests} expect different model names."),
    };
    let path = pointer!["spec", "rules", a.index, "backendRefs"];
    let at =
        |arm: &FollowedBackend| format!("Service {}/{}", arm.judged.namespace, arm.reference.name);
    let finding = Finding::at(&a.route.meta, path, title)
        .explain(format!("Behind {} is {mine}; behind {} is {other}. The gateway does not change the request's body.", at(a), at(b)))
        .label("backends that expect different model names")
        .evidence(at(a), mine.clone())
        .evidence(at(b), other.clone())
        .guide("9", Some("it splits between the classifier and Bifrost"));
    match certain {
        true => finding.effect(404, share, rule::requests(a.route, a.rule)),
        false => finding.only(Severity::Warning),
    }
}
