//! What somebody planted in the objects does nothing to the terminal of who repairs them.

use std::fs;

use crate::program::Ran;
use crate::run_in;

/// What a terminal obeys, or shows as something else.
const SIGNS: [char; 8] =
    ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}', '\r'];

/// The same for a text of YAML, with a line of its own that looks like the program's.
const PLANTED: &str =
    r#"a\e[31m\a\x9B2J\u202E\u2066\u200B\u2028\r\n10 applied and verified\n::error::b"#;

/// A story with something planted wherever a text may stand, and `filler` in an annotation.
fn world(filler: &str) -> String {
    format!(
        r#"apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: {{name: kgateway}}
spec: {{controllerName: kgateway.dev/kgateway}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: front
  namespace: edge
  labels: {{team: "{PLANTED}"}}
spec:
  gatewayClassName: kgateway
  listeners:
  - {{name: http, port: 80, protocol: HTTP, allowedRoutes: {{namespaces: {{from: All}}}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: chat
  namespace: models
  annotations:
    note: "{PLANTED}"
    long: "{filler}"
  labels: {{"{PLANTED}": "{PLANTED}"}}
  managedFields: [{{manager: "{PLANTED}"}}]
spec:
  parentRefs:
  - name: front  # next to it
  rules:
  - filters:
    - type: RequestHeaderModifier
      requestHeaderModifier:
        set: [{{name: x-a, value: "{PLANTED}"}}]
    backendRefs:
    - {{name: chat, port: 8000}}
status:
  parents:
  - parentRef: {{name: front}}
    controllerName: "{PLANTED}"
    conditions:
    - {{type: Accepted, status: "False", reason: "{PLANTED}", message: "{PLANTED}"}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: "{PLANTED}", namespace: "{PLANTED}"}}
spec:
  parentRefs: [{{name: front, "{PLANTED}": 1}}]
  rules:
  - backendRefs: [{{name: "{PLANTED}", port: 80, weight: 0}}]
---
apiVersion: v1
kind: Service
metadata: {{name: chat, namespace: models, annotations: {{note: "{PLANTED}"}}}}
spec: {{ports: [{{port: 80, targetPort: 8000}}]}}
"#
    )
}

fn is_clean(ran: &Ran, what: &str) {
    for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        for sign in SIGNS {
            assert!(!text.contains(sign), "{what}, {stream}: {sign:?}\n{text:?}");
        }
        let starts = |line: &str| {
            let line = line.trim_start();
            line.starts_with("10 applied") || line.starts_with("::")
        };
        assert!(!text.lines().any(starts), "{what}, {stream}\n{text}");
    }
}

#[test]
fn nothing_planted_is_obeyed() {
    for filler in ["short".to_owned(), "x".repeat(1 << 20)] {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("all.yaml");
        fs::write(&file, world(&filler)).expect("written");
        let at = |args: &[&str]| {
            run_in(place.path(), &[&["fix", "-f", "all.yaml", "-A"], args].concat())
        };
        for format in ["human", "json", "yaml"] {
            let ran = at(&["--dry-run", "-o", format, "--diff-context", "40"]);
            is_clean(&ran, format);
            let most = 2 << 20;
            assert!(ran.stdout.len() < most, "{format}: {} bytes", ran.stdout.len());
        }
        is_clean(&at(&["--set", "IGW0101.gateway=\u{1b}[31m\u{202e}"]), "--set");
        is_clean(&at(&["--only", "no\u{1b}[31m\u{202e}ne"]), "--only");
        let ran = at(&["--yes", "--unsafe"]);
        is_clean(&ran, "--yes");
        let text = fs::read_to_string(&file).expect("a file");
        assert!(text.contains("    namespace: edge") && text.contains("# next to it"), "{ran}");
        assert!(text.contains(&filler));
        is_clean(&run_in(place.path(), &["history"]), "history");
    }
}
