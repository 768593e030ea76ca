//! TLS for one request. Where the question is what the gateway answers, the certificate is not
//! checked, because its name is mostly not the one that is connected to; where a key is sent, it is.

use std::sync::Arc;

use igw_core::wire::{Silence, TlsFault};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, IpAddr, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Accepts any certificate.
#[derive(Debug)]
struct Any(CryptoProvider);

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// TLS over a connection, with this name in its first message (none for an address).
///
/// # Errors
/// Why it does not come about, in one clause.
pub async fn client<S: AsyncRead + AsyncWrite + Unpin>(
    name: &str,
    stream: S,
) -> Result<TlsStream<S>, String> {
    let name = server_name(name)?;
    let provider = ring::default_provider();
    let config = ClientConfig::builder_with_provider(Arc::new(provider.clone()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Any(provider)))
        .with_no_client_auth();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    stream.map_err(|error| format!("TLS failed: {error}"))
}

fn server_name(name: &str) -> Result<ServerName<'static>, String> {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(address) => Ok(ServerName::IpAddress(IpAddr::from(address))),
        Err(_) => ServerName::try_from(bare.to_owned())
            .map_err(|_| format!("{bare:?} is not a valid server name for TLS")),
    }
}

/// The same with a certificate that this machine trusts, for this name.
///
/// # Errors
/// Why it does not come about.
pub async fn verified<S: AsyncRead + AsyncWrite + Unpin>(
    name: &str,
    stream: S,
) -> Result<TlsStream<S>, Silence> {
    let other = |why: String| Silence::Tls(TlsFault::Other(why));
    let name = server_name(name).map_err(other)?;
    let mut roots = RootCertStore::empty();
    // Files that cannot be read are as if they were not there: then no certificate is trusted.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| other(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    stream.map_err(|error| fault(&error))
}

fn fault(error: &std::io::Error) -> Silence {
    let inner = error.get_ref().and_then(|own| own.downcast_ref::<Error>());
    Silence::Tls(match inner {
        Some(Error::InvalidMessage(_)) => TlsFault::NotTls,
        Some(Error::InvalidCertificate(certificate)) => match certificate {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                TlsFault::Expired
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                TlsFault::NotYetValid
            }
            CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
            CertificateError::NotValidForName => TlsFault::WrongName(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => {
                TlsFault::WrongName(presented.clone())
            }
            other => TlsFault::Other(format!("the certificate is not valid: {other}")),
        },
        Some(other) => TlsFault::Other(other.to_string()),
        None => return Silence::Closed,
    })
}
