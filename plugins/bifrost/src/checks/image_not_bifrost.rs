//! # The image is not Bifrost's
//!
//! ## What it means
//! The project's image is `docker.io/maximhq/bifrost`, and its tags have a `v` at the front.
//!
//! ## Why it matters
//! The image cannot be pulled (ImagePullBackOff), or it is a stranger's.
//!
//! ## Example
//! `bifrost/bifrost:v2.0.0`: write `maximhq/bifrost:v1.5.16`.
//!
//! ## Fix safety
//! Unsafe: the version has to be chosen.
//!
//! ## Sources
//! Bifrost, container image. The guide has `bifrost/bifrost`.

use igw_core::bifrost::instance::{self, image_name};
use igw_core::check::{Check, Meta, Sink};
use igw_core::facts::Kind;
use igw_core::finding::Severity;
use igw_core::scene::Scene;

/// IGW0704.
pub struct ImageNotBifrost;

static META: Meta = Meta {
    code: "IGW0704",
    name: "image-not-bifrost",
    severity: Severity::Error,
    needs: &[Kind::Workload],
    source: include_str!("image_not_bifrost.rs"),
};

impl Check for ImageNotBifrost {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn run(&self, cx: &Scene, out: &mut Sink) {
        for instance in instance::all(cx) {
            let Some(container) = instance.container() else { continue };
            let (name, tag) = image_name(&container.image);
            let host = name.split('/').next().filter(|part| {
                name.contains('/') && (part.contains(['.', ':']) || *part == "localhost")
            });
            let hub = host.is_none_or(|host| host.ends_with("docker.io"));
            let own = name.trim_start_matches("docker.io/").trim_start_matches("index.docker.io/");
            let path = instance.container_path("/image");
            let shown = igw_core::words::clip(&container.image, 120);
            if hub && own != "maximhq/bifrost" {
                out.finding(
                    instance
                        .at_workload(path, format!("{shown} is not the image of Bifrost"))
                        .explain("It is maximhq/bifrost. This one cannot be pulled, or it is a stranger's.")
                        .guide("2", Some("its Deployment has bifrost/bifrost")),
                );
            } else if hub && tag.is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_digit())) {
                out.finding(
                    instance
                        .at_workload(
                            path,
                            format!("the tags of Bifrost begin with v, and {shown} does not"),
                        )
                        .explain("It cannot be pulled: ImagePullBackOff."),
                );
            } else {
                out.passed();
            }
        }
    }
}
