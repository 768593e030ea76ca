//! The keys of config.json, as far as rules or messages need them, with the release that brought
//! each. Our own description of what the recorded releases read. Where the release that brought a
//! key is not known, it is the earliest that it can be: better no finding than a false one.

use super::shape::{GoField, GoType, Shape};

const fn field(name: &'static str, shape: Shape, go: &'static str) -> GoField {
    GoField { name, shape, go, since: (0, 0, 0), until: None, vital: false }
}

const fn any(name: &'static str) -> GoField {
    field(name, Shape::Any, "")
}

const fn flag(name: &'static str) -> GoField {
    field(name, Shape::Flag, "bool")
}

const fn text(name: &'static str) -> GoField {
    field(name, Shape::Text, "string")
}

const fn whole(name: &'static str) -> GoField {
    field(name, Shape::Whole, "int")
}

impl GoField {
    const fn since(mut self, major: u16, minor: u16, patch: u16) -> GoField {
        self.since = (major, minor, patch);
        self
    }

    const fn until(mut self, major: u16, minor: u16, patch: u16, instead: &'static str) -> GoField {
        self.until = Some(((major, minor, patch), instead));
        self
    }

    const fn vital(mut self) -> GoField {
        self.vital = true;
        self
    }
}

/// The whole file, as the shape of a value.
pub static FILE: Shape = Shape::Struct(&ROOT);

pub static ROOT: GoType = GoType {
    name: "TempConfigData",
    complete: true,
    fields: &[
        any("$schema"),
        any("version"),
        any("encryption_key"),
        any("auth_config"),
        field("client", Shape::Struct(&CLIENT), "configstore.ClientConfig"),
        field("framework", Shape::Struct(&FRAMEWORK), "framework.FrameworkConfig"),
        field(
            "providers",
            Shape::Map(&Shape::Struct(&PROVIDER)),
            "map[string]configstore.ProviderConfig",
        )
        .vital(),
        field("governance", Shape::Struct(&GOVERNANCE), "configstore.GovernanceConfig"),
        any("mcp"),
        any("vector_store"),
        any("config_store"),
        any("logs_store"),
        field("plugins", Shape::List(&Shape::Struct(&PLUGIN)), "[]*schemas.PluginConfig"),
        any("websocket"),
        any("guardrails_config"),
        any("audit_logs"),
        any("cluster_config"),
        any("load_balancer_config"),
        any("large_payload_optimization"),
        any("scim_config"),
        any("access_profiles"),
        any("server").since(1, 5, 0),
        any("source_of_truth").since(1, 5, 14),
        any("env_label").since(1, 5, 0),
        any("skills_registry").since(1, 5, 0),
        any("feature_flags").since(1, 5, 0),
        any("circuit_breaker_config").since(1, 5, 0),
        any("setup_token").since(2, 0, 0),
        any("alerting").since(2, 0, 0),
        any("webhooks").since(2, 0, 0),
        any("agents").since(2, 1, 0),
        any("proxy_config").since(2, 1, 0),
    ],
};

/// What changed by version: facts/bifrost-versions.md, 0 and 1.
static CLIENT: GoType = GoType {
    name: "",
    complete: false,
    fields: &[
        any("enforce_governance_header").until(1, 4, 8, "enforce_auth_on_inference"),
        any("enforce_auth_on_inference").since(1, 4, 8),
    ],
};

static GOVERNANCE: GoType = GoType {
    name: "",
    complete: false,
    fields: &[field(
        "virtual_keys",
        Shape::List(&Shape::Struct(&VIRTUAL_KEY)),
        "[]tables.TableVirtualKey",
    )],
};

static VIRTUAL_KEY: GoType = GoType {
    name: "",
    complete: false,
    fields: &[
        any("allow_all_providers").since(2, 1, 0),
        any("budget_id").until(1, 5, 0, "budgets"),
        field(
            "provider_configs",
            Shape::List(&Shape::Struct(&PROVIDER_ENTRY)),
            "[]tables.TableVirtualKeyProviderConfig",
        ),
    ],
};

static PROVIDER_ENTRY: GoType = GoType {
    name: "",
    complete: false,
    fields: &[any("key_ids").since(1, 5, 0), any("allowed_keys").until(1, 5, 0, "key_ids")],
};

static FRAMEWORK: GoType = GoType { name: "", complete: false, fields: &[any("pricing")] };

pub static PROVIDER: GoType = GoType {
    name: "ProviderConfig",
    complete: true,
    fields: &[
        field("keys", Shape::List(&Shape::Struct(&KEY)), "[]schemas.Key").vital(),
        field("network_config", Shape::Struct(&NETWORK), "schemas.NetworkConfig").vital(),
        any("concurrency_and_buffer_size"),
        any("proxy_config"),
        any("send_back_raw_request"),
        any("send_back_raw_response"),
        any("store_raw_request_response"),
        field("custom_provider_config", Shape::Struct(&CUSTOM), "schemas.CustomProviderConfig")
            .vital(),
    ],
};

static KEY: GoType = GoType {
    name: "Key",
    complete: true,
    fields: &[
        text("id"),
        text("name"),
        any("value").vital(),
        field("models", Shape::List(&Shape::Text), "schemas.WhiteList").vital(),
        field("blacklisted_models", Shape::List(&Shape::Text), "schemas.BlackList"),
        field("weight", Shape::Float, "float64"),
        any("aliases").since(1, 5, 0).vital(),
        flag("enabled"),
        any("use_for_batch_api"),
        any("use_anthropic_endpoints"),
        any("azure_key_config"),
        any("vertex_key_config"),
        any("bedrock_key_config"),
        any("bedrock_mantle_key_config"),
        field("vllm_key_config", Shape::Struct(&VLLM), "schemas.VLLMKeyConfig").vital(),
        any("replicate_key_config"),
        any("ollama_key_config").since(1, 5, 0),
        any("sgl_key_config").since(1, 5, 0),
    ],
};

static VLLM: GoType =
    GoType { name: "", complete: true, fields: &[any("url").vital(), text("model_name")] };

static NETWORK: GoType = GoType {
    name: "",
    complete: true,
    fields: &[
        text("base_url").vital(),
        field("extra_headers", Shape::Map(&Shape::Any), "map[string]string"),
        whole("default_request_timeout_in_seconds"),
        whole("max_retries"),
        any("retry_backoff_initial"),
        any("retry_backoff_max"),
        flag("insecure_skip_verify"),
        any("ca_cert_pem"),
        any("stream_idle_timeout_in_seconds"),
        any("keep_alive_timeout_in_seconds"),
        any("max_conns_per_host"),
        any("enforce_http2"),
        any("http2_ping_interval_in_seconds"),
        any("beta_header_overrides"),
        flag("allow_private_network").since(1, 5, 9),
    ],
};

static CUSTOM: GoType = GoType {
    name: "CustomProviderConfig",
    complete: true,
    fields: &[
        text("base_provider_type").vital(),
        flag("is_key_less").vital(),
        field("request_path_overrides", Shape::Map(&Shape::Text), "map[string]string"),
        any("allowed_requests"),
    ],
};

static PLUGIN: GoType = GoType {
    name: "PluginConfig",
    complete: true,
    fields: &[
        flag("enabled"),
        text("name"),
        text("path"),
        any("version"),
        any("config"),
        any("placement"),
        any("order"),
    ],
};

/// The configuration of the `otel` plugin, or one of its profiles.
pub const OTEL: [&str; 20] = [
    "enabled",
    "traces_enabled",
    "service_name",
    "collector_url",
    "trace_type",
    "protocol",
    "headers",
    "trace_headers",
    "metrics_headers",
    "tls_ca_cert",
    "insecure",
    "export_timeout",
    "metrics_enabled",
    "metrics_endpoint",
    "metrics_push_interval",
    "request_headers",
    "disable_content_logging",
    "group_traces_by_session",
    "disable_root_span_content",
    "plugin_span_filter",
];
