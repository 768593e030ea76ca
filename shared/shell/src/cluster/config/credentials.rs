//! Credentials on their way into headers: checked once, wherever they come from.

use http::HeaderValue;
use secrecy::ExposeSecret as _;

use super::resolve::ClusterTarget;
use crate::exit::Failure;

/// Checks that a kubeconfig does not ask for a way of logging in that is gone.
///
/// # Errors
/// When it names an `auth-provider`: kubectl took them out in 1.26 (gcp, azure) or never had them;
/// what they would run is not run.
pub fn refused(target: &ClusterTarget) -> Result<(), Failure> {
    let Some(provider) = &target.user.auth_provider else { return Ok(()) };
    let name = igw_core::text::clip(&igw_core::text::clean(&provider.name), 60);
    let failure = Failure::blind(format!("cannot log in by auth-provider {name}"))
        .cause("it is the legacy way, and nothing of it is run")
        .from(format!("user of {}", target.from));
    Err(match name.as_str() {
        "gcp" => failure.hint("use the exec plugin instead:   gke-gcloud-auth-plugin"),
        "azure" => failure.hint("use the exec plugin instead:   kubelogin convert-kubeconfig"),
        "oidc" => failure.hint("use an exec plugin instead:   kubectl oidc-login"),
        _ => failure.hint("use an exec plugin instead:   kubectl config set-credentials --help"),
    })
}

/// Checks that all credentials can stand in a header.
///
/// # Errors
/// When one has a character that no header may have; it is not shown.
pub fn check(target: &ClusterTarget) -> Result<(), Failure> {
    let user = &target.user;
    let token = user.token.as_ref().map(|token| token.expose_secret().to_owned());
    let groups = user.impersonate_groups.iter().flatten().cloned();
    let named = [("the token", token), ("the user name to impersonate", user.impersonate.clone())];
    let values = named
        .into_iter()
        .filter_map(|(what, value)| Some((what, value?)))
        .chain(user.impersonate_uid.clone().map(|uid| ("the uid to impersonate", uid)))
        .chain(groups.map(|group| ("a group to impersonate", group)));
    for (what, value) in values {
        if HeaderValue::from_str(&value).is_err() {
            let failure = Failure::blind(format!("{what} cannot be sent"))
                .cause("it has a control character, such as a line end, which no header may have")
                .from(format!("user of {}", target.from));
            return Err(failure);
        }
    }
    Ok(())
}
