//! A cluster: etcd and kube-apiserver.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::api::{Api, ApiRefusal};
use super::go::Programs;
use super::identity::{Authority, User};
use super::keeper::Keeper;
use super::objects::{Discovery, documents, text};
use super::parts::{ADMINS, Servers, controllers, servers, wait};

/// Our own small CRDs for kgateway's kinds.
const KGATEWAY: &str = include_str!("../../lab/crds/kgateway.yaml");
const ENVOY_GATEWAY: &str = include_str!("../../lab/crds/envoy-gateway.yaml");

pub struct LabCluster {
    pub(super) keeper: Keeper,
    pub(super) programs: Programs,
    pub(super) authority: Authority,
    discovery: Discovery,
    pub(super) admin: User,
    pub api: Api,
    pub server: String,
    /// The address of its etcd.
    pub(super) etcd: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrdChannel {
    Standard,
    Experimental,
    /// No kinds of the Gateway API, nor of a controller.
    Nothing,
}

impl LabCluster {
    /// The one cluster of this process with the CRDs of the standard channel; the first call
    /// starts it. `program` is the program `lab`: `env!("CARGO_BIN_EXE_lab")`.
    ///
    /// # Panics
    /// When it cannot be started. From then on, a test that panics says where the logs are.
    pub fn shared(program: &Path) -> &'static LabCluster {
        static SHARED: OnceLock<LabCluster> = OnceLock::new();
        SHARED.get_or_init(|| LabCluster::own(program, CrdChannel::Standard))
    }

    /// The same with the CRDs of the experimental channel.
    ///
    /// # Panics
    /// As [`LabCluster::shared`].
    pub fn experimental(program: &Path) -> &'static LabCluster {
        static SHARED: OnceLock<LabCluster> = OnceLock::new();
        SHARED.get_or_init(|| LabCluster::own(program, CrdChannel::Experimental))
    }

    /// A cluster of a test's own.
    ///
    /// # Panics
    /// As [`LabCluster::shared`].
    pub fn own(program: &Path, channel: CrdChannel) -> LabCluster {
        let lab = LabCluster::start(program, channel).unwrap_or_else(|e| panic!("the lab: {e}"));
        std::panic::set_hook(lab.keep_on_panic());
        lab
    }

    /// Starts a cluster with the CRDs of the Gateway API and kgateway's.
    pub fn start(program: &Path, channel: CrdChannel) -> Result<LabCluster, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let programs = Programs::build()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = programs.runs().join(format!("{}-{number}", std::process::id()));
        let keeper = Keeper::start(program, home.clone())?;
        let authority = Authority::new()?;
        let Servers { server, api, etcd } = match servers(&keeper, &programs, &authority) {
            Ok(started) => started,
            Err(error) => {
                Keeper::keep_logs(&home).map_err(|e| format!("{error} (logs not kept: {e})"))?;
                return Err(format!("{error}; see {}", home.display()));
            }
        };
        let admin = authority.kubeconfig(&home, &server, "admin", &[ADMINS])?;
        let discovery = Discovery::default();
        let lab = LabCluster { keeper, programs, authority, discovery, admin, api, server, etcd };
        lab.crds(channel)?;
        Ok(lab)
    }

    /// Starts the controller-manager, and waits until it does its work. Until then nobody does what
    /// controllers do, and what a test creates is all that there is.
    pub fn start_controllers(&self) -> Result<(), String> {
        controllers(&self.keeper, &self.programs)?;
        wait("kube-controller-manager does not work", || {
            let made = self.get("v1", "ConfigMap", "default", "kube-root-ca.crt");
            let ended = self.keeper.ended()?;
            made.map(drop).map_err(|error| format!("{error} {}", ended.join(", ")))
        })
    }

    /// Keeps the logs when this cluster ends; returns the error with their location.
    pub fn keep_logs(&self, error: &str) -> String {
        match Keeper::keep_logs(self.home()) {
            Ok(()) => format!("{error}; see {}", self.home().display()),
            Err(lost) => format!("{error} (logs not kept: {lost})"),
        }
    }

    /// Ends one of its programs.
    pub fn stop(&self, pid: u64) -> Result<(), String> {
        self.keeper.stop(pid)
    }

    /// The programs that have ended by themselves, and how.
    pub fn ended(&self) -> Result<Vec<String>, String> {
        self.keeper.ended()
    }

    pub fn home(&self) -> &Path {
        &self.keeper.home
    }

    pub fn apply(&self, yaml: &str) -> Result<(), String> {
        for object in documents(yaml)? {
            self.put(&object).map_err(|e| format!("{}: {e}", text(&object, "/metadata/name")))?;
        }
        Ok(())
    }

    /// Creates an object as `kubectl apply` does: unknown fields are refused. A Namespace gets
    /// its ServiceAccount, without which it takes no pods. Returns what is stored.
    pub fn create(&self, object: &Value) -> Result<Value, ApiRefusal> {
        let (path, _) = self.collection(object)?;
        let path = format!("{path}?fieldValidation=Strict&fieldManager=lab");
        let stored = self.api.send("POST", &path, "application/json", Some(object))?;
        if object["kind"] == "Namespace" {
            let namespace = &object["metadata"]["name"];
            let account = json!({"apiVersion": "v1", "kind": "ServiceAccount",
                "metadata": {"name": "default", "namespace": namespace}});
            match self.create(&account) {
                // A controller was quicker.
                Err(refused) if refused.reason == "AlreadyExists" => {}
                other => drop(other?),
            }
        }
        Ok(stored)
    }

    /// What would be stored if the object were created; nothing is.
    pub fn dry_run(&self, object: &Value) -> Result<Value, ApiRefusal> {
        let (path, _) = self.collection(object)?;
        let path = format!("{path}?fieldValidation=Strict&fieldManager=lab&dryRun=All");
        self.api.send("POST", &path, "application/json", Some(object))
    }

    /// Creates an object or replaces it, and its status if it has one.
    pub fn put(&self, object: &Value) -> Result<Value, ApiRefusal> {
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

    fn replace(&self, object: &Value) -> Result<Value, ApiRefusal> {
        let path = self.path(object)?;
        let mut next = object.clone();
        next["metadata"]["resourceVersion"] =
            self.api.read(&path)?["metadata"]["resourceVersion"].clone();
        let path = format!("{path}?fieldValidation=Strict&fieldManager=lab");
        self.api.send("PUT", &path, "application/json", Some(&next))
    }

    pub fn get(
        &self,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, ApiRefusal> {
        let metadata = json!({"namespace": namespace, "name": name});
        let wanted = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata});
        self.api.read(&self.path(&wanted)?)
    }

    pub fn delete(&self, object: &Value) -> Result<(), ApiRefusal> {
        let path = format!("{}?gracePeriodSeconds=0", self.path(object)?);
        self.api.send("DELETE", &path, "", None).map(drop)
    }

    /// Takes the finalizers of an object away.
    pub fn without_finalizers(&self, object: &Value) -> Result<(), ApiRefusal> {
        let (path, none) = (self.path(object)?, json!({"metadata": {"finalizers": null}}));
        self.api.send("PATCH", &path, "application/merge-patch+json", Some(&none)).map(drop)
    }

    /// The path of the collection that an object belongs to, and whether it has namespaces.
    pub fn collection(&self, object: &Value) -> Result<(String, bool), ApiRefusal> {
        let part = |pointer| text(object, pointer);
        let namespace = part("/metadata/namespace");
        self.discovery
            .collection(&self.api, part("/apiVersion"), part("/kind"), namespace)
            .map_err(|message| ApiRefusal::without_details(404, "NotServed", message))
    }

    fn path(&self, object: &Value) -> Result<String, ApiRefusal> {
        let (collection, _) = self.collection(object)?;
        Ok(format!("{collection}/{}", text(object, "/metadata/name")))
    }

    fn crds(&self, channel: CrdChannel) -> Result<(), String> {
        let directory = match channel {
            CrdChannel::Standard => "standard",
            CrdChannel::Experimental => "experimental",
            CrdChannel::Nothing => return Ok(()),
        };
        let own = [KGATEWAY, ENVOY_GATEWAY];
        for file in self.programs.crds(directory)?.iter().map(String::as_str).chain(own) {
            self.apply(file)?;
        }
        self.established()
    }

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
