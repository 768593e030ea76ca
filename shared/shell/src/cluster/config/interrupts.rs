//! What Ctrl-C and the limit of a run do, by what the run is doing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use crate::console::Console;
use crate::duration;
use crate::exit::Failure;
use crate::flags::Colour;

/// What ends a run from outside.
#[derive(Debug, Default)]
pub struct Interrupts {
    /// Whether Ctrl-C is the usual end of the run.
    ends_well: AtomicBool,
    /// Whether the run has no limit any more.
    unlimited: AtomicBool,
    /// Whether something is being written, so that Ctrl-C has to wait.
    held: AtomicBool,
    came: AtomicBool,
}

impl Interrupts {
    /// From here on Ctrl-C is the usual end of the run, and not an error; nothing else ends it.
    pub fn are_an_end(&self) {
        self.ends_well.store(true, Relaxed);
        self.lift_limit();
    }

    /// From here on the run may take as long as it takes: a person is asked.
    pub fn lift_limit(&self) {
        self.unlimited.store(true, Relaxed);
    }

    /// From here on Ctrl-C is only noted.
    pub fn hold(&self) {
        self.held.store(true, Relaxed);
    }

    /// From here on Ctrl-C ends the run. Whether it came in between.
    pub fn release(&self) -> bool {
        self.held.store(false, Relaxed);
        self.came.load(Relaxed)
    }

    /// Whether Ctrl-C came while it was only noted.
    pub fn came(&self) -> bool {
        self.came.load(Relaxed)
    }

    /// Ends a run that takes too long.
    pub(super) async fn end_after(self: Arc<Interrupts>, limit: Duration) {
        tokio::time::sleep(limit).await;
        if !self.unlimited.load(Relaxed) {
            let failure = Failure::blind(format!("not done within {}", duration::say(limit)))
                .hint("give it more time:   --timeout 15m   (0: as long as it takes)");
            Console::new(Colour::Auto).fail(&failure);
            std::process::exit(3);
        }
    }

    pub(super) async fn follow(self: Arc<Interrupts>) {
        while tokio::signal::ctrl_c().await.is_ok() {
            if self.held.load(Relaxed) {
                self.came.store(true, Relaxed);
                continue;
            }
            if self.ends_well.load(Relaxed) {
                std::process::exit(0);
            }
            Console::new(Colour::Auto).fail(&Failure::usage("interrupted"));
            std::process::exit(130);
        }
    }
}
