//! Regular expressions with the meaning Python gives them.
//!
//! [`Pattern`] reads the syntax of Python 3.11's `re` module, translates it for
//! [`fancy_regex`] and refuses what that engine cannot reproduce, so that an
//! answer is either Python's answer or an error, never a silent difference.
//!
//! The translation leaves little to the dialect of the engine: literals become
//! hexadecimal escapes, sets become plain ranges, flags are resolved here, and
//! letter case is folded here with Python's rules. Code points that Unicode
//! assigned after version 14.0, the one Python 3.11 has, are neither letters nor
//! digits and have no case.

use fancy_regex::{Regex, RegexBuilder};

use self::parser::Parser;

mod node;
mod parser;
mod set;
mod tokens;

#[cfg(test)]
mod tests;

/// Longest pattern accepted, in characters.
const MAX_LENGTH: usize = 4096;
/// Deepest nesting of groups. The engine has a limit of 64 of its own.
const MAX_DEPTH: usize = 50;
/// Largest estimated size of the compiled pattern, in characters to match.
const MAX_WEIGHT: u64 = 100_000;
/// Steps back the engine may take in one search.
const BACKTRACK_LIMIT: usize = 100_000;

/// A pattern with the meaning Python 3.11's `re.search` gives it.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    regex: Regex,
}

impl Pattern {
    /// Compiles `source` as `re.compile(source)` would. Refuses what Python
    /// refuses, what cannot be reproduced exactly, and what is too large.
    pub(crate) fn new(source: &str) -> Result<Self, PatternError> {
        RegexBuilder::new(&Parser::new(source)?.pattern()?)
            .backtrack_limit(BACKTRACK_LIMIT)
            // Rewriting nested repetitions changes what an atomic group matches.
            .optimize(false)
            .build()
            .map(|regex| Self { regex })
            .map_err(|error| PatternError::Refused { message: error.to_string() })
    }

    /// Whether the pattern occurs anywhere in `text`, as
    /// `re.search(source, text) is not None`. Gives up on a search that
    /// backtracks too much.
    pub(crate) fn is_match(&self, text: &str) -> Result<bool, MatchError> {
        self.regex.is_match(text).map_err(|_| MatchError::GaveUp)
    }
}

/// Why a pattern was refused. Offsets count characters from zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    /// The pattern is too long.
    #[error("pattern has {length} characters, the limit is {MAX_LENGTH}")]
    TooLong {
        /// Number of characters in the pattern.
        length: usize,
    },
    /// Groups are nested too deeply.
    #[error("groups nested deeper than {MAX_DEPTH} levels at offset {offset}")]
    TooDeep {
        /// Where the innermost group begins.
        offset: usize,
    },
    /// Repetitions multiply to a program that would be too large.
    #[error("pattern is too large once its repetitions are expanded")]
    TooLarge,
    /// Python refuses the pattern too.
    #[error("{message} at offset {offset}")]
    Syntax {
        /// What is wrong.
        message: String,
        /// Where it is wrong.
        offset: usize,
    },
    /// Python accepts the pattern, but its meaning cannot be reproduced exactly.
    #[error("unsupported {feature} at offset {offset}")]
    Unsupported {
        /// What is not supported.
        feature: &'static str,
        /// Where it is used.
        offset: usize,
    },
    /// The engine did not accept the translated pattern.
    #[error("engine refused the pattern: {message}")]
    Refused {
        /// What the engine said.
        message: String,
    },
}

/// Why a search has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MatchError {
    /// The search backtracked too much.
    #[error("search gave up after {BACKTRACK_LIMIT} steps of backtracking")]
    GaveUp,
}

type Result<T, E = PatternError> = std::result::Result<T, E>;

fn syntax<T>(message: impl Into<String>, offset: usize) -> Result<T> {
    Err(PatternError::Syntax { message: message.into(), offset })
}

fn unsupported<T>(feature: &'static str, offset: usize) -> Result<T> {
    Err(PatternError::Unsupported { feature, offset })
}
