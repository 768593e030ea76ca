//! Names that are spelled nearly alike, found without comparing each with each.

use std::hash::{DefaultHasher, Hash, Hasher as _};

/// The letters that a word is looked up by. More than the edits between two words.
const LETTERS: usize = 7;

/// Words by what is left of their first letters when up to two are taken out: two words that are at
/// most two edits apart have such a rest in common (Garbe's symmetric deletion).
#[derive(Debug, Clone, Default)]
pub struct Spelling {
    /// Hashes of the rests, each with the number of its word; sorted.
    rests: Vec<(u64, u32)>,
}

impl Spelling {
    /// Of words, numbered as they come, each with what must be the same in a word that is alike.
    pub fn new<H: Hash>(words: impl IntoIterator<Item = (H, String)>) -> Spelling {
        let mut rests = Vec::new();
        for (number, (same, word)) in (0u32..).zip(words) {
            rests.extend(rests_of(&same, &word).into_iter().map(|rest| (rest, number)));
        }
        rests.sort_unstable();
        Spelling { rests }
    }

    /// The numbers of the words that may be at most two edits apart from this one, in order.
    pub fn candidates(&self, same: &impl Hash, word: &str) -> Vec<u32> {
        let mut out = Vec::new();
        for rest in rests_of(same, word) {
            let start = self.rests.partition_point(|(own, _)| *own < rest);
            let alike = self.rests[start..].iter().take_while(|(own, _)| *own == rest);
            out.extend(alike.map(|(_, number)| *number));
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

fn rests_of(same: &impl Hash, word: &str) -> Vec<u64> {
    let mut seed = DefaultHasher::new();
    same.hash(&mut seed);
    let letters: Vec<char> = word.chars().take(LETTERS).collect();
    let hash = |without: &[usize]| {
        let mut hasher = seed.clone();
        let kept = letters.iter().enumerate().filter(|(at, _)| !without.contains(at));
        kept.for_each(|(_, letter)| letter.hash(&mut hasher));
        hasher.finish()
    };
    let mut out = vec![hash(&[])];
    for first in 0..letters.len() {
        out.push(hash(&[first]));
        out.extend((first + 1..letters.len()).map(|second| hash(&[first, second])));
    }
    out.sort_unstable();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All words of four letters out of three, and some longer ones: whatever is two edits apart is
    /// found.
    #[test]
    fn nothing_near_is_missed() {
        let mut words: Vec<String> = vec!["".to_owned()];
        for start in ["", "chat-service", "x"] {
            for number in 0..81 {
                let letter = |place: u32| ['a', 'b', 'c'][number / 3usize.pow(place) % 3];
                words.push((0..4).map(letter).chain(start.chars()).collect());
            }
        }
        let spelling = Spelling::new(words.iter().map(|word| ((), word.clone())));
        for word in &words {
            let found = spelling.candidates(&(), word);
            for (number, other) in (0u32..).zip(&words) {
                let near = strsim::damerau_levenshtein(word, other) <= 2;
                assert!(!near || found.contains(&number), "{word} {other}");
            }
        }
        assert!(spelling.candidates(&(), "quite-another").is_empty());
        let numbered = Spelling::new([(1, "api".to_owned()), (2, "api".to_owned())]);
        assert_eq!(numbered.candidates(&2, "apt"), [1]);
    }
}
