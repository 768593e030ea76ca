//! What is taken for granted of a Bifrost.

use igw_core::bifrost::OBSERVED;
use igw_core::bifrost::instance::{Delivery, Instance, is_bifrost_image, is_foreign_image};
use igw_core::facts::Facts;
use igw_core::facts::views::Workload;
use igw_core::finding::Assumption;
use igw_core::workload::image::image_name;
use igw_core::workload::volume::Data;
use igw_core::workload::{Release, standing_and_past};

/// The assumptions about one Bifrost.
pub fn of(facts: &Facts, instance: &Instance) -> Vec<Assumption> {
    let title = instance.subject.title();
    let mut out = Vec::new();
    match instance.release {
        None => out.push(Assumption {
            what: format!("{title} is Bifrost 1.4, 1.5 or 2.0"),
            why: "its version is not in the input; --assume bifrost=VERSION".to_owned(),
        }),
        // Rules below the oldest one are read from its source, if at all.
        Some(release) if !release.since(1, 4, 0) => out.push(Assumption {
            what: format!("Bifrost {release} behaves like 1.4"),
            why: "only 1.4.19, 1.5.16 and 2.0.0-prerelease3 were observed".to_owned(),
        }),
        Some(release) if release > OBSERVED[2] && release.since(2, 1, 0) => {
            out.push(Assumption {
                what: format!("Bifrost {release} behaves like 2.0"),
                why: "only 1.4.19, 1.5.16 and 2.0.0-prerelease3 were observed".to_owned(),
            });
        }
        // What was between the last 1.5 and 2.0 is known by its changelog alone.
        Some(release) if release.since(1, 5, 17) && !release.since(2, 0, 0) => {
            out.push(Assumption {
                what: format!("Bifrost {release} behaves like 1.5.16"),
                why: "only 1.4.19, 1.5.16 and 2.0.0-prerelease3 were observed".to_owned(),
            });
        }
        Some(_) => {}
    }
    out.extend(of_database(facts, instance));
    if instance.delivery == Delivery::Alone && instance.document.is_some() {
        out.push(Assumption {
            what: format!("{title} is what Bifrost reads, with the image's default arguments"),
            why: "the input has no pod template that mounts it".to_owned(),
        });
    }
    out
}

/// A database that an earlier version of the same workload may have filled: what it keeps is in no
/// file.
fn of_database(facts: &Facts, instance: &Instance) -> Option<Assumption> {
    let (workload, release) = (instance.workload.as_ref()?, instance.release?);
    let postgres = instance.config().is_some_and(|config| config.config_store.is("postgres"));
    if !postgres && !matches!(instance.data, Data::Claim { .. }) {
        return None;
    }
    let (_, past) = standing_and_past(facts, Some(&instance.namespace));
    let own = |past: &&Workload| {
        let owner = past.owner.as_ref();
        owner
            .is_some_and(|(kind, name)| *kind == *workload.meta.kind && *name == workload.meta.name)
    };
    let images = past.into_iter().filter(own).flat_map(|past| &past.images);
    let releases = images.filter(|image| is_bifrost_image(image) && !is_foreign_image(image));
    let releases = releases.filter_map(|image| Release::parse(image_name(image).1?));
    let before = releases.filter(|before| *before != release).max()?;
    let title = instance.subject.title();
    Some(match before > release {
        false => Assumption {
            what: format!("the database of {title} keeps nothing that the file does not say"),
            why: format!("Bifrost {before} ran on it before, and what that one kept stays"),
        },
        true => Assumption {
            what: format!("Bifrost {release} can read the database of {title}"),
            why: format!(
                "Bifrost {before} ran on it before, and there is no way back for a database"
            ),
        },
    })
}
