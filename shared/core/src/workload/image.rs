//! Names of images.

/// The name of an image, with its registry, and the tag if any; a digest is dropped.
pub fn image_name(image: &str) -> (&str, Option<&str>) {
    let image = image.split('@').next().unwrap_or_default();
    let last = image.rfind('/').map_or(0, |at| at + 1);
    match image[last..].find(':') {
        Some(at) => (&image[..last + at], Some(&image[last + at + 1..])),
        None => (image, None),
    }
}
