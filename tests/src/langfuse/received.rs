//! A request as the stand-in of Langfuse gets it.

use std::io::{BufRead as _, BufReader, Read};

#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    /// `None`: nothing came; an error: it is not HTTP/1.1.
    pub(super) fn read(stream: &mut impl Read) -> Option<Result<Received, ()>> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        let mut next = |reader: &mut BufReader<_>| -> Option<String> {
            line.clear();
            match reader.read_line(&mut line) {
                Ok(0) => None,
                Ok(_) => Some(line.trim_end_matches(['\r', '\n']).to_owned()),
                // A handshake of TLS is no text.
                Err(_) => Some(String::new()),
            }
        };
        let first = next(&mut reader)?;
        let parts: Vec<&str> = first.split(' ').collect();
        let [method, target, "HTTP/1.1"] = parts[..] else { return Some(Err(())) };
        let (method, target) = (method.to_owned(), target.to_owned());
        let mut headers = Vec::new();
        loop {
            let line = next(&mut reader)?;
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else { return Some(Err(())) };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Ok(Received { method, target, headers, body }))
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The target without a slash too many.
    pub(super) fn tidy(&self) -> String {
        let parts: Vec<&str> = self.path().split('/').filter(|part| !part.is_empty()).collect();
        let query = self.target.split_once('?').map(|(_, query)| format!("?{query}"));
        format!("/{}{}", parts.join("/"), query.unwrap_or_default())
    }
}
