//! Why a request to the API server brought nothing, and how to say so.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use igw_core::text;
use serde_json::Value;
use serde_json::error::Category;

use crate::duration;

/// How many requests are on their way at a time.
pub const SLOTS: usize = 6;

/// After so many requests without an answer in time, with none answered between, the server counts
/// as deaf: as many as are on their way at once.
pub const DEAF: usize = SLOTS;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    Unreachable(String),
    /// One side does not trust the other's TLS.
    Untrusted(String),
    TimedOut(Duration),
    /// Not sent, because earlier requests took longer than this.
    NotAsked(Duration),
    /// The answer broke off or makes no sense.
    Broken(String),
    /// There is more of it than anything of a cluster can be.
    TooMuch(String),
    Status {
        code: u16,
        /// `message` of its Status, clipped; empty when there is none.
        message: String,
        /// Whether its Status says that the *object*, not the resource, is missing.
        object: bool,
        /// `Retry-After`.
        wait: Option<Duration>,
    },
}

impl ReadError {
    /// What is wrong with an answer that is not JSON; its text is not shown.
    pub fn not_json(error: &serde_json::Error) -> ReadError {
        let at = format!("at line {} column {}", error.line(), error.column());
        ReadError::Broken(match error.classify() {
            Category::Eof => "it breaks off".to_owned(),
            Category::Data => format!("it is not what was asked for, {at}"),
            _ if error.to_string().starts_with("recursion limit") => {
                "it is nested too deep".to_owned()
            }
            _ => format!("it is not JSON, {at}"),
        })
    }

    /// A JSON answer.
    ///
    /// # Errors
    /// When it is not one.
    pub fn parse(body: &[u8]) -> Result<Value, ReadError> {
        serde_json::from_slice(body).map_err(|error| ReadError::not_json(&error))
    }

    pub fn of(error: &kube::Error) -> ReadError {
        let mut connecting = false;
        let mut words = Vec::new();
        for part in chain(error) {
            if let Some(tls) = part.downcast_ref::<rustls::Error>() {
                return ReadError::Untrusted(untrusted(tls));
            }
            if let Some(io) = part.downcast_ref::<std::io::Error>() {
                match io.kind() {
                    ErrorKind::ConnectionRefused => {
                        return ReadError::Unreachable("connection refused".to_owned());
                    }
                    ErrorKind::TimedOut => {
                        return ReadError::Unreachable("no answer to the connection".to_owned());
                    }
                    _ => {}
                }
            }
            let text = part.to_string();
            connecting |= text.contains("client error (Connect)");
            words.push(text);
        }
        let last = words.last().cloned().unwrap_or_default();
        let last = text::clip(&plain(&last), 200);
        // hyper's words for two plain things.
        let last = match last.as_str() {
            "end of file before message length reached" => "it breaks off".to_owned(),
            parsed if parsed.starts_with("invalid HTTP ") => "it is not HTTP".to_owned(),
            _ => last,
        };
        if connecting { ReadError::Unreachable(last) } else { ReadError::Broken(last) }
    }

    /// The innermost words of an error.
    pub fn words(error: &(dyn Error + 'static)) -> String {
        let last = chain(error).last().map(ToString::to_string).unwrap_or_default();
        text::clip(&plain(&last), 200)
    }

    /// Whether another try may help: the server is busy, or the answer broke off.
    pub fn is_passing(&self) -> bool {
        matches!(self, ReadError::Status { code: 429 | 503, .. } | ReadError::Broken(_))
    }

    /// Whether the user may not do it.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, ReadError::Status { code: 403, .. })
    }

    /// Whether all other requests would fail likewise.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            ReadError::Unreachable(_)
                | ReadError::Untrusted(_)
                | ReadError::Status { code: 401, .. }
        ) || self.is_about_impersonation()
    }

    /// Whether nobody but ourselves may be acted as. `User "ann" cannot impersonate resource …`; since
    /// Kubernetes 1.36 `… cannot impersonate-on:user-info:list resource …`.
    pub(super) fn is_about_impersonation(&self) -> bool {
        let told = |message: &str| message.contains("\" cannot impersonate");
        matches!(self, ReadError::Status { code: 403, message, .. } if told(message))
    }

    /// As one clause.
    pub fn say(&self) -> String {
        match self {
            ReadError::Unreachable(why) | ReadError::Untrusted(why) => why.clone(),
            ReadError::Broken(why) => format!("the answer cannot be read: {why}"),
            ReadError::TooMuch(why) => format!("the answer is too large: {why}"),
            ReadError::TimedOut(limit) => format!("no answer within {}", duration::say(*limit)),
            ReadError::NotAsked(limit) => format!(
                "not asked, because {} before it had no answer within {}",
                text::count(DEAF, "request"),
                duration::say(*limit)
            ),
            ReadError::Status { code, message, .. } if message.is_empty() => {
                format!("the server answered {code}")
            }
            ReadError::Status { code, message, .. } => {
                format!("the server answered {code}: {message}")
            }
        }
    }
}

/// An error with its causes, including what an IO error carries.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut out = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        out.push(error);
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    out
}

/// Without Rust's `(os error 111)`.
fn plain(text: &str) -> String {
    text.split(" (os error").next().unwrap_or_default().to_lowercase_first()
}

trait LowercaseFirst {
    fn to_lowercase_first(&self) -> String;
}

impl LowercaseFirst for str {
    fn to_lowercase_first(&self) -> String {
        let mut letters = self.chars();
        match (letters.next(), self.chars().nth(1)) {
            // `TLS`, `DNS` stay as they are.
            (Some(first), Some(second)) if !second.is_uppercase() => {
                first.to_lowercase().chain(letters).collect()
            }
            _ => self.to_owned(),
        }
    }
}

fn untrusted(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    let rustls::Error::InvalidCertificate(bad) = error else {
        return text::clip(&plain(&error.to_string()), 200);
    };
    match bad {
        Bad::Expired | Bad::ExpiredContext { .. } => {
            "the server's certificate has expired".to_owned()
        }
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet".to_owned()
        }
        Bad::UnknownIssuer => {
            "the server's certificate is signed by an authority that is not trusted here".to_owned()
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
            "the server's certificate is for another name".to_owned()
        }
        other => text::clip(&format!("the server's certificate: {other}"), 200),
    }
}
