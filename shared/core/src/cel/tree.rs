//! Walks over a parsed expression that need no recursion: an expression may be deep on purpose.

use ::cel::common::ast::{EntryExpr, Expr, LiteralValue, operators};
use ::cel::parser::Expression;

/// What an expression is made of.
pub fn parts(expression: &Expression) -> Vec<&Expression> {
    match &expression.expr {
        Expr::Call(call) => call.target.as_deref().into_iter().chain(&call.args).collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
                EntryExpr::StructField(field) => vec![&field.value],
            })
            .collect(),
        Expr::Comprehension(all) => {
            vec![&all.iter_range, &all.accu_init, &all.loop_cond, &all.loop_step, &all.result]
        }
        Expr::Struct(value) => value
            .entries
            .iter()
            .filter_map(|entry| match &entry.expr {
                EntryExpr::StructField(field) => Some(&field.value),
                EntryExpr::MapEntry(_) => None,
            })
            .collect(),
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

/// How deep an expression is, at least 1.
pub fn depth(expression: &Expression) -> usize {
    let (mut deepest, mut todo) = (0, vec![(expression, 1)]);
    while let Some((one, depth)) = todo.pop() {
        deepest = deepest.max(depth);
        todo.extend(parts(one).into_iter().map(|part| (part, depth + 1)));
    }
    deepest
}

/// Frees a deep expression; its own destructor calls itself for each level.
pub fn dismantle(expression: Expression) {
    let mut todo = vec![expression];
    while let Some(one) = todo.pop() {
        match one.expr {
            Expr::Call(call) => {
                todo.extend(call.args);
                todo.extend(call.target.map(|target| *target));
            }
            Expr::Select(select) => todo.push(*select.operand),
            Expr::List(list) => todo.extend(list.elements),
            Expr::Map(map) => {
                for entry in map.entries {
                    if let EntryExpr::MapEntry(entry) = entry.expr {
                        todo.extend([entry.key, entry.value]);
                    }
                }
            }
            Expr::Struct(value) => {
                for entry in value.entries {
                    if let EntryExpr::StructField(field) = entry.expr {
                        todo.push(field.value);
                    }
                }
            }
            Expr::Comprehension(all) => todo.extend([
                all.iter_range,
                all.accu_init,
                all.loop_cond,
                all.loop_step,
                all.result,
            ]),
            Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => {}
        }
    }
}

pub fn literal(expression: &Expression) -> Option<&str> {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}

/// A variable and the members that follow it by name: `a.b`, `a['b']`, `a.?b`.
pub struct LeafPath<'e> {
    pub name: &'e str,
    pub steps: Vec<&'e str>,
    /// Only whether it is there is asked: `has(a.b)`, `'b' in a`.
    pub presence: bool,
}

pub fn path(expression: &Expression) -> Option<LeafPath<'_>> {
    let (mut steps, mut at, mut presence) = (Vec::new(), expression, false);
    loop {
        match &at.expr {
            Expr::Ident(name) => {
                steps.reverse();
                return Some(LeafPath { name, steps, presence });
            }
            Expr::Select(select) => {
                presence |= select.test;
                steps.push(select.field.as_str());
                at = &select.operand;
            }
            Expr::Call(call) if is_step(&call.func_name) && call.args.len() == 2 => {
                steps.push(literal(&call.args[1])?);
                at = &call.args[0];
            }
            Expr::Call(call) if call.func_name == operators::IN && steps.is_empty() => {
                presence = true;
                steps.push(literal(&call.args[0])?);
                at = &call.args[1];
            }
            _ => return None,
        }
    }
}

fn is_step(function: &str) -> bool {
    [operators::INDEX, operators::OPT_INDEX, operators::OPT_SELECT].contains(&function)
}
