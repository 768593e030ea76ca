//! One real request, to see what a gateway answers.

mod call;
mod forward;
mod http;
mod tls;

use std::time::{Duration, Instant};

pub use call::call;

use igw_core::route::request::Request;
use igw_core::text;
use ring::rand::SecureRandom as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::cluster::Live;
use crate::exit::Failure;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// An address, `HOST:PORT`.
    Address(String),
    /// A port of a pod, through the API server.
    Pod { namespace: String, name: String, port: u16 },
}

impl std::fmt::Display for Via {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Via::Address(address) => f.write_str(address),
            Via::Pod { namespace, name, port } => write!(f, "pod {namespace}/{name}:{port}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeAnswer {
    /// The status, or why there was no HTTP answer.
    pub status: Result<u16, String>,
    pub took: Duration,
    /// With names in lower case.
    pub headers: Vec<(String, String)>,
    /// How the body of an error begins.
    pub body: String,
}

/// How much of a document is read.
const DOCUMENT: usize = 256 << 20;

/// Reads a document of a pod's own server, which only its loopback has: the request changes nothing.
///
/// # Errors
/// When there is no way to it, or it does not give the document.
pub fn document(
    path: &str,
    pod: &Via,
    live: &Live,
    limit: Option<Duration>,
) -> Result<String, Failure> {
    let request = Request::parse("GET", &format!("http://127.0.0.1{path}"), &[]);
    let request = request.map_err(|bad| Failure::usage(bad.0))?;
    let answer = exchanged(&request, pod, Some(live), limit, Some(DOCUMENT))?;
    match answer.status {
        Ok(200) => Ok(answer.body),
        Ok(status) => Err(Failure::blind(format!("{pod} answers {status} for {path}"))),
        Err(why) => Err(Failure::blind(format!("{pod} does not answer for {path}")).cause(why)),
    }
}

/// Sends a request, once. The time limit is for all of it.
///
/// # Errors
/// When there is no way to the gateway: nothing was sent.
pub fn send(
    request: &Request,
    way: &Via,
    live: Option<&Live>,
    limit: Option<Duration>,
) -> Result<ProbeAnswer, Failure> {
    exchanged(request, way, live, limit, None)
}

fn exchanged(
    request: &Request,
    way: &Via,
    live: Option<&Live>,
    limit: Option<Duration>,
    whole: Option<usize>,
) -> Result<ProbeAnswer, Failure> {
    let begin = Instant::now();
    let answer = match (way, live) {
        (Via::Address(address), _) => {
            let runtime = Builder::new_current_thread().enable_io().enable_time().build();
            let runtime = runtime.map_err(|error| {
                Failure::blind("cannot start the thread for requests").cause(error.to_string())
            })?;
            runtime.block_on(within(limit, through_address(request, address, whole)))
        }
        (Via::Pod { .. }, None) => {
            return Err(Failure::usage("there is no cluster: give --address"));
        }
        (Via::Pod { namespace, name, port }, Some(live)) => {
            let pod =
                forward::ForwardTarget { client: live.client(), namespace, name, port: *port };
            let (pod, request) = (pod.owned(), request.clone());
            let (send, receive) = oneshot::channel();
            live.handle().spawn(async move {
                let answer = within(limit, async {
                    match forward::open(&pod).await {
                        Ok((stream, ended)) => {
                            told(exchange(&request, stream, whole).await, ended, &pod).await
                        }
                        Err(failure) => ProbeOutcome::NoWay(Box::new(failure)),
                    }
                });
                // Nobody listens any more: the run has ended.
                drop(send.send(answer.await));
            });
            let lost =
                || ProbeOutcome::Answered(Err("the thread for requests has ended".to_owned()));
            receive.blocking_recv().unwrap_or_else(|_| lost())
        }
    };
    let took = begin.elapsed();
    match answer {
        ProbeOutcome::NoWay(failure) => Err(*failure),
        ProbeOutcome::Answered(Ok(http::ResponseHead { status, headers, body })) => {
            Ok(ProbeAnswer { status: Ok(status), took, headers, body })
        }
        ProbeOutcome::Answered(Err(why)) => {
            let why = text::clip(&text::clean(&why), 200);
            Ok(ProbeAnswer { status: Err(why), took, headers: Vec::new(), body: String::new() })
        }
    }
}

enum ProbeOutcome {
    /// The gateway was reached; the head of its answer, or why there is none.
    Answered(Result<http::ResponseHead, String>),
    /// The gateway was not reached.
    NoWay(Box<Failure>),
}

async fn within(limit: Option<Duration>, work: impl Future<Output = ProbeOutcome>) -> ProbeOutcome {
    let Some(limit) = limit else { return work.await };
    match tokio::time::timeout(limit, work).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let seconds = limit.as_secs_f32();
            ProbeOutcome::Answered(Err(format!("no answer within {seconds} s")))
        }
    }
}

async fn through_address(request: &Request, address: &str, whole: Option<usize>) -> ProbeOutcome {
    ProbeOutcome::Answered(match TcpStream::connect(address).await {
        Ok(stream) => exchange(request, stream, whole).await,
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            Err("connection refused".to_owned())
        }
        Err(error) => Err(format!("no connection: {error}")),
    })
}

/// An answer, or none; where the pod did not take the connection, which is reported beside the
/// stream, nothing was sent.
async fn told(
    answer: Result<http::ResponseHead, String>,
    ended: impl Future<Output = Option<String>>,
    pod: &forward::ForwardTarget<String>,
) -> ProbeOutcome {
    const SOON: Duration = Duration::from_millis(300);
    if answer.is_ok() {
        return ProbeOutcome::Answered(answer);
    }
    match tokio::time::timeout(SOON, ended).await {
        Ok(Some(cause)) => ProbeOutcome::NoWay(Box::new(pod.closed(cause.trim()))),
        _ => ProbeOutcome::Answered(answer),
    }
}

async fn exchange(
    request: &Request,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    whole: Option<usize>,
) -> Result<http::ResponseHead, String> {
    match request.scheme.as_str() {
        "https" => http::head(request, tls::client(&request.sni, stream).await?, whole).await,
        _ => http::head(request, stream, whole).await,
    }
}

/// Bytes that nobody can foresee, for the names of traces.
///
/// # Errors
/// When the system has none.
pub fn unforeseen<const N: usize>() -> Result<[u8; N], Failure> {
    let mut out = [0; N];
    let none = |_| Failure::blind("the system gives no random bytes");
    ring::rand::SystemRandom::new().fill(&mut out).map_err(none)?;
    Ok(out)
}
