//! What `fix` never shows: neither in a plan, nor in its journal, nor when it is taken back.

use std::fs;

use crate::program::Ran;
use crate::run_in;

const SECRETS: [&str; 6] =
    ["pl4nted-one", "pl4nted-two", "pl4nted-three", "pl4nted-four", "pl4nted-five", "cGw0bnRlZA=="];

const STORY: &str = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: bifrost-config, namespace: gateway, annotations: {api-token: pl4nted-five}}
data:
  config.json: |
    {
      "encryption_key": "pl4nted-one-and-long",
      "providers": {
        "openai": {
          "keys": [{"name": "chat", "value": "pl4nted-two-and-long", "weight": 1, "models": []}],
          "network_config": {"base_url": "http://chat.models.svc.cluster.local:8000/v1"}
        }
      }
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: bifrost, namespace: gateway}
spec:
  selector: {matchLabels: {app: bifrost}}
  template:
    metadata: {labels: {app: bifrost}}
    spec:
      containers:
      - name: bifrost
        image: maximhq/bifrost:v1.5.16
        args: [-app-dir, /app/data, -log-level, debug]
        env:
        - name: ADMIN_PASSWORD
          value: pl4nted-three
        volumeMounts:
        - {name: config, mountPath: /app/data/config.json, subPath: config.json}
      volumes:
      - {name: config, configMap: {name: bifrost-config}}
---
apiVersion: v1
kind: Secret
metadata: {name: other, namespace: gateway}
stringData:
  password: pl4nted-four
  multi: |
    pl4nted-four
    pl4nted-one
data: {more: cGw0bnRlZA==}
"#;

fn hides(ran: &Ran) {
    for secret in SECRETS {
        assert!(!ran.to_string().contains(secret), "{secret}: {ran}");
    }
}

#[test]
fn what_moves_into_a_secret_is_never_shown() {
    let place = tempfile::tempdir().expect("a directory");
    let file = place.path().join("all.yaml");
    fs::write(&file, STORY).expect("written");
    for more in [&["--diff-context", "100"][..], &["-o", "json"], &["-o", "yaml"]] {
        let ran = run_in(place.path(), &[&["fix", "-f", ".", "--dry-run"], more].concat());
        assert!(ran.stdout.contains("<masked 1>"), "{ran}");
        hides(&ran);
    }
    let ran = run_in(place.path(), &["fix", "-f", ".", "--yes", "--unsafe"]);
    hides(&ran);
    let new = fs::read_to_string(&file).expect("a file");
    let secrets = new.matches("kind: Secret").count();
    assert_eq!(secrets, 3, "{ran}\n{new}");
    assert_eq!(new.matches("pl4nted-two-and-long").count(), 1, "{new}");
    assert!(new.contains(r#""value": "env.OPENAI_CHAT""#), "{new}");
    assert!(new.contains("stringData:\n  OPENAI_CHAT: pl4nted-two-and-long\n"), "{new}");
    let kept = fs::read_dir(place.path().join("state/kubectl-igw/changes")).expect("a journal");
    for entry in kept.flatten() {
        let journal = fs::read_to_string(entry.path()).expect("a journal");
        assert!(SECRETS.iter().all(|secret| !journal.contains(secret)), "{journal}");
    }
    hides(&run_in(place.path(), &["history", "-o", "json"]));
    let ran = run_in(place.path(), &["undo", "--yes"]);
    hides(&ran);
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(fs::read_to_string(&file).expect("a file"), STORY);
    // And back again.
    let undone = run_in(place.path(), &["history"]).stdout;
    assert!(undone.contains("took back"), "{undone}");
}
