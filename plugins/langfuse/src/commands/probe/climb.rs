//! From what is known to a climbed ladder.

use std::time::{Duration, Instant};

use igw::clock;
use igw::console::Console;
use igw::exit::Failure;
use igw::probe::{self, Via};
use igw::session::Session;
use igw_core::kube::Hidden;
use igw_core::langfuse::probe::climb::Climb;
use igw_core::langfuse::probe::judgement::{Judgement, RungMark};
use igw_core::langfuse::probe::ladder::{Ladder, LadderRung, RungName, verdict};
use igw_core::langfuse::probe::otlp::ProbeSpan;
use igw_core::langfuse::probe::plan::{ChatProbe, ClimbPlan};
use igw_core::langfuse::probe::request::Server;
use igw_core::langfuse::probe::scrub::Scrubber;
use igw_core::{mask, text};

use super::args::{ProbeArgs, home};
use super::consent;
use crate::probe::aim::{self, Aim};
use crate::probe::connection::RealWire;
use crate::probe::through;
use crate::probe::way::{self, FoundWay};

/// The longest that a single answer is waited for.
const ANSWER: Duration = Duration::from_secs(30);

/// What the exporter's way has, and a port-forward has not.
const BY_FORWARD: &[&str] =
    &["DNS in the exporter's pod", "NetworkPolicies", "a service mesh or proxy between the two"];
const BY_ADDRESS: &[&str] = &["DNS in the exporter's pod", "the network between the two"];

pub fn climb(
    args: &ProbeArgs,
    aim: Aim,
    mut session: Option<&mut Session>,
    console: &Console,
) -> Result<Ladder, Failure> {
    let Some((server, target)) = aim.server() else {
        let judged = Judgement::failed(
            "address-not-http",
            "the exporter's address is not an http or https URL, and Langfuse takes traces over http only",
            "set the whole URL, http://HOST:PORT/api/public/otel/v1/traces, and protocol http",
        );
        return Ok(ladder(&aim, None, &[], vec![LadderRung::new(RungName::Service, judged)]));
    };
    let found = match session.as_deref_mut() {
        Some(session) => {
            let own = home(args, Some(session));
            let namespace = aim.namespace.clone().unwrap_or(own);
            Some(way::find(session, &namespace, &server)?)
        }
        None => None,
    };
    let (first, langfuse) = match langfuse_way(args, &server, found) {
        Ok(way) => way,
        Err(first) => return Ok(ladder(&aim, None, &[], vec![*first])),
    };
    let forwarded = matches!(langfuse, Via::Pod { .. });
    let (key, key_from) = consent::key(args, &aim, session.as_deref_mut())?;
    let mut secrets = Scrubber::default();
    if let Ok(key) = &key {
        key.hide(&mut secrets);
    }
    for (name, value) in &aim.headers {
        if mask::is_secret(name) {
            secrets.add(value.reveal());
        }
    }
    let (chat, chat_way, no_chat) = chat(args, session.as_deref_mut(), console)?;
    let plan = ClimbPlan {
        to: aim::target(&server, &target, forwarded),
        server,
        target,
        headers: headers(&aim, key.is_ok()),
        key,
        write: match args.write {
            true => Ok(span()?),
            false => Err("not asked for: --write".to_owned()),
        },
        chat,
        secrets: secrets.clone(),
        wait_millis: u64::try_from(args.wait().as_millis()).unwrap_or(u64::MAX),
    };
    let mut wire = RealWire {
        console,
        live: session.as_deref().and_then(|session| session.live.as_ref()),
        langfuse: langfuse.clone(),
        chat: chat_way,
        limit: args.wait().min(ANSWER),
        began: Instant::now(),
    };
    let climbed = Climb::of(&plan, &mut wire);
    let (version, project) = (climbed.version, climbed.project);
    let mut rungs = vec![first];
    rungs.extend(climbed.rungs);
    if let (Some(why), Some(last)) = (no_chat, rungs.last_mut())
        && last.rung == RungName::Through
    {
        last.says = why;
    }
    let written = rungs.iter_mut().find(|rung| rung.rung == RungName::Write);
    if let Some(rung) = written.filter(|rung| ["not-yet", "not-arriving"].contains(&rung.cause))
        && is_near_midnight(&clock::now())
    {
        rung.notes.push("around midnight UTC Langfuse delays its queue by 15 s".to_owned());
    }
    let through = langfuse.to_string();
    let skips = if forwarded { BY_FORWARD } else { BY_ADDRESS };
    let direct = args.address.is_none() && !forwarded;
    let mut out = ladder(&aim, Some(through), if direct { &[] } else { skips }, rungs);
    out.key_from = key_from.filter(|_| plan.key.is_ok());
    out.version = version.map(|own| own.to_string());
    out.project = project;
    let wrote = |rung: &LadderRung, name| rung.rung == name && rung.mark != RungMark::NotDone;
    let done = |name| out.rungs.iter().any(|rung| wrote(rung, name));
    let (written, chatted) = (done(RungName::Write), done(RungName::Through));
    out.trace_id = plan.write.as_ref().ok().filter(|_| written).map(ProbeSpan::trace_id);
    out.chat_trace_id = plan.chat.as_ref().filter(|_| chatted).map(|own| own.span.trace_id());
    scrub(&mut out, &secrets);
    Ok(out)
}

/// The rung of the Service, and the way; `Err`: there is none.
fn langfuse_way(
    args: &ProbeArgs,
    server: &Server,
    found: Option<FoundWay>,
) -> Result<(LadderRung, Via), Box<LadderRung>> {
    let direct = Via::Address(format!("{}:{}", bracketed(&server.name), server.port));
    let given = args.address.clone().map(Via::Address);
    let rung = |judged: Judgement| LadderRung::new(RungName::Service, judged);
    let Some(found) = found else {
        let judged = Judgement::not_done("not-a-service", "no objects were read");
        return Ok((rung(judged), given.unwrap_or(direct)));
    };
    let FoundWay { mut judged, pod, inside } = found;
    // With an address of the user's own nothing depends on it.
    if given.is_some() && judged.mark == RungMark::Unknown {
        judged.mark = RungMark::NotDone;
    }
    match given.or(pod) {
        Some(way) => Ok((rung(judged), way)),
        None if !inside => Ok((rung(judged), direct)),
        None => {
            if judged.mark != RungMark::Failed {
                judged.mark = RungMark::Unknown;
                judged.cause = "no-way";
                judged.says.push_str("; no pod is known to which a port-forward could lead");
                judged.next = Some(
                    "give an address that this machine can reach: --address HOST:PORT".to_owned(),
                );
            }
            Err(Box::new(rung(judged)))
        }
    }
}

fn bracketed(name: &str) -> String {
    if name.contains(':') { format!("[{name}]") } else { name.to_owned() }
}

type ChatPlan = (Option<ChatProbe>, Option<Via>, Option<String>);

/// The chat request, the way to its server, or why there is none.
fn chat(
    args: &ProbeArgs,
    session: Option<&mut Session>,
    console: &Console,
) -> Result<ChatPlan, Failure> {
    let (Some(to), Some(model)) = (&args.through, &args.model) else {
        return Ok((None, None, None));
    };
    let home = home(args, session.as_deref());
    let bad = |why: String| Failure::usage(format!("--through {why}"));
    let (server, target) = through::parse(to, &home).map_err(bad)?;
    let direct = Via::Address(format!("{}:{}", bracketed(&server.name), server.port));
    let way = match session {
        Some(session) if way::is_cluster_name(&server.name) => {
            let found = way::find(session, &home, &server)?;
            match found.pod {
                Some(pod) => pod,
                None => return Ok((None, None, Some(found.judged.says))),
            }
        }
        _ => direct,
    };
    let shown = text::clip(&text::clean(model), 60);
    if let Err(why) = consent::chat(args, &server.origin(), &shown, console)? {
        return Ok((None, None, Some(why)));
    }
    let chat = ChatProbe { server, target, model: model.clone(), span: span()? };
    Ok((Some(chat), Some(way), None))
}

/// The exporter's headers; those that are secrets only with the key, to which was agreed.
fn headers(aim: &Aim, agreed: bool) -> Vec<(String, Hidden)> {
    let fits = |(name, _): &&(String, Hidden)| agreed || !mask::is_secret(name);
    aim.headers.iter().filter(fits).cloned().collect()
}

fn span() -> Result<ProbeSpan, Failure> {
    Ok(ProbeSpan {
        trace: probe::unforeseen()?,
        span: probe::unforeseen()?,
        at: clock::nanos(),
        version: env!("CARGO_PKG_VERSION"),
    })
}

fn ladder(
    aim: &Aim,
    through: Option<String>,
    skips: &[&'static str],
    rungs: Vec<LadderRung>,
) -> Ladder {
    Ladder {
        collector_url: aim.shown(),
        exporter: aim.exporter.clone(),
        through,
        skips: skips.to_vec(),
        key_from: None,
        version: None,
        project: None,
        trace_id: None,
        chat_trace_id: None,
        verdict: verdict(&rungs),
        rungs,
    }
}

/// Langfuse waits longer then, so that both days are whole (its `getDelay` of event batches).
fn is_near_midnight(now: &str) -> bool {
    now.get(11..16).is_some_and(|time| !("00:15".."23:45").contains(&time))
}

/// Takes the key out of whatever came from outside.
fn scrub(ladder: &mut Ladder, secrets: &Scrubber) {
    let clean = |own: &mut String| *own = secrets.clean(own);
    if let Some(project) = &mut ladder.project {
        clean(&mut project.id);
        clean(&mut project.name);
    }
    for rung in &mut ladder.rungs {
        clean(&mut rung.says);
        rung.next.iter_mut().for_each(clean);
        rung.notes.iter_mut().for_each(clean);
        for request in &mut rung.requests {
            clean(&mut request.request);
        }
    }
    ladder.verdict = verdict(&ladder.rungs);
}

#[cfg(test)]
mod tests {
    use super::is_near_midnight;

    #[test]
    fn midnight_is_near() {
        for (time, near) in [("23:44", false), ("23:45", true), ("00:00", true), ("00:15", false)] {
            assert_eq!(is_near_midnight(&format!("2026-11-28T{time}:00Z")), near, "{time}");
        }
    }
}
