//! # The classifier behind a route knows only POST
//!
//! ## What it means
//! A rule without a method sends requests to the guide's classifier, which has POST and nothing
//! else. It is known by its variables `WEAK_BACKEND` and `STRONG_BACKEND`.
//!
//! ## Why it matters
//! `GET /v1/models`, with which clients and people see whether a gateway is alive, gets 405. It
//! looks like an outage, and chats work.
//!
//! ## Example
//! The guide's own test, `curl http://<load balancer>/v1/models`, meets the classifier.
//!
//! ## Fix safety
//! Unsafe: a rule of its own for `/v1/models` sends it to a server that clients have not seen.
//!
//! ## Sources
//! The guide's classifier (section 9); FastAPI answers 405 to a method that a path does not have.

use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::{Finding, Severity};
use igw_core::route::{matching, rule};
use igw_core::scene::{Backend, Scene};

use super::refs;
use super::split_arm_unlike::{Server, server};

/// IGW0139.
pub struct ClassifierPostOnly;

static META: Meta = Meta {
    code: "IGW0139",
    name: "classifier-post-only",
    severity: Severity::Warning,
    needs: &[Kind::HttpRoute, Kind::Gateway, Kind::GatewayClass, Kind::Service, Kind::Workload],
    source: include_str!("classifier_post_only.rs"),
};

impl Check for ClassifierPostOnly {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        let reached = |backend: &&Backend| backend.share > 0.0 && backend.is_granted();
        for backend in cx.backends().iter().filter(reached) {
            if server(cx, backend, false) != Some(Server::Classifier) {
                continue;
            }
            let matches = matching::matches_of(backend.rule);
            match matches.iter().all(|one| one.method.as_deref() == Some("POST")) {
                true => out.passed(),
                false => out.finding(finding(backend)),
            }
        }
    }
}

fn finding(backend: &Backend) -> Finding {
    let requests = refs::requests_in_short(backend.route, backend.rule);
    let service = format!("Service {}/{}", backend.judged.namespace, backend.reference.name);
    let title = format!("GET requests to {requests} get 405 from the classifier.");
    Finding::at(&backend.route.meta, backend.path(), title)
        .explain(format!("Behind {service} is the guide's classifier, which knows only POST. Test it with POST /v1/chat/completions, or give GET /v1/models a rule of its own."))
        .label("knows only POST")
        .effect(405, backend.share, rule::requests(backend.route, backend.rule))
        .guide("9", Some("its own test asks for GET /v1/models"))
}
