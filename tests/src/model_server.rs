//! A stand-in for vLLM, and for a Bifrost in front of it: not the programs, but servers on loopback
//! that speak `/v1/models` and chat completions as those do (facts/bifrost-observed.md, 3 and 4).

use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

/// What goes wrong with every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelFault {
    /// It wants a key.
    Key,
    /// It sends clients elsewhere.
    Redirect,
    /// A body without an end.
    Endless,
    /// A page.
    Html,
    /// Every request is refused with this status.
    Status(u16),
}

/// A running stand-in; it ends with the test.
pub struct ModelServer {
    pub address: String,
    seen: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct ModelSettings {
    names: Vec<String>,
    /// The provider whose prefix names have, of a Bifrost.
    provider: Option<String>,
    fault: Option<ModelFault>,
}

impl ModelServer {
    /// A vLLM that serves these names.
    pub fn vllm(names: &[&str]) -> ModelServer {
        ModelServer::start(names, None, None)
    }

    /// A Bifrost with one provider, whose upstream serves these names.
    pub fn bifrost(provider: &str, names: &[&str]) -> ModelServer {
        ModelServer::start(names, Some(provider), None)
    }

    pub fn broken(names: &[&str], fault: ModelFault) -> ModelServer {
        ModelServer::start(names, None, Some(fault))
    }

    fn start(names: &[&str], provider: Option<&str>, fault: Option<ModelFault>) -> ModelServer {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let settings = ModelSettings { names, provider: provider.map(str::to_owned), fault };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address").to_string();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let shared = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (settings, seen) = (settings.clone(), shared.clone());
                // The program may have gone.
                std::thread::spawn(move || drop(settings.talk(stream, &seen)));
            }
        });
        ModelServer { address, seen }
    }

    /// The requests so far: the head, and the body.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no thread has panicked").clone()
    }
}

impl ModelSettings {
    fn talk(&self, stream: TcpStream, seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line == "\r\n" {
                break;
            }
            if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = number.trim().parse().unwrap_or_default();
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body = String::from_utf8_lossy(&body).into_owned();
        seen.lock().expect("no thread has panicked").push(format!("{head}\r\n{body}"));
        let mut out = stream;
        match self.fault {
            Some(ModelFault::Endless) => endless(&mut out),
            Some(ModelFault::Redirect) => out.write_all(
                b"HTTP/1.1 307 X\r\nlocation: http://elsewhere.example/v1/models?token=hunter2hunter2\r\ncontent-length: 0\r\n\r\n",
            ),
            Some(ModelFault::Html) => send(&mut out, 200, "text/html", "<html>a proxy</html>"),
            Some(ModelFault::Key) => {
                send(&mut out, 401, "application/json", r#"{"error": "Unauthorized"}"#)
            }
            Some(ModelFault::Status(code)) => {
                let body = json!({"error": {"message": "refused: sk-planted99 \u{1b}[31m"}});
                send(&mut out, code, "application/json", &body.to_string())
            }
            None => {
                let (code, answer) = self.answer(&head, &body);
                send(&mut out, code, "application/json", &answer.to_string())
            }
        }
    }

    fn answer(&self, head: &str, body: &str) -> (u16, Value) {
        let line = head.lines().next().unwrap_or_default();
        let prefix = self.provider.iter().map(|own| format!("{own}/")).collect::<String>();
        if line.starts_with("GET /v1/models ") {
            let model = |name: &String| json!({"id": format!("{prefix}{name}"), "object": "model"});
            let data: Vec<Value> = self.names.iter().map(model).collect();
            return (200, json!({"object": "list", "data": data}));
        }
        if !line.starts_with("POST /v1/chat/completions ") {
            return (404, json!({"detail": "Not Found"}));
        }
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let name = asked["model"].as_str().unwrap_or_default();
        let Some(bare) = name.strip_prefix(&prefix) else {
            let text = "could not auto resolve a provider for the request, please specify a provider explicitly";
            return (400, json!({"is_bifrost_error": false, "error": {"message": text}}));
        };
        if !self.names.iter().any(|own| own == bare) {
            let text = format!("The model `{bare}` does not exist.");
            let error = json!({"message": text, "type": "NotFoundError", "code": "404"});
            return (404, json!({"error": error}));
        }
        let choice = json!({"index": 0, "message": {"role": "assistant", "content": "OK"}});
        let mut answer = json!({"object": "chat.completion", "model": bare, "choices": [choice]});
        if let Some(provider) = &self.provider {
            answer["extra_fields"] = json!({ "provider": provider });
        }
        (200, answer)
    }
}

fn endless(out: &mut impl Write) -> std::io::Result<()> {
    out.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"data\": [")?;
    loop {
        out.write_all(&[b' '; 65_536])?;
    }
}

fn send(out: &mut impl Write, code: u16, kind: &str, body: &str) -> std::io::Result<()> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {code} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    out.write_all(&[head.as_bytes(), body.as_bytes()].concat())
}
