//! What a pattern becomes: a flat list of instructions. Jumps are relative, so that a piece of a program can be moved.

use super::set::{Ascii, Category, Set};

/// An instruction. Without a word on where to go on, it is at the next one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Instruction {
    /// Matches one character.
    One(Item),
    /// Matches a character again and again.
    Loop(Loop),
    /// Holds at this position, or fails.
    At(Position),
    /// Goes one way, and the other one if that fails.
    Split {
        first: isize,
        second: isize,
        remembers: bool,
    },
    Jump(isize),
    /// Notes the position: twice the number of a group for its beginning, one more for its end.
    Mark(usize),
    /// Begins to count rounds.
    Count {
        register: usize,
        until: isize,
    },
    /// Between two rounds of what begins at `body`.
    Until {
        register: usize,
        low: u32,
        high: u32,
        lazy: bool,
        body: isize,
    },
    /// Looks at what follows up to `End` as a whole, and goes on behind it.
    Sub {
        kind: Sub,
        behind: isize,
    },
    /// The end of what `Sub` looks at.
    End,
    /// Matches what a group matched.
    Reference {
        group: usize,
        fold: Fold,
    },
    /// Goes on elsewhere if a group matched nothing.
    Unless {
        group: usize,
        other: isize,
    },
}

/// What matches one character.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item {
    Char(char),
    /// A set, by its place in the program.
    Set(usize),
    Category(Category),
    Any,
    NotNewline,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Loop {
    pub(super) item: Item,
    pub(super) low: u32,
    /// [`ENDLESS`] for no limit.
    pub(super) high: u32,
    pub(super) kind: Kind,
    pub(super) remembers: bool,
    /// What is needed behind it, if that is known.
    pub(super) then: Option<Needed>,
}

/// An ASCII character that must follow, so many characters later.
#[derive(Debug, Clone, Copy)]
pub(super) struct Needed {
    pub(super) byte: u8,
    pub(super) later: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Greedy,
    Lazy,
    Possessive,
}

pub(super) const ENDLESS: u32 = u32::MAX;

/// Most instructions that copies of a piece may become.
const MAX_COPIED: usize = 128;

#[derive(Debug, Clone, Copy)]
pub(super) enum Position {
    Start,
    LineStart,
    End,
    /// The end, or before a newline that is the end.
    LastLineEnd,
    LineEnd,
    Boundary {
        ascii: bool,
        negated: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sub {
    /// What was found is not reconsidered.
    Atomic,
    /// Is found from here, or from so many characters before.
    Look { back: u32 },
    /// Is not found there.
    LookNot { back: u32 },
}

/// Which characters a reference takes for the same.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fold {
    Nothing,
    Ascii,
    Unicode,
}

/// The program of a pattern.
#[derive(Debug, Clone, Default)]
pub(super) struct Program {
    pub(super) instructions: Vec<Instruction>,
    pub(super) sets: Vec<Set>,
    /// It may refer to groups. Otherwise nobody needs to know what they matched.
    pub(super) refers: bool,
    /// Groups whose positions it notes.
    pub(super) groups: usize,
    /// Counts of rounds that it notes.
    pub(super) registers: usize,
    pub(super) start: Start,
}

/// Where a match can begin.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Start {
    #[default]
    Anywhere,
    /// Only at the start of the text: the pattern says so, or whatever can be found from another position can be from there.
    Text,
    /// Only at the start of a line, for the same reason.
    Line,
    /// With one of these characters, or one that is not ASCII.
    With(Ascii),
}

/// Instructions from `start` on, as long as nothing follows them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) start: usize,
    /// Fewest and most characters it matches, as Python computes them.
    pub(super) width: (u64, u64),
    pub(super) kind: PieceKind,
    /// Whether it contains a capturing group.
    pub(super) captures: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// A position such as `^` or `\b`, which Python refuses to repeat.
    Position,
    Repetition,
    Other,
}

impl Piece {
    /// Both, one behind the other.
    pub(super) fn and(self, next: Self) -> Self {
        let width = (self.width.0.saturating_add(next.width.0), self.width.1.saturating_add(next.width.1));
        Self { width, captures: self.captures || next.captures, ..self }
    }

    /// One or the other.
    pub(super) fn or(self, other: Self) -> Self {
        let width = (self.width.0.min(other.width.0), self.width.1.max(other.width.1));
        Self { width, captures: self.captures || other.captures, ..self }
    }
}

impl Program {
    pub(super) fn len(&self) -> usize {
        self.instructions.len()
    }

    pub(super) fn push(&mut self, instruction: Instruction) {
        self.instructions.push(instruction);
    }

    pub(super) fn insert(&mut self, at: usize, instruction: Instruction) {
        self.instructions.insert(at, instruction);
    }

    pub(super) fn add_set(&mut self, set: Set) -> Item {
        self.sets.push(set);
        Item::Set(self.sets.len() - 1)
    }

    pub(super) fn replace(&mut self, at: usize, instruction: Instruction) {
        if let Some(old) = self.instructions.get_mut(at) {
            *old = instruction;
        }
    }

    /// How far it is from an instruction to the end.
    pub(super) fn from(&self, at: usize) -> isize {
        distance(at, self.len())
    }

    /// Repeats a piece that is the last one.
    pub(super) fn repeat(&mut self, piece: Piece, low: u32, high: u32, kind: Kind) {
        let start = piece.start;
        if high == 0 {
            return self.instructions.truncate(start);
        }
        if let Some([Instruction::One(item)]) = self.instructions.get(start..) {
            let repeated = Loop { item: *item, low, high, kind, remembers: true, then: None };
            return self.replace(start, Instruction::Loop(repeated));
        }
        if kind == Kind::Possessive {
            // An earlier round is not reconsidered either.
            self.enclose(start);
        }
        let length = self.from(start);
        let way = |repeat: isize, leave: isize| {
            let (first, second) = if kind == Kind::Lazy { (leave, repeat) } else { (repeat, leave) };
            Instruction::Split { first, second, remembers: true }
        };
        match (low, high) {
            (1, 1) => {}
            (0, 1) => self.insert(start, way(1, length + 1)),
            // What consumes something needs no count to come to an end.
            (0, ENDLESS) if piece.width.0 > 0 => {
                self.insert(start, way(1, length + 2));
                self.push(Instruction::Jump(-length - 1));
            }
            (1, ENDLESS) if piece.width.0 > 0 => self.push(way(-length, 1)),
            (_, 2..) if self.can_copy(piece, low, high) => self.copy(start, low, high, way),
            _ => {
                let register = self.registers;
                self.registers += 1;
                // The number of a round makes a difference, but not whether it is the first one of many: what can be
                // found from the beginning of a round at some position is looked for once.
                if low > 1 || high != ENDLESS {
                    self.forget(start);
                }
                self.insert(start, Instruction::Count { register, until: length + 1 });
                self.push(Instruction::Until { register, low, high, lazy: kind == Kind::Lazy, body: -length });
            }
        }
        if kind == Kind::Possessive {
            self.enclose(start);
        }
    }

    /// Whether a few copies do what a count of rounds would: they allow the search to remember. Where a round may match
    /// nothing, only a count knows when to end.
    fn can_copy(&self, piece: Piece, low: u32, high: u32) -> bool {
        let length = usize::try_from(high).unwrap_or(usize::MAX).saturating_mul(self.len() - piece.start);
        length <= MAX_COPIED && (piece.width.0 > 0 || low == high)
    }

    fn copy(&mut self, start: usize, low: u32, high: u32, way: impl Fn(isize, isize) -> Instruction) {
        let body = self.instructions.split_off(start);
        let mut left = distance(0, body.len() + 1) * isize::try_from(high - low).unwrap_or_default();
        for round in 0..high {
            if round >= low {
                self.push(way(1, left));
                left -= distance(0, body.len() + 1);
            }
            self.instructions.extend_from_slice(&body);
        }
    }

    /// Makes an atomic group of everything from `start` on.
    pub(super) fn enclose(&mut self, start: usize) {
        let behind = self.from(start) + 2;
        self.insert(start, Instruction::Sub { kind: Sub::Atomic, behind });
        self.push(Instruction::End);
    }

    /// In a count of rounds, to have failed once at a position does not mean to fail there again.
    fn forget(&mut self, start: usize) {
        for instruction in self.instructions.iter_mut().skip(start) {
            match instruction {
                Instruction::Split { remembers, .. } | Instruction::Loop(Loop { remembers, .. }) => *remembers = false,
                _ => {}
            }
        }
    }

    /// The program when nothing is added to it any more.
    pub(super) fn finished(mut self) -> Self {
        for at in 0..self.len() {
            let then = self.needed_from(at + 1);
            if let Some(Instruction::Loop(repeated)) = self.instructions.get_mut(at) {
                repeated.then = then;
            }
        }
        let first = self.instructions.iter().find(|instruction| !matches!(instruction, Instruction::Mark(_)));
        let endless = |item: Loop| (item.low, item.high) == (0, ENDLESS) && item.kind != Kind::Possessive;
        self.start = match first {
            Some(Instruction::At(Position::Start)) => Start::Text,
            Some(Instruction::At(Position::LineStart)) => Start::Line,
            Some(Instruction::Loop(item)) if endless(*item) && matches!(item.item, Item::Any) && !self.refers => {
                Start::Text
            }
            Some(Instruction::Loop(item))
                if endless(*item) && matches!(item.item, Item::NotNewline) && !self.refers =>
            {
                Start::Line
            }
            _ => {
                let mut ascii = Ascii::default();
                if self.collect_first(0, &mut ascii, &mut 32) { Start::With(ascii) } else { Start::Anywhere }
            }
        };
        self
    }

    /// The first character of its own among those that are matched one by one from an instruction on.
    fn needed_from(&self, at: usize) -> Option<Needed> {
        for (later, instruction) in self.instructions.get(at..)?.iter().enumerate() {
            match instruction {
                Instruction::One(Item::Char(c)) if c.is_ascii() => {
                    return Some(Needed { byte: u8::try_from(*c).ok()?, later });
                }
                Instruction::One(_) => {}
                _ => break,
            }
        }
        None
    }

    /// Adds the ASCII characters with which a match can begin from an instruction on. False: it may need none.
    fn collect_first(&self, at: usize, ascii: &mut Ascii, budget: &mut u32) -> bool {
        *budget = budget.saturating_sub(1);
        match self.instructions.get(at) {
            _ if *budget == 0 => false,
            Some(Instruction::One(item)) => {
                *ascii = ascii.or(self.ascii(*item));
                true
            }
            Some(Instruction::Loop(repeated)) => {
                *ascii = ascii.or(self.ascii(repeated.item));
                repeated.low > 0 || self.collect_first(at + 1, ascii, budget)
            }
            Some(Instruction::Mark(_) | Instruction::At(_) | Instruction::Sub { kind: Sub::Atomic, .. }) => {
                self.collect_first(at + 1, ascii, budget)
            }
            Some(Instruction::Jump(by)) => self.collect_first(at.wrapping_add_signed(*by), ascii, budget),
            Some(Instruction::Split { first, second, .. }) => {
                self.collect_first(at.wrapping_add_signed(*first), ascii, budget)
                    && self.collect_first(at.wrapping_add_signed(*second), ascii, budget)
            }
            Some(Instruction::Sub { behind, .. }) => self.collect_first(at.wrapping_add_signed(*behind), ascii, budget),
            _ => false,
        }
    }

    fn ascii(&self, item: Item) -> Ascii {
        match item {
            Item::Set(set) => self.sets.get(set).map(Set::ascii).unwrap_or_default(),
            _ => Ascii::of(|c| self.holds(item, c)),
        }
    }

    pub(super) fn holds(&self, item: Item, c: char) -> bool {
        match item {
            Item::Char(own) => own == c,
            Item::Set(set) => self.sets.get(set).is_some_and(|set| set.holds(c)),
            Item::Category(category) => category.holds(c),
            Item::Any => true,
            Item::NotNewline => c != '\n',
        }
    }
}

/// How far it is from one instruction to another one.
pub(super) fn distance(from: usize, to: usize) -> isize {
    to.cast_signed() - from.cast_signed()
}
