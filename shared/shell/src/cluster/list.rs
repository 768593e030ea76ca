//! One list, page by page, and one object.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;

use super::page;
use super::request::Getter;
use super::resource::escaped;
use super::trouble::Trouble;

/// Items of one page, as kubectl asks for (`--chunk-size`).
const CHUNK: usize = 500;

/// How often a list whose continuation has expired begins again.
const RESTARTS: usize = 3;

const JSON: &str = "application/json";

/// What comes back from a job.
pub enum Event {
    /// A page of the list.
    Page(Vec<u8>),
    /// One object.
    Object(Vec<u8>),
    /// The version of what was read.
    Version(Option<String>),
    /// The pages so far do not count.
    Restart,
    /// There is no more.
    Done(Result<(), Trouble>),
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// The path of a list.
    List(String),
    /// The path of an object.
    Get(String),
}

/// Does a job; `id` goes with all that comes of it.
pub async fn run(
    getter: Getter,
    job: Job,
    id: usize,
    slots: Arc<Semaphore>,
    out: Sender<(usize, Event)>,
) {
    // The semaphore is never closed; without a permit the job would run all the same.
    let _permit = slots.acquire().await;
    let result = match &job {
        Job::List(path) => list(&getter, path, id, &out).await,
        Job::Get(path) => match getter.get(path, JSON, |_| Ok(())).await {
            Ok((body, ())) => {
                drop(out.send((id, Event::Object(body))).await);
                Ok(())
            }
            Err(trouble) => Err(trouble),
        },
    };
    // Nobody listens any more: the run has ended.
    drop(out.send((id, Event::Done(result))).await);
}

/// Reads all pages. A continuation lives for some minutes at most; after a 410 the list begins
/// again (Kubernetes API concepts, "Retrieving large results sets in chunks").
async fn list(
    getter: &Getter,
    path: &str,
    id: usize,
    out: &Sender<(usize, Event)>,
) -> Result<(), Trouble> {
    let mut restarts = 0;
    let mut next: Option<String> = None;
    loop {
        let first = if path.contains('?') { '&' } else { '?' };
        let mut query = format!("{path}{first}limit={CHUNK}");
        if let Some(token) = &next {
            query.push_str("&continue=");
            query.push_str(&escaped(token));
        }
        match getter.get(&query, JSON, page::end).await {
            Ok((body, end)) => {
                drop(out.send((id, Event::Page(body))).await);
                next = end.next;
                if next.is_none() {
                    drop(out.send((id, Event::Version(end.version))).await);
                    return Ok(());
                }
            }
            Err(Trouble::Status { code: 410, .. }) if next.is_some() && restarts < RESTARTS => {
                restarts += 1;
                next = None;
                drop(out.send((id, Event::Restart)).await);
            }
            Err(trouble) => return Err(trouble),
        }
    }
}
