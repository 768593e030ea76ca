//! Text in HTML, and what every such file begins with.

/// Text for an element or for an attribute in double quotes. `:` and `#` are escaped, too: what looks
/// for addresses, or for commands of a CI system, in a finished output finds none.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            '#' => out.push_str("&#35;"),
            ':' => out.push_str("&#58;"),
            c => out.push(c),
        }
    }
    out
}

/// A command or a name in a block of its own, which one click selects.
pub fn code(class: &str, text: &str) -> String {
    format!("<code class=\"{class}\">{}</code>", escaped(text))
}

/// What stands before the content. Nothing may be loaded or run, whatever the content is: Content
/// Security Policy Level 3.
pub fn shell(title: &str) -> String {
    const POLICY: &str =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n",
        escaped(title),
        include_str!("style.css")
    )
}
