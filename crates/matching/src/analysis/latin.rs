//! Words and codes: stems, stop words, capitals, and the three forms of a technical run.
use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

use super::glyphs::{Class, Glyph};
use super::{Kind, RunKind, Tokens, WORD_CHARS_MAX, small};

/// English words that leave a gap instead of a token.
const STOP_WORDS: [&str; 33] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it",
    "no", "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these",
    "they", "this", "to", "was", "will", "with",
];

const STEMS_REMEMBERED_MAX: usize = 50_000;

/// Whether a folded word is a stop word.
pub fn is_stop_word(word: &str) -> bool {
    word.len() <= 5 && STOP_WORDS.binary_search(&word).is_ok()
}

/// English stems, remembered.
pub(super) struct Stems {
    stemmer: Stemmer,
    known: HashMap<Box<str>, Box<str>>,
    word: String,
}

impl Stems {
    pub(super) fn new() -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        Self { stemmer, known: HashMap::new(), word: String::new() }
    }

    /// Appends the stem of the word in `self.word` to `into`.
    fn push_stem(&mut self, into: &mut String) {
        if !self.word.is_ascii() || self.word.len() < 3 {
            into.push_str(&self.word);
            return;
        }
        if let Some(stem) = self.known.get(self.word.as_str()) {
            into.push_str(stem);
            return;
        }
        let stem = self.stemmer.stem(&self.word);
        into.push_str(&stem);
        if self.known.len() >= STEMS_REMEMBERED_MAX {
            self.known.clear();
        }
        self.known.insert(self.word.as_str().into(), stem.as_ref().into());
    }

    fn take_word(&mut self, glyphs: &[Glyph]) {
        self.word.clear();
        self.word.extend(glyphs.iter().take(WORD_CHARS_MAX).map(|glyph| glyph.ch));
    }
}

/// Cuts the word or code at the head of `rest`; answers how many glyphs it took.
pub(super) fn cut(rest: &[Glyph], stems: &mut Stems, into: &mut Tokens) -> usize {
    let extent = Extent::of(rest);
    let run = &rest[..extent.n_glyphs];
    let first_token = into.tokens.len();
    let kind = if extent.is_technical() {
        cut_technical(run, extent.n_trailing, stems, into);
        RunKind::Technical
    } else {
        cut_word(run, extent.has_letter, stems, into)
    };
    into.push_run(kind, first_token, span_of(run));
    extent.n_glyphs
}

/// How far a run reaches, and what it holds.
struct Extent {
    n_glyphs: usize,
    n_trailing: usize,
    has_letter: bool,
    has_digit: bool,
    has_joiner: bool,
}

impl Extent {
    fn of(rest: &[Glyph]) -> Self {
        let mut it = Self {
            n_glyphs: 0,
            n_trailing: 0,
            has_letter: false,
            has_digit: false,
            has_joiner: false,
        };
        let is_inner = |at: usize| {
            rest.get(at).is_some_and(|glyph| matches!(glyph.class, Class::Letter | Class::Digit))
        };
        while let Some(glyph) = rest.get(it.n_glyphs) {
            match glyph.class {
                Class::Letter => it.has_letter = true,
                Class::Digit => it.has_digit = true,
                Class::Joiner if is_inner(it.n_glyphs + 1) => it.has_joiner = true,
                _ => break,
            }
            it.n_glyphs += 1;
        }
        let is_sign = |glyph: &&Glyph| glyph.ch == '+' || glyph.ch == '#';
        it.n_trailing = rest[it.n_glyphs..].iter().take(2).take_while(is_sign).count();
        if it.n_trailing > 0 && is_inner(it.n_glyphs + it.n_trailing) {
            // `C#x` or `C++x`: the sign belongs to what follows as much as to what precedes.
            it.n_trailing -= usize::from(rest[it.n_glyphs + it.n_trailing - 1].ch == '#');
        }
        it.n_glyphs += it.n_trailing;
        it
    }

    fn is_technical(&self) -> bool {
        self.has_joiner || self.n_trailing > 0 || (self.has_digit && self.has_letter)
    }
}

fn span_of(glyphs: &[Glyph]) -> (u32, u32) {
    let end = glyphs.iter().map(|glyph| glyph.end).max().unwrap_or(0);
    (glyphs.first().map_or(0, |glyph| glyph.start), end)
}

/// A plain word or number: its stem, its exact form if in capitals, or a gap.
fn cut_word(run: &[Glyph], has_letter: bool, stems: &mut Stems, into: &mut Tokens) -> RunKind {
    let position = into.n_positions;
    let span = span_of(run);
    into.n_positions += 1;
    stems.take_word(run);
    if (2..=5).contains(&run.len()) && run.iter().all(|glyph| glyph.is_capital) {
        let text_start = into.text.len();
        into.text.push('=');
        into.text.push_str(&stems.word);
        into.push(Kind::Exact, position, text_start, span);
    }
    if is_stop_word(&stems.word) {
        return RunKind::Stop;
    }
    let text_start = into.text.len();
    if has_letter {
        stems.push_stem(&mut into.text);
    } else {
        into.text.push_str(&stems.word);
    }
    into.push(Kind::Word, position, text_start, span);
    RunKind::Word
}

/// The whole, the loose form, pieces and parts of a code.
fn cut_technical(run: &[Glyph], n_trailing: usize, stems: &mut Stems, into: &mut Tokens) {
    let base = into.n_positions;
    let body = &run[..run.len() - n_trailing];
    let whole = whole_form(body, &run[body.len()..]);
    let parts = parts_of(body);
    let is_one = parts.len() == 1 && n_trailing == 0;
    if whole.chars().count() <= WORD_CHARS_MAX {
        push_text(&whole, Kind::Whole, base, span_of(run), into);
        let loose = loose_form(&whole, n_trailing);
        let is_part = || parts.iter().any(|part| folded(&body[part.first..part.last]) == loose);
        if loose != whole && !is_part() {
            push_text(&loose, Kind::Loose, base, span_of(run), into);
        }
        if is_one {
            into.n_positions = base + 1;
            return;
        }
    }
    for (at, part) in parts.iter().enumerate() {
        let position = base + small(at);
        if let Some(last) = part.piece_last {
            let piece = &body[part.first..last];
            let text = folded(piece);
            if text != whole && text.chars().count() <= WORD_CHARS_MAX {
                push_text(&text, Kind::Piece, position, span_of(piece), into);
            }
        }
        let glyphs = &body[part.first..part.last];
        let text_start = into.text.len();
        stems.take_word(glyphs);
        if glyphs[0].class == Class::Letter {
            stems.push_stem(&mut into.text);
        } else {
            into.text.push_str(&stems.word);
        }
        into.push(Kind::Part, position, text_start, span_of(glyphs));
    }
    into.n_positions = base + small(parts.len());
}

fn push_text(text: &str, kind: Kind, position: u32, span: (u32, u32), into: &mut Tokens) {
    let text_start = into.text.len();
    into.text.push_str(text);
    into.push(kind, position, text_start, span);
}

fn folded(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| glyph.ch).collect()
}

/// Between two digits `.` and `+` stay and other joiners become `-`; elsewhere joiners go.
fn whole_form(body: &[Glyph], trailing: &[Glyph]) -> String {
    let mut whole = String::with_capacity(body.len() + trailing.len());
    for (at, glyph) in body.iter().enumerate() {
        if glyph.class != Class::Joiner {
            whole.push(glyph.ch);
        } else if body[at - 1].class == Class::Digit && body[at + 1].class == Class::Digit {
            whole.push(if matches!(glyph.ch, '.' | '+') { glyph.ch } else { '-' });
        }
    }
    whole.extend(trailing.iter().map(|glyph| glyph.ch));
    whole
}

fn loose_form(whole: &str, n_trailing: usize) -> String {
    let (body, trailing) = whole.split_at(whole.len() - n_trailing);
    body.chars().filter(|ch| !matches!(ch, '-' | '+')).chain(trailing.chars()).collect()
}

/// A part of a code, as glyph indices; the first part of a mixed piece knows the piece's end.
struct Part {
    first: usize,
    last: usize,
    piece_last: Option<usize>,
}

/// Cuts at joiners and at borders of letters and digits; one decimal number is one part.
fn parts_of(body: &[Glyph]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut at = 0;
    let mut piece_first_part = 0;
    while at < body.len() {
        if body[at].class == Class::Joiner {
            piece_first_part = parts.len();
            at += 1;
            continue;
        }
        let last = part_end(body, at);
        parts.push(Part { first: at, last, piece_last: None });
        if parts.len() > piece_first_part + 1 {
            // A second part without a joiner between: the piece mixes letters and digits.
            parts[piece_first_part].piece_last = Some(last);
        }
        at = last;
    }
    parts
}

fn part_end(body: &[Glyph], first: usize) -> usize {
    let class = body[first].class;
    let run_end =
        |from: usize| from + body[from..].iter().take_while(|glyph| glyph.class == class).count();
    let end = run_end(first);
    let is_point = |at: usize| body.get(at).is_some_and(|glyph| glyph.ch == '.');
    let is_digit = |at: usize| body.get(at).is_some_and(|glyph| glyph.class == Class::Digit);
    if class != Class::Digit || !is_point(end) || !is_digit(end + 1) {
        return end;
    }
    let continues_chain = first >= 2 && is_point(first - 1) && is_digit(first - 2);
    let decimal_end = run_end(end + 1);
    let goes_on = is_point(decimal_end) && is_digit(decimal_end + 1);
    if continues_chain || goes_on { end } else { decimal_end }
}
