//! The annotation by which `kubectl rollout restart` makes a new pod template of an old one.

/// Its name.
pub const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// Its place in a workload.
pub const RESTARTED_AT_POINTER: &str =
    "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
