//! `--watch`: runs the cases again whenever a file changes that they depend on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use super::find::find;
use super::once;
use super::plan::Plan;
use super::results::Problem;
use crate::args::TestArgs;
use crate::exit::Exit;
use crate::host::Host;
use crate::input::InputError;
use crate::render::{BAD, QUIET, visible};

/// Files are looked at that often. Notifications would be another mechanism on each system, for a dozen files.
const PAUSE: Duration = Duration::from_millis(300);

/// When each file was last changed, and its size; none if it is not there.
type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// Runs until it is interrupted, or nobody reads what it prints.
pub(super) async fn watch(host: &Host, args: &TestArgs, out: &mut impl Write) -> Result<Exit, InputError> {
    // A path that does not exist is a slip of the hand, not a change to wait for.
    find(&args.path)?;
    let mut files = BTreeSet::new();
    loop {
        let before = match Plan::of(host, args).await {
            Ok(plan) => {
                files.clone_from(&plan.files);
                // What changes from here on is seen, though it may be read only now.
                let before = stamps(args, &files);
                once(host, args, plan, out).await?;
                before
            }
            Err(error) => {
                let problem = Problem::from(error);
                writeln!(out, "{BAD}error{BAD:#}: {}", visible(&problem.message)).map_err(InputError::Output)?;
                stamps(args, &files)
            }
        };
        let count = before.values().flatten().count();
        writeln!(out, "\n{QUIET}watching {count} files; interrupt it to end{QUIET:#}").map_err(InputError::Output)?;
        out.flush().map_err(InputError::Output)?;
        let changed = loop {
            sleep(PAUSE);
            if let Some(changed) = first_change(&before, &stamps(args, &files)) {
                break changed;
            }
        };
        let changed = visible(&changed.display().to_string());
        writeln!(out, "{QUIET}{changed} has changed{QUIET:#}\n").map_err(InputError::Output)?;
    }
}

/// Of the files that are read, and of what would be found now.
fn stamps(args: &TestArgs, files: &BTreeSet<PathBuf>) -> Stamps {
    let found = find(&args.path).unwrap_or_default();
    let found = found.iter().map(|found| found.path().to_owned());
    let stamp = |path: PathBuf| {
        // What matters of a folder is that it is a case.
        let metadata = fs::metadata(&path).ok().filter(|metadata| !metadata.is_dir());
        let stamp = metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
        (path, stamp)
    };
    found.chain(files.iter().cloned()).map(stamp).collect()
}

fn first_change(before: &Stamps, after: &Stamps) -> Option<PathBuf> {
    before.keys().chain(after.keys()).find(|path| before.get(*path) != after.get(*path)).cloned()
}
