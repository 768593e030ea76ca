//! `why --send` reaches a Gateway's proxy pod through the API server.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use igw_tests::lab::{
    BackendServers, CrdChannel, Envoy, HELLO, LabCluster, Network, Programs, wait,
};

use super::alone::run_alone;
use super::plugin::routes;

const PROXY: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: front, namespace: edge}
spec:
  selector: {matchLabels: {gateway.networking.k8s.io/gateway-name: front}}
  template:
    metadata: {labels: {gateway.networking.k8s.io/gateway-name: front}}
    spec:
      nodeName: lab
      containers: [{name: kgateway-proxy, image: registry.example.com/envoy:1, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: edge}
spec:
  selector: {gateway.networking.k8s.io/gateway-name: front}
  ports: [{port: 80, targetPort: 8080}]
";

/// A Gateway of a controller that does not run.
const ENVOY_GATEWAY: &str = "
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {name: eg}
spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: second, namespace: edge}
spec: {gatewayClassName: eg, listeners: [{name: http, port: 8081, protocol: HTTP}]}
";

/// A path that no route takes.
const WHY: &str = "why http://llm.example.com/none --send";

#[test]
fn through_a_port_forward() {
    // A cluster of its own: the others are as a test leaves them.
    let lab = LabCluster::own(Path::new(env!("CARGO_BIN_EXE_lab")), CrdChannel::Standard);
    lab.start_controllers().expect("controllers");
    lab.start_kwok().expect("kwok");
    let team = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/team.yaml");
    lab.apply(&std::fs::read_to_string(team).expect("the team")).expect("admitted");
    let outcome = routes(lab.admin(), WHY);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(
        not_sent(&outcome.stdout),
        "not sent: there is no pod with gateway.networking.k8s.io/gateway-name=front in \
         namespace edge hint: send it to an address: --address HOST:PORT"
    );
    lab.apply(ENVOY_GATEWAY).expect("admitted");
    let outcome = routes(lab.admin(), "why http://llm.example.com:8081/none --send");
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert_eq!(
        not_sent(&outcome.stdout),
        "not sent: there is no pod with gateway.envoyproxy.io/owning-gateway-name=second and \
         gateway.envoyproxy.io/owning-gateway-namespace=edge, or with \
         gateway.envoyproxy.io/owning-gatewayclass=eg \
         hint: send it to an address: --address HOST:PORT"
    );
    lab.apply(PROXY).expect("admitted");
    forward(&lab, "edge", 8080, ("127.0.0.1", answering()));
    wait("it is not sent through", || {
        let outcome = routes(lab.admin(), WHY);
        let line = outcome.stdout.lines().find(|line| line.contains("sent: ")).unwrap_or_default();
        let fits = line.starts_with("  sent: 404 by the gateway in ")
            && line.contains(" ms through pod edge/front-")
            && outcome.stdout.contains(":8080, as predicted");
        if fits { Ok(()) } else { Err(outcome.to_string()) }
    })
    .expect("sent");
    without_the_right(&lab);
}

fn without_the_right(lab: &LabCluster) {
    let reader = lab.user("reader-without-forward", &[]).expect("a user");
    let kinds = [
        "gatewayclasses.gateway.networking.k8s.io",
        "gateways.gateway.networking.k8s.io",
        "httproutes.gateway.networking.k8s.io",
        "trafficpolicies.gateway.kgateway.dev",
        "listenerpolicies.gateway.kgateway.dev",
        "deployments.apps",
        "services",
        "pods",
    ];
    lab.allow(&reader, None, &["get", "list"], &kinds).expect("a role");
    let outcome = routes(&reader, WHY);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(3), ""), "{outcome}");
    let says = not_sent(&outcome.stdout);
    assert!(says.starts_with("not sent: no port-forward to pod edge/front-"), "{outcome}");
    let end = ": forbidden: get pods/portforward in namespace edge \
         hint: kubectl auth can-i get pods --subresource=portforward -n edge \
         hint: or send it to an address that you can reach: --address HOST:PORT";
    assert!(says.contains(end), "{outcome}");
}

/// Why nothing was sent, up to the near misses, without line breaks.
fn not_sent(stdout: &str) -> String {
    let from = stdout.find("not sent: ").unwrap_or(stdout.len());
    let says = stdout[from..].split("Would match").next().unwrap_or_default();
    says.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A server on loopback that answers as Envoy does where no route is.
fn answering() -> u16 {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("an address").port();
    // Ends with the process: it waits for a client for ever.
    std::thread::spawn(move || server.incoming().flatten().for_each(answer));
    port
}

fn answer(mut client: TcpStream) {
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|n| n > 0) {
        text.push(byte[0]);
    }
    let start = b"GET /none HTTP/1.1\r\nhost: llm.example.com\r\n";
    let status = if text.starts_with(start) { "404 Not Found" } else { "400 Bad Request" };
    let _ = client.write_all(
        format!("HTTP/1.1 {status}\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n").as_bytes(),
    );
}

/// Where a port of the pods of a namespace leads to.
fn forward(lab: &LabCluster, namespace: &str, port: u16, (address, target): (&str, u16)) {
    lab.apply(&format!(
        "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterPortForward\nmetadata: {{name: proxy}}\n\
         spec: {{selector: {{matchNamespaces: [{namespace}]}}, forwards: [{{ports: [{port}], \
         target: {{address: {address}, port: {target}}}}}]}}"
    ))
    .expect("admitted");
}

#[test]
fn to_the_proxies_of_envoy_gateway() {
    run_alone("sending::to_the_proxies_of_envoy_gateway", Programs::data_plane, || {
        let lab = super::lab();
        let network = lab.start_data_plane().unwrap_or_else(|error| panic!("{error}"));
        lab.apply(HELLO).expect("admitted");
        forward(lab, "envoy-gateway-system", 10080, Envoy::address(80));
        // Its own proxies are called by the Gateway, the one of merged Gateways by their class.
        through(lab, &network, "envoy", "envoy-envoy-");
        let (parameters, _) = HELLO.split_once("\n---\n").expect("several objects");
        let alone = parameters.replace("mergeGateways: true", "mergeGateways: false");
        assert_ne!(alone, parameters);
        lab.apply(&alone).expect("admitted");
        through(lab, &network, "hello/hello", "envoy-hello-hello-");
    });
}

/// A request goes through the API server to an Envoy of this name, and from there to a pod.
fn through(lab: &LabCluster, network: &Network, name: &str, pod: &str) {
    let envoy = Envoy::start(lab, network, name).unwrap_or_else(|error| panic!("{error}"));
    let mut backends = BackendServers::new(network);
    wait(&format!("nothing is sent through {pod}"), || {
        backends.follow(lab)?;
        let outcome = routes(lab.admin(), "why http://llm.example.com/v1 --send");
        let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
        let text = words.join(" ");
        let sent = text.split_once(" sent: 200 in ").map_or("", |(_, sent)| sent);
        let fits = sent.contains(&format!(" ms through pod envoy-gateway-system/{pod}"))
            && sent.ends_with(":10080, as predicted");
        if fits && outcome.code == Some(0) { Ok(()) } else { Err(outcome.to_string()) }
    })
    .unwrap_or_else(|error| panic!("{error}"));
    drop(envoy);
}
