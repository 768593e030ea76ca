//! A stream to a port of a pod, through the API server: no socket is opened here.

use k8s_openapi::api::core::v1;
use kube::{Api, Client};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::cluster::ReadError;
use crate::exit::Failure;

pub struct ForwardTarget<N> {
    pub client: Client,
    pub namespace: N,
    pub name: N,
    pub port: u16,
}

impl ForwardTarget<&String> {
    pub fn owned(self) -> ForwardTarget<String> {
        let ForwardTarget { client, namespace, name, port } = self;
        ForwardTarget { client, namespace: namespace.clone(), name: name.clone(), port }
    }
}

impl ForwardTarget<String> {
    /// The pod does not take connections at the port.
    pub fn closed(&self, cause: &str) -> Failure {
        let ForwardTarget { namespace, name, port, .. } = self;
        Failure::blind(format!("pod {namespace}/{name} takes no connection at port {port}"))
            .cause(cause)
            .hint(format!("kubectl logs -n {namespace} {name}"))
    }
}

/// Opens the stream; beside it comes what says why it ended, if the pod does not take it.
///
/// # Errors
/// When the API server does not make one.
pub async fn open(
    pod: &ForwardTarget<String>,
) -> Result<
    (impl AsyncRead + AsyncWrite + Send + Unpin + 'static, impl Future<Output = Option<String>>),
    Failure,
> {
    let ForwardTarget { client, namespace, name, port } = pod;
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
                    .hint("or send it to an address that you can reach: --address HOST:PORT")
            }
            _ => failure.cause(ReadError::of(&error).say()),
        }
    })?;
    match forward.take_stream(*port).zip(forward.take_error(*port)) {
        Some(both) => Ok(both),
        None => Err(Failure::blind(what)),
    }
}
