//! `model --probe` and `--send`: what was asked of what runs, and what came of it.

use std::fmt::Write as _;
use std::time::Duration;

use igw::cluster::Live;
use igw::console::Console;
use igw::exit::{Exit, Failure};
use igw::probe::Via;
use igw_core::bifrost::chain::Chain;
use igw_core::report::Theme;
use serde::Serialize;

use crate::probe::{self, AskedModels, SentCompletion};

/// How long a completion may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What was asked; empty where nothing was.
#[derive(Debug, Default)]
pub struct ProbedModel {
    pub models: Vec<AskedModels>,
    /// The way to Bifrost, or why there is none.
    pub way: Option<Result<Via, String>>,
    pub sent: Option<SentCompletion>,
}

/// A chain with what was asked, for machines.
#[derive(Debug, Serialize)]
pub struct WholeChain<'a> {
    #[serde(flatten)]
    pub chain: &'a Chain,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub probed: &'a [AskedModels],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: &'a Option<SentCompletion>,
}

impl ProbedModel {
    /// Sends a completion, with consent.
    ///
    /// # Errors
    /// When the answer to the question cannot be read.
    pub fn send(
        &mut self,
        chain: &Chain,
        yes: bool,
        live: Option<&Live>,
        console: &Console,
    ) -> Result<(), Failure> {
        self.sent = Some(match &self.way {
            Some(Ok(via)) => match probe::consented(yes, &chain.request.model, via, console)? {
                Ok(()) => probe::send(chain, via, live, LIMIT),
                Err(why) => SentCompletion::not_sent(&why),
            },
            Some(Err(why)) => SentCompletion::not_sent(why),
            None => SentCompletion::not_sent("no Bifrost is known"),
        });
        Ok(())
    }

    /// What the client sees: what was sent counts more than what was predicted.
    pub fn exit(&self, chain: &Chain) -> Exit {
        let predicted = match (&chain.verdict.unknown, chain.verdict.status) {
            (Some(_), _) => Exit::Blind,
            (None, Some(status)) if status < 300 => Exit::Good,
            (None, _) => Exit::Findings,
        };
        match &self.sent {
            None => predicted,
            Some(SentCompletion { status: None, .. }) => predicted.and(Exit::Blind),
            Some(SentCompletion { as_predicted: Some(false), .. }) => Exit::Findings,
            Some(SentCompletion { status: Some(200..=299), .. }) => Exit::Good,
            Some(_) => Exit::Findings,
        }
    }

    pub fn human(&self, theme: &Theme) -> String {
        let mut out = String::new();
        if !self.models.is_empty() {
            out.push('\n');
        }
        for AskedModels { of, url, through, status, says, .. } in &self.models {
            let what = if *of == "bifrost" { "Bifrost" } else { url };
            let through = through.as_ref().map(|own| format!(" through {own}")).unwrap_or_default();
            let status = status.map(|own| format!("{own}, ")).unwrap_or_default();
            let text = match says.strip_prefix("not asked: ") {
                Some(why) => format!("not asked: {what}: {why}"),
                None => format!("asked: {what}{through}: {status}{says}"),
            };
            let _ = writeln!(out, "  {}", theme.after(2, 4, &igw_core::text::clean(&text)));
        }
        if let Some(sent) = &self.sent {
            let _ = writeln!(out, "  {}", theme.after(2, 4, &told(sent)));
        }
        out
    }
}

fn told(sent: &SentCompletion) -> String {
    if let Some(why) = &sent.not_sent {
        return format!("not sent: {why}");
    }
    let status = sent.status.map_or("no answer".to_owned(), |status| status.to_string());
    let by = sent.provider.as_ref().map(|own| format!(" by provider {own}")).unwrap_or_default();
    let through = sent.through.as_deref().unwrap_or_default();
    let compared = match sent.as_predicted {
        Some(true) => ", as predicted",
        Some(false) => ", NOT as predicted",
        None => "",
    };
    let message = sent.message.as_ref().map(|own| format!(": {own}")).unwrap_or_default();
    format!("sent: {status}{by} in {} ms through {through}{compared}{message}", sent.millis)
}
