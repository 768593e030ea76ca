//! Answers of a server that means harm.

use std::io::{self, Write};

use serde_json::json;

use super::{ServerFault, send};

impl ServerFault {
    /// Whether it is told by [`hostile`]; a watch ends at once only where one is asked for.
    pub(super) fn is_hostile(self, path: &str) -> bool {
        match self {
            ServerFault::Endless { .. } | ServerFault::Infinite | ServerFault::Deep => true,
            ServerFault::Ended => path.contains("watch="),
            ServerFault::Status(_) | ServerFault::Garbage | ServerFault::Silent => false,
        }
    }
}

/// Answers; returns whether the connection goes on.
pub(super) fn hostile(fault: ServerFault, asked: usize, out: &mut impl Write) -> io::Result<bool> {
    match fault {
        ServerFault::Endless { same } => {
            let token = if same { "t".to_owned() } else { format!("t{asked}") };
            let list = json!({"kind": "List", "items": [], "metadata": {"continue": token}});
            send(out, 200, &list.to_string())?;
            Ok(true)
        }
        ServerFault::Infinite => {
            let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"kind\":\"L\",\"items\":[";
            out.write_all(head.as_bytes())?;
            loop {
                out.write_all(&[b' '; 65_536])?;
            }
        }
        ServerFault::Deep => {
            let nested = "[".repeat(100_000) + &"]".repeat(100_000);
            send(out, 200, &format!(r#"{{"items":[{{"spec":{nested}}}],"metadata":{{}}}}"#))?;
            Ok(true)
        }
        _ => {
            out.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
            Ok(false)
        }
    }
}
