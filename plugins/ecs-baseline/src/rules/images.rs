//! Which image runs.

use gatecheck_sdk::{Severity, Unknown};

use crate::check::Check;
use crate::known::{Container, Known};
use crate::rule::{Kind, Level, Parameter, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "image-latest",
        title: "Images are not `latest`",
        severity: Severity::Medium,
        level: Level::Recommended,
        what: "`image` has the tag `latest`, or neither tag nor digest, which means the same.",
        why: "Such a tag moves with every push: nobody can say what ran, a rollback starts the same image again, and a new task may run \
              another one than the task beside it.",
        fix: "name a version or a digest in `image`",
        line: r#""image": "111122223333.dkr.ecr.us-west-2.amazonaws.com/web:1.4.2""#,
        except: "Containers that AWS injects are not in the task definition.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: latest,
    },
    Rule {
        id: "image-digest",
        title: "Images are named by digest",
        severity: Severity::Low,
        level: Level::Strict,
        what: "`image` has no digest.",
        why: "A tag can be moved to another image by whoever can push to the repository; a digest cannot.",
        fix: "name the digest in `image`",
        line: r#""image": "111122223333.dkr.ecr.us-west-2.amazonaws.com/web@sha256:0123…""#,
        except: "Within one deployment of a service, ECS keeps to the digest that a tag had at its start (`versionConsistency`); standalone \
                 tasks and later deployments resolve it again.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: digest,
    },
    Rule {
        id: "image-version-consistency",
        title: "All tasks of a deployment run the same image",
        severity: Severity::Low,
        level: Level::Strict,
        what: "`versionConsistency` of a container is `disabled` while its image has no digest.",
        why: "Each task then resolves the tag anew, so that tasks of one deployment may run different images.",
        fix: "remove `versionConsistency`, or name a digest in `image`",
        line: r#""versionConsistency": "enabled""#,
        except: "Agents that are to be updated without a deployment are set so on purpose.",
        controls: &[],
        reads: &["task-definition"],
        parameters: &[],
        evaluate: version_consistency,
    },
    Rule {
        id: "image-registry",
        title: "Images come from registries that are trusted",
        severity: Severity::High,
        level: Level::Recommended,
        what: "`image` begins with none of `trustedRegistries`.",
        why: "Whoever controls the registry controls what runs, with the roles of the task.",
        fix: "copy the image to a registry of `trustedRegistries`, and name it there",
        line: r#""image": "111122223333.dkr.ecr.us-west-2.amazonaws.com/web:1.4.2""#,
        except: "Off until `trustedRegistries` is set. An image without a registry is one of Docker Hub: write `docker.io/library/` to allow \
                 `nginx`, `docker.io/acme/` to allow `acme/web`.",
        controls: &["cis-compute-1.1.0:3.13"],
        reads: &["task-definition"],
        parameters: &[Parameter {
            name: "trustedRegistries",
            description: "How the names of images may begin: a registry, or a registry with a part of the repository.",
            kind: Kind::Required,
        }],
        evaluate: registry,
    },
];

/// A container that is given no image has none to look at.
fn image(container: Container<'_>) -> Result<&str, Unknown> {
    Ok(container.definition.text("image")?.unwrap_or_default())
}

fn latest(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        let image = image(container)?;
        if !image.is_empty() && is_latest(image) {
            check.violated(container.name, "image", image, "the image is whatever was pushed last");
        }
    }
    Ok(())
}

fn is_latest(image: &str) -> bool {
    // A registry may have a port, which is no tag.
    let name = image.rsplit('/').next().unwrap_or_default();
    !name.contains('@') && name.split_once(':').is_none_or(|(_, tag)| tag.is_empty() || tag == "latest")
}

fn digest(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        let image = image(container)?;
        if !image.is_empty() && !image.contains('@') {
            check.violated(container.name, "image", image, "the image is not named by its digest");
        }
    }
    Ok(())
}

fn version_consistency(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    for container in known.containers()? {
        let consistency = container.definition.text("versionConsistency")?.unwrap_or_default();
        if consistency.eq_ignore_ascii_case("disabled") && !image(container)?.contains('@') {
            let message = "each task resolves the tag of the image anew";
            check.violated(container.name, "versionConsistency", consistency, message);
        }
    }
    Ok(())
}

fn registry(known: &Known, check: &mut Check) -> Result<(), Unknown> {
    let trusted = check.texts("trustedRegistries");
    for container in known.containers()? {
        let image = image(container)?;
        let full = with_registry(image);
        if !image.is_empty() && !trusted.iter().any(|trusted| begins_with(&full, trusted)) {
            check.violated(container.name, "image", image, "the image comes from a registry that is not trusted");
        }
    }
    Ok(())
}

/// The name with the registry that Docker takes where there is none.
fn with_registry(image: &str) -> String {
    match image.split_once('/') {
        Some((registry, _)) if registry.contains(['.', ':']) || registry == "localhost" => image.to_owned(),
        Some(_) => format!("docker.io/{image}"),
        None => format!("docker.io/library/{image}"),
    }
}

/// Up to the end of a part of the name: `ghcr.io/acme` is no beginning of `ghcr.io/acme-evil/web`.
fn begins_with(image: &str, trusted: &str) -> bool {
    let trusted = trusted.trim_end_matches('/');
    image.strip_prefix(trusted).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', '@']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_no_port() {
        for image in ["nginx", "nginx:latest", "localhost:5000/web", "acme/web:", "registry.example/a:1/web"] {
            assert!(is_latest(image), "{image}");
        }
        for image in
            ["nginx:1.27", "localhost:5000/web:1", "web@sha256:0123", "web:latest@sha256:0123", "web:latest-arm"]
        {
            assert!(!is_latest(image), "{image}");
        }
    }

    #[test]
    fn a_registry_ends_where_its_name_ends() {
        let is_trusted = |image: &str, trusted: &str| begins_with(&with_registry(image), trusted);
        for (image, trusted) in [
            ("nginx:1", "docker.io/library/"),
            ("acme/web", "docker.io/acme"),
            ("ghcr.io/acme/web:1", "ghcr.io/acme/"),
            ("ghcr.io/acme/web:1", "ghcr.io/acme/web"),
            ("localhost/web", "localhost"),
        ] {
            assert!(is_trusted(image, trusted), "{image} {trusted}");
        }
        for (image, trusted) in [
            ("ghcr.io/acme-evil/web", "ghcr.io/acme"),
            ("ghcr.io.evil.example/acme/web", "ghcr.io"),
            (
                "docker.io/evil/111122223333.dkr.ecr.us-west-2.amazonaws.com/web",
                "111122223333.dkr.ecr.us-west-2.amazonaws.com",
            ),
            ("acme/web", "docker.io/library"),
        ] {
            assert!(!is_trusted(image, trusted), "{image} {trusted}");
        }
    }
}
