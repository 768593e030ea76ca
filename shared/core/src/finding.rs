//! What a check says.

use serde::Serialize;

use crate::facts::Why;
use crate::fix::{self, Fix};
use crate::kube::{Meta, ObjRef, Origin};
use crate::text;

/// How bad a finding is (contract.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// No effect now.
    Info,
    /// Something other than a request is lost.
    Warning,
    /// Some client request fails.
    Error,
}

impl Severity {
    /// The word in machine output.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What an HTTP client sees because of a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    pub status: Option<u16>,
    /// The share of the matching requests, 0 to 1.
    pub share: f64,
    /// Which requests, e.g. `PathPrefix /v1 on any host`.
    pub requests: String,
}

/// The requests that a finding is about, part of its title: `before` + matches + ` on hosts` +
/// `after`. Findings that differ only in the matches have one cause, and become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread {
    pub before: String,
    /// The matches, for display.
    pub matches: Vec<String>,
    pub hosts: String,
    /// What stands after the hosts.
    pub after: String,
    /// The matches, for machine output.
    pub exact: Vec<String>,
}

impl Spread {
    fn title(&self) -> String {
        let matches = text::some_of(&self.matches, 3);
        format!("{}{matches} on {}{}", self.before, self.hosts, self.after)
    }

    fn requests(&self) -> String {
        format!("{} on {}", text::some_of(&self.exact, 3), self.hosts)
    }

    fn is_alike(&self, other: &Spread) -> bool {
        (&self.before, &self.hosts, &self.after) == (&other.before, &other.hosts, &other.after)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    pub says: String,
    pub at: String,
}

/// What the guide says on the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guide {
    pub section: String,
    pub differs: Option<String>,
}

/// A place inside an embedded document, or in a file that is no Kubernetes object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inner {
    /// The field, as an RFC 6901 pointer into the document.
    pub pointer: String,
    /// Where it begins, in bytes from the start of the document's text.
    pub start: usize,
    /// Where it ends, in bytes like `start`.
    pub end: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The code, e.g. `IGW0103`.
    pub code: &'static str,
    pub name: &'static str,
    pub severity: Severity,
    pub object: ObjRef,
    pub origin: Origin,
    /// What the object asks to ignore about it.
    pub ignore: Option<Box<str>>,
    /// The exact field, as an RFC 6901 pointer.
    pub path: String,
    /// Whether the field's name is what is wrong, not its value.
    pub at_key: bool,
    /// Further fields with the same cause.
    pub more_paths: Vec<String>,
    /// The exact place inside a document that the field holds.
    pub inner: Option<Inner>,
    /// One sentence.
    pub title: String,
    /// The mechanism, in two or three sentences.
    pub explanation: String,
    /// The text of the label at the field.
    pub label: String,
    pub effect: Option<Effect>,
    /// The requests that its title names.
    pub spread: Option<Spread>,
    pub evidence: Vec<Evidence>,
    pub related: Vec<ObjRef>,
    /// What makes it go away, where that is known.
    pub fix: Option<Fix>,
    pub guide: Option<Guide>,
    /// Code and object of the findings that say the same less exactly: they are left out.
    pub covers: Vec<(&'static str, ObjRef)>,
}

impl Finding {
    /// A finding at a field of an object; the sink fills in code, name and severity.
    pub fn at(meta: &Meta, path: impl Into<String>, title: impl Into<String>) -> Finding {
        Finding {
            code: "",
            name: "",
            severity: Severity::Error,
            object: meta.reference(),
            origin: meta.origin,
            ignore: meta.ignore.clone(),
            path: path.into(),
            at_key: false,
            more_paths: Vec::new(),
            inner: None,
            title: title.into(),
            explanation: String::new(),
            label: String::new(),
            effect: None,
            spread: None,
            evidence: Vec::new(),
            related: Vec::new(),
            fix: None,
            guide: None,
            covers: Vec::new(),
        }
    }

    /// Lowers the severity below the check's usual one.
    pub fn only(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says that the name of the field is what is wrong.
    pub fn at_key(mut self) -> Self {
        self.at_key = true;
        self
    }

    /// Sets the requests; they make the title, and the effect names them.
    pub fn spread(mut self, spread: Spread) -> Self {
        self.tell_of(spread);
        self
    }

    fn tell_of(&mut self, spread: Spread) {
        self.title = spread.title();
        if let Some(effect) = &mut self.effect {
            effect.requests = spread.requests();
        }
        self.spread = Some(spread);
    }

    /// Whether it says the same of one object, of the same requests or others.
    pub fn is_same_fault(&self, other: &Finding) -> bool {
        match (&self.spread, &other.spread) {
            (Some(own), Some(theirs)) => own.is_alike(theirs),
            _ => self.title == other.title,
        }
    }

    /// Merges a finding of the same check, if object and cause are the same.
    pub fn absorb(&mut self, other: &Finding) -> bool {
        let is_same = self.is_same_fault(other) && self.object == other.object;
        if !is_same || self.severity != other.severity {
            return false;
        }
        if self.path != other.path && !self.more_paths.contains(&other.path) {
            self.more_paths.push(other.path.clone());
        }
        if let (Some(own), Some(theirs)) = (&mut self.fix, &other.fix) {
            own.join(theirs);
        }
        self.covers.extend(other.covers.iter().cloned());
        if let (Some(mut spread), Some(theirs)) = (self.spread.take(), &other.spread) {
            for (own, new) in
                [(&mut spread.matches, &theirs.matches), (&mut spread.exact, &theirs.exact)]
            {
                let fresh: Vec<String> =
                    new.iter().filter(|one| !own.contains(one)).cloned().collect();
                own.extend(fresh);
            }
            self.tell_of(spread);
        }
        true
    }

    pub fn explain(mut self, text: impl Into<String>) -> Self {
        self.explanation = text.into();
        self
    }

    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    pub fn effect(mut self, status: u16, share: f64, requests: impl Into<String>) -> Self {
        self.effect = Some(Effect { status: Some(status), share, requests: requests.into() });
        self
    }

    pub fn evidence(mut self, at: impl Into<String>, says: impl Into<String>) -> Self {
        self.evidence.push(Evidence { says: says.into(), at: at.into() });
        self
    }

    pub fn covers(mut self, code: &'static str, object: ObjRef) -> Self {
        self.covers.push((code, object));
        self
    }

    pub fn related(mut self, object: ObjRef) -> Self {
        self.related.push(object);
        self
    }

    /// What makes it go away.
    pub fn repair(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// What a client gets because of it, as far as that is known.
    pub fn status(&self) -> Option<u16> {
        self.effect.as_ref().and_then(|effect| effect.status)
    }

    /// The name of its repair.
    pub fn fix_id(&self) -> String {
        match &self.inner {
            // Each place of a document is a finding of its own.
            Some(inner) => {
                let path = format!("{}\n{}", self.path, inner.pointer);
                fix::id(self.code, &self.object, &path)
            }
            None => fix::id(self.code, &self.object, &self.path),
        }
    }

    pub fn guide(mut self, section: &str, differs: Option<&str>) -> Self {
        let differs = differs.map(str::to_owned);
        self.guide = Some(Guide { section: section.to_owned(), differs });
        self
    }

    /// By object, then code, then path: the order of machine output.
    pub fn sort_key(&self) -> (&ObjRef, &str, &str) {
        (&self.object, self.code, &self.path)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    pub code: &'static str,
    pub resource: String,
    /// Its namespace, empty for cluster-scoped ones.
    pub namespace: String,
    /// How many objects were not judged.
    pub objects: usize,
    /// Why.
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Assumption {
    pub what: String,
    pub why: String,
}
