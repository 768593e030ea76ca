//! `restart TYPE/NAME --yes` against the real controllers: it comes to its end, it stalls, it crashes, it
//! is interrupted.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use igw_tests::lab::wait;
use serde_json::{Value, json};

use super::plugin::program_of;
use super::repairs::run_in;
use super::rolling::{RollingNamespace, patch, pods, ready, rolling};

const MARK: &str = "kubectl.kubernetes.io/restartedAt";

/// What the container of a pod that crashes wrote last.
const WORDS: &str =
    "ValueError: key sk-pl4nted4711pl4nted4711pl4nted4711 of /etc/config.yaml is refused";

/// A workload of LiteLLM, on the node of kwok or on none.
fn workload(kind: &str, namespace: &str, name: &str, on_node: bool) -> String {
    let replicas = if kind == "DaemonSet" || !on_node { "" } else { "replicas: 2" };
    let node = if on_node { "nodeName: lab" } else { "" };
    format!(
        "apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {node}
      containers: [{{name: main, image: ghcr.io/berriai/litellm:v1.80.0}}]
"
    )
}

fn template(kind: &str, namespace: &str, name: &str) -> String {
    let own = rolling().get("apps/v1", kind, namespace, name).expect("it is there");
    own["spec"]["template"].to_string()
}

/// The uids of pods, and whether each is of a template with the mark of a restart.
fn made(namespace: &str, name: &str) -> Vec<(String, bool)> {
    let one = |pod: &Value| {
        let uid = pod["metadata"]["uid"].as_str().expect("a uid").to_owned();
        (uid, pod["metadata"]["annotations"][MARK].is_string())
    };
    pods(namespace, name).iter().map(one).collect()
}

#[test]
fn every_kind_is_replaced_and_taken_back() {
    let _namespace = RollingNamespace::new("replaced");
    for (kind, name, count) in
        [("Deployment", "lite", 2), ("StatefulSet", "lite-set", 2), ("DaemonSet", "lite-daemon", 1)]
    {
        let state = tempfile::tempdir().expect("a directory");
        let igw = |line: &str| run_in("restart", state.path(), rolling().admin(), line);
        rolling().apply(&workload(kind, "replaced", name, true)).expect("admitted");
        ready(kind, "replaced", name, count);
        let (before, old) = (template(kind, "replaced", name), made("replaced", name));
        let own = format!("{}/{name}", kind.to_lowercase());
        let ran = igw(&format!("{own} -n replaced --yes --timeout 60s"));
        assert_eq!(ran.code, Some(0), "{ran}");
        let pods = if count == 1 { "1 pod replaced" } else { "2 pods replaced" };
        assert!(ran.stderr.contains(pods), "{ran}");
        assert!(ran.stderr.contains("undo: kubectl igw restart undo "), "{ran}");
        // It has waited: nothing is left to be done.
        let new = made("replaced", name);
        assert_eq!(new.len(), count, "{ran}");
        let is_new = |own: &(String, bool)| own.1 && old.iter().all(|(uid, _)| *uid != own.0);
        assert!(new.iter().all(is_new), "{old:?} {new:?} {ran}");
        assert_ne!(template(kind, "replaced", name), before);
        let history = igw("history -o json").stdout;
        assert!(history.contains(name), "{history}");
        let undone = igw("undo --yes");
        assert_eq!(undone.code, Some(0), "{undone}");
        assert_eq!(template(kind, "replaced", name), before, "{undone}");
        ready(kind, "replaced", name, count);
        assert!(made("replaced", name).iter().all(|(_, marked)| !marked), "{undone}");
    }
}

/// Makes a Deployment whose pods wait for a node: the first one has got it.
fn lay(namespace: &str) {
    rolling().apply(&workload("Deployment", namespace, "lite", false)).expect("admitted");
    bind(namespace, &pod(namespace, false));
    ready("Deployment", namespace, "lite", 1);
}

/// A program that begins a restart of it.
fn begins(mut command: Command, state: &Path) -> Child {
    command.env("KUBECONFIG", &rolling().admin().kubeconfig).env("XDG_STATE_HOME", state);
    command.current_dir("/").stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

fn start(state: &Path, namespace: &str, limit: &str) -> Child {
    lay(namespace);
    let mut command = Command::new(program_of("restart"));
    command.env_clear().stdin(Stdio::null());
    command.args(["deployment/lite", "-n", namespace, "--yes", "--timeout", limit]);
    begins(command, state)
}

/// What it wrote to standard error, and its exit code.
fn end(child: Child) -> (String, Option<i32>) {
    let output = child.wait_with_output().expect("it ends");
    (String::from_utf8(output.stderr).expect("UTF-8"), output.status.code())
}

/// The name of the pod of the template before, or of the new one, as soon as it is there.
fn pod(namespace: &str, is_new: bool) -> String {
    let mut name = String::new();
    wait("there is no pod", || {
        let all = pods(namespace, "lite");
        let fits = |pod: &&Value| pod["metadata"]["annotations"][MARK].is_string() == is_new;
        let own = all.iter().find(fits).ok_or("none")?;
        name = own["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        Ok(())
    })
    .expect("a pod");
    name
}

/// Does the work of the scheduler.
fn bind(namespace: &str, pod: &str) {
    let binding = json!({"apiVersion": "v1", "kind": "Binding", "metadata": {"name": pod},
        "target": {"apiVersion": "v1", "kind": "Node", "name": "lab"}});
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/binding");
    rolling().api.send("POST", &path, "application/json", Some(&binding)).expect("bound");
}

fn status(namespace: &str, pod: &str, status: &Value) {
    let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/status");
    patch(&path, "kubelet", &json!({"status": status}));
}

/// The rollout that was left going comes to its end once the new pod has a node.
fn goes_on(namespace: &str, pod: &str) {
    bind(namespace, pod);
    ready("Deployment", namespace, "lite", 1);
    assert!(made(namespace, "lite").iter().all(|(_, marked)| *marked));
}

#[test]
fn without_a_node_it_stalls_and_says_so() {
    let _namespace = RollingNamespace::new("stalls");
    let state = tempfile::tempdir().expect("a directory");
    let child = start(state.path(), "stalls", "4s");
    let new = pod("stalls", true);
    let says = "0/1 nodes are available: 1 Insufficient memory.";
    let condition = json!({"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": says});
    status("stalls", &new, &json!({"conditions": [condition]}));
    let (said, code) = end(child);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("1 of 1 pods are new, 1 old to go"), "{said}");
    assert!(said.contains(says) && said.contains(&new), "{said}");
    assert!(said.contains("the rollout goes on"), "{said}");
    goes_on("stalls", &new);
}

/// A quota without room for one more pod is foreseen; who does it all the same is told what stops it.
#[test]
fn a_full_quota_is_foreseen_and_stops_it() {
    let _namespace = RollingNamespace::new("full");
    let state = tempfile::tempdir().expect("a directory");
    let igw = |line: &str| run_in("restart", state.path(), rolling().admin(), line);
    rolling().apply(&workload("Deployment", "full", "lite", true)).expect("admitted");
    ready("Deployment", "full", "lite", 2);
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota",
        "metadata": {"name": "most", "namespace": "full"}, "spec": {"hard": {"pods": "2"}}});
    rolling().put(&quota).expect("admitted");
    // The controller that counts does not run here.
    let counted = json!({"status": {"hard": {"pods": "2"}, "used": {"pods": "2"}}});
    patch("/api/v1/namespaces/full/resourcequotas/most/status", "counter", &counted);
    let before = template("Deployment", "full", "lite");
    let ran = igw("deployment/lite -n full --yes");
    assert_ne!(ran.code, Some(0), "{ran}");
    assert!(ran.stderr.contains("IGW1006"), "{ran}");
    assert_eq!(template("Deployment", "full", "lite"), before, "{ran}");
    let ran = igw("deployment/lite -n full --yes --force --timeout 3s");
    assert_eq!(ran.code, Some(5), "{ran}");
    assert!(ran.stderr.contains("after 3 s 0 of 2 pods are new: a pod cannot be made"), "{ran}");
    assert!(ran.stderr.contains("exceeded quota: most"), "{ran}");
    assert!(made("full", "lite").iter().all(|(_, marked)| !marked), "{ran}");
}

#[test]
fn a_crash_ends_it_early() {
    let _namespace = RollingNamespace::new("crashes");
    let state = tempfile::tempdir().expect("a directory");
    let file = rolling().home().join("crashes.txt");
    let log = format!("2026-11-22T22:00:00.000000000Z stderr F {WORDS}\n");
    std::fs::write(&file, log).expect("written");
    let logs = json!({"apiVersion": "kwok.x-k8s.io/v1alpha1", "kind": "ClusterLogs",
        "metadata": {"name": "crashes"}, "spec": {
            "selector": {"matchNamespaces": ["crashes"]},
            "logs": [{"containers": ["main"], "logsFile": file, "previousLogsFile": file}]}});
    rolling().put(&logs).expect("admitted");
    let begin = Instant::now();
    let child = start(state.path(), "crashes", "90s");
    let new = pod("crashes", true);
    // It runs before it has a node, so that kwok leaves it alone.
    let container = |waits: &str| {
        json!({"name": "main", "image": "x", "imageID": "", "ready": false, "restartCount": 3,
            "state": {"waiting": {"reason": waits}},
            "lastState": {"terminated": {"exitCode": 1, "reason": "Error"}}})
    };
    let ready = json!({"type": "Ready", "status": "False"});
    let begun = json!({"phase": "Running", "podIP": "10.77.1.250", "conditions": [ready],
        "containerStatuses": [container("ContainerCreating")]});
    status("crashes", &new, &begun);
    bind("crashes", &new);
    status("crashes", &new, &json!({"containerStatuses": [container("CrashLoopBackOff")]}));
    let (said, code) = end(child);
    assert_eq!(code, Some(5), "{said}");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}: {said}", begin.elapsed());
    let crashes = format!("container main of the new pod {new} crashes (Error, exit 1)");
    assert!(said.contains(&crashes), "{said}");
    assert!(said.contains("its last lines: ValueError: key "), "{said}");
    assert!(!said.contains("pl4nted4711"), "{said}");
    rolling().delete(&logs).expect("it is there");
    // The old pod still answers, and the template before is there again.
    let undone = run_in("restart", state.path(), rolling().admin(), "undo --yes");
    assert_eq!(undone.code, Some(0), "{undone}");
    super::rolling::ready("Deployment", "crashes", "lite", 1);
    assert!(made("crashes", "lite").iter().all(|(_, marked)| !marked));
}

#[test]
fn an_interrupt_leaves_it_going() {
    let _namespace = RollingNamespace::new("interrupted");
    let state = tempfile::tempdir().expect("a directory");
    let child = start(state.path(), "interrupted", "90s");
    let new = pod("interrupted", true);
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    let (said, code) = end(child);
    assert_eq!(code, Some(130), "{said}");
    let on = "the rollout goes on: kubectl rollout status deployment/lite -n interrupted";
    assert!(said.contains(on), "{said}");
    assert!(said.contains("undo: kubectl igw restart undo "), "{said}");
    goes_on("interrupted", &new);
}

/// A person sees how far it is, and presses Ctrl-C.
#[test]
#[cfg(target_os = "linux")]
fn ctrl_c_in_a_terminal_leaves_it_going() {
    use std::io::{Read as _, Write as _};
    let _namespace = RollingNamespace::new("terminal");
    let state = tempfile::tempdir().expect("a directory");
    lay("terminal");
    let program = program_of("restart").display().to_string();
    let line = format!("{program} deployment/lite -n terminal --yes --timeout 90s");
    let mut command = Command::new("script");
    command.args(["-qfec", &line, "/dev/null"]).env("TERM", "xterm").env("NO_COLOR", "1");
    command.stdin(Stdio::piped());
    let mut child = begins(command, state.path());
    let new = pod("terminal", true);
    let mut output = child.stdout.take().expect("a pipe");
    let (mut said, mut buffer) = (String::new(), [0; 4096]);
    let mut pressed = false;
    while let Ok(count @ 1..) = output.read(&mut buffer) {
        said.push_str(&String::from_utf8_lossy(&buffer[..count]));
        if !pressed && said.contains("waiting for the controller") {
            pressed = true;
            child.stdin.as_mut().expect("a pipe").write_all(b"\x03").expect("pressed");
        }
    }
    let code = child.wait().expect("it ends").code();
    let words: Vec<&str> = said.split_whitespace().collect();
    let said = words.join(" ");
    assert_eq!((pressed, code), (true, Some(130)), "{said}");
    let on = "the rollout goes on: kubectl rollout status deployment/lite -n terminal";
    assert!(said.contains(on), "{said}");
    goes_on("terminal", &new);
}
