//! How much work an expression can be, before it is done.

use ::cel::common::ast::Expr;
use ::cel::parser::Expression;

use super::tree::parts;

/// The most steps that an evaluation may take; some 50 ms.
pub const MOST: u64 = 200_000;

/// An upper bound of the steps of an evaluation. `longest` is the length of the longest list or
/// mapping among the variables.
pub fn cost(expression: &Expression, longest: usize) -> u64 {
    match &expression.expr {
        Expr::Comprehension(all) => {
            let once = cost(&all.loop_step, longest).saturating_add(cost(&all.loop_cond, longest));
            cost(&all.iter_range, longest)
                .saturating_add(length(&all.iter_range, longest).saturating_mul(once))
                .saturating_add(cost(&all.result, longest))
        }
        _ => parts(expression)
            .into_iter()
            .fold(1, |sum, part| sum.saturating_add(cost(part, longest))),
    }
}

/// An upper bound of the length of a list.
fn length(expression: &Expression, longest: usize) -> u64 {
    match &expression.expr {
        Expr::List(list) => list.elements.len() as u64,
        Expr::Map(map) => map.entries.len() as u64,
        // `map` and `filter` make no list longer.
        Expr::Comprehension(all) => length(&all.iter_range, longest),
        Expr::Call(call) => {
            let parts = call.target.as_deref().into_iter().chain(&call.args);
            parts.map(|part| length(part, longest)).sum::<u64>().max(longest as u64)
        }
        _ => longest as u64,
    }
}
