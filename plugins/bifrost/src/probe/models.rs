//! `GET /v1/models`, of Bifrost and of each upstream.

use std::time::Duration;

use igw::cluster::Live;
use igw::probe::{self, Via};
use igw_core::bifrost::served::{ServedBy, ServedSaid};
use igw_core::mask;
use igw_core::wire::{Outgoing, WireReply};
use igw_core::workload::address::Url;
use serde::Serialize;
use serde_json::Value;

use super::answer::{message, shown, silence};
use super::way::{ProbeWays, UpstreamWay};

/// How long one answer may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How many names of an answer are taken.
const MOST: usize = 1000;

/// Which models one of them lists, or why that is not known. Field names are machine output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedModels {
    /// `bifrost` or `upstream`.
    pub of: &'static str,
    /// The address in the configuration; of Bifrost the path.
    pub url: String,
    /// What the request went through.
    pub through: Option<String>,
    pub status: Option<u16>,
    /// The names, if the answer has a list of them.
    pub names: Option<Vec<String>>,
    pub says: String,
    /// The beginning of the address that the names are for.
    #[serde(skip)]
    prefix: String,
}

/// Asks Bifrost and each upstream, once. No key is sent.
pub fn ask_all(ways: &ProbeWays, live: Option<&Live>) -> Vec<AskedModels> {
    let path = "/v1/models".to_owned();
    let bifrost = asked(
        "bifrost",
        path.clone(),
        String::new(),
        &ways.bifrost,
        |via| request("GET", None, via, path.clone()),
        live,
    );
    let upstreams = ways.upstreams.iter().map(|UpstreamWay { base, url, way }| {
        let target = format!("{}/v1/models", url.path);
        let address = format!("{}/v1/models", mask::address_or_key(base));
        asked(
            "upstream",
            address,
            base.clone(),
            way,
            |via| request("GET", Some(url), via, target.clone()),
            live,
        )
    });
    std::iter::once(bifrost).chain(upstreams).collect()
}

/// What the upstreams were heard to serve, as if it had been said.
pub fn served(asked: &[AskedModels]) -> Vec<ServedSaid> {
    let one = |own: &AskedModels| {
        let names = own.names.clone().filter(|_| own.of == "upstream")?;
        let through = own.through.clone().unwrap_or_default();
        let (prefix, by) = (own.prefix.clone(), format!("/v1/models of {through}"));
        Some(ServedSaid { upstream: ServedBy::Asked { prefix, by }, names })
    };
    asked.iter().filter_map(one).collect()
}

/// A request to a Bifrost, or to an upstream at an address.
pub(super) fn request(
    method: &'static str,
    to: Option<&Url>,
    via: &Via,
    target: String,
) -> Outgoing {
    let (tls, name, port) = match (to, via) {
        (Some(url), _) => (url.tls, url.host.clone(), url.port),
        (None, Via::Pod { port, .. }) => (false, "localhost".to_owned(), *port),
        (None, Via::Address(address)) => {
            let (host, port) = address.rsplit_once(':').unwrap_or((address, "80"));
            (false, host.to_owned(), port.parse().unwrap_or(80))
        }
    };
    let standard = if tls { 443 } else { 80 };
    let host = if name.contains(':') { format!("[{name}]") } else { name.clone() };
    let authority = if port == standard { host } else { format!("{host}:{port}") };
    let (headers, body) = (Vec::new(), Vec::new());
    Outgoing { method, tls, authority, name, port, target, headers, body }
}

fn asked(
    of: &'static str,
    url: String,
    prefix: String,
    way: &Result<Via, String>,
    request: impl Fn(&Via) -> Outgoing,
    live: Option<&Live>,
) -> AskedModels {
    let mut out = AskedModels {
        of,
        url,
        through: way.as_ref().ok().map(Via::to_string),
        status: None,
        names: None,
        says: String::new(),
        prefix,
    };
    let via = match way {
        Ok(via) => via,
        Err(why) => {
            out.says = format!("not asked: {}", shown(why, 200));
            return out;
        }
    };
    match probe::call(&request(via), via, live, LIMIT) {
        Err(why) => out.says = silence(&why),
        Ok(reply) => {
            out.status = Some(reply.status);
            out.names = names(&reply);
            out.says = words(&reply, out.names.as_deref());
        }
    }
    out
}

fn words(reply: &WireReply, names: Option<&[String]>) -> String {
    match (reply.status, names) {
        (_, Some([])) => "no models".to_owned(),
        (_, Some(names)) => igw_core::text::some_of(names, 5),
        (200, None) if reply.cut => "the list is longer than what is read of it".to_owned(),
        (200, None) => "the answer is not a list of models".to_owned(),
        (401 | 403, None) => "it wants a key, and is asked without".to_owned(),
        (300..=399, None) => {
            // What stands behind ? may be a secret, whatever it is called.
            let to = reply.header("location").and_then(|to| to.split(['?', '#']).next());
            let to = to.map(|to| format!(" to {}", shown(&mask::address(to), 120)));
            let to = to.unwrap_or_default();
            format!("a redirect{to}, which is not followed")
        }
        (_, None) => message(&reply.body).unwrap_or_else(|| "an empty body".to_owned()),
    }
}

/// The names in a list of models: `data[].id`.
fn names(reply: &WireReply) -> Option<Vec<String>> {
    if reply.status != 200 || reply.cut {
        return None;
    }
    let list: Value = serde_json::from_str(&reply.body).ok()?;
    let data = list["data"].as_array()?;
    let ids = data.iter().filter_map(|own| own["id"].as_str());
    Some(ids.take(MOST).map(|id| shown(id, 200)).collect())
}
