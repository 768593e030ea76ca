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

/// How the containers of a pod fare.
macro_rules! statuses {
    ($($at:literal),*) => { &["spec/nodeName", "status/phase", $(
        concat!("status/", $at, "/name"),
        concat!("status/", $at, "/image"),
        concat!("status/", $at, "/state/waiting/reason"),
        concat!("status/", $at, "/state/waiting/message line"),
        concat!("status/", $at, "/state/running/startedAt"),
        concat!("status/", $at, "/state/terminated/reason"),
        concat!("status/", $at, "/state/terminated/message line"),
        concat!("status/", $at, "/state/terminated/startedAt"),
        concat!("status/", $at, "/state/terminated/finishedAt"),
        concat!("status/", $at, "/lastState/terminated/reason"),
        concat!("status/", $at, "/lastState/terminated/message line"),
        concat!("status/", $at, "/lastState/terminated/startedAt"),
        concat!("status/", $at, "/lastState/terminated/finishedAt"),
    )*] };
}

pub const POD_STATUS: &[&str] = statuses!("containerStatuses", "initContainerStatuses");
pub const POD: &[&str] = pods!("spec/");
pub const TEMPLATE: &[&str] = pods!("spec/template/spec/");
pub const CRON_TEMPLATE: &[&str] = pods!("spec/jobTemplate/spec/template/spec/");

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
