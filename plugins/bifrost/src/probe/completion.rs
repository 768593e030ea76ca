//! `--send`: one real completion, as small as one can be, beside what was predicted of it.

use std::time::{Duration, Instant};

use igw::cluster::Live;
use igw::console::Console;
use igw::exit::Failure;
use igw::probe::{self, Via};
use igw_core::bifrost::chain::Chain;
use igw_core::kube::Hidden;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::{message, shown, silence};
use super::models::request;

/// What one completion brought. Field names are machine output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SentCompletion {
    /// The status; `None`: no answer, or nothing was sent.
    pub status: Option<u16>,
    pub millis: u64,
    pub through: Option<String>,
    /// The provider that answered, as Bifrost says it.
    pub provider: Option<String>,
    /// What the client reads of an error, or why there is no answer.
    pub message: Option<String>,
    /// Whether the status is the predicted one; `None`: nothing was predicted, or nothing answered.
    pub as_predicted: Option<bool>,
    /// Why nothing was sent.
    pub not_sent: Option<String>,
}

impl SentCompletion {
    pub fn not_sent(why: &str) -> SentCompletion {
        SentCompletion {
            status: None,
            millis: 0,
            through: None,
            provider: None,
            message: None,
            as_predicted: None,
            not_sent: Some(why.to_owned()),
        }
    }
}

/// Asks whether to send it, unless that was said; else why not.
///
/// # Errors
/// When the answer cannot be read.
pub fn consented(
    yes: bool,
    model: &str,
    via: &Via,
    console: &Console,
) -> Result<Result<(), String>, Failure> {
    if yes {
        return Ok(Ok(()));
    }
    let model = shown(model, 80);
    let question =
        format!("Send one completion of {model} through {via}? It may cost money. [y]es [n]o (n)");
    Ok(match console.prompt(&question)? {
        Some(answer) if ["y", "yes"].contains(&answer.to_lowercase().as_str()) => Ok(()),
        Some(_) => Err("you answered no".to_owned()),
        None => Err("it may cost money and needs your consent: --yes".to_owned()),
    })
}

/// Sends it, once.
pub fn send(chain: &Chain, via: &Via, live: Option<&Live>, limit: Duration) -> SentCompletion {
    // What leaves LiteLLM is what Bifrost gets.
    let mut before = chain.hops.iter().filter(|hop| ["client", "litellm"].contains(&hop.stage));
    let model = before.next_back().map_or(chain.request.model.as_str(), |hop| hop.name.as_str());
    let body = json!({
        "model": model,
        "messages": [{ "role": "user", "content": "Say OK." }],
        "max_tokens": 1,
        "stream": false,
    });
    let mut out = request("POST", None, via, chain.request.path.clone());
    out.headers.push(("content-type".to_owned(), Hidden::new("application/json")));
    out.body = body.to_string().into_bytes();
    let begin = Instant::now();
    let reply = probe::call(&out, via, live, limit);
    let millis = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut sent = SentCompletion { millis, not_sent: None, ..SentCompletion::not_sent("") };
    sent.through = Some(via.to_string());
    match reply {
        Err(why) => sent.message = Some(silence(&why)),
        Ok(reply) => {
            let parsed: Value = serde_json::from_str(&reply.body).unwrap_or_default();
            let provider = parsed.pointer("/extra_fields/provider").and_then(Value::as_str);
            sent.provider = provider.map(|name| shown(name, 60)).filter(|name| !name.is_empty());
            sent.status = Some(reply.status);
            sent.message = message(&reply.body).filter(|_| reply.status >= 300);
            let verdict = &chain.verdict;
            let known = verdict.unknown.is_none();
            sent.as_predicted = known.then(|| verdict.status == Some(reply.status));
        }
    }
    sent
}
