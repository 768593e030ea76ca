//! From a container's command and arguments to Bifrost's own flags.
//!
//! Seen with the images' entry points under dash and ash: an argument that `parse_args` does not
//! know is put back at the end of the list, which so never gets shorter.

use crate::mask;
use crate::workload::env::Environment;

/// The directory that the image keeps its data in.
const APP_DIR: &str = "/app/data";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Launch {
    Runs(LaunchFlags),
    /// The entry point never starts Bifrost; the argument that it loops on.
    Hangs(String),
    Exits(String),
    Unknown(String),
}

/// Bifrost's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaunchFlags {
    /// `-app-dir`.
    pub app_dir: String,
    /// Whether it listens on localhost only.
    pub local_only: bool,
}

/// The outcome of a container's command and arguments.
pub fn launch(command: Option<&[String]>, args: &[String], env: &Environment) -> Launch {
    if command.unwrap_or_default().iter().chain(args).any(|word| mask::has_masked(word)) {
        return Launch::Unknown("a part of its command line is masked in the bundle".to_owned());
    }
    match command {
        None => entry_point(args, env),
        Some(command) => {
            let program = command.first().map(String::as_str).unwrap_or_default();
            let script = command.iter().position(|word| word.ends_with("docker-entrypoint.sh"));
            let rest = |from: usize| [&command[from..], args].concat();
            match (program.rsplit('/').next(), script) {
                (_, Some(script)) => entry_point(&rest(script + 1), env),
                (Some("main" | "bifrost-http"), None) => binary(&rest(1), env),
                _ => Launch::Unknown("its command is not Bifrost's".to_owned()),
            }
        }
    }
}

/// `docker-entrypoint.sh`: looks at its arguments only if there are two or more, and reads `-port`
/// and `-host` with a value.
fn entry_point(args: &[String], env: &Environment) -> Launch {
    if args.len() > 1 {
        let mut rest = args;
        while let Some(first) = rest.first() {
            match (first.as_str(), rest.len()) {
                ("-port" | "--port" | "-host" | "--host", 2..) => rest = &rest[2..],
                ("-port" | "--port" | "-host" | "--host", _) => {
                    return Launch::Unknown(format!("{first} has no value"));
                }
                _ => return Launch::Hangs(first.clone()),
            }
        }
    }
    let value = |flag: &str, name: &str| {
        let named = |pair: &&[String]| pair[0].trim_start_matches('-') == flag;
        let said = args.chunks_exact(2).find(named).map(|pair| pair[1].clone());
        said.or_else(|| env.text(name))
    };
    let host = value("host", "APP_HOST").unwrap_or_else(|| "0.0.0.0".to_owned());
    let port = value("port", "APP_PORT").unwrap_or_else(|| "8080".to_owned());
    listen(env.text("APP_DIR").unwrap_or_else(|| APP_DIR.to_owned()), &host, &port)
}

/// The binary's own flags, as Go's `flag` reads them: they end at the first other word.
fn binary(args: &[String], env: &Environment) -> Launch {
    let mut app_dir = None;
    let mut host = env.text("BIFROST_HOST").unwrap_or_else(|| "localhost".to_owned());
    let mut port = "8080".to_owned();
    let mut rest = args.iter();
    while let Some(word) = rest.next() {
        let Some(flag) = word.strip_prefix('-').filter(|_| word != "-" && word != "--") else {
            break;
        };
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, joined) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        match name {
            "h" | "help" => return Launch::Exits("it only prints its help".to_owned()),
            "app-dir" | "host" | "port" | "log-level" | "log-style" => {}
            _ => return Launch::Exits(format!("it has no flag -{name}")),
        }
        let Some(value) = joined.or_else(|| rest.next().cloned()) else {
            return Launch::Exits(format!("-{name} has no value"));
        };
        match name {
            "app-dir" => app_dir = Some(value),
            "host" => host = value,
            "port" => port = value,
            _ => {}
        }
    }
    let home = env.text("HOME").unwrap_or_else(|| "~".to_owned());
    listen(app_dir.unwrap_or_else(|| format!("{home}/.config/bifrost")), &host, &port)
}

fn listen(app_dir: String, host: &str, port: &str) -> Launch {
    if port.parse::<u16>().is_err() {
        return Launch::Exits("its port is not a number".to_owned());
    }
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let local_only = match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) if host == "localhost" => true,
        Err(_) if host.is_empty() => false,
        Err(_) if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            return Launch::Exits("its host is not an address".to_owned());
        }
        Err(_) => false,
    };
    Launch::Runs(LaunchFlags { app_dir, local_only })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(command: Option<&[&str]>, args: &[&str]) -> Launch {
        let owned =
            |words: &[&str]| -> Vec<String> { words.iter().map(|w| w.to_string()).collect() };
        launch(command.map(owned).as_deref(), &owned(args), &Environment::default())
    }

    #[test]
    fn the_entry_point_turns_around_what_it_does_not_know() {
        assert_eq!(says(None, &["-app-dir", "/app/data"]), Launch::Hangs("-app-dir".into()));
        assert_eq!(
            says(None, &["-port", "9090", "-app-dir", "/app/data"]),
            Launch::Hangs("-app-dir".into())
        );
        let good = Launch::Runs(LaunchFlags { app_dir: APP_DIR.into(), local_only: false });
        assert_eq!(says(None, &[]), good);
        assert_eq!(says(None, &["-app-dir=/app/data"]), good);
        assert_eq!(says(None, &["-port", "9090"]), good);
    }

    #[test]
    fn the_binary_listens_on_localhost() {
        let runs =
            |dir: &str, local_only| Launch::Runs(LaunchFlags { app_dir: dir.into(), local_only });
        let main = Some(&["/app/main"][..]);
        assert_eq!(says(main, &["-app-dir", "/app/data"]), runs("/app/data", true));
        assert_eq!(says(main, &["serve", "-app-dir", "/x"]), runs("~/.config/bifrost", true));
        assert_eq!(says(main, &["-app-dir=/d", "--host=::"]), runs("/d", false));
        assert!(matches!(says(main, &["-port", "abc"]), Launch::Exits(_)));
        assert!(matches!(says(main, &["-x"]), Launch::Exits(_)));
    }
}
