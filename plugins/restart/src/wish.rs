//! A restart as it is asked for.

use igw::repair::{Wish, WishRefusal};
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::finding::Finding;
use igw_core::fix::Safety;
use igw_core::kube::{RESTARTED_AT, full_name};

use crate::subject::{self, Restartable};
use crate::{advice, danger, mark};

/// One workload to be restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestartWish {
    /// `Deployment`, `StatefulSet`, `DaemonSet`.
    pub kind: String,
    pub namespace: String,
    pub name: String,
    /// The time of the restart, RFC 3339: the value of the annotation.
    pub at: String,
    /// Whether it is made although something speaks against it.
    pub force: bool,
}

impl Wish for RestartWish {
    fn words(&self) -> (&'static str, Vec<String>) {
        ("restart", vec![format!("{}/{}", self.kind.to_lowercase(), self.name)])
    }

    fn look(&self, facts: &Facts) -> Result<Option<Finding>, WishRefusal> {
        let all = subject::all(facts);
        let Some(own) = all.iter().find(|own| self.is(own.workload)) else {
            let title = full_name(&self.namespace, &self.name);
            return Err(WishRefusal::new(format!("there is no {} {title}", self.kind)));
        };
        let workload = own.workload;
        if workload.pod_annotations.get(RESTARTED_AT) == Some(self.at.as_str()) {
            return Ok(None);
        }
        Ok(Some(self.finding(facts, own)))
    }
}

impl RestartWish {
    fn is(&self, workload: &Workload) -> bool {
        let meta = &workload.meta;
        *meta.kind == *self.kind && meta.namespace == self.namespace && meta.name == self.name
    }

    fn finding(&self, facts: &Facts, own: &Restartable) -> Finding {
        let workload = own.workload;
        let mut fix = mark::restart(facts, own, &self.at, &danger::of(facts, own));
        if advice::is_gitops(workload) && !self.force {
            fix.safety = Safety::ShowOnly(advice::how(workload));
        }
        Finding {
            code: "restart",
            fix: Some(fix),
            ..Finding::at(&workload.meta, "/spec/template", "")
        }
    }
}
