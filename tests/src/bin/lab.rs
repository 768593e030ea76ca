//! `cargo run -p igw-tests --features lab --bin lab`: the lab for a developer's hands.

use std::io::{BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use igw_tests::lab::{CrdChannel, LabCluster, keep};

const USAGE: &str = "\
Usage: lab [--all] [--help]

Starts etcd and kube-apiserver on loopback, with the CRDs of the Gateway API and small ones for
kgateway's kinds, and prints a shell line that sets KUBECONFIG. Ends with Ctrl-C, or when its
standard input closes. The first start builds the programs: that takes minutes.

  --all   also the controllers, kwok, Envoy Gateway and Envoy, in a network namespace (Linux): prints
          how to enter it, and sets GATEWAY to where Gateways of class `envoy` answer on port 80. Pods
          with `nodeName: lab` run at once; a server in their place tells what it got.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        [] => start(),
        #[cfg(target_os = "linux")]
        ["--all"] => program().and_then(|own| igw_tests::lab::become_alone(&own, &["all-alone"])),
        #[cfg(target_os = "linux")]
        ["all-alone"] => program().and_then(|own| igw_tests::lab::whole(&own, tell_all)),
        // How a lab starts its keeper: see `lab::keep`.
        ["keep", home] => {
            keep(Path::new(home), BufReader::new(std::io::stdin()), std::io::stdout())
                .map_err(|e| e.to_string())
        }
        ["--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
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

fn program() -> Result<std::path::PathBuf, String> {
    std::env::current_exe().map_err(|e| e.to_string())
}

fn start() -> Result<(), String> {
    let lab = LabCluster::start(&program()?, CrdChannel::Standard)?;
    tell(&lab);
    std::io::stdout().flush().map_err(|e| e.to_string())?;
    let mut input = std::io::stdin();
    let mut buffer = [0; 256];
    while input.read(&mut buffer).map_err(|e| e.to_string())? > 0 {}
    Ok(())
}

fn tell(lab: &LabCluster) {
    let kubeconfig = lab.admin().kubeconfig.display().to_string();
    line(&format!("export KUBECONFIG='{}'", kubeconfig.replace('\'', r"'\''")));
    eprintln!("lab: {} as admin; logs in {}", lab.server, lab.home().display());
    eprintln!("lab: ends with Ctrl-C, or when standard input closes");
}

fn line(text: &str) {
    if let Err(error) = writeln!(std::io::stdout(), "{text}") {
        eprintln!("lab: nobody reads this any more ({error}): {text}");
    }
}

#[cfg(target_os = "linux")]
fn tell_all(lab: &LabCluster, gateway: &str) {
    tell(lab);
    line(&format!("export GATEWAY='{gateway}'"));
    let enter = "nsenter --preserve-credentials --user --net --target";
    eprintln!("lab: a shell that can reach both: {enter} {}", std::process::id());
}
