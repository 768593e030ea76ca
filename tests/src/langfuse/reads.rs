//! What the stand-in of Langfuse says of its health, its projects and its traces.

use serde_json::json;

use super::answer::GivenAnswer;
use super::received::Received;
use super::switches::{LangfuseFault, WriteMode};
use super::{LangfuseState, held};

impl LangfuseState {
    pub(super) fn health(&self, received: &Received) -> GivenAnswer {
        let status = |status: u16, text: &str| {
            let body = json!({ "status": text, "version": self.switches.version });
            GivenAnswer::json(status, &body.to_string())
        };
        let (switches, query) = (&self.switches, received.query());
        if switches.has(LangfuseFault::ShuttingDown) {
            return status(500, "SIGTERM / SIGINT received, shutting down");
        }
        if query.contains("failIfDatabaseUnavailable") {
            if switches.has(LangfuseFault::PostgresHangs) {
                return self.hang();
            }
            if switches.has(LangfuseFault::PostgresDown) {
                return status(503, "Database not available");
            }
        }
        if query.contains("failIfNoRecentEvents") {
            if switches.has(LangfuseFault::ClickHouseDown) {
                return status(503, "Couldn't fetch recent events");
            }
            let what = if switches.mode == WriteMode::EventsOnly { "events" } else { "traces" };
            return status(503, &format!("No {what} within the last 3 minutes"));
        }
        status(200, "OK")
    }

    pub(super) fn projects(&self, received: &Received) -> GivenAnswer {
        match self.authenticate(received) {
            Ok(_) => {
                let project = json!({ "id": "p1", "name": self.switches.project, "metadata": {} });
                GivenAnswer::json(200, &json!({ "data": [project] }).to_string())
            }
            // The endpoint has words of its own for these.
            Err(refused) if refused.status == 403 => {
                GivenAnswer::message(403, "Invalid API key. Are you using an organization key?")
            }
            Err(refused) if refused.status == 503 => {
                GivenAnswer::text(500, "Internal Server Error")
            }
            Err(refused) => refused,
        }
    }

    /// Whether a trace is stored by now.
    fn is_stored(&self, trace: &str) -> bool {
        let taken = held(&self.traces).get(trace).copied();
        let stored = taken.is_some_and(|at| at.elapsed() >= self.switches.delay);
        stored && !self.switches.has(LangfuseFault::WorkerDown)
    }

    pub(super) fn observations(&self, received: &Received) -> GivenAnswer {
        let (none, mode) = (r#"{"data":[],"meta":{}}"#, self.switches.mode);
        if mode == WriteMode::Version3 {
            return GivenAnswer::next_page();
        }
        if let Err(refused) = self.authenticate(received) {
            return refused;
        }
        if self.switches.has(LangfuseFault::ClickHouseDown) {
            let body = json!({ "message": "Internal Server Error", "error": "connect ECONNREFUSED clickhouse:8123" });
            return GivenAnswer::json(500, &body.to_string());
        }
        let query = received.query();
        let trace = query.split('&').find_map(|own| own.strip_prefix("traceId="));
        let found = trace.is_some_and(|trace| self.is_stored(trace));
        match mode {
            WriteMode::LegacyWithoutPreview => {
                let text = "The observations v2 API is only available in a Langfuse v4 write mode. Learn more";
                let body = json!({ "message": text, "error": "LangfuseNotFoundError" });
                GivenAnswer::json(404, &body.to_string())
            }
            // The table behind it is not written.
            WriteMode::Legacy => GivenAnswer::json(200, none),
            _ if found => GivenAnswer::json(200, r#"{"data":[{"id":"o1"}],"meta":{}}"#),
            _ => GivenAnswer::json(200, none),
        }
    }

    pub(super) fn trace(&self, received: &Received) -> GivenAnswer {
        let id = received.path().rsplit('/').next().unwrap_or_default();
        // Before any key is looked at.
        if self.switches.mode == WriteMode::EventsOnly {
            let text = "This endpoint is not available on deployments running in Langfuse v4 events_only mode. Learn more";
            return GivenAnswer::message(404, text);
        }
        if let Err(refused) = self.authenticate(received) {
            return refused;
        }
        if self.is_stored(id) {
            return GivenAnswer::json(200, &json!({ "id": id, "name": "x" }).to_string());
        }
        let text = format!("Trace {id} not found within authorized project");
        let body = json!({ "message": text, "error": "LangfuseNotFoundError" });
        GivenAnswer::json(404, &body.to_string())
    }
}
