//! What a real controller, Envoy Gateway, writes into statuses is what we predict by the
//! specification.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use igw_core::facts::{Facts, Scope, Store};
use igw_core::route::status::predict;
use igw_tests::lab::{CONTROLLER, LabCluster, Programs, start_envoy_gateway};
use serde_json::{Value, json};

use super::alone::run_alone;
use super::differences;
use super::world::{LaidWorld, full_name, lay, objects};

/// Time limit for a status to match the prediction.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn writes_what_is_predicted() {
    let programs = |programs: &Programs| programs.envoy_gateway().map(drop);
    run_alone("controller::writes_what_is_predicted", programs, || compare(lab()));
}

fn lab() -> &'static LabCluster {
    let lab = super::lab();
    start_envoy_gateway(lab).unwrap_or_else(|error| panic!("Envoy Gateway: {error}"));
    lab
}

fn compare(lab: &LabCluster) {
    let (mut wrong, mut conditions) = (Vec::new(), 0);
    for story in super::stories() {
        let mut objects = objects(&story.file);
        for class in objects.iter_mut().filter(|object| object["kind"] == "GatewayClass") {
            class["spec"]["controllerName"] = json!(CONTROLLER);
        }
        let world = lay(lab, &objects);
        let mut predicted = predicted(&world.store());
        for (_, what, instead) in differences::of(&story.name) {
            match *instead {
                "" => drop(predicted.remove(*what)),
                instead => drop(predicted.insert((*what).to_owned(), instead.to_owned())),
            }
        }
        let seen = settled(lab, &world, &predicted);
        conditions += seen.len();
        for (what, seen) in &seen {
            let own = predicted.get(what).map_or("nothing", String::as_str);
            if own != seen {
                wrong.push(format!("{}: {what}: predicted {own}, seen {seen}", story.name));
            }
        }
        for (what, own) in predicted.iter().filter(|(what, _)| !seen.contains_key(*what)) {
            wrong.push(format!("{}: {what}: predicted {own}, seen nothing", story.name));
        }
    }
    assert!(conditions > 600, "only {conditions} conditions");
    assert!(wrong.is_empty(), "{} of {conditions}:\n{}", wrong.len(), wrong.join("\n"));
}

type ControllerConditions = BTreeMap<String, String>;

fn predicted(store: &Store) -> ControllerConditions {
    let list = predict(&Facts::new(store, &Scope::default()));
    list["items"].as_array().into_iter().flatten().flat_map(conditions).collect()
}

/// The statuses, as soon as they are as predicted, or after a while.
fn settled(
    lab: &LabCluster,
    world: &LaidWorld,
    predicted: &ControllerConditions,
) -> ControllerConditions {
    let start = Instant::now();
    loop {
        let read = |object: &Value| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let meta = &object["metadata"];
            let (namespace, name) = (text(&meta["namespace"]), text(&meta["name"]));
            lab.get(&text(&object["apiVersion"]), &text(&object["kind"]), &namespace, &name)
        };
        let kinds = ["Gateway", "ListenerSet", "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"];
        let routing =
            world.stored.iter().filter(|object| kinds.iter().any(|kind| object["kind"] == *kind));
        let seen: ControllerConditions =
            routing.flat_map(|object| conditions(&read(object).expect("it is there"))).collect();
        if seen == *predicted || start.elapsed() > PATIENCE {
            return seen;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The conditions of an object that can be compared. Whether a Gateway is programmed, and whether
/// backends have endpoints (a type that the specification does not have), is up to what is not
/// there: Envoy, and pods. That listeners do not conflict is not written.
fn conditions(object: &Value) -> ControllerConditions {
    let name = full_name(object);
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut out = ControllerConditions::new();
    let mut add = |at: String, list: &Value| {
        for condition in list.as_array().into_iter().flatten() {
            let told = format!("{} {}", text(condition, "status"), text(condition, "reason"));
            out.insert(format!("{name}{at} {}", text(condition, "type")), told);
        }
    };
    let status = &object["status"];
    add(String::new(), &status["conditions"]);
    for listener in status["listeners"].as_array().into_iter().flatten() {
        add(format!(" listener {}", text(listener, "name")), &listener["conditions"]);
    }
    for parent in status["parents"].as_array().into_iter().flatten() {
        let to = &parent["parentRef"];
        let port = to["port"].as_u64().map(|port| port.to_string()).unwrap_or_default();
        let section = text(to, "sectionName");
        add(format!(" at {} {section}{port}", text(to, "name")), &parent["conditions"]);
    }
    out.remove(&format!("{name} Programmed"));
    let left_out = |what: &str, told: &str| {
        what.ends_with(" BackendsAvailable")
            || what.ends_with(" Conflicted") && told.starts_with("False")
    };
    out.retain(|what, told| !left_out(what, told));
    out
}
