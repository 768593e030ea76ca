//! `governance.routing_rules`: rewriting a model by a CEL expression, as far as it can be read.

use super::config::Config;
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

/// Whether an expression holds; `None` where it is more than comparisons of `model` and
/// `provider` with strings, `&&`, `||`, `!`, `in`, `startsWith`, `endsWith` and `contains`.
pub fn holds(expression: &str, provider: &str, model: &str) -> Option<bool> {
    if expression.trim().is_empty() {
        return Some(true);
    }
    let mut reader = Reader { rest: expression, provider, model, depth: 0 };
    let value = reader.either()?;
    reader.rest.trim().is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    provider: &'a str,
    model: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn either(&mut self) -> Option<bool> {
        let mut value = self.both()?;
        while self.take("||") {
            value |= self.both()?;
        }
        Some(value)
    }

    fn both(&mut self) -> Option<bool> {
        let mut value = self.one()?;
        while self.take("&&") {
            value &= self.one()?;
        }
        Some(value)
    }

    fn one(&mut self) -> Option<bool> {
        self.depth += 1;
        if self.depth > 64 {
            return None;
        }
        if self.take("(") {
            let value = self.either()?;
            return self.take(")").then_some(value);
        }
        if self.take("true") {
            return Some(true);
        }
        if self.take("false") {
            return Some(false);
        }
        let own = if self.take("model") {
            self.model
        } else if self.take("provider") {
            self.provider
        } else if self.take("!") {
            return self.one().map(|value| !value);
        } else {
            return None;
        };
        if self.take("==") {
            Some(self.text()? == own)
        } else if self.take("!=") {
            Some(self.text()? != own)
        } else if self.take(".startsWith(") {
            let text = self.text()?;
            self.take(")").then(|| own.starts_with(text))
        } else if self.take(".endsWith(") {
            let text = self.text()?;
            self.take(")").then(|| own.ends_with(text))
        } else if self.take(".contains(") {
            let text = self.text()?;
            self.take(")").then(|| own.contains(text))
        } else if self.take("in") && self.take("[") {
            let mut found = false;
            while !self.take("]") {
                found |= self.text()? == own;
                self.take(",");
            }
            Some(found)
        } else {
            None
        }
    }

    /// A string without escapes.
    fn text(&mut self) -> Option<&'a str> {
        self.rest = self.rest.trim_start();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inside = &self.rest[1..];
        let text = &inside[..inside.find(quote)?];
        self.rest = &inside[text.len() + 1..];
        (!text.contains('\\')).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn comparisons_are_evaluated_and_nothing_else() {
        let glm = |expression: &str| holds(expression, "openai", "glm-5");
        assert_eq!(glm("model == \"glm-5\""), Some(true));
        assert_eq!(glm("model == 'x' || provider != 'openai'"), Some(false));
        assert_eq!(glm("(model.startsWith('glm') && true)"), Some(true));
        assert_eq!(glm("model in ['a', 'glm-5']"), Some(true));
        assert_eq!(glm("!(model == 'glm-5')"), Some(false));
        assert_eq!(glm("tokens_used > 5"), None);
        assert_eq!(glm("model == 'glm-5' && budget_used < 3"), None);
    }
}
