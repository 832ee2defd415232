use std::path::{Path, PathBuf};

use super::BuildError;
use crate::tool::{Printed, Run};

pub(super) fn build(
    project: &Path,
    _: &mut dyn FnMut(Run) -> Result<Printed, BuildError>,
) -> Result<PathBuf, BuildError> {
    Err(BuildError::NotAProject(project.to_owned()))
}
