//! The fields whose values rules compare. All other strings of an object are masked when it is saved.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::kept_pods::{CRON_TEMPLATE, POD, POD_STATUS, TEMPLATE, WORKLOAD};

/// What is kept of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// Nothing, but for what is kept of its members.
    #[default]
    Nothing,
    Value,
    /// The value and all below it.
    All,
    /// The value of an entry with a name, unless the name says that it is a secret.
    Named,
    /// A condition of CEL: its words, not the texts that are compared with a secret.
    Cel,
    /// A command line: its flags, and the values of those that rules read.
    Words,
    /// One of the paths that everybody asks.
    Probe,
    /// The value of a variable that rules read.
    Variable,
    /// A text for people, which may quote anything.
    Line,
}

/// A field with what is kept of it, and its members; lists are passed through.
#[derive(Debug, Default)]
pub struct KeptField {
    pub keep: Keep,
    members: BTreeMap<&'static str, KeptField>,
}

impl KeptField {
    /// A member of it, `*` standing for any.
    pub fn member(&self, name: &str) -> Option<&KeptField> {
        self.members.get(name).or_else(|| self.members.get("*"))
    }

    fn add(&mut self, line: &'static str) {
        let (path, keep) = match line.split_once(' ') {
            None => (line, Keep::Value),
            Some((path, "all")) => (path, Keep::All),
            Some((path, "named")) => (path, Keep::Named),
            Some((path, "cel")) => (path, Keep::Cel),
            Some((path, "words")) => (path, Keep::Words),
            Some((path, "probe")) => (path, Keep::Probe),
            Some((path, "variable")) => (path, Keep::Variable),
            Some((path, "line")) => (path, Keep::Line),
            Some((path, _)) => (path, Keep::Nothing),
        };
        let parts = path.split('/');
        let field = parts.fold(self, |field, part| field.members.entry(part).or_default());
        field.keep = keep;
    }
}

/// Of every kind.
const COMMON: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata/name",
    "metadata/namespace",
    "metadata/uid",
    "metadata/resourceVersion",
    "metadata/creationTimestamp",
    "metadata/deletionTimestamp",
    "metadata/managedFields/manager",
    "metadata/managedFields/time",
    "metadata/labels/*",
    "metadata/ownerReferences/apiVersion",
    "metadata/ownerReferences/kind",
    "metadata/ownerReferences/name",
    "metadata/ownerReferences/uid",
    "status/conditions/type",
    "status/conditions/status",
    "status/conditions/reason",
    "status/conditions/lastTransitionTime",
    "status/parents/parentRef all",
    "status/parents/controllerName",
    "status/parents/conditions/type",
    "status/parents/conditions/status",
    "status/parents/conditions/reason",
    "status/ancestors/ancestorRef all",
    "status/ancestors/controllerName",
    "status/ancestors/conditions/type",
    "status/ancestors/conditions/status",
    "status/ancestors/conditions/reason",
    "spec/targetRefs all",
    "spec/targetRef all",
    "spec/targetSelectors all",
];

const ROUTE: &[&str] = &[
    "spec/parentRefs all",
    "spec/hostnames",
    "spec/rules/name",
    "spec/rules/matches/path all",
    "spec/rules/matches/method",
    "spec/rules/matches/headers named",
    "spec/rules/matches/queryParams named",
    "spec/rules/filters/type",
    "spec/rules/filters/requestHeaderModifier/set named",
    "spec/rules/filters/requestHeaderModifier/add named",
    "spec/rules/filters/requestHeaderModifier/remove",
    "spec/rules/filters/responseHeaderModifier/set named",
    "spec/rules/filters/responseHeaderModifier/add named",
    "spec/rules/filters/responseHeaderModifier/remove",
    "spec/rules/filters/requestRedirect all",
    "spec/rules/filters/urlRewrite all",
    "spec/rules/filters/requestMirror/backendRef all",
    "spec/rules/filters/extensionRef all",
    "spec/rules/timeouts all",
    "spec/rules/retry/backoff",
    "spec/rules/backendRefs/group",
    "spec/rules/backendRefs/kind",
    "spec/rules/backendRefs/name",
    "spec/rules/backendRefs/namespace",
    "spec/rules/backendRefs/filters/type",
    "spec/rules/backendRefs/filters/extensionRef all",
    "spec/rules/backendRefs/filters/requestMirror/backendRef all",
];

const LISTENERS: &[&str] = &[
    "spec/gatewayClassName",
    "spec/parentRef all",
    "spec/listeners/name",
    "spec/listeners/hostname",
    "spec/listeners/protocol",
    "spec/listeners/tls/mode",
    "spec/listeners/tls/certificateRefs all",
    "spec/listeners/allowedRoutes all",
    "spec/allowedListeners all",
    "spec/addresses/type",
    "spec/addresses/value",
    "spec/infrastructure/parametersRef all",
    "spec/tls/backend/clientCertificateRef all",
    "spec/tls/frontend/default/validation/caCertificateRefs all",
    "spec/tls/frontend/perPort/tls/validation/caCertificateRefs all",
    "status/addresses/type",
    "status/addresses/value",
    "status/listeners/name",
    "status/listeners/supportedKinds all",
    "status/listeners/conditions/type",
    "status/listeners/conditions/status",
    "status/listeners/conditions/reason",
];

/// The kinds, each with its fields. What is of no kind here has its metadata and targets only.
const KINDS: &[(&[&str], &[&[&str]])] = &[
    (&["HTTPRoute"], &[ROUTE]),
    (
        &["GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"],
        &[&["spec/parentRefs all", "spec/hostnames"]],
    ),
    (&["Gateway", "ListenerSet", "XListenerSet"], &[LISTENERS]),
    (&["GatewayClass"], &[&["spec/controllerName", "spec/parametersRef all"]]),
    (&["ReferenceGrant"], &[&["spec/from all", "spec/to all"]]),
    (
        &["Service"],
        &[&[
            "spec/type",
            "spec/clusterIP",
            "spec/selector/*",
            "spec/ports/name",
            "spec/ports/protocol",
            "spec/ports/targetPort",
            "spec/ports/appProtocol",
        ]],
    ),
    (
        &["EndpointSlice"],
        &[&[
            "addressType",
            "ports/name",
            "ports/protocol",
            "endpoints/addresses",
            "endpoints/targetRef all",
        ]],
    ),
    (&["Pod"], &[POD, POD_STATUS]),
    (&["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"], &[WORKLOAD, TEMPLATE]),
    (&["Job"], &[TEMPLATE, &["status/completionTime"]]),
    (&["CronJob"], &[CRON_TEMPLATE]),
    (&["HorizontalPodAutoscaler", "ScaledObject"], &[&["spec/scaleTargetRef all"]]),
    (&["PersistentVolumeClaim"], &[&["spec/accessModes"]]),
    (&["Node"], &[&["spec/taints all", "status/allocatable all", "status/capacity all"]]),
    (&["ResourceQuota"], &[&["spec/hard all", "spec/scopes", "status/used all"]]),
    (&["Secret"], &[&["type"]]),
    (
        &["TrafficPolicy"],
        &[&[
            "spec/rbac/action",
            "spec/rbac/policy/matchExpressions cel",
            "spec/timeouts all",
            "spec/urlRewrite/pathRegex all",
            "spec/extAuth/extensionRef all",
        ]],
    ),
    (
        &["ListenerPolicy", "HTTPListenerPolicy"],
        &[&["spec/default/httpSettings/tracing/provider/openTelemetry/grpcService/backendRef all"]],
    ),
    (
        &["BackendTLSPolicy"],
        &[&["spec/validation/caCertificateRefs all", "spec/validation/wellKnownCACertificates"]],
    ),
    (&["BackendConfigPolicy"], &[&["spec/tls/secretRef all"]]),
    (
        &["Backend"],
        &[&[
            "spec/type",
            "spec/static/hosts/host",
            "spec/aws/auth/secretRef all",
            "spec/endpoints/hostname",
            "spec/endpoints/ip/address",
            "spec/endpoints/fqdn/hostname",
            "spec/tls/wellKnownCACertificates",
            "spec/tls/caCertificateRefs all",
            "spec/tls/clientCertificateRef all",
        ]],
    ),
    (
        &["HTTPRouteFilter"],
        &[&[
            "spec/urlRewrite all",
            "spec/directResponse/body/type",
            "spec/directResponse/body/valueRef all",
            "spec/credentialInjection/credential/valueRef all",
            "spec/matches/cookies/type",
        ]],
    ),
    (
        &["EnvoyProxy"],
        &[&["spec/mergeType", "spec/routingType", "spec/backendTLS/clientCertificateRef all"]],
    ),
    (&["ServiceImport"], &[&["spec/ips", "spec/ports/name", "spec/ports/protocol"]]),
    (&["GatewayExtension"], &[&["spec/type", "spec/extAuth/grpcService/backendRef all"]]),
];

static FIELDS: LazyLock<BTreeMap<&'static str, KeptField>> = LazyLock::new(|| {
    let mut out = BTreeMap::new();
    let fill = |lists: &[&[&'static str]]| {
        let mut field = KeptField::default();
        let lines = lists.iter().copied().flatten();
        COMMON.iter().chain(lines).for_each(|line| field.add(line));
        field
    };
    for (kinds, lists) in KINDS {
        for kind in *kinds {
            out.insert(*kind, fill(lists));
        }
    }
    out.insert("", fill(&[]));
    out
});

/// What is kept of an object of a kind.
pub fn of(kind: &str) -> Option<&'static KeptField> {
    FIELDS.get(kind).or_else(|| FIELDS.get(""))
}
