//! What the stand-in of Langfuse is like: each row of what is documented is a switch.

use std::time::Duration;

use super::answer::GivenAnswer;

/// Where v4 writes (`LANGFUSE_MIGRATION_V4_WRITE_MODE`), and v3, which has only one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteMode {
    EventsOnly,
    Dual,
    Legacy,
    /// With `LANGFUSE_MIGRATION_V4_ALLOW_PREVIEW_OPT_IN=false`.
    LegacyWithoutPreview,
    /// A v3 before the endpoint for observations.
    Version3,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LangfuseFault {
    StartFailed,
    ShuttingDown,
    RedisDown,
    /// The key is not in Redis.
    PostgresDown,
    PostgresHangs,
    S3Refuses,
    S3Hangs,
    ClickHouseDown,
    /// Something on the way takes the Authorization header out.
    AuthorizationRemoved,
    /// Something on the way makes GET of POST.
    MethodChanged,
    /// Spans are taken and never stored.
    WorkerDown,
}

#[derive(Debug, Clone)]
pub struct LangfuseSwitches {
    pub version: &'static str,
    pub mode: WriteMode,
    /// What the image was built with.
    pub base: String,
    /// The pair of the project.
    pub pair: (String, String),
    /// The pair of an organisation.
    pub organization: (String, String),
    pub project: String,
    pub faults: Vec<LangfuseFault>,
    /// How long a span takes to be stored.
    pub delay: Duration,
    /// Answers to paths that begin so, before everything else.
    pub answers: Vec<(String, GivenAnswer)>,
    /// Whether a chat request leaves a trace.
    pub traces_chats: bool,
    /// Whether it has pages, too, beside the API.
    pub pages: bool,
}

impl Default for LangfuseSwitches {
    fn default() -> Self {
        LangfuseSwitches {
            version: "4.16.0",
            mode: WriteMode::EventsOnly,
            base: String::new(),
            pair: ("pk-lf-PLANTpublic".to_owned(), "sk-lf-PLANTsecret".to_owned()),
            organization: ("pk-lf-PLANTorg".to_owned(), "sk-lf-PLANTorgsecret".to_owned()),
            project: "Chat in production".to_owned(),
            faults: Vec::new(),
            delay: Duration::ZERO,
            answers: Vec::new(),
            traces_chats: true,
            pages: false,
        }
    }
}

impl LangfuseSwitches {
    pub fn faulty(fault: LangfuseFault) -> LangfuseSwitches {
        LangfuseSwitches { faults: vec![fault], ..LangfuseSwitches::default() }
    }

    pub fn answering(path: &str, answer: GivenAnswer) -> LangfuseSwitches {
        let answers = vec![(path.to_owned(), answer)];
        LangfuseSwitches { answers, ..LangfuseSwitches::default() }
    }

    pub(super) fn has(&self, fault: LangfuseFault) -> bool {
        self.faults.contains(&fault)
    }

    /// Since 3.22.
    pub(super) fn takes_otlp(&self) -> bool {
        let mut parts = self.version.split('.').map(|part| part.parse::<u16>().unwrap_or(0));
        let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        (major, minor) >= (3, 22)
    }
}
