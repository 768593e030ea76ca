//! A request through one Gateway.

use super::super::request::Request;
use super::super::trace::{Name, Trace};
use super::super::{class, gateway};
use super::walk::Walk;
use crate::facts::views::Gateway;
use crate::facts::{Fact, Facts};

/// Follows a request through one Gateway.
pub(super) fn through<'a>(facts: &Facts<'a>, request: &Request, gateway: &'a Gateway) -> Trace {
    let mut walk = Walk::new(request);
    walk.trace.gateway = Some(Name::from(&gateway.meta));
    let profile = match class::profile(facts, gateway) {
        Fact::Known(profile) => profile,
        Fact::Absent => {
            let why = gateway::not_served(facts, gateway);
            let says = format!(
                "no controller serves {}: {why}, so there is no proxy",
                gateway.meta.title()
            );
            return walk.nothing(&says);
        }
        Fact::Unknown(why) => return walk.unknown(&why.detail),
    };
    walk.trace.profile = Some(class::say(facts, &profile));
    let compiled = gateway::compile(facts, gateway, profile);
    walk.through(facts, &compiled);
    walk.contradicted(facts, &compiled);
    walk.suppose_nothing_else(facts);
    walk.trace
}
