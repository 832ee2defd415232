//! What is written.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::deployment::Deployment;
use super::error::MigrateError;
use super::samconfig::{self, PREFIX};
use super::translation::Translation;
use crate::input::InputError;

/// A file, not written yet.
pub(super) struct File {
    pub(super) path: PathBuf,
    /// What it is, in a few words.
    pub(super) what: String,
    content: String,
}

/// Where the policy goes.
pub(super) fn policy_path(output: &Path, translation: &Translation) -> PathBuf {
    output.join("policies").join(format!("{}.json", translation.name))
}

/// Where the sink goes.
pub(super) fn sink_path(output: &Path) -> PathBuf {
    output.join("sinks/alerts.json")
}

/// Where the configuration of the stack goes.
pub(super) fn samconfig_path(output: &Path) -> PathBuf {
    output.join("samconfig.toml")
}

/// All of them.
pub(super) fn files(output: &Path, deployment: &Deployment, translation: &Translation) -> Vec<File> {
    let (before, after) = translation.statements;
    let mut files = vec![File {
        path: policy_path(output, translation),
        what: format!("{after} of {before} statement{}", if before == 1 { "" } else { "s" }),
        content: format!("{:#}\n", translation.entry),
    }];
    if let Some(key) = &deployment.alert_key {
        let url = format!("ssm:{PREFIX}/secrets/alert-webhook");
        files.push(File {
            path: sink_path(output),
            what: format!("posts to the webhook under the key `{key}`"),
            content: format!("{:#}\n", json!({"type": "slack-workflow", "url": url, "key": key})),
        });
    }
    files.push(File {
        path: samconfig_path(output),
        what: format!("for the stack {}", samconfig::new_stack(deployment)),
        content: samconfig::written(deployment),
    });
    files
}

/// Writes all of them, or none if one is there already.
pub(super) fn write(files: &[File]) -> Result<(), InputError> {
    if let Some(file) = files.iter().find(|file| file.path.symlink_metadata().is_ok()) {
        return Err(MigrateError::Exists { path: file.path.clone() }.into());
    }
    for File { path, content, .. } in files {
        let directory = path.parent().map_or(Ok(()), fs::create_dir_all);
        let file = directory.and_then(|()| OpenOptions::new().write(true).create_new(true).open(path));
        file.and_then(|mut file| file.write_all(content.as_bytes()))
            .map_err(|source| InputError::Unwritable { path: path.clone(), source })?;
    }
    Ok(())
}
