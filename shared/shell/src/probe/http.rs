//! The request on the wire: the head of the answer is all that is read.

use std::io::ErrorKind;

use http::{HeaderValue, Method, Request as HttpRequest, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use igw_core::route::request::Request;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body of an error; of other answers it is not read.
    pub body: String,
}

pub const AGENT: &str = concat!("kubectl-igw/", env!("CARGO_PKG_VERSION"));

/// How much of a body is read: enough to see whose it is.
const BODY: usize = 512;

/// Sends a request and reads the head of the answer, and how the body of an error begins.
///
/// # Errors
/// Why there is none, in one clause.
pub async fn head(
    request: &Request,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<ResponseHead, String> {
    let request = build(request)?;
    let (answer, connection) = sent(request, stream).await.map_err(|error| words(&error))?;
    let status = answer.status().as_u16();
    let value = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, own)| (name.as_str().to_owned(), value(own))).collect();
    let body = if status < 400 { String::new() } else { start(answer.into_body()).await };
    connection.abort();
    Ok(ResponseHead { status, headers, body })
}

type Connection = JoinHandle<Result<(), hyper::Error>>;

/// Sends a request; beside the head of the answer is the connection that its body comes over, which
/// is to be aborted.
///
/// # Errors
/// When there is no answer.
pub async fn sent(
    request: HttpRequest<Full<Bytes>>,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<(Response<Incoming>, Connection), hyper::Error> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the sender; what is wrong with it the request is told.
    let connection = tokio::spawn(connection);
    match sender.send_request(request).await {
        Ok(answer) => Ok((answer, connection)),
        Err(error) => {
            connection.abort();
            Err(error)
        }
    }
}

/// The beginning of a body; what breaks off is taken as far as it came.
async fn start(mut body: Incoming) -> String {
    let mut out = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        out.extend_from_slice(frame.data_ref().map(AsRef::as_ref).unwrap_or_default());
        if out.len() > BODY {
            break;
        }
    }
    out.truncate(BODY);
    String::from_utf8_lossy(&out).into_owned()
}

fn build(request: &Request) -> Result<HttpRequest<Full<Bytes>>, String> {
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let target: Uri = format!("{}{query}", request.path)
        .parse()
        .map_err(|error| format!("its path cannot be sent: {error}"))?;
    let method: Method =
        request.method.parse().map_err(|error| format!("its method cannot be sent: {error}"))?;
    let mut out = HttpRequest::builder().method(method).uri(target).header("host", &request.host);
    let names = |wanted: &str| request.headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(wanted));
    if !names("user-agent") {
        out = out.header("user-agent", AGENT);
    }
    for (name, value) in &request.headers {
        out = out.header(name, value);
    }
    let body = request.body.clone().unwrap_or_default();
    out.body(Full::from(body)).map_err(|error| format!("a header cannot be sent: {error}"))
}

fn words(error: &hyper::Error) -> String {
    if error.is_parse() {
        return "the answer is not HTTP".to_owned();
    }
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return "the connection ended before an answer".to_owned();
    }
    let mut last: &dyn std::error::Error = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    let io = last.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    match io {
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
            "the connection was reset before an answer".to_owned()
        }
        _ => last.to_string(),
    }
}
