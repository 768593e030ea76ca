//! Waiting until something that was read changes.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http::header::ACCEPT;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use serde_json::Value;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

/// Only metadata: only the fact of a change matters.
const METADATA: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Where watching is denied, everything is read again after this time.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How long the server keeps a watch, in seconds; then it is renewed.
const LASTS: u32 = 290;

/// The pause after a failed watch.
const PAUSE: Duration = Duration::from_secs(5);

/// The pause after a watch that ended at once: it doubles from the first to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// After a version that is too old, all is read again no sooner than after this time.
const AGAIN: Duration = Duration::from_secs(10);

/// How many bytes an event may have.
const MOST_OF_AN_EVENT: usize = 16 << 20;

/// Changes within this time are handled together, such as a controller's reactions.
const TOGETHER: Duration = Duration::from_millis(500);

/// Something that was read, and the version that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub path: String,
    /// `resourceVersion`; `None` where there was nothing.
    pub version: Option<String>,
}

enum WatchEnd {
    Changed,
    Denied(String),
}

/// Blocks until something that was read has changed, or may have. Returns which watches were
/// denied, in the words of `kubectl auth can-i`.
pub fn wait(client: Client, handle: &Handle, watched: Vec<Watched>) -> Vec<String> {
    let (send, receive) = oneshot::channel();
    handle.spawn(async move {
        // The receiver is gone when the run has ended.
        drop(send.send(first(client, watched).await));
    });
    receive.blocking_recv().unwrap_or_default()
}

async fn first(client: Client, seen: Vec<Watched>) -> Vec<String> {
    let (send, mut receive) = mpsc::channel(seen.len().max(1));
    let watch = |one: Watched| {
        let (client, send) = (client.clone(), send.clone());
        tokio::spawn(async move { drop(send.send(watch(client, one).await).await) })
    };
    let tasks: Vec<_> = seen.into_iter().map(watch).collect();
    drop(send);
    let mut denied = Vec::new();
    loop {
        let next = match denied.is_empty() {
            true => receive.recv().await,
            false => timeout(LOOK_AGAIN, receive.recv()).await.unwrap_or(Some(WatchEnd::Changed)),
        };
        match next {
            Some(WatchEnd::Denied(what)) => denied.push(what),
            Some(WatchEnd::Changed) => break,
            None => {
                sleep(LOOK_AGAIN).await;
                break;
            }
        }
    }
    sleep(TOGETHER).await;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    denied.sort();
    denied
}

async fn watch(client: Client, mut seen: Watched) -> WatchEnd {
    let mut pause = FIRST_PAUSE;
    loop {
        let begin = Instant::now();
        let join = if seen.path.contains('?') { '&' } else { '?' };
        let mut path =
            format!("{}{join}watch=1&allowWatchBookmarks=true&timeoutSeconds={LASTS}", seen.path);
        if let Some(version) = &seen.version {
            path.push_str(&format!("&resourceVersion={}", super::path::escaped(version)));
        }
        let Ok(request) = Request::get(&path).header(ACCEPT, METADATA).body(Body::empty()) else {
            return WatchEnd::Denied(format!("watch {}", seen.path));
        };
        let answer = match client.send(request).await {
            Ok(answer) if answer.status().is_success() => answer,
            Ok(answer) if answer.status().as_u16() == 403 => {
                let place = seen.path.split('?').next().unwrap_or_default();
                return WatchEnd::Denied(format!("forbidden: watch {place}"));
            }
            // Too old, or the server has trouble: reading again tells.
            _ => {
                sleep(PAUSE).await;
                return WatchEnd::Changed;
            }
        };
        match follow(answer, &mut seen.version).await {
            StreamEnd::Changed => return WatchEnd::Changed,
            StreamEnd::Expired => {
                sleep(AGAIN).await;
                return WatchEnd::Changed;
            }
            StreamEnd::Ended => {}
        }
        // One that ends at once would be begun thousands of times a second.
        if begin.elapsed() < LONGEST_PAUSE {
            sleep(pause + jitter(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        } else {
            pause = FIRST_PAUSE;
        }
    }
}

/// Up to a quarter of a pause, so that not all watches begin again together.
fn jitter(pause: Duration) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    pause / 400 * (now.subsec_micros() % 100)
}

/// How a watch ended.
enum StreamEnd {
    Changed,
    /// The server no longer knows the version.
    Expired,
    Ended,
}

/// Reads events until one is a change. Bookmarks advance `version`.
async fn follow(answer: Response<Body>, version: &mut Option<String>) -> StreamEnd {
    let mut body = answer.into_body();
    let mut text: Vec<u8> = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        text.extend_from_slice(frame.data_ref().map(AsRef::as_ref).unwrap_or_default());
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            let event: Value = serde_json::from_slice(&line).unwrap_or_default();
            match event["type"].as_str() {
                Some("BOOKMARK") => {}
                Some("ERROR") => return StreamEnd::Expired,
                _ => return StreamEnd::Changed,
            }
            let seen = &event["object"]["metadata"]["resourceVersion"];
            *version = seen.as_str().map(str::to_owned).or(version.take());
        }
        if text.len() > MOST_OF_AN_EVENT {
            return StreamEnd::Expired;
        }
    }
    StreamEnd::Ended
}
