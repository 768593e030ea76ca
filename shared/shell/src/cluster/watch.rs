//! Waiting until something that was read changes.

use std::time::Duration;

use http::header::ACCEPT;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use kube::Client;
use kube::client::Body;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::live::Live;

/// Only that something has changed is of interest.
const METADATA: &str =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

/// Where watching is denied, the world is looked at again after this time.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The time until the server ends a watch, in seconds; it is begun again then.
const LASTS: u32 = 290;

/// After a watch that failed nothing is asked for so long.
const PAUSE: Duration = Duration::from_secs(5);

/// Changes come together: what a controller does about one is waited for.
const TOGETHER: Duration = Duration::from_millis(500);

/// Something that was read, and the version that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The path of the list with its query, or of the list with a selector for one object.
    pub path: String,
    /// `resourceVersion`; `None` where there was nothing.
    pub version: Option<String>,
}

/// Why a watch ended.
enum End {
    Changed,
    Denied(String),
}

impl Live {
    /// From here on what is read is remembered, for [`Live::wait`].
    pub fn remember(&mut self) {
        self.seen = Some(Vec::new());
    }

    /// Blocks until something that was read has changed, or may have. Returns which watches were
    /// denied, in the words of `kubectl auth can-i`.
    pub fn wait(&mut self) -> Vec<String> {
        let seen = self.seen.clone().unwrap_or_default();
        let (client, handle) = (self.link.client.clone(), self.link.handle.clone());
        let (send, receive) = oneshot::channel();
        handle.spawn(async move {
            // Nobody listens any more: the run has ended.
            drop(send.send(first(client, seen).await));
        });
        receive.blocking_recv().unwrap_or_default()
    }

    /// Forgets what was answered, to read everything again.
    pub fn again(&mut self) {
        self.ended = None;
        self.served = None;
        self.looked = false;
        self.remember();
    }
}

async fn first(client: Client, seen: Vec<Seen>) -> Vec<String> {
    let (send, mut receive) = mpsc::channel(seen.len().max(1));
    let watch = |one: Seen| {
        let (client, send) = (client.clone(), send.clone());
        tokio::spawn(async move { drop(send.send(watch(client, one).await).await) })
    };
    let tasks: Vec<_> = seen.into_iter().map(watch).collect();
    drop(send);
    let mut denied = Vec::new();
    loop {
        let next = match denied.is_empty() {
            true => receive.recv().await,
            false => timeout(LOOK_AGAIN, receive.recv()).await.unwrap_or(Some(End::Changed)),
        };
        match next {
            Some(End::Denied(what)) => denied.push(what),
            Some(End::Changed) => break,
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

async fn watch(client: Client, mut seen: Seen) -> End {
    loop {
        let join = if seen.path.contains('?') { '&' } else { '?' };
        let mut path =
            format!("{}{join}watch=1&allowWatchBookmarks=true&timeoutSeconds={LASTS}", seen.path);
        if let Some(version) = &seen.version {
            path.push_str(&format!("&resourceVersion={}", super::resource::escaped(version)));
        }
        let Ok(request) = Request::get(&path).header(ACCEPT, METADATA).body(Body::empty()) else {
            return End::Denied(format!("watch {}", seen.path));
        };
        let answer = match client.send(request).await {
            Ok(answer) if answer.status().is_success() => answer,
            Ok(answer) if answer.status().as_u16() == 403 => {
                let place = seen.path.split('?').next().unwrap_or_default();
                return End::Denied(format!("forbidden: watch {place}"));
            }
            // Too old, or the server has trouble: reading again tells.
            _ => {
                sleep(PAUSE).await;
                return End::Changed;
            }
        };
        if follow(answer, &mut seen.version).await {
            return End::Changed;
        }
    }
}

/// Reads events; whether one of them is a change. Bookmarks say how far the watch has come.
async fn follow(answer: Response<Body>, version: &mut Option<String>) -> bool {
    let mut body = answer.into_body();
    let mut text: Vec<u8> = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        text.extend_from_slice(frame.data_ref().map(AsRef::as_ref).unwrap_or_default());
        while let Some(end) = text.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = text.drain(..=end).collect();
            let event: Value = serde_json::from_slice(&line).unwrap_or_default();
            if event["type"] != "BOOKMARK" {
                return true;
            }
            let seen = &event["object"]["metadata"]["resourceVersion"];
            *version = seen.as_str().map(str::to_owned).or(version.take());
        }
    }
    false
}
