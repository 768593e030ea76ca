//! A split as it is asked for.

use std::cell::OnceCell;

use igw::repair::{Wish, WishRefusal};
use igw_core::facts::views::{HttpRoute, Rule};
use igw_core::facts::{Fact, Facts};
use igw_core::finding::Finding;
use igw_core::fix::{Fix, Set};
use igw_core::kube::{Kind, Meta, ObjRef, Origin, full_name};
use igw_core::pointer;
use igw_core::text;

use super::arm::{KeptArm, SplitArm, title_of};
use super::arm_notes::ArmNotes;
use super::goal::SplitGoal;
use super::new_route::{NewRoute, there};
use super::{edits, rule, unneeded, weights};

/// A split of a route.
pub struct SplitWish {
    pub name: String,
    pub path: Option<String>,
    pub goal: SplitGoal,
    pub new: NewRoute,
    rule: OnceCell<usize>,
    /// Of a step the weights from which it began, and those to which it leads: it is made once.
    moved: OnceCell<(Vec<u32>, Vec<u32>)>,
}

impl Wish for SplitWish {
    fn words(&self) -> (&'static str, Vec<String>) {
        let path = self.path.iter().map(|path| format!("--path={path}"));
        let gateway = self.new.gateway.iter().map(|own| format!("--gateway={own}"));
        let hosts = self.new.hosts.iter().map(|host| format!("--host={host}"));
        let name = std::iter::once(self.name.clone());
        ("split", name.chain(path).chain(self.goal.words()).chain(gateway).chain(hosts).collect())
    }

    fn look(&self, facts: &Facts) -> Result<Option<Finding>, WishRefusal> {
        match self.route(facts)? {
            Some(route) => self.of(facts, route),
            None => self.of_new(facts).map(Some),
        }
    }
}

impl SplitWish {
    pub fn new(name: &str, path: Option<String>, goal: SplitGoal, new: NewRoute) -> SplitWish {
        SplitWish {
            name: name.to_owned(),
            path,
            goal,
            new,
            rule: OnceCell::new(),
            moved: OnceCell::new(),
        }
    }

    fn route<'a>(&self, facts: &Facts<'a>) -> Result<Option<&'a HttpRoute>, WishRefusal> {
        let refused = facts.store.refused.iter().find(|refused| {
            let namespace = facts.scope.namespace.as_ref();
            refused.kind == Some(Kind::HttpRoute)
                && refused.meta.name == self.name
                && namespace.is_none_or(|own| *own == refused.meta.namespace)
        });
        if let Some(refused) = refused {
            let what = format!("the API server would refuse {}", refused.meta.title());
            return Err(WishRefusal::new(what).hint("kubectl igw routes check says why"));
        }
        let Some(namespace) = &facts.scope.namespace else {
            let all = facts.list::<HttpRoute>(None).items;
            let found: Vec<&HttpRoute> =
                all.into_iter().filter(|own| own.meta.name == self.name).collect();
            return match found.as_slice() {
                [] => Ok(None),
                [only] => Ok(Some(only)),
                some => {
                    let names = text::some_by(some, 6, |own| own.meta.full_name());
                    let what = format!("{} HTTPRoutes have the name {}", some.len(), self.name);
                    Err(WishRefusal::new(what).hint(format!("give one of {names}")))
                }
            };
        };
        match facts.get::<HttpRoute>(namespace, &self.name) {
            Fact::Known(route) => Ok(Some(route)),
            Fact::Absent => Ok(None),
            // What is not in the files is new there.
            Fact::Unknown(_) if facts.store.world.is_some() => Ok(None),
            Fact::Unknown(why) => {
                let title = full_name(namespace, &self.name);
                let what = format!("HTTPRoute {title} could not be read: {}", why.detail);
                Err(WishRefusal::blind(what))
            }
        }
    }

    /// The rule that is meant; the same one every time.
    fn rule(&self, route: &HttpRoute) -> Result<usize, WishRefusal> {
        if let Some(at) = self.rule.get().filter(|at| **at < route.rules.len()) {
            return Ok(*at);
        }
        let is_split = |rule: &Rule| rule.backend_refs.len() > 1;
        let pick = |fits: &dyn Fn(&Rule) -> bool| rule::pick(route, self.path.as_deref(), fits);
        let at = match &self.goal {
            SplitGoal::To(_) => pick(&|_| false),
            SplitGoal::Step(_) => pick(&is_split),
            SplitGoal::End(kept) => {
                let has =
                    |rule: &Rule| rule.backend_refs.iter().any(|own| kept.is(own, &route.meta));
                // A split that is over already.
                pick(&|rule| is_split(rule) && has(rule)).or_else(|_| pick(&has))
            }
        }?;
        Ok(*self.rule.get_or_init(|| at))
    }

    fn of(&self, facts: &Facts, route: &HttpRoute) -> Result<Option<Finding>, WishRefusal> {
        self.new.fits(route)?;
        let at = self.rule(route)?;
        let matches = rule::matches(&route.rules[at]);
        let (what, sets, noted) = match &self.goal {
            SplitGoal::To(arms) => {
                let noted = ArmNotes::of(facts, arms, &route.meta.namespace)?;
                let what = format!("{matches}: {}", shares(arms, &route.meta.namespace));
                (what, edits::arms(route, at, arms), noted)
            }
            SplitGoal::Step(points) => {
                let (what, sets) = self.step(route, at, *points)?;
                (what, sets, ArmNotes::default())
            }
            SplitGoal::End(kept) => {
                let (what, sets) = end(route, at, kept)?;
                let mut noted = ArmNotes::default();
                noted.notes.extend(unneeded::grants(facts, route, at, kept));
                (what, sets, noted)
            }
        };
        if sets.is_empty() && noted.grants.is_empty() {
            return Ok(None);
        }
        let mut fix = Fix::safe(what);
        if !sets.is_empty() {
            fix = fix.change(&route.meta, sets);
        }
        let now = route.rules[at].backend_refs.iter();
        let now: Vec<(String, u32)> =
            now.map(|own| (title_of(own, &route.meta), own.weight)).collect();
        let now = now.iter().map(|(name, weight)| (name.as_str(), *weight));
        let before = match route.rules[at].backend_refs.is_empty() {
            true => "before: no backends".to_owned(),
            false => format!("before: {}", weights::shares(now)),
        };
        let path = pointer!["spec", "rules", at, "backendRefs"];
        Ok(Some(finding(&route.meta, path, noted.add_to(fix, Some(before)))))
    }

    /// Of a route that is not there.
    fn of_new(&self, facts: &Facts) -> Result<Finding, WishRefusal> {
        let home = facts.scope.namespace.as_deref().unwrap_or_default();
        let title = full_name(home, &self.name);
        let SplitGoal::To(arms) = &self.goal else {
            let refusal = WishRefusal::new(format!("there is no HTTPRoute {title}"));
            return Err(refusal.hint(there(facts, home)));
        };
        if home.is_empty() && self.new.gateway.is_some() {
            let what = format!("there is no HTTPRoute {title}, and a new one needs a namespace");
            return Err(WishRefusal::new(what).hint(format!("write NAMESPACE/{title}")));
        }
        let path = self.path.as_deref().unwrap_or("/");
        let (new, note) = self.new.object(facts, (home, &self.name), path, arms)?;
        let mut noted = ArmNotes::of(facts, arms, home)?;
        noted.notes.extend(note);
        let what = format!("create, with PathPrefix {path}: {}", shares(arms, home));
        let object = ObjRef::of(&new.object);
        let origin = new.beside.unwrap_or(Origin::CLUSTER);
        let fix = noted.add_to(Fix::safe(what).create(new), None);
        let meta = Meta { origin, ..Meta::default() };
        Ok(Finding { object, ..finding(&meta, "/spec/rules/0/backendRefs".to_owned(), fix) })
    }

    fn step(
        &self,
        route: &HttpRoute,
        at: usize,
        points: u32,
    ) -> Result<(String, Vec<Set>), WishRefusal> {
        let refs = &route.rules[at].backend_refs;
        let title = route.meta.title();
        let matches = rule::matches(&route.rules[at]);
        let names: Vec<String> = refs.iter().map(|own| title_of(own, &route.meta)).collect();
        let [first, second, ..] = names.as_slice() else {
            let has = text::some_of(&names, 2);
            let what = format!("the rule for {matches} of {title} has no two arms: {has}");
            return Err(WishRefusal::new(what).hint("--to NS/SERVICE:PORT=WEIGHT makes them"));
        };
        let now: Vec<u32> = refs.iter().map(|own| own.weight).collect();
        if self.moved.get().is_none() {
            let Some(new) = weights::step(&now, points) else {
                let what = format!("{first}, the first arm of {matches}, has no share left");
                let hint = format!("--end --keep {second} finishes the split");
                return Err(WishRefusal::new(what).hint(hint));
            };
            let _ = self.moved.set((now.clone(), new));
        }
        let Some((from, to)) = self.moved.get() else { return Ok(Default::default()) };
        if now != *from && now != *to {
            let what = format!(
                "the weights of {title} are neither those before the step nor those after it"
            );
            return Err(WishRefusal::moved(what).hint("look at them, and run it again"));
        }
        let shares = weights::shares(names.iter().map(String::as_str).zip(to.iter().copied()));
        let moved = weights::moved(from, points);
        let what = format!("{matches}: {shares} ({moved} of all moved from {first} to {second})");
        Ok((what, edits::weights(route, at, to)))
    }
}

fn end(route: &HttpRoute, at: usize, kept: &KeptArm) -> Result<(String, Vec<Set>), WishRefusal> {
    let refs = &route.rules[at].backend_refs;
    let matches = rule::matches(&route.rules[at]);
    let (title, wanted) = (route.meta.title(), kept.title(&route.meta.namespace));
    let names = text::some_by(refs, 6, |own| title_of(own, &route.meta));
    let fitting: Vec<usize> =
        (0..refs.len()).filter(|at| kept.is(&refs[*at], &route.meta)).collect();
    let at_arm = match fitting.as_slice() {
        [only] => *only,
        [] => {
            let what = format!("{wanted} is no arm of the rule for {matches} of {title}");
            return Err(WishRefusal::new(what).hint(format!("the arms are {names}")));
        }
        _ => {
            let what =
                format!("{wanted} is more than one arm of the rule for {matches} of {title}");
            return Err(WishRefusal::new(what).hint(format!("the arms are {names}")));
        }
    };
    let what = format!("{matches}: all requests go to {}", title_of(&refs[at_arm], &route.meta));
    let sets = match refs.len() == 1 && refs[at_arm].weight > 0 {
        true => Vec::new(),
        false => edits::only(route, at, at_arm),
    };
    Ok((what, sets))
}

fn finding(meta: &Meta, path: String, fix: Fix) -> Finding {
    Finding { code: "split", fix: Some(fix), ..Finding::at(meta, path, "") }
}

fn shares(arms: &[SplitArm], home: &str) -> String {
    let named: Vec<(String, u32)> = arms.iter().map(|arm| (arm.title(home), arm.weight)).collect();
    weights::shares(named.iter().map(|(name, weight)| (name.as_str(), *weight)))
}
