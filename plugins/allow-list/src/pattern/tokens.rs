//! The characters of a pattern, as Python's parser reads them.

use super::{MAX_LENGTH, PatternError, Result, syntax, unsupported};

/// A backslash and the character after it count as one, even in comments and
/// names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    Char(char),
    Escape(char),
}

#[derive(Debug)]
pub(super) struct Tokens {
    /// Each with its offset in the pattern.
    items: Vec<(usize, Token)>,
    /// Index of the next token.
    next: usize,
    length: usize,
}

impl Tokens {
    pub(super) fn new(source: &str) -> Result<Self> {
        let length = source.chars().count();
        if length > MAX_LENGTH {
            return Err(PatternError::TooLong { length });
        }
        let mut items = Vec::new();
        let mut chars = source.chars().enumerate();
        while let Some((at, c)) = chars.next() {
            items.push(match c {
                '\\' => match chars.next() {
                    Some((_, escaped)) => (at, Token::Escape(escaped)),
                    None => return syntax("trailing backslash", at),
                },
                _ => (at, Token::Char(c)),
            });
        }
        Ok(Self { items, next: 0, length })
    }

    /// Whether there is an escape such as `\1`, which may refer to a group.
    pub(super) fn has_digit_escape(&self) -> bool {
        self.items.iter().any(|(_, token)| matches!(token, Token::Escape('1'..='9')))
    }

    /// Offset of the next token in the pattern, in characters.
    pub(super) fn offset(&self) -> usize {
        self.items.get(self.next).map_or(self.length, |(at, _)| *at)
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.items.get(self.next).map(|(_, token)| *token)
    }

    /// The next character, unless it is escaped.
    pub(super) fn peek_char(&self) -> Option<char> {
        match self.peek()? {
            Token::Char(c) => Some(c),
            Token::Escape(_) => None,
        }
    }

    pub(super) fn next(&mut self) -> Option<Token> {
        let token = self.peek()?;
        self.next += 1;
        Some(token)
    }

    pub(super) fn next_char(&mut self) -> Option<char> {
        let c = self.peek_char();
        self.next();
        c
    }

    pub(super) fn eat(&mut self, c: char) -> bool {
        self.eat_if(|next| next == c).is_some()
    }

    pub(super) fn eat_if(&mut self, accepts: impl Fn(char) -> bool) -> Option<char> {
        let c = self.peek_char().filter(|c| accepts(*c))?;
        self.next += 1;
        Some(c)
    }

    /// The name up to `end`, which is consumed.
    pub(super) fn until(&mut self, end: char, at: usize) -> Result<String> {
        let mut name = String::new();
        loop {
            match self.next_char() {
                Some(c) if c == end && !name.is_empty() => return Ok(name),
                Some(c) if c != end => name.push(c),
                _ => return syntax("bad group name", at),
            }
        }
    }

    /// Bounds of the repetition after a `{`, none where Python takes the brace
    /// literally. The upper bound is absent in `{2,}`.
    pub(super) fn bounds(&mut self, at: usize) -> Result<Option<(u32, Option<u32>)>> {
        let start = self.next;
        let low = self.digits();
        let high = if self.eat(',') { self.digits() } else { low.clone() };
        if self.next == start || !self.eat('}') {
            self.next = start;
            return Ok(None);
        }
        let bound = |digits: &str| match digits.parse() {
            _ if digits.is_empty() => Ok(None),
            Ok(bound) if bound < u32::MAX => Ok(Some(bound)),
            _ => syntax("repetition count too large", at),
        };
        let (low, high) = (bound(&low)?.unwrap_or(0), bound(&high)?);
        if high.is_some_and(|high| high < low) {
            return syntax("minimum repetition count above the maximum", at);
        }
        Ok(Some((low, high)))
    }

    /// The character that the escape of `c` stands for, in a set and outside.
    pub(super) fn escaped(&mut self, c: char, at: usize) -> Result<char> {
        let length = match c {
            'a' => return Ok('\x07'),
            'f' => return Ok('\x0C'),
            'n' => return Ok('\n'),
            'r' => return Ok('\r'),
            't' => return Ok('\t'),
            'v' => return Ok('\x0B'),
            '0'..='7' => return self.octal(String::from(c), at),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'N' => return unsupported(r"named character `\N`", at),
            _ if c.is_ascii_alphanumeric() => return syntax(format!(r"bad escape `\{c}`"), at),
            _ => return Ok(c),
        };
        let mut digits = String::new();
        while digits.len() < length {
            match self.eat_if(|c| c.is_ascii_hexdigit()) {
                Some(digit) => digits.push(digit),
                None => return syntax(format!(r"incomplete escape `\{c}{digits}`"), at),
            }
        }
        match u32::from_str_radix(&digits, 16) {
            Ok(0xD800..=0xDFFF) => unsupported("surrogate", at),
            code => match code.ok().and_then(char::from_u32) {
                Some(c) => Ok(c),
                None => syntax(format!(r"bad escape `\{c}{digits}`"), at),
            },
        }
    }

    /// The character with the octal code that begins with `digits`.
    pub(super) fn octal(&mut self, mut digits: String, at: usize) -> Result<char> {
        while digits.len() < 3
            && let Some(digit) = self.eat_if(|c| c.is_digit(8))
        {
            digits.push(digit);
        }
        match u8::from_str_radix(&digits, 8) {
            Ok(code) => Ok(char::from(code)),
            Err(_) => syntax(format!(r"octal escape `\{digits}` above `\377`"), at),
        }
    }

    fn digits(&mut self) -> String {
        std::iter::from_fn(|| self.eat_if(|c| c.is_ascii_digit())).collect()
    }
}
