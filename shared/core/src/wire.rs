//! One request over one connection: what is sent, and what came back.

use crate::kube::Hidden;

/// A request. Values of headers may be credentials: they cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub method: &'static str,
    pub tls: bool,
    /// The Host header: with the port where it is not the scheme's own.
    pub authority: String,
    /// The name that the certificate has to be for.
    pub name: String,
    pub port: u16,
    /// Path and query, as they are sent.
    pub target: String,
    pub headers: Vec<(String, Hidden)>,
    pub body: Vec<u8>,
}

impl Outgoing {
    /// The method and the URL, without credentials.
    pub fn title(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{} {scheme}://{}{}", self.method, self.authority, self.target)
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut own = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        own.next().map(|(_, value)| value.reveal())
    }
}

/// An answer; redirects are answers, too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WireReply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body.
    pub body: String,
    /// Whether there was more of it.
    pub cut: bool,
}

impl WireReply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// Why no HTTP answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// Within so many seconds.
    TimedOut(u64),
    /// No listener at the port.
    Refused,
    /// The connection ended or was reset before an answer.
    Closed,
    /// What came is not HTTP.
    NotHttp,
    Tls(TlsFault),
    /// The name has no address for this machine.
    NoAddress(String),
    /// The request cannot be written: nothing was sent.
    NotSendable(String),
    /// No way to it, in one clause: nothing was sent.
    NoWay(String),
}

/// Why TLS did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsFault {
    /// The other side does not speak TLS.
    NotTls,
    Expired,
    NotYetValid,
    /// Signed by an authority that this machine does not know.
    UnknownIssuer,
    /// The names that the certificate is for.
    WrongName(Vec<String>),
    Other(String),
}
