//! How much work a look at a text is: bytes that were looked at. Tests hold it against the length of the text, since who writes
//! texts must not choose how long others take to read them.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// So many bytes are looked at.
#[cfg(test)]
pub(super) fn count(bytes: usize) {
    STEPS.with(|steps| steps.set(steps.get() + bytes));
}

/// Nobody counts.
#[cfg(not(test))]
#[inline]
pub(super) fn count(_: usize) {}

/// The bytes that `work` looks at.
#[cfg(test)]
pub(super) fn of<T>(work: impl FnOnce() -> T) -> usize {
    let before = STEPS.with(std::cell::Cell::get);
    work();
    STEPS.with(std::cell::Cell::get) - before
}
