//! Small worlds of these tests.

use igw_core::finding::Finding;
use igw_core::kube::Meta;
use igw_core::report::{Gap, InputSummary, Located, Reason, Report, Summary, Tool};

/// A route alone: nothing that it refers to is given, so it cannot be judged.
pub const ALONE: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: alone, namespace: somewhere}
spec:
  parentRefs: [{name: gate}]
  rules: [{backendRefs: [{name: behind, port: 80}]}]
";

/// Names with control characters, characters that XML cannot carry, and marks of every format.
pub const CONTROL: &str = r#"
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: "a\e[31m\u202e<b>&\"'::error::\r\n%0A\uffff\u2028]({0}\x01", namespace: bad}
spec:
  parentRefs: [{name: "gate]]>\0{1}"}]
  rules: [{backendRefs: [{name: "behind\t\ufeff", port: 80}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: bad}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: bad}
spec: {ports: [{port: 9090}]}
"#;

/// Names that are markup, mentions and references where these are read.
pub const MARKUP: &str = r####"
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: "x</code></summary><img src=x onerror=alert(1)>", namespace: "@octocat"}
spec:
  parentRefs: [{name: "</code></mark><script>alert(1)</script>"}]
  hostnames: ["a|b`c``` ~~~ \\|.example", "www.example.com", "[x](http://evil.example)"]
  rules:
  - backendRefs:
    - {name: "`@octocat` #12 GH-12 !3 ~bug $4 &5", port: 80} # ``` ~~~ </pre>
    - {name: "<!-- x", port: 80}
---
apiVersion: v1
kind: Namespace
metadata: {name: "@octocat"}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: "/close", namespace: "**b** _i_ deadbeef12"}
spec:
  parentRefs: [{name: "![i](http://evil.example/x.png)"}]
  rules: [{backendRefs: [{name: "- [ ] a\n\n# b", port: 80}]}]
---
apiVersion: v1
kind: Namespace
metadata: {name: "**b** _i_ deadbeef12"}
"####;

/// A Gateway and routes, each with a Service that does not exist.
pub fn routes(count: usize) -> String {
    let mut out = "\
apiVersion: v1
kind: Namespace
metadata: {name: many}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: many}
spec: {ports: [{port: 9090}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gate, namespace: many}
spec:
  gatewayClassName: kgateway
  listeners: [{name: http, port: 80, protocol: HTTP}]
"
    .to_owned();
    for number in 0..count {
        out.push_str(&format!(
            "---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: route-{number}, namespace: many}}
spec:
  parentRefs: [{{name: gate}}]
  hostnames: [h{number}.example.com]
  rules: [{{backendRefs: [{{name: gone-{number}, port: 80}}]}}]
"
        ));
    }
    out
}

/// File names that mean something in a URI, in XML or in a command of GitHub Actions.
pub const NAMES: [&str; 7] = [
    "a b.yaml",
    "50%25.yaml",
    "c#d?e.yaml",
    "wörld-😀.yaml",
    "x,y.yaml",
    "k:v::w.yaml",
    "<q>&'\".yaml",
];

pub fn report() -> Report {
    let meta = Meta { kind: "HTTPRoute".into(), name: "r".into(), ..Meta::default() };
    let mut finding = Finding::at(&meta, "/spec", "It is wrong.").related(meta.reference());
    (finding.code, finding.name) = ("IGW0000", "some-name");
    finding.more_paths.push("/spec/rules/0".into());
    Report {
        api_version: "igw.dev/v1alpha1",
        kind: "Report",
        tool: Tool { name: "kubectl-igw-test", version: "1.2.3" },
        input: InputSummary {
            mode: "live",
            context: None,
            taken: None,
            files: Vec::new(),
            skipped: 0,
            settings: None,
        },
        assumptions: Vec::new(),
        findings: vec![Located { finding, location: None, suppression: None }],
        suppressed: Vec::new(),
        not_checked: vec![Gap {
            code: "IGW0000",
            resource: "services".into(),
            namespace: Some("models".into()),
            objects: 2,
            reason: Reason { kind: "forbidden", detail: "list services".into() },
            failed: true,
        }],
        unmodelled: Vec::new(),
        vanishes: None,
        extra: Default::default(),
        summary: Summary { errors: 1, objects: 3, not_checked: 1, ..Summary::default() },
    }
}
