use serde_json::{Value, json};

use super::kgateway::own;
use super::marks::Marks;
use super::types::{Field, Type};
use super::{Channel, admit};
use crate::cel::{Leaf, Leaves, Truth};
use crate::kube::Kind;

const KINDS: [(Kind, &str); 7] = [
    (Kind::Backend, "Backend"),
    (Kind::BackendConfigPolicy, "BackendConfigPolicy"),
    (Kind::DirectResponse, "DirectResponse"),
    (Kind::GatewayExtension, "GatewayExtension"),
    (Kind::GatewayParameters, "GatewayParameters"),
    (Kind::ListenerPolicy, "ListenerPolicy"),
    (Kind::TrafficPolicy, "TrafficPolicy"),
];

fn each(kind: &Type, seen: &mut dyn FnMut(Option<&Field>, Option<&'static Marks>)) {
    match kind {
        Type::Object(fields) => {
            for field in fields.iter() {
                seen(Some(field), None);
                each(&field.kind, seen);
            }
        }
        Type::Map { value: inner, .. } | Type::List { item: inner, .. } => each(inner, seen),
        Type::Marked(kind, marked) => {
            seen(None, Some(marked));
            each(kind, seen);
        }
        _ => {}
    }
}

#[test]
fn every_line_of_the_table_is_understood() {
    let (mut fields, mut rules) = (0, 0);
    let member =
        json!({"type": "X", "group": "", "kind": "K", "name": "n", "port": 1, "value": "v"});
    let samples =
        [json!({}), json!("1s"), json!("1.5"), json!([]), json!(1), json!([member]), member];
    for (kind, name) in KINDS {
        let root = own(kind).unwrap_or_else(|| panic!("no {name}"));
        each(root, &mut |field, marked| {
            if let Some(field) = field {
                fields += 1;
                let default = field.default.map(serde_json::from_str::<Value>);
                assert!(default.is_none_or(|read| read.is_ok()), "{name} {}", field.name);
            }
            for rule in marked.into_iter().flat_map(|marked| &marked.rules) {
                rules += 1;
                let program = rule.program().unwrap_or_else(|| panic!("{}", rule.message));
                let judged = |sample: &Value| {
                    let leaves = Leaves::new([("self", Leaf::Value(sample.clone()))]);
                    let truth = program.holds(&leaves);
                    assert!(!matches!(truth, Truth::Unknown(_)), "{}: {truth:?}", rule.message);
                    matches!(truth, Truth::Is(_))
                };
                assert!(
                    samples.iter().filter(|sample| judged(sample)).count() > 0,
                    "{}",
                    rule.message
                );
            }
            let pattern = marked.and_then(|marked| marked.pattern.as_ref());
            assert!(pattern.is_none_or(|pattern| pattern.compiles()), "{name}");
        });
    }
    assert!(fields > 1_000 && rules > 240, "{fields} fields, {rules} rules");
}

/// What is refused, and where.
fn refused(kind: &str, spec: Value) -> Vec<String> {
    let known = KINDS.iter().find(|(_, name)| *name == kind).expect("a kind").0;
    let api = "gateway.kgateway.dev/v1alpha1";
    let mut object =
        json!({"apiVersion": api, "kind": kind, "metadata": {"name": "a"}, "spec": spec});
    let admission = admit(known, &mut object, false, Channel::Unsaid);
    let sure = admission.refusals.iter().map(|own| format!("{}: {}", own.pointer, own.message));
    let doubted = admission.doubted.iter().map(|own| format!("{}? {}", own.pointer, own.message));
    sure.chain(doubted).collect()
}

#[test]
fn one_of_several_members() {
    let says = "exactly one of the fields in [aws static dynamicForwardProxy gcp priorityGroups] must be set";
    let hosts = json!({"hosts": [{"host": "a.example.com", "port": 443}]});
    assert_eq!(refused("Backend", json!({"static": hosts})), [""; 0]);
    assert_eq!(refused("Backend", json!({})), [format!("/spec: {says}")]);
    assert_eq!(
        refused("Backend", json!({"static": hosts, "dynamicForwardProxy": {}})),
        [format!("/spec: {says}")],
    );
    assert_eq!(
        refused("GatewayParameters", json!({"kube": {}, "selfManaged": {}})),
        ["/spec: exactly one of the fields in [kube selfManaged] must be set"],
    );
}

#[test]
fn values_and_their_bounds() {
    assert_eq!(
        refused(
            "BackendConfigPolicy",
            json!({"connectTimeout": "5 s", "healthCheck": {"grpc": {}}})
        ),
        [
            "/spec/healthCheck/healthyThreshold: is required",
            "/spec/healthCheck/interval: is required",
            "/spec/healthCheck/timeout: is required",
            "/spec/healthCheck/unhealthyThreshold: is required",
        ],
    );
    assert_eq!(
        refused("BackendConfigPolicy", json!({"connectTimeout": "5 s"})),
        ["/spec/connectTimeout: invalid duration value"],
    );
    assert_eq!(
        refused("TrafficPolicy", json!({"internalRedirect": {"redirectResponseCodes": [304]}}))[0],
        "/spec/internalRedirect/redirectResponseCodes/0: 304 is not one of: 301, 302, 303, 307, 308",
    );
    assert_eq!(
        refused("DirectResponse", json!({"status": 99})),
        ["/spec/status: 99 should be greater than or equal to 200"]
    );
    assert_eq!(
        refused("DirectResponse", json!({"status": "200"})),
        ["/spec/status: must be a whole number, but is a string"]
    );
}

#[test]
fn durations_are_compared() {
    let retry = |each: &str| json!({"retry": {"retryOn": ["5xx"], "perTryTimeout": each}, "timeouts": {"request": "1m"}});
    assert_eq!(refused("TrafficPolicy", retry("1s")), [""; 0]);
    assert_eq!(
        refused("TrafficPolicy", retry("60s")),
        ["/spec: retry.perTryTimeout must be less than timeouts.request"],
    );
}

#[test]
fn fields_that_are_not_there() {
    let target = json!([{"group": "", "kind": "Service", "name": "a"}]);
    let policy = |field: &str| json!({"targetRefs": target, field: "5s"});
    assert_eq!(
        refused("BackendConfigPolicy", policy("conectTimeout")),
        ["/spec/conectTimeout: is not a field of this kind (did you mean connectTimeout?)"],
    );
    assert_eq!(
        refused("BackendConfigPolicy", policy("patience")),
        ["/spec/patience? is not a field of this kind"],
    );
}

#[test]
fn what_is_not_filled_in_is_not_judged() {
    let token = crate::placeholder::tokens("${TIMEOUT}").into_owned();
    let retry = json!({"retry": {"retryOn": ["5xx"], "perTryTimeout": "60s"}, "timeouts": {"request": token}});
    assert_eq!(refused("TrafficPolicy", retry), [""; 0]);
}

#[test]
fn defaults_are_filled_in() {
    let mut object = json!({"kind": "TrafficPolicy", "spec": {"retry": {"retryOn": ["5xx"]}}});
    admit(Kind::TrafficPolicy, &mut object, true, Channel::Unsaid);
    assert_eq!(object["spec"]["retry"]["attempts"], 1);
}
