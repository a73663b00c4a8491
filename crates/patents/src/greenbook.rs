//! Grants of the USPTO from 1976 to 2001 as text: sections of four letters, fields of three.
use std::io::{BufRead, Read};

use encoding_rs::WINDOWS_1252;

use crate::draft::{Draft, RawNumber, Spot, add, join};
use crate::format::Format;
use crate::limits::Limits;
use crate::node::tidy;
use crate::number::Role;
use crate::problem::{Code, Problem, excerpt};
use crate::record::{Citation, DocNumber, Party, PatentRecord, Scheme};
use crate::withheld;

/// Sections that no record needs.
const SKIPPED: &[&str] = &["BSUM", "DETD", "DRWD", "PARN", "GOVT"];

#[derive(Debug, Default)]
struct Section {
    name: String,
    line: u64,
    fields: Vec<(String, String)>,
}

impl Section {
    fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text.trim())
    }

    fn spot(&self) -> Spot {
        Spot { line: self.line, column: 1 }
    }
}

/// The records of a text file, one at a time.
pub(crate) struct Greenbook<R> {
    source: R,
    file: String,
    limits: Limits,
    line: u64,
    /// The line on which the present record begins, once one has begun.
    began: Option<u64>,
    sections: Vec<Section>,
    warnings: Vec<Problem>,
    n_bytes: usize,
    n_document_bytes: u64,
    is_done: bool,
}

impl<R: BufRead> Greenbook<R> {
    pub fn new(source: R, file: String, limits: Limits) -> Self {
        Self {
            source,
            file,
            limits,
            line: 0,
            began: None,
            sections: Vec::new(),
            warnings: Vec::new(),
            n_bytes: 0,
            n_document_bytes: 0,
            is_done: false,
        }
    }

    fn problem(&self, field: &str, code: Code, values: &[&str]) -> Problem {
        let values = values.iter().map(|value| excerpt(value)).collect();
        let (file, field) = (self.file.clone(), field.to_owned());
        Problem { file, line: self.line, column: 1, field, code, values }
    }

    fn warn(&mut self, code: Code, values: &[&str]) {
        if self.warnings.len() < self.limits.warnings {
            let warning = self.problem("", code, values);
            self.warnings.push(warning);
        }
    }

    /// The next line without its end, `None` at the end of the source.
    fn next_line(&mut self) -> Result<Option<String>, Problem> {
        let mut raw = Vec::new();
        let max = u64::try_from(self.limits.tag_bytes).expect("bounds fit 64 bits");
        let taken = self.source.by_ref().take(max.saturating_add(1)).read_until(b'\n', &mut raw);
        let taken = taken
            .map_err(|error| self.problem("", Code::SourceUnreadable, &[&error.to_string()]))?;
        if taken == 0 {
            return Ok(None);
        }
        self.line += 1;
        self.n_document_bytes += u64::try_from(taken).expect("lengths fit 64 bits");
        let too_long = if self.n_document_bytes > self.limits.document_bytes {
            Some(("the document", self.limits.document_bytes.to_string()))
        } else if taken > self.limits.tag_bytes {
            Some(("a line", self.limits.tag_bytes.to_string()))
        } else {
            None
        };
        if let Some((what, max)) = too_long {
            return Err(self.problem("", Code::TooLong, &[what, &max]));
        }
        let text = match String::from_utf8(raw) {
            Ok(text) => text,
            Err(error) => {
                let bytes = error.into_bytes();
                let shown: Vec<String> = bytes
                    .iter()
                    .filter(|byte| !byte.is_ascii())
                    .take(4)
                    .map(|byte| format!("{byte:02X}"))
                    .collect();
                self.warn(Code::NotUtf8, &[&shown.join(" ")]);
                WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned()
            }
        };
        let text = text.trim_end_matches(['\n', '\r', '\u{1a}']);
        Ok(Some(text.chars().filter(|c| !c.is_control() || *c == '\t').collect()))
    }

    /// Takes one line into the present record.
    fn take(&mut self, line: &str) {
        let trimmed = line.trim_end();
        let is_word =
            |part: &str| part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if trimmed.len() == 4 && is_word(trimmed) {
            let (name, line) = (trimmed.to_owned(), self.line);
            self.sections.push(Section { name, line, fields: Vec::new() });
            return;
        }
        if self.sections.last().is_none_or(|last| SKIPPED.contains(&last.name.as_str())) {
            return;
        }
        self.n_bytes += line.len() + 64;
        let (name, rest) = line.split_at_checked(3).unwrap_or((line, ""));
        let is_field =
            name.len() == 3 && is_word(name) && (rest.is_empty() || rest.starts_with(' '));
        let Some(section) = self.sections.last_mut() else { return };
        if is_field {
            let rest = rest.strip_prefix("  ").unwrap_or(rest);
            section.fields.push((name.to_owned(), rest.to_owned()));
        } else if line.starts_with(' ') || trimmed.is_empty() {
            if let Some((_, text)) = section.fields.last_mut() {
                text.push(' ');
                text.push_str(trimmed.trim_start());
            }
        } else {
            self.warn(Code::LineUnreadable, &[trimmed]);
        }
    }

    /// Makes a record of what was taken, and begins anew.
    fn finish(&mut self) -> Option<Result<PatentRecord, Problem>> {
        let line = self.began.take()?;
        let sections = std::mem::take(&mut self.sections);
        let warnings = std::mem::take(&mut self.warnings);
        self.n_bytes = 0;
        let spot = Spot { line, column: 1 };
        let mut draft = Draft::new(Format::UsGreenbook, spot, &self.file, &self.limits);
        draft.record.warnings = warnings;
        fill(&mut draft, &sections);
        Some(draft.finish())
    }

    /// Skips to the next record after a refusal.
    fn fail(&mut self, problem: Problem) -> Problem {
        self.is_done = problem.code == Code::SourceUnreadable;
        self.began = None;
        self.sections.clear();
        self.warnings.clear();
        self.n_bytes = 0;
        self.n_document_bytes = 0;
        problem
    }
}

impl<R: BufRead> Iterator for Greenbook<R> {
    type Item = Result<PatentRecord, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            let line = match self.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => {
                    self.is_done = true;
                    return self.finish();
                }
                // The rest of a long line comes next and is skipped like any line of no record.
                Err(problem) if self.began.is_none() && problem.code == Code::TooLong => {
                    self.n_document_bytes = 0;
                    continue;
                }
                Err(problem) => return Some(Err(self.fail(problem))),
            };
            if line.trim_end() == "PATN" {
                let done = self.finish();
                self.began = Some(self.line);
                self.n_document_bytes = 0;
                self.take(&line);
                if done.is_some() {
                    return done;
                }
            } else if self.began.is_some() {
                self.take(&line);
                if self.n_bytes > self.limits.record_bytes {
                    let max = self.limits.record_bytes.to_string();
                    let problem = self.problem("", Code::TooLong, &["the record", &max]);
                    return Some(Err(self.fail(problem)));
                }
            }
        }
        None
    }
}

fn fill(draft: &mut Draft<'_>, sections: &[Section]) {
    let empty = Section::default();
    let head = sections.first().unwrap_or(&empty);
    numbers(draft, head);
    for section in sections {
        match section.name.as_str() {
            "INVT" => {
                let party = party(section);
                let is_silent = withheld::is_placeholder(&party.name);
                draft.inventor(section.spot(), party, is_silent);
            }
            "ASSG" => add(&mut draft.record.owners, party(section), draft.limits),
            "LREP" => representatives(draft, section),
            "PRIR" => {
                let office = country(section.text("CNT"));
                let raw = RawNumber {
                    office: &office,
                    number: section.text("APN"),
                    kind: "",
                    date: section.text("APD"),
                };
                let number = draft.number(section.spot(), "PRIR", Role::Application, &raw);
                draft.record.priorities.extend(number);
            }
            "RLAP" | "REIS" => related(draft, section),
            "PCTA" => international(draft, section),
            "CLAS" => classes(draft, section),
            "UREF" | "FREF" => cited(draft, section),
            "OREF" => {
                for (_, text) in section.fields.iter().filter(|(name, _)| name == "PAL") {
                    draft.citation(Citation::Other(tidy(text)));
                }
            }
            "ABST" => {
                let parts: Vec<&str> =
                    section.fields.iter().map(|(_, text)| text.as_str()).collect();
                draft.abstract_text("en", tidy(&parts.join(" ")));
            }
            "CLMS" | "DCLM" => claims(draft, section),
            _ => {}
        }
    }
}

fn numbers(draft: &mut Draft<'_>, head: &Section) {
    // The ninth character is a check digit.
    let stated: String = head.text("WKU").split_whitespace().collect();
    let bare = if stated.len() == 9 { stated.get(..8) } else { None }.unwrap_or(&stated);
    let letters: String = bare.chars().take_while(char::is_ascii_alphabetic).collect();
    let kind = match letters.as_str() {
        "D" => "S",
        "RE" => "E",
        "PP" => "P",
        "H" => "H",
        _ => "A",
    };
    let raw = RawNumber { office: "US", number: bare, kind, date: head.text("ISD") };
    let number = draft.number(head.spot(), "WKU", Role::Publication, &raw);
    if let Some(number) = number {
        draft.record.publication = DocNumber { original: stated.clone(), ..number };
    }
    let serial = application_number(head.text("APN"), head.text("SRC"));
    let raw = RawNumber { office: "US", number: &serial, kind: "", date: head.text("APD") };
    let number = draft.number(head.spot(), "APN", Role::Application, &raw);
    draft.application(head.spot(), number);
    draft.title("en", tidy(head.text("TTL")));
}

/// Series code and six digits; the seventh digit of `APN` is a check digit.
fn application_number(number: &str, series: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let serial = if digits.len() == 7 { digits.get(..6) } else { None }.unwrap_or(&digits);
    match series.trim() {
        "" => serial.to_owned(),
        _ if serial.is_empty() => String::new(),
        // The letter D stands for the series of designs.
        "D" => format!("29{serial:0>6}"),
        series => format!("{series:0>2}{serial:0>6}"),
    }
}

/// `JPX` is JP; no country is the United States.
fn country(code: &str) -> String {
    match code.trim().get(..2) {
        Some(code) => crate::draft::country(code),
        None => "US".to_owned(),
    }
}

fn party(section: &Section) -> Party {
    Party {
        // A semicolon parts family name and given name.
        name: tidy(&section.text("NAM").replace(';', ",")),
        street: tidy(section.text("STR")),
        city: join(&[&tidy(section.text("CTY")), section.text("STA")], ", "),
        country: country(section.text("CNT")),
        office_id: String::new(),
    }
}

fn representatives(draft: &mut Draft<'_>, section: &Section) {
    for (name, text) in &section.fields {
        if matches!(name.as_str(), "FRM" | "FR2" | "ATT" | "AGT") {
            let name = tidy(&text.replace(';', ","));
            add(
                &mut draft.record.representatives,
                Party { name, ..Party::default() },
                draft.limits,
            );
        }
    }
}

fn related(draft: &mut Draft<'_>, section: &Section) {
    let raw = RawNumber {
        office: "US",
        number: section.text("APN"),
        kind: "",
        date: section.text("APD"),
    };
    let number = draft.number(section.spot(), "RLAP", Role::Application, &raw);
    draft.record.related.extend(number);
    let raw = RawNumber {
        office: "US",
        number: section.text("PNO"),
        kind: "",
        date: section.text("ISD"),
    };
    let number = draft.number(section.spot(), "RLAP", Role::Publication, &raw);
    draft.record.related.extend(number);
}

fn international(draft: &mut Draft<'_>, section: &Section) {
    let lists = [("PCN", "PD3", Role::Application), ("PCP", "PCD", Role::Publication)];
    for (number, date, role) in lists {
        let (number, date) = (section.text(number), section.text(date));
        let raw = RawNumber { office: "WO", number, kind: "", date };
        let number = draft.number(section.spot(), "PCTA", role, &raw);
        draft.record.related.extend(number);
    }
}

fn classes(draft: &mut Draft<'_>, section: &Section) {
    let is_design = draft.record.publication.number.starts_with('D');
    let edition = section.text("EDF").trim_start_matches('0').to_owned();
    let mut has_main = false;
    for (name, text) in &section.fields {
        match name.as_str() {
            "OCL" | "XCL" => draft.class(section.spot(), Scheme::Uspc, text, name == "OCL"),
            "ICL" => {
                let scheme = if is_design { Scheme::Locarno } else { Scheme::Ipc };
                draft.class(section.spot(), scheme, text, !has_main);
                has_main = true;
            }
            _ => {}
        }
    }
    for class in draft.record.classes.iter_mut().filter(|class| class.scheme == Scheme::Ipc) {
        class.edition.clone_from(&edition);
    }
}

fn cited(draft: &mut Draft<'_>, section: &Section) {
    let office = country(section.text("CNT"));
    let raw = RawNumber {
        office: &office,
        number: section.text("PNO"),
        kind: "",
        date: section.text("ISD"),
    };
    if let Some(number) = draft.number(section.spot(), &section.name, Role::Publication, &raw) {
        draft.citation(Citation::Patent(number));
    }
}

/// `NUM` begins a claim, all paragraphs up to the next one belong to it.
fn claims(draft: &mut Draft<'_>, section: &Section) {
    let fields: Vec<_> = section.fields.iter().filter(|(name, _)| name != "STM").collect();
    for group in fields.chunk_by(|_, (name, _)| name != "NUM") {
        let number = group.iter().find(|(name, _)| name == "NUM").map_or("", |(_, text)| text);
        let parts: Vec<&str> =
            group.iter().filter(|(name, _)| name != "NUM").map(|(_, text)| text.as_str()).collect();
        draft.claim(number, "en", tidy(&parts.join(" ")));
    }
}
