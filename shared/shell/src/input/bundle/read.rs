//! Reading a bundle.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _};

use flate2::bufread::GzDecoder;
use igw_core::facts::views::Secret;
use igw_core::facts::{Store, Stored as _, decode};
use igw_core::kube::Origin;

use super::{API_VERSION, BundleHead, Line};
use crate::exit::Failure;

/// How long a line may be: an object of a cluster has 3 MiB at most (etcd's limit is half of that).
const MOST_OF_A_LINE: u64 = 64 << 20;
/// How much a bundle may hold.
const MOST: u64 = 1 << 30;
const MOST_OBJECTS: usize = 1_000_000;

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
    let file_of = File::open(file).map_err(|e| broken(&e))?;
    if !file_of.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(failure("is not a file"));
    }
    let mut lines = BufReader::new(GzDecoder::new(BufReader::new(file_of)));
    let (mut number, mut read) = (0, 0);
    let mut next = |lines: &mut BufReader<_>| -> Result<Option<Line>, Failure> {
        number += 1;
        let mut line = Vec::new();
        let taken = lines.take(MOST_OF_A_LINE + 1).read_until(b'\n', &mut line);
        read += taken.map_err(|error| broken(&error))? as u64;
        if line.is_empty() {
            return Ok(None);
        }
        if line.len() as u64 > MOST_OF_A_LINE || read > MOST {
            return Err(failure("holds more than any cluster"));
        }
        let parsed = serde_json::from_slice(&line);
        parsed.map(Some).map_err(|_| failure(&format!("line {number} of it cannot be read")))
    };
    store.saved = true;
    let head = match next(&mut lines) {
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
        match next(&mut lines)? {
            Some(Line::Object(_)) if store.objects == MOST_OBJECTS => {
                return Err(failure("holds more than any cluster"));
            }
            Some(Line::Object(object)) => decode(store, object, Origin::CLUSTER, ""),
            Some(Line::Answered { ask, why }) => {
                store.answered.insert(ask, why.map_or(Ok(()), Err));
            }
            // Whoever wrote the file may have done without masking.
            Some(Line::Log { ask, lines }) => store.keep_log(ask, &lines.join("\n")),
            Some(Line::Unread(why)) => store.unread.push(why),
            Some(Line::Pair { namespace, name, worth }) => {
                if let Some(secret) =
                    Secret::table_mut(&mut store.tables).get_mut(&(namespace, name))
                {
                    secret.pair = worth;
                }
            }
            Some(Line::End { objects }) if objects == store.objects => {
                // The checksum stands behind the last line.
                let end = next(&mut lines);
                let mut behind = [0];
                let more = lines.into_inner().into_inner().read(&mut behind);
                return match (end, more) {
                    (Ok(None), Ok(0)) => Ok(head),
                    (Ok(None), Err(error)) => Err(broken(&error)),
                    (Ok(_), _) => Err(failure("has more behind its end")),
                    (Err(failure), _) => Err(failure),
                };
            }
            Some(Line::End { .. }) => return Err(failure("lacks some of its objects")),
            Some(Line::Bundle(_)) => return Err(failure("has two headers")),
            None => return Err(failure("breaks off: it was not written or copied whole")),
        }
    }
}
