//! One list, page by page, and one object.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::sync::mpsc::Sender;

use super::getter::Getter;
use super::page;
use crate::cluster::path::escaped;
use crate::cluster::read_error::ReadError;

/// Items of one page, as kubectl asks for (`--chunk-size`).
const CHUNK: usize = 500;

/// How many pages a list may have: two million objects.
const MOST_PAGES: usize = 4_000;

/// How many pages without items may come one after the other.
const MOST_EMPTY: usize = 20;

/// How often a list is restarted after its continuation has expired.
const RESTARTS: usize = 3;

const JSON: &str = "application/json";

/// A text has no media type of its own here: a refusal of it is JSON.
const ANY: &str = "application/json, */*";

pub enum Event {
    Page(Vec<u8>),
    Object(Vec<u8>),
    Text(Vec<u8>),
    Version(Option<String>),
    /// The pages so far are void.
    Restart,
    Done(Result<(), ReadError>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Job {
    /// The path of a list.
    List(String),
    /// The path of an object.
    Get(String),
    /// The path of a text.
    Text(String),
}

/// Runs a job; its events carry `id`.
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
            Err(error) => Err(error),
        },
        Job::Text(path) => match getter.get(path, ANY, |_| Ok(())).await {
            Ok((body, ())) => {
                drop(out.send((id, Event::Text(body))).await);
                Ok(())
            }
            Err(error) => Err(error),
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
) -> Result<(), ReadError> {
    let mut restarts = 0;
    let (mut pages, mut empty) = (0, 0);
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
                pages += 1;
                // A page with more to come is full, or nearly so.
                empty = if end.empty { empty + 1 } else { 0 };
                if end.next.is_some() && end.next == next
                    || pages > MOST_PAGES
                    || empty > MOST_EMPTY
                {
                    let why = "the list does not end: it goes on where it was";
                    return Err(ReadError::TooMuch(why.to_owned()));
                }
                next = end.next;
                if next.is_none() {
                    drop(out.send((id, Event::Version(end.version))).await);
                    return Ok(());
                }
            }
            Err(ReadError::Status { code: 410, .. }) if next.is_some() && restarts < RESTARTS => {
                restarts += 1;
                next = None;
                drop(out.send((id, Event::Restart)).await);
            }
            Err(error) => return Err(error),
        }
    }
}
