//! The paths that a client can post to, and what becomes of them.

/// What a path is to Bifrost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientPath {
    /// An operation of its own or of a drop-in.
    Operation(Operation),
    /// A redirect to the path without its trailing slash.
    Redirect,
    /// No POST is accepted there.
    NotAllowed,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its name in `request_path_overrides`.
    pub name: &'static str,
    /// The path at an upstream that speaks OpenAI's protocol.
    pub upstream: &'static str,
    /// The provider of a name without one: the drop-in's.
    pub provider: Option<&'static str>,
}

const OPERATIONS: [(&str, &str); 4] = [
    ("chat_completion", "/v1/chat/completions"),
    ("text_completion", "/v1/completions"),
    ("embedding", "/v1/embeddings"),
    ("responses", "/v1/responses"),
];

pub fn vllm_answers(path: &str) -> bool {
    OPERATIONS.iter().any(|(_, known)| *known == path) || path == "/v1/models"
}

/// What a path is to Bifrost, as seen on all recorded releases.
pub fn entry(path: &str) -> ClientPath {
    let find = |path: &str, provider| {
        let found = OPERATIONS.iter().find(|(_, known)| *known == path);
        found.map(|(name, upstream)| Operation { name, upstream, provider })
    };
    if let Some(found) = find(path, None) {
        return ClientPath::Operation(found);
    }
    // Clients of Anthropic's messages are served by way of responses.
    if path == "/anthropic/v1/messages" {
        let (name, upstream) = OPERATIONS[3];
        return ClientPath::Operation(Operation { name, upstream, provider: None });
    }
    for (dropped, provider) in
        [("/openai", Some("openai")), ("/litellm", None), ("/langchain", None)]
    {
        let Some(rest) = path.strip_prefix(dropped) else { continue };
        let with = if rest.starts_with("/v1/") { rest.to_owned() } else { format!("/v1{rest}") };
        return find(&with, provider).map_or(ClientPath::Unknown, ClientPath::Operation);
    }
    let bare = path.trim_end_matches('/');
    if bare.len() + 1 == path.len() && find(bare, None).is_some() {
        return ClientPath::Redirect;
    }
    let other_apis =
        ["/genai", "/bedrock", "/cohere", "/pydanticai", "/anthropic", "/api/", "/v1/"];
    // An unknown POST is 405, as observed; Anthropic's messages are below a prefix only.
    let known_wrong = path.starts_with("/v1/v1/") || path.starts_with("/v1/messages");
    match other_apis.iter().any(|api| path.starts_with(api)) && !known_wrong {
        true => ClientPath::Unknown,
        false => ClientPath::NotAllowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_paths() {
        let status = |path: &str| match entry(path) {
            ClientPath::Operation(found) => found.upstream,
            ClientPath::Redirect => "308",
            ClientPath::NotAllowed => "405",
            ClientPath::Unknown => "?",
        };
        assert_eq!(status("/v1/chat/completions"), "/v1/chat/completions");
        assert_eq!(status("/openai/chat/completions"), "/v1/chat/completions");
        assert_eq!(status("/litellm/v1/chat/completions"), "/v1/chat/completions");
        assert_eq!(status("/anthropic/v1/messages"), "/v1/responses");
        assert_eq!(status("/v1/messages"), "405");
        assert_eq!(status("/chat/completions"), "405");
        assert_eq!(status("/v1/v1/chat/completions"), "405");
        assert_eq!(status("/v1/chat/completions/"), "308");
        assert_eq!(status("/v1/audio/speech"), "?");
    }
}
