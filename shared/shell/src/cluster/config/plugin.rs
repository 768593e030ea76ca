//! Credentials from an exec plugin, which runs once in a run (Kubernetes, "Client authentication",
//! "client-go credential plugins").

use std::io::{ErrorKind, IsTerminal as _, Read as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use kube::config::{Cluster, ExecConfig, ExecInteractiveMode};
use serde_json::{Value, json};

use super::resolve::ClusterTarget;
use super::surroundings;
use crate::exit::Failure;

/// Runs the plugin that a user's entry names, if it needs one, and keeps what it answers.
///
/// # Errors
/// When it cannot be run, fails, or answers something else than credentials.
pub fn run(target: &mut ClusterTarget) -> Result<(), Failure> {
    let Some(exec) = target.user.exec.take() else { return Ok(()) };
    // A token or a password wins, so that `--token` works beside a plugin (client-go,
    // `plugin/pkg/client/auth/exec`, RoundTrip).
    if target.user.token.is_some() || target.user.username.is_some() {
        return Ok(());
    }
    let (token, pair) = answer(&exec, &target.cluster).map_err(|fault| {
        let failure = fault.from(format!("user of {}", target.from));
        match exec.install_hint.as_deref().map(str::trim).filter(|hint| !hint.is_empty()) {
            Some(hint) => failure.hint(hint.lines().next().unwrap_or_default()),
            None => failure,
        }
    })?;
    if let Some(token) = token {
        target.user.token = Some(token.into());
    }
    if let Some((certificate, key)) = pair {
        target.user.client_certificate_data = Some(surroundings::pack(certificate.as_bytes()));
        target.user.client_key_data = Some(surroundings::pack(key.as_bytes()).into());
    }
    Ok(())
}

type Credentials = (Option<String>, Option<(String, String)>);

fn answer(exec: &ExecConfig, cluster: &Cluster) -> Result<Credentials, Failure> {
    let program = exec.command.as_deref().unwrap_or_default();
    let name = program;
    if name.is_empty() {
        return Err(Failure::blind("the user's exec plugin has no command"));
    }
    let version = exec.api_version.as_deref().unwrap_or_default();
    let known = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
    if !known.contains(&version) {
        let version = if version.is_empty() { "none" } else { version };
        return Err(Failure::blind(format!("cannot use the exec plugin {name}"))
            .cause(format!("its apiVersion is {version}; known: {}", known.join(", "))));
    }
    let name = &*igw_core::text::clip(&igw_core::text::clean(name), 200);
    let (status, output) = ended(command(exec, program, version, cluster)).map_err(|error| {
        let failure = Failure::blind(format!("cannot run the exec plugin {name}"));
        match error.kind() {
            ErrorKind::NotFound => failure.cause("no such program"),
            _ => failure.cause(error.to_string()),
        }
    })?;
    if !status.success() {
        return Err(Failure::blind(format!("the exec plugin {name} failed"))
            .cause(format!("{status}; its output is above")));
    }
    // What it printed is never shown: it may be half a credential.
    let bad = |why: &str| {
        Failure::blind(format!("the exec plugin {name} did not answer with credentials")).cause(why)
    };
    let value: Value = serde_saphyr::from_slice(&output)
        .map_err(|_| bad("its output is neither JSON nor YAML"))?;
    if value["kind"] != "ExecCredential" {
        return Err(bad("its output is not an ExecCredential"));
    }
    if value["apiVersion"] != version {
        return Err(bad(&format!("the apiVersion of its output is not {version}")));
    }
    let text = |key: &str| value["status"][key].as_str().map(str::to_owned);
    let pair = text("clientCertificateData").zip(text("clientKeyData"));
    let token = text("token");
    match (&token, &pair) {
        (None, None) => Err(bad("there is neither a token nor a certificate in its status")),
        _ => Ok((token, pair)),
    }
}

/// How long a plugin may take: somebody may have to log in.
const PATIENCE: Duration = Duration::from_secs(300);
/// How much it may answer.
const MOST: u64 = 1 << 20;

/// Runs a program to its end; what it printed, up to a limit.
fn ended(mut command: Command) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let mut out = Vec::new();
        if let Some(output) = output {
            output.take(MOST + 1).read_to_end(&mut out)?;
        }
        Ok::<_, std::io::Error>(out)
    });
    let end = Instant::now() + PATIENCE;
    let stopped = |child: &mut Child, why: &str| {
        drop(child.kill());
        drop(child.wait());
        Err(std::io::Error::other(why.to_owned()))
    };
    let mut read = Some(reader);
    let mut out = None;
    loop {
        if let Some(reader) = read.take_if(|reader| reader.is_finished()) {
            let found = reader.join().unwrap_or_else(|_| Ok(Vec::new()))?;
            if found.len() as u64 > MOST {
                return stopped(&mut child, "it answers more than 1 MiB");
            }
            out = Some(found);
        }
        if let (Some(found), Some(status)) = (&out, child.try_wait()?) {
            return Ok((status, found.clone()));
        }
        if Instant::now() > end {
            return stopped(&mut child, "it did not end within 5 minutes");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn command(exec: &ExecConfig, name: &str, version: &str, cluster: &Cluster) -> Command {
    let mut command = Command::new(name);
    command.args(exec.args.iter().flatten());
    for variable in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
            command.env(name, value);
        }
    }
    let wanted = exec.interactive_mode != Some(ExecInteractiveMode::Never);
    let interactive = wanted && std::io::stdin().is_terminal();
    let mut spec = json!({ "interactive": interactive });
    if exec.provide_cluster_info {
        spec["cluster"] = about(cluster);
    }
    let info = json!({ "kind": "ExecCredential", "apiVersion": version, "spec": spec });
    command.env("KUBERNETES_EXEC_INFO", info.to_string());
    command.stdin(if interactive { Stdio::inherit() } else { Stdio::null() });
    // A login page's address, a question, an error: the person has to see it as it comes.
    command.stderr(Stdio::inherit());
    command
}

/// The cluster in the spelling of `ExecCredential.spec.cluster`.
fn about(cluster: &Cluster) -> Value {
    let mut out = serde_json::Map::new();
    let texts = [
        ("server", &cluster.server),
        ("tls-server-name", &cluster.tls_server_name),
        ("certificate-authority-data", &cluster.certificate_authority_data),
        ("proxy-url", &cluster.proxy_url),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            out.insert(key.to_owned(), text.clone().into());
        }
    }
    if cluster.insecure_skip_tls_verify == Some(true) {
        out.insert("insecure-skip-tls-verify".to_owned(), true.into());
    }
    let own = cluster.extensions.iter().flatten();
    for extension in own.filter(|e| e.name == "client.authentication.k8s.io/exec") {
        out.insert("config".to_owned(), extension.extension.clone());
    }
    Value::Object(out)
}
