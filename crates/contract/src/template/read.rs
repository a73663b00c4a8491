//! The lines of a template.

use super::{Block, Clause, Fault, Paragraph, Piece, Template, Text, codes_of};
use crate::condition::{Condition, Fields};
use crate::fact;
use crate::kind::Kind;
use crate::party::is_key;
use base::Bilingual;
use std::collections::BTreeMap;

/// Reads all lines, with what is wrong with each.
pub(super) fn read(source: &str, faults: &mut Vec<Fault>) -> Template {
    let template = Template {
        name: String::new(),
        kinds: Vec::new(),
        title: Text::default(),
        words: BTreeMap::new(),
        clauses: Vec::new(),
    };
    let mut reader = Reader { template, each: None, pending: None, when: None, faults };
    for (line, text) in logical_lines(source) {
        reader.line(line, &text);
    }
    reader.finish_text();
    reader.close_each();
    reader.template
}

/// Lines joined with those that go on with them: a line that begins with a blank does.
fn logical_lines(source: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (n, raw) in (1..).zip(source.lines()) {
        let text = raw.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        match lines.last_mut().filter(|_| raw.starts_with([' ', '\t'])) {
            Some((_, last)) => {
                // Between two Han characters nothing is put: a Chinese text has no blanks.
                let is_han = |c: Option<char>| c.is_some_and(|c| u32::from(c) >= 0x2e80);
                if !(is_han(last.chars().last()) || is_han(text.chars().next())) {
                    last.push(' ');
                }
                last.push_str(text);
            }
            None => lines.push((n, text.to_owned())),
        }
    }
    lines
}

struct Reader<'a> {
    template: Template,
    /// The list whose items the paragraphs are for, and the line it began in.
    each: Option<(&'static str, Fields, usize)>,
    /// An English text that waits for its Chinese one, and where it goes.
    pending: Option<(Place, Text)>,
    /// The condition of the next paragraph.
    when: Option<(usize, Condition)>,
    faults: &'a mut Vec<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Title,
    Heading,
    Paragraph,
}

impl Reader<'_> {
    fn fault(&mut self, line: usize, code: &'static str, what: &str) {
        let clause = self.template.clauses.last().map(|it| it.key.clone());
        self.faults.push(Fault { line, clause, code, what: what.to_owned() });
    }

    fn line(&mut self, line: usize, text: &str) {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        if word == "zh" && self.pending.is_some() {
            self.chinese(line, rest);
            return;
        }
        self.finish_text();
        match word {
            "template" => self.name(line, rest),
            "kinds" => self.kinds(line, rest),
            "word" => self.word(line, rest),
            "title" => self.begin(line, Place::Title, rest),
            "clause" => self.clause(line, rest),
            "when" => self.condition(line, rest),
            "heading" => self.begin(line, Place::Heading, rest),
            "if" => self.only_if(line, rest),
            "each" => self.begin_each(line, rest),
            "end" => self.end(line),
            "en" => self.begin(line, Place::Paragraph, rest),
            "zh" => self.fault(line, "english-first", "zh"),
            _ => self.fault(line, "line-unknown", word),
        }
    }

    fn name(&mut self, line: usize, name: &str) {
        if !is_key(name) || !self.template.name.is_empty() {
            self.fault(line, "name-unreadable", name);
        }
        name.clone_into(&mut self.template.name);
    }

    fn kinds(&mut self, line: usize, names: &str) {
        for name in names.split_whitespace() {
            match Kind::parse(name) {
                Some(kind) if !self.template.kinds.contains(&kind) => {
                    self.template.kinds.push(kind);
                }
                _ => self.fault(line, "kind-unknown", name),
            }
        }
    }

    /// `word FIELD CODE = ENGLISH | CHINESE`
    fn word(&mut self, line: usize, text: &str) {
        let parts = text.split_once('=').and_then(|(names, texts)| {
            let mut names = names.split_whitespace();
            let (field, code, none) = (names.next()?, names.next()?, names.next());
            let (en, zh) = texts.split_once('|')?;
            none.is_none().then_some((field, code, en.trim(), zh.trim()))
        });
        let Some((field, code, en, zh)) = parts else {
            return self.fault(line, "word-unreadable", text);
        };
        match codes_of(field) {
            None => return self.fault(line, "field-has-no-codes", field),
            Some(codes) if !codes.contains(&code) => return self.fault(line, "code-unknown", code),
            Some(_) => {}
        }
        if en.is_empty() || zh.is_empty() {
            return self.fault(line, "language-absent", code);
        }
        let key = (field.to_owned(), code.to_owned());
        if self.template.words.insert(key, Bilingual::new(en, zh)).is_some() {
            self.fault(line, "word-twice", &format!("{field} {code}"));
        }
    }

    fn clause(&mut self, line: usize, key: &str) {
        self.close_each();
        if !is_key(key) {
            self.fault(line, "clause-unreadable", key);
        }
        let heading = Text::default();
        let key = key.to_owned();
        let (when, blocks) = (Vec::new(), Vec::new());
        self.template.clauses.push(Clause { key, line, when, heading, blocks });
    }

    fn condition(&mut self, line: usize, text: &str) {
        match Condition::parse(text, None) {
            Ok(condition) => match self.template.clauses.last_mut() {
                Some(clause) if clause.blocks.is_empty() => clause.when.push(condition),
                _ => self.fault(line, "out-of-place", "when"),
            },
            Err(wrong) => self.fault(line, wrong.0, &wrong.1),
        }
    }

    fn only_if(&mut self, line: usize, text: &str) {
        let item = self.each.map(|(_, fields, _)| fields);
        if self.when.is_some() {
            self.fault(line, "out-of-place", "if");
        }
        match Condition::parse(text, item) {
            Ok(condition) => self.when = Some((line, condition)),
            Err(wrong) => self.fault(line, wrong.0, &wrong.1),
        }
    }

    fn begin_each(&mut self, line: usize, name: &str) {
        self.close_each();
        if self.template.clauses.is_empty() {
            return self.fault(line, "out-of-place", "each");
        }
        match fact::list(name) {
            Some((name, fields)) => {
                self.each = Some((name, fields, line));
                self.block(Some((name, fields)));
            }
            None => self.fault(line, "list-unknown", name),
        }
    }

    fn end(&mut self, line: usize) {
        match self.each.take() {
            Some(_) => self.block(None),
            None => self.fault(line, "out-of-place", "end"),
        }
    }

    /// A list has to be closed by `end` before anything else begins.
    fn close_each(&mut self) {
        if let Some((name, _, began)) = self.each.take() {
            self.fault(began, "each-unclosed", name);
        }
        if let Some((line, _)) = self.when.take() {
            self.fault(line, "out-of-place", "if");
        }
    }

    fn block(&mut self, each: Option<(&'static str, Fields)>) {
        if let Some(clause) = self.template.clauses.last_mut() {
            clause.blocks.push(Block { each, paragraphs: Vec::new() });
        }
    }

    /// The English half; of titles and headings the Chinese one follows as a line `zh` too.
    fn begin(&mut self, line: usize, place: Place, rest: &str) {
        if place != Place::Title && self.template.clauses.is_empty() {
            return self.fault(line, "out-of-place", "en");
        }
        let en = self.pieces(line, rest);
        self.pending = Some((place, Text { line, en, zh: Vec::new() }));
    }

    fn chinese(&mut self, line: usize, rest: &str) {
        let zh = self.pieces(line, rest);
        let Some((place, mut text)) = self.pending.take() else { return };
        text.zh = zh;
        self.put(place, text);
    }

    /// An English text whose Chinese one never came; the check says so.
    fn finish_text(&mut self) {
        if let Some((place, text)) = self.pending.take() {
            self.put(place, text);
        }
    }

    fn put(&mut self, place: Place, text: Text) {
        let line = text.line;
        let slot = match place {
            Place::Title => &mut self.template.title,
            Place::Heading => match self.template.clauses.last_mut() {
                Some(clause) => &mut clause.heading,
                None => return,
            },
            Place::Paragraph => return self.paragraph(text),
        };
        if slot.line == 0 {
            *slot = text;
        } else {
            self.fault(line, "heading-twice", "heading");
        }
    }

    fn paragraph(&mut self, text: Text) {
        let when = self.when.take().map(|(_, condition)| condition);
        let Some(clause) = self.template.clauses.last_mut() else { return };
        if clause.blocks.is_empty() {
            clause.blocks.push(Block { each: None, paragraphs: Vec::new() });
        }
        let block = clause.blocks.last_mut().expect("one was just put there");
        block.paragraphs.push(Paragraph { when, text });
    }

    /// Placeholders stand in braces; `{{` is a brace.
    fn pieces(&mut self, line: usize, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let from = &rest[at..];
            if let Some(after) = from.strip_prefix("{{") {
                plain.push('{');
                rest = after;
                continue;
            }
            if let Some(after) = from.strip_prefix("}}") {
                plain.push('}');
                rest = after;
                continue;
            }
            let inside = from.strip_prefix('{').and_then(|it| it.split_once('}'));
            let Some((name, after)) = inside else {
                self.fault(line, "brace-unclosed", from.split_whitespace().next().unwrap_or("{"));
                return pieces;
            };
            if !plain.is_empty() {
                pieces.push(Piece::Plain(std::mem::take(&mut plain)));
            }
            pieces.push(piece(name.trim()));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        pieces
    }
}

fn piece(name: &str) -> Piece {
    match name.strip_prefix("clause:") {
        Some(key) => Piece::Clause(key.trim().to_owned()),
        None => Piece::Field(name.to_owned()),
    }
}
