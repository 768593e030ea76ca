//! kgateway's kinds, out of their table, and the few core kinds whose defaults matter.

use std::sync::OnceLock;

use super::table;
use super::types::*;
use crate::kube::Kind;

const TABLE: &str = include_str!("kgateway.tsv");

/// The schema of one of kgateway's kinds; the table is read when the first object of it is met.
pub fn own(kind: Kind) -> Option<&'static Type> {
    macro_rules! kinds {
        ($($kind:ident),*) => {
            match kind {
                $(Kind::$kind => {
                    static READ: OnceLock<Option<&'static Type>> = OnceLock::new();
                    *READ.get_or_init(|| table::read(TABLE, stringify!($kind)))
                })*
                _ => None,
            }
        };
    }
    kinds!(
        Backend,
        BackendConfigPolicy,
        DirectResponse,
        GatewayExtension,
        GatewayParameters,
        ListenerPolicy,
        TrafficPolicy
    )
}

/// The older HTTPListenerPolicy, of which only the targets are described.
pub const HTTP_LISTENER_POLICY: Type =
    Type::Object(&[API_VERSION, KIND, META, STATUS, field("spec", Type::Open).required()]);

/// Service: the API server's defaults are filled in when views are created.
pub const SERVICE: Type = Type::Open;

/// EndpointSlice: see `rules.rs`.
pub const ENDPOINT_SLICE: Type = Type::Open;
