//! Images run in versions that are still looked after: `{"images": {"web": ">=1.4, <2"}}`.
//!
//! A requirement is a type of the crate `semver`, so one that is none is a mistake in the settings, told with its place, before
//! any task is judged.

use std::collections::BTreeMap;

use gatecheck_sdk::{Facts, Severity, Verdict, Violation, policy};
use schemars::JsonSchema;
use semver::{Version, VersionReq};
use serde::Deserialize;

/// What is looked after.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The versions that may run, by the last part of an image's name. Images that are not named may run in any.
    #[schemars(with = "BTreeMap<String, String>")]
    images: BTreeMap<String, VersionReq>,
}

policy!(evaluate);

fn evaluate(settings: &Settings, facts: &Facts, verdict: &mut Verdict) {
    verdict.rule("supported", |rule| {
        for container in facts.containers()? {
            // A container that AWS injected has no image.
            let Some(image) = container.image else { continue };
            let (name, tag) = name_and_tag(&image);
            let Some(required) = settings.images.get(name) else { continue };
            let message = match version(tag) {
                Some(version) if required.matches(&version) => continue,
                Some(version) => format!("`{name}` {version} is no longer looked after"),
                None => format!("`{name}` does not say its version: `{tag}`"),
            };
            let violation = Violation::new(container.name, "image", message).severity(Severity::High);
            let remediation = format!("run a version that is {required}");
            rule.violated(violation.found(&image).allowed(required).check("semver").remediation(remediation));
        }
        Ok(())
    });
}

/// `registry:5000/team/web:1.4.2@sha256:..` → `web`, `1.4.2`.
fn name_and_tag(image: &str) -> (&str, &str) {
    let last = image.rsplit('/').next().unwrap_or_default();
    let last = last.split('@').next().unwrap_or_default();
    last.split_once(':').unwrap_or((last, ""))
}

/// Tags leave out zeroes, and have a `v` in front.
fn version(tag: &str) -> Option<Version> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    [tag.to_owned(), format!("{tag}.0"), format!("{tag}.0.0")].iter().find_map(|tag| Version::parse(tag).ok())
}

#[cfg(test)]
mod tests {
    use gatecheck_sdk::testing::{container, judge, recorded};

    use super::*;

    const SETTINGS: &str = r#"{"images": {"web": ">=1.4, <2"}}"#;

    fn broken(image: &str) -> usize {
        let facts = recorded("fargate-private").with_containers(Ok(vec![container("it", image)]));
        judge(evaluate, SETTINGS, &facts).unwrap().violations.len()
    }

    #[test]
    fn supported_versions_pass_however_they_are_written() {
        for image in ["web:1.4.2", "web:v1.9", "registry:5000/team/web:1.4.2@sha256:0123", "nginx:0.1", "nginx"] {
            assert_eq!(broken(image), 0, "{image}");
        }
        for image in ["web:1.3.9", "web:2", "web:latest", "web", "web@sha256:0123"] {
            assert_eq!(broken(image), 1, "{image}");
        }
    }

    #[test]
    fn a_requirement_that_is_none_is_a_mistake_in_the_settings() {
        let problems = judge(evaluate, r#"{"images": {"web": "new"}}"#, &Facts::given()).unwrap_err();
        assert_eq!(problems[0].pointer, "/images/web");
    }
}
