//! Requests to the API server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use super::identity::Pair;
use super::objects::text;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatusCause {
    /// `spec.rules[0]`, or `<nil>`.
    pub field: String,
    /// `FieldValueInvalid`, …
    pub reason: String,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiRefusal {
    /// The HTTP status; 0 without an answer.
    pub code: u16,
    /// `Invalid`, `BadRequest`, `Forbidden`, …
    pub reason: String,
    pub message: String,
    pub causes: Vec<StatusCause>,
}

impl ApiRefusal {
    pub fn without_details(code: u16, reason: &str, message: String) -> ApiRefusal {
        ApiRefusal { code, reason: reason.to_owned(), message, causes: Vec::new() }
    }
}

impl fmt::Display for ApiRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.reason, self.message)
    }
}

/// The API server, as seen by a client with a certificate.
#[derive(Debug)]
pub struct Api {
    agent: Agent,
    server: String,
}

impl Api {
    /// A client that trusts one authority only, and that no proxy setting leads elsewhere.
    pub fn new(server: &str, authority: &str, own: &Pair) -> Result<Api, String> {
        Ok(Api { agent: agent(authority, own)?, server: server.to_owned() })
    }

    pub fn read(&self, path: &str) -> Result<Value, ApiRefusal> {
        self.send("GET", path, "", None)
    }

    /// Any method, with a body of this media type.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        media: &str,
        body: Option<&Value>,
    ) -> Result<Value, ApiRefusal> {
        let no_answer = |message| ApiRefusal::without_details(0, "NoAnswer", message);
        let (code, answer) = self.exchange(method, path, media, body).map_err(no_answer)?;
        let value = serde_json::from_str(&answer).unwrap_or(Value::String(answer));
        if (200..300).contains(&code) { Ok(value) } else { Err(refused(code, &value)) }
    }

    fn exchange(
        &self,
        method: &str,
        path: &str,
        media: &str,
        body: Option<&Value>,
    ) -> Result<(u16, String), String> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server))
            .header("Accept", "application/json");
        let answer = match body {
            Some(body) => {
                let request = request.header("Content-Type", media);
                let request = request.body(body.to_string()).map_err(|e| e.to_string())?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(()).map_err(|e| e.to_string())?),
        };
        let mut answer = answer.map_err(|e| format!("{method} {path}: {e}"))?;
        let whole = answer.body_mut().with_config().limit(u64::MAX).read_to_string();
        Ok((answer.status().as_u16(), whole.map_err(|e| format!("{method} {path}: {e}"))?))
    }
}

/// An HTTP client that trusts one authority only, and that no proxy setting leads elsewhere.
pub fn agent(authority: &str, own: &Pair) -> Result<Agent, String> {
    let certificate = |pem: &str| Certificate::from_pem(pem.as_bytes()).map_err(|e| e.to_string());
    let key = PrivateKey::from_pem(own.key.as_bytes()).map_err(|e| e.to_string())?;
    let client = ClientCert::new_with_certs(&[certificate(&own.certificate)?], key);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[certificate(authority)?]))
        .client_cert(Some(client))
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .proxy(None)
        .max_idle_connections_per_host(16)
        .timeout_global(Some(Duration::from_secs(30)))
        .tls_config(tls)
        .build();
    Ok(config.into())
}

fn refused(code: u16, status: &Value) -> ApiRefusal {
    let causes = status.pointer("/details/causes").and_then(Value::as_array);
    let cause = |cause: &Value| StatusCause {
        field: text(cause, "/field").to_owned(),
        reason: text(cause, "/reason").to_owned(),
        message: text(cause, "/message").to_owned(),
    };
    ApiRefusal {
        code,
        reason: text(status, "/reason").to_owned(),
        message: status["message"].as_str().map_or_else(|| status.to_string(), str::to_owned),
        causes: causes.into_iter().flatten().map(cause).collect(),
    }
}
