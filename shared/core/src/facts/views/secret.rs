//! Secret: what a TLS listener needs to know, in a form that cannot be printed.

use std::collections::BTreeMap;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::certificate::public_key;
use super::config_map::{DataEntry, entries, unpacked};
use super::data_write::DataWrite;
use crate::facts::fields::text;
use crate::facts::{Notes, View};
use crate::kube::{Hidden, Interned, Meta, intern};
use crate::placeholder;
use crate::schema::Refusal;

/// A Secret; its content is kept in a form that cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    pub meta: Meta,
    /// `type`; empty: `Opaque`.
    pub kind: Interned,
    /// Result of checking `tls.crt` and `tls.key`.
    pub pair: KeyPair,
    /// Its entries by key; `None`: the content is not given.
    pub data: Option<BTreeMap<String, DataEntry>>,
    /// When its data was written, where that is known.
    pub writes: Vec<DataWrite>,
    pub immutable: bool,
}

/// Result of checking a certificate and its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyPair {
    /// They belong together.
    Good,
    /// `tls.crt` or `tls.key` is missing.
    Missing,
    /// One of them is not PEM, or the key type is not supported.
    Unreadable,
    /// The key belongs to another certificate.
    Mismatch,
    /// The content is not given or masked.
    Unknown,
}

impl View for Secret {
    fn read(_: &mut Notes, object: &Value, meta: Meta) -> Result<Self, Refusal> {
        let data = Some(entries(object)).filter(|entries| !entries.is_empty());
        let kind = intern(text(object, "type"));
        let pair = KeyPair::of(object);
        let (writes, immutable) = (DataWrite::all(object), object["immutable"] == true);
        Ok(Secret { meta, kind, pair, data, writes, immutable })
    }
}

impl Secret {
    /// The Secret that an ExternalSecret makes of a template, if nothing but the template is in it
    /// (its documentation, "Advanced Templating"); what the template is filled with stays open.
    pub fn of_template(object: &Value, meta: &Meta, name: String) -> Option<Secret> {
        let template = object.pointer("/spec/target/template")?;
        if template["templateFrom"].is_array() || template["mergePolicy"] == "Merge" {
            return None;
        }
        let member = "spec/target/template/data";
        let data: BTreeMap<String, DataEntry> = template["data"]
            .as_object()?
            .iter()
            .filter_map(|(key, text)| {
                let text = Hidden::new(placeholder::spelled(text.as_str()?));
                Some((key.clone(), DataEntry { member, text: Some(text) }))
            })
            .collect();
        // Of a certificate it is known that it is made; nothing better can be said of it.
        let tells = !data.is_empty() && !data.contains_key("tls.crt");
        let (api_version, kind) = ("v1".into(), "Secret".into());
        let meta = Meta { api_version, kind, name, ..meta.clone() };
        let kind = intern(text(template, "type"));
        tells.then(|| Secret {
            meta,
            kind,
            pair: KeyPair::Unknown,
            data: Some(data),
            writes: Vec::new(),
            immutable: false,
        })
    }
}

/// The curve P-521, as its name stands in a key (RFC 5480).
const P_521: [u8; 7] = [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23];

impl KeyPair {
    /// Looks at a Secret's certificate once; its content goes no further.
    fn of(object: &Value) -> KeyPair {
        let content = |key: &str| {
            if let Some(text) = object["stringData"][key].as_str() {
                return Some(Some(text.as_bytes().to_vec()));
            }
            Some(unpacked(object["data"][key].as_str()?))
        };
        let given = |member: &str| object[member].as_object().is_some_and(|map| !map.is_empty());
        if !given("data") && !given("stringData") {
            return KeyPair::Unknown;
        }
        match (content("tls.crt"), content("tls.key")) {
            (Some(Some(certificate)), Some(Some(key))) => {
                KeyPair::judge(Some(&certificate), Some(&key))
            }
            (None, _) | (_, None) => KeyPair::Missing,
            // Masked by whoever exported it (`<redacted>`, `***`): not base64, and no evidence.
            _ => KeyPair::Unknown,
        }
    }

    /// Checks a certificate and a key in PEM format.
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
        // Of what it cannot sign with ring says nothing: Go and Envoy know P-521.
        if key.secret_der().windows(P_521.len()).any(|part| part == P_521) {
            return KeyPair::Unknown;
        }
        let provider = rustls::crypto::ring::default_provider();
        let Ok(key) = provider.key_provider.load_private_key(key) else {
            return KeyPair::Unreadable;
        };
        // Certificates of version 1, as `openssl x509 -req` makes them, are as good as others to Go
        // and to Envoy; rustls does not read them.
        match (public_key(&chain[0]), key.public_key()) {
            (Some(certified), Some(own)) if certified == own.as_ref() => KeyPair::Good,
            (Some(_), Some(_)) => KeyPair::Mismatch,
            (None, _) => KeyPair::Unreadable,
            (_, None) => KeyPair::Unknown,
        }
    }
}
