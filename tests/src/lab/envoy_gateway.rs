//! Envoy Gateway: a real controller. Its Envoys are not started by it: see [`super::Envoy`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::cluster::LabCluster;
use super::identity::{User, write_private};
use super::parts::wait;

pub const CONTROLLER: &str = "gateway.envoyproxy.io/gatewayclass-controller";

const NAMESPACE: &str = "envoy-gateway-system";

/// Starts Envoy Gateway beside a cluster, and waits until it is ready. Returns its process id, for
/// [`LabCluster::stop`].
///
/// It listens on fixed ports of all addresses (8080, 8081, 18000 …), so this is for processes in a
/// network namespace of their own, in which they are root.
pub fn start_envoy_gateway(lab: &LabCluster) -> Result<u64, String> {
    let (program, crds) = lab.programs.envoy_gateway()?;
    for crd in &crds {
        lab.apply(crd)?;
    }
    lab.established()?;
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}});
    lab.create(&namespace).map_err(|e| e.to_string())?;
    certificates(lab, &program)?;
    let pid = run_envoy_gateway(lab, "envoy-gateway", lab.admin(), true)?;
    let config = ureq::Agent::config_builder().proxy(None).build();
    let agent: ureq::Agent = config.into();
    wait("Envoy Gateway is not ready", || {
        let ended = lab.keeper.ended()?;
        let answer = agent.get("http://127.0.0.1:8081/readyz").call();
        answer.map(drop).map_err(|error| format!("{error} {}", ended.join(", ")))
    })?;
    Ok(pid)
}

/// Runs Envoy Gateway once more, after it was started and stopped: as somebody, and with its
/// certificates or without them. Its log is `NAME.log` in the home.
pub fn run_envoy_gateway(
    lab: &LabCluster,
    name: &str,
    user: &User,
    with_certificates: bool,
) -> Result<u64, String> {
    let (program, _) = lab.programs.envoy_gateway()?;
    let root = root(lab, &program, name, user)?;
    if with_certificates {
        unpack(lab, "envoy-gateway", &root.join("certs"))?;
    }
    let arguments = format!(
        "KUBECONFIG=/kubeconfig chroot {} /envoy-gateway server --config-path /config.yaml",
        root.display()
    );
    lab.keeper.run(name, Path::new("env"), &arguments)
}

/// Has it make its certificates, which it stores as Secrets.
fn certificates(lab: &LabCluster, program: &Path) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(["certgen", "--disable-topology-injector"]);
    command.env("KUBECONFIG", &lab.admin().kubeconfig);
    let output = command.output().map_err(|e| format!("{}: {e}", program.display()))?;
    let says = || String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(()).ok_or_else(|| format!("certgen failed: {}", says()))
}

/// Gives it a root of its own, because it always reads its certificates from `/certs`.
fn root(lab: &LabCluster, program: &Path, name: &str, user: &User) -> Result<PathBuf, String> {
    let root = lab.home().join(name);
    let fault = |e: std::io::Error| format!("{}: {e}", root.display());
    for directory in ["certs", "tmp"] {
        fs::create_dir_all(root.join(directory)).map_err(fault)?;
    }
    fs::hard_link(program, root.join("envoy-gateway")).map_err(fault)?;
    fs::copy(&user.kubeconfig, root.join("kubeconfig")).map_err(fault)?;
    let config = json!({
        "apiVersion": "gateway.envoyproxy.io/v1alpha1", "kind": "EnvoyGateway",
        "gateway": {"controllerName": CONTROLLER},
        "provider": {"type": "Kubernetes", "kubernetes": {
            "leaderElection": {"disable": true}, "proxyTopologyInjector": {"disabled": true},
        }},
        "admin": {"address": {"host": "127.0.0.1", "port": 19000}},
        // Off by default; whoever writes a Backend has it on.
        "extensionApis": {"enableBackend": true},
        "telemetry": {"metrics": {"prometheus": {"disable": true}}},
    });
    fs::write(root.join("config.yaml"), config.to_string()).map_err(fault)?;
    Ok(root)
}

/// The directory with the certificates by which its proxies know it, and it knows them.
#[cfg(target_os = "linux")]
pub fn envoy_certificates(lab: &LabCluster) -> Result<PathBuf, String> {
    let directory = lab.home().join("envoy");
    fs::create_dir_all(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    unpack(lab, "envoy", &directory)?;
    Ok(directory)
}

fn unpack(lab: &LabCluster, secret: &str, to: &Path) -> Result<(), String> {
    let secret = lab.get("v1", "Secret", NAMESPACE, secret).map_err(|e| e.to_string())?;
    for file in ["ca.crt", "tls.crt", "tls.key"] {
        write_private(&to.join(file), &decoded(&secret["data"][file])?)?;
    }
    Ok(())
}

fn decoded(value: &Value) -> Result<String, String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(value.as_str().unwrap_or_default())
        .map_err(|e| format!("a Secret of certgen: {e}"))?;
    String::from_utf8(bytes).map_err(|e| format!("a Secret of certgen: {e}"))
}
