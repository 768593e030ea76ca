//! What is kept of pods and what makes them.

/// The pod in a Pod, and in the template of a workload.
macro_rules! pods {
    ($($at:literal),*) => { &[$(
        concat!($at, "containers/name"),
        concat!($at, "containers/image"),
        concat!($at, "containers/command words"),
        concat!($at, "containers/args words"),
        concat!($at, "containers/ports/name"),
        concat!($at, "containers/ports/protocol"),
        concat!($at, "containers/env/name"),
        concat!($at, "containers/env variable"),
        concat!($at, "containers/env/valueFrom/secretKeyRef all"),
        concat!($at, "containers/env/valueFrom/configMapKeyRef all"),
        concat!($at, "containers/envFrom/prefix"),
        concat!($at, "containers/envFrom/secretRef all"),
        concat!($at, "containers/envFrom/configMapRef all"),
        concat!($at, "containers/volumeMounts/name"),
        concat!($at, "containers/volumeMounts/mountPath"),
        concat!($at, "containers/volumeMounts/subPath"),
        concat!($at, "containers/livenessProbe/httpGet/port"),
        concat!($at, "containers/livenessProbe/httpGet/path probe"),
        concat!($at, "containers/livenessProbe/httpGet/scheme"),
        concat!($at, "containers/readinessProbe/httpGet/port"),
        concat!($at, "containers/readinessProbe/httpGet/path probe"),
        concat!($at, "containers/readinessProbe/httpGet/scheme"),
        concat!($at, "containers/startupProbe/httpGet/port"),
        concat!($at, "containers/startupProbe/httpGet/path probe"),
        concat!($at, "containers/startupProbe/httpGet/scheme"),
        concat!($at, "containers/resources all"),
        concat!($at, "initContainers/resources all"),
        concat!($at, "nodeSelector all"),
        concat!($at, "affinity all"),
        concat!($at, "tolerations all"),
        concat!($at, "initContainers/name"),
        concat!($at, "initContainers/image"),
        concat!($at, "initContainers/command words"),
        concat!($at, "initContainers/args words"),
        concat!($at, "initContainers/volumeMounts/name"),
        concat!($at, "initContainers/volumeMounts/mountPath"),
        concat!($at, "initContainers/volumeMounts/subPath"),
        concat!($at, "volumes/name"),
        concat!($at, "volumes/configMap all"),
        concat!($at, "volumes/secret all"),
        concat!($at, "volumes/persistentVolumeClaim all"),
        concat!($at, "volumes/projected/sources/configMap all"),
        concat!($at, "volumes/projected/sources/secret all"),
    )*] };
}

pub const POD: &[&str] = pods!("spec/");
pub const TEMPLATE: &[&str] = pods!("spec/template/spec/");

/// How a pod fares; messages may quote anything.
pub const STATE: &[&str] = &[
    "spec/nodeName",
    "status/phase",
    "status/containerStatuses/name",
    "status/containerStatuses/image",
    "status/containerStatuses/state/running all",
    "status/containerStatuses/state/waiting/reason",
    "status/containerStatuses/state/terminated/reason",
    "status/containerStatuses/state/terminated/startedAt",
    "status/containerStatuses/state/terminated/finishedAt",
    "status/containerStatuses/lastState/terminated/reason",
    "status/containerStatuses/lastState/terminated/startedAt",
    "status/containerStatuses/lastState/terminated/finishedAt",
    "status/initContainerStatuses/name",
    "status/initContainerStatuses/image",
    "status/initContainerStatuses/state/running all",
    "status/initContainerStatuses/state/waiting/reason",
    "status/initContainerStatuses/state/terminated/reason",
    "status/initContainerStatuses/state/terminated/startedAt",
    "status/initContainerStatuses/state/terminated/finishedAt",
];

pub const WORKLOAD: &[&str] = &[
    "spec/selector all",
    "spec/template/metadata/labels/*",
    "spec/strategy/rollingUpdate all",
    "spec/updateStrategy/rollingUpdate all",
    "spec/strategy/type",
    "spec/updateStrategy/type",
    "spec/volumeClaimTemplates/metadata/name",
    "spec/volumeClaimTemplates/spec/accessModes",
];
