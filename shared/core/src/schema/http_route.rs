//! HTTPRoute.

use super::table::*;

const NAMESPACE_NAME: Type = like(1, 63, NAMESPACE);
const GROUP_NAME: Type = like(0, 253, GROUP);
const KIND_TEXT: Type = like(1, 63, KIND_NAME);
const PORT: Type = Type::Integer { min: 1, max: 65535 };
const HEADER: Type = like(1, 256, HEADER_NAME);
const ITEM_NAME: Type = text(256);
const HOST: Type = like(1, 253, HOSTNAME);

const PARENT_REF: Type = Type::Object(&[
    field("group", GROUP_NAME).or("\"gateway.networking.k8s.io\""),
    field("kind", KIND_TEXT).or("\"Gateway\""),
    field("namespace", NAMESPACE_NAME),
    field("name", name(253)).required(),
    field("sectionName", name(253)),
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
    field("headers", list(&HEADER_MATCH, 16)),
    field("queryParams", list(&QUERY_MATCH, 16)),
    field("method", METHOD),
]);

const HEADER_VALUE: Type =
    Type::Object(&[field("name", HEADER).required(), field("value", name(4096)).required()]);

const HEADER_CHANGE: Type = Type::Object(&[
    field("set", list(&HEADER_VALUE, 16)),
    field("add", list(&HEADER_VALUE, 16)),
    field("remove", list(&ITEM_NAME, 16)),
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
    field("fraction", Type::Open),
]);

const ORIGIN: Type = text(253);

const CORS: Type = Type::Object(&[
    field("allowOrigins", list(&ORIGIN, 64)),
    field("allowCredentials", Type::Boolean),
    field("allowMethods", list(&ITEM_NAME, 9)),
    field("allowHeaders", list(&ITEM_NAME, 64)),
    field("exposeHeaders", list(&ITEM_NAME, 64)),
    field("maxAge", Type::Integer { min: 1, max: i32::MAX as i64 }).or("5"),
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
    field("externalAuth", Type::Open).experimental(),
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

const RULE: Type = Type::Object(&[
    field("name", name(253)),
    field("matches", list(&MATCH, 64)).or("[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}]"),
    field("filters", list(&FILTER, 16)),
    field("backendRefs", list(&BACKEND_REF, 16)),
    field("timeouts", TIMEOUTS),
    field("retry", Type::Open).experimental(),
    field("sessionPersistence", Type::Open).experimental(),
]);

/// HTTPRoute.
pub const HTTP_ROUTE: Type = Type::Object(&[
    API_VERSION,
    KIND,
    META,
    STATUS,
    field(
        "spec",
        Type::Object(&[
            field("parentRefs", list(&PARENT_REF, 32)),
            field("hostnames", list(&HOST, 16)),
            field("rules", some(&RULE, 16))
                .or("[{\"matches\":[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/\"}}]}]"),
            field("useDefaultGateways", text(63)).experimental(),
        ]),
    )
    .required(),
]);
