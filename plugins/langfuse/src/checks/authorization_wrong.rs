//! # The Authorization header for Langfuse is wrong or missing
//!
//! ## What it means
//! Langfuse expects `Authorization: Basic` and the base64 of `public-key:secret-key`, on one line. An
//! exporter of OpenTelemetry sends it only if its headers say so: `LANGFUSE_PUBLIC_KEY` and
//! `LANGFUSE_SECRET_KEY` are read by Langfuse's own SDK alone. Headers in variables are
//! percent-encoded: the space after `Basic` is `%20`, and parsers that are strict drop a header with a
//! raw space. Keys that are swapped or end in a line break are found in Langfuse's own variables, too.
//! The check reads header and keys but never shows them.
//!
//! ## Why it matters
//! Langfuse answers 401 (400 to a line break), and the traces are lost.
//!
//! ## Example
//! `OTEL_EXPORTER_OTLP_HEADERS: Authorization=Basic ${LANGFUSE_AUTH}`: Kubernetes replaces `$(NAME)`,
//! not `${NAME}`.
//!
//! ## Fix safety
//! Show only: only the owner has the keys.
//!
//! ## Sources
//! Langfuse 4.16.0, as observed; OpenTelemetry, "OTLP Exporter", specifying headers.

use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::{Finding, Severity};
use igw_core::langfuse::authorization::{self, AuthorizationFault};
use igw_core::langfuse::exporters::{self, ExporterKind, ExporterText, TraceSender};
use igw_core::langfuse::headers;
use igw_core::langfuse::ways::{self, TraceWay};
use igw_core::page;
use igw_core::workload::variables::Variable;

pub static CHECK: Check = Check {
    code: "IGW0503",
    name: "authorization-wrong",
    severity: Severity::Warning,
    needs: exporters::NEEDS,
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for way in ways::over_otlp(facts) {
        match missing(way).or_else(|| given(way)) {
            Some(finding) => out.finding(finding),
            None => out.passed(),
        }
    }
    for sender in exporters::senders(facts) {
        out.finding_if(keys(facts, sender));
    }
}

/// What is wrong with the keys of Langfuse's SDK at sight.
fn keys(facts: &Facts, sender: &TraceSender) -> Option<Finding> {
    const NAMES: [&str; 2] = ["LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY"];
    let vars = sender.keys(facts);
    let [public, secret] = NAMES.map(|name| vars.get(name));
    let text =
        |own: Option<&Variable>| own.and_then(Variable::known).unwrap_or_default().to_owned();
    let (name, own, title, label) = match (text(public), text(secret)) {
        (public_text, secret_text)
            if public_text.starts_with("sk-") && secret_text.starts_with("pk-") =>
        {
            let title =
                "LANGFUSE_PUBLIC_KEY holds a secret key, and LANGFUSE_SECRET_KEY a public one";
            (NAMES[0], public?, title.to_owned(), "swapped")
        }
        (_, secret_text) if secret_text.ends_with(char::is_whitespace) => {
            (NAMES[1], secret?, after(NAMES[1]), "a line break or space at its end")
        }
        (public_text, _) if public_text.ends_with(char::is_whitespace) => {
            (NAMES[0], public?, after(NAMES[0]), "a line break or space at its end")
        }
        _ => return None,
    };
    let found = sender.text(name, own);
    Some(
        found
            .finding(&title)
            .explain("Langfuse compares the pair as it is sent, and answers 401 (Invalid credentials): the traces are lost. The values are not shown.")
            .label(label),
    )
}

fn after(name: &str) -> String {
    format!("{name} ends in a line break or space, as of echo without -n")
}

fn is_authorization(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

/// No header of this name.
fn missing(way: &TraceWay) -> Option<Finding> {
    let exporter = &way.exporter;
    let sent = headers::sent(exporter);
    let texts = exporter.headers.iter();
    let hides = texts.clone().any(|text| text.known().is_none());
    let fields = exporter.kind.has_fields();
    if exporter.open || hides && !fields {
        return None;
    }
    if sent.iter().any(|header| is_authorization(&header.name)) {
        return None;
    }
    let by_keys = match exporter.has_keys {
        true => {
            " LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY are read by Langfuse's SDK only; if the program uses that SDK, it does not need this variable at all."
        }
        false => "",
    };
    let unless = match exporter.kind {
        ExporterKind::Bifrost | ExporterKind::Collector => "",
        _ => ", unless the program sets the header in its code",
    };
    let variable = match exporter.kind {
        ExporterKind::Traceloop => "TRACELOOP_HEADERS",
        ExporterKind::Bifrost | ExporterKind::Collector => "headers",
        _ => "OTEL_EXPORTER_OTLP_HEADERS",
    };
    let given = texts.map(|text| text.name.as_str()).next();
    let endpoint = &exporter.endpoint.name;
    let title = match given.filter(|_| !fields) {
        Some(name) => format!("{name} has no Authorization header for {endpoint}"),
        None if exporter.kind == ExporterKind::Collector => {
            format!("{endpoint} has no Authorization header beside it")
        }
        None => {
            format!("{endpoint} has no Authorization header beside it: {variable} is missing")
        }
    };
    let at = exporter.headers.first().filter(|_| !fields);
    let found = at.unwrap_or(&exporter.endpoint).finding(&title);
    Some(
        found
            .explain(format!("Langfuse answers 401 (No authorization header), and the traces are lost{unless}.{by_keys}"))
            .label("no Authorization")
            .related(exporter.subject.reference()),
    )
}

/// What is wrong with a header that is there.
fn given(way: &TraceWay) -> Option<Finding> {
    let exporter = &way.exporter;
    for text in &exporter.headers {
        if exporter.kind.has_fields() {
            if !is_authorization(&text.name) || text.text.reveal().contains("env.") {
                continue;
            }
            if let Some(fault) = authorization::fault_of(text.text.reveal()) {
                let what = match exporter.kind {
                    ExporterKind::Bifrost => "the otel plugin",
                    _ => exporter.endpoint.name.rsplit(' ').next().unwrap_or_default(),
                };
                let what = format!("the Authorization header of {what}");
                return Some(finding(way, text, &what, fault));
            }
            continue;
        }
        let mut alone = exporter.clone();
        alone.headers = vec![text.clone()];
        let sent = headers::sent(&alone);
        let header = sent.iter().find(|header| is_authorization(&header.name))?;
        if let Some(first) = text.literal.first() {
            return Some(literal(way, text, first));
        }
        let what = format!("the Authorization header in {}", text.name);
        if let Some(fault) = authorization::fault_of(header.value.reveal()) {
            return Some(finding(way, text, &what, fault));
        }
        if has_raw_space(text.text.reveal()) {
            let title =
                format!("{} has a raw space after Basic, which must be written as %20", text.name);
            return Some(
                text.finding(&title)
                    .explain("Headers in variables are percent-encoded. Parsers that are strict, as in some SDKs, drop a header with a raw space and log only a warning; then Langfuse answers 401 (No authorization header), and the traces are lost. Write Basic%20….")
                    .label("raw space")
                    .related(exporter.subject.reference()),
            );
        }
    }
    None
}

fn finding(way: &TraceWay, text: &ExporterText, what: &str, fault: AuthorizationFault) -> Finding {
    let (status, message) = fault.answer();
    let says = match message {
        "" => format!("Langfuse answers {status} with an empty body, or nothing is sent"),
        message => format!("Langfuse answers {status} ({message})"),
    };
    let how = match fault {
        AuthorizationFault::EncodedLineBreak
        | AuthorizationFault::EncodedSpace
        | AuthorizationFault::Wrapped
        | AuthorizationFault::LineBreak => " Encode with: printf %s \"$PK:$SK\" | base64 -w0.",
        _ => "",
    };
    text.finding(&format!("{what} {}", fault.says()))
        .explain(format!("{says}, and the traces are lost. The value is not shown.{how}"))
        .label(format!("{status}"))
        .related(way.exporter.subject.reference())
        .guide("5", Some("it makes the value with base64 without -w0, and with echo without -n"))
}

/// A reference that nothing replaces.
fn literal(way: &TraceWay, text: &ExporterText, first: &str) -> Finding {
    let name = first.trim_start_matches(['$', '{', '(']).trim_end_matches(['}', ')']);
    let title = format!("the Authorization header in {} holds {first} as it is written", text.name);
    let why = match first.starts_with("${") {
        true => format!(
            "Kubernetes does not expand ${{{name}}}; it expands $({name}), if a variable of this name comes before."
        ),
        false => format!(
            "Kubernetes expands $({name}) only if a variable of this name comes before this one in the list."
        ),
    };
    text.finding(&title)
        .explain(format!(
            "{why} Langfuse answers 401 (Invalid character), and the traces are lost."
        ))
        .label("is not expanded")
        .related(way.exporter.subject.reference())
}

/// Whether the value of the Authorization entry has a space that is not encoded.
fn has_raw_space(text: &str) -> bool {
    let entries = text.split(',').filter_map(|entry| entry.split_once('='));
    let mut own = entries.filter(|(name, _)| is_authorization(name.trim()));
    own.any(|(_, value)| value.trim().contains(' '))
}
