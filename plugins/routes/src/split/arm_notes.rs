//! What has to be known, and made, before the arms of a split get requests.

use igw::repair::WishRefusal;
use igw_core::facts::Facts;
use igw_core::fix::{Edit, Fix, NewObject, Safety};
use igw_core::text;

use super::alike::{ArmNames, alike};
use super::arm::SplitArm;
use super::reachable::{self, ArmGrant};

/// What is known of a change besides its edits.
#[derive(Default)]
pub struct ArmNotes {
    pub grants: Vec<NewObject>,
    permits: Vec<String>,
    pub notes: Vec<String>,
    /// Why a person has to agree.
    doubt: Option<String>,
}

impl ArmNotes {
    /// What has to be known of arms before they get requests.
    pub fn of(facts: &Facts, arms: &[SplitArm], home: &str) -> Result<ArmNotes, WishRefusal> {
        let mut out = ArmNotes::default();
        for (at, arm) in arms.iter().enumerate() {
            let title = arm.title(home);
            if arms[..at].iter().any(|other| other.title(home) == title) {
                return Err(WishRefusal::new(format!("--to has {title} twice")));
            }
            out.notes.extend(reachable::service(facts, arm, home)?);
            match reachable::grant(facts, arm, home)? {
                ArmGrant::NotNeeded => {}
                ArmGrant::Missing(new, what) if !out.permits.contains(&what) => {
                    out.grants.push(new);
                    out.permits.push(what);
                }
                ArmGrant::Missing(..) => {}
                ArmGrant::Unknown(why) => out.notes.push(why),
            }
        }
        match alike(facts, arms, home) {
            ArmNames::Alike(says) | ArmNames::Unknown(says) => out.notes.push(says),
            ArmNames::Unlike(why) => out.doubt = Some(why),
        }
        Ok(out)
    }

    /// Adds them to a repair, behind a first note.
    pub fn add_to(self, mut fix: Fix, first: Option<String>) -> Fix {
        for new in self.grants {
            fix.edits.push(Edit::Create(new));
        }
        if !self.permits.is_empty() {
            fix = fix.grants(text::list(&self.permits));
        }
        if let Some(doubt) = self.doubt {
            fix.safety = Safety::Unsafe(doubt);
        }
        fix.notes(first.into_iter().chain(self.notes).collect())
    }
}
