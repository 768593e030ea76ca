//! A TLS port for the stand-in of Langfuse.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// A certificate of an authority of its own.
pub struct TlsPort {
    pub(super) config: Arc<ServerConfig>,
    /// The certificate of the authority, as PEM.
    authority: String,
}

impl TlsPort {
    /// For a name; `valid`: else it has expired.
    pub fn of(name: &str, valid: bool) -> TlsPort {
        let mut authority = CertificateParams::new(Vec::new()).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(authority, key).expect("a certificate");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        if !valid {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().expect("a key");
        let own = params.signed_by(&key, &authority).expect("a certificate");
        let secret = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], secret)
            .expect("they fit");
        TlsPort { config: Arc::new(config), authority: authority.pem() }
    }

    /// Writes what a client has to trust.
    pub fn authority_file(&self, directory: &Path) -> PathBuf {
        let path = directory.join("authority.pem");
        std::fs::write(&path, &self.authority).expect("a file can be written");
        path
    }
}
