//! The request that a user gives.

use igw::exit::Failure;
use igw::flags;
use igw_core::route::request::Request;
use igw_core::route::resolve::Untraceable;
use igw_core::{mask, placeholder, text};

use super::WhyArgs;

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
