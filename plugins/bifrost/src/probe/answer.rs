//! What comes back, in words.

use igw_core::wire::{Silence, TlsFault};
use igw_core::{mask, text};
use serde_json::Value;

/// Why there is no HTTP answer, in one clause.
pub fn silence(silence: &Silence) -> String {
    match silence {
        Silence::TimedOut(seconds) => format!("no answer within {seconds} s"),
        Silence::Refused => "the port takes no connection".to_owned(),
        Silence::Closed => "the connection ended before an answer".to_owned(),
        Silence::NotHttp => "the answer is not HTTP".to_owned(),
        Silence::Tls(TlsFault::NotTls) => "it does not speak TLS".to_owned(),
        Silence::Tls(TlsFault::UnknownIssuer) => {
            "its certificate is signed by an authority that this machine does not trust".to_owned()
        }
        Silence::Tls(TlsFault::Expired | TlsFault::NotYetValid) => {
            "its certificate is not valid now".to_owned()
        }
        Silence::Tls(TlsFault::WrongName(_)) => "its certificate is for another name".to_owned(),
        Silence::Tls(TlsFault::Other(why))
        | Silence::NoAddress(why)
        | Silence::NotSendable(why)
        | Silence::NoWay(why) => shown(why, 200),
    }
}

/// The message in the body of an error, or how it begins.
pub fn message(body: &str) -> Option<String> {
    let parsed: Value = serde_json::from_str(body).unwrap_or_default();
    let at = |pointer: &str| parsed.pointer(pointer).and_then(Value::as_str);
    let found = at("/error/message").or_else(|| at("/message")).or_else(|| at("/detail"));
    let found = found.or_else(|| at("/error")).unwrap_or(body);
    Some(shown(found, 240)).filter(|text| !text.is_empty())
}

/// A text of others in one line: masked, clipped, without what a terminal would obey.
pub fn shown(given: &str, most: usize) -> String {
    let line = given.split_whitespace().collect::<Vec<_>>().join(" ");
    text::clip(&mask::line(&text::clean(&line)), most)
}
