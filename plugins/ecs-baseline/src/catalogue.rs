//! The catalogues whose controls rules name, the profiles, and the controls that no rule evaluates yet.

use crate::rule::{Level, Rule};

/// What `controls` begin with, and what the catalogue is called.
pub(crate) const CATALOGUES: [(&str, &str); 8] = [
    ("security-hub", "AWS Security Hub CSPM"),
    ("aws-config", "AWS Config"),
    ("cis-compute-1.1.0", "CIS AWS Compute Services Benchmark 1.1.0"),
    ("control-tower", "AWS Control Tower"),
    ("checkov", "Checkov"),
    ("prowler", "Prowler"),
    ("trivy", "Trivy"),
    ("kics", "KICS"),
];

/// A choice of rules.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Profile {
    /// Rules up to a level.
    Level(Level),
    /// Rules that have a control of a catalogue.
    Catalogue(&'static str),
}

impl Profile {
    pub(crate) fn has(self, rule: &Rule) -> bool {
        match self {
            Self::Level(Level::Strict) => true,
            Self::Level(level) => rule.level == level,
            Self::Catalogue(name) => controls_of(rule, name).next().is_some(),
        }
    }
}

/// By name; the first one is taken where none is named.
pub(crate) const PROFILES: [(&str, Profile); 10] = [
    ("recommended", Profile::Level(Level::Recommended)),
    ("strict", Profile::Level(Level::Strict)),
    ("security-hub", Profile::Catalogue("security-hub")),
    ("aws-config", Profile::Catalogue("aws-config")),
    ("cis-compute-1.1.0", Profile::Catalogue("cis-compute-1.1.0")),
    ("control-tower", Profile::Catalogue("control-tower")),
    ("checkov", Profile::Catalogue("checkov")),
    ("prowler", Profile::Catalogue("prowler")),
    ("trivy", Profile::Catalogue("trivy")),
    ("kics", Profile::Catalogue("kics")),
];

/// The names that a rule has in a catalogue.
pub(crate) fn controls_of<'a>(rule: &'a Rule, catalogue: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    rule.controls.iter().copied().filter(move |control| control.split_once(':').is_some_and(|(of, _)| of == catalogue))
}

const NO_TAGS_OF_DEFINITIONS: &str = "the tags of a task definition are not among the facts";
const NO_CAPACITY_PROVIDERS: &str = "capacity providers are not among the facts";
const NO_VALUES: &str = "a fact that finds secrets by their values, without showing them, is not available yet; \
                         `container-environment-keys` has the names that AWS lists";

/// Controls that cannot be evaluated yet, and why.
pub(crate) const NOT_EVALUATED: [(&str, &str); 7] = [
    ("security-hub:ECS.15", NO_TAGS_OF_DEFINITIONS),
    ("security-hub:ECS.19", NO_CAPACITY_PROVIDERS),
    ("aws-config:ecs-capacity-provider-tagged", NO_CAPACITY_PROVIDERS),
    ("aws-config:ecs-capacity-provider-termination-check", NO_CAPACITY_PROVIDERS),
    ("cis-compute-1.1.0:3.12", NO_TAGS_OF_DEFINITIONS),
    ("prowler:ecs_task_definitions_no_environment_secrets", NO_VALUES),
    ("trivy:AWS-0036", NO_VALUES),
];
