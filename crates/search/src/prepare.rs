//! Cuts documents for the writer, on several threads.
use std::collections::HashMap;

use matching::analysis::{Analyser, Tokens, WORD_CHARS_MAX};
use matching::spelling::short_keys;
use tantivy::TantivyDocument;

use crate::coded::Coder;
use crate::columns::small;
use crate::counts::term_hash;
use crate::document::{Change, Document};
use crate::schema::{Fields, IS_GONE, IS_NEED, IS_PUBLIC};

/// More bytes of a body are not indexed; a page says so.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Texts stand so far apart that no phrase spans two of them.
const TEXT_GAP: u32 = 16;
/// Below this, starting threads costs more than it saves.
const CHANGES_A_THREAD_MIN: usize = 32;
/// So many words of a Latin title can be suggested by their own beginning.
const HINT_WORDS_MAX: usize = 6;
/// So many words of a document may be proposed for mistyped ones.
const WORDS_SPELT_MAX: usize = 100;
const WORDS_SPELT_BYTES_MAX: usize = 2_000;
const OWNERS_REMEMBERED_MAX: usize = 10_000;

/// A change ready for the writer.
pub(crate) struct Prepared {
    pub(crate) key: String,
    pub(crate) document: TantivyDocument,
    pub(crate) toll: Toll,
}

/// What a document adds to the statistics; nothing unless it is public.
#[derive(Default)]
pub(crate) struct Toll {
    pub(crate) is_public: bool,
    pub(crate) is_need: bool,
    pub(crate) len: u64,
    pub(crate) terms: Vec<u64>,
}

/// Prepares changes in order, on up to `n_threads` threads.
pub(crate) fn prepare_all(
    changes: &[&Change],
    fields: &Fields,
    need_kinds: &[String],
    n_threads: usize,
) -> Vec<Prepared> {
    let prepare = |part: &[&Change]| -> Vec<Prepared> {
        let mut cutter = Cutter::new(fields, need_kinds);
        part.iter().map(|change| cutter.prepare(change)).collect()
    };
    let n_threads = n_threads.min(changes.len() / CHANGES_A_THREAD_MIN).max(1);
    if n_threads == 1 {
        return prepare(changes);
    }
    let parts = changes.chunks(changes.len().div_ceil(n_threads));
    std::thread::scope(|scope| {
        let threads: Vec<_> = parts.map(|part| scope.spawn(move || prepare(part))).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Vec<Prepared>>| match thread.join() {
            Ok(prepared) => prepared,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        threads.into_iter().flat_map(join).collect()
    })
}

/// What a document as stored adds to the statistics: to take it out again.
pub(crate) fn toll_of(stored: &Document, fields: &Fields, need_kinds: &[String]) -> Toll {
    Cutter::new(fields, need_kinds).texts(stored).2
}

struct Cutter<'a> {
    fields: &'a Fields,
    need_kinds: &'a [String],
    analyser: Analyser,
    tokens: Tokens,
    owner_hints: HashMap<String, Vec<String>>,
}

impl<'a> Cutter<'a> {
    fn new(fields: &'a Fields, need_kinds: &'a [String]) -> Self {
        Self {
            fields,
            need_kinds,
            analyser: Analyser::new(),
            tokens: Tokens::default(),
            owner_hints: HashMap::new(),
        }
    }

    fn prepare(&mut self, change: &Change) -> Prepared {
        let key = change.key();
        let fields = self.fields;
        let mut into = TantivyDocument::new();
        into.add_text(fields.key, &key);
        into.add_u64(fields.hash, term_hash(&key));
        into.add_u64(fields.version, change.version());
        let Change::Put(document) = change else {
            into.add_u64(fields.flags, IS_GONE);
            return Prepared { key, document: into, toll: Toll::default() };
        };
        let (text, ends, toll) = self.texts(document);
        into.add_text(fields.text, text);
        into.add_u64(fields.title_end, u64::from(ends[0]));
        into.add_u64(fields.body_end, u64::from(ends[1]));
        let is_need = if toll.is_need { IS_NEED } else { 0 };
        let is_public = if toll.is_public { IS_PUBLIC } else { 0 };
        into.add_u64(fields.flags, is_public | is_need);
        into.add_u64(fields.len, toll.len);
        into.add_u64(fields.seq, document.seq);
        add_facts(document, fields, &mut into);
        add_raw(document, fields, &mut into);
        self.add_hints(document, &mut into);
        if toll.is_public {
            add_words(document, fields, &mut into);
        }
        Prepared { key, document: into, toll }
    }

    fn add_hints(&mut self, document: &Document, into: &mut TantivyDocument) {
        let mut found = hints(&document.title);
        if !document.title_other.is_empty() {
            found.extend(hints(&document.title_other));
        }
        let owner = &document.owner_name;
        if !owner.is_empty() {
            // The same owners come again and again.
            if self.owner_hints.len() > OWNERS_REMEMBERED_MAX {
                self.owner_hints.clear();
            }
            let known = self.owner_hints.entry(owner.clone()).or_insert_with(|| hints(owner));
            found.extend(known.iter().cloned());
        }
        found.sort_unstable();
        found.dedup();
        found.iter().for_each(|hint| into.add_text(self.fields.hint, hint));
    }

    /// The coded text, where titles and body end in it, and what it adds to the statistics.
    fn texts(&mut self, document: &Document) -> (String, [u32; 2], Toll) {
        let is_need = self.need_kinds.contains(&document.kind);
        let mut toll = Toll { is_public: document.public, is_need, ..Toll::default() };
        let body = cut_body(&document.body);
        let mut coder = Coder::with_capacity((document.title.len() + body.len()) * 3);
        let mut base = 0;
        self.code(&document.title, &mut base, &mut coder, &mut toll);
        self.code(&document.title_other, &mut base, &mut coder, &mut toll);
        let title_end = base;
        self.code(body, &mut base, &mut coder, &mut toll);
        let body_end = base;
        let len = toll.len;
        self.code(&document.owner_name, &mut base, &mut coder, &mut toll);
        for number in &document.numbers {
            self.code(number, &mut base, &mut coder, &mut toll);
        }
        // Names and numbers do not make a document longer.
        toll.len = len;
        toll.terms.sort_unstable();
        toll.terms.dedup();
        (coder.into_text(), [title_end, body_end], toll)
    }

    fn code(&mut self, text: &str, base: &mut u32, coder: &mut Coder, toll: &mut Toll) {
        if text.is_empty() {
            return;
        }
        self.analyser.run(text, &mut self.tokens);
        for token in self.tokens.tokens() {
            let term = self.tokens.term(token);
            coder.push(*base + token.position, term);
            if toll.is_public {
                toll.terms.push(term_hash(term));
            }
        }
        toll.len += u64::from(small(self.tokens.tokens().len()));
        *base += self.tokens.n_positions() + TEXT_GAP;
    }
}

/// The head of a body that is indexed, cut between characters.
pub(crate) fn cut_body(body: &str) -> &str {
    body.get(..body.floor_char_boundary(BODY_BYTES_MAX)).unwrap_or(body)
}

fn add_facts(document: &Document, fields: &Fields, into: &mut TantivyDocument) {
    let words = [
        (fields.gate, &document.gate),
        (fields.owner, &document.owner),
        (fields.state, &document.state),
        (fields.subject, &document.field),
        (fields.region, &document.region),
    ];
    for (field, value) in words.into_iter().filter(|(_, value)| !value.is_empty()) {
        into.add_text(field, value);
    }
    let bags = [
        (fields.right, &document.right_status),
        (fields.mode, &document.deal_modes),
        (fields.class, &document.classes),
    ];
    for (field, values) in bags {
        let mut values: Vec<&String> = values.iter().filter(|value| !value.is_empty()).collect();
        values.sort_unstable();
        values.dedup();
        values.into_iter().for_each(|value| into.add_text(field, value));
    }
    // Zero says that the value is missing, so what is there is stored plus one.
    into.add_u64(fields.trl, document.trl.map_or(0, |trl| u64::from(trl) + 1));
    into.add_u64(fields.year, document.year.map_or(0, |year| u64::from(year) + 1));
    let mut numbers: Vec<String> = document.numbers.iter().filter_map(|it| folded(it)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.iter().for_each(|number| into.add_text(fields.number, number));
}

/// An identifier as it is compared: letters and digits alone, in capitals.
pub(crate) fn folded(number: &str) -> Option<String> {
    let kept: String =
        matching::analysis::fold(number).chars().filter(|ch| ch.is_alphanumeric()).collect();
    let kept = kept.to_uppercase();
    let has_digit = kept.chars().any(|ch| ch.is_ascii_digit());
    (has_digit && kept.chars().count() >= 4).then_some(kept)
}

fn add_raw(document: &Document, fields: &Fields, into: &mut TantivyDocument) {
    let numbers = document.numbers.join("\n");
    let Document { title, title_other, body, owner_name, .. } = document;
    let raw = [title, title_other, cut_body(body), owner_name, &numbers];
    for (field, text) in fields.raw.iter().zip(raw) {
        if !text.is_empty() {
            into.add_text(*field, text);
        }
    }
}

/// The Latin words of titles and of the head of the body, as they are spelt.
fn add_words(document: &Document, fields: &Fields, into: &mut TantivyDocument) {
    let texts = [&document.title, &document.title_other, head_of_body(&document.body)];
    let mut words: Vec<String> = texts
        .into_iter()
        .flat_map(|text| text.split(|ch: char| !ch.is_ascii_alphabetic()))
        .filter(|word| (4..=WORD_CHARS_MAX).contains(&word.len()))
        .take(WORDS_SPELT_MAX)
        .map(str::to_ascii_lowercase)
        .collect();
    words.sort_unstable();
    words.dedup();
    words.iter().for_each(|word| into.add_text(fields.word, word));
}

fn head_of_body(body: &str) -> &str {
    body.get(..body.floor_char_boundary(WORDS_SPELT_BYTES_MAX)).unwrap_or(body)
}

/// The beginnings under which a text is suggested: its head in pinyin, and, for Latin texts,
/// each of its first words.
fn hints(text: &str) -> Vec<String> {
    let mut hints = short_keys(text);
    if text.is_ascii() {
        let words = text.split_whitespace().skip(1).take(HINT_WORDS_MAX - 1);
        hints.extend(words.flat_map(short_keys));
    }
    hints
}
