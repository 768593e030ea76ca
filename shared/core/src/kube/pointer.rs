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

/// The segments of a pointer, without escapes; none for the whole document.
pub fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(unescaped).collect()
}

fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// The pointer to a segment below another pointer.
pub fn join(pointer: &str, segment: &str) -> String {
    let mut out = pointer.to_owned();
    push(&mut out, segment);
    out
}

/// A pointer without its last segment, and that segment without escapes; `None` for the whole
/// document.
pub fn split_last(pointer: &str) -> Option<(&str, String)> {
    let (parent, last) = pointer.rsplit_once('/')?;
    Some((parent, unescaped(last)))
}

/// `/spec/rules/0/name` as people write it: `spec.rules[0].name`.
pub fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for segment in segments(pointer) {
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
