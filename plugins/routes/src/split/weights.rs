//! Weights as shares, and a step from one arm to the next.

use igw_core::text;

/// What a weight is of a sum, in percent: `50 %`, `33.3 %`.
pub fn percent(weight: u64, sum: u64) -> String {
    if sum == 0 {
        return "0 %".to_owned();
    }
    // Tenths, rounded.
    let tenths = (weight * 1000 + sum / 2) / sum;
    match (tenths / 10, tenths % 10) {
        (0, 0) if weight > 0 => "less than 0.1 %".to_owned(),
        (whole, 0) => format!("{whole} %"),
        (whole, tenth) => format!("{whole}.{tenth} %"),
    }
}

/// `50 % to ml/a:80 and 50 % to ml/b:80`
pub fn shares<'a>(arms: impl Iterator<Item = (&'a str, u32)> + Clone) -> String {
    let sum = arms.clone().map(|(_, weight)| u64::from(weight)).sum();
    let said: Vec<String> =
        arms.map(|(name, weight)| format!("{} to {name}", percent(weight.into(), sum))).collect();
    text::list(&said)
}

/// The weights after so many percent of all requests went from the first to the second, or as many as
/// the first has; `None`: it has none. The sum stays where that is possible.
pub fn step(weights: &[u32], percent: u32) -> Option<Vec<u32>> {
    let mut wide: Vec<u64> = weights.iter().map(|weight| u64::from(*weight)).collect();
    let sum: u64 = wide.iter().sum();
    if wide.len() < 2 || wide[0] == 0 {
        return None;
    }
    // In hundredths of the old unit nothing has to be rounded.
    let moved = (u64::from(percent) * sum).min(wide[0] * 100);
    wide.iter_mut().for_each(|weight| *weight *= 100);
    wide[0] -= moved;
    wide[1] += moved;
    let common = wide.iter().copied().fold(0, gcd);
    let least: u64 = wide.iter().map(|weight| weight / common).sum();
    // The old sum, or 100, or the smallest one.
    let sums = [sum, 100];
    let sum = sums.into_iter().find(|sum| sum % least == 0).unwrap_or(least);
    wide.iter_mut().for_each(|weight| *weight = *weight / common * (sum / least));
    wide.into_iter().map(|weight| u32::try_from(weight).ok()).collect()
}

/// How much of all requests such a step moves.
pub fn moved(weights: &[u32], percent: u32) -> String {
    let sum: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let first = weights.first().map_or(0, |weight| u64::from(*weight));
    self::percent((u64::from(percent) * sum).min(first * 100), sum * 100)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_of_all_requests() {
        let after = |weights: &[u32], percent| step(weights, percent);
        assert_eq!(after(&[90, 10], 10), Some(vec![80, 20]));
        assert_eq!(after(&[9, 1], 10), Some(vec![8, 2]));
        assert_eq!(after(&[9, 1], 5), Some(vec![85, 15]));
        assert_eq!(after(&[1, 1], 50), Some(vec![0, 2]));
        assert_eq!(after(&[1, 2], 10), Some(vec![7, 23]));
        assert_eq!(after(&[5, 95], 10), Some(vec![0, 100]));
        assert_eq!(after(&[0, 100], 10), None);
        assert_eq!(after(&[60, 20, 20], 10), Some(vec![50, 30, 20]));
        assert_eq!(after(&[900_000, 100_000], 10), Some(vec![800_000, 200_000]));
    }

    #[test]
    fn shares_are_of_the_sum() {
        let shown = shares([("a", 1), ("b", 2)].into_iter());
        assert_eq!(shown, "33.3 % to a and 66.7 % to b");
        assert_eq!(percent(1, 1_000_000), "less than 0.1 %");
        assert_eq!(percent(0, 100), "0 %");
        assert_eq!(moved(&[90, 10], 10), "10 %");
        assert_eq!(moved(&[5, 95], 10), "5 %");
    }
}
