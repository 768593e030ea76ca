//! What the user said about Langfuse.

use crate::facts::Assumed;
use crate::workload::Release;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LangfuseSaid {
    /// `--assume langfuse=VERSION`
    pub release: Option<Release>,
}

impl Assumed for LangfuseSaid {
    fn unsaid() -> &'static LangfuseSaid {
        static UNSAID: LangfuseSaid = LangfuseSaid { release: None };
        &UNSAID
    }
}
