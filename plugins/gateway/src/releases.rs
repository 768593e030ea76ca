//! Which releases of the Gateway API go with which kgateway, and which kinds are its own.

use igw_core::route::profile::Version;

const fn v(major: u16, minor: u16) -> Version {
    Version { major, minor }
}

/// A release of kgateway.
pub struct KgatewayRelease {
    version: Version,
    /// The release of the Gateway API that it is built with (its go.mod).
    pub built_with: &'static str,
    /// The oldest and the newest that its documentation names.
    pub documented: Option<(Version, Version)>,
}

/// kgateway.md 3.
const RELEASES: [KgatewayRelease; 5] = [
    KgatewayRelease { version: v(2, 0), built_with: "1.3.0", documented: None },
    KgatewayRelease { version: v(2, 1), built_with: "1.4.0", documented: Some((v(1, 2), v(1, 4))) },
    KgatewayRelease { version: v(2, 2), built_with: "1.4.1", documented: Some((v(1, 2), v(1, 4))) },
    KgatewayRelease { version: v(2, 3), built_with: "1.5.1", documented: Some((v(1, 3), v(1, 5))) },
    KgatewayRelease { version: v(2, 4), built_with: "1.6.1", documented: Some((v(1, 4), v(1, 6))) },
];

/// A release, if it is a known one.
pub fn of(version: Version) -> Option<&'static KgatewayRelease> {
    RELEASES.iter().find(|release| release.version == version)
}

/// The Gateway API to install for a release of kgateway; for one that is not known, the newest.
pub fn gateway_api_for(version: Option<Version>) -> &'static str {
    version.and_then(of).unwrap_or(&RELEASES[RELEASES.len() - 1]).built_with
}

/// The command that installs the Gateway API's definitions.
pub fn install_gateway_api(version: &str) -> String {
    format!(
        "kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/v{version}/standard-install.yaml"
    )
}

/// The kinds of kgateway's own group that a release reads, as plurals; without a release those that
/// all of them read.
pub fn own_kinds(version: Option<Version>) -> Vec<&'static str> {
    let mut out = vec![
        "backends",
        "directresponses",
        "gatewayextensions",
        "gatewayparameters",
        "trafficpolicies",
    ];
    let since = |from: Version| version.is_some_and(|own| own >= from);
    out.extend(since(v(2, 1)).then_some("backendconfigpolicies"));
    out.extend(since(v(2, 2)).then_some("listenerpolicies"));
    out
}

/// The command that installs or upgrades kgateway's own definitions; Helm does not do it with the
/// controller's chart.
pub fn install_own(tag: Option<&str>, namespace: &str) -> String {
    let version = tag.map(|tag| format!(" --version {tag}")).unwrap_or_default();
    format!(
        "helm upgrade --install kgateway-crds oci://cr.kgateway.dev/kgateway-dev/charts/kgateway-crds{version} -n {namespace}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_release() {
        assert_eq!(own_kinds(None).len(), 5);
        assert_eq!(own_kinds(Some(v(2, 1))).last(), Some(&"backendconfigpolicies"));
        assert_eq!(own_kinds(Some(v(2, 4))).len(), 7);
        assert_eq!(gateway_api_for(Some(v(2, 2))), "1.4.1");
        assert_eq!(gateway_api_for(None), "1.6.1");
    }
}
