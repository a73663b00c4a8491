//! Cuts text into tokens with true positions, the same way for documents and for queries.
//!
//! Han runs give every character and every adjacent pair; Latin words give stems; codes such as
//! `RULE-A002` give a whole, a loose form and parts. Every token knows its bytes in the original.
mod glyphs;
mod latin;
mod traditional;

use glyphs::{Class, Glyph};
use latin::Stems;

pub use glyphs::is_han;
pub use latin::is_stop_word;

/// A word or a code longer than this many characters is cut, in documents and queries alike.
pub const WORD_CHARS_MAX: usize = 64;

/// What kind of token stands at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One Han character.
    Single,
    /// Two adjacent Han characters, standing at the first.
    Pair,
    /// The stem of a word, or a number.
    Word,
    /// A word of two to five capitals, written `=it`.
    Exact,
    /// A code in its own spelling: `c8`, `12-34`.
    Whole,
    /// A code without its inner `-` and `+`.
    Loose,
    /// A piece of a code that mixes letters and digits: `a002` in `RULE-A002`.
    Piece,
    /// A part of a code: its letters, or its digits.
    Part,
}

/// One token: where it stands, and which bytes of the original text it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub position: u32,
    /// First byte in the original text.
    pub start: u32,
    /// One past the last byte in the original text.
    pub end: u32,
    text_start: u32,
    text_end: u32,
}

/// What a stretch of text was before it was cut; queries are built from runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// Han characters, kana or Hangul.
    Han,
    /// A plain word or number.
    Word,
    /// A stop word, which leaves a gap; its one token, if any, is exact.
    Stop,
    /// Letters and digits with joiners.
    Technical,
}

/// One run: its kind, its tokens and its bytes in the original text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    pub kind: RunKind,
    pub first_token: u32,
    pub n_tokens: u32,
    pub start: u32,
    pub end: u32,
}

/// The tokens of one text, in order of position.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    text: String,
    tokens: Vec<Token>,
    runs: Vec<Run>,
    n_positions: u32,
}

impl Tokens {
    /// The tokens in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The runs in order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The tokens of one run.
    pub fn of(&self, run: &Run) -> &[Token] {
        let first = wide(run.first_token);
        &self.tokens[first..first + wide(run.n_tokens)]
    }

    /// The term a token stands for.
    pub fn term(&self, token: &Token) -> &str {
        &self.text[wide(token.text_start)..wide(token.text_end)]
    }

    /// How many positions the text takes, gaps included.
    pub fn n_positions(&self) -> u32 {
        self.n_positions
    }

    fn clear(&mut self) {
        self.text.clear();
        self.tokens.clear();
        self.runs.clear();
        self.n_positions = 0;
    }

    /// Adds a token for the text that was pushed since `text_start`.
    fn push(&mut self, kind: Kind, position: u32, text_start: usize, span: (u32, u32)) {
        self.tokens.push(Token {
            kind,
            position,
            start: span.0,
            end: span.1,
            text_start: small(text_start),
            text_end: small(self.text.len()),
        });
    }

    fn push_run(&mut self, kind: RunKind, first_token: usize, span: (u32, u32)) {
        self.runs.push(Run {
            kind,
            first_token: small(first_token),
            n_tokens: small(self.tokens.len() - first_token),
            start: span.0,
            end: span.1,
        });
    }
}

/// Cuts texts one after another; it remembers stems, so that a second text is cheaper.
pub struct Analyser {
    stems: Stems,
    glyphs: Vec<Glyph>,
}

impl Default for Analyser {
    fn default() -> Self {
        Self::new()
    }
}

impl Analyser {
    /// An analyser with an empty memory of stems.
    pub fn new() -> Self {
        Self { stems: Stems::new(), glyphs: Vec::new() }
    }

    /// Cuts `text` into `into`, which is emptied first.
    pub fn run(&mut self, text: &str, into: &mut Tokens) {
        into.clear();
        glyphs::normalise(text, &mut self.glyphs);
        let mut rest = self.glyphs.as_slice();
        while let Some(first) = rest.first() {
            let n = match first.class {
                Class::Han => cut_han(rest, into),
                Class::Letter | Class::Digit => latin::cut(rest, &mut self.stems, into),
                _ => 1,
            };
            rest = &rest[n..];
        }
    }
}

/// Cuts one text.
pub fn analyse(text: &str) -> Tokens {
    let mut tokens = Tokens::default();
    Analyser::new().run(text, &mut tokens);
    tokens
}

/// The text as a reader would type it: normalised, folded to lower case and to simplified Han.
pub fn fold(text: &str) -> String {
    let mut glyphs = Vec::new();
    glyphs::normalise(text, &mut glyphs);
    glyphs.iter().map(|glyph| glyph.ch).collect()
}

/// Singles and pairs of the Han run at the head of `rest`; answers how many glyphs it took.
fn cut_han(rest: &[Glyph], into: &mut Tokens) -> usize {
    let n = rest.iter().take_while(|glyph| glyph.class == Class::Han).count();
    let run = &rest[..n];
    let first_token = into.tokens.len();
    let base = into.n_positions;
    for (at, glyph) in run.iter().enumerate() {
        let position = base + small(at);
        let text_start = into.text.len();
        into.text.push(glyph.ch);
        into.push(Kind::Single, position, text_start, (glyph.start, glyph.end));
        if let Some(next) = run.get(at + 1) {
            // The pair shares its first character with the single just written.
            into.text.push(next.ch);
            into.push(Kind::Pair, position, text_start, (glyph.start, next.end));
        }
    }
    into.n_positions = base + small(n);
    into.push_run(RunKind::Han, first_token, (run[0].start, run[n - 1].end));
    n
}

/// Texts are bounded far below 4 GiB; beyond that, offsets stick at the end instead of wrapping.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn wide(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
