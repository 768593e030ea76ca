//! Whether cel-go would compile an expression: its type checker, as far as it decides.
//!
//! Source: cel-go `checker/checker.go` and the declarations of `common/stdlib`.

use std::collections::HashMap;

use ::cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue, operators};
use ::cel::parser::Expression;

use super::functions::TYPES;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CelType {
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Null,
    /// Of any type; it fits everything.
    Dyn,
    List(Box<CelType>),
    Map(Box<CelType>, Box<CelType>),
}

/// What the type checker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    Well,
    /// It does not compile.
    Ill,
    /// It uses what is not known here.
    Unsure,
}

/// Checks an expression whose variables have these types.
pub fn check(expression: &Expression, variables: &[(&'static str, CelType)]) -> Typed {
    let types = variables.iter().map(|(name, kind)| (*name, vec![kind.clone()])).collect();
    let mut checker = Checker { types, unsure: false };
    match checker.of(expression) {
        // What is wrong is wrong whatever the rest is.
        Err(IllTyped) => Typed::Ill,
        Ok(_) if checker.unsure => Typed::Unsure,
        Ok(_) => Typed::Well,
    }
}

struct IllTyped;

type OfType = Result<CelType, IllTyped>;

struct Checker<'e> {
    /// The innermost declaration last.
    types: HashMap<&'e str, Vec<CelType>>,
    unsure: bool,
}

impl<'e> Checker<'e> {
    fn of(&mut self, expression: &'e Expression) -> OfType {
        match &expression.expr {
            Expr::Literal(literal) => Ok(match literal {
                LiteralValue::Boolean(_) => CelType::Bool,
                LiteralValue::Bytes(_) => CelType::Bytes,
                LiteralValue::Double(_) => CelType::Double,
                LiteralValue::Int(_) => CelType::Int,
                LiteralValue::Null => CelType::Null,
                LiteralValue::String(_) => CelType::Text,
                LiteralValue::UInt(_) => CelType::Uint,
            }),
            Expr::Ident(name) => match self.types.get(name.as_str()).and_then(|known| known.last())
            {
                Some(kind) => Ok(kind.clone()),
                None if TYPES.contains(&name.as_str()) => Ok(CelType::Dyn),
                None => Ok(self.unsure()),
            },
            Expr::Select(select) => {
                let of = self.of(&select.operand)?;
                let member = match of {
                    CelType::Map(key, value) if fits(&key, &CelType::Text) => *value,
                    CelType::Dyn => CelType::Dyn,
                    _ => return Err(IllTyped),
                };
                Ok(if select.test { CelType::Bool } else { member })
            }
            Expr::List(list) => {
                let kinds: Vec<CelType> =
                    list.elements.iter().map(|one| self.of(one)).collect::<Result<_, _>>()?;
                Ok(CelType::List(Box::new(common(kinds))))
            }
            Expr::Map(map) => {
                let (mut keys, mut values) = (Vec::new(), Vec::new());
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        keys.push(self.of(&entry.key)?);
                        values.push(self.of(&entry.value)?);
                    }
                }
                Ok(CelType::Map(Box::new(common(keys)), Box::new(common(values))))
            }
            Expr::Comprehension(all) => {
                let item = match self.of(&all.iter_range)? {
                    CelType::List(item) => *item,
                    CelType::Map(key, _) => *key,
                    CelType::Dyn => CelType::Dyn,
                    _ => return Err(IllTyped),
                };
                let sum = self.of(&all.accu_init)?;
                let mut names = vec![(all.iter_var.as_str(), item), (all.accu_var.as_str(), sum)];
                names.extend(all.iter_var2.as_deref().map(|name| (name, CelType::Dyn)));
                for (name, kind) in &names {
                    self.types.entry(*name).or_default().push(kind.clone());
                }
                let condition = self.of(&all.loop_cond)?;
                let step = self.of(&all.loop_step)?;
                let result = self.of(&all.result)?;
                for (name, _) in &names {
                    self.types.entry(*name).or_default().pop();
                }
                need(&condition, &CelType::Bool)?;
                need(&step, &names[1].1)?;
                Ok(result)
            }
            Expr::Call(call) => self.call(call),
            Expr::Struct(_) | Expr::Unspecified => Ok(self.unsure()),
        }
    }

    fn unsure(&mut self) -> CelType {
        self.unsure = true;
        CelType::Dyn
    }

    fn call(&mut self, call: &'e CallExpr) -> OfType {
        let name = call.func_name.as_str();
        let args = call.target.as_deref().into_iter().chain(&call.args);
        let args: Vec<CelType> = match call.target.as_deref().map(|target| &target.expr) {
            // `math.abs(x)`: a function's name, perhaps.
            Some(Expr::Ident(own)) if !self.types.contains_key(own.as_str()) => {
                return Ok(self.unsure());
            }
            _ => args.map(|one| self.of(one)).collect::<Result<_, _>>()?,
        };
        match (name, args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, args) => {
                args.iter().try_for_each(|one| need(one, &CelType::Bool))?;
                Ok(CelType::Bool)
            }
            (operators::LOGICAL_NOT | operators::NOT_STRICTLY_FALSE, [one]) => {
                need(one, &CelType::Bool)?;
                Ok(CelType::Bool)
            }
            (operators::CONDITIONAL, [condition, one, other]) => {
                need(condition, &CelType::Bool)?;
                need(one, other)?;
                Ok(if *one == CelType::Dyn { other.clone() } else { one.clone() })
            }
            (operators::EQUALS | operators::NOT_EQUALS, [one, other]) => {
                // `null` fits some types that are not told apart here.
                if *one == CelType::Null || *other == CelType::Null {
                    self.unsure();
                } else {
                    need(one, other)?;
                }
                Ok(CelType::Bool)
            }
            (
                operators::LESS
                | operators::LESS_EQUALS
                | operators::GREATER
                | operators::GREATER_EQUALS,
                [one, other],
            ) => {
                let numbers = is_number(one) && is_number(other);
                if numbers && one != other {
                    // Whether an embedder allows it is an option of its environment.
                    self.unsure();
                    return Ok(CelType::Bool);
                }
                let compares = |kind: &CelType| {
                    !matches!(kind, CelType::List(_) | CelType::Map(..) | CelType::Null)
                };
                need(one, other)?;
                (compares(one) && compares(other)).then_some(CelType::Bool).ok_or(IllTyped)
            }
            (operators::ADD, [one, other]) => {
                need(one, other)?;
                match one {
                    CelType::Bool | CelType::Null | CelType::Map(..) => Err(IllTyped),
                    CelType::Dyn => Ok(other.clone()),
                    one => Ok(one.clone()),
                }
            }
            (
                operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO,
                [one, other],
            ) => {
                need(one, other)?;
                let counts = |kind: &CelType| is_number(kind) || *kind == CelType::Dyn;
                (counts(one) && counts(other)).then(|| one.clone()).ok_or(IllTyped)
            }
            (operators::NEGATE, [one]) => match one {
                CelType::Int | CelType::Double | CelType::Dyn => Ok(one.clone()),
                _ => Err(IllTyped),
            },
            (operators::IN, [one, other]) => match other {
                CelType::List(item) | CelType::Map(item, _) => {
                    need(one, item)?;
                    Ok(CelType::Bool)
                }
                CelType::Dyn => Ok(CelType::Bool),
                _ => Err(IllTyped),
            },
            (operators::INDEX, [one, index]) => match one {
                CelType::List(item) => {
                    need(index, &CelType::Int)?;
                    Ok((**item).clone())
                }
                CelType::Map(key, value) => {
                    need(index, key)?;
                    Ok((**value).clone())
                }
                CelType::Dyn => Ok(CelType::Dyn),
                _ => Err(IllTyped),
            },
            ("startsWith" | "endsWith" | "contains" | "matches", [one, other]) => {
                need(one, &CelType::Text)?;
                need(other, &CelType::Text)?;
                Ok(CelType::Bool)
            }
            ("size", [one]) => match one {
                CelType::Text
                | CelType::Bytes
                | CelType::List(_)
                | CelType::Map(..)
                | CelType::Dyn => Ok(CelType::Int),
                _ => Err(IllTyped),
            },
            _ => Ok(self.unsure()),
        }
    }
}

fn need(one: &CelType, other: &CelType) -> Result<(), IllTyped> {
    fits(one, other).then_some(()).ok_or(IllTyped)
}

fn fits(one: &CelType, other: &CelType) -> bool {
    match (one, other) {
        (CelType::Dyn, _) | (_, CelType::Dyn) => true,
        (CelType::List(one), CelType::List(other)) => fits(one, other),
        (CelType::Map(key, value), CelType::Map(other_key, other_value)) => {
            fits(key, other_key) && fits(value, other_value)
        }
        (one, other) => one == other,
    }
}

fn is_number(kind: &CelType) -> bool {
    matches!(kind, CelType::Int | CelType::Uint | CelType::Double)
}

/// The type of all items; mixed ones are of any type.
fn common(kinds: Vec<CelType>) -> CelType {
    let mut kinds = kinds.into_iter();
    let Some(first) = kinds.next() else { return CelType::Dyn };
    if kinds.all(|kind| kind == first) { first } else { CelType::Dyn }
}
