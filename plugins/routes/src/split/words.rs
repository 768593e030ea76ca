//! A split as it is written on the command line, for a saved plan.

use super::wish::{SplitGoal, SplitWish};

/// The name and the flags that ask for a split; the namespace is that of the plan.
pub fn of(wish: &SplitWish) -> Vec<String> {
    let mut out = vec![wish.name.clone()];
    let mut flag = |name: &str, value: String| out.push(format!("--{name}={value}"));
    if let Some(path) = &wish.path {
        flag("path", path.clone());
    }
    match &wish.goal {
        SplitGoal::To(arms) => arms.iter().for_each(|arm| flag("to", arm.to_string())),
        SplitGoal::Step(points) => flag("step", points.to_string()),
        SplitGoal::End(kept) => flag("keep", kept.to_string()),
    }
    if let Some(gateway) = &wish.new.gateway {
        flag("gateway", gateway.to_string());
    }
    wish.new.hosts.iter().for_each(|host| flag("host", host.clone()));
    if matches!(wish.goal, SplitGoal::End(_)) {
        out.push("--end".to_owned());
    }
    out
}
