//! What is done only if the user says so: using a key, and a request that may cost money.

use igw::console::Console;
use igw::exit::Failure;
use igw::session::Session;
use igw_core::facts::Scope;
use igw_core::langfuse::probe::key::ExporterKey;
use igw_core::langfuse::probe::plan::NoKey;

use super::args::{ProbeArgs, home};
use crate::probe::aim::Aim;
use crate::probe::key_from::{self, KeyFrom};

/// The key to use, and where it is from.
pub type KeyInUse = (Result<ExporterKey, NoKey>, Option<String>);

/// # Errors
/// When the source that was named has none.
pub fn key(
    args: &ProbeArgs,
    aim: &Aim,
    session: Option<&mut Session>,
) -> Result<KeyInUse, Failure> {
    let home = home(args, session.as_deref());
    let Some(from) = &args.key_from else {
        let own = aim.key.is_ok().then(|| KeyFrom::Exporter.title(&home));
        return Ok((aim.key.clone(), own));
    };
    let title = Some(from.title(&home));
    match (from, session) {
        (KeyFrom::Env, _) => Ok((Ok(key_from::of_env()?), title)),
        (KeyFrom::Secret { namespace, name, entry }, Some(session)) => {
            let namespace = namespace.as_deref().unwrap_or(&home);
            let key = key_from::of_secret(session, namespace, name, entry.as_deref())?;
            Ok((Ok(key), title))
        }
        (KeyFrom::Exporter, _) if aim.exporter.is_none() => {
            Err(Failure::usage("--key-from exporter: an address alone sends no key")
                .hint("name the exporter instead of its URL, or give --key-from env"))
        }
        (KeyFrom::Exporter, _) => Ok((aim.key.clone(), title)),
        (KeyFrom::Secret { .. }, None) => {
            Err(Failure::usage("--key-from secret/NAME needs a cluster or files"))
        }
    }
}

/// An exporter with its key, if that may be used: named by the flag, or agreed to when asked.
///
/// # Errors
/// When the answer cannot be read, or the cluster cannot be.
pub fn exporter(
    args: &ProbeArgs,
    mut aim: Aim,
    session: &mut Session,
    scope: &Scope,
    console: &Console,
) -> Result<Aim, Failure> {
    if args.key_from.is_some() || aim.key == Err(NoKey::NotConfigured) {
        return Ok(aim);
    }
    let who = aim.exporter.clone().unwrap_or_default();
    let question = format!(
        "Use the key that {who} sends, and read the Secret that holds it, for requests to {}? [y]es [n]o (n)",
        aim.shown()
    );
    match console.prompt(&question)?.map(|answer| answer.to_lowercase()) {
        Some(answer) if ["y", "yes"].contains(&answer.as_str()) => {
            if let Some(live) = &mut session.live {
                live.open_secrets(&mut session.store);
            }
            crate::probe::exporter::only(session, scope)
        }
        answer => {
            let why = match answer {
                Some(_) => "you answered no",
                None => "the exporter's key is used only with your consent: --key-from exporter",
            };
            aim.key = Err(NoKey::NotGiven(why.to_owned()));
            Ok(aim)
        }
    }
}

/// Whether the chat request may be sent; else why not.
///
/// # Errors
/// When the answer cannot be read.
pub fn chat(
    args: &ProbeArgs,
    to: &str,
    model: &str,
    console: &Console,
) -> Result<Result<(), String>, Failure> {
    if args.yes {
        return Ok(Ok(()));
    }
    let question =
        format!("Send one chat request for {model} to {to}? It may cost money. [y]es [n]o (n)");
    Ok(match console.prompt(&question)? {
        Some(answer) if ["y", "yes"].contains(&answer.to_lowercase().as_str()) => Ok(()),
        Some(_) => Err("you answered no".to_owned()),
        None => Err("it may cost money and needs your consent: --yes".to_owned()),
    })
}
