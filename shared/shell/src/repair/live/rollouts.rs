//! The rollouts that changes have begun, followed to their ends.

use std::collections::BTreeMap;
use std::time::Duration;

use igw_core::kube::ObjRef;
use igw_core::text;
use serde_json::Value;

use super::rollout;
use super::settle::{self, SettleEnd};
use crate::cluster::Live;
use crate::console::Console;
use crate::exit::Exit;
use crate::repair::drafted::ObjectDraft;

/// The workloads whose pod template was changed, each as it was before.
#[derive(Default)]
pub struct Rollouts {
    before: BTreeMap<ObjRef, Value>,
}

impl Rollouts {
    /// Notes a change that was made.
    pub fn begun(&mut self, own: &ObjectDraft, now: &Value) {
        let object = own.write.object();
        if rollout::is_rolled(&object) && rollout::begins(&object, &own.before, now) {
            self.before.entry(object).or_insert_with(|| own.before.clone());
        }
    }

    /// Waits for the new pods of each, and says what came of them.
    pub fn follow(&self, live: &Live, limit: Duration, console: &Console) -> Exit {
        if self.before.is_empty() {
            return Exit::Good;
        }
        live.interrupts().hold();
        let ends = settle::settle(live, &self.before, limit, console);
        let mut exit = Exit::Good;
        for (object, end) in &ends {
            let title = text::clean(&object.to_string());
            match end {
                SettleEnd::Answered(says) => {
                    console.note(&format!("{} {title}: {says}", console.theme.tick()));
                }
                SettleEnd::Silent(why) => {
                    exit = exit.and(Exit::Failed);
                    console
                        .note(&format!("{} {title}: taken back, but {why}", console.theme.dot()));
                }
            }
        }
        match live.interrupts().release() {
            true => Exit::Interrupted,
            false => exit,
        }
    }
}
