//! The functions that expressions may call, by embedder, and those that the crate has not.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ::cel::common::ast::{CallExpr, operators};
use ::cel::common::types::{CelBool, CelDouble, CelInt, CelString, DOUBLE_TYPE, STRING_TYPE};
use ::cel::common::value::CowVal;
use ::cel::{Env, ExecutionError};

use super::tree::literal;

/// Who evaluates an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The API server: rules of CRDs, checked when the CRD was created.
    Rules,
    /// cel-go with its standard library.
    Go,
    /// cel-cpp as Envoy sets it up: no comprehensions, no conversions to strings, no concatenation
    /// (Envoy, `source/extensions/filters/common/expr/evaluator.cc`).
    Envoy,
}

/// The names of types.
pub const TYPES: [&str; 10] =
    ["bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "uint"];

const EVERYWHERE: [&str; 5] = ["contains", "endsWith", "matches", "size", "startsWith"];
const CONVERSIONS: [&str; 6] = ["bool", "double", "dyn", "int", "string", "type"];
const RULES: [&str; 10] = [
    "duration",
    "hasValue",
    "isGreaterThan",
    "isLessThan",
    "optional.none",
    "optional.of",
    "orValue",
    "quantity",
    "optMap",
    "value",
];

impl Dialect {
    /// Why a call is not followed, if it is not.
    pub(super) fn doubts(self, call: &CallExpr) -> Option<String> {
        let name = call.func_name.as_str();
        let is_operator = !name.starts_with(|c: char| c.is_alphabetic());
        let follows = match self {
            Dialect::Rules | Dialect::Go if is_operator => true,
            Dialect::Envoy if is_operator => name != operators::ADD,
            Dialect::Envoy => EVERYWHERE.contains(&name),
            Dialect::Go => EVERYWHERE.contains(&name) || CONVERSIONS.contains(&name),
            Dialect::Rules => [&EVERYWHERE[..], &CONVERSIONS, &RULES].concat().contains(&name),
        };
        if !follows {
            return Some(format!("the function {} is not followed", name.trim_matches(['_', '@'])));
        }
        let pattern = call.args.last().and_then(literal);
        (self != Dialect::Rules && name == "matches" && !pattern.is_some_and(is_plain))
            .then(|| "a regular expression is not followed".to_owned())
    }
}

/// A regular expression that every engine reads alike, and that is small for each.
fn is_plain(pattern: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/_-.*+^$|()[] ".contains(&b);
    let differs = ["[[", "[]", "[^]", "--"];
    pattern.len() <= 40
        && pattern.bytes().all(plain)
        && !differs.iter().any(|part| pattern.contains(part))
}

/// The functions and types of all expressions.
pub fn environment() -> Arc<Env> {
    static ENV: OnceLock<Arc<Env>> = OnceLock::new();
    ENV.get_or_init(|| {
        let mut env = Env::stdlib();
        // Names that are taken would be a mistake of ours, which the tests of this room find.
        let _ = own(&mut env);
        Arc::new(env)
    })
    .clone()
}

fn own(env: &mut Env) -> Result<(), ::cel::DeclarationError> {
    let texts = || vec![STRING_TYPE, STRING_TYPE];
    env.add_overload("matches", "matches", texts(), matches)?;
    env.add_member_overload("matches", "matches_string", STRING_TYPE, vec![STRING_TYPE], matches)?;
    env.add_overload("duration", "string_to_duration", vec![STRING_TYPE], duration)?;
    env.add_overload("quantity", "string_to_quantity", vec![STRING_TYPE], quantity)?;
    let other = || vec![DOUBLE_TYPE];
    env.add_member_overload("isGreaterThan", "quantity_greater", DOUBLE_TYPE, other(), greater)?;
    env.add_member_overload("isLessThan", "quantity_less", DOUBLE_TYPE, other(), less)
}

type Returned<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

fn text<'a>(args: &'a [CowVal<'_, '_>], at: usize) -> Result<&'a str, ExecutionError> {
    args.get(at)
        .and_then(|arg| arg.downcast_ref::<CelString>())
        .map(CelString::inner)
        .ok_or(ExecutionError::MissingArgumentOrTarget)
}

/// The crate would compile the expression at each call.
fn matches<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Returned<'b, 'v> {
    thread_local! {
        static COMPILED: RefCell<HashMap<String, Option<regex::Regex>>> = RefCell::default();
    }
    let (text, pattern) = (text(&args, 0)?, text(&args, 1)?);
    let matched = COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() > 256 {
            compiled.clear();
        }
        if !compiled.contains_key(pattern) {
            compiled.insert(pattern.to_owned(), regex::Regex::new(pattern).ok());
        }
        compiled.get(pattern)?.as_ref().map(|regex| regex.is_match(text))
    });
    let matched = matched.ok_or_else(|| {
        ExecutionError::function_error("matches", "the regular expression does not compile")
    })?;
    Ok(CowVal::owned(CelBool::from(matched)))
}

/// A duration as Go writes them, in nanoseconds: rules only compare them with one another.
fn duration<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Returned<'b, 'v> {
    let nanos = nanos(text(&args, 0)?);
    let nanos = nanos.ok_or_else(|| ExecutionError::function_error("duration", "no duration"))?;
    Ok(CowVal::owned(CelInt::from(nanos)))
}

fn nanos(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut sum = 0.0;
    while !rest.is_empty() || sum == 0.0 {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..end].parse().ok()?;
        rest = &rest[end..];
        let units = [
            ("ns", 1.0),
            ("us", 1e3),
            ("µs", 1e3),
            ("ms", 1e6),
            ("h", 3.6e12),
            ("m", 6e10),
            ("s", 1e9),
        ];
        let (unit, nanos) = units.into_iter().find(|(unit, _)| rest.starts_with(unit))?;
        rest = &rest[unit.len()..];
        sum += number * nanos;
        if rest.is_empty() {
            break;
        }
    }
    (sum < i64::MAX as f64).then_some((sign * sum) as i64)
}

/// A quantity (`64Ki`, `1e3`, `100m`) as a number; exact up to 2^53.
fn quantity<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Returned<'b, 'v> {
    let amount = amount(text(&args, 0)?);
    let amount = amount.ok_or_else(|| ExecutionError::function_error("quantity", "no quantity"))?;
    Ok(CowVal::owned(CelDouble::from(amount)))
}

fn amount(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let signed = &text[..text.len() - digits.len() + end];
    let number: f64 = signed.parse().ok()?;
    let factor = match &digits[end..] {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1024f64.powi(4),
        "Pi" => 1024f64.powi(5),
        "Ei" => 1024f64.powi(6),
        power => 10f64.powi(power.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    Some(number * factor)
}

fn pair(args: &[CowVal<'_, '_>]) -> Result<(f64, f64), ExecutionError> {
    let number = |at: usize| args.get(at)?.downcast_ref::<CelDouble>().map(|it| *it.inner());
    number(0).zip(number(1)).ok_or(ExecutionError::MissingArgumentOrTarget)
}

fn greater<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Returned<'b, 'v> {
    let (one, other) = pair(&args)?;
    Ok(CowVal::owned(CelBool::from(one > other)))
}

fn less<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Returned<'b, 'v> {
    let (one, other) = pair(&args)?;
    Ok(CowVal::owned(CelBool::from(one < other)))
}
