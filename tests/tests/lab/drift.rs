//! `restart check` on real pods: silent until a ConfigMap or Secret is changed, then right for each way
//! in which a container takes it.

use std::collections::BTreeSet;

use igw_tests::lab::User;
use serde_json::{Value, json};

use super::plugin::TimedRun;
use super::repairs::run_in;
use super::rolling::{RollingNamespace, patch, pods, ready, rolling};

const NAMESPACE: &str = "drift";

/// A workload that takes the key `a` of the ConfigMap (or Secret) with its own name.
struct ConfigForm {
    name: &'static str,
    kind: &'static str,
    image: &'static str,
    /// What its container has beside name and image, as YAML.
    container: &'static str,
    /// The source of its volume `c`.
    volume: &'static str,
    /// What is done to the ConfigMap or Secret.
    change: ConfigChange,
    /// What is found then.
    codes: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ConfigChange {
    Key,
    /// It is immutable: it is deleted and made again.
    Anew,
    OtherKey,
    Label,
    /// The key; then the container is started again.
    KeyAndContainer,
    /// The key; then another pod is added.
    KeyAndPod,
}

const LITELLM: &str = "ghcr.io/berriai/litellm:v1.80.0";
const LANGFUSE: &str = "langfuse/langfuse:3.150.0";
const VLLM: &str = "vllm/vllm-openai:v0.11.0";
const ENVOY: &str = "ghcr.io/kgateway-dev/envoy-wrapper:v2.2.0";

const fn form(
    name: &'static str,
    image: &'static str,
    container: &'static str,
    volume: &'static str,
    codes: &'static [&'static str],
) -> ConfigForm {
    ConfigForm {
        name,
        kind: "Deployment",
        image,
        container,
        volume,
        change: ConfigChange::Key,
        codes,
    }
}

const MOUNT: &str = "volumeMounts: [{name: c, mountPath: /etc/c}]";
const SUB_PATH: &str = "volumeMounts: [{name: c, mountPath: /etc/a, subPath: a}]";
const VARIABLE: &str = "env: [{name: A, valueFrom: {configMapKeyRef: {name: NAME, key: a}}}]";
const SECRET: &str = "env: [{name: A, valueFrom: {secretKeyRef: {name: NAME, key: a}}}]";
const MAP: &str = "configMap: {name: NAME}";

const FORMS: [ConfigForm; 16] = [
    form("volume", LITELLM, MOUNT, MAP, &["IGW1001"]),
    ConfigForm { kind: "StatefulSet", ..form("volume-of-set", LITELLM, MOUNT, MAP, &["IGW1001"]) },
    ConfigForm { kind: "DaemonSet", ..form("volume-of-daemon", ENVOY, MOUNT, MAP, &["IGW1001"]) },
    form(
        "projected",
        LANGFUSE,
        MOUNT,
        "projected: {sources: [{configMap: {name: NAME}}]}",
        &["IGW1001"],
    ),
    form("volume-secret", LITELLM, MOUNT, "secret: {secretName: NAME}", &["IGW1001"]),
    form("sub-path", LITELLM, SUB_PATH, MAP, &["IGW1003"]),
    form("variable", VLLM, VARIABLE, "emptyDir: {}", &["IGW1003"]),
    form(
        "all-variables",
        VLLM,
        "envFrom: [{configMapRef: {name: NAME}}]",
        "emptyDir: {}",
        &["IGW1003"],
    ),
    form("variable-secret", LANGFUSE, SECRET, "emptyDir: {}", &["IGW1003"]),
    form(
        "all-variables-secret",
        LANGFUSE,
        "envFrom: [{secretRef: {name: NAME}}]",
        "emptyDir: {}",
        &["IGW1003"],
    ),
    ConfigForm {
        change: ConfigChange::Anew,
        ..form("immutable", LITELLM, MOUNT, MAP, &["IGW1001"])
    },
    ConfigForm {
        change: ConfigChange::KeyAndPod,
        ..form("more-pods", LITELLM, VARIABLE, "emptyDir: {}", &["IGW1003", "IGW1008", "IGW1010"])
    },
    // What a container does not take, or has taken since.
    ConfigForm {
        change: ConfigChange::OtherKey,
        ..form("other-key", LITELLM, VARIABLE, "emptyDir: {}", &[])
    },
    ConfigForm { change: ConfigChange::Label, ..form("label", LITELLM, MOUNT, MAP, &[]) },
    ConfigForm {
        change: ConfigChange::Label,
        ..form("label-of-immutable", LITELLM, SUB_PATH, MAP, &[])
    },
    ConfigForm {
        change: ConfigChange::KeyAndContainer,
        ..form("started-again", LITELLM, VARIABLE, "emptyDir: {}", &[])
    },
];

impl ConfigForm {
    fn is_secret(&self) -> bool {
        self.name.ends_with("-secret")
    }

    fn source(&self) -> Value {
        let kind = if self.is_secret() { "Secret" } else { "ConfigMap" };
        let mut object = json!({"apiVersion": "v1", "kind": kind,
            "metadata": {"name": self.name, "namespace": NAMESPACE}});
        // `b2xk`: what the Secret has is never shown.
        let old = if self.is_secret() { "b2xk" } else { "old" };
        object["data"] = json!({"a": old, "b": old});
        if self.name.ends_with("immutable") {
            object["immutable"] = true.into();
        }
        object
    }

    fn workload(&self) -> String {
        let ConfigForm { name, kind, image, container, volume, .. } = self;
        let yaml = format!(
            "apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {NAMESPACE}}}
spec:
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      nodeName: lab
      containers: [{{name: main, image: {image}, {container}}}]
      volumes: [{{name: c, {volume}}}]
"
        );
        yaml.replace("NAME", name)
    }

    fn path(&self) -> String {
        let plural = if self.is_secret() { "secrets" } else { "configmaps" };
        format!("/api/v1/namespaces/{NAMESPACE}/{plural}/{}", self.name)
    }

    /// Changes the ConfigMap or Secret, as somebody else than who made it.
    fn change(&self) {
        let new = if self.is_secret() { "bmV3" } else { "new" };
        let data = |key: &str| json!({"data": {key: new}});
        match self.change {
            ConfigChange::Label => {
                patch(&self.path(), "editor", &json!({"metadata": {"labels": {"team": "x"}}}));
            }
            ConfigChange::OtherKey => drop(patch(&self.path(), "editor", &data("b"))),
            ConfigChange::Anew => {
                rolling().delete(&self.source()).expect("it is there");
                let mut anew = self.source();
                anew["data"]["a"] = new.into();
                rolling().create(&anew).expect("admitted");
            }
            ConfigChange::Key => drop(patch(&self.path(), "editor", &data("a"))),
            ConfigChange::KeyAndContainer => {
                let changed = patch(&self.path(), "editor", &data("a"));
                let fields = changed["metadata"]["managedFields"].as_array().expect("a list");
                let own = fields.iter().find(|one| one["manager"] == "editor").expect("its own");
                self.start_again(&own["time"]);
            }
            ConfigChange::KeyAndPod => {
                patch(&self.path(), "editor", &data("a"));
                let scale = json!({"spec": {"replicas": 2}});
                let path = format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments");
                patch(&format!("{path}/{}", self.name), "editor", &scale);
                ready(self.kind, NAMESPACE, self.name, 2);
            }
        }
    }

    /// The kubelet starts the container again in its pod.
    fn start_again(&self, time: &Value) {
        let pod = pods(NAMESPACE, self.name).remove(0);
        let mut status = pod["status"]["containerStatuses"][0].clone();
        status["restartCount"] = 1.into();
        status["state"] = json!({"running": {"startedAt": time}});
        let name = pod["metadata"]["name"].as_str().expect("a name");
        let path = format!("/api/v1/namespaces/{NAMESPACE}/pods/{name}/status");
        patch(&path, "kubelet", &json!({"status": {"containerStatuses": [status]}}));
    }
}

fn check(user: &User) -> (TimedRun, Value) {
    let state = tempfile::tempdir().expect("a directory");
    let ran = run_in("restart", state.path(), user, &format!("check -n {NAMESPACE} -o json"));
    let report = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
    (ran, report)
}

/// `NAME CODE` of all findings.
fn found(report: &Value) -> BTreeSet<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = report["findings"].as_array().expect("a list").iter();
    all.map(|one| format!("{} {}", text(&one["object"]["name"]), text(&one["code"]))).collect()
}

#[test]
fn is_found_in_each_form_and_not_before() {
    let lab = rolling();
    let _namespace = RollingNamespace::new(NAMESPACE);
    for form in &FORMS {
        lab.put(&form.source()).expect("admitted");
        lab.apply(&form.workload()).expect("admitted");
    }
    for form in &FORMS {
        ready(form.kind, NAMESPACE, form.name, 1);
    }
    let (ran, before) = check(lab.admin());
    assert_eq!((found(&before), ran.code), (BTreeSet::new(), Some(0)), "{ran}");
    // Times have whole seconds: what is written from now on is later than the pods.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    FORMS.iter().for_each(ConfigForm::change);
    let (ran, after) = check(lab.admin());
    let expected = |form: &ConfigForm| {
        let name = form.name;
        form.codes.iter().map(move |code| format!("{name} {code}")).collect::<Vec<String>>()
    };
    let wanted: BTreeSet<String> = FORMS.iter().flat_map(expected).collect();
    assert_eq!(found(&after), wanted, "{ran}");
    says_what_was_written(&after);
    cannot_look(&wanted);
}

/// Each names the object, and who wrote it; what a Secret has is never said.
fn says_what_was_written(report: &Value) {
    let all = report["findings"].as_array().expect("a list").iter();
    for finding in all.filter(|one| one["code"] != "IGW1008") {
        let name = &finding["object"]["name"];
        let related = finding["related"].as_array().expect("a list");
        assert!(related.iter().any(|own| own["name"] == *name), "{finding}");
        // An immutable one is made anew: all of it was written then.
        let by = if name == "immutable" { "written 2" } else { " by editor" };
        let is_said = ["IGW1008", "IGW1010"].iter().any(|code| finding["code"] == *code)
            || finding["evidence"].to_string().contains(by);
        assert!(is_said, "{by}: {finding}");
    }
    let said = report.to_string();
    assert!(!said.contains("b2xk") && !said.contains("bmV3"), "{said}");
}

/// Who may not read Secrets hears the same of ConfigMaps, and of Secrets that it was not looked at.
fn cannot_look(all: &BTreeSet<String>) {
    let user = rolling().user("drift-reader", &[]).expect("a user");
    let seen = ["pods", "configmaps", "services", "namespaces", "nodes", "*.apps"];
    let rights =
        [&seen[..], &["*.gateway.networking.k8s.io", "*.autoscaling", "*.policy"]].concat();
    rolling().allow(&user, None, &["get", "list"], &rights).expect("a role");
    let (ran, report) = check(&user);
    let about_maps = all.iter().filter(|one| !one.contains("-secret ")).cloned().collect();
    assert_eq!(found(&report), about_maps, "{ran}");
    let not = report["notChecked"].as_array().expect("a list");
    for code in ["IGW1001", "IGW1003"] {
        let own = |one: &&Value| one["code"] == code && one["resource"] == "secrets";
        let one = not.iter().find(own).unwrap_or_else(|| panic!("{code}: {ran}"));
        assert_eq!(one["reason"]["kind"], "forbidden", "{one}");
    }
}
