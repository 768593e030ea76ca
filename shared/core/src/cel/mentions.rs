//! What an expression depends on that is not known.

use ::cel::common::ast::Expr;
use ::cel::parser::Expression;

use super::functions::Dialect;
use super::leaf::Leaves;
use super::tree::{parts, path};

/// Why the value of an expression is not known, if it is not: it reads a leaf that is unknown, or
/// calls what is not followed. `bound` are the variables of the comprehensions around it.
pub fn doubt<'e>(
    expression: &'e Expression,
    leaves: &Leaves,
    dialect: Dialect,
    bound: &mut Vec<&'e str>,
) -> Option<String> {
    if let Expr::Call(call) = &expression.expr
        && let Some(why) = dialect.doubts(call)
    {
        return Some(why);
    }
    if let Some(path) = path(expression) {
        return match bound.contains(&path.name) {
            true => None,
            false => leaves.doubt(&path),
        };
    }
    match &expression.expr {
        Expr::Comprehension(_) if dialect == Dialect::Envoy => {
            Some("Envoy has no comprehensions".to_owned())
        }
        Expr::Comprehension(all) => {
            let outer = [&all.iter_range, &all.accu_init];
            if let Some(why) = outer.into_iter().find_map(|one| doubt(one, leaves, dialect, bound))
            {
                return Some(why);
            }
            let before = bound.len();
            bound.extend([all.iter_var.as_str(), all.accu_var.as_str()]);
            bound.extend(all.iter_var2.as_deref());
            let inner = [&all.loop_cond, &all.loop_step, &all.result];
            let why = inner.into_iter().find_map(|one| doubt(one, leaves, dialect, bound));
            bound.truncate(before);
            why
        }
        Expr::Struct(_) | Expr::Unspecified => Some("a message is not followed".to_owned()),
        _ => parts(expression).into_iter().find_map(|one| doubt(one, leaves, dialect, bound)),
    }
}
