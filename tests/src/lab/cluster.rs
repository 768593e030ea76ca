//! A cluster: etcd and kube-apiserver.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::api::{Api, Refused};
use super::go::Programs;
use super::identity::{Authority, User, token_keys, write_private};
use super::keeper::Keeper;
use super::objects::{Discovery, documents, text};

/// How long a part may take until it answers; more than that is a fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// The group that may do everything.
const ADMINS: &str = "system:masters";

/// Small CRDs of our own for kgateway's kinds.
const KGATEWAY: &str = include_str!("../../lab/crds/kgateway.yaml");

/// A running cluster.
pub struct LabCluster {
    pub(super) keeper: Keeper,
    pub(super) programs: Programs,
    authority: Authority,
    discovery: Discovery,
    admin: User,
    /// Requests as the administrator.
    pub api: Api,
    /// `https://127.0.0.1:PORT`.
    pub server: String,
}

/// A release channel of the Gateway API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// What is installed as a rule.
    Standard,
    /// With the fields that may still change.
    Experimental,
}

impl LabCluster {
    /// The one cluster of this process with the CRDs of the standard channel; the first call
    /// starts it. `program` is the program `lab`: `env!("CARGO_BIN_EXE_lab")`.
    ///
    /// # Panics
    /// When it cannot be started. From then on, a test that panics says where the logs are.
    pub fn shared(program: &Path) -> &'static LabCluster {
        static SHARED: OnceLock<LabCluster> = OnceLock::new();
        SHARED.get_or_init(|| LabCluster::for_tests(program, Channel::Standard))
    }

    /// The same with the CRDs of the experimental channel.
    ///
    /// # Panics
    /// As [`LabCluster::shared`].
    pub fn experimental(program: &Path) -> &'static LabCluster {
        static SHARED: OnceLock<LabCluster> = OnceLock::new();
        SHARED.get_or_init(|| LabCluster::for_tests(program, Channel::Experimental))
    }

    fn for_tests(program: &Path, channel: Channel) -> LabCluster {
        let lab = LabCluster::start(program, channel).unwrap_or_else(|e| panic!("the lab: {e}"));
        std::panic::set_hook(lab.keep_on_panic());
        lab
    }

    /// Starts a cluster with the CRDs of the Gateway API and kgateway's.
    ///
    /// # Errors
    /// Why a part does not start, and where its log is.
    pub fn start(program: &Path, channel: Channel) -> Result<LabCluster, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let programs = Programs::build()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = programs.runs().join(format!("{}-{number}", std::process::id()));
        let keeper = Keeper::start(program, home.clone())?;
        let authority = Authority::new()?;
        let (server, api) = match servers(&keeper, &programs, &authority) {
            Ok(started) => started,
            Err(error) => {
                Keeper::keep_logs(&home).map_err(|e| format!("{error} (logs not kept: {e})"))?;
                return Err(format!("{error}; see {}", home.display()));
            }
        };
        let admin = authority.kubeconfig(&home, &server, "admin", &[ADMINS])?;
        let discovery = Discovery::default();
        let lab = LabCluster { keeper, programs, authority, discovery, admin, api, server };
        lab.crds(channel)?;
        Ok(lab)
    }

    /// Where logs and kubeconfigs are.
    pub fn home(&self) -> &Path {
        &self.keeper.home
    }

    /// The administrator.
    pub fn admin(&self) -> &User {
        &self.admin
    }

    /// Somebody new, with the rights of their groups and no others.
    ///
    /// # Errors
    /// When their kubeconfig cannot be written.
    pub fn user(&self, name: &str, groups: &[&str]) -> Result<User, String> {
        self.authority.kubeconfig(self.home(), &self.server, name, groups)
    }

    /// Lets somebody do `verbs` with resources (`pods`, `httproutes.gateway.networking.k8s.io`)
    /// in a namespace, or everywhere.
    ///
    /// # Errors
    /// What the API server refuses.
    pub fn allow(
        &self,
        user: &User,
        namespace: Option<&str>,
        verbs: &[&str],
        resources: &[&str],
    ) -> Result<(), String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("lab-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let rule = |resource: &&str| {
            let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
            json!({"apiGroups": [group], "resources": [plural], "verbs": verbs})
        };
        let rules: Vec<Value> = resources.iter().map(rule).collect();
        let kind = if namespace.is_some() { "Role" } else { "ClusterRole" };
        let api = "rbac.authorization.k8s.io";
        let metadata = json!({"name": name, "namespace": namespace});
        let role = json!({"apiVersion": format!("{api}/v1"), "kind": kind,
            "metadata": metadata, "rules": rules});
        let binding = json!({"apiVersion": format!("{api}/v1"), "kind": format!("{kind}Binding"),
            "metadata": metadata, "roleRef": {"apiGroup": api, "kind": kind, "name": name},
            "subjects": [{"apiGroup": api, "kind": "User", "name": user.name}]});
        for object in [role, binding] {
            self.create(&object).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// The real kubectl, as the administrator.
    pub fn kubectl(&self) -> Command {
        let mut command = Command::new(self.programs.program("kube", "kubectl"));
        command.env("KUBECONFIG", &self.admin.kubeconfig);
        // Its caches belong to the run.
        command.env("KUBECACHEDIR", self.home().join("cache")).env("HOME", self.home());
        command
    }

    /// Creates the objects of a YAML text, or replaces them.
    ///
    /// # Errors
    /// What the API server refuses first.
    pub fn apply(&self, yaml: &str) -> Result<(), String> {
        for object in documents(yaml)? {
            self.put(&object).map_err(|e| format!("{}: {e}", text(&object, "/metadata/name")))?;
        }
        Ok(())
    }

    /// Creates an object as `kubectl apply` does: unknown fields are refused. A Namespace gets
    /// its ServiceAccount, without which it takes no pods. Returns what is stored.
    ///
    /// # Errors
    /// Why the API server refuses it.
    pub fn create(&self, object: &Value) -> Result<Value, Refused> {
        let (path, _) = self.collection(object)?;
        let path = format!("{path}?fieldValidation=Strict&fieldManager=lab");
        let stored = self.api.send("POST", &path, "application/json", Some(object))?;
        if object["kind"] == "Namespace" {
            let namespace = &object["metadata"]["name"];
            let account = json!({"apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": {"name": "default", "namespace": namespace}});
            self.create(&account)?;
        }
        Ok(stored)
    }

    /// What would be stored if the object were created; nothing is.
    ///
    /// # Errors
    /// Why the API server would refuse it.
    pub fn dry_run(&self, object: &Value) -> Result<Value, Refused> {
        let (path, _) = self.collection(object)?;
        let path = format!("{path}?fieldValidation=Strict&fieldManager=lab&dryRun=All");
        self.api.send("POST", &path, "application/json", Some(object))
    }

    /// Creates an object or replaces it, and its status if it has one.
    ///
    /// # Errors
    /// Why the API server refuses it.
    pub fn put(&self, object: &Value) -> Result<Value, Refused> {
        let mut stored = match self.create(object) {
            Err(refused) if refused.reason == "AlreadyExists" => self.replace(object)?,
            other => other?,
        };
        if object["status"].is_object() {
            let path = format!("{}/status", self.path(object)?);
            let patch = json!({"status": object["status"]});
            let media = "application/merge-patch+json";
            stored = self.api.send("PATCH", &path, media, Some(&patch))?;
        }
        Ok(stored)
    }

    fn replace(&self, object: &Value) -> Result<Value, Refused> {
        let path = self.path(object)?;
        let mut next = object.clone();
        next["metadata"]["resourceVersion"] =
            self.api.read(&path)?["metadata"]["resourceVersion"].clone();
        let path = format!("{path}?fieldValidation=Strict&fieldManager=lab");
        self.api.send("PUT", &path, "application/json", Some(&next))
    }

    /// An object as it is stored.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn get(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, Refused> {
        let metadata = json!({"namespace": namespace, "name": name});
        let wanted = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata});
        self.api.read(&self.path(&wanted)?)
    }

    /// Deletes an object at once.
    ///
    /// # Errors
    /// Why it cannot be deleted.
    pub fn delete(&self, object: &Value) -> Result<(), Refused> {
        let path = format!("{}?gracePeriodSeconds=0", self.path(object)?);
        self.api.send("DELETE", &path, "", None).map(drop)
    }

    /// The path of the collection that an object belongs to, and whether it has namespaces.
    ///
    /// # Errors
    /// When its kind is not served.
    pub fn collection(&self, object: &Value) -> Result<(String, bool), Refused> {
        let part = |pointer| text(object, pointer);
        let namespace = part("/metadata/namespace");
        self.discovery
            .collection(&self.api, part("/apiVersion"), part("/kind"), namespace)
            .map_err(|message| Refused::without_details(404, "NotServed", message))
    }

    fn path(&self, object: &Value) -> Result<String, Refused> {
        let (collection, _) = self.collection(object)?;
        Ok(format!("{collection}/{}", text(object, "/metadata/name")))
    }

    fn crds(&self, channel: Channel) -> Result<(), String> {
        let directory = match channel {
            Channel::Standard => "standard",
            Channel::Experimental => "experimental",
        };
        for file in self.programs.crds(directory)?.iter().map(String::as_str).chain([KGATEWAY]) {
            self.apply(file)?;
        }
        self.established()
    }

    /// Waits until every CRD is served.
    ///
    /// # Errors
    /// Which one is not, after a long time.
    pub fn established(&self) -> Result<(), String> {
        let list = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        wait("the CRDs are not established", || {
            let crds = self.api.read(list).map_err(|e| e.to_string())?;
            let items = crds["items"].as_array().ok_or("no list of CRDs")?;
            let established = |crd: &&Value| {
                let conditions = crd["status"]["conditions"].as_array().into_iter().flatten();
                conditions.clone().any(|c| c["type"] == "Established" && c["status"] == "True")
            };
            match items.iter().find(|crd| !established(crd)) {
                Some(crd) => Err(text(crd, "/metadata/name").to_owned()),
                None => Ok(()),
            }
        })
    }

    /// A panic hook that also keeps the logs, and says where they are.
    fn keep_on_panic(&self) -> Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync> {
        let before = std::panic::take_hook();
        let home = self.keeper.home.clone();
        Box::new(move |info| {
            before(info);
            match Keeper::keep_logs(&home) {
                Ok(()) => eprintln!("logs of the lab: {}", home.display()),
                Err(error) => eprintln!("logs of the lab are lost: {}: {error}", home.display()),
            }
        })
    }
}

/// The files that the API server reads.
fn files(home: &Path, authority: &Authority) -> Result<(), String> {
    let pair = authority.server()?;
    let (signing, checking) = token_keys()?;
    for (name, content) in [
        ("ca.crt", &authority.pem),
        ("server.crt", &pair.certificate),
        ("server.key", &pair.key),
        ("sa.key", &signing),
        ("sa.pub", &checking),
    ] {
        write_private(&home.join(name), content)?;
    }
    Ok(())
}

/// Starts etcd and kube-apiserver. Between choosing a port and listening on it, somebody else may
/// take it: then one of them ends at once, and both are started again elsewhere.
fn servers(
    keeper: &Keeper,
    programs: &Programs,
    authority: &Authority,
) -> Result<(String, Api), String> {
    files(&keeper.home, authority)?;
    let mut ended = Vec::new();
    for attempt in 1..=3 {
        let (server, api) = server(keeper, programs, authority, attempt)?;
        let before = ended.len();
        wait("kube-apiserver is not ready", || {
            ended = keeper.ended()?;
            if ended.len() > before {
                return Ok(());
            }
            api.read("/readyz").map(drop).map_err(|e| e.to_string())
        })?;
        if ended.len() == before {
            return Ok((server, api));
        }
    }
    Err(ended.join(", "))
}

/// Authorization, admission and validation are as a cluster has them by default.
fn server(
    keeper: &Keeper,
    programs: &Programs,
    authority: &Authority,
    attempt: usize,
) -> Result<(String, Api), String> {
    let (etcd, port) = (format!("http://127.0.0.1:{}", free_port()?), free_port()?);
    let arguments = format!(
        "--data-dir etcd-{attempt} --listen-client-urls {etcd} --advertise-client-urls {etcd} \
         --listen-peer-urls http://127.0.0.1:0 --unsafe-no-fsync --log-level warn"
    );
    keeper.run(&format!("etcd-{attempt}"), &programs.program("etcd", "etcd"), &arguments)?;
    let arguments = format!(
        "--etcd-servers={etcd} --bind-address=127.0.0.1 --secure-port={port} \
         --advertise-address=127.0.0.1 --endpoint-reconciler-type=none --tls-cert-file=server.crt \
         --tls-private-key-file=server.key --client-ca-file=ca.crt --authorization-mode=RBAC \
         --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=sa.pub \
         --service-account-signing-key-file=sa.key --service-cluster-ip-range=10.96.0.0/16 \
         --enable-priority-and-fairness=false"
    );
    let program = programs.program("kube", "kube-apiserver");
    keeper.run(&format!("kube-apiserver-{attempt}"), &program, &arguments)?;
    let server = format!("https://127.0.0.1:{port}");
    let api = Api::new(&server, &authority.pem, &authority.client("lab", &[ADMINS])?)?;
    Ok((server, api))
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr());
    listener.map(|address| address.port()).map_err(|e| format!("no free port: {e}"))
}

/// Asks until the answer is good, or says what the last one was.
///
/// # Errors
/// The last answer, after a long time.
pub fn wait(what: &str, mut ask: impl FnMut() -> Result<(), String>) -> Result<(), String> {
    let start = Instant::now();
    loop {
        match ask() {
            Ok(()) => return Ok(()),
            Err(error) if start.elapsed() > PATIENCE => return Err(format!("{what}: {error}")),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
