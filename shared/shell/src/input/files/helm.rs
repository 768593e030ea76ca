//! Helm templates: YAML with holes, which only `helm template` can fill.

use super::document;
use super::outline::{NodeKind, Outline};
use super::yaml_fault::YamlFault;

const HINT: &str = "render it first: helm template RELEASE CHART | kubectl igw routes -f -";

/// Words that only a chart's templates have; alerting rules and dashboards have actions too, but
/// not with these.
const CHART: [&str; 7] =
    [".Values", ".Release", ".Chart", ".Capabilities", ".Files", "include ", "template "];

/// How many bytes of a template action are examined.
const LONGEST: usize = 1000;

/// The fault of a document that is a template: one with an action (`{{ … }}`) where YAML has no
/// string. `failed` says whether the document could not be parsed.
pub(super) fn template(text: &str, failed: bool) -> Option<YamlFault> {
    // In a document that is YAML an expression is a value, which something fills in later.
    if !failed || !text.contains("{{") {
        return None;
    }
    let outline = Outline::new(text);
    let mut strings = outline.strings().peekable();
    let mut comment_end = 0;
    let at = text.match_indices("{{").map(|(at, _)| at).find(|at| {
        while strings.next_if(|(_, range)| range.end <= *at).is_some() {}
        match strings.peek() {
            Some((kind, range)) if range.contains(at) => {
                let end = range.end.min(*at + LONGEST);
                let action = &text[*at..document::floor(text, end)];
                match kind {
                    NodeKind::Plain => action
                        .split_once("}}")
                        .is_some_and(|(action, _)| CHART.iter().any(|word| action.contains(word))),
                    // "{{ default "x" .Values.y }}": the string ended at an inner quote.
                    NodeKind::Quoted => failed && end == range.end && !action.contains("}}"),
                    _ => false,
                }
            }
            _ if !failed || *at < comment_end => false,
            _ => {
                let comment = comment(text, *at);
                if comment {
                    comment_end = text[*at..].find('\n').map_or(text.len(), |n| at + n);
                }
                !comment
            }
        }
    })?;
    Some(YamlFault {
        at: Some(at),
        message: "is a Helm template that is not rendered".into(),
        hint: Some(HINT.into()),
    })
}

/// Whether the byte `at` is in a comment, judged by its line alone.
fn comment(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[start..at];
    before.trim_start().starts_with('#') || before.contains(" #")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::files::yaml;

    fn place(text: &str) -> Option<usize> {
        template(text, yaml::parse(text).is_err()).and_then(|fault| fault.at)
    }

    #[test]
    fn actions_in_the_place_of_values_are_found() {
        assert_eq!(place("kind: A\nname: {{ .Values.x }}\n"), Some(14));
        assert_eq!(place("a: web-{{ .Release.Name }}\n"), None);
        assert_eq!(place("{{- if .Values.on }}\nkind: A\n{{- end }}\n"), Some(0));
        assert_eq!(place("a:\n  {{- toYaml .Values.b | nindent 2 }}\n"), Some(5));
        assert_eq!(place("a: \"{{ .Values.b | default \"x\" }}\"\n"), Some(4));
        assert_eq!(place("{{/* c */}}\nkind: A\n"), Some(0));
    }

    #[test]
    fn actions_in_strings_and_comments_are_left_alone() {
        assert_eq!(place("a: \"{{ .Values.x }}\"\n# {{ y }}\n"), None);
        assert_eq!(place("a: |\n  {{ define \"x\" }}\nb: '{{ $labels.pod }}'\n"), None);
        assert_eq!(place("a: CPU of {{ $labels.pod }} is high\n"), None);
    }

    #[test]
    fn other_faults_beside_such_strings_are_not_blamed_on_helm() {
        assert_eq!(place("a: |\n  {{ x }}\nb: [1\n"), None);
        assert_eq!(place("a: \"{{ x }}\"\na: 2\n"), None);
    }
}
