//! What a person is asked about a repair.

use igw_core::fix::Chosen;
use igw_core::text;

use super::keys::{self, Reply};
use super::offer::Offer;
use crate::console::Console;
use crate::exit::Failure;

const QUESTION: &str = "Apply? [y]es [n]o [e]dit [s]ave [a]ll [q]uit [?] (n) ";
const HELP: &str = "  y  apply this repair          n  leave it, and go on (the default)
  e  edit the changed file      s  save the difference to a file, and go on
  a  apply this repair and all safe ones that follow
  q  leave this and all others";

/// Asks whether to apply a repair, until the key means something.
///
/// # Errors
/// When no key can be read.
pub fn apply(console: &Console) -> Result<Reply, Failure> {
    loop {
        match keys::ask(QUESTION)? {
            Reply::Help => console.note(HELP),
            Reply::Other | Reply::Pick(_) => {}
            answer => return Ok(answer),
        }
    }
}

/// Asks which answer of a choice is meant; else the key that ended the question.
///
/// # Errors
/// When no key can be read.
pub fn choose(
    console: &Console,
    offer: &Offer,
    place: &str,
) -> Result<Result<Chosen, Reply>, Failure> {
    let Some(choice) = &offer.fix.choice else { return Ok(Err(Reply::No)) };
    console.note(&format!("{place}  {}", offer.line()));
    console.note(&format!("        {}", text::clean(&choice.ask)));
    for (number, pick) in choice.picks.iter().enumerate() {
        console.note(&text::clean(&format!("        {}  {}", number + 1, pick.label)));
    }
    loop {
        match keys::ask(&format!("Which? [1-{}] [n]one [q]uit (n) ", choice.picks.len()))? {
            Reply::Pick(number) => {
                if let Some(pick) = choice.picks.get(number) {
                    let edits = pick.edits.clone();
                    return Ok(Ok(Chosen { id: offer.id.clone(), edits }));
                }
            }
            end @ (Reply::Quit | Reply::Interrupt | Reply::No) => return Ok(Err(end)),
            _ => {}
        }
    }
}
