//! HTTP/1.1 over TLS, as far as the proxy speaks it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};
use socket2::SockRef;

#[derive(Debug, Clone)]
pub struct ProxiedRequest {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl ProxiedRequest {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

pub struct ProxyWire {
    stream: StreamOwned<ServerConnection, TcpStream>,
    rest: Vec<u8>,
}

impl ProxyWire {
    pub fn new(session: ServerConnection, stream: TcpStream) -> ProxyWire {
        ProxyWire { stream: StreamOwned::new(session, stream), rest: Vec::new() }
    }

    /// The next request; `None` when the client has hung up.
    pub fn request(&mut self) -> io::Result<Option<ProxiedRequest>> {
        let end = loop {
            if let Some(at) = self.rest.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            if self.more()? == 0 {
                return Ok(None);
            }
        };
        let head = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        let headers = lines.filter_map(header).collect();
        let mut request = ProxiedRequest { method, path, headers, body: Vec::new() };
        let length: usize = request.header("content-length").parse().unwrap_or(0);
        while self.rest.len() < length {
            if self.more()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        request.body = self.rest.drain(..length).collect();
        Ok(Some(request))
    }

    fn more(&mut self) -> io::Result<usize> {
        let mut buffer = [0; 16 * 1024];
        let count = self.stream.read(&mut buffer)?;
        self.rest.extend_from_slice(&buffer[..count]);
        Ok(count)
    }

    /// Sends a status line and headers; without a length the body goes in chunks.
    pub fn head(
        &mut self,
        code: u16,
        headers: &[(String, String)],
        length: Option<usize>,
    ) -> io::Result<()> {
        let mut text = format!("HTTP/1.1 {code} \r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&match length {
            Some(length) => format!("content-length: {length}\r\n\r\n"),
            None => "transfer-encoding: chunked\r\n\r\n".to_owned(),
        });
        self.bytes(text.as_bytes())
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    pub fn slowly(&mut self, bytes: &[u8], pause: Duration) -> io::Result<()> {
        for byte in bytes {
            self.bytes(&[*byte])?;
            std::thread::sleep(pause);
        }
        Ok(())
    }

    /// Passes a body on in chunks; says how long it was.
    pub fn relay(&mut self, mut from: impl Read) -> io::Result<usize> {
        let mut buffer = vec![0; 64 * 1024];
        let mut length = 0;
        loop {
            let count = from.read(&mut buffer)?;
            if count == 0 {
                self.bytes(b"0\r\n\r\n")?;
                return Ok(length);
            }
            length += count;
            self.stream.write_all(format!("{count:x}\r\n").as_bytes())?;
            self.stream.write_all(&buffer[..count])?;
            self.bytes(b"\r\n")?;
        }
    }

    pub fn wait(&mut self) -> io::Result<()> {
        while self.more()? > 0 {}
        Ok(())
    }

    pub fn reset(self) -> io::Result<()> {
        SockRef::from(&self.stream.sock).set_linger(Some(Duration::ZERO))
    }

    /// Ends the TLS session in good order; the socket closes with this value.
    pub fn close(mut self) -> io::Result<()> {
        self.stream.conn.send_close_notify();
        self.stream.flush()
    }
}
