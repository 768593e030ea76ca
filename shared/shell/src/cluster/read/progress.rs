//! What a person sees who waits: one line on stderr, from half a second on, on a terminal only.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use igw_core::text;
use tokio::runtime::Handle;

/// How long to wait before the line is shown.
const PATIENCE: Duration = Duration::from_millis(500);

const TICK: Duration = Duration::from_millis(100);

#[derive(Default)]
struct ProgressState {
    lists: usize,
    done: usize,
    objects: usize,
    shown: bool,
    ended: bool,
}

/// A line that goes away when this is dropped.
pub struct Progress(Arc<Mutex<ProgressState>>);

impl Progress {
    /// Begins; nothing is shown yet.
    pub fn begin(handle: &Handle, lists: usize) -> Progress {
        let state = Arc::new(Mutex::new(ProgressState { lists, ..ProgressState::default() }));
        if std::io::stderr().is_terminal() {
            handle.spawn(show(state.clone()));
        }
        Progress(state)
    }

    /// Sets how many objects have been read so far.
    pub fn objects(&self, objects: usize) {
        lock(&self.0).objects = objects;
    }

    pub fn done(&self) {
        lock(&self.0).done += 1;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        state.ended = true;
        if state.shown {
            write("\r\x1b[K");
        }
    }
}

async fn show(state: Arc<Mutex<ProgressState>>) {
    tokio::time::sleep(PATIENCE).await;
    loop {
        {
            let mut state = lock(&state);
            if state.ended {
                return;
            }
            state.shown = true;
            write(&line(&state));
        }
        tokio::time::sleep(TICK).await;
    }
}

fn line(state: &ProgressState) -> String {
    let ProgressState { lists, done, objects, .. } = state;
    let objects = text::count(*objects, "object");
    format!("\r\x1b[Kreading the cluster: {done} of {lists} lists, {objects}")
}

fn write(text: &str) {
    let mut out = std::io::stderr().lock();
    drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
}

fn lock(state: &Mutex<ProgressState>) -> MutexGuard<'_, ProgressState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line() {
        let state = ProgressState { lists: 12, done: 3, objects: 4500, ..ProgressState::default() };
        assert_eq!(line(&state), "\r\x1b[Kreading the cluster: 3 of 12 lists, 4,500 objects");
    }
}
