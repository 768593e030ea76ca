//! Plain CEL conditions on a request, as kgateway's rbac policies have them.
//!
//! Only what can be told by hand is understood: comparisons of a header, the method or the path
//! with a text, `startsWith`, and `!`, `&&`, `||`, brackets. Attributes: Envoy, "Attributes".

use super::request::Request;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CelCondition {
    And(Vec<CelCondition>),
    Or(Vec<CelCondition>),
    Not(Box<CelCondition>),
    /// Whether an attribute equals or starts with a text.
    Test(Attribute, How, String),
}

/// What is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `request.headers['name']`; Envoy's names are in lower case.
    Header(String),
    /// `request.method`.
    Method,
    /// `request.path`, with the query.
    Path,
}

/// How it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// `==`.
    Is,
    /// `!=`.
    IsNot,
    /// `.startsWith(…)`.
    StartsWith,
}

impl CelCondition {
    /// Parses an expression; `None` if it is outside this simple subset.
    pub fn parse(text: &str) -> Option<CelCondition> {
        let mut parser = Parser { rest: text.trim_start() };
        let condition = parser.or()?;
        parser.rest.is_empty().then_some(condition)
    }

    /// Whether it holds; `None` stands for the CEL error about a missing header.
    pub fn holds(&self, request: &Request) -> Option<bool> {
        match self {
            // A side that decides makes the other one's error harmless.
            CelCondition::And(all) => decide(all, request, false),
            CelCondition::Or(any) => decide(any, request, true),
            CelCondition::Not(inner) => inner.holds(request).map(|holds| !holds),
            CelCondition::Test(attribute, how, text) => {
                let value = attribute.of(request)?;
                Some(match how {
                    How::Is => value == *text,
                    How::IsNot => value != *text,
                    How::StartsWith => value.starts_with(text.as_str()),
                })
            }
        }
    }
}

fn decide(parts: &[CelCondition], request: &Request, by: bool) -> Option<bool> {
    let held: Vec<Option<bool>> = parts.iter().map(|part| part.holds(request)).collect();
    if held.contains(&Some(by)) {
        return Some(by);
    }
    (!held.contains(&None)).then_some(!by)
}

impl Attribute {
    fn of(&self, request: &Request) -> Option<String> {
        match self {
            Attribute::Header(name) => {
                let values: Vec<&str> = request.header_values(name).collect();
                let known = name.bytes().all(|b| !b.is_ascii_uppercase()) && !values.is_empty();
                known.then(|| values.join(","))
            }
            Attribute::Method => Some(request.method.clone()),
            Attribute::Path => Some(match &request.query {
                Some(query) => format!("{}?{query}", request.path),
                None => request.path.clone(),
            }),
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn or(&mut self) -> Option<CelCondition> {
        self.several("||", Self::and, CelCondition::Or)
    }

    fn and(&mut self) -> Option<CelCondition> {
        self.several("&&", Self::one, CelCondition::And)
    }

    fn several(
        &mut self,
        operator: &str,
        part: fn(&mut Self) -> Option<CelCondition>,
        join: fn(Vec<CelCondition>) -> CelCondition,
    ) -> Option<CelCondition> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.eat(operator) {
            parts.push(part(self)?);
        }
        if parts.len() > 1 { Some(join(parts)) } else { parts.pop() }
    }

    fn one(&mut self) -> Option<CelCondition> {
        // `!=` never begins a condition.
        if self.eat("!") {
            return Some(CelCondition::Not(Box::new(self.one()?)));
        }
        if self.eat("(") {
            let inner = self.or()?;
            return self.eat(")").then_some(inner);
        }
        let attribute = self.attribute()?;
        if self.eat(".startsWith(") {
            let text = self.text()?;
            return self.eat(")").then_some(CelCondition::Test(attribute, How::StartsWith, text));
        }
        let how = if self.eat("==") {
            How::Is
        } else if self.eat("!=") {
            How::IsNot
        } else {
            return None;
        };
        Some(CelCondition::Test(attribute, how, self.text()?))
    }

    fn attribute(&mut self) -> Option<Attribute> {
        if self.eat("request.headers[") {
            let name = self.text()?;
            let plain = !name.starts_with(':') && !name.eq_ignore_ascii_case("host");
            return (self.eat("]") && plain).then_some(Attribute::Header(name));
        }
        let whole = |rest: &str| !rest.starts_with(|c: char| c == '_' || c.is_alphanumeric());
        for (word, attribute) in
            [("request.method", Attribute::Method), ("request.path", Attribute::Path)]
        {
            if self.rest.strip_prefix(word).is_some_and(whole) {
                self.eat(word);
                return Some(attribute);
            }
        }
        None
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, rest) = self.rest[1..].split_once(quote)?;
        self.rest = rest.trim_start();
        (!text.contains('\\')).then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(expression: &str, headers: &[(&str, &str)]) -> Option<bool> {
        let headers: Vec<_> =
            headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let request = Request::parse("POST", "http://a.example.com/v1/chat?x=1", &headers);
        let request = request.unwrap_or_else(|bad| panic!("{}", bad.0));
        CelCondition::parse(expression).expect(expression).holds(&request)
    }

    #[test]
    fn comparisons() {
        let ml = [("X-Team", "ml")];
        assert_eq!(holds("request.headers['x-team'] == 'ml'", &ml), Some(true));
        assert_eq!(holds("request.headers['x-team'] != \"ml\"", &ml), Some(false));
        assert_eq!(holds("request.headers['X-Team'] == 'ml'", &ml), None);
        assert_eq!(holds("request.headers['x-team'] != 'ml'", &[]), None);
        assert_eq!(holds("request.method == 'GET'", &[]), Some(false));
        assert_eq!(holds("request.path == '/v1/chat?x=1'", &[]), Some(true));
        assert_eq!(holds("request.path.startsWith('/v1')", &[]), Some(true));
    }

    #[test]
    fn a_side_that_decides_makes_the_other_harmless() {
        let missing = "request.headers['x-team'] == 'ml'";
        assert_eq!(holds(&format!("{missing} || request.method == 'POST'"), &[]), Some(true));
        assert_eq!(holds(&format!("{missing} && request.method == 'GET'"), &[]), Some(false));
        assert_eq!(holds(&format!("{missing} && request.method == 'POST'"), &[]), None);
        assert_eq!(holds("!(request.method == 'GET' || request.method == 'PUT')", &[]), Some(true));
    }

    #[test]
    fn what_is_not_plain() {
        for other in [
            "",
            "true",
            "request.headers['a'].size() > 1",
            "request.headers['a'] == 'b' &&",
            "request.headers[':path'] == 'b'",
            "request.pathx == 'b'",
            "has(request.headers)",
            "request.method == 'it\\'s'",
            "(request.method == 'GET'",
            "source.address == 'x'",
        ] {
            assert_eq!(CelCondition::parse(other), None, "{other}");
        }
    }
}
