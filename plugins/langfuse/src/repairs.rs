//! Where repairs write: in the variables of a container, or inside of Bifrost's configuration.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::repairs::{Repairs as _, pod};
use igw_core::facts::Facts;
use igw_core::fix::{Fix, Set};
use igw_core::langfuse::endpoint::{raw_path, with_path};
use igw_core::langfuse::exporters::{ExporterKind, ExporterText};
use igw_core::langfuse::ways::TraceWay;
use igw_core::mask;
use igw_core::workload::address::Url;

/// The address with the name of a Service of a namespace.
pub fn at_service(url: &str, parsed: &Url, name: &str, namespace: &str) -> String {
    let scheme = if parsed.tls { "https" } else { "http" };
    let host = format!("{name}.{namespace}.svc.cluster.local");
    with_path(&format!("{scheme}://{host}:{}", parsed.port), raw_path(url))
}

/// Another address for an exporter; `None`: it is not written where it could be changed.
pub fn endpoint(facts: &Facts, way: &TraceWay, to: Option<&str>) -> Option<Fix> {
    let to = to?;
    // What is put together of several variables, or holds more than an address, is for a person.
    if way.exporter.given()?.contains(['?', '#', '@']) {
        return None;
    }
    let own = &way.exporter.endpoint;
    let title = format!("set {} to {}", own.name, mask::address_or_key(to));
    let why = "another program may read the same setting";
    put(facts, way, own, Fix::unsafe_as(why, title), to)
}

/// Another protocol.
pub fn protocol(facts: &Facts, way: &TraceWay, to: &str) -> Option<Fix> {
    let own = way.exporter.protocol.as_ref()?;
    let title = format!("set {} to {to}", own.name);
    let fix = match way.fault() {
        None => Fix::safe(title),
        Some(_) => Fix::unsafe_as("the address has to be changed, too", title),
    };
    put(facts, way, own, fix, to)
}

fn put(facts: &Facts, way: &TraceWay, own: &ExporterText, fix: Fix, to: &str) -> Option<Fix> {
    if !own.written {
        return None;
    }
    match way.exporter.kind {
        ExporterKind::Bifrost => {
            let inner = own.inner.as_ref()?;
            holder(facts, own)?.edit(fix, vec![Set::Put(inner.pointer.clone(), to.into())])
        }
        _ => {
            let at = format!("{}/value", own.path);
            Some(fix.change(pod(&way.exporter.subject)?, vec![Set::Put(at, to.into())]))
        }
    }
}

/// The Bifrost whose configuration holds a text.
fn holder<'f>(facts: &'f Facts, own: &ExporterText) -> Option<&'f Instance> {
    let is_it = |instance: &&Instance| {
        instance.document.as_ref().is_some_and(|document| {
            document.object.kind == own.object.kind && document.object.is_same(&own.object)
        })
    };
    instances::all(facts).iter().find(is_it)
}
