//! Tokens as a text: documents are cut before they reach the writer's threads, and this hands
//! terms and positions over without cutting twice.
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The name under which the reader of coded tokens is registered.
pub(crate) const CODED: &str = "coded";

/// A term at the position of the one before.
const SAME: char = '\u{1}';
/// A term one position on.
const NEXT: char = '\u{2}';
/// A term further on: the step follows in decimal digits, closed by `SAME`.
const STEP: char = '\u{3}';

/// Writes tokens; positions never decrease.
#[derive(Default)]
pub(crate) struct Coder {
    text: String,
    position: u32,
}

impl Coder {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), position: 0 }
    }

    pub(crate) fn push(&mut self, position: u32, term: &str) {
        self.text.push_str(term);
        match position.saturating_sub(self.position) {
            0 => self.text.push(SAME),
            1 => self.text.push(NEXT),
            step => {
                self.text.push(STEP);
                self.text.push_str(&step.to_string());
                self.text.push(SAME);
            }
        }
        self.position = position.max(self.position);
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

/// Reads what a `Coder` wrote.
#[derive(Clone, Default)]
pub(crate) struct CodedTokens {
    token: Token,
}

impl Tokenizer for CodedTokens {
    type TokenStream<'a> = CodedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CodedStream<'a> {
        self.token.reset();
        self.token.position = 0;
        CodedStream { rest: text, token: &mut self.token }
    }
}

/// The tokens of one coded text.
pub(crate) struct CodedStream<'a> {
    rest: &'a str,
    token: &'a mut Token,
}

impl CodedStream<'_> {
    fn read(&mut self) -> Option<()> {
        let end = self.rest.bytes().position(|byte| byte <= 3)?;
        let (term, rest) = self.rest.split_at(end);
        self.token.text.clear();
        self.token.text.push_str(term);
        let mark = rest.chars().next()?;
        let mut rest = &rest[1..];
        let step = match mark {
            SAME => 0,
            NEXT => 1,
            _ => {
                let (digits, after) = rest.split_once(SAME)?;
                rest = after;
                digits.parse().ok()?
            }
        };
        self.rest = rest;
        self.token.position += step;
        Some(())
    }
}

impl TokenStream for CodedStream<'_> {
    fn advance(&mut self) -> bool {
        self.read().is_some()
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let tokens = [(0, "锂"), (0, "锂电"), (1, "电"), (300, "laser"), (300, "=it"), (302, "x")];
        let mut coder = Coder::default();
        tokens.iter().for_each(|(position, term)| coder.push(*position, term));
        let text = coder.into_text();
        let mut reader = CodedTokens::default();
        let mut stream = reader.token_stream(&text);
        let mut read = Vec::new();
        while stream.advance() {
            read.push((stream.token().position, stream.token().text.clone()));
        }
        let expect: Vec<(usize, String)> =
            tokens.map(|(position, term)| (position as usize, term.to_owned())).to_vec();
        assert_eq!(read, expect);
    }
}
