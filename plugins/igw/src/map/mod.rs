//! The system as it was found: hosts, listeners, routes, Services, workloads, models, traces.

mod behind;
mod builder;
mod front;

use igw_core::check::Sink;
use igw_core::facts::Facts;
use igw_core::report::Drawing;

use builder::MapBuilder;

/// Draws what is known, with what the checks say of it; `host`: only what its requests may take.
pub fn draw(facts: &Facts, sinks: &[Sink], host: Option<&str>) -> Drawing {
    let mut builder = MapBuilder::new(sinks);
    front::add(facts, &mut builder);
    behind::add(facts, &mut builder);
    builder.drawing(host)
}
