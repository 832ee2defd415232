//! Signs of life while something takes long.

use std::borrow::Cow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const TICK: Duration = Duration::from_millis(200);

/// Waits for `work`, and shows on a terminal what is waited for.
pub(crate) async fn show<T>(what: &'static str, work: impl Future<Output = T>) -> T {
    let bar = start(what, "{spinner} {msg} {elapsed:.dim}");
    let done = work.await;
    bar.finish_and_clear();
    done
}

/// The same for work that blocks.
pub(crate) fn block<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let bar = start(what.to_owned(), "{spinner} {msg} {elapsed:.dim}");
    let done = work();
    bar.finish_and_clear();
    done
}

/// The same for work that tells how many of how many parts are done.
#[cfg(feature = "network")]
pub(crate) async fn count<T>(what: &'static str, work: impl AsyncFnOnce(&dyn Fn(usize, usize)) -> T) -> T {
    let bar = start(what, "{spinner} storing the {msg} {pos}/{len} {elapsed:.dim}");
    let done = work(&|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })
    .await;
    bar.finish_and_clear();
    done
}

/// Work that blocks this thread is shown from another one.
fn start(what: impl Into<Cow<'static, str>>, template: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(TICK);
    bar
}
