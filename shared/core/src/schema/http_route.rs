//! HTTPRoute.

use super::patterns::*;
use super::types::*;

const NAMESPACE_NAME: Type = like(1, 63, NAMESPACE);
const GROUP_NAME: Type = like(0, 253, GROUP);
const KIND_TEXT: Type = like(1, 63, KIND_NAME);
const PORT: Type = Type::Integer { min: 1, max: 65535 };
const HEADER: Type = like(1, 256, HEADER_NAME);
const SECTION_NAME: Type = like(1, 253, PRECISE_HOSTNAME);
const HOST: Type = like(1, 253, HOSTNAME);

const PARENT_REF: Type = Type::Object(&[
    field("group", GROUP_NAME).or("\"gateway.networking.k8s.io\""),
    field("kind", KIND_TEXT).or("\"Gateway\""),
    field("namespace", NAMESPACE_NAME),
    field("name", name(253)).required(),
    field("sectionName", SECTION_NAME),
    field("port", PORT),
]);

const HEADER_MATCH: Type = Type::Object(&[
    field("type", Type::OneOf(&["Exact", "RegularExpression"])).or("\"Exact\""),
    field("name", HEADER).required(),
    field("value", name(4096)).required(),
]);

const QUERY_MATCH: Type = Type::Object(&[
    field("type", Type::OneOf(&["Exact", "RegularExpression"])).or("\"Exact\""),
    field("name", HEADER).required(),
    field("value", name(1024)).required(),
]);

const PATH_MATCH: Type = Type::Object(&[
    field("type", Type::OneOf(&["Exact", "PathPrefix", "RegularExpression"])).or("\"PathPrefix\""),
    field("value", text(1024)).or("\"/\""),
]);

const METHOD: Type =
    Type::OneOf(&["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]);

const MATCH: Type = Type::Object(&[
    field("path", PATH_MATCH).or("{\"type\":\"PathPrefix\",\"value\":\"/\"}"),
    field("headers", keyed(&HEADER_MATCH, 16, "name")),
    field("queryParams", keyed(&QUERY_MATCH, 16, "name")),
    field("method", METHOD),
]);

const HEADER_VALUE: Type =
    Type::Object(&[field("name", HEADER).required(), field("value", name(4096)).required()]);

const HEADER_CHANGE: Type = Type::Object(&[
    field("set", keyed(&HEADER_VALUE, 16, "name")),
    field("add", keyed(&HEADER_VALUE, 16, "name")),
    field("remove", set(&ANY_TEXT, 16)),
]);

const PATH_CHANGE: Type = Type::Object(&[
    field("type", Type::OneOf(&["ReplaceFullPath", "ReplacePrefixMatch"])).required(),
    field("replaceFullPath", text(1024)),
    field("replacePrefixMatch", text(1024)),
]);

const REDIRECT: Type = Type::Object(&[
    field("scheme", Type::OneOf(&["http", "https"])),
    field("hostname", like(1, 253, PRECISE_HOSTNAME)),
    field("path", PATH_CHANGE),
    field("port", PORT),
    // The enum of the status codes is a rule: see `rules.rs`.
    field("statusCode", Type::Integer { min: 0, max: 999 }).or("302"),
]);

const REWRITE: Type =
    Type::Object(&[field("hostname", like(1, 253, PRECISE_HOSTNAME)), field("path", PATH_CHANGE)]);

const EXTENSION: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("name", name(253)).required(),
]);

const OBJECT_REF: Type = Type::Object(&[
    field("group", GROUP_NAME).or("\"\""),
    field("kind", KIND_TEXT).or("\"Service\""),
    field("name", name(253)).required(),
    field("namespace", NAMESPACE_NAME),
    field("port", PORT),
]);

const MIRROR: Type = Type::Object(&[
    field("backendRef", OBJECT_REF).required(),
    field("percent", Type::Integer { min: 0, max: 100 }),
    field(
        "fraction",
        Type::Object(&[
            field("numerator", Type::Integer { min: 0, max: i32::MAX as i64 }).required(),
            field("denominator", Type::Integer { min: 1, max: i32::MAX as i64 }).or("100"),
        ]),
    ),
]);

const CORS_ORIGIN: Type = like(1, 253, ORIGIN);

const CORS_METHOD: Type = Type::OneOf(&[
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*",
]);

const CORS: Type = Type::Object(&[
    field("allowOrigins", set(&CORS_ORIGIN, 64)),
    field("allowCredentials", Type::Boolean),
    field("allowMethods", set(&CORS_METHOD, 9)),
    field("allowHeaders", set(&HEADER, 64)),
    field("exposeHeaders", set(&HEADER, 64)),
    field("maxAge", Type::Integer { min: 1, max: i32::MAX as i64 }).or("5"),
]);

const EXTERNAL_AUTH: Type = Type::Object(&[
    field("protocol", Type::OneOf(&["HTTP", "GRPC"])).required(),
    field("backendRef", OBJECT_REF).required(),
    field("grpc", Type::Object(&[field("allowedHeaders", set(&ANY_TEXT, 64))])),
    field(
        "http",
        Type::Object(&[
            field("path", like(1, 1024, AUTH_PATH)),
            field("allowedHeaders", set(&ANY_TEXT, 64)),
            field("allowedResponseHeaders", set(&ANY_TEXT, 64)),
        ]),
    ),
    field(
        "forwardBody",
        Type::Object(&[field("maxSize", Type::Integer { min: i64::MIN, max: i64::MAX })]),
    ),
]);

const FILTER_TYPE: Type = Type::OneOf(&[
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
    "RequestMirror",
    "RequestRedirect",
    "URLRewrite",
    "ExtensionRef",
    "CORS",
    "ExternalAuth",
]);

const FILTER: Type = Type::Object(&[
    field("type", FILTER_TYPE).required(),
    field("requestHeaderModifier", HEADER_CHANGE),
    field("responseHeaderModifier", HEADER_CHANGE),
    field("requestMirror", MIRROR),
    field("requestRedirect", REDIRECT),
    field("urlRewrite", REWRITE),
    field("extensionRef", EXTENSION),
    field("cors", CORS),
    field("externalAuth", EXTERNAL_AUTH).experimental(),
]);

const BACKEND_REF: Type = Type::Object(&[
    field("group", GROUP_NAME).or("\"\""),
    field("kind", KIND_TEXT).or("\"Service\""),
    field("name", name(253)).required(),
    field("namespace", NAMESPACE_NAME),
    field("port", PORT),
    field("weight", Type::Integer { min: 0, max: 1_000_000 }).or("1"),
    field("filters", list(&FILTER, 16)),
]);

const TIMEOUTS: Type = Type::Object(&[
    field("request", like(0, 64, DURATION)),
    field("backendRequest", like(0, 64, DURATION)),
]);

const CODE: Type = Type::Integer { min: 400, max: 599 };

const RETRY: Type = Type::Object(&[
    field("attempts", Type::Integer { min: 1, max: i64::MAX }),
    field("backoff", like(0, 64, DURATION)),
    field("codes", set(&CODE, usize::MAX)),
]);

const SESSION_PERSISTENCE: Type = Type::Object(&[
    field("sessionName", text(128)),
    field("absoluteTimeout", like(0, 64, DURATION)),
    field("type", Type::OneOf(&["Cookie", "Header"])).or("\"Cookie\""),
    field(
        "cookieConfig",
        Type::Object(&[
            field("lifetimeType", Type::OneOf(&["Permanent", "Session"])).or("\"Session\"")
        ]),
    ),
]);

const RULE: Type = Type::Object(&[
    field("name", SECTION_NAME),
    field("matches", list(&MATCH, 64)).or("[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}]"),
    field("filters", list(&FILTER, 16)),
    field("backendRefs", list(&BACKEND_REF, 16)),
    field("timeouts", TIMEOUTS),
    field("retry", RETRY).experimental(),
    field("sessionPersistence", SESSION_PERSISTENCE).experimental(),
]);

pub const HTTP_ROUTE: Type = root![
    field("parentRefs", list(&PARENT_REF, 32)),
    field("hostnames", list(&HOST, 16)),
    field("rules", some(&RULE, 16))
        .or("[{\"matches\":[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}]}]"),
    field("useDefaultGateways", Type::OneOf(&["All", "None"])).experimental(),
];
