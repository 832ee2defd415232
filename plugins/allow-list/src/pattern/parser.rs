//! The syntax of Python's `re` module.

use std::collections::BTreeMap;

use super::node::{Kind, Node};
use super::set::{CATEGORY_WEIGHT, Set, category, literal};
use super::tokens::{Token, Tokens};
use super::{MAX_DEPTH, MAX_WEIGHT, PatternError, Result, syntax, unsupported};

/// Largest weight of a repeated character for which the engine may compile a
/// copy for each round.
const MAX_COPIES_WEIGHT: u64 = 40_000;

/// Translates one pattern.
#[derive(Debug)]
pub(super) struct Parser {
    tokens: Tokens,
    /// Flags set for the whole pattern.
    flags: Flags,
    /// Widths of the groups, none while a group is open.
    groups: Vec<Option<(u64, u64)>>,
    names: BTreeMap<String, usize>,
    depth: usize,
    in_lookbehind: bool,
}

impl Parser {
    pub(super) fn new(source: &str) -> Result<Self> {
        Ok(Self {
            tokens: Tokens::new(source)?,
            flags: 0,
            groups: Vec::new(),
            names: BTreeMap::new(),
            depth: 0,
            in_lookbehind: false,
        })
    }

    /// The whole pattern in the syntax of the engine.
    pub(super) fn pattern(mut self) -> Result<String> {
        let whole = self.alternation(self.flags)?;
        if self.tokens.peek().is_some() {
            return syntax("unbalanced parenthesis", self.tokens.offset());
        }
        if whole.weight > MAX_WEIGHT {
            return Err(PatternError::TooLarge);
        }
        Ok(whole.regex)
    }

    fn alternation(&mut self, flags: Flags) -> Result<Node> {
        let outermost = self.depth == 0;
        let mut all = self.sequence(flags, outermost)?;
        while self.tokens.eat('|') {
            let flags = if outermost { self.flags } else { flags };
            all = all.or(&self.sequence(flags, false)?);
        }
        Ok(all)
    }

    /// Reads up to the next `|` or `)`. Only the `first` sequence of a pattern
    /// may set flags for the whole of it.
    fn sequence(&mut self, mut flags: Flags, first: bool) -> Result<Node> {
        let mut nodes: Vec<Node> = Vec::new();
        loop {
            let at = self.tokens.offset();
            let token = match self.tokens.peek() {
                None | Some(Token::Char('|' | ')')) => return Ok(Node::sequence(&nodes)),
                Some(token) => token,
            };
            self.tokens.next();
            if flags & VERBOSE != 0 && self.skip_verbose(token) {
                continue;
            }
            let node = match token {
                Token::Escape(c) => self.escape(c, flags, at)?,
                Token::Char('[') => self.set(flags, at)?,
                Token::Char('(') => {
                    let Some(node) = self.group(flags, at, first && nodes.is_empty())? else {
                        flags = if first { self.flags } else { flags };
                        continue;
                    };
                    node
                }
                Token::Char('.') => Node::character(if flags & DOT_ALL != 0 { "(?s:.)" } else { "." }, 10),
                Token::Char('^') => Node::position(if flags & MULTI_LINE != 0 { "(?m:^)" } else { r"\A" }, 1),
                Token::Char('$') => self.end(flags),
                Token::Char(c @ ('*' | '+' | '?' | '{')) => match self.quantifier(c, at)? {
                    Some(bounds) => match nodes.pop() {
                        Some(node) => self.repetition(node, bounds, at)?,
                        None => return syntax("nothing to repeat", at),
                    },
                    None => literal(c, flags, at)?,
                },
                Token::Char(c) => literal(c, flags, at)?,
            };
            nodes.push(node);
        }
    }

    /// Skips what a verbose pattern ignores, of which `token` is the first.
    fn skip_verbose(&mut self, token: Token) -> bool {
        if token == Token::Char('#') {
            while self.tokens.next().is_some_and(|token| token != Token::Char('\n')) {}
            return true;
        }
        matches!(token, Token::Char(' ' | '\t' | '\n' | '\r' | '\x0B' | '\x0C'))
    }

    /// `$`, which Python also matches before a newline that ends the text.
    fn end(&self, flags: Flags) -> Node {
        let last = self.depth == 0 && matches!(self.tokens.peek(), None | Some(Token::Char('|')));
        let regex = match (flags & MULTI_LINE != 0, last) {
            (true, _) => "(?m:$)",
            // Nothing follows, so it does no harm to consume the newline, and
            // without lookahead the engine can search in linear time.
            (false, true) => r"(?:\x0A?\z)",
            (false, false) => r"(?=\x0A?\z)",
        };
        Node::position(regex, 3)
    }

    fn quantifier(&mut self, c: char, at: usize) -> Result<Option<Bounds>> {
        match c {
            '*' => Ok(Some((0, None))),
            '+' => Ok(Some((1, None))),
            '?' => Ok(Some((0, Some(1)))),
            _ => self.tokens.bounds(at),
        }
    }

    fn repetition(&mut self, mut node: Node, (low, high): Bounds, at: usize) -> Result<Node> {
        match node.kind {
            Kind::Position => return syntax("nothing to repeat", at),
            Kind::Repetition => return syntax("multiple repeat", at),
            Kind::Other => {}
        }
        if node.width.1 == 0 {
            return self.empty_repetition(node, low, at);
        }
        let mut copies = high.unwrap_or(low.max(1));
        if node.width == (1, 1) && node.weight.saturating_mul(copies) > MAX_COPIES_WEIGHT {
            // With lookahead, the engine counts the rounds as it goes.
            node = Node::sequence(&[node, Node::position("(?=)", 1)]).grouped("(?:");
            copies = 1;
        }
        let bounds = match high {
            Some(high) => format!("{{{low},{high}}}"),
            None => format!("{{{low},}}"),
        };
        node.regex = if self.tokens.eat('?') {
            format!("{}{bounds}?", node.regex)
        } else if !self.tokens.eat('+') {
            format!("{}{bounds}", node.regex)
        } else if node.captures {
            // Python itself gets these wrong, up to a `SystemError`.
            return unsupported("capturing group in a possessive repetition", at);
        } else {
            // Python does not reconsider an earlier round either.
            format!("(?>(?>{}){bounds})", node.regex)
        };
        node.kind = Kind::Repetition;
        node.width.0 = node.width.0.saturating_mul(low);
        node.width.1 = node.width.1.saturating_mul(high.unwrap_or(u64::MAX));
        node.weight = node.weight.saturating_mul(copies).saturating_add(1);
        Ok(node)
    }

    /// A repetition of what matches no characters, which the engine refuses. One
    /// round is as good as many, and an optional one makes no difference.
    fn empty_repetition(&mut self, node: Node, low: u64, at: usize) -> Result<Node> {
        if node.captures {
            return unsupported("repetition of an empty capturing group", at);
        }
        if !self.tokens.eat('?') {
            self.tokens.eat('+');
        }
        let regex = if low == 0 { String::from("(?:)") } else { node.regex };
        Ok(Node { regex, kind: Kind::Repetition, ..node })
    }

    /// An escape outside a set.
    fn escape(&mut self, c: char, flags: Flags, at: usize) -> Result<Node> {
        match c {
            'A' => Ok(Node::position(r"\A", 1)),
            'Z' => Ok(Node::position(r"\z", 1)),
            'b' | 'B' => Ok(boundary(c, flags)),
            '1'..='9' => {
                let mut digits = String::from(c);
                digits.extend(self.tokens.eat_if(|c| c.is_ascii_digit()));
                let octal = |c: char| c.is_digit(8);
                if digits.len() == 2 && digits.chars().all(octal) && self.tokens.peek_char().is_some_and(octal) {
                    return literal(self.tokens.octal(digits, at)?, flags, at);
                }
                self.reference(digits.parse().unwrap_or(usize::MAX), flags, at)
            }
            _ => match category(c, flags) {
                Some(category) => Ok(Node::character(category, CATEGORY_WEIGHT)),
                None => literal(self.tokens.escaped(c, at)?, flags, at),
            },
        }
    }

    /// A set such as `[^a-z\d]`, from behind the bracket that opens it.
    fn set(&mut self, flags: Flags, at: usize) -> Result<Node> {
        let negated = self.tokens.eat('^');
        let mut set = Set::default();
        loop {
            let start = self.tokens.offset();
            if !set.is_empty() && self.tokens.eat(']') {
                return set.node(negated, flags, at);
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
            Some(Token::Escape(c)) => match category(c, flags) {
                Some(category) => Member::Category(category),
                None => Member::Char(self.tokens.escaped(c, at)?),
            },
        })
    }

    /// What follows an opening parenthesis. Comments and flags for the whole
    /// pattern leave no node.
    fn group(&mut self, flags: Flags, at: usize, may_set_flags: bool) -> Result<Option<Node>> {
        if !self.tokens.eat('?') {
            return self.capture(flags, at).map(Some);
        }
        let node = match self.tokens.next_char() {
            Some(':') => self.body(flags, at)?.grouped("(?:"),
            Some('>') => self.body(flags, at)?.grouped("(?>"),
            Some('=') => self.look("(?=", flags, at)?,
            Some('!') => self.look("(?!", flags, at)?,
            Some('<') if self.tokens.eat('=') => self.lookbehind("(?<=", flags, at)?,
            Some('<') if self.tokens.eat('!') => self.lookbehind("(?<!", flags, at)?,
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
                    self.body((flags | add) & !remove, at)?.grouped("(?:")
                }
                None if may_set_flags => return Ok(None),
                None => return syntax("flags for the whole pattern, but not at its start,", at),
            },
            _ => return syntax("unknown group extension", at),
        };
        Ok(Some(node))
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

    fn capture(&mut self, flags: Flags, at: usize) -> Result<Node> {
        let index = self.groups.len();
        self.groups.push(None);
        let node = self.body(flags, at)?.grouped("(");
        if let Some(width) = self.groups.get_mut(index) {
            *width = Some(node.width);
        }
        Ok(Node { captures: true, ..node })
    }

    fn look(&mut self, open: &str, flags: Flags, at: usize) -> Result<Node> {
        Ok(Node { width: (0, 0), ..self.body(flags, at)?.grouped(open) })
    }

    fn lookbehind(&mut self, open: &str, flags: Flags, at: usize) -> Result<Node> {
        let outer = std::mem::replace(&mut self.in_lookbehind, true);
        let node = self.body(flags, at)?.grouped(open);
        self.in_lookbehind = outer;
        if node.width.0 != node.width.1 {
            return syntax("lookbehind without a fixed width", at);
        }
        Ok(Node { width: (0, 0), ..node })
    }

    /// `(?(group)yes|no)`, from behind the second parenthesis.
    fn conditional(&mut self, flags: Flags, at: usize) -> Result<Node> {
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
        let yes = self.sequence(flags, false)?;
        let no = if self.tokens.eat('|') { self.sequence(flags, false)? } else { Node::sequence(&[]) };
        self.leave(at)?;
        // The engine keeps every way in which a group may match only when it sees
        // a backreference, so this adds one that is never reached. The `(?=)` are
        // there because it takes a branch that is empty for one that is missing.
        let regex = format!(r"(?:(?({number})(?=){}|(?=){})|(?!)\{number})", yes.regex, no.regex);
        Ok(Node { regex, ..yes.or(&no) })
    }

    /// A backreference.
    fn reference(&mut self, number: usize, flags: Flags, at: usize) -> Result<Node> {
        let width = self.group_width(number, at)?;
        if flags & IGNORE_CASE != 0 {
            return unsupported("backreference that ignores case", at);
        }
        Ok(Node::new(format!(r"(?:\{number})"), width, 1))
    }

    /// The width of a group that something refers to.
    fn group_width(&self, number: usize, at: usize) -> Result<(u64, u64)> {
        if self.in_lookbehind {
            return unsupported("reference to a group inside a lookbehind", at);
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
    fn body(&mut self, flags: Flags, at: usize) -> Result<Node> {
        self.enter(at)?;
        let node = self.alternation(flags)?;
        self.leave(at)?;
        Ok(node)
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

/// Fewest and most rounds of a repetition.
type Bounds = (u64, Option<u64>);

enum Member {
    Char(char),
    Category(String),
}

/// A set of inline flags, one bit for each.
pub(super) type Flags = u8;
pub(super) const ASCII: Flags = 1;
pub(super) const IGNORE_CASE: Flags = 1 << 1;
const MULTI_LINE: Flags = 1 << 2;
const DOT_ALL: Flags = 1 << 3;
const UNICODE: Flags = 1 << 4;
const VERBOSE: Flags = 1 << 5;

fn flag(letter: char) -> Option<Flags> {
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

/// `\b` or `\B`. The engine has both, but with other ideas of what a word is.
fn boundary(letter: char, flags: Flags) -> Node {
    let word = category('w', flags).unwrap_or_default();
    let regex = if letter == 'b' {
        format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))")
    } else {
        // Python 3.11 does not match `\B` in an empty text.
        format!(r"(?:(?<={word})(?={word})|(?<!{word})(?!{word})(?!\A\z))")
    };
    Node::position(regex, 4 * CATEGORY_WEIGHT)
}
