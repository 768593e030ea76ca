//! A stream to a port of a pod, through the API server: no socket is opened here.

use k8s_openapi::api::core::v1;
use kube::{Api, Client};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::cluster::Trouble;
use crate::exit::Failure;

/// A port of a pod.
pub struct Pod<N> {
    /// The client for its API server.
    pub client: Client,
    /// Its namespace.
    pub namespace: N,
    /// Its name.
    pub name: N,
    /// The port that it listens on.
    pub port: u16,
}

impl Pod<&String> {
    /// The same, to keep.
    pub fn owned(self) -> Pod<String> {
        let Pod { client, namespace, name, port } = self;
        Pod { client, namespace: namespace.clone(), name: name.clone(), port }
    }
}

/// Opens the stream; beside it comes what says why it ended, if the pod does not take it.
///
/// # Errors
/// When the API server does not make one.
pub async fn open(
    pod: &Pod<String>,
) -> Result<
    (impl AsyncRead + AsyncWrite + Send + Unpin + 'static, impl Future<Output = Option<String>>),
    Failure,
> {
    let Pod { client, namespace, name, port } = pod;
    let what = format!("no port-forward to pod {namespace}/{name}");
    let api: Api<v1::Pod> = Api::namespaced(client.clone(), namespace);
    let mut forward = api.portforward(name, &[*port]).await.map_err(|error| {
        let failure = Failure::blind(what.clone());
        match &error {
            kube::Error::Api(status) if status.code == 403 => {
                // A WebSocket begins with a GET; servers have asked for either right.
                let create = status.message.contains("cannot create resource");
                let verb = if create { "create" } else { "get" };
                let may = format!("{verb} pods --subresource=portforward -n {namespace}");
                failure
                    .cause(format!("forbidden: {verb} pods/portforward in namespace {namespace}"))
                    .hint(format!("kubectl auth can-i {may}"))
                    .hint("or send it to an address that you reach: --address HOST:PORT")
            }
            _ => failure.cause(Trouble::of(&error).say()),
        }
    })?;
    match forward.take_stream(*port).zip(forward.take_error(*port)) {
        Some(both) => Ok(both),
        None => Err(Failure::blind(what)),
    }
}
