//! The search for a match: one way after the other, in the order of Python's own.
//!
//! Where to go on when a way fails is kept on a stack of frames, never in recursion. A search that goes on for long begins to
//! remember from where it failed, which makes it linear in the length of the text, but for patterns with references, counted
//! rounds of groups, and atomic groups. Those end after a number of steps.

use super::program::{ENDLESS, Fold, Instruction, Item, Kind, Loop, Needed, Position, Program, Start, Sub};
use super::{MAX_STEPS, MatchError, unicode};

/// Steps before a search begins to remember.
const STEPS_WITHOUT_MEMORY: u32 = 1000;
/// Places a search can remember.
const MAX_MEMORY: usize = 1 << 20;
/// A position or count that is none.
const NONE: usize = usize::MAX;

/// What to do when a way fails.
#[derive(Debug, Clone, Copy)]
enum Frame {
    /// Go another way.
    Try { at: usize, position: usize },
    /// Give back one character of a greedy loop, down to a position.
    Shorter { at: usize, lowest: usize, position: usize },
    /// Take one more character in a lazy loop.
    Longer { at: usize, position: usize, count: u32 },
    /// Go another round of a lazy repetition.
    Round { at: usize, position: usize },
    /// Set a slot back.
    Undo { slot: usize, value: usize },
    /// Leave what a `Sub` looks at.
    Leave { at: usize, position: usize, outer: Inside },
}

/// Inside of which `Sub` the search is.
#[derive(Debug, Clone, Copy)]
struct Inside {
    /// Its frame on the stack.
    frame: usize,
    /// A number, if to have failed from a place means to fail there again wherever the number is the same.
    run: Option<u32>,
}

/// Where to go on: instruction and position.
type Way = Option<(usize, usize)>;

pub(super) struct Search<'a> {
    program: &'a Program,
    text: &'a str,
    is_ascii: bool,
    frames: Vec<Frame>,
    /// Two positions of each group, then count and last position of each register.
    slots: Vec<usize>,
    inside: Inside,
    /// The number of the next run.
    runs: u32,
    steps: u32,
    /// The run in which an instruction was seen at a position, for each of both.
    seen: Vec<u32>,
}

impl<'a> Search<'a> {
    pub(super) fn new(program: &'a Program, text: &'a str) -> Self {
        let slots = 2 * (program.groups + program.registers);
        Self {
            program,
            text,
            is_ascii: text.is_ascii(),
            frames: Vec::new(),
            slots: vec![NONE; slots],
            inside: Inside { frame: NONE, run: (!program.refers).then_some(1) },
            runs: 2,
            steps: 0,
            seen: Vec::new(),
        }
    }

    /// Whether there is a match anywhere.
    pub(super) fn finds(mut self) -> Result<bool, MatchError> {
        let mut next = self.next_start(0);
        while let Some(start) = next {
            if self.matches_from(start)? {
                return Ok(true);
            }
            next = self.next_start(start + 1);
        }
        Ok(false)
    }

    /// The first position from `from` on where a match can begin.
    fn next_start(&self, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        match self.program.start {
            _ if from == 0 && !matches!(self.program.start, Start::With(_)) => Some(0),
            Start::Text => None,
            Start::Line if self.byte(from.wrapping_sub(1)) == Some(b'\n') => Some(from),
            Start::Line => rest.iter().position(|byte| *byte == b'\n').map(|ahead| from + ahead + 1),
            Start::With(first) => {
                let found =
                    rest.iter().position(|byte| if byte.is_ascii() { first.holds(*byte) } else { *byte >= 0xC0 });
                found.map(|ahead| from + ahead)
            }
            Start::Anywhere => (from..=self.text.len()).find(|position| self.text.is_char_boundary(*position)),
        }
    }

    fn matches_from(&mut self, start: usize) -> Result<bool, MatchError> {
        self.slots.fill(NONE);
        let (mut at, mut position) = (0, start);
        while let Some(instruction) = self.program.instructions.get(at) {
            let way = match *instruction {
                Instruction::One(item) => self.one(item, position).map(|position| (at + 1, position)),
                Instruction::Loop(repeated) => self.begin_loop(at, position, repeated),
                Instruction::At(place) => self.holds(place, position).then_some((at + 1, position)),
                Instruction::Split { remembers: true, .. } if self.was_seen(at, position) => None,
                Instruction::Split { first, second, .. } => {
                    self.frames.push(Frame::Try { at: at.wrapping_add_signed(second), position });
                    Some((at.wrapping_add_signed(first), position))
                }
                Instruction::Jump(by) => Some((at.wrapping_add_signed(by), position)),
                Instruction::Mark(slot) => {
                    self.set(slot, position);
                    Some((at + 1, position))
                }
                Instruction::Count { register, until } => {
                    let (count, last) = self.register(register);
                    self.set(count, 0);
                    self.set(last, NONE);
                    Some((at.wrapping_add_signed(until), position))
                }
                Instruction::Until { lazy, .. } => {
                    self.step()?;
                    self.between_rounds(at, position, !lazy)
                }
                Instruction::Sub { kind, .. } => self.enter(at, position, kind),
                Instruction::End => self.leave(position),
                Instruction::Reference { group, fold } => {
                    self.reference(group, fold, position).map(|position| (at + 1, position))
                }
                Instruction::Unless { group, other } => {
                    let next = if self.matched(group).is_some() { at + 1 } else { at.wrapping_add_signed(other) };
                    Some((next, position))
                }
            };
            match way {
                Some(next) => (at, position) = next,
                None => match self.back()? {
                    Some(next) => (at, position) = next,
                    None => return Ok(false),
                },
            }
        }
        Ok(true)
    }

    /// Where the last way that is left goes on.
    fn back(&mut self) -> Result<Way, MatchError> {
        while let Some(frame) = self.frames.pop() {
            let way = match frame {
                Frame::Try { at, position } => Some((at, position)),
                Frame::Shorter { at, lowest, position } => self.shorter(at, lowest, position),
                Frame::Longer { at, position, count } => self.longer(at, position, count),
                Frame::Round { at, position } => self.between_rounds(at, position, true),
                Frame::Undo { slot, value } => {
                    self.undo(slot, value);
                    continue;
                }
                Frame::Leave { at, position, outer } => {
                    self.inside = outer;
                    match self.program.instructions.get(at) {
                        Some(Instruction::Sub { kind: Sub::LookNot { .. }, behind }) => {
                            Some((at.wrapping_add_signed(*behind), position))
                        }
                        _ => None,
                    }
                }
            };
            self.step()?;
            if way.is_some() {
                return Ok(way);
            }
        }
        Ok(None)
    }

    fn step(&mut self) -> Result<(), MatchError> {
        self.steps += 1;
        if self.steps >= STEPS_WITHOUT_MEMORY && self.seen.is_empty() {
            let places = self.program.len().saturating_mul(self.text.len() + 1);
            if places <= MAX_MEMORY {
                self.seen = vec![0; places];
            }
        }
        if self.steps > MAX_STEPS { Err(MatchError::GaveUp) } else { Ok(()) }
    }

    /// To run through a long text again and again takes time, too.
    fn ran(&mut self, length: usize) {
        self.steps = self.steps.saturating_add(u32::try_from(length / 64).unwrap_or(MAX_STEPS));
    }

    /// Whether the search has been here before, and failed or is about to.
    fn was_seen(&mut self, at: usize, position: usize) -> bool {
        let Some(run) = self.inside.run else { return false };
        match self.seen.get_mut(at * (self.text.len() + 1) + position) {
            Some(seen) if *seen == run => true,
            Some(seen) => {
                *seen = run;
                false
            }
            None => false,
        }
    }

    fn begin_loop(&mut self, at: usize, start: usize, repeated: Loop) -> Way {
        let Loop { item, low, high, kind, remembers, .. } = repeated;
        if remembers && high != ENDLESS && self.was_seen(at, start) {
            return None;
        }
        let mut position = start;
        for _ in 0..low {
            position = self.one(item, position)?;
        }
        let remembers = remembers && high == ENDLESS && kind != Kind::Possessive;
        if remembers && self.was_seen(at, position) {
            return None;
        }
        if kind == Kind::Lazy {
            self.frames.push(Frame::Longer { at, position, count: low });
            return Some((at + 1, position));
        }
        let lowest = position;
        if let (Item::NotNewline, ENDLESS, true) = (item, high, self.seen.is_empty()) {
            let rest = self.text.as_bytes().get(position..)?;
            position += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        }
        for _ in low..high {
            match self.one(item, position) {
                // Whatever is found from there on has been looked for.
                Some(next) if remembers && self.was_seen(at, next) => break,
                Some(next) => position = next,
                None => break,
            }
        }
        self.ran(position - start);
        if kind == Kind::Greedy && position > lowest {
            self.frames.push(Frame::Shorter { at, lowest, position });
        }
        Some((at + 1, position))
    }

    fn shorter(&mut self, at: usize, lowest: usize, position: usize) -> Way {
        let needed = match self.program.instructions.get(at) {
            Some(Instruction::Loop(Loop { then, .. })) => then.filter(|needed| needed.later == 0 || self.is_ascii),
            _ => None,
        };
        let position = match needed {
            Some(Needed { byte, later }) => {
                let bytes = self.text.as_bytes();
                let end = bytes.len().min(position + later);
                let ahead = bytes.get(lowest + later..end)?.iter().rposition(|other| *other == byte)?;
                self.ran(position - lowest - ahead);
                lowest + ahead
            }
            None => self.before(position)?,
        };
        if position > lowest {
            self.frames.push(Frame::Shorter { at, lowest, position });
        }
        Some((at + 1, position))
    }

    fn longer(&mut self, at: usize, position: usize, count: u32) -> Way {
        let Some(Instruction::Loop(Loop { item, high, remembers, .. })) = self.program.instructions.get(at).copied()
        else {
            return None;
        };
        if count == high {
            return None;
        }
        let position = self.one(item, position)?;
        if remembers && high == ENDLESS && self.was_seen(at, position) {
            return None;
        }
        self.frames.push(Frame::Longer { at, position, count: count.saturating_add(1) });
        Some((at + 1, position))
    }

    /// Goes another round if there may be one, otherwise on. A round that matched nothing is the last one.
    fn between_rounds(&mut self, at: usize, position: usize, may_repeat: bool) -> Way {
        let Some(Instruction::Until { register, low, high, lazy, body }) = self.program.instructions.get(at).copied()
        else {
            return None;
        };
        let (count_slot, last_slot) = self.register(register);
        let (count, last) = (self.slot(count_slot), self.slot(last_slot));
        let body = (at.wrapping_add_signed(body), position);
        let too_few = |limit: u32| usize::try_from(limit).is_ok_and(|limit| count < limit);
        if too_few(low) {
            self.set(count_slot, count + 1);
            return Some(body);
        }
        let repeats = (high == ENDLESS || too_few(high)) && position != last;
        if !may_repeat {
            self.frames.push(Frame::Round { at, position });
            return Some((at + 1, position));
        }
        if !repeats {
            return (!lazy).then_some((at + 1, position));
        }
        if !lazy {
            self.frames.push(Frame::Try { at: at + 1, position });
        }
        self.set(count_slot, count + 1);
        self.set(last_slot, position);
        Some(body)
    }

    fn enter(&mut self, at: usize, position: usize, kind: Sub) -> Way {
        let back = match kind {
            Sub::Atomic => 0,
            Sub::Look { back } | Sub::LookNot { back } => back,
        };
        let begin = (0..back).try_fold(position, |position, _| self.before(position));
        let Some(begin) = begin else {
            let Some(Instruction::Sub { kind: Sub::LookNot { .. }, behind }) = self.program.instructions.get(at) else {
                return None;
            };
            return Some((at.wrapping_add_signed(*behind), position));
        };
        let run = (kind != Sub::Atomic && !self.program.refers).then_some(self.runs);
        let frame = self.frames.len();
        self.frames.push(Frame::Leave { at, position, outer: self.inside });
        self.inside = Inside { frame, run };
        Some((at + 1, begin))
    }

    /// What a `Sub` looks at was found.
    fn leave(&mut self, position: usize) -> Way {
        let above = self.frames.split_off(self.inside.frame + 1);
        let Some(Frame::Leave { at, position: before, outer }) = self.frames.pop() else { return None };
        self.inside = outer;
        // What led to this was seen, and yet has not failed.
        self.runs += 1;
        let Some(Instruction::Sub { kind, behind }) = self.program.instructions.get(at) else { return None };
        // No other way through it is tried, but what it noted is undone when the search goes back to before it.
        let undo = above.into_iter().filter(|frame| matches!(frame, Frame::Undo { .. }));
        self.frames.extend(undo);
        let behind = at.wrapping_add_signed(*behind);
        match kind {
            Sub::Atomic => Some((behind, position)),
            Sub::Look { .. } => Some((behind, before)),
            Sub::LookNot { .. } => None,
        }
    }

    fn reference(&self, group: usize, fold: Fold, position: usize) -> Option<usize> {
        let wanted = self.matched(group)?;
        let rest = self.text.get(position..)?;
        let mut found = rest.chars();
        let same = |left: char, right: char| match fold {
            Fold::Nothing => left == right,
            Fold::Ascii => left.eq_ignore_ascii_case(&right),
            Fold::Unicode => unicode::same_lower(left, right),
        };
        let is_found = wanted.chars().all(|wanted| found.next().is_some_and(|found| same(wanted, found)));
        is_found.then(|| self.text.len() - found.as_str().len())
    }

    /// What a group matched.
    fn matched(&self, group: usize) -> Option<&'a str> {
        self.text.get(self.slot(2 * group)..self.slot(2 * group + 1))
    }

    fn register(&self, register: usize) -> (usize, usize) {
        let first = 2 * (self.program.groups + register);
        (first, first + 1)
    }

    fn slot(&self, slot: usize) -> usize {
        self.slots.get(slot).copied().unwrap_or(NONE)
    }

    fn set(&mut self, slot: usize, value: usize) {
        if let Some(old) = self.slots.get_mut(slot) {
            let value = std::mem::replace(old, value);
            if !self.frames.is_empty() {
                self.frames.push(Frame::Undo { slot, value });
            }
        }
    }

    fn undo(&mut self, slot: usize, value: usize) {
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = value;
        }
    }

    /// The position behind a character, if it is one that `item` matches.
    fn one(&self, item: Item, position: usize) -> Option<usize> {
        let byte = self.byte(position)?;
        let c = if byte.is_ascii() { char::from(byte) } else { self.text.get(position..)?.chars().next()? };
        self.program.holds(item, c).then(|| position + c.len_utf8())
    }

    fn byte(&self, position: usize) -> Option<u8> {
        self.text.as_bytes().get(position).copied()
    }

    /// The position of the character before a position.
    fn before(&self, position: usize) -> Option<usize> {
        (0..position).rev().find(|position| self.text.is_char_boundary(*position))
    }

    fn holds(&self, place: Position, position: usize) -> bool {
        let is_end = position == self.text.len();
        match place {
            Position::Start => position == 0,
            Position::LineStart => position == 0 || self.byte(position - 1) == Some(b'\n'),
            Position::End => is_end,
            Position::LineEnd => is_end || self.byte(position) == Some(b'\n'),
            Position::LastLineEnd => is_end || position + 1 == self.text.len() && self.byte(position) == Some(b'\n'),
            Position::Boundary { ascii, negated } => {
                let is_word = |c: char| (c.is_ascii() || !ascii) && unicode::is_word(c);
                let (before, after) = self.text.split_at_checked(position).unwrap_or_default();
                let differs =
                    before.chars().next_back().is_some_and(is_word) != after.chars().next().is_some_and(is_word);
                // Neither is found in an empty text.
                !self.text.is_empty() && differs != negated
            }
        }
    }
}
