//! Who the API server is, and who talks to it: certificates and kubeconfigs.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use serde_json::json;

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

pub struct Pair {
    pub certificate: String,
    pub key: String,
}

#[derive(Debug, Clone)]
pub struct User {
    pub name: String,
    pub kubeconfig: PathBuf,
    pub server: String,
}

impl Authority {
    /// A new one, valid for decades.
    pub fn new() -> Result<Authority, String> {
        let mut params = named("lab-ca", &[], &[])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().map_err(fault)?;
        let pem = params.self_signed(&key).map_err(fault)?.pem();
        Ok(Authority { issuer: Issuer::new(params, key), pem })
    }

    pub fn server(&self) -> Result<Pair, String> {
        let names = ["localhost", "kubernetes.default.svc", "127.0.0.1", "10.96.0.1"];
        self.sign(named("lab-server", &[], &names)?, ExtendedKeyUsagePurpose::ServerAuth)
    }

    pub fn expired_server(&self) -> Result<Pair, String> {
        let mut params = named("lab-server", &[], &["127.0.0.1"])?;
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
        self.sign(params, ExtendedKeyUsagePurpose::ServerAuth)
    }

    /// A certificate for somebody: the common name is the user, organizations are the groups.
    pub fn client(&self, name: &str, groups: &[&str]) -> Result<Pair, String> {
        self.sign(named(name, groups, &[])?, ExtendedKeyUsagePurpose::ClientAuth)
    }

    fn sign(
        &self,
        mut params: CertificateParams,
        usage: ExtendedKeyUsagePurpose,
    ) -> Result<Pair, String> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.insert_extended_key_usage(usage);
        let key = KeyPair::generate().map_err(fault)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(fault)?.pem();
        Ok(Pair { certificate, key: key.serialize_pem() })
    }

    /// A kubeconfig file for somebody, only for the eyes of this user of the machine.
    pub fn kubeconfig(
        &self,
        home: &Path,
        server: &str,
        name: &str,
        groups: &[&str],
    ) -> Result<User, String> {
        let pair = self.client(name, groups)?;
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "lab",
            "clusters": [{"name": "lab", "cluster": {
                "server": server, "certificate-authority-data": base64(&self.pem),
            }}],
            "users": [{"name": name, "user": {
                "client-certificate-data": base64(&pair.certificate),
                "client-key-data": base64(&pair.key),
            }}],
            "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": name}}],
        });
        let text = serde_yaml::to_string(&config).map_err(|e| e.to_string())?;
        let file = home.join(format!("{}.kubeconfig", name.replace(['/', ':'], "-")));
        write_private(&file, &text)?;
        Ok(User { name: name.to_owned(), kubeconfig: file, server: server.to_owned() })
    }
}

/// The key pair that signs tokens of ServiceAccounts: private, public.
pub fn token_keys() -> Result<(String, String), String> {
    let key = KeyPair::generate().map_err(fault)?;
    Ok((key.serialize_pem(), key.public_key_pem()))
}

/// Writes a file that nobody else can read.
pub fn write_private(file: &Path, text: &str) -> Result<(), String> {
    let write = || -> io::Result<()> {
        if file.exists() {
            fs::remove_file(file)?;
        }
        let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        made.write_all(text.as_bytes())
    };
    write().map_err(|e| format!("{}: {e}", file.display()))
}

fn named(name: &str, groups: &[&str], hosts: &[&str]) -> Result<CertificateParams, String> {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts).map_err(fault)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    for group in groups {
        params.distinguished_name.push(DnType::OrganizationName, *group);
    }
    Ok(params)
}

fn fault(error: rcgen::Error) -> String {
    format!("a certificate cannot be made: {error}")
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
