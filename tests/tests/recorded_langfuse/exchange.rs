//! A recorded request with its answer, as the ladder would see them.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use igw_core::wire::{Silence, WireReply};
use serde_json::Value;

pub struct LangfuseExchange {
    /// The file, and in a sequence the number of the step.
    pub id: String,
    /// The section of the facts, and its row.
    pub row: String,
    pub method: String,
    pub path: String,
    pub authorization: Option<String>,
    pub body: Vec<u8>,
    pub answer: Result<WireReply, Silence>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

pub fn all() -> Vec<LangfuseExchange> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/langfuse");
    let entries = std::fs::read_dir(root).expect("the recordings are there");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let whole = std::fs::read_to_string(&file).expect("readable");
        let whole: Value = serde_json::from_str(&whole).expect("JSON");
        let (id, row) = (text(&whole["id"]), text(&whole["table_row"]));
        out.extend(exchange(&whole, id.clone(), row.clone()));
        let steps = whole["steps"].as_array().into_iter().flatten().enumerate();
        out.extend(steps.filter_map(|(n, step)| exchange(step, format!("{id}#{n}"), row.clone())));
    }
    out
}

fn exchange(from: &Value, id: String, row: String) -> Option<LangfuseExchange> {
    let (request, response) = (&from["request"], &from["response"]);
    let method = request["method"].as_str()?.to_owned();
    Some(LangfuseExchange {
        id,
        row,
        method,
        path: text(&request["path"]),
        authorization: header(&request["headers"], "authorization"),
        body: body(request),
        answer: answer(response)?,
    })
}

/// Headers are an object, or pairs where a name occurs twice: the first one counts.
fn header(headers: &Value, wanted: &str) -> Option<String> {
    if let Some(pairs) = headers.as_array() {
        let found = pairs.iter().find(|pair| text(&pair[0]).eq_ignore_ascii_case(wanted));
        return found.map(|pair| text(&pair[1]));
    }
    let found = headers.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| text(value))
}

fn body(request: &Value) -> Vec<u8> {
    match request["body_base64"].as_str() {
        Some(coded) => STANDARD.decode(coded).expect("base64"),
        None => text(&request["body_text"]).into_bytes(),
    }
}

fn answer(response: &Value) -> Option<Result<WireReply, Silence>> {
    let Some(status) = response["status"].as_u64() else {
        let error = response["transport_error"].as_str()?;
        assert!(error.contains("timed out"), "{error}");
        return Some(Err(Silence::TimedOut(response["seconds"].as_f64().unwrap_or(60.0) as u64)));
    };
    let headers = response["headers"].as_object().into_iter().flatten();
    let headers = headers.map(|(name, value)| (name.to_lowercase(), text(value))).collect();
    let html = &response["body_html"];
    let body = match (&response["body_json"], response["body_text"].as_str()) {
        (Value::Null, Some(text)) => text.to_owned(),
        (Value::Null, None) if html.is_object() => {
            let headings = html["headings"].as_array().into_iter().flatten();
            let headings: Vec<_> = headings.map(|own| format!("<h1>{}</h1>", text(own))).collect();
            format!(
                "{}<title>{}</title>{}",
                text(&html["starts"]),
                html["title"],
                headings.concat()
            )
        }
        (Value::Null, None) => String::new(),
        (json, _) => json.to_string(),
    };
    Some(Ok(WireReply { status: status as u16, headers, body, cut: false }))
}
