//! One run of the program, and what it must come to.

use igw_tests::langfuse::{LangfuseStandIn, LangfuseSwitches};
use serde_json::Value;

use crate::program::{self, Ran};

pub const TRACES: &str = "/api/public/otel/v1/traces";

/// What nothing may show: the halves of the stand-in's pairs, and of those that are wrong.
const PLANTED: [&str; 3] = ["PLANT", "UExBTl", "BMQU5U"];

/// A row: a server, what is sent to it, and what is expected.
pub struct ProbeRow {
    pub name: &'static str,
    pub switches: LangfuseSwitches,
    pub path: &'static str,
    pub key: SentKey,
    pub args: &'static [&'static str],
    /// Rung, cause, exit code.
    pub expected: (&'static str, &'static str, i32),
}

/// The key that is used.
pub enum SentKey {
    None,
    /// Public and secret key in the environment.
    Pair(&'static str, &'static str),
    /// A whole header, in a Secret of a file.
    Header(String),
}

pub fn good() -> SentKey {
    SentKey::Pair("pk-lf-PLANTpublic", "sk-lf-PLANTsecret")
}

pub struct Climbed {
    pub ran: Ran,
    pub json: Value,
    pub server: LangfuseStandIn,
}

/// Runs the program against a server.
pub fn run(
    server: &LangfuseStandIn,
    scheme: &str,
    path: &str,
    key: &SentKey,
    args: &[&str],
) -> Ran {
    let place = tempfile::tempdir().expect("a directory can be made");
    let url = format!("{scheme}://localhost:{}{path}", server.port);
    let mut all: Vec<String> = vec!["probe".to_owned(), url];
    all.extend(args.iter().map(|own| (*own).to_owned()));
    let mut env = Vec::new();
    match key {
        SentKey::None => {}
        SentKey::Pair(public, secret) => {
            env = vec![("LANGFUSE_PUBLIC_KEY", *public), ("LANGFUSE_SECRET_KEY", *secret)];
            all.extend(["--key-from".to_owned(), "env".to_owned()]);
        }
        SentKey::Header(header) => {
            let file = place.path().join("secret.yaml");
            let secret = serde_json::json!({
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": { "name": "keys", "namespace": "tracing" },
                "stringData": { "auth": header },
            });
            std::fs::write(&file, secret.to_string()).expect("a file can be written");
            let from = ["--key-from", "secret/tracing/keys:auth", "-f"].map(str::to_owned);
            all.extend(from);
            all.push(file.display().to_string());
        }
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let mut command = program::command(&all);
    command.envs(env);
    // The address of the stand-in, and the user's own proxies and authorities, are not ours.
    let ran = program::finish(&all, command);
    for text in [&ran.stdout, &ran.stderr] {
        for planted in PLANTED {
            assert!(!text.contains(planted), "{planted} is shown: {text}");
        }
    }
    assert!(server.most_bad_tries() <= 1, "a bad key was sent again: {:#?}", server.seen());
    ran
}

pub fn climb(row: &ProbeRow) -> Climbed {
    let server = LangfuseStandIn::with(row.switches.clone());
    let args = [row.args, &["-o", "json"]].concat();
    let ran = run(&server, "http", row.path, &row.key, &args);
    let json = serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}\n{}\n{}", row.name, ran.stdout, ran.stderr));
    Climbed { ran, json, server }
}

/// Climbs all rows at once; gives a line of each, for a snapshot.
pub fn all(rows: &[ProbeRow]) -> String {
    let climbed: Vec<Climbed> = std::thread::scope(|scope| {
        let all: Vec<_> = rows.iter().map(|row| scope.spawn(|| climb(row))).collect();
        all.into_iter().map(|own| own.join().expect("the row runs")).collect()
    });
    let mut table = String::new();
    let mut wrong = Vec::new();
    for (row, Climbed { ran, json, server }) in rows.iter().zip(climbed) {
        let verdict = &json["verdict"];
        let text = |name: &str| verdict[name].as_str().unwrap_or_default().to_owned();
        let found = (text("rung"), text("cause"), ran.code);
        let (rung, cause, code) = row.expected;
        if found != (rung.to_owned(), cause.to_owned(), Some(code)) {
            wrong.push(format!("{}: {found:?}, expected {:?}", row.name, row.expected));
        }
        let port = format!(":{}", server.port);
        let line = format!(
            "{}\n    {} {}: {}\n    next: {}\n",
            row.name,
            found.0,
            found.1,
            text("says"),
            text("next")
        );
        table += &line.replace(&port, ":3000");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    table
}
