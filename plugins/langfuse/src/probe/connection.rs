//! What carries the requests of a climb.

use std::time::{Duration, Instant};

use igw::cluster::Live;
use igw::console::Console;
use igw::probe::{self, Via};
use igw_core::langfuse::probe::ladder::RungName;
use igw_core::langfuse::probe::plan::{Wire, WireEnd};
use igw_core::wire::{Outgoing, Silence, WireReply};

pub struct RealWire<'a> {
    pub console: &'a Console,
    pub live: Option<&'a Live>,
    pub langfuse: Via,
    /// Where the chat request goes.
    pub chat: Option<Via>,
    /// For one request.
    pub limit: Duration,
    pub began: Instant,
}

impl Wire for RealWire<'_> {
    fn send(&mut self, end: WireEnd, request: &Outgoing) -> Result<WireReply, Silence> {
        let way = match end {
            WireEnd::Langfuse => &self.langfuse,
            WireEnd::Chat => self.chat.as_ref().unwrap_or(&self.langfuse),
        };
        probe::call(request, way, self.live, self.limit)
    }

    fn pause(&mut self, millis: u64) {
        self.console.progress("waiting for the trace to arrive");
        std::thread::sleep(Duration::from_millis(millis));
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn begin(&mut self, rung: RungName) {
        self.console.progress(&format!("asking: {}", rung.as_str()));
    }
}
