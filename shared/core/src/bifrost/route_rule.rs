//! `governance.routing_rules`: rewriting a model by a CEL expression.

use super::config::Config;
use crate::cel::{CelProgram, CelType, Dialect, Leaf, Leaves, NotParsed, Truth, Typed};
use crate::gojson::{GoStruct, Id};

/// What the routing rules do to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleRewrite {
    None,
    /// A rule sends it there; an empty part stays as it was.
    To {
        provider: String,
        model: String,
        rule: Id,
    },
    Unknown(String),
}

/// What the first rule that takes a request makes of it. Rules of teams, customers and virtual keys
/// take no request without a virtual key.
pub fn rewrite(config: &Config, provider: &str, model: &str) -> RuleRewrite {
    let json = &config.json;
    let governance = config.section("governance");
    let mut rules: Vec<(i64, Id)> = Vec::new();
    for id in governance.list("routing_rules") {
        let rule = GoStruct::of(json, id);
        let on = rule.flag("enabled").is_none_or(|(on, _)| on);
        let scope = rule.text("scope").map(|(scope, _)| scope).unwrap_or_default();
        if on && matches!(scope.as_str(), "" | "global") {
            let priority = rule.number("priority").map_or(0, |(number, _)| number as i64);
            rules.push((priority, id));
        }
    }
    rules.sort();
    for (_, id) in rules {
        let rule = GoStruct::of(json, id);
        let expression = rule.text("cel_expression").map(|(text, _)| text).unwrap_or_default();
        match holds(&expression, provider, model) {
            Some(false) => continue,
            Some(true) => return sent(&rule, json, id),
            None => {
                let why = "a routing rule has an expression that is not evaluated here";
                return RuleRewrite::Unknown(why.to_owned());
            }
        }
    }
    RuleRewrite::None
}

fn sent(rule: &GoStruct, json: &crate::gojson::Json, id: Id) -> RuleRewrite {
    let targets = rule.list("targets");
    let [target] = targets.as_slice() else {
        return RuleRewrite::Unknown("a routing rule has several targets, or none".to_owned());
    };
    let target = GoStruct::of(json, *target);
    let text = |name: &str| target.text(name).map(|(text, _)| text).unwrap_or_default();
    RuleRewrite::To { provider: text("provider"), model: text("model"), rule: id }
}

/// Whether a rule takes a request; `None` where that is not known. A rule that does not compile or
/// fails takes none (Bifrost, `plugins/governance/routing.go`).
pub fn holds(expression: &str, provider: &str, model: &str) -> Option<bool> {
    if expression.is_empty() {
        return Some(true);
    }
    let program = match CelProgram::parse(expression, Dialect::Go) {
        Ok(program) => program,
        Err(NotParsed::Syntax(_)) => return Some(false),
        Err(NotParsed::TooLarge) => return None,
    };
    let typed = program.typed(&variables());
    if typed == Typed::Ill {
        return Some(false);
    }
    // Headers, budgets and keys are not here: they are unknown.
    let leaves = Leaves::new([("provider", Leaf::text(provider)), ("model", Leaf::text(model))]);
    match program.holds(&leaves) {
        Truth::Is(true) if typed == Typed::Unsure => None,
        Truth::Is(it) => Some(it),
        Truth::Error(_) => Some(false),
        Truth::Unknown(_) => None,
    }
}

/// The variables of all releases that have rules (`createCELEnvironment`).
fn variables() -> Vec<(&'static str, CelType)> {
    let texts = [
        "model",
        "provider",
        "request_type",
        "virtual_key_id",
        "virtual_key_name",
        "team_id",
        "team_name",
        "customer_id",
        "customer_name",
    ];
    let map = || CelType::Map(Box::new(CelType::Text), Box::new(CelType::Text));
    let texts = texts.into_iter().map(|name| (name, CelType::Text));
    let maps = ["headers", "params"].into_iter().map(|name| (name, map()));
    let numbers = ["tokens_used", "request", "budget_used"].into_iter();
    texts.chain(maps).chain(numbers.map(|name| (name, CelType::Double))).collect()
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn what_decides_is_enough() {
        let glm = |expression: &str| holds(expression, "openai", "glm-5");
        assert_eq!(glm("model == \"glm-5\""), Some(true));
        assert_eq!(glm("model == 'x' || provider != 'openai'"), Some(false));
        assert_eq!(glm("(model.startsWith('glm') && true)"), Some(true));
        assert_eq!(glm("model in ['a', 'glm-5']"), Some(true));
        assert_eq!(glm("!(model == 'glm-5')"), Some(false));
        assert_eq!(glm("model.matches('^glm-.*') ? size(model) == 5 : false"), Some(true));
        assert_eq!(glm("['glm', 'gpt'].exists(p, model.startsWith(p))"), Some(true));
        assert_eq!(glm("tokens_used > 5.0"), None);
        assert_eq!(glm("model == 'glm-5' && budget_used < 3.0"), None);
        assert_eq!(glm("model == 'x' && budget_used < 3.0"), Some(false));
        assert_eq!(glm("model == 'glm-5' || headers['x'] == 'a'"), Some(true));
        assert_eq!(glm("model == 'glm-5' && complexity_tier == 'high'"), None);
        assert_eq!(glm("model == 'glm-6' && complexity_tier == 'high'"), Some(false));
    }

    #[test]
    fn what_does_not_compile_or_fails_takes_no_request() {
        let glm = |expression: &str| holds(expression, "openai", "glm-5");
        assert_eq!(glm("!model == 'x'"), Some(false));
        assert_eq!(glm("model == 'glm-5' || !model == 'x'"), Some(false));
        assert_eq!(glm("model == glm-5'"), Some(false));
        assert_eq!(glm("model"), Some(false));
        assert_eq!(glm("model == 5"), Some(false));
        assert_eq!(glm("int(model) == 5"), Some(false));
    }
}
