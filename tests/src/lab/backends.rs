//! What answers at the addresses of pods: it tells what it got.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::net::{Shutdown, shutdown};
use serde_json::json;

use super::cluster::LabCluster;
use super::network::Network;
use super::running::RunningLab;

/// Servers in the namespace of the pods. They end when this is dropped.
#[derive(Debug)]
pub struct BackendServers<'n> {
    network: &'n Network,
    running: BTreeMap<SocketAddr, BackendServer>,
}

#[derive(Debug)]
struct BackendServer {
    pod: String,
    listener: Arc<TcpListener>,
    thread: Option<JoinHandle<()>>,
}

impl<'n> BackendServers<'n> {
    pub fn new(network: &'n Network) -> BackendServers<'n> {
        BackendServers { network, running: BTreeMap::new() }
    }

    /// From now on there are exactly the servers that the pods of a cluster run, which are returned.
    pub fn follow(&mut self, lab: &LabCluster) -> Result<RunningLab, String> {
        let running = RunningLab::read(lab).map_err(|refused| refused.to_string())?;
        self.are(&running.servers)?;
        Ok(running)
    }

    /// From now on there are exactly these servers: addresses, and the pods that they are.
    fn are(&mut self, wanted: &BTreeMap<SocketAddr, String>) -> Result<(), String> {
        self.running.retain(|address, server| wanted.get(address) == Some(&server.pod));
        let new: Vec<SocketAddr> =
            wanted.keys().filter(|a| !self.running.contains_key(a)).copied().collect();
        if new.is_empty() {
            return Ok(());
        }
        let bound = self.network.listen(new.clone())?;
        for (address, listener) in new.into_iter().zip(bound) {
            let pod = wanted.get(&address).cloned().unwrap_or_default();
            self.running.insert(address, BackendServer::start(pod, listener));
        }
        Ok(())
    }
}

impl BackendServer {
    fn start(pod: String, listener: TcpListener) -> BackendServer {
        let listener = Arc::new(listener);
        let (own, name) = (Arc::clone(&listener), pod.clone());
        let serve = move || {
            // Ends when the listener is shut down.
            while let Ok((client, _)) = own.accept() {
                let name = name.clone();
                // A client that goes away sees no answer; whoever asked for one notices.
                thread::spawn(move || answer(client, &name).ok());
            }
        };
        BackendServer { pod, listener, thread: Some(thread::spawn(serve)) }
    }
}

impl Drop for BackendServer {
    fn drop(&mut self) {
        let ended = shutdown(&*self.listener, Shutdown::Both);
        if let (Ok(()), Some(thread)) = (ended, self.thread.take()) {
            let _ = thread.join();
        }
    }
}

/// Answers one request with what was received, as JSON.
fn answer(client: TcpStream, pod: &str) -> io::Result<()> {
    client.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(client);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut headers, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        if name == "content-length" {
            length = value.parse().map_err(io::Error::other)?;
        }
        headers.push((name, value));
    }
    io::copy(&mut (&mut reader).take(length), &mut io::sink())?;
    let got = json!({"pod": pod, "method": method, "target": target, "headers": headers});
    let body = if method == "HEAD" { String::new() } else { got.to_string() };
    let mut client = reader.into_inner();
    write!(client, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n")?;
    write!(client, "content-length: {}\r\n\r\n{body}", body.len())
}
