//! Names that are most likely slips for others.

use super::Spelling;

/// Names, to be asked which of them another is a slip for.
#[derive(Debug)]
pub struct Slips {
    names: Vec<String>,
    /// By their letters, among those with the same digits.
    letters: Spelling,
    /// By what stands before `-service` or `-svc`.
    stems: Spelling,
}

impl Slips {
    pub fn new(names: Vec<String>) -> Slips {
        let letters = Spelling::new(names.iter().map(|name| (digits(name), letters(name))));
        // What has no such end is in nobody's way: its stem is the name itself.
        let stems = Spelling::new(names.iter().map(|name| (stem(name).to_owned(), String::new())));
        Slips { names, letters, stems }
    }

    /// The names that this one is most likely a slip for.
    pub fn of<'s>(&'s self, wanted: &'s str) -> impl Iterator<Item = &'s str> {
        let mut near = self.letters.candidates(&digits(wanted), &letters(wanted));
        near.extend(self.stems.candidates(&stem(wanted), ""));
        near.sort_unstable();
        near.dedup();
        let names = near.into_iter().map(|number| self.names[number as usize].as_str());
        names.filter(move |near| is_slip(wanted, near))
    }
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| !c.is_ascii_digit()).collect()
}

fn digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_digit).collect()
}

fn stem(name: &str) -> &str {
    name.strip_suffix("-service").or(name.strip_suffix("-svc")).unwrap_or(name)
}

/// Whether one name is most likely a slip for the other: a letter or two, no digit, and no short
/// word of its own (`echo-a` and `echo-b` are two).
fn is_slip(wanted: &str, near: &str) -> bool {
    let suffixed = |name: &str| stem(name) != name;
    if digits(wanted) != digits(near) || wanted == near {
        return false;
    }
    if suffixed(wanted) && suffixed(near) && stem(wanted) == stem(near) {
        return true;
    }
    let (a, b) = (letters(wanted), letters(near));
    let short = a.chars().count().min(b.chars().count());
    let most = match short {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    let words = |name: &str| name.split('-').map(str::to_owned).collect::<Vec<_>>();
    let (left, right) = (words(wanted), words(near));
    let short_word = left.len() == right.len()
        && left.iter().zip(&right).any(|(a, b)| a != b && a.len().min(b.len()) < 4);
    !short_word && strsim::damerau_levenshtein(&a, &b) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_siblings() {
        for (wanted, near) in [
            ("chat-svc", "chat-service"),
            ("chat-sevice", "chat-service"),
            ("bifrots", "bifrost"),
            ("model", "models"),
        ] {
            assert!(is_slip(wanted, near), "{wanted} {near}");
            let others = ["zzz", near, "a-b-c"].map(str::to_owned).to_vec();
            assert_eq!(Slips::new(others).of(wanted).collect::<Vec<_>>(), [near]);
        }
        for (wanted, near) in [
            ("app-v1", "app-v2"),
            ("echo-a", "echo-b"),
            ("llm-gpu-predictor", "llm-cpu-predictor"),
            ("lidarr", "radarr"),
            ("web", "app"),
            ("chat", "docs"),
            ("chat", "chat-service"),
        ] {
            assert!(!is_slip(wanted, near), "{wanted} {near}");
        }
    }
}
