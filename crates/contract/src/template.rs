//! Templates: bilingual texts that an office edits, with clauses chosen by the terms.
//!
//! A small declared language, line by line; docs/contract-templates.md describes it. A template
//! is checked whole before any contract is made of it, and every fault names its clause and line.
//! Nothing in it runs: conditions compare, placeholders fill in, and `each` goes through one list.

use crate::condition::{Condition, Fields, shape_of};
use crate::fact::{self, Shape};
use crate::kind::Kind;
use base::{Bilingual, Lang};
use std::collections::BTreeMap;

mod read;

/// Bytes of a template at most.
pub const BYTES_MAX: usize = 256 * 1024;
/// Clauses of a template at most.
pub const CLAUSES_MAX: usize = 200;
/// Faults that are listed at most.
pub const FAULTS_MAX: usize = 100;

/// One thing to mend in a template, or in what it is filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1; 0 where the template as a whole is meant.
    pub line: usize,
    pub clause: Option<String>,
    /// Such as `field-unknown`, `language-absent`, `word-absent`.
    pub code: &'static str,
    /// The word it is about.
    pub what: String,
}

/// The template an installation starts with: all five kinds.
pub const STANDARD: &str = include_str!("../templates/standard.txt");

/// A checked template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    pub kinds: Vec<Kind>,
    pub(crate) title: Text,
    /// What codes are called: by field and code.
    pub(crate) words: BTreeMap<(String, String), Bilingual>,
    pub(crate) clauses: Vec<Clause>,
}

/// A clause of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    pub key: String,
    pub line: usize,
    pub when: Vec<Condition>,
    pub heading: Text,
    pub blocks: Vec<Block>,
}

/// Paragraphs, once or for each item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub each: Option<(&'static str, Fields)>,
    pub paragraphs: Vec<Paragraph>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paragraph {
    pub when: Option<Condition>,
    pub text: Text,
}

/// A text in both languages, with its placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub line: usize,
    pub en: Vec<Piece>,
    pub zh: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Plain(String),
    /// A field, or `item.x` of a list.
    Field(String),
    /// The number of another clause.
    Clause(String),
}

impl Text {
    pub(crate) fn of(&self, lang: Lang) -> &[Piece] {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }

    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.en.iter().chain(&self.zh)
    }
}

impl Template {
    /// Reads and checks a template, or tells everything that is wrong with it.
    pub fn parse(source: &str) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        if source.len() > BYTES_MAX {
            let what = source.len().to_string();
            return Err(vec![Fault { line: 0, clause: None, code: "too-long", what }]);
        }
        let template = read::read(source, &mut faults);
        template.check(&mut faults);
        faults.sort_by_key(|it| it.line);
        faults.truncate(FAULTS_MAX);
        if faults.is_empty() { Ok(template) } else { Err(faults) }
    }

    /// What a code of a field is called.
    pub(crate) fn word(&self, field: &str, code: &str) -> Option<&Bilingual> {
        self.words.get(&(field.to_owned(), code.to_owned()))
    }

    fn check(&self, faults: &mut Vec<Fault>) {
        let mut whole = |code, what: &str| {
            faults.push(Fault { line: 0, clause: None, code, what: what.to_owned() });
        };
        if self.name.is_empty() {
            whole("name-absent", "template");
        }
        if self.kinds.is_empty() {
            whole("kinds-absent", "kinds");
        }
        if self.clauses.is_empty() {
            whole("clauses-absent", "clause");
        }
        if self.clauses.len() > CLAUSES_MAX {
            whole("too-many", "clause");
        }
        self.text(&self.title, None, None, faults);
        if self.title.line == 0 {
            faults.push(Fault {
                line: 0,
                clause: None,
                code: "title-absent",
                what: "title".into(),
            });
        }
        for (n, clause) in self.clauses.iter().enumerate() {
            self.clause(n, clause, faults);
        }
    }

    fn clause(&self, n: usize, clause: &Clause, faults: &mut Vec<Fault>) {
        let mut about = |code, what: &str| {
            let clause_key = Some(clause.key.clone());
            faults.push(Fault {
                line: clause.line,
                clause: clause_key,
                code,
                what: what.to_owned(),
            });
        };
        if self.clauses.iter().take(n).any(|other| other.key == clause.key) {
            about("clause-twice", &clause.key);
        }
        if clause.heading.line == 0 {
            about("heading-absent", &clause.key);
        }
        if clause.blocks.iter().all(|block| block.paragraphs.is_empty()) {
            about("clause-empty", &clause.key);
        }
        self.text(&clause.heading, Some(&clause.key), None, faults);
        for block in &clause.blocks {
            let (list, fields) = block.each.unzip();
            for paragraph in &block.paragraphs {
                self.text(&paragraph.text, Some(&clause.key), list.zip(fields), faults);
            }
        }
    }

    fn text(
        &self,
        text: &Text,
        clause: Option<&str>,
        each: Option<(&'static str, Fields)>,
        faults: &mut Vec<Fault>,
    ) {
        if text.line == 0 {
            return;
        }
        let mut about = |code, what: &str| {
            let clause = clause.map(str::to_owned);
            let fault = Fault { line: text.line, clause, code, what: what.to_owned() };
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        };
        for lang in Lang::ALL {
            let is_blank = text.of(lang).iter().all(|piece| match piece {
                Piece::Plain(plain) => plain.trim().is_empty(),
                _ => false,
            });
            if is_blank {
                about("language-absent", lang.short());
            }
        }
        for piece in text.pieces() {
            match piece {
                Piece::Plain(_) => {}
                Piece::Clause(key) => {
                    if self.clauses.iter().all(|it| it.key != *key) {
                        about("clause-unknown", key);
                    }
                }
                Piece::Field(name) => match shape_of(name, each.map(|(_, fields)| fields)) {
                    None => about("field-unknown", name),
                    Some(Shape::Flag) => about("field-is-yes-or-no", name),
                    Some(Shape::Code(codes)) => {
                        let field = long_name(name, each.map(|(list, _)| list));
                        let absent = codes.iter().find(|code| self.word(&field, code).is_none());
                        if let Some(code) = absent {
                            about("word-absent", &format!("{field} {code}"));
                        }
                    }
                    Some(_) => {}
                },
            }
        }
        // Both languages promise the same: a value in one alone is a mistake of the translation.
        let fields = |lang: Lang| {
            let mut names: Vec<&str> = text.of(lang).iter().filter_map(named).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let (en, zh) = (fields(Lang::En), fields(Lang::Zh));
        for name in en.iter().filter(|name| !zh.contains(name)) {
            about("in-english-only", name);
        }
        for name in zh.iter().filter(|name| !en.contains(name)) {
            about("in-chinese-only", name);
        }
    }
}

fn named(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Plain(_) => None,
        Piece::Field(name) | Piece::Clause(name) => Some(name),
    }
}

/// The name words are kept under: `rights.kind` for `item.kind` in a list of rights.
pub(crate) fn long_name(name: &str, list: Option<&str>) -> String {
    match (name.strip_prefix("item."), list) {
        (Some(field), Some(list)) => format!("{list}.{field}"),
        _ => name.to_owned(),
    }
}

/// The codes of a long name.
fn codes_of(name: &str) -> Option<&'static [&'static str]> {
    let shape = fact::shape(name).or_else(|| {
        let (list, field) = name.split_once('.')?;
        let (_, fields) = fact::list(list)?;
        fields.iter().find(|(it, _)| *it == field).map(|(_, shape)| *shape)
    });
    match shape? {
        Shape::Code(codes) => Some(codes),
        _ => None,
    }
}
