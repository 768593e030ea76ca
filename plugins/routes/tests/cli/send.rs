//! `why --send` to an address: what is predicted from files beside what a server on loopback says.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::Duration;

use crate::program::{Ran, run, story};

const URL: &str = "http://llm.example.com/v1/completions";

/// A server that reads one request and sends these bytes, and the request it got.
struct OneAnswer {
    address: String,
    got: Receiver<String>,
}

fn listen(talk: impl FnOnce(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has one").to_string();
    std::thread::spawn(move || {
        if let Ok((stream, _)) = listener.accept() {
            talk(stream);
        }
    });
    address
}

fn request(stream: &mut impl std::io::Read) -> String {
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n > 0) {
        text.push(byte[0]);
    }
    String::from_utf8(text).expect("the request is UTF-8")
}

impl OneAnswer {
    fn says(answer: &'static str) -> OneAnswer {
        let (send, got) = channel();
        let address = listen(move |mut stream| {
            let _ = send.send(request(&mut stream));
            // The program may have gone.
            let _ = stream.write_all(answer.as_bytes());
        });
        OneAnswer { address, got }
    }
}

/// Sends to an address; masks the address and the duration.
fn sent(address: &str, name: &str, more: &[&str]) -> Ran {
    let file = story(name);
    let args = [&["why", URL, "-f", &file, "--send", "--address", address], more].concat();
    let mut outcome = run(&args);
    let took = regex::Regex::new(r"in \d+ ms").expect("it is one");
    for text in [&mut outcome.stdout, &mut outcome.stderr, &mut outcome.line] {
        let plain = text.replace(address, "127.0.0.1:8080");
        *text = took.replace_all(&plain, "in [N] ms").into_owned();
    }
    outcome
}

fn told(outcome: &Ran) -> String {
    let from = outcome.stdout.find("  sent: ").expect("it was sent");
    outcome.stdout[from..].to_owned()
}

#[test]
fn as_predicted() {
    let server = OneAnswer::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let outcome = sent(&server.address, "grant-missing-good", &["-H", "x-a: b"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(
        told(&outcome),
        "  sent: 200 by the gateway in [N] ms through 127.0.0.1:8080, as predicted\n"
    );
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        server.got.recv().expect("it got one"),
        format!(
            "GET /v1/completions HTTP/1.1\r\nhost: llm.example.com\r\nuser-agent: kubectl-igw/{version}\r\nx-a: b\r\n\r\n"
        )
    );
}

#[test]
fn a_backend_may_answer_what_it_likes() {
    let answer = "HTTP/1.1 405 X\r\nx-envoy-upstream-service-time: 3\r\ncontent-length: 0\r\n\r\n";
    let outcome = sent(&OneAnswer::says(answer).address, "grant-missing-good", &[]);
    assert_eq!(outcome.code, Some(1), "the client sees an error: {outcome}");
    assert_eq!(
        told(&outcome),
        "  sent: 405 by the backend in [N] ms through 127.0.0.1:8080, as predicted\n"
    );
}

#[test]
fn not_as_predicted() {
    let answer = "HTTP/1.1 404 Not Found\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n";
    let server = OneAnswer::says(answer);
    insta::assert_snapshot!(sent(&server.address, "grant-missing-good", &[]));
    let answer = "HTTP/1.1 500 X\r\nx-envoy-upstream-service-time: 3\r\ncontent-length: 0\r\n\r\n";
    let outcome = sent(&OneAnswer::says(answer).address, "grant-missing", &["-o", "json"]);
    let trace: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(trace["verdict"]["status"], 500);
    assert_eq!((&trace["sent"]["status"], &trace["sent"]["by"]), (&500.into(), &"backend".into()));
    assert_eq!(trace["sent"]["asPredicted"], false, "a backend answered: {outcome}");
}

#[test]
fn predicted_errors() {
    let answer = "HTTP/1.1 500 X\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n";
    let outcome = sent(&OneAnswer::says(answer).address, "grant-missing", &[]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert_eq!(
        told(&outcome),
        "  sent: 500 by the gateway in [N] ms through 127.0.0.1:8080, as predicted (body and headers are the\n  gateway's)\n"
    );
}

/// An error with the status that was predicted, of something that is not the gateway.
#[test]
fn an_error_of_something_else() {
    let plain = "HTTP/1.1 500 X\r\ncontent-length: 0\r\n\r\n";
    let outcome = sent(&OneAnswer::says(plain).address, "grant-missing", &[]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    insta::assert_snapshot!(told(&outcome));
    let json = "HTTP/1.1 500 X\r\nserver: envoy\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n{\"error\": \"no\"} ";
    let outcome = sent(&OneAnswer::says(json).address, "grant-missing", &["-o", "json"]);
    let trace: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    let sent = &trace["sent"];
    assert_eq!(sent["asPredicted"], false, "{outcome}");
    assert_eq!(sent["by"], serde_json::Value::Null, "{outcome}");
    assert_eq!(sent["unlikeGateway"], "its body is JSON", "{outcome}");
}

/// The output when there is no HTTP answer.
fn fault(address: &str, more: &[&str]) -> String {
    let outcome = sent(address, "grant-missing-good", more);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    let line = told(&outcome).replace("\n  ", " ");
    let line = line.trim_start().trim_start_matches("sent: no answer (");
    line.split(") in").next().unwrap_or_default().to_owned()
}

#[test]
fn no_answer() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port");
    assert_eq!(fault(&closed.to_string(), &[]), "connection refused");
    let ended = listen(|mut stream| drop(request(&mut stream)));
    assert_eq!(fault(&ended, &[]), "the connection ended before an answer");
    let garbage = OneAnswer::says("SSH-2.0-OpenSSH\r\n\r\n");
    assert_eq!(fault(&garbage.address, &[]), "the answer is not HTTP");
    let silent = listen(|stream| {
        sleep(Duration::from_secs(60));
        drop(stream);
    });
    assert_eq!(fault(&silent, &["--request-timeout", "300ms"]), "no answer within 0.3 s");
}

#[test]
fn through_tls_with_the_name_as_given() {
    let pair = rcgen::generate_simple_self_signed(["other.example".to_owned()]).expect("a pair");
    let key = rustls::pki_types::PrivateKeyDer::try_from(pair.signing_key.serialize_der());
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .expect("versions")
    .with_no_client_auth()
    .with_single_cert(vec![pair.cert.der().clone()], key.expect("a key"))
    .expect("a pair");
    let (send, got) = channel();
    let address = listen(move |mut stream| {
        let mut tls = rustls::ServerConnection::new(Arc::new(config)).expect("a connection");
        let mut both = rustls::Stream::new(&mut tls, &mut stream);
        let text = request(&mut both);
        let _ = both.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        let _ = both.flush();
        let name = tls.server_name().unwrap_or_default().to_owned();
        let _ = send.send((name, text));
    });
    let file = story("certificate-missing-good");
    let url = "https://chat.example.com/";
    let outcome = run(&["why", url, "-f", &file, "--send", "--address", &address]);
    assert!(outcome.stdout.contains("sent: 200"), "{outcome}");
    let (name, text) = got.recv_timeout(Duration::from_secs(30)).expect("it got one");
    assert_eq!(name, "chat.example.com");
    assert!(text.starts_with("GET / HTTP/1.1\r\nhost: chat.example.com\r\n"), "{text}");
    // Beginning without TLS is what a port does that speaks plain HTTP.
    let plain = listen(|mut stream| drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")));
    let outcome = run(&["why", url, "-f", &file, "--send", "--address", &plain]);
    assert!(outcome.stdout.contains("sent: no answer (TLS failed: "), "{outcome}");
}

#[test]
fn what_is_not_sent() {
    let file = story("grant-missing-good");
    let error = |args: &[&str]| {
        let outcome = run(&[&["why"], args, &["-f", &file]].concat());
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{outcome}");
        outcome.stderr
    };
    assert_eq!(
        error(&["POST", URL, "--send", "--address", "127.0.0.1:1"]),
        "error: --send: POST may change something behind the gateway\n  hint:  to send it anyway: --allow-unsafe-method\n"
    );
    assert_eq!(
        error(&[URL, "--send", "--address", "127.0.0.1"]),
        "error: --address 127.0.0.1: not of the form HOST:PORT\n"
    );
    let outcome = error(&[URL, "--send", "--address", "me:hunter2x@127.0.0.1:1"]);
    assert!(
        outcome.contains("not of the form HOST:PORT") && !outcome.contains("hunter2x"),
        "{outcome}"
    );
    let outcome = error(&["curl http://x/ -H 'Authorization: Bearer hunter2x'"]);
    assert!(outcome.contains("--curl") && !outcome.contains("hunter2x"), "{outcome}");
    // A host with a space is no pasted command: the gateway answers it with 400 (recorded).
    let outcome = run(&["why", "http://a b/", "-f", &file]);
    assert_eq!(outcome.code, Some(1), "{outcome}");
    assert!(outcome.stdout.contains("400"), "{outcome}");
    assert_eq!(
        error(&[URL, "--send"]),
        "error: --send needs a cluster, or an address\n  hint:  send it to an address: --address HOST:PORT\n"
    );
    let server = OneAnswer::says("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let args = ["why", "POST", URL, "-f", &file, "--send", "--allow-unsafe-method", "--address"];
    assert_eq!(run(&[&args[..], &[&server.address]].concat()).code, Some(0));
    assert!(server.got.recv().expect("it got one").starts_with("POST "));
}
