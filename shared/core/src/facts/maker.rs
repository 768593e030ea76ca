//! Objects that make others: a chart, an operator's resource, a source that is elsewhere.

use serde_json::Value;

use super::chart::{chart_of, route_hosts};
use crate::kube::{GATEWAY_API, GATEWAY_API_EXPERIMENTAL, Kind, Meta};

/// Something in the input that may make objects which are not in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Maker {
    /// `HelmRelease sso/login`, or what could not be read.
    pub title: String,
    /// Its own name, which those of its objects often contain.
    pub name: String,
    /// Where it makes them; `None`: it may be anywhere.
    pub namespace: Option<String>,
    pub makes: Makes,
    /// Whether it makes only objects whose names contain its own.
    pub by_name: bool,
    /// The chart that it installs, if it is a release of one.
    pub chart: Option<String>,
    /// The hosts that its values name for routes: the chart may make HTTPRoutes for them.
    pub hosts: Vec<String>,
}

/// What a maker makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Makes {
    /// Whatever its author wrote: a chart, a source elsewhere.
    Anything,
    /// What runs a program, with its configuration.
    Programs,
    /// Pods with a Service.
    Pods,
    /// The one object of its name.
    One(Kind),
}

impl Makes {
    /// Whether objects of a kind may be among it.
    pub fn may_be(self, kind: Kind) -> bool {
        let pods = [Kind::Service, Kind::EndpointSlice, Kind::Pod, Kind::Workload].contains(&kind);
        match self {
            Makes::Anything => true,
            Makes::Programs => pods || [Kind::Secret, Kind::ConfigMap, Kind::Claim].contains(&kind),
            Makes::Pods => pods,
            Makes::One(own) => own == kind,
        }
    }
}

impl Maker {
    /// Something that makes objects of any name in a namespace.
    pub fn of(title: impl Into<String>, namespace: Option<String>) -> Maker {
        let (title, hosts) = (title.into(), Vec::new());
        Maker {
            title,
            name: String::new(),
            namespace,
            makes: Makes::Anything,
            by_name: false,
            chart: None,
            hosts,
        }
    }

    /// The first word of a name.
    pub(super) fn word(name: &str) -> &str {
        name.split(['-', '.', '_']).next().unwrap_or_default()
    }

    /// Whether a chart's values name this host, or a wildcard above it.
    pub fn claims(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| {
            let wild = own.strip_prefix('*').is_some_and(|rest| host.ends_with(rest));
            own.eq_ignore_ascii_case(host) || wild
        })
    }
}

/// Groups of Kubernetes itself: what they hold makes nothing but pods.
const OF_KUBERNETES: [&str; 17] = [
    "",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// Groups whose objects make no Service, Gateway or workload: policies, monitoring, certificates,
/// secrets, sources. A leading dot takes every group that ends so.
const MAKE_NOTHING: [&str; 31] = [
    ".cert-manager.io",
    ".cilium.io",
    ".external-secrets.io",
    ".gateway.envoyproxy.io",
    ".gateway.kgateway.dev",
    ".gatekeeper.sh",
    ".image.toolkit.fluxcd.io",
    ".istio.io",
    ".k8s.cni.cncf.io",
    ".keda.sh",
    ".kustomize.config.k8s.io",
    ".kyverno.io",
    ".metallb.io",
    ".notification.toolkit.fluxcd.io",
    ".onepassword.com",
    ".piraeus.io",
    ".projectcalico.org",
    ".secrets-store.csi.x-k8s.io",
    ".snapshot.storage.k8s.io",
    ".source.toolkit.fluxcd.io",
    ".traefik.io",
    ".velero.io",
    ".volsync.backube",
    ".x-k8s.io",
    ".dragonflydb.io",
    "bitnami.com",
    "cert-manager.io",
    "config.kubernetes.io",
    "externaldns.k8s.io",
    GATEWAY_API,
    GATEWAY_API_EXPERIMENTAL,
];

/// Kinds of the Prometheus operator that run something; its others are rules and targets.
const RUN_BY_PROMETHEUS: [&str; 4] =
    ["Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"];

fn makes_nothing(group: &str) -> bool {
    let holds = |own: &str| match own.strip_prefix('.') {
        Some(own) => {
            group.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        }
        None => group == own,
    };
    OF_KUBERNETES.contains(&group) || MAKE_NOTHING.iter().any(|own| holds(own))
}

/// What an object makes beside itself, if it may make anything.
pub fn maker(object: &Value, meta: &Meta) -> Option<Maker> {
    let at = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let (group, kind) = (meta.group(), meta.kind.as_ref());
    let own = Some(meta.namespace.clone()).filter(|namespace| !namespace.is_empty());
    let (namespace, makes, values) = match (group, kind) {
        // The controller makes the proxy's Deployment and Service, called like the Gateway.
        (GATEWAY_API, "Gateway") => (own, Makes::Pods, Vec::new()),
        ("helm.toolkit.fluxcd.io", "HelmRelease") => {
            (at("/spec/targetNamespace").or(own), Makes::Anything, vec!["/spec/values"])
        }
        ("helm.cattle.io", "HelmChart") => (
            at("/spec/targetNamespace").or(own),
            Makes::Anything,
            vec!["/spec/valuesContent", "/spec/set"],
        ),
        ("argoproj.io", "Application") => (
            at("/spec/destination/namespace"),
            Makes::Anything,
            vec!["/spec/source", "/spec/sources"],
        ),
        ("argoproj.io", "ApplicationSet") => (
            at("/spec/template/spec/destination/namespace")
                .filter(|namespace| !crate::placeholder::has(namespace)),
            Makes::Anything,
            vec!["/spec/template/spec/source", "/spec/template/spec/sources"],
        ),
        ("argoproj.io", "AppProject") => return None,
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => {
            (at("/spec/targetNamespace"), Makes::Anything, Vec::new())
        }
        ("fluxcd.controlplane.io", "ResourceSet") => {
            (own, Makes::Anything, vec!["/spec/resources"])
        }
        ("grafana.integreatly.org", kind) if kind != "Grafana" => return None,
        ("monitoring.coreos.com", kind) => {
            if !RUN_BY_PROMETHEUS.contains(&kind) {
                return None;
            }
            (own, Makes::Programs, Vec::new())
        }
        _ if Kind::of(group, kind).is_some() || makes_nothing(group) => return None,
        _ => (own, Makes::Programs, Vec::new()),
    };
    // What may be anywhere speaks for nothing but what is called like it.
    // What Argo CD applies to its own namespace are more Applications, which lead anywhere; so do
    // the templates of an ApplicationSet.
    let of_argo = group == "argoproj.io" && kind.starts_with("Application");
    let namespace = namespace.filter(|own| !of_argo || *own != meta.namespace);
    let by_name = namespace.is_none() && !of_argo || makes == Makes::Pods;
    let mut hosts = Vec::new();
    for value in values.iter().filter_map(|pointer| object.pointer(pointer)) {
        route_hosts(value, false, &mut hosts);
    }
    hosts.sort();
    hosts.dedup();
    let chart = chart_of(object, kind);
    Some(Maker {
        title: meta.title(),
        name: meta.name.clone(),
        namespace,
        makes,
        by_name,
        chart,
        hosts,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kube::intern;

    fn made(object: Value) -> Option<Maker> {
        let text = |at: &str| object.pointer(at).and_then(Value::as_str).unwrap_or_default();
        let meta = Meta {
            api_version: intern(text("/apiVersion").to_owned()),
            kind: intern(text("/kind").to_owned()),
            namespace: text("/metadata/namespace").to_owned(),
            name: text("/metadata/name").to_owned(),
            ..Meta::default()
        };
        maker(&object, &meta)
    }

    fn of(api_version: &str, kind: &str) -> Option<Makes> {
        let metadata = json!({"namespace": "a", "name": "x"});
        let object = json!({"apiVersion": api_version, "kind": kind, "metadata": metadata});
        made(object).map(|maker| maker.makes)
    }

    #[test]
    fn what_is_not_kubernetes_own_may_make_things() {
        assert_eq!(of("grafana.integreatly.org/v1beta1", "Grafana"), Some(Makes::Programs));
        assert_eq!(of("monitoring.coreos.com/v1", "Prometheus"), Some(Makes::Programs));
        assert_eq!(of("monitoring.coreos.com/v1", "ServiceMonitor"), None);
        assert_eq!(of("gateway.networking.k8s.io/v1", "Gateway"), Some(Makes::Pods));
        for (version, kind) in [
            ("v1", "Service"),
            ("batch/v1", "Job"),
            ("cert-manager.io/v1", "Certificate"),
            ("acme.cert-manager.io/v1", "Order"),
            ("networking.istio.io/v1", "VirtualService"),
            ("source.toolkit.fluxcd.io/v1", "OCIRepository"),
        ] {
            assert_eq!(of(version, kind), None, "{kind}");
        }
    }

    #[test]
    fn a_release_makes_objects_in_its_target_namespace() {
        let release = made(json!({
            "apiVersion": "helm.toolkit.fluxcd.io/v2", "kind": "HelmRelease",
            "metadata": {"namespace": "flux", "name": "chat"},
            "spec": {"targetNamespace": "apps", "values": {
                "route": {"main": {"hostnames": ["Chat.example.org", "*.chat.example.org"]}},
                "ingress": {"hosts": [{"host": "old.example.org"}]},
            }}
        }));
        let release = release.expect("it makes something");
        assert_eq!(release.namespace.as_deref(), Some("apps"));
        assert_eq!(release.hosts, ["*.chat.example.org", "chat.example.org"]);
        assert!(release.claims("chat.example.org") && release.claims("a.chat.example.org"));
        assert!(!release.claims("old.example.org"));
    }
}
