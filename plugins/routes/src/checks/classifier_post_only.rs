//! # The classifier behind a route accepts only POST
//!
//! ## What it means
//! A rule without a method sends requests to the guide's classifier, which accepts only POST. The
//! check identifies it by its environment variables `WEAK_BACKEND` and `STRONG_BACKEND`.
//!
//! ## Why it matters
//! `GET /v1/models`, which clients and people use to see whether a gateway is alive, gets 405. It
//! looks like an outage, although chat requests work.
//!
//! ## Example
//! The guide's own test, `curl http://<load balancer>/v1/models`, reaches the classifier.
//!
//! ## Fix safety
//! Unsafe: a separate rule for `/v1/models` sends it to a server that clients have not used before.
//!
//! ## Sources
//! The guide's classifier (section 9); FastAPI answers 405 to a method that a path does not have.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::route::followed::{self, FollowedBackend};
use igw_core::route::{matching, rule};

use crate::llm_server::{LlmServer, server};
use crate::refs;

pub static CHECK: Check = Check {
    code: "IGW0139",
    name: "classifier-post-only",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    let reached = |backend: &&FollowedBackend| backend.share > 0.0 && backend.is_granted();
    for backend in followed::backends(facts).iter().filter(reached) {
        if server(facts, backend, false) != Some(LlmServer::Classifier) {
            continue;
        }
        let matches = matching::matches_of(backend.rule);
        match matches.iter().all(|one| one.method.as_deref() == Some("POST")) {
            true => out.passed(),
            false => out.finding(finding(backend)),
        }
    }
}

fn finding(backend: &FollowedBackend) -> Finding {
    let requests = refs::requests_in_short(backend.route, backend.rule);
    let service = format!("Service {}/{}", backend.judged.namespace, backend.reference.name);
    let title = format!("GET requests to {requests} get 405 from the classifier.");
    Finding::at(&backend.route.meta, backend.path(), title)
        .explain(format!("Behind {service} is the classifier, which accepts only POST. Test it with POST /v1/chat/completions, or add a separate rule for GET /v1/models."))
        .label("accepts only POST")
        .effect(405, backend.share, rule::requests(backend.route, backend.rule))
        .guide("9", Some("its own test sends GET /v1/models"))
}
