//! Headers in a variable: `name=value,name=value`, percent-encoded (OpenTelemetry's specification of
//! the OTLP exporter).

use super::exporters::{ExporterHeader, TraceExporter};
use crate::kube::Hidden;

/// The headers that an exporter sends, as far as its settings say.
pub fn sent(exporter: &TraceExporter) -> Vec<ExporterHeader> {
    if exporter.kind.has_fields() {
        let own = exporter.headers.iter();
        return own
            .map(|text| ExporterHeader { name: text.name.clone(), value: text.text.clone() })
            .collect();
    }
    exporter.headers.iter().flat_map(|text| listed(text.text.reveal())).collect()
}

fn listed(text: &str) -> Vec<ExporterHeader> {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    let header = |(name, value): (&str, &str)| {
        // Of the list only the space around an entry is dropped; a line break stays in the value.
        let value = decoded(value.trim_matches([' ', '\t']));
        ExporterHeader { name: name.trim().to_owned(), value: Hidden::new(value) }
    };
    pairs.map(header).collect()
}

/// A value without percent-encoding; what is not encoded stays.
pub fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_decoded() {
        let of = |text: &str| -> Vec<(String, String)> {
            let all = listed(text).into_iter();
            all.map(|own| (own.name, own.value.reveal().to_owned())).collect()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(of("Authorization=Basic%20eA=="), [pair("Authorization", "Basic eA==")]);
        assert_eq!(of("a=1, b=2%"), [pair("a", "1"), pair("b", "2%")]);
    }
}
