//! What differs between releases.

use crate::workload::Release;

/// The providers that a release has of its own, with the release that brought each; where that is
/// not known, the earliest that it can be. Source: facts/bifrost-versions.md, 4 (upstream tags).
const PROVIDERS: &[(&str, (u16, u16, u16))] = &[
    ("anthropic", (0, 0, 0)),
    ("azure", (0, 0, 0)),
    ("bedrock", (0, 0, 0)),
    ("bedrock_mantle", (2, 0, 0)),
    ("cerebras", (0, 0, 0)),
    ("cohere", (0, 0, 0)),
    ("databricks", (2, 1, 0)),
    ("deepseek", (2, 0, 0)),
    ("elevenlabs", (1, 3, 26)),
    ("fireworks", (1, 4, 20)),
    ("gemini", (1, 2, 5)),
    ("github-copilot", (2, 1, 0)),
    ("groq", (0, 0, 0)),
    ("huggingface", (1, 3, 51)),
    ("mistral", (0, 0, 0)),
    ("nebius", (1, 3, 49)),
    ("ollama", (0, 0, 0)),
    ("openai", (0, 0, 0)),
    ("opencode-go", (1, 5, 1)),
    ("opencode-zen", (1, 5, 1)),
    ("openrouter", (1, 2, 12)),
    ("parasail", (0, 0, 0)),
    ("perplexity", (1, 3, 16)),
    ("replicate", (1, 4, 6)),
    ("runware", (1, 5, 1)),
    ("runway", (1, 4, 8)),
    ("sarvam", (1, 6, 4)),
    ("sgl", (0, 0, 0)),
    ("typesafe", (2, 2, 2)),
    ("vertex", (0, 0, 0)),
    ("vllm", (1, 4, 8)),
    ("wafer", (2, 0, 0)),
    ("xai", (1, 3, 60)),
];

/// What a custom provider can be built on.
pub const BASE_TYPES: [&str; 7] =
    ["anthropic", "bedrock", "cohere", "gemini", "openai", "huggingface", "replicate"];

/// The plugins that are built in.
pub const PLUGINS: [&str; 8] =
    ["telemetry", "prompts", "logging", "governance", "maxim", "semantic_cache", "otel", "compat"];

/// What a provider's name is to a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownProvider {
    Has,
    /// A later one has it.
    Since((u16, u16, u16)),
    /// None has it.
    Unknown,
}

/// What a provider's name (lower case) is to a release.
pub fn provider(release: Release, name: &str) -> KnownProvider {
    match PROVIDERS.iter().find(|(known, _)| *known == name) {
        Some((_, (major, minor, patch))) if release.since(*major, *minor, *patch) => {
            KnownProvider::Has
        }
        Some((_, since)) => KnownProvider::Since(*since),
        None => KnownProvider::Unknown,
    }
}

pub fn nearest_provider(release: Release, name: &str) -> Option<&'static str> {
    let names = PROVIDERS.iter().map(|(known, _)| *known);
    let known = names.filter(|known| provider(release, known) == KnownProvider::Has);
    known
        .map(|known| (strsim::damerau_levenshtein(known, name), known))
        .filter(|(distance, known)| *distance <= 2 && known.len() > *distance + 2)
        .min()
        .map(|(_, known)| known)
}

/// Rules by release. Each was seen to differ between the recorded releases, or is told by the
/// change that brought it.
pub trait Rules {
    /// `models`: case does not matter, `*` is a wildcard, empty denies all.
    fn white_list(self) -> bool;
    /// The dialer refuses private addresses unless `allow_private_network` is set.
    fn blocks_private(self) -> bool;
    /// A name without a provider is looked up in the catalog.
    fn has_catalog(self) -> bool;
    fn has_aliases(self) -> bool;
    /// Does not start on an empty database without price data.
    fn needs_prices(self) -> bool;
    /// Connection failures are 502 with an error type; before, 400.
    fn answers_502(self) -> bool;
    fn has_source_of_truth(self) -> bool;
    /// A plugin's entry in the file wins whenever it changed.
    fn plugins_follow_file(self) -> bool;
    /// `env.NAME` in the value of a virtual key is replaced, and a value without the prefix.
    fn resolves_virtual_keys(self) -> bool;
    /// `enforce_auth_on_inference` demands a virtual key; before, `enforce_governance_header`.
    fn demands_by_auth(self) -> bool;
    /// Virtual keys are refused with other words.
    fn renamed_refusals(self) -> bool;
}

impl Rules for Release {
    fn white_list(self) -> bool {
        self.since(1, 5, 0)
    }

    fn blocks_private(self) -> bool {
        self.since(1, 5, 9)
    }

    fn has_catalog(self) -> bool {
        self.since(1, 5, 0)
    }

    fn has_aliases(self) -> bool {
        self.since(1, 5, 0)
    }

    fn needs_prices(self) -> bool {
        self.since(1, 5, 0)
    }

    fn answers_502(self) -> bool {
        self.since(1, 5, 0)
    }

    fn has_source_of_truth(self) -> bool {
        self.since(1, 5, 14)
    }

    fn plugins_follow_file(self) -> bool {
        self.since(2, 1, 0)
    }

    fn resolves_virtual_keys(self) -> bool {
        self.since(1, 4, 3)
    }

    fn demands_by_auth(self) -> bool {
        self.since(1, 4, 8)
    }

    fn renamed_refusals(self) -> bool {
        self.since(2, 1, 0)
    }
}

/// Whether a key of this provider may have an empty value (`CanProviderKeyValueBeEmpty`).
pub fn value_may_be_empty(provider: &str) -> bool {
    ["vertex", "bedrock", "bedrock_mantle", "vllm", "azure", "ollama", "sgl"].contains(&provider)
}

/// The member that holds the address, for providers that have one for each key.
pub fn key_config(provider: &str) -> Option<&'static str> {
    match provider {
        "vllm" => Some("vllm_key_config"),
        "ollama" => Some("ollama_key_config"),
        "sgl" => Some("sgl_key_config"),
        _ => None,
    }
}
