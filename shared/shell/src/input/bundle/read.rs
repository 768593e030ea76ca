//! Reading a bundle.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind};

use flate2::read::GzDecoder;
use igw_core::facts::views::Secret;
use igw_core::facts::{Store, Stored as _, decode};
use igw_core::kube::Origin;

use super::{API_VERSION, BundleHead, Line};
use crate::exit::Failure;

/// The knowledge in a bundle, and what it says of itself.
///
/// # Errors
/// When it cannot be read, is none, or is not whole.
pub fn read(file: &str, store: &mut Store) -> Result<BundleHead, Failure> {
    let failure = |why: &str| {
        Failure::usage(format!("--bundle {file}: {why}"))
            .hint("write one:   kubectl igw routes bundle --to FILE")
    };
    let broken = |error: &io::Error| match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::InvalidData => {
            failure("is not a bundle of kubectl igw")
        }
        ErrorKind::UnexpectedEof => failure("breaks off: it was not written or copied whole"),
        _ => failure(&format!("cannot be read: {error}")),
    };
    let mut lines =
        BufReader::new(GzDecoder::new(File::open(file).map_err(|e| broken(&e))?)).lines();
    let mut number = 0;
    let mut next = || -> Result<Option<Line>, Failure> {
        number += 1;
        let Some(line) = lines.next() else { return Ok(None) };
        let line = line.map_err(|error| broken(&error))?;
        let parsed = serde_json::from_str(&line);
        parsed.map(Some).map_err(|_| failure(&format!("line {number} of it cannot be read")))
    };
    let head = match next() {
        Ok(Some(Line::Bundle(head))) if head.api_version == API_VERSION => head,
        Ok(Some(Line::Bundle(head))) => {
            let version = igw_core::text::clip(&igw_core::text::clean(&head.version), 40);
            return Err(failure(&format!(
                "was written by kubectl igw {version}, in another format"
            )));
        }
        Ok(_) => return Err(failure("is not a bundle of kubectl igw")),
        Err(failure) => return Err(failure),
    };
    loop {
        match next()? {
            Some(Line::Object(object)) => decode(store, object, Origin::CLUSTER, ""),
            Some(Line::Answered { ask, why }) => {
                store.answered.insert(ask, why.map_or(Ok(()), Err));
            }
            Some(Line::Pair { namespace, name, worth }) => {
                if let Some(secret) =
                    Secret::table_mut(&mut store.tables).get_mut(&(namespace, name))
                {
                    secret.pair = worth;
                }
            }
            Some(Line::End { objects }) if objects == store.objects => return Ok(head),
            Some(Line::End { .. }) => return Err(failure("lacks some of its objects")),
            Some(Line::Bundle(_)) => return Err(failure("has two headers")),
            None => return Err(failure("breaks off: it was not written or copied whole")),
        }
    }
}
