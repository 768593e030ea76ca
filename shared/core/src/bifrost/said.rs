//! What the user said about Bifrost.

use std::collections::BTreeMap;

use crate::facts::Assumed;
use crate::kube::Hidden;
use crate::workload::Release;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BifrostSaid {
    /// `--assume bifrost=VERSION`
    pub release: Option<Release>,
    /// `--assume internet=yes|no`: whether pods reach hosts outside of the cluster.
    pub internet: Option<bool>,
    /// `--env`: on top of a container's environment.
    pub env: BTreeMap<String, Hidden>,
    /// `--args`: instead of a container's arguments.
    pub args: Option<Vec<String>>,
}

impl Assumed for BifrostSaid {
    fn unsaid() -> &'static BifrostSaid {
        static UNSAID: BifrostSaid =
            BifrostSaid { release: None, internet: None, env: BTreeMap::new(), args: None };
        &UNSAID
    }
}
