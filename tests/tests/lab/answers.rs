//! What a real proxy, Envoy configured by Envoy Gateway, answers to requests is what we predict,
//! and what backends get is, too.

use std::time::{Duration, Instant};

use igw_core::facts::views::Gateway;
use igw_core::facts::{Fact, Facts, Scope, Store};
use igw_core::route::class;
use igw_core::route::trace::AnsweredBy;
use igw_tests::lab::{BackendServers, CONTROLLER, Envoy, LabCluster, NODE, Network, Programs};
use igw_tests::story::Story;
use serde_json::{Value, json};

use super::alone::run_alone;
use super::cases::{TracedRequest, cases};
use super::world::{lay, objects};

/// Stories whose Gateway has parameters of a kind that Envoy Gateway does not know: it has no
/// proxy there, and says so in conditions (`differences.rs`).
const NO_PROXY: [&str; 2] = ["gateway-parameters-missing", "gateway-parameters-missing-good"];

/// Time limit for all answers to match the predictions.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn are_what_is_predicted() {
    run_alone("answers::are_what_is_predicted", Programs::data_plane, || {
        let lab = super::lab();
        let network = lab.start_data_plane().unwrap_or_else(|error| panic!("{error}"));
        let mut backends = BackendServers::new(&network);
        let (mut wrong, mut count) = (Vec::new(), Count::default());
        let mut stories = super::stories();
        stories.retain(|story| !NO_PROXY.contains(&story.name.as_str()));
        for story in stories {
            wrong.extend(compare(lab, &network, &mut backends, &story, &mut count));
        }
        println!("{count:?}");
        assert!(wrong.is_empty(), "{} of {count:?}:\n{}", wrong.len(), wrong.join("\n"));
        let enough = count.gateways > 100 && count.answers > 4000 && count.by_backends > 350;
        assert!(enough, "only {count:?}");
        assert!(count.unknown * 20 < count.answers, "too much is not predicted: {count:?}");
    });
}

/// A Gateway that is served.
struct Proxied {
    /// Namespace and name.
    gateway: (String, String),
    class: String,
}

#[derive(Debug, Default)]
struct Count {
    gateways: usize,
    answers: usize,
    by_backends: usize,
    unknown: usize,
}

/// A story as it is applied here: the controller answers to its classes, and pods have a node.
pub fn manifests(story: &Story) -> Vec<Value> {
    let mut objects = objects(&story.file);
    for object in &mut objects {
        match object["kind"].as_str().unwrap_or_default() {
            "GatewayClass" => object["spec"]["controllerName"] = json!(CONTROLLER),
            "Pod" => object["spec"]["nodeName"] = json!(NODE),
            "Deployment" | "StatefulSet" => {
                object["spec"]["template"]["spec"]["nodeName"] = json!(NODE)
            }
            _ => {}
        }
    }
    objects
}

/// Asks the proxy of each Gateway of a story, one after the other: they share ports.
fn compare(
    lab: &LabCluster,
    network: &Network,
    backends: &mut BackendServers,
    story: &Story,
    count: &mut Count,
) -> Vec<String> {
    let world = lay(lab, &manifests(story));
    let store = world.store();
    let mut wrong = Vec::new();
    let merged = objects(&story.file).iter().any(|own| own["spec"]["mergeGateways"] == true);
    for Proxied { gateway, class } in served(&store) {
        let (cases, unknown) = cases(&store, &gateway);
        let full = format!("{}/{}", gateway.0, gateway.1);
        // Merged Gateways share a proxy, which has the name of their class.
        let proxy = Envoy::start(lab, network, if merged { &class } else { &full })
            .unwrap_or_else(|error| panic!("{error}"));
        let left = settled(lab, backends, &cases);
        drop(proxy);
        count.gateways += 1;
        count.answers += cases.len();
        count.unknown += unknown;
        count.by_backends +=
            cases.iter().filter(|c| c.trace.verdict.by == AnsweredBy::Backend).count();
        wrong.extend(left.into_iter().map(|left| format!("{}: {full}: {left}", story.name)));
    }
    wrong
}

/// The differences, once there are none or after a while: controllers take their time.
fn settled(
    lab: &LabCluster,
    backends: &mut BackendServers,
    cases: &[TracedRequest],
) -> Vec<String> {
    let start = Instant::now();
    loop {
        let running = backends.follow(lab).unwrap_or_else(|error| panic!("{error}"));
        let left: Vec<String> = cases.iter().filter_map(|case| case.ask(&running)).collect();
        if left.is_empty() || start.elapsed() > PATIENCE {
            return left;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
}

/// The Gateways whose rules are known: namespace and name.
fn served(store: &Store) -> Vec<Proxied> {
    let scope = Scope::default();
    let facts = Facts::new(store, &scope);
    let all = facts.list::<Gateway>(None).items.into_iter();
    let served = all.filter(|gateway| matches!(class::profile(&facts, gateway), Fact::Known(_)));
    let proxied = |gateway: &Gateway| Proxied {
        gateway: (gateway.meta.namespace.clone(), gateway.meta.name.clone()),
        class: gateway.class.clone(),
    };
    served.map(proxied).collect()
}
