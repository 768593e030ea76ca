//! The programs of a cluster: how they are started, and when they are ready.

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use super::api::Api;
use super::go::Programs;
use super::identity::{Authority, token_keys, write_private};
use super::keeper::Keeper;

/// How long a part may take until it answers; more than that is a fault.
const PATIENCE: Duration = Duration::from_secs(60);

pub const ADMINS: &str = "system:masters";

/// Starts the controllers that a cluster is of little use without: of namespaces,
/// ServiceAccounts, Deployments, StatefulSets, DaemonSets and their pods, endpoints, and what nobody
/// owns any more.
pub fn controllers(keeper: &Keeper, programs: &Programs) -> Result<(), String> {
    let arguments = "--kubeconfig admin.kubeconfig --leader-elect=false --secure-port=0 \
         --use-service-account-credentials --service-account-private-key-file sa.key \
         --root-ca-file ca.crt --kube-api-qps=300 --kube-api-burst=600 \
         --controllers=namespace-controller,serviceaccount-controller,endpointslice-controller,\
         deployment-controller,replicaset-controller,statefulset-controller,daemonset-controller,\
         garbage-collector-controller,\
         root-ca-certificate-publisher-controller";
    let program = programs.program("kube", "kube-controller-manager");
    keeper.run("kube-controller-manager", &program, arguments).map(drop)
}

fn files(home: &Path, authority: &Authority) -> Result<(), String> {
    let pair = authority.server()?;
    let (signing, checking) = token_keys()?;
    for (name, content) in [
        ("ca.crt", &authority.pem),
        ("server.crt", &pair.certificate),
        ("server.key", &pair.key),
        ("sa.key", &signing),
        ("sa.pub", &checking),
    ] {
        write_private(&home.join(name), content)?;
    }
    Ok(())
}

/// Where a cluster is, and a client of it.
pub struct Servers {
    pub server: String,
    pub api: Api,
    /// The address of its etcd.
    pub etcd: String,
}

/// Starts etcd and kube-apiserver. Between choosing a port and listening on it, somebody else may
/// take it: then one of them ends at once, and both are started again elsewhere.
pub fn servers(
    keeper: &Keeper,
    programs: &Programs,
    authority: &Authority,
) -> Result<Servers, String> {
    files(&keeper.home, authority)?;
    let mut ended = Vec::new();
    for attempt in 1..=3 {
        let servers = server(keeper, programs, authority, attempt)?;
        let before = ended.len();
        wait("kube-apiserver is not ready", || {
            ended = keeper.ended()?;
            if ended.len() > before {
                return Ok(());
            }
            servers.api.read("/readyz").map(drop).map_err(|e| e.to_string())
        })?;
        if ended.len() == before {
            return Ok(servers);
        }
    }
    Err(ended.join(", "))
}

/// Authorization, admission and validation are as a cluster has them by default.
fn server(
    keeper: &Keeper,
    programs: &Programs,
    authority: &Authority,
    attempt: usize,
) -> Result<Servers, String> {
    let (etcd, port) = (format!("http://127.0.0.1:{}", free_port()?), free_port()?);
    let arguments = format!(
        "--data-dir etcd-{attempt} --listen-client-urls {etcd} --advertise-client-urls {etcd} \
         --listen-peer-urls http://127.0.0.1:0 --unsafe-no-fsync --log-level warn"
    );
    keeper.run(&format!("etcd-{attempt}"), &programs.program("etcd", "etcd"), &arguments)?;
    let arguments = format!(
        "--etcd-servers={etcd} --bind-address=127.0.0.1 --secure-port={port} \
         --advertise-address=127.0.0.1 --endpoint-reconciler-type=none --tls-cert-file=server.crt \
         --tls-private-key-file=server.key --client-ca-file=ca.crt --authorization-mode=RBAC \
         --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=sa.pub \
         --service-account-signing-key-file=sa.key --service-cluster-ip-range=10.96.0.0/16 \
         --enable-priority-and-fairness=false"
    );
    let program = programs.program("kube", "kube-apiserver");
    keeper.run(&format!("kube-apiserver-{attempt}"), &program, &arguments)?;
    let server = format!("https://127.0.0.1:{port}");
    let api = Api::new(&server, &authority.pem, &authority.client("lab", &[ADMINS])?)?;
    Ok(Servers { server, api, etcd })
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr());
    listener.map(|address| address.port()).map_err(|e| format!("no free port: {e}"))
}

/// Asks until the answer is good, or says what the last one was.
pub fn wait(what: &str, mut ask: impl FnMut() -> Result<(), String>) -> Result<(), String> {
    let start = Instant::now();
    loop {
        match ask() {
            Ok(()) => return Ok(()),
            Err(error) if start.elapsed() > PATIENCE => return Err(format!("{what}: {error}")),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}
