//! An expression that can be evaluated.

use std::collections::BTreeMap;

use ::cel::common::ast::{Expr, operators};
use ::cel::parser::Expression;
use ::cel::{ExecutionError, Value as CelValue};

use super::cost::{MOST, cost};
use super::functions::Dialect;
use super::leaf::Leaves;
use super::mentions::doubt;
use super::parse::{NotParsed, parse};
use super::tree::{parts, path};
use super::types::{CelType, Typed, check};

/// A parsed expression.
#[derive(Debug, Clone)]
pub struct CelProgram {
    expression: Expression,
    dialect: Dialect,
    /// The length of the longest list in the text, and how many sums may make longer ones.
    literal: usize,
    sums: usize,
}

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    Is(bool),
    /// It fails, or is no boolean.
    Error(String),
    /// Why that is not known.
    Unknown(String),
}

impl CelProgram {
    /// # Errors
    /// When the text is no expression, or a larger one than is tried.
    pub fn parse(text: &str, dialect: Dialect) -> Result<CelProgram, NotParsed> {
        let expression = parse(text)?;
        let (mut literal, mut sums, mut todo) = (0, 1, vec![&expression]);
        while let Some(one) = todo.pop() {
            let parts = parts(one);
            match &one.expr {
                Expr::List(_) | Expr::Map(_) => literal = literal.max(parts.len()),
                Expr::Call(call) if call.func_name == operators::ADD => sums += 1,
                _ => {}
            }
            todo.extend(parts);
        }
        Ok(CelProgram { expression, dialect, literal, sums })
    }

    /// Whether cel-go compiles it, with variables of these types.
    pub fn typed(&self, variables: &[(&'static str, CelType)]) -> Typed {
        check(&self.expression, variables)
    }

    /// The members of a variable that are read, and of each whether more than its presence is;
    /// `None` if the variable is read as a whole.
    pub fn members(&self, variable: &str) -> Option<BTreeMap<String, bool>> {
        let (mut members, mut todo) = (BTreeMap::new(), vec![&self.expression]);
        while let Some(one) = todo.pop() {
            match path(one).filter(|path| path.name == variable) {
                Some(path) => {
                    let (first, more) = path.steps.split_first()?;
                    *members.entry((*first).to_owned()).or_default() |=
                        !path.presence || !more.is_empty();
                }
                None => todo.extend(parts(one)),
            }
        }
        Some(members)
    }

    pub fn holds(&self, leaves: &Leaves) -> Truth {
        // A comprehension's own accumulator is a sum, of one item a time.
        let longest = leaves.longest().max(self.literal).saturating_mul(self.sums);
        if cost(&self.expression, longest) > MOST {
            return Truth::Unknown("the expression is too costly to be tried here".to_owned());
        }
        self.truth(&self.expression, leaves)
    }

    fn truth(&self, expression: &Expression, leaves: &Leaves) -> Truth {
        if let Expr::Call(call) = &expression.expr {
            match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::LOGICAL_AND, [one, other]) => {
                    return self.joined(one, other, leaves, false);
                }
                (operators::LOGICAL_OR, [one, other]) => {
                    return self.joined(one, other, leaves, true);
                }
                (operators::LOGICAL_NOT, [inner]) => {
                    return match self.truth(inner, leaves) {
                        Truth::Is(it) => Truth::Is(!it),
                        other => other,
                    };
                }
                (operators::CONDITIONAL, [condition, then, other]) => {
                    return match self.truth(condition, leaves) {
                        Truth::Is(true) => self.truth(then, leaves),
                        Truth::Is(false) => self.truth(other, leaves),
                        condition => condition,
                    };
                }
                _ => {}
            }
        }
        if let Some(why) = doubt(expression, leaves, self.dialect, &mut Vec::new()) {
            return Truth::Unknown(why);
        }
        match CelValue::resolve(expression, leaves.context()) {
            Ok(CelValue::Bool(it)) => Truth::Is(it),
            Ok(_) => Truth::Error("it is not true or false".to_owned()),
            Err(error) => Truth::Error(said(&error)),
        }
    }

    /// `&&` (`by` = false) or `||` (`by` = true): a side that is `by` decides, whatever the other
    /// is. An unknown side may still be it, so that an error beside it says nothing.
    fn joined(&self, one: &Expression, other: &Expression, leaves: &Leaves, by: bool) -> Truth {
        let first = self.truth(one, leaves);
        if first == Truth::Is(by) {
            return first;
        }
        let second = self.truth(other, leaves);
        match (&first, &second) {
            (_, Truth::Is(it)) if *it == by => second,
            (Truth::Unknown(_), _) => first,
            (_, Truth::Unknown(_)) => second,
            (Truth::Error(_), _) => first,
            _ => second,
        }
    }
}

/// The error in the words of cel-go. Values are not shown: they may be secret.
fn said(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("no such key: {key}"),
        ExecutionError::NoSuchOverload(_)
        | ExecutionError::UnsupportedBinaryOperator(..)
        | ExecutionError::UnexpectedType { .. }
        | ExecutionError::ValuesNotComparable(..) => "no such overload".to_owned(),
        ExecutionError::UndeclaredReference(name) => format!("undeclared reference to '{name}'"),
        ExecutionError::FunctionError { function, message } => format!("{function}: {message}"),
        ExecutionError::IndexOutOfBounds(_) => "index out of bounds".to_owned(),
        _ => "it cannot be evaluated".to_owned(),
    }
}
