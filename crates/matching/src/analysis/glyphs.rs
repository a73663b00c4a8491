//! Normalising: original text to folded characters that remember their bytes.
use std::sync::OnceLock;

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::small;
use super::traditional::PAIRS;

/// What a folded character can be part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Han,
    Letter,
    Digit,
    /// One of `- . / _ +`.
    Joiner,
    Hash,
    Comma,
    LineBreak,
    Other,
}

/// One folded character and the bytes of the original it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) ch: char,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) class: Class,
    pub(super) is_capital: bool,
}

/// Folds `text` into `into`, which is emptied first.
pub(super) fn normalise(text: &str, into: &mut Vec<Glyph>) {
    into.clear();
    into.reserve(text.len() / 2);
    let mut at = 0;
    let mut has_seams = false;
    while let Some(ch) = text[at..].chars().next() {
        let end = at + ch.len_utf8();
        let follower = text[end..].chars().next();
        if let Some(plain) = quick(ch)
            && !follower.is_some_and(continues)
        {
            push(plain, (at, end), into);
            has_seams |= matches!(plain, ',' | '\n' | '\r');
            at = end;
            continue;
        }
        let end = end + chunk_tail(&text[end..]);
        for ch in text[at..end].nfkc() {
            has_seams |= matches!(ch, ',' | '\n' | '\r');
            push(ch, (at, end), into);
        }
        at = end;
    }
    if has_seams {
        close_seams(into);
    }
}

/// True for characters that NFKC leaves alone when nothing that composes follows.
fn is_steady(ch: char) -> bool {
    matches!(ch, '\0'..='\u{7f}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// The NFKC form of the commonest characters, when nothing that composes follows them.
fn quick(ch: char) -> Option<char> {
    match ch {
        _ if is_steady(ch) => Some(ch),
        '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{2013}'..='\u{2014}' => Some(ch),
        '\u{2018}'..='\u{201d}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' => Some(ch),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(ch) - 0xfee0),
        _ => None,
    }
}

/// True for characters that may join the one before them when normalised.
fn continues(ch: char) -> bool {
    if is_steady(ch) || ch < '\u{300}' {
        return false;
    }
    canonical_combining_class(ch) != 0
        || is_nfkc_quick(std::iter::once(ch)) == IsNormalized::Maybe
        || matches!(ch, '\u{1160}'..='\u{11ff}' | '\u{ff9e}' | '\u{ff9f}')
}

/// How many bytes at the head of `rest` belong to the chunk that was begun before.
fn chunk_tail(rest: &str) -> usize {
    rest.char_indices().find(|(_, ch)| !continues(*ch)).map_or(rest.len(), |(at, _)| at)
}

/// Folds one normalised character: dashes, drops, case, accents, traditional forms.
fn push(ch: char, (start, end): (usize, usize), into: &mut Vec<Glyph>) {
    let span = (small(start), small(end));
    let mut add = |ch: char, is_capital: bool| {
        into.push(Glyph { ch, start: span.0, end: span.1, class: class(ch), is_capital });
    };
    match ch {
        'A'..='Z' => add(ch.to_ascii_lowercase(), true),
        '\0'..='\u{7f}' => add(ch, false),
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => add(simplified(ch), false),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => add('-', false),
        _ if is_dropped(ch) => {}
        _ if is_latin(ch) => {
            // Accents off: the base letter stays, what was composed onto it goes.
            let mut base = ch;
            decompose_canonical(ch, |part| {
                if canonical_combining_class(part) == 0 {
                    base = part;
                }
            });
            base.to_lowercase().for_each(|ch| add(ch, base.is_uppercase()));
        }
        '\u{300}'..='\u{36f}' => {
            // A mark that NFKC could not compose: off after a Latin letter, else kept.
            if into.last().is_none_or(|before| !before.ch.is_ascii_alphabetic()) {
                into.push(Glyph {
                    ch,
                    start: span.0,
                    end: span.1,
                    class: class(ch),
                    is_capital: false,
                });
            }
        }
        '\u{20000}'.. => add(simplified(ch), false),
        _ => ch.to_lowercase().for_each(|lower| add(lower, false)),
    }
}

fn is_latin(ch: char) -> bool {
    matches!(ch, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Soft hyphen, zero-width characters and marks of direction, BOM, variation selectors.
fn is_dropped(ch: char) -> bool {
    matches!(ch,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn class(ch: char) -> Class {
    match ch {
        'a'..='z' | 'A'..='Z' => Class::Letter,
        '0'..='9' => Class::Digit,
        '-' | '.' | '/' | '_' | '+' => Class::Joiner,
        '#' => Class::Hash,
        ',' => Class::Comma,
        '\n' | '\r' => Class::LineBreak,
        '\0'..='\u{7f}' => Class::Other,
        _ if is_han(ch) => Class::Han,
        _ if ch.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// Whether a folded character belongs to a Han run: Han, kana, bopomofo, Hangul.
pub fn is_han(ch: char) -> bool {
    matches!(ch,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{3ffff}'
        | '\u{f900}'..='\u{faff}' | '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}'
        | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3005}'..='\u{3007}' | '\u{2e80}'..='\u{2fdf}')
}

/// Takes out a line break between two Han characters, and a comma that groups digits.
fn close_seams(glyphs: &mut Vec<Glyph>) {
    let mut kept = 0;
    let mut at = 0;
    while at < glyphs.len() {
        let before = if kept == 0 { None } else { Some(glyphs[kept - 1].class) };
        let width = match glyphs[at].class {
            Class::LineBreak if before == Some(Class::Han) => break_between_han(&glyphs[at..]),
            Class::Comma if before == Some(Class::Digit) => {
                usize::from(groups_digits(&glyphs[at + 1..]))
            }
            _ => 0,
        };
        if width > 0 {
            at += width;
            continue;
        }
        glyphs[kept] = glyphs[at];
        kept += 1;
        at += 1;
    }
    glyphs.truncate(kept);
}

/// The width of one line break (CR LF counts as one) if a Han character follows it, else 0.
fn break_between_han(rest: &[Glyph]) -> usize {
    let is_pair = rest.len() > 1 && rest[0].ch == '\r' && rest[1].ch == '\n';
    let width = if is_pair { 2 } else { 1 };
    if rest.get(width).is_some_and(|next| next.class == Class::Han) { width } else { 0 }
}

fn groups_digits(rest: &[Glyph]) -> bool {
    rest.iter().take(4).take_while(|glyph| glyph.class == Class::Digit).count() == 3
}

const COMMON_FIRST: usize = 0x4e00;

/// Simplified forms: a direct table for the common block, a sorted list for the rest.
struct Folds {
    common: Vec<char>,
    rare: Vec<(char, char)>,
}

/// The simplified form of a Han character, or itself.
fn simplified(ch: char) -> char {
    static FOLDS: OnceLock<Folds> = OnceLock::new();
    let folds = FOLDS.get_or_init(|| {
        let mut common: Vec<char> = ('\u{4e00}'..='\u{9fff}').collect();
        let mut rare = Vec::new();
        let mut chars = PAIRS.chars();
        while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            match slot(from).and_then(|slot| common.get_mut(slot)) {
                Some(entry) => *entry = to,
                None => rare.push((from, to)),
            }
        }
        Folds { common, rare }
    });
    match slot(ch).and_then(|slot| folds.common.get(slot)) {
        Some(to) => *to,
        None => match folds.rare.binary_search_by_key(&ch, |pair| pair.0) {
            Ok(at) => folds.rare[at].1,
            Err(_) => ch,
        },
    }
}

fn slot(ch: char) -> Option<usize> {
    usize::try_from(u32::from(ch)).ok()?.checked_sub(COMMON_FIRST)
}
