//! One fault that two products know: it is told once.

use igw_core::check::Sink;
use igw_core::finding::Finding;
use igw_core::kube::ObjRef;

/// For each pair, leaves out the findings of the first check at whose place the second one has one,
/// too.
pub(super) fn leave_out(sinks: &mut [Sink], pairs: &[(&str, &str)]) {
    for (code, better) in pairs {
        let Some(other) = sinks.iter().find(|sink| sink.check().code == *better) else { continue };
        let places: Vec<_> = other.findings.iter().map(place).collect();
        for sink in sinks.iter_mut().filter(|sink| sink.check().code == *code) {
            sink.findings.retain(|own| !places.contains(&place(own)));
        }
    }
}

/// The object, the field, and the place in the document that the field holds.
fn place(finding: &Finding) -> (ObjRef, String, Option<String>) {
    let inner = finding.inner.as_ref().map(|inner| inner.pointer.clone());
    (finding.object.clone(), finding.path.clone(), inner)
}
