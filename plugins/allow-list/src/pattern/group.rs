//! Groups: what can stand between parentheses, and what refers to it.

use super::parser::{ASCII, Flags, IGNORE_CASE, Parser, UNICODE, flag};
use super::program::{Fold, Instruction, Piece, PieceKind, Sub, distance};
use super::tokens::Token;
use super::{MAX_DEPTH, PatternError, Result, syntax, unsupported};

impl Parser {
    /// What follows an opening parenthesis. Comments and flags for the whole
    /// pattern leave no piece.
    pub(super) fn group(&mut self, flags: Flags, at: usize, may_set_flags: bool) -> Result<Option<Piece>> {
        if !self.tokens.eat('?') {
            return self.capture(flags, at).map(Some);
        }
        let piece = match self.tokens.next_char() {
            Some(':') => self.body(flags, at)?,
            Some('>') => {
                let piece = self.body(flags, at)?;
                self.program.enclose(piece.start);
                piece
            }
            Some('=') => self.look(false, flags, at)?,
            Some('!') => self.look(true, flags, at)?,
            Some('<') if self.tokens.eat('=') => self.lookbehind(false, flags, at)?,
            Some('<') if self.tokens.eat('!') => self.lookbehind(true, flags, at)?,
            Some('P') if self.tokens.eat('<') => {
                let name = self.name('>', at)?;
                if self.names.insert(name, self.groups.len() + 1).is_some() {
                    return syntax("group name used twice", at);
                }
                self.capture(flags, at)?
            }
            Some('P') if self.tokens.eat('=') => {
                let name = self.name(')', at)?;
                self.reference(self.named(&name, at)?, flags, at)?
            }
            Some('(') => self.conditional(flags, at)?,
            Some('#') => loop {
                match self.tokens.next() {
                    Some(Token::Char(')')) => return Ok(None),
                    Some(_) => {}
                    None => return syntax("unterminated comment", at),
                }
            },
            Some(c) if c == '-' || c == 't' || flag(c).is_some() => match self.inline_flags(c, at)? {
                Some((add, remove)) => {
                    let other = if flags & ASCII == 0 { ASCII } else { UNICODE };
                    if add & other != 0 {
                        // Python may skip ahead by the flags of the whole pattern.
                        return unsupported("flag `a` or `u` for a part of the pattern", at);
                    }
                    self.body((flags | add) & !remove, at)?
                }
                None if may_set_flags => return Ok(None),
                None => return syntax("flags for the whole pattern, but not at its start,", at),
            },
            _ => return syntax("unknown group extension", at),
        };
        Ok(Some(piece))
    }

    /// Flags to add and to remove in a group, or none when they were for the
    /// whole pattern.
    fn inline_flags(&mut self, first: char, at: usize) -> Result<Option<(Flags, Flags)>> {
        let (mut add, mut remove) = (0, 0);
        let mut letter = Some(first);
        while let Some(bit) = letter.and_then(flag) {
            add |= bit;
            letter = self.tokens.next_char();
        }
        if letter == Some(')') {
            self.flags |= add;
            add = self.flags;
        }
        if add & ASCII != 0 && add & UNICODE != 0 {
            return syntax("incompatible flags `a` and `u`", at);
        }
        match letter {
            Some(')') => return Ok(None),
            Some(':') => return Ok(Some((add, 0))),
            Some('-') => letter = self.tokens.next_char(),
            Some('t') => return unsupported("flag `t`", at),
            _ => return syntax("unknown flag", at),
        }
        while let Some(bit) = letter.and_then(flag) {
            remove |= bit;
            letter = self.tokens.next_char();
        }
        if letter != Some(':') || remove == 0 {
            return syntax("unknown flag", at);
        }
        if remove & (add | ASCII | UNICODE) != 0 {
            return syntax("flag that cannot be turned off", at);
        }
        Ok(Some((add, remove)))
    }

    fn capture(&mut self, flags: Flags, at: usize) -> Result<Piece> {
        let group = self.groups.len();
        let start = self.program.len();
        self.groups.push(None);
        self.mark(2 * group);
        let piece = self.body(flags, at)?;
        self.mark(2 * group + 1);
        if let Some(width) = self.groups.get_mut(group) {
            *width = Some(piece.width);
        }
        Ok(Piece { start, captures: true, ..piece })
    }

    /// Notes the position, unless nothing refers to any group.
    fn mark(&mut self, slot: usize) {
        if self.program.refers {
            self.program.push(Instruction::Mark(slot));
        }
    }

    fn look(&mut self, negated: bool, flags: Flags, at: usize) -> Result<Piece> {
        let start = self.program.len();
        self.program.push(Instruction::End);
        let piece = self.body(flags, at)?;
        self.close_look(start, negated, 0);
        Ok(Piece { start, width: (0, 0), ..piece })
    }

    fn lookbehind(&mut self, negated: bool, flags: Flags, at: usize) -> Result<Piece> {
        let start = self.program.len();
        let outer = self.before_lookbehind;
        self.before_lookbehind = outer.or(Some(self.groups.len()));
        self.program.push(Instruction::End);
        let piece = self.body(flags, at)?;
        self.before_lookbehind = outer;
        match (piece.width, u32::try_from(piece.width.0)) {
            ((low, high), Ok(back)) if low == high => self.close_look(start, negated, back),
            _ => return syntax("lookbehind without a fixed width", at),
        }
        Ok(Piece { start, width: (0, 0), ..piece })
    }

    fn close_look(&mut self, start: usize, negated: bool, back: u32) {
        self.program.push(Instruction::End);
        let kind = if negated { Sub::LookNot { back } } else { Sub::Look { back } };
        self.program.replace(start, Instruction::Sub { kind, behind: self.program.from(start) });
    }

    /// `(?(group)yes|no)`, from behind the second parenthesis.
    fn conditional(&mut self, flags: Flags, at: usize) -> Result<Piece> {
        let name = self.tokens.until(')', at)?;
        let number = match name.parse() {
            Ok(number) if !name.starts_with('+') => number,
            _ => self.named(&name, at)?,
        };
        if number > self.groups.len() {
            return unsupported("condition on a group that follows", at);
        }
        self.group_width(number, at)?;
        self.enter(at)?;
        let start = self.program.len();
        self.program.push(Instruction::Jump(0));
        let yes = self.sequence(flags, false)?;
        let leave = self.program.len();
        self.program.push(Instruction::Jump(0));
        let no = if self.tokens.eat('|') { self.sequence(flags, false)? } else { self.piece() };
        self.leave(at)?;
        self.program.replace(start, Instruction::Unless { group: number - 1, other: distance(start, no.start) });
        self.program.replace(leave, Instruction::Jump(self.program.from(leave)));
        Ok(Piece { start, ..yes.or(no) })
    }

    /// A backreference.
    pub(super) fn reference(&mut self, number: usize, flags: Flags, at: usize) -> Result<Piece> {
        let piece = Piece { width: self.group_width(number, at)?, ..self.piece() };
        let fold = match (flags & IGNORE_CASE != 0, flags & ASCII != 0) {
            (false, _) => Fold::Nothing,
            (true, true) => Fold::Ascii,
            (true, false) => Fold::Unicode,
        };
        self.program.push(Instruction::Reference { group: number - 1, fold });
        Ok(piece)
    }

    /// The width of a group that something refers to.
    fn group_width(&self, number: usize, at: usize) -> Result<(u64, u64)> {
        if self.before_lookbehind.is_some_and(|groups| number > groups) {
            return syntax("reference to a group of the same lookbehind", at);
        }
        match number.checked_sub(1).and_then(|index| self.groups.get(index)) {
            Some(Some(width)) => Ok(*width),
            Some(None) => unsupported("reference to an open group", at),
            None => syntax(format!("reference to group `{number}`, which does not exist,"), at),
        }
    }

    fn named(&self, name: &str, at: usize) -> Result<usize> {
        match self.names.get(name) {
            Some(number) => Ok(*number),
            None => syntax(format!("unknown group name `{name}`"), at),
        }
    }

    fn name(&mut self, end: char, at: usize) -> Result<String> {
        let name = self.tokens.until(end, at)?;
        if !name.is_ascii() {
            return unsupported("group name that is not ASCII", at);
        }
        let identifier = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !identifier || name.starts_with(|c: char| c.is_ascii_digit()) {
            return syntax(format!("bad group name `{name}`"), at);
        }
        Ok(name)
    }

    /// The contents of a group, up to and with its closing parenthesis.
    fn body(&mut self, flags: Flags, at: usize) -> Result<Piece> {
        self.enter(at)?;
        let piece = self.alternation(flags)?;
        self.leave(at)?;
        Ok(Piece { kind: PieceKind::Other, ..piece })
    }

    fn enter(&mut self, at: usize) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(PatternError::TooDeep { offset: at });
        }
        Ok(())
    }

    fn leave(&mut self, at: usize) -> Result<()> {
        self.depth -= 1;
        if !self.tokens.eat(')') {
            return syntax("group that is not closed", at);
        }
        Ok(())
    }
}
