//! Manifests: a module or an artifact is the one layer of its kind.
//!
//! Modules are laid out as `wkg` does, so that each can pull what the other pushed.

use std::collections::BTreeMap;

use gatecheck_core::policy::Digest;
use serde_json::{Value, json};

use super::error::RegistryProblem;
use crate::fetch::Kind;
use crate::fetch::web::one_line;

pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Indexes too, for a registry says that it has nothing when it has nothing of the kind that was asked for.
pub(super) const ACCEPTED: &str = "application/vnd.oci.image.manifest.v1+json, \
                                   application/vnd.docker.distribution.manifest.v2+json, \
                                   application/vnd.oci.image.index.v1+json, \
                                   application/vnd.docker.distribution.manifest.list.v2+json";

/// What modules were called before.
const OLD_MODULE: &str = "application/vnd.wasm.content.layer.v1+wasm";

fn config_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Module => "application/vnd.wasm.config.v0+json",
        Kind::Artifact => "application/vnd.gatecheck.artifact.config.v1+json",
    }
}

/// A layer in a manifest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer {
    pub(super) digest: Digest,
    /// In bytes. Only the registry says so.
    pub(super) size: u64,
}

fn is_of(kind: Kind, media_type: &str) -> bool {
    media_type == kind.media_type() || (kind == Kind::Module && media_type == OLD_MODULE)
}

/// The layer of a kind.
pub(super) fn read(manifest: &[u8], kind: Kind) -> Result<Layer, RegistryProblem> {
    let no_manifest = RegistryProblem::Protocol { missing: "manifest" };
    let manifest: Value = serde_json::from_slice(manifest).map_err(|_| no_manifest.clone())?;
    if manifest.get("manifests").is_some() {
        return Err(RegistryProblem::Index);
    }
    let layers = manifest.get("layers").and_then(Value::as_array).ok_or(no_manifest)?;
    let of_kind: Vec<_> = layers.iter().filter(|layer| is_of(kind, text(layer, "mediaType"))).collect();
    let [layer] = of_kind.as_slice() else {
        let found = match layers.as_slice() {
            [] => vec!["nothing".to_owned()],
            layers => layers.iter().take(3).map(|layer| format!("`{}`", one_line(text(layer, "mediaType")))).collect(),
        };
        return Err(RegistryProblem::Content { wanted: kind.media_type(), found });
    };
    let size = layer.get("size").and_then(Value::as_u64).unwrap_or(0);
    Ok(Layer { digest: digest(text(layer, "digest"))?, size })
}

/// Of `sha256:...`, the one kind that everyone uses.
pub(super) fn digest(text: &str) -> Result<Digest, RegistryProblem> {
    let digits = text.strip_prefix("sha256:").and_then(|digits| digits.parse().ok());
    digits.ok_or(RegistryProblem::Protocol { missing: "SHA-256 digest" })
}

/// The configuration that goes with a layer.
pub(super) fn config(kind: Kind, layer: Digest) -> Vec<u8> {
    let config = match kind {
        // Readers insist on a time; the same one makes the same digest.
        Kind::Module => json!({
            "created": "1970-01-01T00:00:00Z",
            "architecture": "wasm",
            "os": "wasip2",
            "layerDigests": [format!("sha256:{layer}")],
        }),
        Kind::Artifact => json!({}),
    };
    config.to_string().into_bytes()
}

/// The manifest of one layer, of `size` bytes.
pub(super) fn write(
    kind: Kind,
    layer: Digest,
    size: usize,
    config: &[u8],
    annotations: &BTreeMap<String, String>,
) -> Vec<u8> {
    let descriptor = |media_type: &str, digest: Digest, size: usize| json!({ "mediaType": media_type, "digest": format!("sha256:{digest}"), "size": size });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor(config_of(kind), Digest::of(config), config.len()),
        "layers": [descriptor(kind.media_type(), layer, size)],
        "annotations": annotations,
    });
    manifest.to_string().into_bytes()
}

fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}
