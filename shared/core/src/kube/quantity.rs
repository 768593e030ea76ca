//! Amounts of resources, as Kubernetes writes them.

use serde_json::Value;

/// An amount in thousandths: `250m` is 250, `1Ki` is 1,024,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Quantity(i128);

impl Quantity {
    pub const ONE: Quantity = Quantity(1000);

    /// Reads `4`, `"500m"`, `"512Gi"`, `"1e3"`; `None` if it is no quantity.
    pub fn read(value: &Value) -> Option<Quantity> {
        match value {
            Value::Number(number) => Quantity::parse(&number.to_string()),
            Value::String(text) => Quantity::parse(text),
            _ => None,
        }
    }

    pub fn parse(text: &str) -> Option<Quantity> {
        let text = text.trim();
        let is_number = |c: char| c.is_ascii_digit() || ['.', '-', '+'].contains(&c);
        let end = text.find(|c| !is_number(c)).unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && part.is_empty() {
            return None;
        }
        // Parts of a thousandth are rounded up, as Kubernetes does; more than nine digits are none.
        let digits: String = part.chars().take(9).collect();
        let billionths: i128 = format!("{digits:0<9}").parse().ok()?;
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let value = whole.checked_mul(1_000_000_000)?.checked_add(billionths)?;
        let (times, over): (i128, i128) = match unit {
            "" => (1, 1),
            "n" => (1, 1_000_000_000),
            "u" => (1, 1_000_000),
            "m" => (1, 1000),
            "k" => (1000, 1),
            "M" => (1_000_000, 1),
            "G" => (1_000_000_000, 1),
            "T" => (1_000_000_000_000, 1),
            "P" => (1_000_000_000_000_000, 1),
            "Ki" => (1 << 10, 1),
            "Mi" => (1 << 20, 1),
            "Gi" => (1 << 30, 1),
            "Ti" => (1 << 40, 1),
            "Pi" => (1 << 50, 1),
            exponent => {
                let power: u32 = exponent.strip_prefix(['e', 'E'])?.parse().ok()?;
                (10_i128.checked_pow(power)?, 1)
            }
        };
        let scaled = value.checked_mul(times)?;
        // From billionths to thousandths.
        let per = over.checked_mul(1_000_000)?;
        Some(Quantity(scaled.div_euclid(per) + i128::from(scaled.rem_euclid(per) > 0)))
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl std::ops::Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Quantity {
    type Output = Quantity;
    fn sub(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_sub(other.0))
    }
}

impl std::fmt::Display for Quantity {
    /// In the largest binary unit that divides it, or as a number.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 % 1000 != 0 {
            return write!(f, "{}m", self.0);
        }
        let whole = self.0 / 1000;
        for (shift, unit) in [(40, "Ti"), (30, "Gi"), (20, "Mi")] {
            if whole != 0 && whole % (1 << shift) == 0 {
                return write!(f, "{}{unit}", whole >> shift);
            }
        }
        write!(f, "{whole}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let shown = |text: &str| Quantity::parse(text).map(|own| own.to_string());
        for (text, expected) in [
            ("4", "4"),
            ("500m", "500m"),
            ("0.5", "500m"),
            ("1.5Gi", "1536Mi"),
            ("512Gi", "512Gi"),
            ("2e3", "2000"),
            ("1k", "1000"),
            ("100n", "1m"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "x", "1x", "Gi"] {
            assert_eq!(shown(text), None, "{text}");
        }
        assert!(Quantity::parse("1Gi") > Quantity::parse("1G"));
    }
}
