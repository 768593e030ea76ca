//! Certificates are checked before a key is sent, and what is wrong with them is explained.

use igw_tests::langfuse::{LangfuseStandIn, LangfuseSwitches, TlsPort};
use serde_json::Value;

use crate::program;

fn cause(server: &LangfuseStandIn, scheme: &str, authority: Option<&std::path::Path>) -> String {
    let url = format!("{scheme}://localhost:{}/api/public/otel/v1/traces", server.port);
    let args = ["probe", &url, "-o", "json", "--key-from", "env", "--timeout", "5s"];
    let mut command = program::command(&args);
    let pair = [
        ("LANGFUSE_PUBLIC_KEY", "pk-lf-PLANTpublic"),
        ("LANGFUSE_SECRET_KEY", "sk-lf-PLANTsecret"),
    ];
    command.envs(pair);
    if let Some(file) = authority {
        command.env("SSL_CERT_FILE", file);
    }
    let ran = program::finish(&args, command);
    let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:#?}"));
    json["verdict"]["cause"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn certificates() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let tls = |port: &TlsPort| LangfuseStandIn::over_tls(LangfuseSwitches::default(), port);
    let good = TlsPort::of("localhost", true);
    let trusted = good.authority_file(place.path());
    assert_eq!(cause(&tls(&good), "https", Some(&trusted)), "accepted");
    let unknown = tls(&good);
    assert_eq!(cause(&unknown, "https", None), "certificate-not-trusted");
    assert_eq!(unknown.seen().len(), 0, "nothing was sent");
    let expired = TlsPort::of("localhost", false);
    let trusted = expired.authority_file(place.path());
    assert_eq!(cause(&tls(&expired), "https", Some(&trusted)), "certificate-expired");
    let other = TlsPort::of("langfuse.example.com", true);
    let trusted = other.authority_file(place.path());
    assert_eq!(cause(&tls(&other), "https", Some(&trusted)), "certificate-wrong-name");
    let plain = LangfuseStandIn::with(LangfuseSwitches::default());
    assert_eq!(cause(&plain, "https", None), "tls-not-spoken");
    let http = cause(&tls(&good), "http", None);
    assert!(["connection-closed", "not-http"].contains(&http.as_str()), "{http}");
}
