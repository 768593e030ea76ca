//! The request that a user gives.

use clap::Args;
use igw::exit::Failure;
use igw::flags::{self, ClusterFlags, ColourFlag, InputFlags, NamespaceFlag, Output, ReadFlags};
use igw_core::route::request::Request;
use igw_core::route::resolve::{ExpectedService, Untraceable};
use igw_core::{mask, placeholder, text};

/// Follow one request step by step, and show what would have matched.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  # why does this get 404?
  kubectl igw routes why http://api.example.com/v1/models

  # and with these manifests?
  kubectl igw routes why http://api.example.com/v1/models -f manifests/

  # a POST to an address without a DNS name
  kubectl igw routes why POST http://10.0.0.1/v1/chat/completions -H 'Host: api.example.com' -f manifests/

  # check the prediction against the real gateway
  kubectl igw routes why http://api.example.com/v1/models --send

  # the command that a colleague sent
  kubectl igw routes why --curl 'curl -H \"x-tier: gold\" http://api.example.com/v1/models' -f manifests/")]
pub struct WhyArgs {
    /// Method (GET if absent) and URL, taken byte for byte
    #[arg(value_name = "[METHOD] URL", num_args = 0..=2)]
    pub(super) request: Vec<String>,
    /// Add a header, as in curl; Host replaces the URL's
    #[arg(short = 'H', long = "header", value_name = "K: V")]
    pub(super) headers: Vec<String>,
    /// Set the method, as in curl
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub(super) method: Option<String>,
    /// Set the body, as in curl; makes the request a POST
    #[arg(short, long, value_name = "BODY")]
    pub(super) data: Option<String>,
    /// Choose the Gateway; needed if several listen on the port
    #[arg(long, value_name = "[NS/]NAME")]
    pub(super) gateway: Option<String>,
    /// Do not follow a redirect that comes back to the Gateway
    #[arg(long)]
    pub(super) no_follow: bool,
    /// Exit with 1 and the reason if another Service gets it
    #[arg(long, value_name = "[NS/]NAME[:PORT]")]
    pub(super) expect: Option<ExpectedService>,
    /// Give the request as a curl command
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["request", "headers", "method", "data"])]
    pub(super) curl: Option<String>,
    /// Also send the request through a port-forward and compare
    #[arg(long)]
    pub(super) send: bool,
    /// Send it to this address instead, such as a load balancer
    #[arg(long, value_name = "HOST:PORT", requires = "send")]
    pub(super) address: Option<String>,
    /// Allow --send with methods other than GET, HEAD and OPTIONS
    #[arg(long, requires = "send")]
    pub(super) allow_unsafe_method: bool,
    /// Output format
    #[arg(short, long, value_enum, default_value_t, hide_default_value = true)]
    pub output: Output,
    #[command(flatten)]
    pub(super) input: InputFlags,
    #[command(flatten)]
    pub(super) namespace: NamespaceFlag,
    #[command(flatten)]
    pub colour: ColourFlag,
    /// Print less: the verdict without the steps
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print more: which other rules match, and why they lose
    // kubectl's -v takes a level; any level asks for more.
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_missing_value = "1", value_name = "LEVEL", hide_possible_values = true)]
    pub(super) verbose: Option<u8>,
    #[command(flatten)]
    pub(super) cluster: ClusterFlags,
}

impl WhyArgs {
    /// A request that is sent to what the flags of another command read.
    pub fn sent(url: &str, address: Option<&String>, read: &ReadFlags) -> WhyArgs {
        WhyArgs {
            request: vec![url.to_owned()],
            send: true,
            address: address.cloned(),
            input: read.input.clone(),
            namespace: NamespaceFlag { namespace: read.scope.namespace.clone() },
            cluster: read.cluster.clone(),
            ..WhyArgs::default()
        }
    }

    /// Makes the request a POST with a JSON body, unless a method is given.
    pub fn post(&mut self, body: &str) {
        self.data = Some(body.to_owned());
        if !self.headers.iter().any(|own| own.to_lowercase().starts_with("content-type:")) {
            self.headers.push("content-type: application/json".to_owned());
        }
    }
}

/// The request of the command line, byte for byte.
///
/// # Errors
/// When it is none.
pub fn request(args: &WhyArgs) -> Result<Request, Failure> {
    if let Some(command) = &args.curl {
        return flags::curl(command);
    }
    let (first, url) = match args.request.as_slice() {
        [url] => (None, url),
        [method, url] => (Some(method), url),
        _ => {
            return Err(Failure::usage("no URL was given")
                .hint("kubectl igw routes why http://api.example.com/v1/models -f manifests/"));
        }
    };
    if let (Some(first), Some(method)) = (first, &args.method) {
        return Err(Failure::usage(format!("two methods were given: {first}, and -X {method}")));
    }
    let usual = if args.data.is_some() { "POST" } else { "GET" };
    let method = first.or(args.method.as_ref()).map_or(usual, String::as_str);
    let headers: Result<Vec<_>, _> = args.headers.iter().map(|h| flags::header(h)).collect();
    // A pasted command may hold any header; a host with a space is only a bad request (seen).
    let first = url.split_whitespace().next().unwrap_or_default();
    if first == "curl" || url.split_whitespace().any(|word| word.starts_with('-')) {
        let failure =
            Failure::usage(format!("what begins with {} is not a URL", mask::address(first)));
        return Err(failure.hint("a pasted command goes to --curl, in quotation marks"));
    }
    let request = Request::parse(method, &placeholder::tokens(url), &headers?).map_err(|bad| {
        Failure::usage(format!("{}: {}", text::clip(&mask::address(url), 60), bad.0))
    })?;
    Ok(match &args.data {
        Some(data) => request.with_body(data.clone(), "application/x-www-form-urlencoded"),
        None => request,
    })
}

/// Why it cannot be followed.
pub fn untraceable(error: Untraceable, request: &Request, place: &str) -> Failure {
    match error {
        Untraceable::NoSuchGateway(name) => {
            Failure::usage(format!("there is no Gateway {name} in {place}"))
        }
        Untraceable::SeveralCalled(names) => {
            let listed = text::list(&names);
            Failure::usage(format!("several Gateways have this name: {listed}"))
                .hint("choose the one that gets the request: --gateway NAMESPACE/NAME")
        }
        Untraceable::Ambiguous(names) => {
            let listed = text::list(&names);
            let first = names.first().cloned().unwrap_or_default();
            Failure::usage(format!("several Gateways listen on port {}: {listed}", request.port))
                .hint(format!("choose the one that gets the request: --gateway {first}"))
        }
    }
}
