//! With kwok, there are pods: they are ready, have logs, and can be forwarded to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use igw_tests::lab::{CrdChannel, LabCluster, wait};

const WORLD: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: models}
---
apiVersion: v1
kind: Service
metadata: {name: chat, namespace: models}
spec: {selector: {app: chat}, ports: [{port: 80, targetPort: 8000}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat, namespace: models}
spec:
  replicas: 2
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      nodeName: lab
      containers: [{name: main, image: registry.example.com/chat:1, ports: [{containerPort: 8000}]}]
";

const GREETING: &[u8; 18] = b"hello from the pod";

#[test]
fn run_on_the_node_of_kwok() {
    // A cluster of its own: the others are as a test leaves them.
    let lab = LabCluster::own(Path::new(env!("CARGO_BIN_EXE_lab")), CrdChannel::Standard);
    lab.start_controllers().expect("controllers");
    lab.start_kwok().expect("kwok");
    lab.apply(WORLD).expect("admitted");
    have_endpoints(&lab);
    have_logs(&lab);
    can_be_forwarded_to(&lab);
}

fn have_endpoints(lab: &LabCluster) {
    let slices = "/apis/discovery.k8s.io/v1/namespaces/models/endpointslices";
    wait("there are no two endpoints", || {
        let list = lab.api.read(slices).map_err(|e| e.to_string())?;
        let endpoints = list["items"][0]["endpoints"].as_array().into_iter().flatten();
        let ready = endpoints.filter(|endpoint| endpoint["conditions"]["ready"] == true);
        if ready.count() == 2 { Ok(()) } else { Err(list.to_string()) }
    })
    .expect("endpoints");
    let pods = lab.api.read("/api/v1/namespaces/models/pods").expect("pods");
    for pod in pods["items"].as_array().expect("a list") {
        let address = pod["status"]["podIP"].as_str().unwrap_or_default();
        assert!(address.starts_with("10.77.1."), "{pod}");
    }
}

fn have_logs(lab: &LabCluster) {
    let file = lab.home().join("chat.txt");
    let lines = "2026-11-22T22:00:00.000000000Z stdout F one\n\
                 2026-11-22T22:00:01.000000000Z stdout F two\n";
    std::fs::write(&file, lines).expect("written");
    lab.apply(&format!(
        "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterLogs\nmetadata: {{name: chat}}\n\
         spec: {{selector: {{matchNamespaces: [models]}}, logs: [{{containers: [main], logsFile: {}}}]}}",
        file.display()
    ))
    .expect("admitted");
    // kwok watches such objects: the logs are there a moment later.
    wait("there are no logs", || {
        let mut kubectl = lab.kubectl();
        kubectl.args(["logs", "-n", "models", "deployment/chat", "--tail=1"]);
        let output = kubectl.output().map_err(|e| e.to_string())?;
        if output.stdout == b"two\n" { Ok(()) } else { Err(format!("{output:?}")) }
    })
    .expect("logs");
}

fn can_be_forwarded_to(lab: &LabCluster) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("an address").port();
    // Ends with the process: it waits for a client for ever.
    std::thread::spawn(move || {
        for client in server.incoming().flatten() {
            greet(client);
        }
    });
    lab.apply(&format!(
        "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterPortForward\nmetadata: {{name: chat}}\n\
         spec: {{selector: {{matchNamespaces: [models]}}, forwards: [{{ports: [8000], \
         target: {{address: 127.0.0.1, port: {port}}}}}]}}"
    ))
    .expect("admitted");
    wait("nothing is forwarded", || through_kubectl(lab)).expect("forwarded");
}

fn greet(mut client: TcpStream) {
    let mut byte = [0];
    if client.read_exact(&mut byte).is_ok() {
        let _ = client.write_all(GREETING);
    }
}

/// One attempt: until kwok has seen the object, a forward leads nowhere.
fn through_kubectl(lab: &LabCluster) -> Result<(), String> {
    struct Forward(Child);
    impl Drop for Forward {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
    let mut kubectl = lab.kubectl();
    kubectl.args(["port-forward", "-n", "models", "svc/chat", ":80"]);
    let child = kubectl.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut forward = Forward(child.map_err(|e| e.to_string())?);
    let mut line = String::new();
    // Open until the end: kubectl tells of each connection, and ends when it cannot.
    let mut told = BufReader::new(forward.0.stdout.take().ok_or("no pipe")?);
    told.read_line(&mut line).map_err(|e| e.to_string())?;
    // Forwarding from 127.0.0.1:40001 -> 8000
    let address = line.split_whitespace().nth(2).ok_or(format!("kubectl says {line:?}"))?;
    let mut stream = TcpStream::connect(address).map_err(|e| format!("{address}: {e}"))?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(|e| e.to_string())?;
    stream.write_all(b"?").map_err(|e| e.to_string())?;
    // No more than that: that the server closes is not passed on.
    let mut answer = [0; GREETING.len()];
    stream.read_exact(&mut answer).map_err(|e| e.to_string())?;
    if answer == *GREETING { Ok(()) } else { Err(format!("answer {answer:?}")) }
}
