//! What it means that no answer came.

use super::judgement::{Judgement, ProbeTarget};
use super::ladder::RungName;
use crate::text;
use crate::wire::{Silence, TlsFault};

/// What a request carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried {
    /// An Authorization header.
    pub key: bool,
    /// A real span.
    pub span: bool,
    /// It asks whether a span has arrived.
    pub reading: bool,
}

const WEB_LOG: &str = "read the log of the Langfuse web container";

pub fn judge(silence: &Silence, rung: RungName, to: &ProbeTarget, carried: Carried) -> Judgement {
    let origin = &to.origin;
    match silence {
        Silence::TimedOut(seconds) => timed_out(*seconds, rung, to, carried),
        Silence::Refused => Judgement::failed(
            "nothing-listens",
            format!("{origin}: connection refused"),
            "check the port of the address, and whether the Langfuse web container has started",
        ),
        Silence::Closed => Judgement::failed(
            "connection-closed",
            format!("{origin} closed the connection without an answer"),
            format!("check that the scheme and the port are Langfuse's; {WEB_LOG}"),
        ),
        Silence::NotHttp => Judgement::failed(
            "not-http",
            format!("what {origin} answers is not HTTP/1.1"),
            "check the port: a TLS or gRPC port does not answer HTTP",
        ),
        Silence::Tls(fault) => tls(fault, origin),
        Silence::NoAddress(why) => Judgement::unknown(
            "no-address",
            format!("this machine has no address for {origin}: {why}"),
            "run it where the name resolves, or give --address HOST:PORT",
        ),
        Silence::NotSendable(why) => Judgement::failed(
            "not-sendable",
            format!("the request cannot be written: {why}"),
            "remove line breaks and control characters from the exporter's headers and its URL",
        ),
        Silence::NoWay(why) => Judgement::unknown(
            "no-way",
            format!("there is no way from this machine to {origin}: {why}"),
            "give an address that this machine can reach: --address HOST:PORT",
        ),
    }
}

/// A healthy Langfuse has answered by then.
const SURE: u64 = 5;

fn timed_out(seconds: u64, rung: RungName, to: &ProbeTarget, carried: Carried) -> Judgement {
    let within = format!("no answer within {}", text::count(seconds as usize, "second"));
    if rung == RungName::Health {
        let next = "wait for the start of the web container, or check what blocks the connection";
        let says = format!("{}: {within}", to.origin);
        return match to.forwarded {
            true => Judgement::failed("no-answer", says, next),
            // A firewall between here and there is not the exporter's.
            false => Judgement::unknown("no-answer", says, next),
        };
    }
    if carried.reading {
        return Judgement::unknown(
            "no-answer",
            format!("the read endpoint gave {within}"),
            "check ClickHouse, and read the log of the Langfuse web container",
        );
    }
    // The first requests after a start take several seconds.
    if seconds < SURE {
        return Judgement::unknown(
            "no-answer",
            format!("{}: {within}, which may be too short", to.origin),
            "wait longer: --timeout 60s",
        );
    }
    if carried.span {
        return Judgement::failed(
            "s3-hangs",
            format!(
                "{within} to a real span, although an empty export is answered: Langfuse waits for its object storage, or for a Redis that has just gone away"
            ),
            "check the S3 endpoint (LANGFUSE_S3_EVENT_UPLOAD_*) from the web container",
        );
    }
    if carried.key {
        return Judgement::failed(
            "redis-hangs",
            format!(
                "{within} to a request with a key, although health answers, as observed when Langfuse cannot reach Redis"
            ),
            "check Redis (REDIS_HOST, REDIS_CONNECTION_STRING) from the web container",
        );
    }
    Judgement::unknown("no-answer", format!("{}: {within}", to.origin), WEB_LOG)
}

/// Requests with a key get no answer: what the health of the database says about why.
pub fn with_database(seconds: u64, database: Result<u16, &Silence>, to: &ProbeTarget) -> Judgement {
    let within = format!("no answer within {}", text::count(seconds as usize, "second"));
    match database {
        Ok(503) => Judgement::failed(
            "postgres-down",
            format!(
                "{within} to a request with a key, and Langfuse reports that its database is not available"
            ),
            "check Postgres (DATABASE_URL) from the web container",
        ),
        Err(Silence::TimedOut(_)) if seconds >= SURE => Judgement::failed(
            "postgres-hangs",
            format!(
                "{within} to a request with a key, nor to a health check that asks the database: Postgres does not answer"
            ),
            "check Postgres (DATABASE_URL) from the web container",
        ),
        _ => {
            let carried = Carried { key: true, ..Carried::default() };
            timed_out(seconds, RungName::Projects, to, carried)
        }
    }
}

fn tls(fault: &TlsFault, origin: &str) -> Judgement {
    let trust = "an exporter without this authority refuses it, too: trust it there, or use a certificate that is trusted; here: SSL_CERT_FILE=ca.pem";
    match fault {
        TlsFault::NotTls => Judgement::failed(
            "tls-not-spoken",
            format!("{origin} does not speak TLS, but the address says https"),
            "write http:// in collector_url, or use the port that speaks TLS",
        ),
        TlsFault::Expired => Judgement::failed(
            "certificate-expired",
            format!("the certificate of {origin} has expired; nothing was sent"),
            "renew the certificate",
        ),
        TlsFault::NotYetValid => Judgement::failed(
            "certificate-not-yet-valid",
            format!("the certificate of {origin} is not valid yet; nothing was sent"),
            "compare the clocks of this machine and of the issuer",
        ),
        TlsFault::UnknownIssuer => Judgement::failed(
            "certificate-not-trusted",
            format!(
                "the certificate of {origin} is signed by an authority that this machine does not trust; nothing was sent"
            ),
            trust,
        ),
        TlsFault::WrongName(names) => Judgement::failed(
            "certificate-wrong-name",
            match names.is_empty() {
                true => format!("the certificate is not for {origin}; nothing was sent"),
                false => format!(
                    "the certificate is not for {origin}, but for {}; nothing was sent",
                    text::clip(&text::clean(&names.join(", ")), 120)
                ),
            },
            "use the name that the certificate is for in collector_url",
        ),
        TlsFault::Other(why) => Judgement::failed(
            "tls-failed",
            format!("TLS with {origin} failed: {}; nothing was sent", text::clean(why)),
            "check which program answers at this port",
        ),
    }
}
