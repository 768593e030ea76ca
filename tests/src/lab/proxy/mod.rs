//! A proxy in front of an API server: TLS on both sides, it counts, and it spoils answers by rule.
//!
//! The certificate of whoever connects ends here: on the other side the proxy is one user.

mod fault;
mod wire;

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use fault::{Fault, FaultRule};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use ureq::Agent;
use ureq::http::{self, Response};
use wire::ProxiedRequest;
pub(super) use wire::ProxyWire;

use super::api::agent;
use super::cluster::LabCluster;
use super::identity::{Pair, User};

#[derive(Debug, Clone)]
pub struct Exchange {
    pub method: String,
    pub path: String,
    pub agent: String,
    pub encodings: String,
    /// The status; 0 when nothing was sent.
    pub status: u16,
    /// The length of the body on the wire, decrypted, not unpacked.
    pub bytes: usize,
}

/// A running proxy; it ends when this is dropped.
pub struct Proxy {
    /// Who the API server takes it for, with a kubeconfig that leads through it.
    pub user: User,
    state: Arc<State>,
    address: std::net::SocketAddr,
}

struct State {
    server: String,
    agent: Agent,
    tls: Arc<ServerConfig>,
    rules: Mutex<Vec<FaultRule>>,
    seen: Mutex<Vec<Exchange>>,
    stopped: AtomicBool,
}

impl LabCluster {
    /// Starts a proxy that is somebody with these groups, and shows a good certificate.
    pub fn proxy(&self, name: &str, groups: &[&str]) -> Result<Proxy, String> {
        self.proxy_with(name, groups, &self.authority.server()?)
    }

    /// The same with a certificate of the cluster's authority that has expired.
    pub fn expired_proxy(&self, name: &str, groups: &[&str]) -> Result<Proxy, String> {
        self.proxy_with(name, groups, &self.authority.expired_server()?)
    }

    fn proxy_with(&self, name: &str, groups: &[&str], front: &Pair) -> Result<Proxy, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("no port: {e}"))?;
        let address = listener.local_addr().map_err(|e| e.to_string())?;
        let own = self.authority.client(name, groups)?;
        let state = Arc::new(State {
            server: self.server.clone(),
            agent: agent(&self.authority.pem, &own)?,
            tls: Arc::new(server_tls(front)?),
            rules: Mutex::default(),
            seen: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let server = format!("https://127.0.0.1:{}", address.port());
        let user = self.authority.kubeconfig(self.home(), &server, name, groups)?;
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let state = shared.clone();
                // A client that hangs up is nothing to tell.
                std::thread::spawn(move || drop(state.talk(stream)));
            }
        });
        Ok(Proxy { user, state, address })
    }
}

/// TLS of a server with this certificate.
pub(super) fn server_tls(front: &Pair) -> Result<ServerConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificates: Result<Vec<CertificateDer<'static>>, _> =
        CertificateDer::pem_slice_iter(front.certificate.as_bytes()).collect();
    let certificates = certificates.map_err(|e| e.to_string())?;
    let key = PrivateKeyDer::from_pem_slice(front.key.as_bytes()).map_err(|e| e.to_string())?;
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|e| e.to_string())
}

impl Proxy {
    pub fn spoil(&self, rules: &[FaultRule]) {
        *lock(&self.state.rules) = rules.to_vec();
    }

    pub fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *lock(&self.state.seen))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections; if that fails it ends with the process.
        drop(TcpStream::connect(self.address));
    }
}

type Next = Option<ProxyWire>;

impl State {
    fn talk(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let session = ServerConnection::new(self.tls.clone()).map_err(io::Error::other)?;
        let mut wire = ProxyWire::new(session, stream);
        while let Some(request) = wire.request()? {
            let fault = fault::choose(&mut lock(&self.rules), &request.path);
            match self.answer(wire, &request, fault)? {
                Some(next) => wire = next,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    fn answer(
        &self,
        mut wire: ProxyWire,
        request: &ProxiedRequest,
        fault: Option<Fault>,
    ) -> io::Result<Next> {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        let send = |mut wire: ProxyWire, code: u16, more: &[(String, String)], body: &[u8]| {
            self.note(request, code, body.len());
            wire.head(code, &[std::slice::from_ref(&json), more].concat(), Some(body.len()))?;
            wire.bytes(body).map(|()| Some(wire))
        };
        let Some(fault) = fault else { return self.pass(wire, request, &request.path) };
        let whole = || -> io::Result<Vec<u8>> {
            let plain = ProxiedRequest {
                headers: request
                    .headers
                    .iter()
                    .filter(|(name, _)| name != "accept-encoding")
                    .cloned()
                    .collect(),
                ..request.clone()
            };
            let mut answer = self.ask(&plain, &request.path)?;
            answer.body_mut().with_config().limit(u64::MAX).read_to_vec().map_err(io::Error::other)
        };
        match fault {
            Fault::Pages(limit) => {
                self.pass(wire, request, &fault::with_limit(&request.path, limit))
            }
            Fault::Vanished => self.pass(wire, request, &fault::vanished(&request.path)),
            Fault::Status(code) => {
                send(wire, code, &[], fault::status(code).to_string().as_bytes())
            }
            Fault::RetryAfter(code, seconds) => {
                let wait = ("retry-after".to_owned(), seconds.to_string());
                send(wire, code, &[wait], fault::status(code).to_string().as_bytes())
            }
            Fault::Garbage(text) => send(wire, 200, &[], text.as_bytes()),
            Fault::Truncated => {
                let body = whole()?;
                send(wire, 200, &[], &body[..body.len() / 2])
            }
            Fault::Grown(bytes) => {
                let body = fault::grown(&whole()?, bytes).map_err(io::Error::other)?;
                send(wire, 200, &[], &body)
            }
            Fault::Reset | Fault::HangUp => {
                let body = whole()?;
                self.note(request, 200, body.len() / 2);
                wire.head(200, std::slice::from_ref(&json), Some(body.len()))?;
                wire.bytes(&body[..body.len() / 2])?;
                if fault == Fault::Reset { wire.reset() } else { wire.close() }.map(|()| None)
            }
            Fault::Slow(pause) => {
                let body = whole()?;
                self.note(request, 200, body.len());
                wire.head(200, std::slice::from_ref(&json), Some(body.len()))?;
                wire.slowly(&body, pause).map(|()| Some(wire))
            }
            Fault::Silent => {
                self.note(request, 0, 0);
                wire.wait().map(|()| None)
            }
            Fault::Swallowed => {
                let body = whole()?;
                self.note(request, 0, body.len());
                wire.wait().map(|()| None)
            }
            Fault::NoHttp(text) => {
                self.note(request, 0, text.len());
                wire.bytes(text.as_bytes())?;
                wire.close().map(|()| None)
            }
        }
    }

    fn pass(&self, mut wire: ProxyWire, request: &ProxiedRequest, path: &str) -> io::Result<Next> {
        let answer = self.ask(request, path)?;
        let code = answer.status().as_u16();
        let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let ours = ["content-length", "transfer-encoding", "connection"];
        let headers: Vec<(String, String)> = answer
            .headers()
            .iter()
            .filter(|(name, _)| !ours.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        wire.head(code, &headers, None)?;
        let bytes = wire.relay(answer.into_body().into_reader())?;
        self.note(request, code, bytes);
        Ok(Some(wire))
    }

    fn ask(&self, request: &ProxiedRequest, path: &str) -> io::Result<Response<ureq::Body>> {
        let uri = format!("{}{path}", self.server);
        let mut asked = http::Request::builder().method(request.method.as_str()).uri(uri);
        let ours = ["host", "content-length", "connection"];
        for (name, value) in &request.headers {
            if !ours.contains(&name.as_str()) {
                asked = asked.header(name, value);
            }
        }
        let answer = if request.body.is_empty() {
            self.agent.run(asked.body(()).map_err(io::Error::other)?)
        } else {
            self.agent.run(asked.body(request.body.clone()).map_err(io::Error::other)?)
        };
        answer.map_err(io::Error::other)
    }

    fn note(&self, request: &ProxiedRequest, status: u16, bytes: usize) {
        lock(&self.seen).push(Exchange {
            method: request.method.clone(),
            path: request.path.clone(),
            agent: request.header("user-agent").to_owned(),
            encodings: request.header("accept-encoding").to_owned(),
            status,
            bytes,
        });
    }
}

/// Ignores poisoning: a test that panicked has not spoiled what is noted.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
