//! Regular expressions with the meaning Python gives them.
//!
//! [`Pattern`] reads the syntax of Python 3.11's `re` module into a small program
//! and searches as `re` does, one way after the other: what comes first, how a
//! repetition of nothing ends, and what a group holds when a way has failed are
//! questions that only an engine of the same kind answers in the same way. What
//! cannot be reproduced is refused, so that an answer is either Python's answer
//! or an error, never a silent difference.
//!
//! Code points that Unicode assigned after version 14.0, the one Python 3.11 has,
//! are neither letters nor digits and have no case.

use self::parser::Parser;
use self::program::Program;
use self::search::Search;

mod group;
mod parser;
mod program;
mod search;
mod set;
mod tokens;
mod unicode;

#[cfg(test)]
mod tests;

/// Longest pattern accepted, in characters.
const MAX_LENGTH: usize = 4096;
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 50;
/// Steps one search may take.
const MAX_STEPS: u32 = 1_000_000;

/// A pattern with the meaning Python 3.11's `re.search` gives it.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    program: Program,
}

impl Pattern {
    /// Compiles `source` as `re.compile(source)` would. Refuses what Python
    /// refuses, what cannot be reproduced exactly, and what is too large.
    pub(crate) fn new(source: &str) -> Result<Self, PatternError> {
        Ok(Self { program: Parser::new(source)?.program()? })
    }

    /// Whether the pattern occurs anywhere in `text`, as
    /// `re.search(source, text) is not None`. Gives up on a search that
    /// backtracks too much.
    pub(crate) fn is_match(&self, text: &str) -> Result<bool, MatchError> {
        Search::new(&self.program, text).finds()
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
}

/// Why a search has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MatchError {
    /// The search backtracked too much.
    #[error("search gave up after {MAX_STEPS} steps of backtracking")]
    GaveUp,
}

type Result<T, E = PatternError> = std::result::Result<T, E>;

fn syntax<T>(message: impl Into<String>, offset: usize) -> Result<T> {
    Err(PatternError::Syntax { message: message.into(), offset })
}

fn unsupported<T>(feature: &'static str, offset: usize) -> Result<T> {
    Err(PatternError::Unsupported { feature, offset })
}
