//! The request on the wire: the head of the answer is all that is read.

use std::io::ErrorKind;

use http::{Method, Request as HttpRequest, Uri};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use igw_core::route::request::Request;
use tokio::io::{AsyncRead, AsyncWrite};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseHead {
    pub status: u16,
    /// Whether Envoy says that a backend answered.
    pub upstream: bool,
}

/// Sends a request and reads the head of the answer.
///
/// # Errors
/// Why there is none, in one clause.
pub async fn head(
    request: &Request,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<ResponseHead, String> {
    let request = build(request)?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| words(&error))?;
    // It ends with the sender; what is wrong with it the request is told.
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(|error| words(&error));
    connection.abort();
    let answer = answer?;
    let upstream = answer.headers().contains_key("x-envoy-upstream-service-time");
    Ok(ResponseHead { status: answer.status().as_u16(), upstream })
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
        out = out.header("user-agent", concat!("kubectl-igw/", env!("CARGO_PKG_VERSION")));
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
