//! What makes pods that may send traces: workloads, Jobs and CronJobs.

use crate::facts::Facts;
use crate::facts::views::{BatchJob, PodTemplate, Workload};
use crate::kube::Meta;
use crate::workload::standing;

/// One object that makes pods.
#[derive(Debug, Clone, Copy)]
pub struct TracePods<'a> {
    pub meta: &'a Meta,
    pub template: &'a PodTemplate,
    /// Where the template's `spec` stands.
    pub at: &'static str,
    /// The object, where it is a workload that stays.
    pub workload: Option<&'a Workload>,
}

impl TracePods<'_> {
    /// Whether a pod has one container only, and nothing that may stay beside it.
    pub fn is_alone(&self) -> bool {
        self.template.containers.len() == 1 && self.template.init_containers.is_empty()
    }
}

/// Those that are judged.
pub fn judged<'a>(facts: &Facts<'a>) -> Vec<TracePods<'a>> {
    let namespace = facts.scope.namespace.as_deref();
    let mut out = of(facts, namespace);
    out.retain(|own| facts.scope.contains(own.meta));
    out
}

/// What is made of each container of those that are judged, by its number.
pub fn containers<'a, T>(
    facts: &Facts<'a>,
    of: impl Fn(&Facts<'a>, TracePods<'a>, usize) -> Option<T>,
) -> Vec<T> {
    let all = judged(facts).into_iter();
    let all = all.flat_map(|pods| (0..pods.template.containers.len()).map(move |at| (pods, at)));
    all.filter_map(|(pods, number)| of(facts, pods, number)).collect()
}

/// Those of a namespace, or of all.
pub fn of<'a>(facts: &Facts<'a>, namespace: Option<&str>) -> Vec<TracePods<'a>> {
    let workloads = standing(facts, namespace).into_iter().filter_map(|own| {
        Some(TracePods {
            meta: &own.meta,
            template: own.template.as_ref().ok()?,
            at: "/spec/template/spec",
            workload: Some(own),
        })
    });
    // What a CronJob made repeats its template, and what has ended sends nothing any more.
    let jobs = facts.list::<BatchJob>(namespace).items.into_iter();
    let repeats = |own: &&BatchJob| own.owner.as_ref().is_some_and(|(kind, _)| kind == "CronJob");
    let jobs = jobs.filter(|own| !own.finished && !repeats(own));
    let jobs = jobs.filter_map(|own| {
        let (meta, template) = (&own.meta, own.template.as_ref().ok()?);
        Some(TracePods { meta, template, at: own.at, workload: None })
    });
    workloads.chain(jobs).collect()
}
