//! GatewayClass, Gateway, ListenerSet, ReferenceGrant.

use super::patterns::*;
use super::types::*;

const NAMESPACE_NAME: Type = like(1, 63, NAMESPACE);
const GROUP_NAME: Type = like(0, 253, GROUP);
const KIND_TEXT: Type = like(1, 63, KIND_NAME);
const SECTION_NAME: Type = like(1, 253, PRECISE_HOSTNAME);
const LABEL: Type = like(0, 63, LABEL_VALUE);
const ANNOTATION: Type = text(4096);
const PORT: Type = Type::Integer { min: 1, max: 65535 };

const CLASS_PARAMETERS: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("name", name(253)).required(),
    field("namespace", NAMESPACE_NAME),
]);

pub const GATEWAY_CLASS: Type = root![
    field("controllerName", like(1, 253, CONTROLLER)).required(),
    field("description", text(64)),
    field("parametersRef", CLASS_PARAMETERS),
];

const REQUIREMENT: Type = Type::Object(&[
    // The API server does not look at these three; controllers do.
    field("key", ANY_TEXT).required(),
    field("operator", ANY_TEXT).required(),
    field("values", list(&ANY_TEXT, usize::MAX)),
]);

/// A label selector.
pub const SELECTOR: Type = Type::Object(&[
    field("matchLabels", map(&ANY_TEXT, usize::MAX)),
    field("matchExpressions", list(&REQUIREMENT, usize::MAX)),
]);

const ROUTE_KIND: Type = Type::Object(&[
    field("group", GROUP_NAME).or("\"gateway.networking.k8s.io\""),
    field("kind", KIND_TEXT).required(),
]);

const ALLOWED_ROUTES: Type = Type::Object(&[
    field(
        "namespaces",
        Type::Object(&[
            field("from", Type::OneOf(&["All", "Selector", "Same"])).or("\"Same\""),
            field("selector", SELECTOR),
        ]),
    )
    .or("{\"from\":\"Same\"}"),
    field("kinds", list(&ROUTE_KIND, 8)),
]);

const SECRET_REF: Type = Type::Object(&[
    field("group", GROUP_NAME).or("\"\""),
    field("kind", KIND_TEXT).or("\"Secret\""),
    field("name", name(253)).required(),
    field("namespace", NAMESPACE_NAME),
]);

const LISTENER_TLS: Type = Type::Object(&[
    field("mode", Type::OneOf(&["Terminate", "Passthrough"])).or("\"Terminate\""),
    field("certificateRefs", list(&SECRET_REF, 64)),
    field("options", map(&ANNOTATION, 16)),
]);

const LISTENER: Type = Type::Object(&[
    field("name", SECTION_NAME).required(),
    field("hostname", like(1, 253, HOSTNAME)),
    field("port", PORT).required(),
    field("protocol", like(1, 255, PROTOCOL)).required(),
    field("tls", LISTENER_TLS),
    field("allowedRoutes", ALLOWED_ROUTES).or("{\"namespaces\":{\"from\":\"Same\"}}"),
]);

const ADDRESS: Type = Type::Object(&[
    field("type", like(1, 253, ADDRESS_TYPE)).or("\"IPAddress\""),
    field("value", text(253)),
]);

const LOCAL_PARAMETERS: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("name", name(253)).required(),
]);

const INFRASTRUCTURE: Type = Type::Object(&[
    field("labels", map(&LABEL, 8)),
    field("annotations", map(&ANNOTATION, 16)),
    field("parametersRef", LOCAL_PARAMETERS),
]);

const ALLOWED_LISTENERS: Type = Type::Object(&[field(
    "namespaces",
    Type::Object(&[
        field("from", Type::OneOf(&["All", "Selector", "Same", "None"])).or("\"None\""),
        field("selector", SELECTOR),
    ]),
)
.or("{\"from\":\"None\"}")]);

const CA_REF: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("name", name(253)).required(),
    field("namespace", NAMESPACE_NAME),
]);

const CLIENT_TLS: Type = Type::Object(&[field(
    "validation",
    Type::Object(&[
        field("caCertificateRefs", some(&CA_REF, 16)).required(),
        field("mode", Type::OneOf(&["AllowValidOnly", "AllowInsecureFallback"]))
            .or("\"AllowValidOnly\""),
    ]),
)]);

const PORT_TLS: Type =
    Type::Object(&[field("port", PORT).required(), field("tls", CLIENT_TLS).required()]);

const GATEWAY_TLS: Type = Type::Object(&[
    field("backend", Type::Object(&[field("clientCertificateRef", SECRET_REF)])),
    field(
        "frontend",
        Type::Object(&[
            field("default", CLIENT_TLS).required(),
            field("perPort", keyed(&PORT_TLS, 64, "port")),
        ]),
    ),
]);

pub const GATEWAY: Type = root![
    field("gatewayClassName", name(253)).required(),
    field("listeners", some(&LISTENER, 64)).required(),
    field("addresses", list(&ADDRESS, 16)),
    field("infrastructure", INFRASTRUCTURE),
    field("allowedListeners", ALLOWED_LISTENERS),
    field("tls", GATEWAY_TLS),
    field("defaultScope", Type::OneOf(&["All", "None"])).experimental(),
];

pub const LISTENER_SET: Type = root![
    field(
        "parentRef",
        Type::Object(&[
            field("group", GROUP_NAME).or("\"gateway.networking.k8s.io\""),
            field("kind", KIND_TEXT).or("\"Gateway\""),
            field("namespace", NAMESPACE_NAME),
            field("name", name(253)).required(),
        ]),
    )
    .required(),
    field("listeners", some(&LISTENER, 64)).required(),
];

const GRANT_FROM: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("namespace", NAMESPACE_NAME).required(),
]);

const GRANT_TO: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("name", name(253)),
]);

pub const REFERENCE_GRANT: Type = Type::Object(&[
    API_VERSION,
    KIND,
    META,
    field(
        "spec",
        Type::Object(&[
            field("from", some(&GRANT_FROM, 16)).required(),
            field("to", some(&GRANT_TO, 16)).required(),
        ]),
    )
    .required(),
]);
