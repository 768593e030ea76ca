//! One request with everything that comes of it: the body up to a limit, and why there is none.
//!
//! Redirects are answers: a key must not follow them to another host.

use std::io::ErrorKind;
use std::time::Duration;

use http::{HeaderValue, Method, Request as HttpRequest, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use igw_core::wire::{Outgoing, Silence, WireReply};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::{Via, forward, http as own_http, tls};
use crate::cluster::Live;

/// How much of a body is kept.
const KEPT: usize = 64 * 1024;

/// Sends a request, once. The time limit is for all of it; a body that goes on is cut.
///
/// # Errors
/// Why no HTTP answer came.
pub fn call(
    request: &Outgoing,
    way: &Via,
    live: Option<&Live>,
    limit: Duration,
) -> Result<WireReply, Silence> {
    match (way, live) {
        (Via::Address(address), _) => {
            let runtime = Builder::new_current_thread().enable_io().enable_time().build();
            let runtime = runtime.map_err(|error| Silence::NoWay(error.to_string()))?;
            let answer = runtime.block_on(within(limit, async {
                let stream = connect(address).await?;
                exchange(request, stream, limit).await
            }));
            // A name that is still being looked up is not waited for.
            runtime.shutdown_background();
            answer
        }
        (Via::Pod { .. }, None) => Err(Silence::NoWay("there is no cluster".to_owned())),
        (Via::Pod { namespace, name, port }, Some(live)) => {
            let client = live.client();
            let pod = forward::ForwardTarget { client, namespace, name, port: *port }.owned();
            let (request, (send, receive)) = (request.clone(), oneshot::channel());
            live.handle().spawn(async move {
                let answer = within(limit, through_pod(&pod, &request, limit)).await;
                // Nobody listens any more: the run has ended.
                drop(send.send(answer));
            });
            let lost = |_| Err(Silence::NoWay("the thread for requests has ended".to_owned()));
            receive.blocking_recv().unwrap_or_else(lost)
        }
    }
}

async fn within(
    limit: Duration,
    work: impl Future<Output = Result<WireReply, Silence>>,
) -> Result<WireReply, Silence> {
    // The body has its own, earlier end, so that what came of it is kept.
    let whole = limit + Duration::from_millis(200);
    let late = |_| Err(Silence::TimedOut(limit.as_secs()));
    tokio::time::timeout(whole, work).await.unwrap_or_else(late)
}

async fn through_pod(
    pod: &forward::ForwardTarget<String>,
    request: &Outgoing,
    limit: Duration,
) -> Result<WireReply, Silence> {
    let no_way = |failure: crate::exit::Failure| {
        let cause = failure.cause.map(|cause| format!(": {cause}")).unwrap_or_default();
        Silence::NoWay(format!("{}{cause}", failure.message))
    };
    let (stream, ended) = forward::open(pod).await.map_err(no_way)?;
    let answer = exchange(request, stream, limit).await;
    // A pod that takes no connection says so beside the stream.
    const SOON: Duration = Duration::from_millis(300);
    match answer {
        Err(Silence::Closed | Silence::NotHttp | Silence::Tls(_)) => {
            match tokio::time::timeout(SOON, ended).await {
                Ok(Some(_)) => Err(Silence::Refused),
                _ => answer,
            }
        }
        answer => answer,
    }
}

async fn connect(address: &str) -> Result<TcpStream, Silence> {
    let found = tokio::net::lookup_host(address).await;
    let found: Vec<_> = found.map_err(|error| Silence::NoAddress(error.to_string()))?.collect();
    match TcpStream::connect(&found[..]).await {
        Ok(stream) => Ok(stream),
        Err(error) => Err(match error.kind() {
            ErrorKind::ConnectionRefused => Silence::Refused,
            ErrorKind::ConnectionReset => Silence::Closed,
            _ => Silence::NoWay(error.to_string()),
        }),
    }
}

async fn exchange(
    request: &Outgoing,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    limit: Duration,
) -> Result<WireReply, Silence> {
    let end = Instant::now() + limit;
    let built = build(request)?;
    match request.tls {
        true => {
            let stream = tls::verified(&request.name, stream).await?;
            whole(built, stream, end).await
        }
        false => whole(built, stream, end).await,
    }
}

async fn whole(
    request: HttpRequest<Full<Bytes>>,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    end: Instant,
) -> Result<WireReply, Silence> {
    let (answer, connection) =
        own_http::sent(request, stream).await.map_err(|error| match error.is_parse() {
            true => Silence::NotHttp,
            false => Silence::Closed,
        })?;
    let value = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, own)| (name.as_str().to_owned(), value(own))).collect();
    let status = answer.status().as_u16();
    let (body, cut) = kept(answer.into_body(), end).await;
    connection.abort();
    Ok(WireReply { status, headers, body, cut })
}

/// The beginning of a body, and whether that is not all of it.
async fn kept(mut body: Incoming, end: Instant) -> (String, bool) {
    let mut out = Vec::new();
    let cut = loop {
        match tokio::time::timeout_at(end, body.frame()).await {
            Ok(Some(Ok(frame))) => {
                out.extend_from_slice(frame.data_ref().map(AsRef::as_ref).unwrap_or_default());
                if out.len() > KEPT {
                    out.truncate(KEPT);
                    break true;
                }
            }
            Ok(None) => break false,
            // It breaks off, or takes too long.
            Ok(Some(Err(_))) | Err(_) => break true,
        }
    };
    (String::from_utf8_lossy(&out).into_owned(), cut)
}

fn build(request: &Outgoing) -> Result<HttpRequest<Full<Bytes>>, Silence> {
    let bad = |what: &str| Silence::NotSendable(what.to_owned());
    let target: Uri = request.target.parse().map_err(|_| bad("its path is not a valid one"))?;
    let method: Method =
        request.method.parse().map_err(|_| bad("its method is not a valid one"))?;
    let mut out = HttpRequest::builder()
        .method(method)
        .uri(target)
        .header("host", &request.authority)
        .header("user-agent", own_http::AGENT);
    for (name, value) in &request.headers {
        let value = HeaderValue::from_str(value.reveal());
        let mut value = value.map_err(|_| bad(&format!("the value of its header {name}")))?;
        value.set_sensitive(true);
        out = out.header(name, value);
    }
    let body = Full::from(request.body.clone());
    out.body(body).map_err(|_| bad("the name of one of its headers is not a valid one"))
}
