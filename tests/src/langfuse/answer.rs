//! What the stand-in of Langfuse writes.

use std::io::Write;

use serde_json::Value;

#[derive(Debug, Clone)]
pub struct GivenAnswer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The body has no end.
    pub endless: bool,
    /// No answer at all: the connection is closed.
    pub silent: bool,
}

/// The page that Next.js has for what is not found, cut down.
const NEXT_PAGE: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Next.js</title><script src=\"/_next/static/x.js\"></script></head><body><h1>404</h1><h2>This page could not be found.</h2></body></html>";

impl GivenAnswer {
    pub fn new(status: u16, kind: Option<&str>, body: &str) -> GivenAnswer {
        let kind = kind.map(|kind| ("content-type".to_owned(), kind.to_owned()));
        GivenAnswer {
            status,
            headers: kind.into_iter().collect(),
            body: body.to_owned(),
            endless: false,
            silent: false,
        }
    }

    pub fn json(status: u16, body: &str) -> GivenAnswer {
        GivenAnswer::new(status, Some("application/json; charset=utf-8"), body)
    }

    pub fn message(status: u16, message: &str) -> GivenAnswer {
        GivenAnswer::json(status, &serde_json::json!({ "message": message }).to_string())
    }

    pub fn error(status: u16, error: &str) -> GivenAnswer {
        GivenAnswer::json(status, &serde_json::json!({ "error": error }).to_string())
    }

    pub fn text(status: u16, body: &str) -> GivenAnswer {
        GivenAnswer::new(status, None, body)
    }

    pub fn empty(status: u16) -> GivenAnswer {
        GivenAnswer::new(status, None, "")
    }

    pub fn redirect(status: u16, location: &str) -> GivenAnswer {
        GivenAnswer::text(status, location).with("location", location)
    }

    pub fn next_page() -> GivenAnswer {
        GivenAnswer::new(404, Some("text/html; charset=utf-8"), NEXT_PAGE)
    }

    pub fn not_allowed() -> GivenAnswer {
        let body = r#"{"message":"Method not allowed","error":"MethodNotAllowedError"}"#;
        GivenAnswer::json(405, body)
    }

    pub fn endless(status: u16, start: &str) -> GivenAnswer {
        GivenAnswer { endless: true, ..GivenAnswer::json(status, start) }
    }

    pub fn silent() -> GivenAnswer {
        GivenAnswer { silent: true, ..GivenAnswer::empty(500) }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> GivenAnswer {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        if self.silent {
            return Ok(());
        }
        let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.endless {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        write!(out, "{head}\r\n{}", self.body)?;
        if !self.endless {
            return out.flush();
        }
        loop {
            out.write_all(&[b'x'; 16 * 1024])?;
        }
    }
}

/// An answer as it was recorded; of pages only the beginning was kept.
pub fn of_recording(response: &Value) -> GivenAnswer {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let status = response["status"].as_u64().expect("an HTTP answer") as u16;
    if response["body_html"].is_object() && status == 404 {
        return GivenAnswer::next_page();
    }
    let body = match (&response["body_json"], &response["body_text"]) {
        (Value::Null, own) => text(own),
        (json, _) => json.to_string(),
    };
    let headers = response["headers"].as_object().into_iter().flatten();
    let headers = headers.map(|(name, value)| (name.clone(), text(value))).collect();
    GivenAnswer { headers, ..GivenAnswer::new(status, None, &body) }
}
