//! `gateway check` and `gateway config` with the real Envoy Gateway and its real Envoy: healthy, with a
//! proxy that is out of date, and with a controller that is stopped, has no rights, or no certificate.

use igw_tests::lab::{
    Envoy, HELLO, LabCluster, Network, Programs, User, documents, run_envoy_gateway,
    start_envoy_gateway, wait,
};
use serde_json::{Value, json};

use super::alone::run_alone;
use super::lab;
use super::plugin::TimedRun;
use super::repairs::run_in;

const NAMESPACE: &str = "envoy-gateway-system";

/// The controller, as its chart labels it. What runs is a process of the lab, not this pod.
const DEPLOYMENT: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: envoy-gateway, namespace: envoy-gateway-system, labels: {control-plane: envoy-gateway}}
spec:
  replicas: 1
  selector: {matchLabels: {control-plane: envoy-gateway}}
  template:
    metadata: {labels: {control-plane: envoy-gateway}}
    spec:
      nodeName: lab
      containers:
      - {name: envoy-gateway, image: \"docker.io/envoyproxy/gateway:v1.9.1\", ports: [{containerPort: 18000}]}
";

/// A route that is made while nobody tells the proxy.
const LATE: &str = "
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: late, namespace: hello}
spec:
  parentRefs: [{name: hello}]
  hostnames: [late.example.com]
  rules: [{backendRefs: [{name: hello, port: 80}]}]
";

/// The name under which a ServiceAccount is known.
const ACCOUNT: &str = "system:serviceaccount:envoy-gateway-system:envoy-gateway";

#[test]
fn a_controller_and_its_proxy() {
    let name = "gateways::a_controller_and_its_proxy";
    run_alone(name, Programs::data_plane, || {
        let lab = lab();
        lab.start_controllers().unwrap_or_else(|error| panic!("{error}"));
        lab.start_kwok().unwrap_or_else(|error| panic!("{error}"));
        let controller = start_envoy_gateway(lab).unwrap_or_else(|error| panic!("{error}"));
        let network = Network::start(lab).unwrap_or_else(|error| panic!("{error}"));
        lab.apply(DEPLOYMENT).expect("admitted");
        let hello = HELLO.replace("mergeGateways: true", "mergeGateways: false");
        assert_ne!(hello, HELLO);
        lab.apply(&hello).expect("admitted");
        let _proxy = Envoy::start(lab, &network, "hello/hello").unwrap_or_else(|e| panic!("{e}"));
        is_healthy(lab);
        // What `kubectl port-forward` to the admin port of the proxy leads to.
        forward(lab);
        has_what_is_predicted(lab);
        lab.stop(controller).expect("it runs");
        is_out_of_date(lab);
        is_stopped(lab);
        has_no_rights(lab);
        has_no_certificate(lab);
        who_may_not_look(lab);
    });
}

fn igw(lab: &LabCluster, line: &str) -> (TimedRun, Value) {
    run_as(lab.admin(), line)
}

fn run_as(user: &User, line: &str) -> (TimedRun, Value) {
    let state = tempfile::tempdir().expect("a directory");
    let ran = run_in("gateway", state.path(), user, line);
    let document = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    (ran, document)
}

/// Once all pods are there, nothing is wrong with it.
fn is_healthy(lab: &LabCluster) {
    wait("it is not healthy", || {
        let pods = pods(lab);
        if pods.len() < 2 {
            return Err(format!("{} pods", pods.len()));
        }
        let (ran, report) = igw(lab, "check -A -o json");
        let fits = ran.code == Some(0) && report["findings"] == json!([]);
        if fits { Ok(()) } else { Err(ran.to_string()) }
    })
    .unwrap_or_else(|error| panic!("{error}"));
    let state = tempfile::tempdir().expect("a directory");
    for product in ["restart", "routes", "langfuse", "bifrost"] {
        let ran = run_in(product, state.path(), lab.admin(), "check -A -o json --allow-empty");
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
        assert_eq!((&report["findings"], ran.code), (&json!([]), Some(0)), "{ran}");
    }
}

fn pods(lab: &LabCluster) -> Vec<Value> {
    let list = lab.api.read(&format!("/api/v1/namespaces/{NAMESPACE}/pods")).expect("pods");
    let mut all = list["items"].as_array().cloned().unwrap_or_default();
    all.retain(|pod| pod["metadata"]["deletionTimestamp"].is_null());
    all
}

fn forward(lab: &LabCluster) {
    let (address, port) = Envoy::admin();
    let forward = json!({"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterPortForward",
        "metadata": {"name": "admin"}, "spec": {"selector": {"matchNamespaces": [NAMESPACE]},
        "forwards": [{"ports": [19000], "target": {"address": address, "port": port}}]}});
    lab.put(&forward).expect("admitted");
}

/// `kind host` of each difference of the proxy.
fn differences(lab: &LabCluster) -> (TimedRun, Vec<String>) {
    let (ran, found) = igw(lab, "config hello/hello -o json");
    let all = found["differences"].as_array().unwrap_or_else(|| panic!("{ran}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut out: Vec<String> =
        all.iter().map(|own| format!("{} {}", text(&own["kind"]), text(&own["host"]))).collect();
    out.sort();
    out.dedup();
    (ran, out)
}

fn has_what_is_predicted(lab: &LabCluster) {
    wait("the proxy does not have it", || {
        let (ran, found) = differences(lab);
        let has = found.is_empty() && ran.code == Some(0) && ran.stdout.contains("httproute/hello");
        if has { Ok(()) } else { Err(ran.to_string()) }
    })
    .unwrap_or_else(|error| panic!("{error}"));
}

/// Its controller is gone: what is applied does not reach the proxy, and what is deleted stays.
fn is_out_of_date(lab: &LabCluster) {
    lab.apply(LATE).expect("admitted");
    let (ran, found) = differences(lab);
    assert_eq!((found, ran.code), (vec!["missing late.example.com".to_owned()], Some(1)), "{ran}");
    let route = documents(HELLO).expect("YAML").into_iter().rfind(|own| own["kind"] == "HTTPRoute");
    let route = route.expect("a route");
    lab.delete(&route).expect("it is there");
    let (ran, found) = differences(lab);
    let both = ["extra *", "missing late.example.com"].map(str::to_owned);
    assert_eq!((found, ran.code), (both.to_vec(), Some(1)), "{ran}");
    lab.put(&route).expect("admitted");
}

/// The one finding about the controller.
fn about_the_controller(lab: &LabCluster) -> Value {
    let (ran, report) = igw(lab, "check -A -o json");
    let all = report["findings"].as_array().expect("a list").iter();
    let own: Vec<&Value> = all.filter(|own| own["code"] == "IGW0605").collect();
    let [own] = own[..] else { panic!("{ran}") };
    assert_eq!((&own["object"]["name"], ran.code), (&json!("envoy-gateway"), Some(1)), "{ran}");
    own.clone()
}

fn scale(lab: &LabCluster, replicas: u32) {
    let scaled = DEPLOYMENT.replace("replicas: 1", &format!("replicas: {replicas}"));
    lab.apply(&scaled).expect("admitted");
    let is_controller = |pod: &Value| pod["metadata"]["labels"]["control-plane"] == "envoy-gateway";
    wait("its pods do not follow", || {
        let pods = pods(lab).iter().filter(|pod| is_controller(pod)).count();
        if pods == replicas as usize { Ok(()) } else { Err(format!("{pods}")) }
    })
    .expect("scaled");
}

fn is_stopped(lab: &LabCluster) {
    scale(lab, 0);
    let found = about_the_controller(lab);
    let title = found["title"].as_str().unwrap_or_default();
    assert_eq!(title, "Envoy Gateway 1.9 does not run: it is scaled to zero.");
    scale(lab, 1);
}

/// Without its ClusterRoleBinding it runs, and never becomes ready.
fn has_no_rights(lab: &LabCluster) {
    let user = lab.user(ACCOUNT, &[]).expect("a user");
    let pid = run_envoy_gateway(lab, "no-rights", &user, true).expect("it starts");
    let log = written(lab, "no-rights", "cannot list resource");
    let running = json!({"running": {"startedAt": "2026-11-22T22:00:00Z"}});
    let found = as_pod(lab, "no-rights", &log, &running, &json!({}));
    lab.stop(pid).expect("it runs: it waits");
    let title = found["title"].as_str().unwrap_or_default();
    assert!(title.contains(&format!("{ACCOUNT} may not list ")), "{found}");
    assert!(title.ends_with(", and it waits."), "{found}");
}

/// Without its certificate it ends.
fn has_no_certificate(lab: &LabCluster) {
    run_envoy_gateway(lab, "no-certificate", lab.admin(), false).expect("it starts");
    wait("it does not end", || {
        let ended = lab.ended()?.into_iter().find(|one| one.starts_with("no-certificate ended"));
        let ended = ended.ok_or("it runs")?;
        if ended.ends_with("exit status: 1") { Ok(()) } else { Err(ended) }
    })
    .unwrap_or_else(|error| panic!("{error}"));
    // Where the Secret of its volume is missing, the kubelet does not even start it.
    let waits = json!({"waiting": {"reason": "ContainerCreating"}});
    let found = as_pod(lab, "no-certificate", "", &waits, &json!({}));
    let title = found["title"].as_str().unwrap_or_default();
    assert!(title.contains("is not started (ContainerCreating)"), "{found}");
    let log = written(lab, "no-certificate", "/certs/tls.crt");
    let waits = json!({"waiting": {"reason": "CrashLoopBackOff"}});
    let last = json!({"terminated": {"exitCode": 1, "reason": "Error"}});
    let found = as_pod(lab, "no-certificate", &log, &waits, &last);
    let title = found["title"].as_str().unwrap_or_default();
    assert!(title.contains("its certificate /certs/tls.crt is not there"), "{found}");
}

/// What it has written, once it has said this.
fn written(lab: &LabCluster, name: &str, says: &str) -> String {
    let file = lab.home().join(format!("{name}.log"));
    let mut text = String::new();
    wait("it does not say it", || {
        text = std::fs::read_to_string(&file).map_err(|e| e.to_string())?;
        if text.contains(says) { Ok(()) } else { Err(text.clone()) }
    })
    .unwrap_or_else(|error| panic!("{error}"));
    text
}

/// What is found when the controller's pod is as its process was seen to be.
fn as_pod(lab: &LabCluster, name: &str, log: &str, state: &Value, last: &Value) -> Value {
    let file = lab.home().join(format!("{name}.txt"));
    let line = |line: &str| format!("2026-11-22T22:00:00.000000000Z stderr F {line}\n");
    std::fs::write(&file, log.lines().map(line).collect::<String>()).expect("written");
    let logs = json!({"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterLogs",
        "metadata": {"name": "controller"}, "spec": {"selector": {"matchNamespaces": [NAMESPACE]},
        "logs": [{"containers": ["envoy-gateway"], "logsFile": file, "previousLogsFile": file}]}});
    lab.put(&logs).expect("admitted");
    let pods = pods(lab);
    let own = pods.iter().find(|pod| pod["metadata"]["labels"]["control-plane"].is_string());
    let pod = own.and_then(|pod| pod["metadata"]["name"].as_str()).expect("its pod").to_owned();
    let status = json!({"status": {
        "phase": "Running", "conditions": [{"type": "Ready", "status": "False"}],
        "containerStatuses": [{"name": "envoy-gateway", "image": "", "imageID": "",
            "ready": false, "restartCount": 3, "state": state, "lastState": last}]}});
    let path = format!("/api/v1/namespaces/{NAMESPACE}/pods/{pod}/status");
    let merge = "application/merge-patch+json";
    lab.api.send("PATCH", &path, merge, Some(&status)).expect("patched");
    about_the_controller(lab)
}

/// Without a right it is said what was not looked at; what is seen without it is found all the same.
fn who_may_not_look(lab: &LabCluster) {
    let all = ["*.gateway.networking.k8s.io", "*.apps", "namespaces", "services"];
    let crds = "customresourcedefinitions.apiextensions.k8s.io";
    for (name, more, wanted) in [
        ("without-pods", &[crds][..], vec!["IGW0605 pods"]),
        ("without-logs", &[crds, "pods"], vec!["IGW0605 pods/log"]),
        ("without-kinds", &["pods", "pods/log"], vec!["IGW0602 customresourcedefinitions"]),
    ] {
        let user = lab.user(name, &[]).expect("a user");
        lab.allow(&user, None, &["get", "list"], &[&all, more].concat()).expect("a role");
        let (ran, report) = run_as(&user, "check -A -o json");
        let not = report["notChecked"].as_array().expect("a list").iter();
        let not = not.filter(|one| one["reason"]["kind"] == "forbidden");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let not: Vec<String> =
            not.map(|one| format!("{} {}", text(&one["code"]), text(&one["resource"]))).collect();
        assert!(wanted.iter().all(|own| not.iter().any(|one| one == own)), "{name}: {not:?} {ran}");
        let findings = report["findings"].as_array().expect("a list");
        let found = findings.iter().any(|one| one["code"] == "IGW0605");
        assert_eq!(found, name != "without-pods", "{name}: {ran}");
    }
}
