//! What is going on: one line on standard error that is written over, so that nothing scrolls past.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The line.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// On a terminal.
    pub fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed:>4}  {prefix}: {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        Self(bar)
    }

    /// Nowhere.
    pub fn hidden() -> Self {
        Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()))
    }

    /// Which section is measured from now on.
    pub fn section(&self, name: &str) {
        self.0.set_prefix(name.to_owned());
    }

    /// What is done from now on.
    pub fn say(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// Prints to standard output, where the line does not stand.
    pub fn print(&self, text: &str) {
        self.0.suspend(|| println!("{text}"));
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
