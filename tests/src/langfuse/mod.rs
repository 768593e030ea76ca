//! A stand-in for Langfuse's web server, so that the ladder of `langfuse probe` meets every answer
//! that was recorded or is documented. What the real one answered is in `tests/recorded/langfuse`.

mod answer;
mod authentication;
mod exports;
mod reads;
mod received;
mod site;
mod switches;
mod tls;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use answer::GivenAnswer;
pub use received::Received;
pub use site::REQUESTS;
pub use switches::{LangfuseFault, LangfuseSwitches, WriteMode};
pub use tls::TlsPort;

/// A running server; it ends with the test.
pub struct LangfuseStandIn {
    pub port: u16,
    state: Arc<LangfuseState>,
}

struct LangfuseState {
    switches: LangfuseSwitches,
    seen: Mutex<Vec<Received>>,
    /// When each trace was taken.
    traces: Mutex<BTreeMap<String, Instant>>,
    /// How often each pair that is not known was tried.
    bad_tries: Mutex<BTreeMap<String, usize>>,
}

fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port is free")
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().expect("no thread has panicked")
}

impl LangfuseStandIn {
    pub fn with(switches: LangfuseSwitches) -> LangfuseStandIn {
        LangfuseStandIn::on(loopback(), switches, None)
    }

    /// The same for those who connect to a listener.
    pub fn listening(listener: TcpListener, switches: LangfuseSwitches) -> LangfuseStandIn {
        LangfuseStandIn::on(listener, switches, None)
    }

    /// The same over TLS, with this certificate.
    pub fn over_tls(switches: LangfuseSwitches, tls: &TlsPort) -> LangfuseStandIn {
        LangfuseStandIn::on(loopback(), switches, Some(tls.config.clone()))
    }

    fn on(
        listener: TcpListener,
        switches: LangfuseSwitches,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> LangfuseStandIn {
        let port = listener.local_addr().expect("it has an address").port();
        let state = Arc::new(LangfuseState {
            switches,
            seen: Mutex::default(),
            traces: Mutex::default(),
            bad_tries: Mutex::default(),
        });
        let server = LangfuseStandIn { port, state };
        server.serve(listener, tls);
        server
    }

    /// Serves those, too, who connect to another listener.
    pub fn also(&self, listener: TcpListener) {
        self.serve(listener, None);
    }

    fn serve(&self, listener: TcpListener, tls: Option<Arc<rustls::ServerConfig>>) {
        let shared = self.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, tls) = (shared.clone(), tls.clone());
                std::thread::spawn(move || state.connected(stream, tls));
            }
        });
    }

    /// The requests so far.
    pub fn seen(&self) -> Vec<Received> {
        held(&self.state.seen).clone()
    }

    /// How often a pair that is not known was sent, at most: a second time poisons it for longer.
    pub fn most_bad_tries(&self) -> usize {
        held(&self.state.bad_tries).values().copied().max().unwrap_or_default()
    }
}

impl LangfuseState {
    fn connected(&self, stream: TcpStream, tls: Option<Arc<rustls::ServerConfig>>) {
        let Some(config) = tls else { return self.talk(stream) };
        let connection = rustls::ServerConnection::new(config).expect("the certificate fits");
        self.talk(rustls::StreamOwned::new(connection, stream));
    }

    fn talk(&self, mut stream: impl Read + Write) {
        let received = match Received::read(&mut stream) {
            Some(Ok(received)) => received,
            // The parser of HTTP refuses it (recorded).
            Some(Err(())) => {
                drop(GivenAnswer::empty(400).write(&mut stream));
                return;
            }
            None => return,
        };
        held(&self.seen).push(received.clone());
        let answer = self.answer(&received);
        // A client that has heard enough hangs up.
        drop(answer.write(&mut stream));
    }

    fn answer(&self, received: &Received) -> GivenAnswer {
        let switches = &self.switches;
        for (start, answer) in &switches.answers {
            if received.path().starts_with(start) {
                return answer.clone();
            }
        }
        if switches.has(LangfuseFault::StartFailed) {
            return GivenAnswer::text(500, "Internal Server Error");
        }
        let path = received.path();
        if path.len() > 1 && path.ends_with('/') || path.contains("//") {
            return GivenAnswer::redirect(308, &received.tidy());
        }
        let Some(path) = path.strip_prefix(&switches.base) else {
            return GivenAnswer::next_page();
        };
        let (method, no_post) = (received.method.as_str(), GivenAnswer::not_allowed());
        match (path, method) {
            ("/", "POST") | ("", "POST") => GivenAnswer::text(405, "Method Not Allowed"),
            ("/api/public/health", _) => self.health(received),
            ("/api/public/projects", "GET") => self.projects(received),
            ("/api/public/otel/v1/traces", "POST") if switches.takes_otlp() => {
                self.export(received)
            }
            ("/api/public/otel/v1/traces", _) if switches.takes_otlp() => no_post,
            ("/api/public/otel/v1/metrics", "POST") => match self.authenticate(received) {
                Ok(_) => GivenAnswer::json(200, r#"{"message":"OK"}"#),
                Err(refused) => refused,
            },
            ("/api/public/v2/observations", "GET") => self.observations(received),
            (path, "GET") if path.starts_with("/api/public/traces/") => self.trace(received),
            ("/v1/chat/completions", "POST") => self.chat(received),
            (path, "GET") if switches.pages => site::page(path),
            _ => GivenAnswer::next_page(),
        }
    }

    /// No answer for as long as anybody waits.
    fn hang(&self) -> GivenAnswer {
        std::thread::sleep(Duration::from_secs(120));
        GivenAnswer::empty(500)
    }
}

/// The recorded answer of a case, in its first or only request.
pub fn recorded(case: &str) -> GivenAnswer {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/langfuse");
    let text = std::fs::read_to_string(path.join(format!("{case}.json"))).expect("it is recorded");
    let whole: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    answer::of_recording(&whole["response"])
}

pub use answer::GivenAnswer as LangfuseAnswer;
