//! A span in OTLP's protobuf, as exporters send it.
//!
//! An export of no spans is no bytes at all, and one span of a fixed form is a page of code: a
//! library with the whole protocol would be the larger risk. Tests decode it with opentelemetry-proto.

/// Where operators can filter what the probe leaves.
pub const ENVIRONMENT: &str = "igw-probe";

/// The span of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeSpan {
    pub trace: [u8; 16],
    pub span: [u8; 8],
    /// Nanoseconds since 1970.
    pub at: u64,
    pub version: &'static str,
}

impl ProbeSpan {
    /// The trace id as it is looked up: 32 hex digits in lower case.
    pub fn trace_id(&self) -> String {
        hex(&self.trace)
    }

    /// The header that makes a server continue this trace (W3C Trace Context, level 1).
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-01", hex(&self.trace), hex(&self.span))
    }

    /// An `ExportTraceServiceRequest` with this span (opentelemetry-proto: `trace/v1/trace.proto`).
    pub fn export(&self) -> Vec<u8> {
        let mut span = Vec::new();
        field(&mut span, 1, &self.trace);
        field(&mut span, 2, &self.span);
        field(&mut span, 5, b"igw-probe");
        // SPAN_KIND_INTERNAL
        varint(&mut span, 6 << 3);
        varint(&mut span, 1);
        fixed64(&mut span, 7, self.at);
        fixed64(&mut span, 8, self.at + 1_000_000);
        field(&mut span, 9, &attribute("langfuse.environment", ENVIRONMENT));
        let mut scope = Vec::new();
        field(&mut scope, 1, b"kubectl-igw");
        field(&mut scope, 2, self.version.as_bytes());
        let mut spans = Vec::new();
        field(&mut spans, 1, &scope);
        field(&mut spans, 2, &span);
        let mut resource = Vec::new();
        field(&mut resource, 1, &attribute("service.name", "igw-probe"));
        let mut all = Vec::new();
        field(&mut all, 1, &resource);
        field(&mut all, 2, &spans);
        let mut out = Vec::new();
        field(&mut out, 1, &all);
        out
    }
}

/// A `KeyValue` with a text.
fn attribute(name: &str, text: &str) -> Vec<u8> {
    let mut value = Vec::new();
    field(&mut value, 1, text.as_bytes());
    let mut out = Vec::new();
    field(&mut out, 1, name.as_bytes());
    field(&mut out, 2, &value);
    out
}

/// A field of bytes, a text or a message: wire type 2.
fn field(out: &mut Vec<u8>, number: u64, content: &[u8]) {
    varint(out, number << 3 | 2);
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// Wire type 1.
fn fixed64(out: &mut Vec<u8>, number: u64, value: u64) {
    varint(out, number << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 & 0x7f | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_small_and_its_ids_are_hex() {
        let span = ProbeSpan { trace: [0xab; 16], span: [1; 8], at: 1, version: "0.1.0" };
        assert_eq!(span.trace_id(), "ab".repeat(16));
        assert_eq!(span.traceparent(), format!("00-{}-{}-01", "ab".repeat(16), "01".repeat(8)));
        let bytes = span.export();
        assert!(bytes.len() < 200 && bytes.windows(16).any(|own| own == [0xab; 16]));
    }
}
