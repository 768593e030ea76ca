//! What the stand-in serves.

/// A resource: plural, kind, API version, whether namespaced.
pub type ServedResource = (&'static str, &'static str, &'static str, bool);

pub const RESOURCES: [ServedResource; 32] = [
    ("gatewayclasses", "GatewayClass", "gateway.networking.k8s.io/v1", false),
    ("gateways", "Gateway", "gateway.networking.k8s.io/v1", true),
    ("httproutes", "HTTPRoute", "gateway.networking.k8s.io/v1", true),
    ("referencegrants", "ReferenceGrant", "gateway.networking.k8s.io/v1beta1", true),
    ("namespaces", "Namespace", "v1", false),
    ("services", "Service", "v1", true),
    ("pods", "Pod", "v1", true),
    ("nodes", "Node", "v1", false),
    ("resourcequotas", "ResourceQuota", "v1", true),
    ("configmaps", "ConfigMap", "v1", true),
    ("secrets", "Secret", "v1", true),
    ("horizontalpodautoscalers", "HorizontalPodAutoscaler", "autoscaling/v2", true),
    ("persistentvolumeclaims", "PersistentVolumeClaim", "v1", true),
    ("endpointslices", "EndpointSlice", "discovery.k8s.io/v1", true),
    ("deployments", "Deployment", "apps/v1", true),
    ("statefulsets", "StatefulSet", "apps/v1", true),
    ("daemonsets", "DaemonSet", "apps/v1", true),
    ("listenersets", "ListenerSet", "gateway.networking.k8s.io/v1", true),
    ("backendtlspolicies", "BackendTLSPolicy", "gateway.networking.k8s.io/v1", true),
    ("gatewayparameters", "GatewayParameters", "gateway.kgateway.dev/v1alpha1", true),
    ("listenerpolicies", "ListenerPolicy", "gateway.kgateway.dev/v1alpha1", true),
    ("httplistenerpolicies", "HTTPListenerPolicy", "gateway.kgateway.dev/v1alpha1", true),
    ("backendconfigpolicies", "BackendConfigPolicy", "gateway.kgateway.dev/v1alpha1", true),
    ("backends", "Backend", "gateway.kgateway.dev/v1alpha1", true),
    ("directresponses", "DirectResponse", "gateway.kgateway.dev/v1alpha1", true),
    ("gatewayextensions", "GatewayExtension", "gateway.kgateway.dev/v1alpha1", true),
    ("trafficpolicies", "TrafficPolicy", "gateway.kgateway.dev/v1alpha1", true),
    ("backends", "Backend", "gateway.envoyproxy.io/v1alpha1", true),
    ("httproutefilters", "HTTPRouteFilter", "gateway.envoyproxy.io/v1alpha1", true),
    ("envoyproxies", "EnvoyProxy", "gateway.envoyproxy.io/v1alpha1", true),
    ("serviceimports", "ServiceImport", "multicluster.x-k8s.io/v1alpha1", true),
    ("customresourcedefinitions", "CustomResourceDefinition", "apiextensions.k8s.io/v1", false),
];
