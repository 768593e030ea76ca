//! Configurations in files of their own, among manifests.

use crate::input::files::{Input, Problem, SourceFile, is_kustomization};
use igw_core::bifrost::document::{is_of_another_program, looks_like_config};
use igw_core::facts::ConfigFile;
use igw_core::kube::{Hidden, Origin};

use super::compose;

/// Takes the files out of the input that are configurations.
pub fn take_config_files(input: &mut Input) -> Vec<ConfigFile> {
    let bare: Vec<usize> = (0..input.files.len())
        .filter(|number| {
            let file = &input.files[*number];
            is_bare(file) && !is_of_kustomization(input, file)
        })
        .collect();
    let (others, bare): (Vec<usize>, Vec<usize>) =
        bare.into_iter().partition(|number| is_of_another_program(&input.files[*number].text));
    for number in others {
        let file = &input.files[number];
        let (name, named) = (file.name.clone(), file.named);
        input.problems.retain(|problem| problem.file.as_ref() != Some(&name));
        if named {
            input.problems.push(Problem {
                file: Some(name),
                line: None,
                column: None,
                message: "is not a configuration of the gateway: it reads none of the keys"
                    .to_owned(),
                hint: Some("Bifrost's command line has a config.json of its own".to_owned()),
            });
        }
    }
    hints(input, !bare.is_empty());
    let compose = compose::services(input);
    for number in &bare {
        let name = &input.files[*number].name;
        input.problems.retain(|problem| problem.file.as_ref() != Some(name));
        let file = |document: u32| input.documents[document as usize].file as usize;
        input.manifests.retain(|manifest| file(manifest.origin.document) != *number);
        if !input.files[*number].named {
            let documents = input.documents.iter().filter(|d| d.file as usize == *number).count();
            input.skipped = input.skipped.saturating_sub(documents);
        }
    }
    let taken = |number: &usize| {
        let file = &input.files[*number];
        ConfigFile {
            name: file.name.clone(),
            origin: Origin { file: *number as u32, document: u32::MAX, item: None },
            text: Hidden::new(file.text.clone()),
            bom: file.bom,
            runs: compose::beside(&compose, file),
        }
    };
    bare.iter().map(taken).collect()
}

/// Says of files that are a part of an installation what makes them one that can be judged.
fn hints(input: &mut Input, configured: bool) {
    for file in input.files.iter().filter(|file| file.named) {
        let own = |problem: &Problem| {
            problem.file.as_ref() == Some(&file.name) && problem.message.contains("apiVersion")
        };
        let is_compose = file.path.as_deref().is_some_and(compose::is_compose);
        if is_compose && configured {
            input.problems.retain(|problem| !own(problem));
            continue;
        }
        let name = file.name.rsplit('/').next().unwrap_or_default();
        let is_values =
            file.text.lines().any(|line| line.trim_end() == "bifrost:") || name.contains("values");
        let hint = match (is_compose, is_values) {
            (true, _) => "give the config.json that it mounts, too",
            (_, true) => {
                "render the chart with it: helm template NAME CHART -f VALUES | kubectl igw bifrost check -f -"
            }
            _ => continue,
        };
        for problem in input.problems.iter_mut().filter(|problem| own(problem)) {
            problem.hint.get_or_insert_with(|| hint.to_owned());
        }
    }
}

/// Whether a kustomization beside the file, or above it, puts it into a ConfigMap.
fn is_of_kustomization(input: &Input, file: &SourceFile) -> bool {
    let Some(path) = file.path.as_deref().filter(|_| !file.named) else { return false };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    input.files.iter().any(|other| {
        let Some(own) = other.path.as_deref().filter(|own| is_kustomization(own)) else {
            return false;
        };
        own.parent().is_some_and(|home| path.starts_with(home)) && other.text.contains(&*name)
    })
}

/// Whether a file is a configuration of its own rather than manifests: by its name, or by what it
/// says. In a directory other programs have a config.json, too.
fn is_bare(file: &SourceFile) -> bool {
    let name = file.name.rsplit('/').next().unwrap_or_default();
    let text = file.text.trim_start();
    let manifest = || ["apiVersion:", "\"apiVersion\""].iter().any(|word| text.contains(word));
    let looks = || looks_like_config(&file.text);
    match (name == "config.json", file.named) {
        (true, true) => !manifest() || looks(),
        (true, false) => looks(),
        (false, true) => text.starts_with(['{', '[', '/', '#']) && !manifest() && mentions(text),
        (false, false) => looks() && !manifest(),
    }
}

/// Whether a text contains a section of Bifrost's configuration, so may be one or a part.
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
