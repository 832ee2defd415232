//! The syntax of Python's `re` module.

use std::collections::BTreeMap;

use super::program::{ENDLESS, Instruction, Item, Kind, Piece, PieceKind, Position, Program};
use super::set::{Category, Set, variants};
use super::tokens::{Token, Tokens};
use super::{Result, syntax, unsupported};

/// Reads one pattern.
#[derive(Debug)]
pub(super) struct Parser {
    pub(super) tokens: Tokens,
    pub(super) program: Program,
    /// Flags set for the whole pattern.
    pub(super) flags: Flags,
    /// Widths of the groups, none while a group is open.
    pub(super) groups: Vec<Option<(u64, u64)>>,
    pub(super) names: BTreeMap<String, usize>,
    pub(super) depth: usize,
    /// Inside a lookbehind: the groups before it, which are those that it may refer to.
    pub(super) before_lookbehind: Option<usize>,
}

impl Parser {
    pub(super) fn new(source: &str) -> Result<Self> {
        let tokens = Tokens::new(source)?;
        let refers = tokens.has_digit_escape() || source.contains("(?P=") || source.contains("(?(");
        Ok(Self {
            tokens,
            program: Program { refers, ..Program::default() },
            flags: 0,
            groups: Vec::new(),
            names: BTreeMap::new(),
            depth: 0,
            before_lookbehind: None,
        })
    }

    /// The program of the whole pattern.
    pub(super) fn program(mut self) -> Result<Program> {
        self.alternation(self.flags)?;
        if self.tokens.peek().is_some() {
            return syntax("unbalanced parenthesis", self.tokens.offset());
        }
        self.program.groups = if self.program.refers { self.groups.len() } else { 0 };
        Ok(self.program.finished())
    }

    pub(super) fn alternation(&mut self, flags: Flags) -> Result<Piece> {
        let outermost = self.depth == 0;
        let mut whole = self.sequence(flags, outermost)?;
        let mut start = whole.start;
        let mut leaves = Vec::new();
        while self.tokens.eat('|') {
            let flags = if outermost { self.flags } else { flags };
            let second = self.program.from(start) + 2;
            self.program.insert(start, Instruction::Split { first: 1, second, remembers: true });
            leaves.push(self.program.len());
            self.program.push(Instruction::Jump(0));
            let other = self.sequence(flags, false)?;
            start = other.start;
            whole = whole.or(other);
        }
        for leave in leaves {
            self.program.replace(leave, Instruction::Jump(self.program.from(leave)));
        }
        Ok(whole)
    }

    /// Reads up to the next `|` or `)`. Only the `first` sequence of a pattern
    /// may set flags for the whole of it.
    pub(super) fn sequence(&mut self, mut flags: Flags, first: bool) -> Result<Piece> {
        let mut whole = self.piece();
        let mut last: Option<Piece> = None;
        loop {
            let at = self.tokens.offset();
            let token = match self.tokens.peek() {
                None | Some(Token::Char('|' | ')')) => return Ok(last.map_or(whole, |last| whole.and(last))),
                Some(token) => token,
            };
            self.tokens.next();
            if flags & VERBOSE != 0 && self.skip_verbose(token) {
                continue;
            }
            let quantified = match token {
                Token::Char(c @ ('*' | '+' | '?' | '{')) => self.quantifier(c, at)?,
                _ => None,
            };
            if let Some(bounds) = quantified {
                match last {
                    Some(piece) => last = Some(self.repetition(piece, bounds, at)?),
                    None => return syntax("nothing to repeat", at),
                }
                continue;
            }
            let piece = match token {
                Token::Escape(c) => self.escape(c, flags, at)?,
                Token::Char('[') => self.set(flags, at)?,
                Token::Char('(') => {
                    let may_set_flags = first && last.is_none();
                    let Some(piece) = self.group(flags, at, may_set_flags)? else {
                        flags = if first { self.flags } else { flags };
                        continue;
                    };
                    piece
                }
                Token::Char('.') => self.one(if flags & DOT_ALL != 0 { Item::Any } else { Item::NotNewline }),
                Token::Char('^') => {
                    self.position(if flags & MULTI_LINE != 0 { Position::LineStart } else { Position::Start })
                }
                Token::Char('$') => {
                    self.position(if flags & MULTI_LINE != 0 { Position::LineEnd } else { Position::LastLineEnd })
                }
                Token::Char(c) => self.literal(c, flags, at)?,
            };
            if let Some(last) = last.replace(piece) {
                whole = whole.and(last);
            }
        }
    }

    /// A piece that begins here, with nothing in it.
    pub(super) fn piece(&self) -> Piece {
        Piece { start: self.program.len(), width: (0, 0), kind: PieceKind::Other, captures: false }
    }

    fn one(&mut self, item: Item) -> Piece {
        let piece = Piece { width: (1, 1), ..self.piece() };
        self.program.push(Instruction::One(item));
        piece
    }

    fn position(&mut self, position: Position) -> Piece {
        let piece = Piece { kind: PieceKind::Position, ..self.piece() };
        self.program.push(Instruction::At(position));
        piece
    }

    fn literal(&mut self, c: char, flags: Flags, at: usize) -> Result<Piece> {
        let item = match variants(c, flags, at)? {
            Some(set) => self.program.add_set(set),
            None => Item::Char(c),
        };
        Ok(self.one(item))
    }

    /// Skips what a verbose pattern ignores, of which `token` is the first.
    fn skip_verbose(&mut self, token: Token) -> bool {
        if token == Token::Char('#') {
            while self.tokens.next().is_some_and(|token| token != Token::Char('\n')) {}
            return true;
        }
        matches!(token, Token::Char(' ' | '\t' | '\n' | '\r' | '\x0B' | '\x0C'))
    }

    fn quantifier(&mut self, c: char, at: usize) -> Result<Option<Bounds>> {
        match c {
            '*' => Ok(Some((0, None))),
            '+' => Ok(Some((1, None))),
            '?' => Ok(Some((0, Some(1)))),
            _ => self.tokens.bounds(at),
        }
    }

    fn repetition(&mut self, piece: Piece, (low, high): Bounds, at: usize) -> Result<Piece> {
        match piece.kind {
            PieceKind::Position => return syntax("nothing to repeat", at),
            PieceKind::Repetition => return syntax("multiple repeat", at),
            PieceKind::Other => {}
        }
        let kind = if self.tokens.eat('?') {
            Kind::Lazy
        } else if self.tokens.eat('+') {
            Kind::Possessive
        } else {
            Kind::Greedy
        };
        if kind == Kind::Possessive && piece.captures {
            // Python itself gets these wrong, up to a `SystemError`.
            return unsupported("capturing group in a possessive repetition", at);
        }
        self.program.repeat(piece, low, high.unwrap_or(ENDLESS), kind);
        let (shortest, longest) = piece.width;
        let longest = if longest == 0 { 0 } else { longest.saturating_mul(high.map_or(u64::MAX, u64::from)) };
        let width = (shortest.saturating_mul(low.into()), longest);
        Ok(Piece { kind: PieceKind::Repetition, width, ..piece })
    }

    /// An escape outside a set.
    fn escape(&mut self, c: char, flags: Flags, at: usize) -> Result<Piece> {
        match c {
            'A' => Ok(self.position(Position::Start)),
            'Z' => Ok(self.position(Position::End)),
            'b' | 'B' => Ok(self.position(Position::Boundary { ascii: flags & ASCII != 0, negated: c == 'B' })),
            '1'..='9' => {
                let mut digits = String::from(c);
                digits.extend(self.tokens.eat_if(|c| c.is_ascii_digit()));
                let octal = |c: char| c.is_digit(8);
                if digits.len() == 2 && digits.chars().all(octal) && self.tokens.peek_char().is_some_and(octal) {
                    let c = self.tokens.octal(digits, at)?;
                    return self.literal(c, flags, at);
                }
                self.reference(digits.parse().unwrap_or(usize::MAX), flags, at)
            }
            _ => {
                if let Some(category) = Category::of(c, flags) {
                    return Ok(self.one(Item::Category(category)));
                }
                let c = self.tokens.escaped(c, at)?;
                self.literal(c, flags, at)
            }
        }
    }

    /// A set such as `[^a-z\d]`, from behind the bracket that opens it.
    fn set(&mut self, flags: Flags, at: usize) -> Result<Piece> {
        let negated = self.tokens.eat('^');
        let mut set = Set::default();
        loop {
            let start = self.tokens.offset();
            if !set.is_empty() && self.tokens.eat(']') {
                let set = self.program.add_set(set.finished(negated, flags, at)?);
                return Ok(self.one(set));
            }
            let low = self.member(flags, at)?;
            let range = self.tokens.eat('-');
            if range && self.tokens.peek() != Some(Token::Char(']')) {
                match (low, self.member(flags, at)?) {
                    (Member::Char(low), Member::Char(high)) if low <= high => set.add_range(low, high),
                    _ => return syntax("bad character range", start),
                }
                continue;
            }
            match low {
                Member::Char(c) => set.add_range(c, c),
                Member::Category(category) => set.add_category(category),
            }
            if range {
                set.add_range('-', '-');
            }
        }
    }

    fn member(&mut self, flags: Flags, set_at: usize) -> Result<Member> {
        let at = self.tokens.offset();
        Ok(match self.tokens.next() {
            None => return syntax("unterminated character set", set_at),
            Some(Token::Char(c)) => Member::Char(c),
            Some(Token::Escape('b')) => Member::Char('\x08'),
            Some(Token::Escape(c)) => match Category::of(c, flags) {
                Some(category) => Member::Category(category),
                None => Member::Char(self.tokens.escaped(c, at)?),
            },
        })
    }
}

/// Fewest and most rounds of a repetition.
type Bounds = (u32, Option<u32>);

enum Member {
    Char(char),
    Category(Category),
}

/// A set of inline flags, one bit for each.
pub(super) type Flags = u8;
pub(super) const ASCII: Flags = 1;
pub(super) const IGNORE_CASE: Flags = 1 << 1;
const MULTI_LINE: Flags = 1 << 2;
const DOT_ALL: Flags = 1 << 3;
pub(super) const UNICODE: Flags = 1 << 4;
const VERBOSE: Flags = 1 << 5;

pub(super) fn flag(letter: char) -> Option<Flags> {
    Some(match letter {
        'a' => ASCII,
        'i' => IGNORE_CASE,
        'm' => MULTI_LINE,
        's' => DOT_ALL,
        'u' => UNICODE,
        'x' => VERBOSE,
        _ => return None,
    })
}
