//! What was not looked at, for people: one cause is told once, however many namespaces and checks
//! it concerns.

use super::Gap;
use crate::text;

#[derive(Debug, PartialEq, Eq)]
pub struct Told<'a> {
    pub resource: &'a str,
    pub why: &'a str,
    namespaces: Vec<&'a str>,
    objects: usize,
    codes: Vec<&'static str>,
}

/// Gaps by cause, in the order of the report.
pub fn told(gaps: &[Gap]) -> Vec<Told<'_>> {
    let mut out: Vec<Told> = Vec::new();
    for gap in gaps {
        let namespace = gap.namespace.as_deref();
        let (resource, why) = (gap.resource.as_str(), gap.reason.detail.as_str());
        // What is missing everywhere is another thing than what is missing somewhere.
        let alike = |told: &&mut Told| {
            (told.resource, told.why) == (resource, why)
                && told.namespaces.is_empty() == namespace.is_none()
        };
        let told = match out.iter_mut().find(alike) {
            Some(told) => told,
            None => {
                let (namespaces, codes) = (Vec::new(), Vec::new());
                out.push(Told { resource, why, namespaces, objects: 0, codes });
                let Some(last) = out.last_mut() else { continue };
                last
            }
        };
        told.objects = told.objects.max(gap.objects);
        if !told.codes.contains(&gap.code) {
            told.codes.push(gap.code);
        }
        told.namespaces.extend(namespace.filter(|name| !told.namespaces.contains(name)));
    }
    out
}

impl Told<'_> {
    /// The whole text, except the question to kubectl.
    pub fn text(&self) -> String {
        let space = match self.namespaces.as_slice() {
            [] => String::new(),
            some => format!(" in {}", text::some_of(some, 3)),
        };
        let checks = match self.codes.len() {
            // Which ones, the machine formats tell.
            7.. => text::count(self.codes.len(), "check"),
            _ => text::list(&self.codes),
        };
        let objects = text::count(self.objects, "reference");
        format!("{}{space} ({}), for {objects}, {checks}", self.resource, self.why)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reason;
    use super::*;

    #[test]
    fn one_cause_is_told_once() {
        let gap = |code, namespace: Option<&str>, detail: &str| Gap {
            code,
            resource: "services".to_owned(),
            namespace: namespace.map(str::to_owned),
            objects: 1,
            reason: Reason { kind: "timed-out", detail: detail.to_owned() },
            failed: true,
        };
        let gaps = [
            gap("IGW0001", Some("a"), "slow"),
            gap("IGW0001", Some("b"), "slow"),
            gap("IGW0001", Some("c"), "reset"),
            gap("IGW0002", Some("a"), "slow"),
            gap("IGW0002", Some("d"), "slow"),
            gap("IGW0002", Some("e"), "slow"),
            gap("IGW0003", None, "slow"),
        ];
        let texts: Vec<String> = told(&gaps).iter().map(Told::text).collect();
        assert_eq!(
            texts,
            [
                "services in a, b, d and 1 more (slow), for 1 reference, IGW0001 and IGW0002",
                "services in c (reset), for 1 reference, IGW0001",
                "services (slow), for 1 reference, IGW0003",
            ]
        );
    }
}
