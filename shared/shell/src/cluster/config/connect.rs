//! One connection to one API server: a client, and the thread that its requests run on.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::Builder;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{ClientBuilder, ConfigExt as _};
use kube::{Client, Config};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tower::{BoxError, ServiceBuilder};
use tower_http::decompression::DecompressionLayer;

use super::interrupts::Interrupts;
use super::resolve::ClusterTarget;
use super::{credentials, plugin};
use crate::cluster::read_error::ReadError;
use crate::exit::Failure;
use crate::flags::ClusterFlags;

const CONNECT: Duration = Duration::from_secs(30);

/// A connection. Requests run on a thread of its own, so that one answer is read while the next
/// is on its way.
pub struct Link {
    /// The client; requests carry credentials, and are not repeated.
    pub client: Client,
    pub handle: Handle,
    /// What one request may take; `None` is without limit.
    pub timeout: Option<Duration>,
    /// How many bytes one answer may have, decoded.
    pub most: usize,
    pub server: String,
    /// Where the address is set, in words.
    pub from: String,
    /// The flags that lead kubectl to the same server.
    pub repeat: String,
    /// `repeat` without impersonation.
    pub repeat_as_self: String,
    /// The flags of `repeat` that were given on the command line.
    pub flags: String,
    pub impersonated: Option<String>,
    /// Whether groups are impersonated, too.
    pub groups: bool,
    stop: Option<oneshot::Sender<()>>,
    /// What Ctrl-C and the limit of the run do.
    pub interrupts: Arc<Interrupts>,
}

/// Makes a client. Nothing is sent yet, but an exec plugin runs.
///
/// # Errors
/// When the target cannot be used.
pub fn connect(
    mut target: ClusterTarget,
    flags: &ClusterFlags,
    agent: &str,
) -> Result<Link, Failure> {
    credentials::refused(&target)?;
    plugin::run(&mut target)?;
    credentials::check(&target)?;
    let timeout = flags.request_limit();
    let from = target.from.clone();
    let server = target.server.clone();
    let repeat = flags.repeat(target.context.as_ref());
    let repeat_as_self = flags.repeat_as_self(target.context.as_ref());
    let impersonated = target.user.impersonate.clone();
    let groups = target.user.impersonate_groups.as_ref().is_some_and(|all| !all.is_empty());
    let config = config(target, timeout, agent)?;
    let interrupts = Arc::new(Interrupts::default());
    let limit = flags.run_timeout();
    let (handle, stop) = runtime(interrupts.clone(), limit).map_err(|error| {
        Failure::blind("cannot start the thread for requests").cause(error.to_string())
    })?;
    let client = {
        let _inside = handle.enter();
        client(config).map_err(|error| {
            Failure::blind(format!("cannot use the settings for {server}"))
                .cause(ReadError::words(&error))
                .from(from.clone())
        })?
    };
    Ok(Link {
        client,
        handle,
        timeout,
        most: flags.most_of_an_answer(),
        server,
        from,
        repeat,
        repeat_as_self,
        flags: flags.repeat(None),
        impersonated,
        groups,
        stop: Some(stop),
        interrupts,
    })
}

impl Link {
    /// What keeps a run from going on, in words.
    pub fn failure(&self, error: &ReadError) -> Failure {
        let Link { server, from, repeat, .. } = self;
        if error.is_about_impersonation() {
            let whom = self.impersonated.as_deref().unwrap_or_default();
            let message = format!("the API server at {server} does not let you act as {whom:?}");
            let own = &self.repeat_as_self;
            let failure = Failure::blind(message).cause(error.say()).from(from.clone());
            let failure = failure.hint(format!("kubectl{own} auth can-i impersonate users"));
            return match self.groups {
                true => failure.hint(format!("kubectl{own} auth can-i impersonate groups")),
                false => failure,
            };
        }
        let message = match error {
            ReadError::Status { code: 401, .. } => {
                format!("the API server at {server} did not accept your credentials")
            }
            ReadError::Status { .. } | ReadError::Broken(_) | ReadError::TooMuch(_) => {
                format!("cannot read from the API server at {server}")
            }
            ReadError::Untrusted(_) => {
                format!("no secure connection to the API server at {server}")
            }
            ReadError::Unreachable(_) | ReadError::TimedOut(_) | ReadError::NotAsked(_) => {
                format!("cannot reach the API server at {server}")
            }
        };
        let failure = Failure::blind(message).cause(error.say()).from(from.clone());
        match error {
            ReadError::Status { code: 401, .. } => {
                failure.hint(format!("kubectl{repeat} auth whoami"))
            }
            _ => failure.hint(format!("kubectl{repeat} get --raw /readyz")),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended already.
            let _ = stop.send(());
        }
    }
}

/// kube's own way from a kubeconfig to a client runs exec plugins three times, looks up the
/// proxy in NO_PROXY, and repeats for minutes; all that was done, or is not wanted.
fn config(
    target: ClusterTarget,
    timeout: Option<Duration>,
    agent: &str,
) -> Result<Config, Failure> {
    let fault =
        |what: String, cause: String| Failure::blind(what).cause(cause).from(target.from.clone());
    let uri = |text: &str, what: &str| {
        text.parse::<Uri>()
            .map_err(|error| error.to_string())
            .and_then(|uri| match (uri.scheme_str(), uri.host()) {
                (Some(_), Some(_)) => Ok(uri),
                _ => Err("it is not a URL with a scheme and a host".to_owned()),
            })
            .map_err(|cause| fault(format!("cannot use the {what}"), cause))
    };
    let server = uri(&target.server, "address of the API server")?;
    if !matches!(server.scheme_str(), Some("http" | "https")) {
        let cause = "it begins with neither https:// nor http://".to_owned();
        return Err(fault("cannot use the address of the API server".to_owned(), cause));
    }
    let mut config = Config::new(server);
    if let Some(proxy) = &target.proxy {
        // Both send the name, not an address, to the proxy.
        let proxy = proxy.replacen("socks5h://", "socks5://", 1);
        config.proxy_url = Some(uri(&proxy, "address of the proxy")?);
    }
    if let Some(pem) = &target.authority {
        let list: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let list = list.unwrap_or_default();
        if list.is_empty() {
            let cause = "there is no PEM certificate in it".to_owned();
            return Err(fault("cannot use the certificate authority".to_owned(), cause));
        }
        config.root_cert = Some(list.into_iter().map(|one| one.to_vec()).collect());
    }
    config.accept_invalid_certs = target.insecure;
    config.tls_server_name = target.tls_server_name.clone();
    config.disable_compression = !target.compressed;
    config.default_namespace = target.namespace.clone();
    config.auth_info = target.user.clone();
    config.connect_timeout = Some(timeout.unwrap_or(CONNECT).min(CONNECT));
    config.default_retry = false;
    let agent = HeaderValue::from_str(agent).map_err(|error| {
        fault("cannot use the name of this program".to_owned(), error.to_string())
    })?;
    config.headers = vec![(HeaderName::from_static("user-agent"), agent)];
    Ok(config)
}

/// kube's own client leaves Nagle's algorithm on: where a client certificate is shown, the first
/// request of each connection then waits some 40 ms for the acknowledgement of the handshake.
/// This one is put together as kube does it, but for that; only the way through a proxy is kube's.
fn client(config: Config) -> Result<Client, kube::Error> {
    if config.proxy_url.is_some() {
        return ClientBuilder::try_from(config).map(ClientBuilder::build);
    }
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let mut connector = TimeoutConnector::new(config.rustls_https_connector_with_connector(tcp)?);
    connector.set_connect_timeout(config.connect_timeout);
    connector.set_write_timeout(config.write_timeout);
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .layer(DecompressionLayer::new().gzip(!config.disable_compression))
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(Builder::new(TokioExecutor::new()).build(connector));
    Ok(Client::new(service, config.default_namespace))
}

fn runtime(
    interrupts: Arc<Interrupts>,
    limit: Option<Duration>,
) -> std::io::Result<(Handle, oneshot::Sender<()>)> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let handle = runtime.handle().clone();
    let (stop, stopped) = oneshot::channel::<()>();
    if let Some(limit) = limit {
        handle.spawn(interrupts.clone().end_after(limit));
    }
    handle.spawn(interrupts.follow());
    std::thread::Builder::new().name("cluster".to_owned()).spawn(move || {
        // Stopped, or whoever could stop it is gone.
        let _ = runtime.block_on(stopped);
    })?;
    Ok((handle, stop))
}
