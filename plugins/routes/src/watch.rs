//! `routes check --watch`: what appears and what is gone, as it happens.

use std::time::{Duration, Instant};

use igw::cli::Common;
use igw::clock;
use igw::cluster::Live;
use igw::exit::{Exit, Failure};
use igw::judge::{Judged, Plan};
use igw::load::Loaded;
use igw::output;
use igw_core::facts::{Scope, Settings};

use crate::check;

/// The least time between two looks at a cluster that cannot be reached.
const PAUSE: Duration = Duration::from_secs(5);

/// A large cluster that never rests shall not be read all the time: so many times the duration of
/// one look lie between two.
const REST: u32 = 5;

/// Looks again whenever something that was read has changed. Ends with Ctrl-C.
///
/// # Errors
/// When a report cannot be made.
pub fn run(
    common: &Common,
    plan: &Plan,
    mut loaded: Loaded,
    scope: &Scope,
    settings: &Settings,
    mut before: Judged,
) -> Result<Exit, Failure> {
    let mut told = Vec::new();
    loop {
        let denied = loaded.live.as_mut().map(Live::wait).unwrap_or_default();
        if denied != told {
            eprintln!("not watched, but read again every 30 s: {}", denied.join(", "));
            told = denied;
        }
        let begin = Instant::now();
        loaded.again(settings.clone());
        let looked = plan.gather(&mut loaded, scope);
        let looked = looked.and_then(|()| plan.run(check::TOOL, &mut loaded, scope, Vec::new()));
        let mut after = match looked {
            Ok(after) => after,
            Err(failure) => {
                eprintln!("{failure}");
                std::thread::sleep(PAUSE);
                continue;
            }
        };
        let sinks = after.sinks.clone();
        plan.compare(&mut before, &mut after);
        if !after.report.findings.is_empty() || after.report.vanishes.iter().flatten().count() > 0 {
            let time = clock::now();
            let text = check::human(common, &loaded, scope, &after, true);
            output::print(&format!("\n{time}\n{text}"))?;
        }
        before = Judged { sinks, ..after };
        std::thread::sleep(begin.elapsed() * REST);
    }
}
