//! A record in the making: fields are put in order, odd ones become warnings.
use crate::check;
use crate::date::PatDate;
use crate::format::Format;
use crate::limits::Limits;
use crate::node::{Node, tidy};
use crate::number::{self, Role};
use crate::problem::{Code, Problem, excerpt};
use crate::record::{Citation, Claim, Class, DocNumber, Party, PatentRecord, Scheme, Text};
use crate::withheld;

/// Where a field stands, for warnings.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    pub line: u64,
    pub column: u64,
}

impl From<&Node> for Spot {
    fn from(node: &Node) -> Self {
        Self { line: node.line, column: node.column }
    }
}

/// What a document says about one number.
#[derive(Default)]
pub(crate) struct RawNumber<'a> {
    pub office: &'a str,
    pub number: &'a str,
    pub kind: &'a str,
    pub date: &'a str,
}

pub(crate) struct Draft<'a> {
    pub record: PatentRecord,
    file: &'a str,
    pub limits: &'a Limits,
    spot: Spot,
}

impl<'a> Draft<'a> {
    pub fn new(format: Format, spot: Spot, file: &'a str, limits: &'a Limits) -> Self {
        let record = PatentRecord::new(format, spot.line, DocNumber::default());
        Self { record, file, limits, spot }
    }

    pub fn problem<const N: usize>(
        &self,
        spot: Spot,
        field: &str,
        code: Code,
        values: [&str; N],
    ) -> Problem {
        Problem {
            file: self.file.to_owned(),
            line: spot.line,
            column: spot.column,
            field: field.to_owned(),
            code,
            values: values.into_iter().map(excerpt).collect(),
        }
    }

    pub fn warn<const N: usize>(&mut self, spot: Spot, field: &str, code: Code, values: [&str; N]) {
        if self.record.warnings.len() < self.limits.warnings {
            self.record.warnings.push(self.problem(spot, field, code, values));
        }
    }

    /// Reads a date; an empty one is silently absent, zeros too.
    pub fn date(&mut self, spot: Spot, field: &str, text: &str) -> Option<PatDate> {
        let text = text.trim();
        if text.bytes().all(|byte| byte == b'0') {
            return None;
        }
        let date = PatDate::parse(text);
        if date.is_none() {
            self.warn(spot, field, Code::DateUnreadable, [text]);
        }
        date
    }

    /// Brings a number into its normal form; `None` when there is none.
    pub fn number(
        &mut self,
        spot: Spot,
        field: &str,
        role: Role,
        raw: &RawNumber<'_>,
    ) -> Option<DocNumber> {
        let original = tidy(raw.number);
        if original.is_empty() {
            return None;
        }
        let office = tidy(raw.office).to_ascii_uppercase();
        // International applications are named after the office that received them.
        let is_treaty = original.starts_with("PCT/");
        let office = if is_treaty { "WO".to_owned() } else { office };
        let number = number::normal(&office, &original, role);
        let date = self.date(spot, field, raw.date);
        let kind = tidy(raw.kind).to_ascii_uppercase();
        Some(DocNumber { office, number, kind, date, original, role })
    }

    /// Takes the application and tests its check digit, if its office has one.
    pub fn application(&mut self, spot: Spot, number: Option<DocNumber>) {
        let Some(mut number) = number else { return };
        let checked = match number.office.as_str() {
            "CN" => check::check_cn_application(&number.number),
            "EP" => check::check_ep_application(&number.number),
            _ => None,
        };
        match checked {
            Some(Ok(normal)) => number.number = normal,
            Some(Err(fault)) => {
                let (found, expected) = (fault.found.to_string(), fault.expected.to_string());
                let values = [fault.number.as_str(), &found, &expected];
                self.warn(spot, "application", Code::CheckDigitWrong, values);
            }
            None => {}
        }
        self.record.application = Some(number);
    }

    pub fn class(&mut self, spot: Spot, scheme: Scheme, raw: &str, is_main: bool) {
        if tidy(raw).is_empty() {
            return;
        }
        let class = Class::parse(scheme, raw).unwrap_or_else(|| {
            self.warn(spot, "class", Code::ClassUnreadable, [&tidy(raw), scheme.name()]);
            Class { scheme, symbol: tidy(raw), edition: String::new(), is_main: false }
        });
        self.put_class(Class { is_main, ..class });
    }

    /// Adds a class; the same symbol of the same scheme is one fact.
    pub fn put_class(&mut self, class: Class) {
        let classes = &mut self.record.classes;
        let is_same = |other: &Class| other.scheme == class.scheme && other.symbol == class.symbol;
        let has_room = classes.len() < self.limits.items;
        match classes.iter().position(is_same).and_then(|at| classes.get_mut(at)) {
            Some(known) => {
                known.is_main |= class.is_main;
                if known.edition.is_empty() {
                    known.edition = class.edition;
                }
            }
            None if has_room => self.record.classes.push(class),
            None => {}
        }
    }

    pub fn title(&mut self, language_code: &str, text: String) {
        let title = Text { language: language(language_code), text };
        let titles = &mut self.record.titles;
        if !title.text.is_empty() && !titles.contains(&title) && titles.len() < self.limits.items {
            titles.push(title);
        }
    }

    pub fn abstract_text(&mut self, language_code: &str, text: String) {
        let part = Text { language: language(language_code), text };
        let abstracts = &mut self.record.abstracts;
        if !part.text.is_empty()
            && !abstracts.contains(&part)
            && abstracts.len() < self.limits.items
        {
            abstracts.push(part);
        }
    }

    /// Adds a claim; without a readable number it gets the next one of its language.
    pub fn claim(&mut self, number_text: &str, language_code: &str, text: String) {
        if text.is_empty() {
            return;
        }
        if self.record.claims.len() >= self.limits.items {
            let max = self.limits.items.to_string();
            return self.too_many("claims", &max);
        }
        let language = language(language_code);
        let last = self.record.claims.iter().rev().find(|claim| claim.language == language);
        let next = last.map_or(0, |claim| claim.number).saturating_add(1);
        let digits: String = number_text.chars().filter(char::is_ascii_digit).collect();
        let number = digits.parse().ok().filter(|number| *number > 0).unwrap_or(next);
        self.record.claims.push(Claim { number, language, text });
    }

    fn too_many(&mut self, what: &str, max: &str) {
        let is_said =
            self.record.warnings.last().is_some_and(|warning| {
                warning.code == Code::TooManyItems && warning.value() == what
            });
        if !is_said {
            self.warn(self.spot, what, Code::TooManyItems, [what, max]);
        }
    }

    pub fn citation(&mut self, citation: Citation) {
        if self.record.citations.len() < self.limits.items {
            self.record.citations.push(citation);
        } else {
            self.too_many("citations", &self.limits.items.to_string());
        }
    }

    /// Adds an inventor, unless the wish not to be named forbids it.
    pub fn inventor(&mut self, spot: Spot, party: Party, is_withheld: bool) {
        if is_withheld || withheld::is_placeholder(&party.name) {
            self.record.n_inventors_withheld += 1;
        } else if withheld::is_not_named_yet(&party.name) {
            self.warn(spot, "inventor", Code::InventorNotNamed, []);
        } else {
            add(&mut self.record.inventors, party, self.limits);
        }
    }

    /// Checks what every record needs and hands it over.
    pub fn finish(mut self) -> Result<PatentRecord, Problem> {
        if self.record.publication.number.is_empty() {
            let field = "publication number";
            return Err(self.problem(self.spot, "publication", Code::FieldMissing, [field]));
        }
        if self.record.publication.office.is_empty() {
            return Err(self.problem(self.spot, "publication", Code::FieldMissing, ["office"]));
        }
        if self.record.titles.is_empty() {
            self.warn(self.spot, "title", Code::TitleMissing, []);
        }
        Ok(self.record)
    }
}

/// Adds a party once.
pub(crate) fn add(parties: &mut Vec<Party>, party: Party, limits: &Limits) {
    if !party.name.is_empty() && parties.len() < limits.items && !parties.contains(&party) {
        parties.push(party);
    }
}

/// A language as two letters of ISO 639-1; empty when the code says nothing.
pub(crate) fn language(code: &str) -> String {
    let code = code.trim().to_ascii_lowercase();
    let first = code.split(['-', '_']).next().unwrap_or_default();
    match first {
        "cn" | "chi" | "zho" | "chs" => "zh".to_owned(),
        "jp" | "jpn" => "ja".to_owned(),
        "kr" | "kor" => "ko".to_owned(),
        "eng" => "en".to_owned(),
        "ger" | "deu" => "de".to_owned(),
        "fre" | "fra" => "fr".to_owned(),
        "spa" => "es".to_owned(),
        "rus" => "ru".to_owned(),
        "por" => "pt".to_owned(),
        "ita" => "it".to_owned(),
        _ if first.len() == 2 && first.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            first.to_owned()
        }
        _ => String::new(),
    }
}

/// A country as two letters of ST.3; empty when the text says nothing.
pub(crate) fn country(code: &str) -> String {
    let code = tidy(code).to_ascii_uppercase();
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { code } else { String::new() }
}

/// Joins the parts that are there.
pub(crate) fn join(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}
