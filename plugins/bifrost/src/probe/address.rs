//! `--address`: where this machine reaches what the cluster hides.

use igw::exit::Failure;
use igw_core::mask;

/// Addresses in the place of port-forwards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeAddresses {
    pub bifrost: Option<String>,
    /// The beginning of an upstream's URL, and where it is reached.
    upstreams: Vec<(String, String)>,
}

impl ProbeAddresses {
    /// Reads `HOST:PORT` and `URL=HOST:PORT`.
    ///
    /// # Errors
    /// When one is not of these forms.
    pub fn parse(texts: &[String]) -> Result<ProbeAddresses, Failure> {
        let mut out = ProbeAddresses::default();
        for text in texts {
            let (url, address) = match text.rsplit_once('=') {
                Some((url, address)) if url.contains("://") => (Some(url), address),
                _ => (None, text.as_str()),
            };
            let port = address
                .rsplit_once(':')
                .filter(|(host, _)| !host.is_empty() && !host.contains(['@', '/', '=']));
            if !port.is_some_and(|(_, port)| port.parse::<u16>().is_ok_and(|port| port > 0)) {
                let shown = mask::address(text);
                return Err(Failure::usage(format!("--address {shown}: not understood")).hint(
                    "write HOST:PORT for Bifrost, http://vllm:8000=HOST:PORT for an upstream",
                ));
            }
            match url {
                Some(url) => {
                    let url = url.trim_end_matches('/').to_owned();
                    out.upstreams.push((url, address.to_owned()));
                }
                None => out.bifrost = Some(address.to_owned()),
            }
        }
        Ok(out)
    }

    /// Where an upstream is reached, if that was said.
    pub fn of(&self, base: &str) -> Option<&str> {
        let own = self.upstreams.iter().find(|(url, _)| base.starts_with(url.as_str()));
        own.map(|(_, address)| address.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let parse = |text: &str| ProbeAddresses::parse(&[text.to_owned()]);
        let own = parse("localhost:8080").expect("it is one");
        assert_eq!(own.bifrost.as_deref(), Some("localhost:8080"));
        let own = parse("http://vllm:8000=127.0.0.1:9000").expect("it is one");
        assert_eq!(own.of("http://vllm:8000/base"), Some("127.0.0.1:9000"));
        assert_eq!(own.of("http://other:8000"), None);
        for bad in ["localhost", ":80", "u:p@h:1x", "http://a=b", "h:0"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
