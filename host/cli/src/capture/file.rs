//! Where a recording goes.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gatecheck_core::facts::task::Task;
use gatecheck_core::facts::{Facts, Family};

use super::CaptureError;
use crate::input::InputError;

/// Writes a recording to a file, into a directory, or into this one; and tells where it is.
pub(super) fn write(output: Option<&Path>, facts: &Facts, text: &[u8]) -> Result<PathBuf, InputError> {
    let path = match output {
        None => default_name(facts),
        Some(directory) if directory.is_dir() => directory.join(default_name(facts)),
        Some(file) => file.to_owned(),
    };
    // The task may be gone, and what was recorded of it once cannot be recorded again.
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    match file.and_then(|mut file| file.write_all(text)) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(CaptureError::Exists { path }.into()),
        Err(source) => Err(InputError::Unwritable { path, source }),
    }
}

/// `SERVICE-ID.json`, `FAMILY-ID.json`.
fn default_name(facts: &Facts) -> PathBuf {
    let task = facts.get(Family::Task).and_then(|task| Task::from_document(task.as_result().ok()?).ok());
    let (name, arn) = task.map(|task| (task.service.unwrap_or(task.family), task.arn)).unwrap_or_default();
    let id = arn.rsplit('/').next().unwrap_or_default();
    let stays = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let name = format!("{name}-{id}").replace(|character| !stays(character), "-");
    format!("{name}.json").into()
}

#[cfg(test)]
mod tests {
    use gatecheck_core::facts::Fact;
    use serde_json::{Value, json};

    use super::*;

    fn name(task: Value) -> String {
        default_name(&Facts::from_iter([(Family::Task, Fact::known(task))])).display().to_string()
    }

    #[test]
    fn the_name_is_that_of_the_service_or_family() {
        let task = json!({"taskArn": "arn:aws:ecs:us-west-2:1:task/prod/c13b", "group": "service:web",
            "taskDefinitionArn": "arn:aws:ecs:us-west-2:1:task-definition/web-app:42"});
        assert_eq!(name(task.clone()), "web-c13b.json");
        let mut alone = task;
        alone["group"] = "family:web-app".into();
        assert_eq!(name(alone.clone()), "web-app-c13b.json");
        alone["taskDefinitionArn"] = "../..".into();
        assert_eq!(name(alone), "---c13b.json");
    }
}
