//! The text of a contract: numbered clauses in both languages, and the digest that is signed.

use crate::condition;
use crate::fact::{Fact, Facts, Item};
use crate::flaw::Flaw;
use crate::template::{Clause, Fault, Paragraph, Piece, Template, Text, long_name};
use crate::terms::Terms;
use base::{Bilingual, Lang};
use sha2::{Digest as _, Sha256};

/// A contract's text. Equal templates and terms give equal documents.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    pub template: String,
    pub reference: String,
    pub title: Bilingual,
    pub clauses: Vec<Article>,
    /// The terms as lines of name and value: the digest binds these too.
    pub sheet: Vec<(String, Bilingual)>,
}

/// A numbered clause.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Article {
    /// The key of the template's clause.
    pub key: String,
    /// From 1.
    pub number: usize,
    pub heading: Bilingual,
    pub paragraphs: Vec<Numbered>,
}

/// A paragraph: `3.2`, or `3` where it is the clause's only one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Numbered {
    pub number: String,
    pub text: Bilingual,
}

/// SHA-256 of a document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// A document, and the fields that had one language only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub document: Document,
    /// Their other half shows the language there is.
    pub untranslated: Vec<String>,
}

/// Why no document can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undrawable {
    /// The terms have to be mended.
    Terms(Vec<Flaw>),
    /// The template does not fit these terms.
    Template(Vec<Fault>),
}

impl Template {
    /// Makes the document of terms.
    pub fn draw(&self, terms: &Terms) -> Result<Drawn, Undrawable> {
        let flaws = terms.flaws();
        if !flaws.is_empty() {
            return Err(Undrawable::Terms(flaws));
        }
        let facts = Facts::of(terms).expect("terms without flaws have sums within range");
        let mut artist = Artist::new(self, &facts);
        if !self.kinds.contains(&terms.kind) {
            artist.fault(0, None, "kind-unfit", terms.kind.code());
        }
        let title = artist.text(&self.title, None, (None, None));
        let clauses = artist.articles();
        if !artist.faults.is_empty() {
            return Err(Undrawable::Template(artist.faults));
        }
        let document = Document {
            template: self.name.clone(),
            reference: terms.reference.trim().to_owned(),
            title,
            clauses,
            sheet: facts.sheet(),
        };
        Ok(Drawn { document, untranslated: untranslated(&facts) })
    }
}

struct Artist<'a> {
    template: &'a Template,
    facts: &'a Facts,
    /// The clauses that stand, in their order: their places are their numbers.
    chosen: Vec<&'a Clause>,
    faults: Vec<Fault>,
}

impl<'a> Artist<'a> {
    fn new(template: &'a Template, facts: &'a Facts) -> Self {
        let holds = |clause: &&Clause| {
            clause.when.iter().all(|it| it.holds(facts, None)) && has_text(clause, facts)
        };
        let chosen = template.clauses.iter().filter(holds).collect();
        Self { template, facts, chosen, faults: Vec::new() }
    }

    fn fault(&mut self, line: usize, clause: Option<&str>, code: &'static str, what: &str) {
        let clause = clause.map(str::to_owned);
        let fault = Fault { line, clause, code, what: what.to_owned() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn articles(&mut self) -> Vec<Article> {
        let chosen = self.chosen.clone();
        let articles = chosen.into_iter().enumerate();
        articles.map(|(n, clause)| self.article(n + 1, clause)).collect()
    }

    fn article(&mut self, number: usize, clause: &Clause) -> Article {
        let heading = self.text(&clause.heading, Some(&clause.key), (None, None));
        let mut texts = Vec::new();
        for (paragraph, list, item) in paragraphs(clause, self.facts) {
            texts.push(self.text(&paragraph.text, Some(&clause.key), (list, item)));
        }
        let is_one = texts.len() == 1;
        let numbered = (1..).zip(texts).map(|(n, text)| {
            let number = if is_one { number.to_string() } else { format!("{number}.{n}") };
            Numbered { number, text }
        });
        Article { key: clause.key.clone(), number, heading, paragraphs: numbered.collect() }
    }

    fn text(
        &mut self,
        text: &Text,
        clause: Option<&str>,
        of: (Option<&str>, Option<&Item>),
    ) -> Bilingual {
        let mut filled = |lang: Lang| {
            text.of(lang).iter().fold(String::new(), |mut filled, piece| {
                let next = self.piece(piece, lang, (text.line, clause), of);
                // What was typed as a sentence brings its own stop.
                if next.starts_with(STOPS) && filled.ends_with(STOPS) {
                    filled.pop();
                }
                filled + &next
            })
        };
        Bilingual::new(filled(Lang::En), filled(Lang::Zh))
    }

    fn piece(
        &mut self,
        piece: &Piece,
        lang: Lang,
        (line, clause): (usize, Option<&str>),
        (list, item): (Option<&str>, Option<&Item>),
    ) -> String {
        match piece {
            Piece::Plain(plain) => plain.clone(),
            Piece::Clause(key) => match self.chosen.iter().position(|it| it.key == *key) {
                Some(at) => (at + 1).to_string(),
                None => {
                    self.fault(line, clause, "clause-not-chosen", key);
                    String::new()
                }
            },
            Piece::Field(name) => match condition::find(self.facts, item, name) {
                Some(Fact::Code(code)) => {
                    let word = self.template.word(&long_name(name, list), code);
                    word.map_or_else(|| (*code).to_owned(), |it| it.get(lang).to_owned())
                }
                Some(fact) => fact.shown(lang),
                None => {
                    self.fault(line, clause, "value-absent", name);
                    String::new()
                }
            },
        }
    }
}

/// What ends a sentence in either language.
const STOPS: [char; 2] = ['.', '。'];

type Placed<'a> = (&'a Paragraph, Option<&'a str>, Option<&'a Item>);

/// The paragraphs of a clause that stand, each with its list and item.
fn paragraphs<'a>(clause: &'a Clause, facts: &'a Facts) -> Vec<Placed<'a>> {
    let mut found = Vec::new();
    let none: &[Item] = &[];
    for block in &clause.blocks {
        let Some((list, _)) = block.each else {
            let once = block.paragraphs.iter().filter(|it| stands(it, facts, None));
            found.extend(once.map(|it| (it, None, None)));
            continue;
        };
        for item in facts.lists.get(list).map_or(none, Vec::as_slice) {
            let of_item = block.paragraphs.iter().filter(|it| stands(it, facts, Some(item)));
            found.extend(of_item.map(|it| (it, Some(list), Some(item))));
        }
    }
    found
}

fn stands(paragraph: &Paragraph, facts: &Facts, item: Option<&Item>) -> bool {
    paragraph.when.as_ref().is_none_or(|it| it.holds(facts, item))
}

/// A clause none of whose paragraphs stands is left out with its heading.
fn has_text(clause: &Clause, facts: &Facts) -> bool {
    !paragraphs(clause, facts).is_empty()
}

fn untranslated(facts: &Facts) -> Vec<String> {
    let sheet = facts.sheet().into_iter();
    sheet.filter(|(_, it)| it.en.is_empty() || it.zh.is_empty()).map(|(name, _)| name).collect()
}

impl Document {
    /// What parties sign: everything in the document, each text with its length before it, so
    /// that no text can pass for two.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        let mut put = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        let both = |text: &Bilingual, put: &mut dyn FnMut(&str)| {
            put(&text.en);
            put(&text.zh);
        };
        put("bellwether contract 1");
        put(&self.template);
        put(&self.reference);
        both(&self.title, &mut put);
        put(&self.clauses.len().to_string());
        for clause in &self.clauses {
            put(&clause.key);
            put(&clause.number.to_string());
            both(&clause.heading, &mut put);
            put(&clause.paragraphs.len().to_string());
            for paragraph in &clause.paragraphs {
                put(&paragraph.number);
                both(&paragraph.text, &mut put);
            }
        }
        put(&self.sheet.len().to_string());
        for (name, value) in &self.sheet {
            put(name);
            both(value, &mut put);
        }
        Digest(hash.finalize().into())
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Digest {
    /// Reads 64 small hexadecimal letters.
    pub fn parse(text: &str) -> Option<Self> {
        let fine = text.len() == 64
            && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !fine {
            return None;
        }
        let mut bytes = [0; 32];
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a digest"))
    }
}
