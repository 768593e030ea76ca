//! Why a request to the API server brought nothing, and how to say so.

use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

use igw_core::words;

use super::connect::Link;
use super::duration;
use super::request::DEAF;
use crate::exit::Failure;

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No connection came about.
    Unreachable(String),
    /// TLS: one of the two does not trust the other.
    Untrusted(String),
    /// The answer took too long.
    TimedOut(Duration),
    /// Nothing was asked any more: requests before took longer than this.
    NotAsked(Duration),
    /// The answer broke off or makes no sense.
    Broken(String),
    /// The server answered with an error.
    Status {
        /// The HTTP status.
        code: u16,
        /// `message` of its Status, clipped; empty when there is none.
        message: String,
        /// Whether its Status says that the *object* is not there (and not the resource).
        object: bool,
        /// `Retry-After`.
        wait: Option<Duration>,
    },
}

impl Trouble {
    /// What an error of the HTTP client comes from.
    pub fn of(error: &kube::Error) -> Trouble {
        let mut connecting = false;
        let mut words = Vec::new();
        for part in chain(error) {
            if let Some(tls) = part.downcast_ref::<rustls::Error>() {
                return Trouble::Untrusted(untrusted(tls));
            }
            if let Some(io) = part.downcast_ref::<std::io::Error>() {
                match io.kind() {
                    ErrorKind::ConnectionRefused => {
                        return Trouble::Unreachable("connection refused".to_owned());
                    }
                    ErrorKind::TimedOut => {
                        return Trouble::Unreachable("no answer to the connection".to_owned());
                    }
                    _ => {}
                }
            }
            let text = part.to_string();
            connecting |= text.contains("client error (Connect)");
            words.push(text);
        }
        let last = words.last().cloned().unwrap_or_default();
        let last = words::clip(&plain(&last), 200);
        // hyper's words for two plain things.
        let last = match last.as_str() {
            "end of file before message length reached" => "it breaks off".to_owned(),
            parsed if parsed.starts_with("invalid HTTP ") => "it is no HTTP".to_owned(),
            _ => last,
        };
        if connecting { Trouble::Unreachable(last) } else { Trouble::Broken(last) }
    }

    /// The innermost words of an error.
    pub fn words(error: &(dyn Error + 'static)) -> String {
        let last = chain(error).last().map(ToString::to_string).unwrap_or_default();
        words::clip(&plain(&last), 200)
    }

    /// Whether another try may help: the server is busy, or the answer broke off.
    pub fn is_passing(&self) -> bool {
        matches!(self, Trouble::Status { code: 429 | 503, .. } | Trouble::Broken(_))
    }

    /// Whether no other request would do better.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Trouble::Unreachable(_) | Trouble::Untrusted(_) | Trouble::Status { code: 401, .. }
        ) || self.is_about_impersonation()
    }

    /// Whether nobody but ourselves may be acted as. `User "ann" cannot impersonate resource …`; since
    /// Kubernetes 1.36 `… cannot impersonate-on:user-info:list resource …`.
    fn is_about_impersonation(&self) -> bool {
        let told = |message: &str| message.contains("\" cannot impersonate");
        matches!(self, Trouble::Status { code: 403, message, .. } if told(message))
    }

    /// As one clause.
    pub fn say(&self) -> String {
        match self {
            Trouble::Unreachable(why) | Trouble::Untrusted(why) => why.clone(),
            Trouble::Broken(why) => format!("the answer cannot be read: {why}"),
            Trouble::TimedOut(limit) => format!("no answer within {}", duration::say(*limit)),
            Trouble::NotAsked(limit) => format!(
                "not asked, because {} before it had no answer within {}",
                words::count(DEAF, "request"),
                duration::say(*limit)
            ),
            Trouble::Status { code, message, .. } if message.is_empty() => {
                format!("the server answered {code}")
            }
            Trouble::Status { code, message, .. } => {
                format!("the server answered {code}: {message}")
            }
        }
    }

    /// The error of a run that it ends.
    pub fn failure(&self, link: &Link) -> Failure {
        let Link { server, from, repeat, .. } = link;
        if self.is_about_impersonation() {
            let whom = link.impersonated.as_deref().unwrap_or_default();
            let message = format!("the API server at {server} does not let you act as {whom:?}");
            let own = &link.repeat_as_self;
            let failure = Failure::blind(message).cause(self.say()).from(from.clone());
            let failure = failure.hint(format!("kubectl{own} auth can-i impersonate users"));
            return match link.groups {
                true => failure.hint(format!("kubectl{own} auth can-i impersonate groups")),
                false => failure,
            };
        }
        let message = match self {
            Trouble::Status { code: 401, .. } => {
                format!("the API server at {server} does not know who is asking")
            }
            Trouble::Status { .. } | Trouble::Broken(_) => {
                format!("cannot read from the API server at {server}")
            }
            Trouble::Untrusted(_) => format!("no secure connection to the API server at {server}"),
            Trouble::Unreachable(_) | Trouble::TimedOut(_) | Trouble::NotAsked(_) => {
                format!("cannot reach the API server at {server}")
            }
        };
        let failure = Failure::blind(message).cause(self.say()).from(from.clone());
        match self {
            Trouble::Status { code: 401, .. } => {
                failure.hint(format!("kubectl{repeat} auth whoami"))
            }
            _ => failure.hint(format!("kubectl{repeat} get --raw /readyz")),
        }
    }
}

/// An error with its causes; what an IO error carries inside is one, too.
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
        return words::clip(&plain(&error.to_string()), 200);
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
        other => words::clip(&format!("the server's certificate: {other:?}"), 200),
    }
}
