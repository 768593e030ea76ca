//! A validating webhook: a TLS server on loopback, and the configuration by which the API server asks it.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustls::{ServerConfig, ServerConnection};
use serde_json::{Value, json};

use super::cluster::LabCluster;
use super::proxy::{ProxyWire, server_tls};

/// What a webhook answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookAnswer {
    Admits,
    /// With this message.
    Refuses(&'static str),
    /// The connection ends.
    HangsUp,
}

/// A running webhook; with its end its configuration is taken away.
pub struct Webhook<'l> {
    lab: &'l LabCluster,
    configuration: Value,
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    tls: Arc<ServerConfig>,
    answer: WebhookAnswer,
    stopped: AtomicBool,
    /// Of each request whether it was a dry run.
    asked: Mutex<Vec<bool>>,
}

impl LabCluster {
    /// Starts a webhook that is asked about changes of a resource in a namespace. It is a moment until
    /// the API server asks it.
    pub fn webhook(
        &self,
        name: &str,
        (namespace, group, resource): (&str, &str, &str),
        answer: WebhookAnswer,
    ) -> Result<Webhook<'_>, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("no port: {e}"))?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let shared = Arc::new(Shared {
            tls: Arc::new(server_tls(&self.authority.server()?)?),
            answer,
            stopped: AtomicBool::new(false),
            asked: Mutex::default(),
        });
        let own = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if own.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let own = own.clone();
                // Who hangs up is nothing to tell.
                std::thread::spawn(move || drop(own.talk(stream)));
            }
        });
        let configuration = json!({
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": name},
            "webhooks": [{
                "name": name, "admissionReviewVersions": ["v1"], "sideEffects": "None",
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                "failurePolicy": "Fail", "timeoutSeconds": 5,
                "clientConfig": {
                    "url": format!("https://127.0.0.1:{}/", address.port()),
                    "caBundle": BASE64_STANDARD.encode(&self.authority.pem),
                },
                "rules": [{
                    "apiGroups": [group], "apiVersions": ["*"], "resources": [resource],
                    "operations": ["CREATE", "UPDATE"],
                }],
            }],
        });
        let configuration = self.put(&configuration).map_err(|refused| refused.to_string())?;
        Ok(Webhook { lab: self, configuration, shared, address })
    }
}

impl Webhook<'_> {
    /// Whether each request so far was a dry run.
    pub fn asked(&self) -> Vec<bool> {
        self.shared.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives it the side effects that only clusters of before 1.22 let a webhook have: the API server
    /// still obeys what it stored then.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn have_side_effects(&self) -> Result<(), String> {
        let mut old = self.configuration.clone();
        old["webhooks"][0]["sideEffects"] = "Some".into();
        let name = old["metadata"]["name"].as_str().unwrap_or_default();
        let folder = "/registry/validatingwebhookconfigurations";
        let code = |text: &str| BASE64_STANDARD.encode(text);
        let body =
            json!({"key": code(&format!("{folder}/{name}")), "value": code(&old.to_string())});
        let put = ureq::post(format!("{}/v3/kv/put", self.lab.etcd)).send(body.to_string());
        put.map(drop).map_err(|e| format!("etcd: {e}"))
    }
}

impl Drop for Webhook<'_> {
    fn drop(&mut self) {
        if let Err(refused) = self.lab.delete(&self.configuration) {
            eprintln!("the webhook stays: {refused}");
        }
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections; if that fails it ends with the process.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn talk(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let session = ServerConnection::new(self.tls.clone()).map_err(io::Error::other)?;
        let mut wire = ProxyWire::new(session, stream);
        while let Some(request) = wire.request()? {
            if self.answer == WebhookAnswer::HangsUp {
                return Ok(());
            }
            let review: Value = serde_json::from_slice(&request.body)?;
            let dry = review["request"]["dryRun"] == true;
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(dry);
            let mut answer = json!({"uid": review["request"]["uid"], "allowed": true});
            if let WebhookAnswer::Refuses(why) = self.answer {
                answer["allowed"] = false.into();
                answer["status"] = json!({"code": 403, "message": why});
            }
            let body = json!({
                "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": answer,
            });
            let (body, media) = (body.to_string(), ("content-type", "application/json"));
            let headers = [(media.0.to_owned(), media.1.to_owned())];
            wire.head(200, &headers, Some(body.len()))?;
            wire.bytes(body.as_bytes())?;
        }
        Ok(())
    }
}
