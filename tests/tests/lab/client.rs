//! A client that sends what it is told, byte for byte.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use igw_core::route::request::Request;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Default)]
pub struct HttpAnswer {
    /// The status; `None`: no HTTP answer.
    pub status: Option<u16>,
    pub location: Option<String>,
    pub got: Option<Value>,
}

/// Sends a request. Nobody there, or a connection that is cut, is an answer, too.
pub fn ask(request: &Request, at: impl ToSocketAddrs) -> io::Result<HttpAnswer> {
    let stream = match TcpStream::connect(at) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            return Ok(HttpAnswer::default());
        }
        other => other?,
    };
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let answer = match request.scheme.as_str() {
        "https" => match tls(request, stream)? {
            Some(stream) => exchange(request, stream),
            None => return Ok(HttpAnswer::default()),
        },
        _ => exchange(request, stream),
    };
    match answer {
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(HttpAnswer::default()),
        other => other,
    }
}

/// A handshake that accepts any certificate; `None` if it fails.
fn tls(
    request: &Request,
    mut stream: TcpStream,
) -> io::Result<Option<StreamOwned<ClientConnection, TcpStream>>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Whoever(provider)))
        .with_no_client_auth();
    let name = ServerName::try_from(request.sni.clone()).map_err(io::Error::other)?;
    let mut connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
    while connection.is_handshaking() {
        // Cut, or an alert: Envoy has no certificate for this name, or speaks no TLS there.
        if connection.complete_io(&mut stream).is_err() {
            return Ok(None);
        }
    }
    Ok(Some(StreamOwned::new(connection, stream)))
}

/// The certificates of stories are made up: who signed them does not matter.
#[derive(Debug)]
struct Whoever(Arc<CryptoProvider>);

impl ServerCertVerifier for Whoever {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

fn exchange(request: &Request, mut stream: impl io::Read + io::Write) -> io::Result<HttpAnswer> {
    let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let mut text = format!("{} {}{query} HTTP/1.1\r\n", request.method, request.path);
    text += &format!("Host: {}\r\nConnection: close\r\n", request.host);
    for (name, value) in &request.headers {
        text += &format!("{name}: {value}\r\n");
    }
    if ["POST", "PUT", "PATCH"].contains(&request.method.as_str()) {
        text += "Content-Length: 0\r\n";
    }
    stream.write_all((text + "\r\n").as_bytes())?;
    read(BufReader::new(stream))
}

fn read(mut reader: BufReader<impl io::Read>) -> io::Result<HttpAnswer> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let Some(status) = line.split(' ').nth(1) else {
        return Ok(HttpAnswer::default());
    };
    let status = status.parse().map_err(io::Error::other)?;
    let mut answer = HttpAnswer { status: Some(status), ..HttpAnswer::default() };
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "location" => answer.location = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().map_err(io::Error::other)?,
            _ => {}
        }
    }
    // Not to the end of the connection: Envoy keeps it open for a second after its own answers.
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    // Answers of the gateway itself are no JSON.
    answer.got = serde_json::from_slice(&body).ok();
    Ok(answer)
}
