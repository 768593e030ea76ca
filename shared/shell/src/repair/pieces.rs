//! What takes a change back, for the journal: a secret does not stand there, but the place in the new
//! text that has it, or in the Secret that it was moved to.

use std::ops::Range;

use igw_core::fix::{self, Undone};
use igw_core::kube::Hidden;
use igw_core::mask;
use serde_json::{Value, json};

use super::file_change::FileChange;
use super::secret_place::{MovedTexts, SecretPlace, in_json};

/// A range of bytes of the new text, and of what stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces {
    from: usize,
    to: usize,
    old: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The bytes of the new text where it stands.
    At(Range<usize>),
    /// It stands in a Secret.
    In(SecretPlace),
}

/// What takes a change back; `None` where a secret is in none of the new text, nor was moved.
pub fn of(change: &FileChange, moved: &MovedTexts) -> Option<Vec<Pieces>> {
    let (mut old_end, mut new_end) = (0, 0);
    let mut out = Vec::new();
    for Undone { from, to, old } in fix::undoing(&change.old, &change.new) {
        let start = old_end + (from - new_end);
        (old_end, new_end) = (start + old.len(), to);
        let mut pieces = Vec::new();
        let mut done = start;
        let inside = |own: &&Range<usize>| own.start < old_end && start < own.end;
        for own in change.hidden.iter().filter(inside) {
            // Each line for itself: its indentation may be another one there.
            let own = own.start.max(done)..own.end.min(old_end);
            let mut at = own.start;
            for line in change.old[own].split_inclusive('\n') {
                let secret = line.trim();
                let begin = at + (line.len() - line.trim_start().len());
                at += line.len();
                if secret.is_empty() {
                    continue;
                }
                let place = match change.new.find(secret) {
                    Some(place) => Piece::At(place..place + secret.len()),
                    None => Piece::In(moved.place_of(secret)?),
                };
                pieces.push(Piece::Text(change.old[done..begin].to_owned()));
                pieces.push(place);
                done = begin + secret.len();
            }
        }
        pieces.push(Piece::Text(change.old[done..old_end].to_owned()));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        out.push(Pieces { from, to, old: pieces });
    }
    // What is hidden everywhere else does not stand here.
    let shown = |piece: &Piece| match piece {
        Piece::Text(text) => mask::text(text) == text.as_str(),
        Piece::At(_) | Piece::In(_) => true,
    };
    out.iter().flat_map(|own| &own.old).all(shown).then_some(out)
}

impl Pieces {
    /// `[from, to, "what stood there"]`, or a list of texts and places instead of the text.
    pub fn wire(&self) -> Value {
        let piece = |own: &Piece| match own {
            Piece::Text(text) => json!(text),
            Piece::At(place) => json!([place.start, place.end]),
            Piece::In(place) => place.wire(),
        };
        match self.old.as_slice() {
            [] => json!([self.from, self.to, ""]),
            [Piece::Text(text)] => json!([self.from, self.to, text]),
            all => json!([self.from, self.to, all.iter().map(piece).collect::<Vec<_>>()]),
        }
    }

    pub fn read(own: &Value) -> Option<Pieces> {
        let byte = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let piece = |own: &Value| match own {
            Value::String(text) => Some(Piece::Text(text.clone())),
            Value::Object(_) => SecretPlace::read(own).map(Piece::In),
            place => Some(Piece::At(byte(&place[0])?..byte(&place[1])?)),
        };
        let old = match &own[2] {
            Value::Array(all) => all.iter().map(piece).collect::<Option<Vec<_>>>()?,
            one if one == "" => Vec::new(),
            one => vec![Piece::Text(one.as_str()?.to_owned())],
        };
        Some(Pieces { from: byte(&own[0])?, to: byte(&own[1])?, old })
    }

    /// The places in Secrets that it needs.
    pub fn places(&self) -> impl Iterator<Item = &SecretPlace> {
        self.old.iter().filter_map(|piece| match piece {
            Piece::In(place) => Some(place),
            _ => None,
        })
    }

    /// What stood there, by the new text and what is in Secrets; `None` where those are others.
    pub fn in_text(
        &self,
        new: &str,
        held: &dyn Fn(&SecretPlace) -> Option<Hidden>,
    ) -> Option<Undone> {
        let mut old = String::new();
        for piece in &self.old {
            match piece {
                Piece::Text(text) => old.push_str(text),
                Piece::At(place) => old.push_str(new.get(place.clone())?),
                Piece::In(place) => old.push_str(&in_json(&held(place)?)),
            }
        }
        Some(Undone { from: self.from, to: self.to, old })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_moved_is_taken_from_where_it_is() {
        let old = "a: 1\nvalue: s3cret\nb: 2\n";
        let new = "a: 1\nvalue: env.X\nb: 2\n---\nX: s3cret\n";
        let change = FileChange {
            path: "x".into(),
            old: old.into(),
            new: new.into(),
            hidden: std::iter::once(12..18).collect(),
        };
        let moved = MovedTexts::default();
        let pieces = of(&change, &moved).expect("it is there");
        let wire: Vec<Value> = pieces.iter().map(Pieces::wire).collect();
        assert!(!json!(wire).to_string().contains("s3cret"));
        let read: Vec<Pieces> = wire.iter().map(|own| Pieces::read(own).expect("read")).collect();
        assert_eq!(read, pieces);
        let back: Vec<Undone> =
            read.iter().map(|own| own.in_text(new, &|_| None).expect("there")).collect();
        assert_eq!(fix::undone(new, &back).as_deref(), Some(old));
        let gone = FileChange { new: "a: 1\nb: 2\n".into(), ..change };
        assert_eq!(of(&gone, &moved), None);
    }
}
