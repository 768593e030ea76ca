//! Which API server, as whom: flags before kubeconfig before the pod's own account
//! (client-go, `tools/clientcmd/client_config.go`).

use std::path::Path;

use kube::config::{AuthInfo, Cluster, Context};

use super::identity::lay_user;
use super::kubeconfig::{self, Merged, NamedEntry};
use super::proxy;
use super::surroundings::{self, Surroundings, file_of};
use crate::exit::Failure;
use crate::flags::ClusterFlags;

/// Where a pod finds its own account.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// What is needed to talk to one API server.
pub struct ClusterTarget {
    /// Its address.
    pub server: String,
    /// The authorities that it is trusted by, PEM; `None`: those of the system.
    pub authority: Option<Vec<u8>>,
    /// `--insecure-skip-tls-verify`.
    pub insecure: bool,
    /// The name to check its certificate against, if not the address.
    pub tls_server_name: Option<String>,
    /// The proxy on the way.
    pub proxy: Option<String>,
    /// Whether answers may be compressed.
    pub compressed: bool,
    /// Who asks; files are read in already.
    pub user: AuthInfo,
    /// The cluster as an exec plugin hears of it.
    pub cluster: Cluster,
    /// The context's name; `None` without one.
    pub context: Option<String>,
    /// The current namespace.
    pub namespace: String,
    /// Where the address stands, in words.
    pub from: String,
}

/// Works out where to connect.
///
/// # Errors
/// When there is no configuration, it names what is not there, or a file cannot be read.
pub fn resolve(
    flags: &ClusterFlags,
    namespace: Option<&str>,
    around: &Surroundings,
) -> Result<ClusterTarget, Failure> {
    let merged = kubeconfig::read(flags.kubeconfig.as_deref(), around)?;
    let context = context(flags, &merged)?;
    let cluster = cluster(flags, &merged, context)?;
    let user = user(flags, &merged, context)?;
    let given = cluster.map(|entry| entry.value.clone()).unwrap_or_default();
    if given.server.is_none() && flags.server.is_none() && cluster.is_none() {
        return match in_cluster(flags, namespace, around)? {
            Some(target) => Ok(target),
            None => Err(nowhere(&merged)),
        };
    }
    let directory = cluster.map(|entry| entry.directory.as_path());
    let from = from(flags, cluster, context);
    let laid = lay_cluster(flags, given);
    let target = ClusterTarget {
        namespace: namespace
            .map(str::to_owned)
            .or_else(|| context?.value.namespace.clone().filter(|ns| !ns.is_empty()))
            .unwrap_or_else(|| "default".to_owned()),
        user: lay_user(flags, user, around)?,
        context: context.map(|entry| entry.name.clone()),
        ..target(laid, directory, from, around)?
    };
    Ok(target)
}

fn context<'a>(
    flags: &ClusterFlags,
    merged: &'a Merged,
) -> Result<Option<&'a NamedEntry<Context>>, Failure> {
    let Some(name) = flags.context.as_ref().or(merged.current.as_ref()) else { return Ok(None) };
    match Merged::find(&merged.contexts, name) {
        Some(entry) => Ok(Some(entry)),
        // kubectl goes on without a context that only the file names, and then fails at localhost.
        None => Err(no_such("context", name, &merged.contexts, &merged.looked)),
    }
}

fn no_such<T>(what: &str, name: &str, list: &[NamedEntry<T>], looked: &[String]) -> Failure {
    let names: Vec<&str> = list.iter().map(|entry| entry.name.as_str()).collect();
    let failure = Failure::blind(format!("there is no {what} {name:?} in the kubeconfig"))
        .from(if looked.is_empty() { "no file".to_owned() } else { looked.join(", ") });
    match names.is_empty() {
        true => failure.hint("kubectl config view"),
        false => failure.hint(format!("there are: {}", names.join(" "))),
    }
}

fn cluster<'a>(
    flags: &ClusterFlags,
    merged: &'a Merged,
    context: Option<&NamedEntry<Context>>,
) -> Result<Option<&'a NamedEntry<Cluster>>, Failure> {
    let own = context.map(|entry| entry.value.cluster.as_str()).filter(|name| !name.is_empty());
    let Some(name) = flags.cluster.as_deref().or(own) else { return Ok(None) };
    match Merged::find(&merged.clusters, name) {
        Some(entry) => Ok(Some(entry)),
        None => Err(no_such("cluster", name, &merged.clusters, &merged.looked)),
    }
}

fn user<'a>(
    flags: &ClusterFlags,
    merged: &'a Merged,
    context: Option<&NamedEntry<Context>>,
) -> Result<Option<&'a NamedEntry<AuthInfo>>, Failure> {
    let own = context.and_then(|entry| entry.value.user.as_deref()).filter(|name| !name.is_empty());
    let Some(name) = flags.user.as_deref().or(own) else { return Ok(None) };
    match Merged::find(&merged.users, name) {
        Some(entry) => Ok(Some(entry)),
        None => Err(no_such("user", name, &merged.users, &merged.looked)),
    }
}

/// `cluster "prod" in ~/.kube/config, context "prod"`.
fn from(
    flags: &ClusterFlags,
    cluster: Option<&NamedEntry<Cluster>>,
    context: Option<&NamedEntry<Context>>,
) -> String {
    let mut out = match (&flags.server, cluster) {
        (Some(_), _) => "the flag --server".to_owned(),
        (None, Some(entry)) => format!("cluster {:?} in {}", entry.name, entry.file),
        (None, None) => "no cluster".to_owned(),
    };
    if let Some(context) = context {
        out.push_str(&format!(", context {:?}", context.name));
    }
    out
}

/// Flags laid over a cluster. A certificate authority that is given, and the wish to check
/// nothing, replace each other; `--server` takes the name to check away (client_config.go,
/// `getCluster`).
fn lay_cluster(flags: &ClusterFlags, mut cluster: Cluster) -> Cluster {
    let insecure = flags.insecure_skip_tls_verify;
    if insecure == Some(true) || flags.certificate_authority.is_some() {
        cluster.insecure_skip_tls_verify = insecure;
        cluster.certificate_authority_data = None;
        cluster.certificate_authority = None;
    } else if insecure.is_some() {
        cluster.insecure_skip_tls_verify = insecure;
    }
    if flags.tls_server_name.is_some() || flags.server.is_some() {
        cluster.tls_server_name = flags.tls_server_name.clone();
    }
    if let Some(server) = &flags.server {
        cluster.server = Some(server.clone());
    }
    if let Some(file) = &flags.certificate_authority {
        // Relative to where the command runs, not to a kubeconfig.
        cluster.certificate_authority = Some(surroundings::here(file));
    }
    cluster
}

fn target(
    cluster: Cluster,
    directory: Option<&Path>,
    from: String,
    around: &Surroundings,
) -> Result<ClusterTarget, Failure> {
    let insecure = cluster.insecure_skip_tls_verify.unwrap_or_default();
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let authority = match some(&cluster.certificate_authority_data) {
        Some(data) => Some(decode("certificate-authority-data", &data, &from)?),
        None => some(&cluster.certificate_authority)
            .map(|file| file_of("certificate-authority", &file, directory, &from, around))
            .transpose()?,
    };
    if insecure && authority.is_some() {
        let message = "a certificate authority and insecure-skip-tls-verify exclude each other";
        return Err(Failure::blind(message).from(from));
    }
    let server = some(&cluster.server).ok_or_else(|| {
        Failure::blind("the cluster has no server")
            .from(from.clone())
            .hint("kubectl config set-cluster NAME --server=URL")
    })?;
    // `kubectl` takes an address without a scheme for plain HTTP (rest, `DefaultServerURL`).
    let server = if server.contains("://") { server } else { format!("http://{server}") };
    Ok(ClusterTarget {
        proxy: match some(&cluster.proxy_url) {
            Some(proxy) => Some(proxy),
            None => proxy::of(&server, around.var),
        },
        server: server.trim_end_matches('/').to_owned(),
        authority,
        insecure,
        tls_server_name: some(&cluster.tls_server_name),
        compressed: !cluster.disable_compression.unwrap_or_default(),
        user: AuthInfo::default(),
        cluster,
        context: None,
        namespace: String::new(),
        from,
    })
}

fn decode(what: &str, data: &str, from: &str) -> Result<Vec<u8>, Failure> {
    surroundings::unpack(data)
        .ok_or_else(|| Failure::blind(format!("the {what} is not base64")).from(from))
}

/// The account that a pod has.
fn in_cluster(
    flags: &ClusterFlags,
    namespace: Option<&str>,
    around: &Surroundings,
) -> Result<Option<ClusterTarget>, Failure> {
    let some = |name: &str| (around.var)(name).filter(|value| !value.is_empty());
    let (Some(host), Some(port)) =
        (some("KUBERNETES_SERVICE_HOST"), some("KUBERNETES_SERVICE_PORT"))
    else {
        return Ok(None);
    };
    let account = Path::new(ACCOUNT);
    let Ok(token) = (around.read)(&account.join("token")) else { return Ok(None) };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let cluster = Cluster {
        server: Some(format!("https://{host}:{port}")),
        certificate_authority: Some("ca.crt".to_owned()),
        ..Cluster::default()
    };
    let own = (around.read)(&account.join("namespace")).ok();
    let own = own.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    let user = AuthInfo {
        token: Some(String::from_utf8_lossy(&token).trim().to_owned().into()),
        ..AuthInfo::default()
    };
    let user = NamedEntry {
        name: "service account".to_owned(),
        value: user,
        file: ACCOUNT.to_owned(),
        directory: account.to_owned(),
    };
    let from = format!("KUBERNETES_SERVICE_HOST, the service account of this pod in {ACCOUNT}");
    let laid = lay_cluster(flags, cluster);
    Ok(Some(ClusterTarget {
        namespace: namespace
            .map(str::to_owned)
            .or(own.filter(|own| !own.is_empty()))
            .unwrap_or_else(|| "default".to_owned()),
        user: lay_user(flags, Some(&user), around)?,
        ..target(laid, Some(account), from, around)?
    }))
}

/// Nothing says which cluster.
fn nowhere(merged: &Merged) -> Failure {
    let looked = match merged.looked.as_slice() {
        [] => "neither KUBECONFIG nor HOME is set".to_owned(),
        files => files.join(", "),
    };
    let (message, from) = match merged.found {
        0 => ("there is no kubeconfig, so no cluster to read", format!("looked for {looked}")),
        _ => ("the kubeconfig has no current context, so no cluster to read", looked),
    };
    let failure = Failure::blind(message).from(from);
    let failure = match merged.contexts.is_empty() {
        true => failure.hint("name one:                 --kubeconfig FILE   or   KUBECONFIG=FILE"),
        false => {
            let names: Vec<&str> = merged.contexts.iter().map(|e| e.name.as_str()).collect();
            failure.hint(format!("choose a context:         --context {}", names.join("|")))
        }
    };
    failure.hint("or read manifests:        -f DIR").hint("or see an example:        --demo")
}
