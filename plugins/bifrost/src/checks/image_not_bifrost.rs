//! # The image is not Bifrost's
//!
//! ## What it means
//! The project's image is `docker.io/maximhq/bifrost`, and its tags begin with `v`.
//!
//! ## Why it matters
//! The image cannot be pulled (ImagePullBackOff), or someone else published it.
//!
//! ## Example
//! `bifrost/bifrost:v2.0.0`: use `maximhq/bifrost:v1.5.16`.
//!
//! ## Fix safety
//! Unsafe: you have to choose the version.
//!
//! ## Sources
//! Bifrost, container image. The guide has `bifrost/bifrost`.

use igw_core::bifrost::instance::Instance;
use igw_core::bifrost::instances;
use igw_core::bifrost::place::Place as _;
use igw_core::bifrost::repairs::{self, Repairs as _};
use igw_core::check::{Check, Sink};
use igw_core::facts::Facts;
use igw_core::finding::Severity;
use igw_core::fix::{Fix, FixChoice, Pick, Safety, Set};
use igw_core::kube::Kind;
use igw_core::page;
use igw_core::workload::image::image_name;

pub static CHECK: Check = Check {
    code: "IGW0704",
    name: "image-not-bifrost",
    severity: Severity::Error,
    needs: &[Kind::Workload],
    page: page!(),
    run,
};

fn run(facts: &Facts, out: &mut Sink) {
    for instance in instances::all(facts) {
        let Some(container) = instance.container() else { continue };
        let (name, tag) = image_name(&container.image);
        let host = name.split('/').next().filter(|part| {
            name.contains('/') && (part.contains(['.', ':']) || *part == "localhost")
        });
        let hub = host.is_none_or(|host| host.ends_with("docker.io"));
        let own = name.trim_start_matches("docker.io/").trim_start_matches("index.docker.io/");
        let path = instance.container_path("/image");
        let shown = igw_core::text::clip(&container.image, 120);
        if hub && own != "maximhq/bifrost" {
            out.finding(
                instance
                    .at_workload(path, format!("{shown} is not the image of Bifrost"))
                    .explain("Bifrost's image is maximhq/bifrost. This one cannot be pulled, or someone else published it.")
                    .guide("2", Some("its Deployment has bifrost/bifrost"))
                    .repair(own_image(instance, tag)),
            );
        } else if hub && tag.is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_digit())) {
            out.finding(
                instance
                    .at_workload(
                        path,
                        format!("the tags of Bifrost begin with v, but that of {shown} does not"),
                    )
                    .explain("The image cannot be pulled: ImagePullBackOff.")
                    .repair(with_v(instance, &container.image)),
            );
        } else {
            out.passed();
        }
    }
}

/// Versions that are known to be there, the newest first.
const TAGS: [&str; 2] = ["v1.5.16", "v1.4.19"];

/// Bifrost's own image of the same version, or of one to be chosen.
fn own_image(instance: &Instance, tag: Option<&str>) -> Option<Fix> {
    let meta = repairs::pod(&instance.workload.as_ref()?.meta)?;
    let digits = |tag: &&str| {
        let bare = tag.trim_start_matches('v');
        bare.starts_with(|c: char| c.is_ascii_digit()) && bare.contains('.')
    };
    let tags = match tag.filter(digits) {
        Some(tag) => vec![format!("v{}", tag.trim_start_matches('v'))],
        None => TAGS.map(str::to_owned).to_vec(),
    };
    let pick = |tag: String| {
        let image = format!("maximhq/bifrost:{tag}");
        let set = Set::Put(instance.container_path("/image"), image.clone().into());
        Pick::change(tag, image, meta, vec![set])
    };
    let picks: Vec<Pick> = tags.into_iter().map(pick).collect();
    let choice = FixChoice { key: "tag", ask: "Which version?".to_owned(), picks };
    let why = "you have to choose the version";
    Fix::choose(Safety::Unsafe(why.into()), choice, |only| {
        let tag = only.map_or("TAG", |only| only.value.as_str());
        format!("run maximhq/bifrost:{}", igw_core::text::clip(tag, 60))
    })
}

fn with_v(instance: &Instance, image: &str) -> Option<Fix> {
    let (name, tag) = image.rsplit_once(':')?;
    let image = format!("{name}:v{tag}");
    let title = format!("run {}", igw_core::text::clip(&image, 120));
    let fix = Fix::unsafe_as("you have to choose the version", title);
    instance.edit_pod(fix, vec![Set::Put(instance.container_path("/image"), image.into())])
}
