//! The lab for `benches/live`: it fills a cluster, and counts what goes through a proxy.

use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use igw_tests::lab::{CrdChannel, Crowd, Exchange, LabCluster, Programs, keep};
use serde_json::{Value, json};

const USAGE: &str = "\
Usage: live

Starts a lab, and prints a line of JSON: kubeconfig, proxied (a kubeconfig that leads through a
proxy), kubectl, gwctl, home. Then it answers each line of standard input with a line of JSON:
  fill N   makes the cluster N HTTPRoutes large: seconds and what is in it
  seen     the exchanges at the proxy since the last time
Ends when standard input closes.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        [] => serve(),
        // How a lab starts its keeper: see `lab::keep`.
        ["keep", home] => {
            keep(Path::new(home), BufReader::new(std::io::stdin()), std::io::stdout())
                .map_err(|e| e.to_string())
        }
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

fn serve() -> Result<(), String> {
    let program = std::env::current_exe().map_err(|e| e.to_string())?;
    let lab = LabCluster::start(&program, CrdChannel::Standard)?;
    let proxy = lab.proxy("proxied", &["system:masters"])?;
    let gwctl = Programs::build()?.gwctl()?;
    say(&json!({
        "gwctl": gwctl, "kubeconfig": lab.admin().kubeconfig, "proxied": proxy.user.kubeconfig,
        "kubectl": lab.kubectl().get_program().to_string_lossy(), "home": lab.home(),
    }))?;
    let mut crowd = Crowd { routes: 0 };
    for line in std::io::stdin().lines() {
        let line = line.map_err(|e| e.to_string())?;
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["fill", routes] => {
                let routes = routes.parse().map_err(|_| format!("no number: {routes}"))?;
                let (before, begin) = (crowd, Instant::now());
                crowd = Crowd { routes };
                crowd.fill(&lab, before)?;
                say(&json!({
                    "routes": routes, "namespaces": crowd.namespaces(), "grants": crowd.grants(),
                    "seconds": begin.elapsed().as_secs_f64(),
                }))?;
            }
            ["seen"] => say(&proxy.take().iter().map(told).collect())?,
            _ => return Err(format!("not understood: {line}\n{USAGE}")),
        }
    }
    Ok(())
}

fn told(exchange: &Exchange) -> Value {
    let Exchange { method, path, encodings, status, bytes, .. } = exchange;
    json!({"method": method, "path": path, "encodings": encodings, "status": status, "bytes": bytes})
}

fn say(value: &Value) -> Result<(), String> {
    let mut out = std::io::stdout();
    writeln!(out, "{value}").and_then(|()| out.flush()).map_err(|e| e.to_string())
}
