//! One GET, with its three quick tries.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::header::{ACCEPT, RETRY_AFTER};
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use igw_core::text;
use kube::Client;
use kube::client::Body;
use serde_json::Value;

use crate::cluster::read_error::{DEAF, ReadError};

/// How often a request is sent before it counts as not answered.
const TRIES: u32 = 3;

/// The longest `Retry-After` that is honoured.
const PATIENCE: Duration = Duration::from_secs(2);

/// The parts of a connection that a request needs; cheap to clone.
#[derive(Clone)]
pub struct Getter {
    pub client: Client,
    pub timeout: Option<Duration>,
    /// How many bytes one answer may have, decoded.
    most: usize,
    /// How many requests in a row have timed out.
    unanswered: Arc<AtomicUsize>,
}

impl Getter {
    pub fn new(client: Client, timeout: Option<Duration>, most: usize) -> Getter {
        Getter { client, timeout, most, unanswered: Arc::default() }
    }

    /// Reads a path; an answer that is busy, broken or fails the check is asked for again, three
    /// times in all.
    ///
    /// # Errors
    /// What went wrong at the last try.
    pub async fn get<T>(
        &self,
        path: &str,
        accept: &str,
        check: impl Fn(&[u8]) -> Result<T, ReadError>,
    ) -> Result<(Vec<u8>, T), ReadError> {
        let mut tried = 1;
        loop {
            let answer = self.once(path, accept).await;
            let answer = answer.and_then(|body| check(&body).map(|found| (body, found)));
            let error = match answer {
                Ok(found) => return Ok(found),
                Err(error) => error,
            };
            if tried == TRIES || !error.is_passing() {
                return Err(error);
            }
            let pause = match &error {
                ReadError::Status { wait: Some(wait), .. } => (*wait).min(PATIENCE),
                _ => Duration::from_millis(100) * tried,
            };
            tokio::time::sleep(pause).await;
            tried += 1;
        }
    }

    async fn once(&self, path: &str, accept: &str) -> Result<Vec<u8>, ReadError> {
        match self.timeout {
            None => self.send(path, accept).await,
            Some(limit) => {
                // One limit has passed for all of them; the others would each take another.
                if self.unanswered.load(Ordering::Relaxed) >= DEAF {
                    return Err(ReadError::NotAsked(limit));
                }
                match tokio::time::timeout(limit, self.send(path, accept)).await {
                    Ok(answer) => {
                        self.unanswered.store(0, Ordering::Relaxed);
                        answer
                    }
                    Err(_) => {
                        self.unanswered.fetch_add(1, Ordering::Relaxed);
                        Err(ReadError::TimedOut(limit))
                    }
                }
            }
        }
    }

    async fn send(&self, path: &str, accept: &str) -> Result<Vec<u8>, ReadError> {
        let request = Request::get(path)
            .header(ACCEPT, accept)
            .body(Body::empty())
            .map_err(|error| ReadError::Broken(error.to_string()))?;
        let response = self.client.send(request).await.map_err(|error| ReadError::of(&error))?;
        let (head, body) = response.into_parts();
        let code = head.status.as_u16();
        if !head.status.is_success() {
            let body = whole(body, MOST_WORDS).await.unwrap_or_default().unwrap_or_default();
            return Err(refused(code, &head.headers, &body));
        }
        match whole(body, self.most).await {
            Ok(Some(body)) => Ok(body),
            Ok(None) => {
                let most = text::size(self.most as u64);
                Err(ReadError::TooMuch(format!(
                    "it has more than {most}; --max-answer allows more"
                )))
            }
            Err(error) => match ReadError::of(&kube::Error::Service(error.into())) {
                ReadError::Unreachable(why) => Err(ReadError::Broken(why)),
                other => Err(other),
            },
        }
    }
}

/// How many bytes of a refusal are read.
const MOST_WORDS: usize = 1 << 20;

/// Collects a body with a single copy: pages are large, and several are in flight. `None`: it has
/// more bytes than `most`.
async fn whole(mut body: Body, most: usize) -> Result<Option<Vec<u8>>, kube::Error> {
    let mut out = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            out.extend_from_slice(&data);
        }
        if out.len() > most {
            return Ok(None);
        }
    }
    Ok(Some(out))
}

fn refused(code: u16, headers: &HeaderMap, body: &[u8]) -> ReadError {
    let status: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = status["message"].as_str().unwrap_or_default();
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    ReadError::Status {
        code,
        message: text::clip(&text::clean(message), 200),
        object: status["details"]["name"].is_string(),
        wait: seconds.map(Duration::from_secs),
    }
}
