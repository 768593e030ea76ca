//! `--host`: the hosts by which clients ask.

use igw::exit::Failure;
use igw_core::facts::Said;
use igw_core::route::said::GatewaySaid;

/// Notes them.
///
/// # Errors
/// When one is no host.
pub fn say(hosts: &[String], said: &mut Said) -> Result<(), Failure> {
    for host in hosts {
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/*?#@".contains(c)) {
            let message = format!("--host {host:?}: not a host name or address");
            return Err(Failure::usage(message).hint("give only the name: --host api.example.com"));
        }
    }
    said.edit::<GatewaySaid>(|said| said.hosts = hosts.to_vec());
    Ok(())
}

/// The flags that say the same again.
pub fn repeat(said: &Said) -> Vec<String> {
    let hosts = &said.of::<GatewaySaid>().hosts;
    hosts.iter().flat_map(|host| ["--host".to_owned(), host.clone()]).collect()
}
