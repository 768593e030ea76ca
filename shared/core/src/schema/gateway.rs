//! GatewayClass, Gateway, ListenerSet, ReferenceGrant.

use super::table::*;

const NAMESPACE_NAME: Type = like(1, 63, NAMESPACE);
const GROUP_NAME: Type = like(0, 253, GROUP);
const KIND_TEXT: Type = like(1, 63, KIND_NAME);
const WORD: Type = text(63);
const LONG_WORD: Type = text(316);

const CLASS_PARAMETERS: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("name", name(253)).required(),
    field("namespace", NAMESPACE_NAME),
]);

/// GatewayClass.
pub const GATEWAY_CLASS: Type = Type::Object(&[
    API_VERSION,
    KIND,
    META,
    STATUS,
    field(
        "spec",
        Type::Object(&[
            field("controllerName", name(253)).required(),
            field("description", text(64)),
            field("parametersRef", CLASS_PARAMETERS),
        ]),
    )
    .required(),
]);

const REQUIREMENT: Type = Type::Object(&[
    field("key", text(316)).required(),
    // The API server does not look at the operator here; controllers do.
    field("operator", text(63)).required(),
    field("values", list(&WORD, 1000)),
]);

/// A label selector.
pub const SELECTOR: Type = Type::Object(&[
    field("matchLabels", Type::Open),
    field("matchExpressions", list(&REQUIREMENT, 1000)),
]);

const ROUTE_KIND: Type = Type::Object(&[
    field("group", GROUP_NAME).or("\"gateway.networking.k8s.io\""),
    field("kind", KIND_TEXT).required(),
]);

const ALLOWED_ROUTES: Type = Type::Object(&[
    field(
        "namespaces",
        Type::Object(&[
            field("from", Type::OneOf(&["All", "Selector", "Same", "None"])).or("\"Same\""),
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
    field("options", Type::Open),
]);

const LISTENER: Type = Type::Object(&[
    field("name", name(253)).required(),
    field("hostname", like(1, 253, HOSTNAME)),
    field("port", Type::Integer { min: 1, max: 65535 }).required(),
    field("protocol", like(1, 255, PROTOCOL)).required(),
    field("tls", LISTENER_TLS),
    field("allowedRoutes", ALLOWED_ROUTES).or("{\"namespaces\":{\"from\":\"Same\"}}"),
]);

const ADDRESS: Type =
    Type::Object(&[field("type", name(253)).or("\"IPAddress\""), field("value", text(253))]);

const LOCAL_PARAMETERS: Type = Type::Object(&[
    field("group", GROUP_NAME).required(),
    field("kind", KIND_TEXT).required(),
    field("name", name(253)).required(),
]);

const INFRASTRUCTURE: Type = Type::Object(&[
    field("labels", Type::Open),
    field("annotations", Type::Open),
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

/// Gateway.
pub const GATEWAY: Type = Type::Object(&[
    API_VERSION,
    KIND,
    META,
    STATUS,
    field(
        "spec",
        Type::Object(&[
            field("gatewayClassName", name(253)).required(),
            field("listeners", some(&LISTENER, 64)).required(),
            field("addresses", list(&ADDRESS, 16)),
            field("infrastructure", INFRASTRUCTURE),
            field("allowedListeners", ALLOWED_LISTENERS),
            field("tls", Type::Open),
            field("defaultScope", LONG_WORD).experimental(),
        ]),
    )
    .required(),
]);

/// ListenerSet.
pub const LISTENER_SET: Type = Type::Object(&[
    API_VERSION,
    KIND,
    META,
    STATUS,
    field(
        "spec",
        Type::Object(&[
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
        ]),
    )
    .required(),
]);

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

/// ReferenceGrant.
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
    ),
]);
