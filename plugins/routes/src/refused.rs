//! Objects that the API server would refuse.

use igw_core::check::Sink;
use igw_core::facts::{Facts, Refused};
use igw_core::finding::Finding;
use igw_core::fix::{Fix, Set};
use igw_core::kube::pointer;
use igw_core::schema::{Gate, Meant, Refusal};

/// A finding for each refusal at one gate; something passed for every object of a known kind.
pub fn refused(
    facts: &Facts,
    gate: Gate,
    out: &mut Sink,
    title: impl Fn(&Refused, &str, &str) -> String,
) {
    for refused in &facts.store.refused {
        if !facts.scope.contains(&refused.meta) {
            continue;
        }
        for refusal in refused.refusals.iter().filter(|refusal| refusal.gate == gate) {
            let field = pointer::dotted(&refusal.pointer);
            let title = title(refused, &field, &refusal.message);
            let hint = match refusal.message.contains("experimental channel") {
                true => " If that channel is installed, add --assume gateway-api=experimental.",
                false => "",
            };
            let explanation = format!(
                "kubectl apply fails for this object, and the stored version stays unchanged. why and \
                 status treat it as absent.{hint}"
            );
            let finding = Finding::at(&refused.meta, refusal.pointer.clone(), title)
                .explain(explanation)
                .label(refusal.message.clone())
                .repair(corrected(refused, refusal))
                .evidence(field, refusal.message.clone());
            out.finding(if gate == Gate::UnknownField { finding.at_key() } else { finding });
        }
    }
}

/// The name or the value that is most likely meant. Names of objects are what others call them.
fn corrected(refused: &Refused, refusal: &Refusal) -> Option<Fix> {
    let instead = refusal.instead.as_ref()?;
    if refusal.pointer.starts_with("/metadata/") {
        return None;
    }
    let of = |at: &str| format!("{} of {}", pointer::dotted(at), refused.meta.title());
    let (title, set) = match instead {
        Meant::Name(name) => (
            format!("rename {} to {name}", of(&refusal.pointer)),
            Set::Rename(refusal.pointer.clone(), (*name).to_owned()),
        ),
        Meant::Text(at, text) => (
            format!("set {} to {}", of(at), igw_core::text::clip(text, 60)),
            Set::Put(at.clone(), text.as_str().into()),
        ),
    };
    let why = "what was meant is only likely, and the object takes effect with it";
    Some(Fix::unsafe_as(why, title).change(&refused.meta, vec![set]))
}
