//! From files to a store: manifests as everywhere, and bare configurations beside them.

use igw::cli::Common;
use igw::exit::Failure;
use igw::files::SourceFile;
use igw::load::{self, Loaded};
use igw_core::bifrost::instance::looks_like_config;
use igw_core::facts::{Hidden, Loose, Origin};

use crate::Pod;

/// Reads what the flags name.
///
/// # Errors
/// When nothing is named.
pub fn read(common: &Common, pod: &Pod) -> Result<Loaded, Failure> {
    let wanted = "config.json, or the manifests of Bifrost";
    if !common.demo && common.files.is_empty() && common.bundle.is_none() {
        return Err(Failure::usage("no configuration was given, and bifrost reads no cluster yet")
            .hint("give files:       -f config.json   or   -f manifests/   or   -f -")
            .hint("see an example:   --demo"));
    }
    if common.bundle.is_some() || common.overlay {
        return Err(Failure::usage(
            "bifrost reads no cluster yet: leave out --bundle and --overlay",
        )
        .hint("give files:       -f config.json   or   -f manifests/   or   -f -"));
    }
    let mut loaded = load::load_with(common, crate::DEMO, wanted, |input| {
        let bare: Vec<usize> =
            (0..input.files.len()).filter(|number| is_bare(&input.files[*number])).collect();
        for number in &bare {
            let name = &input.files[*number].name;
            input.problems.retain(|problem| problem.file.as_ref() != Some(name));
            let file = |document: u32| input.documents[document as usize].file as usize;
            input.manifests.retain(|manifest| file(manifest.origin.document) != *number);
            let named = input.files[*number].named;
            let documents = input.documents.iter().filter(|d| d.file as usize == *number).count();
            if !named {
                input.skipped = input.skipped.saturating_sub(documents);
            }
        }
        bare.iter()
            .map(|number| {
                let file = &input.files[*number];
                Loose {
                    name: file.name.clone(),
                    origin: Origin { file: *number as u32, document: u32::MAX, item: None },
                    text: Hidden::new(file.text.clone()),
                    bom: file.bom,
                }
            })
            .collect()
    })?;
    pod.into_settings(&mut loaded.store.settings)?;
    Ok(loaded)
}

/// Whether a file is a configuration of its own rather than manifests: by its name, or by what it
/// says. In a directory other programs have a config.json, too.
fn is_bare(file: &SourceFile) -> bool {
    let name = file.name.rsplit('/').next().unwrap_or_default();
    let text = file.text.trim_start();
    let manifest = ["apiVersion:", "\"apiVersion\""].iter().any(|word| text.contains(word));
    let looks = looks_like_config(&file.text);
    match (name == "config.json", file.named) {
        (true, true) => !manifest || looks,
        (true, false) => looks,
        (false, true) => !manifest && text.starts_with(['{', '[', '/', '#']) && mentions(text),
        (false, false) => !manifest && looks,
    }
}

/// Whether a text has a section of Bifrost's configuration, so that it may be one, or a part.
fn mentions(text: &str) -> bool {
    const SECTIONS: [&str; 10] = [
        "\"providers\"",
        "\"plugins\"",
        "\"client\"",
        "\"governance\"",
        "\"config_store\"",
        "\"logs_store\"",
        "\"framework\"",
        "\"network_config\"",
        "\"keys\"",
        "getbifrost.ai/schema",
    ];
    let lower = text.to_ascii_lowercase();
    SECTIONS.iter().any(|section| lower.contains(section))
}
