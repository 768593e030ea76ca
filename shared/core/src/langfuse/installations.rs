//! The Langfuses of a run: a web server with the workers that belong to it.

use std::rc::Rc;

use better_any::tid;

use super::part::{LangfusePart, LangfuseRole};
use crate::facts::{Derive, Facts, Memo};
use crate::kube::Meta;
use crate::workload::{Release, standing};

/// One Langfuse.
#[derive(Debug)]
pub struct Installation<'a> {
    pub namespace: String,
    /// Its web server; `None` where only workers are known.
    pub web: Option<LangfusePart<'a>>,
    pub workers: Vec<LangfusePart<'a>>,
}

impl<'a> Installation<'a> {
    /// The web server, or the first worker.
    pub fn parts(&self) -> impl Iterator<Item = &LangfusePart<'a>> {
        self.web.iter().chain(&self.workers)
    }

    /// The workload that stands for it.
    pub fn meta(&self) -> Option<&'a Meta> {
        self.parts().next().map(|part| &part.workload.meta)
    }

    pub fn release(&self) -> Option<Release> {
        self.parts().find_map(|part| part.release)
    }

    /// `Langfuse 4.16.0`, `Langfuse 3`, or `Langfuse` where the version is not known.
    pub fn title(&self) -> String {
        match self.release() {
            // Images are also tagged by the major version alone.
            Some(release) if release.minor == LangfusePart::ANY_MINOR => {
                format!("Langfuse {}", release.major)
            }
            Some(release) => format!("Langfuse {release}"),
            None => "Langfuse".to_owned(),
        }
    }

    /// Whether it is that version or a later one; `None` where that is not known.
    pub fn since(&self, major: u16, minor: u16) -> Option<bool> {
        self.release().map(|release| release.since(major, minor, 0))
    }
}

struct Installations<'a> {
    /// Those of the namespace that is judged, or of all.
    here: Vec<Rc<Installation<'a>>>,
    /// Those of others, as far as something leads there.
    elsewhere: Memo<String, Rc<Vec<Rc<Installation<'a>>>>>,
}

tid!(Installations<'a>);

impl<'a> Derive<'a> for Installations<'a> {
    fn derive(facts: &Facts<'a>) -> Self {
        let here = find(facts, facts.scope.namespace.as_deref());
        Installations { here, elsewhere: Memo::default() }
    }
}

/// The Langfuses of the namespace that is judged, or of all; worked out once.
pub fn all<'s, 'a>(facts: &'s Facts<'a>) -> &'s [Rc<Installation<'a>>] {
    &facts.derived::<Installations>().here
}

/// Those of one namespace, whether it is judged or not.
pub fn of_namespace<'a>(facts: &Facts<'a>, namespace: &str) -> Vec<Rc<Installation<'a>>> {
    let known = facts.derived::<Installations>();
    match facts.scope.namespace.as_deref() {
        Some(own) if own != namespace => {
            let found = || Rc::new(find(facts, Some(namespace)));
            known.elsewhere.get(namespace, found).to_vec()
        }
        _ => known.here.iter().filter(|own| own.namespace == namespace).cloned().collect(),
    }
}

/// Those that are judged.
pub fn judged<'s, 'a>(facts: &'s Facts<'a>) -> impl Iterator<Item = &'s Installation<'a>> {
    let is_judged =
        |own: &&Installation| own.parts().any(|part| facts.scope.contains(&part.workload.meta));
    all(facts).iter().map(|own| &**own).filter(is_judged)
}

fn find<'a>(facts: &Facts<'a>, namespace: Option<&str>) -> Vec<Rc<Installation<'a>>> {
    let mut webs = Vec::new();
    let mut workers = Vec::new();
    for workload in standing(facts, namespace) {
        let count = workload.template.as_ref().map_or(0, |template| template.containers.len());
        for part in (0..count).filter_map(|number| LangfusePart::of(facts, workload, number)) {
            match part.role {
                LangfuseRole::Web => webs.push(part),
                LangfuseRole::Worker => workers.push(part),
            }
        }
    }
    let own = |web: LangfusePart<'a>| Installation {
        namespace: web.workload.meta.namespace.clone(),
        web: Some(web),
        workers: Vec::new(),
    };
    let mut out: Vec<Installation> = webs.into_iter().map(own).collect();
    for worker in workers {
        let namespace = worker.workload.meta.namespace.clone();
        match home(&out, &worker) {
            Some(at) => out[at].workers.push(worker),
            None => out.push(Installation { namespace, web: None, workers: vec![worker] }),
        }
    }
    join_lonely(&mut out);
    out.into_iter().map(Rc::new).collect()
}

/// The only worker without a web server belongs to the only web server without a worker, also in
/// another namespace.
fn join_lonely(all: &mut Vec<Installation>) {
    let lonely = |with_web: bool| {
        let fits = |own: &Installation| own.web.is_some() == with_web && own.parts().count() == 1;
        let found: Vec<usize> = (0..all.len()).filter(|at| fits(&all[*at])).collect();
        if found.len() == 1 { found.first().copied() } else { None }
    };
    if let (Some(web), Some(worker)) = (lonely(true), lonely(false)) {
        let workers = std::mem::take(&mut all[worker].workers);
        all[web].workers = workers;
        all.remove(worker);
    }
}

/// The web server that a worker belongs to: that of its namespace which is of the same release or
/// name, else the only one.
fn home(all: &[Installation], worker: &LangfusePart) -> Option<usize> {
    let namespace = &worker.workload.meta.namespace;
    let here: Vec<usize> = (0..all.len())
        .filter(|at| all[*at].web.is_some() && all[*at].namespace == *namespace)
        .collect();
    if let [only] = here[..] {
        return Some(only);
    }
    let release = |part: &LangfusePart| {
        part.workload.pod_labels.get("app.kubernetes.io/instance").map(str::to_owned)
    };
    let stem = |part: &LangfusePart| {
        let name = part.workload.meta.name.as_str();
        name.replace("worker", "").replace("web", "").trim_matches('-').to_owned()
    };
    let like = |same: &dyn Fn(&LangfusePart) -> bool| {
        here.iter().copied().find(|at| all[*at].web.as_ref().is_some_and(same))
    };
    like(&|web| release(web).is_some() && release(web) == release(worker))
        .or_else(|| like(&|web| stem(web) == stem(worker)))
}
