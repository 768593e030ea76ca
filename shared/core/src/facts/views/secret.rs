//! Secret: what a TLS listener needs to know, in a form that cannot be printed.

use std::collections::BTreeMap;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};

use crate::facts::Meta;

use super::Entry;

/// A Secret; its content is kept in a form that cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Metadata.
    pub meta: Meta,
    /// What its `tls.crt` and `tls.key` are worth.
    pub pair: KeyPair,
    /// Its entries by key; `None`: the content is not given.
    pub data: Option<BTreeMap<String, Entry>>,
}

/// What a certificate and its key are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyPair {
    /// They belong together.
    Good,
    /// `tls.crt` or `tls.key` is missing.
    Missing,
    /// One of them is no PEM, or a kind of key that cannot be read.
    Unreadable,
    /// The key belongs to another certificate.
    Mismatch,
    /// The content is not given or masked.
    Unknown,
}

impl KeyPair {
    /// Judges the two PEM texts.
    pub fn judge(certificate: Option<&[u8]>, key: Option<&[u8]>) -> KeyPair {
        let (Some(certificate), Some(key)) = (certificate, key) else {
            return KeyPair::Missing;
        };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let (Ok(chain), Ok(key)) = (chain, PrivateKeyDer::from_pem_slice(key)) else {
            return KeyPair::Unreadable;
        };
        if chain.is_empty() {
            return KeyPair::Unreadable;
        }
        let provider = rustls::crypto::ring::default_provider();
        match rustls::sign::CertifiedKey::from_der(chain, key, &provider) {
            Ok(_) => KeyPair::Good,
            Err(rustls::Error::InconsistentKeys(_)) => KeyPair::Mismatch,
            Err(_) => KeyPair::Unreadable,
        }
    }
}
