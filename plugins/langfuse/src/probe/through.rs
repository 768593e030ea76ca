//! `--through`: the Bifrost that gets one chat request.

use igw_core::langfuse::probe::request::Server;
use igw_core::mask;

/// The chat endpoint of an address or of a Service, `[NAMESPACE/]NAME[:PORT]`.
///
/// # Errors
/// When it is neither.
pub fn parse(text: &str, home: &str) -> Result<(Server, String), String> {
    const CHAT: &str = "/v1/chat/completions";
    let bad = || format!("{} is neither a URL nor [NAMESPACE/]NAME[:PORT]", mask::address(text));
    if text.contains("://") {
        let (server, target) = Server::of(text).ok_or_else(bad)?;
        let path = target.trim_end_matches('/');
        let target = match path {
            "" | "/v1" => CHAT.to_owned(),
            // A prefix of a gateway.
            own if !own.contains("/v1/") => format!("{own}{CHAT}"),
            own => own.to_owned(),
        };
        return Ok((server, target));
    }
    let (namespace, rest) = text.split_once('/').unwrap_or((home, text));
    // Bifrost's port, unless another is said.
    let (name, port) = rest.split_once(':').unwrap_or((rest, "8080"));
    let is_name = |own: &str| {
        !own.is_empty()
            && own.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !is_name(namespace) || !is_name(name) {
        return Err(bad());
    }
    let url = format!("http://{name}.{namespace}.svc.cluster.local:{port}{CHAT}");
    Server::of(&url).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_or_an_address() {
        let url =
            |text: &str| parse(text, "ai").map(|(own, path)| format!("{}{path}", own.origin()));
        let chat = |origin: &str| Ok(format!("{origin}/v1/chat/completions"));
        assert_eq!(url("bifrost"), chat("http://bifrost.ai.svc.cluster.local:8080"));
        assert_eq!(url("x/bifrost:80"), chat("http://bifrost.x.svc.cluster.local:80"));
        assert_eq!(url("http://h:8080"), chat("http://h:8080"));
        assert_eq!(url("http://h/v1/"), chat("http://h"));
        assert_eq!(url("https://h/ai"), chat("https://h/ai"));
        assert_eq!(url("http://h/openai/v1/chat/completions"), chat("http://h/openai"));
        assert!(url("Bifrost!").is_err());
        assert!(url("bifrost:x").is_err());
    }
}
