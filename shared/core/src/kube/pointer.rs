//! RFC 6901 pointers, and how people write them.

/// Builds an RFC 6901 pointer out of segments.
#[macro_export]
macro_rules! pointer {
    ($($segment:expr),+ $(,)?) => {{
        let mut out = String::new();
        $( $crate::kube::pointer::push(&mut out, &$segment.to_string()); )+
        out
    }};
}

/// Appends one segment, escaped.
pub fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    match segment.contains(['~', '/']) {
        true => pointer.push_str(&segment.replace('~', "~0").replace('/', "~1")),
        false => pointer.push_str(segment),
    }
}

/// `/spec/rules/0/name` as people write it: `spec.rules[0].name`.
pub fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for segment in pointer.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        if !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit()) {
            out.push_str(&format!("[{segment}]"));
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&segment);
        }
    }
    out
}
