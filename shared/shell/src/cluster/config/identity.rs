//! Who asks: flags laid over a kubeconfig's user, its files read in.

use kube::config::AuthInfo;

use super::kubeconfig::NamedEntry;
use super::surroundings::{self, Surroundings, file_of};
use crate::exit::Failure;
use crate::flags::ClusterFlags;

/// Lays flags over a user, and reads its files.
pub fn lay_user(
    flags: &ClusterFlags,
    entry: Option<&NamedEntry<AuthInfo>>,
    around: &Surroundings,
) -> Result<AuthInfo, Failure> {
    let mut user = entry.map(|entry| entry.value.clone()).unwrap_or_default();
    let directory = entry.map(|entry| entry.directory.as_path());
    let from = match entry {
        Some(entry) => format!("user {:?} in {}", entry.name, entry.file),
        None => "the flags".to_owned(),
    };
    if let Some(token) = &flags.token {
        user.token = Some(token.clone().into());
        user.token_file = None;
    }
    if let Some(file) = &flags.client_certificate {
        user.client_certificate = Some(surroundings::here(file));
        user.client_certificate_data = None;
    }
    if let Some(file) = &flags.client_key {
        user.client_key = Some(surroundings::here(file));
        user.client_key_data = None;
    }
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    if let Some(file) = some(&user.token_file.take()) {
        let token = file_of("tokenFile", &file, directory, &from, around)?;
        let token = String::from_utf8_lossy(&token).trim().to_owned();
        user.token = Some(token.into());
    }
    if some(&user.client_certificate_data).is_none()
        && let Some(file) = some(&user.client_certificate.take())
    {
        let pem = file_of("client-certificate", &file, directory, &from, around)?;
        user.client_certificate_data = Some(surroundings::pack(&pem));
    }
    if user.client_key_data.is_none()
        && let Some(file) = some(&user.client_key.take())
    {
        let pem = file_of("client-key", &file, directory, &from, around)?;
        user.client_key_data = Some(surroundings::pack(&pem).into());
    }
    if let (Some(exec), Some(directory)) = (&mut user.exec, directory)
        && let Some(command) = &exec.command
        && command.contains(std::path::MAIN_SEPARATOR)
    {
        exec.command = Some(directory.join(command).display().to_string());
    }
    impersonate(flags, user, from)
}

fn impersonate(
    flags: &ClusterFlags,
    mut user: AuthInfo,
    from: String,
) -> Result<AuthInfo, Failure> {
    if flags.as_user.is_some() {
        user.impersonate = flags.as_user.clone();
    }
    if flags.as_uid.is_some() {
        user.impersonate_uid = flags.as_uid.clone();
    }
    if !flags.as_group.is_empty() {
        user.impersonate_groups = Some(flags.as_group.clone());
    }
    let more = user.impersonate_uid.is_some() || user.impersonate_groups.is_some();
    if more && user.impersonate.is_none() {
        let message = "groups or a uid cannot be impersonated without a user";
        return Err(Failure::usage(message).from(from).hint("add --as NAME"));
    }
    Ok(user)
}
