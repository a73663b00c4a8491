//! What somebody typed about a technology, and the content it means.
//!
//! The draft is the posted fields themselves, so that whatever was typed comes back; reading it
//! tells every reason at once.

use crate::form_rows;
use base::text::field_term;
use base::time::{half_width, read_date};
use base::{Bilingual, Date, Lang, Refusal};
use edge::Fields;
use trading::Share;
use trading::technology::{
    Class, Contact, Content, Export, ExportCategory, Inventor, Right, RightKind, RightStatus,
    Stage, TransferMode, Trl,
};

/// The repeating groups of the form.
const GROUPS: [form_rows::Group; 2] = [("inventors", "share"), ("rights", "kind")];
/// Texts in both languages with their names in the form.
const TEXTS: [&str; 8] = [
    "title",
    "summary",
    "description",
    "applications",
    "benefits",
    "keywords",
    "encumbrances",
    "notes",
];

/// The posted fields of a technology.
#[derive(Clone, Debug, Default)]
pub struct Draft(pub Fields);

impl Draft {
    /// What the form shows of a content that is there already.
    pub fn of(content: &Content) -> Self {
        let mut draft = Self::default();
        let texts = content.texts();
        for (name, text) in texts {
            draft.both(name, text);
        }
        draft.put("field", &content.field);
        draft.put("classes", &write_classes(&content.classes));
        if let Some(trl) = &content.trl {
            draft.put("trl.level", &trl.level.to_string());
            draft.both("trl.evidence", &trl.evidence);
            draft.put("trl.on", &day(trl.on));
            draft.put("trl.assessed", if trl.assessed { "1" } else { "" });
        }
        draft.put("stage", content.stage.map_or("", Stage::word));
        draft.put("mode", content.mode.map_or("", TransferMode::word));
        for (at, inventor) in content.inventors.iter().enumerate() {
            let share = inventor.share.map_or_else(String::new, |share| share.to_string());
            draft.both(&format!("inventors.{at}.name"), &inventor.name);
            draft.put(&format!("inventors.{at}.share"), &share);
        }
        for (at, right) in content.rights.iter().enumerate() {
            draft.right(at, right);
        }
        draft.put("export.category", content.export.category.word());
        draft.both("export.notes", &content.export.notes);
        draft.both("contact.name", &content.contact.name);
        draft.put("contact.phone", &content.contact.phone);
        draft.put("contact.email", &content.contact.email);
        draft.put("related", &content.related.join("\n"));
        draft
    }

    fn right(&mut self, at: usize, right: &Right) {
        for (name, value) in [
            ("kind", right.kind.word()),
            ("office", &right.office),
            ("number", &right.number),
            ("code", &right.code),
            ("application", &right.application),
            ("status", right.status.word()),
            ("filed", &day(right.filed)),
            ("published", &day(right.published)),
            ("expires", &day(right.expires)),
            ("checked", &right.checked),
        ] {
            self.put(&format!("rights.{at}.{name}"), value);
        }
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name)
    }

    /// A text in both languages.
    pub fn bilingual(&self, name: &str) -> Bilingual {
        crate::form::bilingual(&self.0, name)
    }

    /// Puts a value in place of what was there.
    pub fn put(&mut self, name: &str, value: &str) {
        self.0.0.retain(|(known, _)| known != name);
        self.0.0.push((name.to_owned(), value.to_owned()));
    }

    fn both(&mut self, name: &str, text: &Bilingual) {
        for lang in Lang::ALL {
            self.put(&format!("{name}.{}", lang.short()), text.get(lang));
        }
    }

    /// How many rows a group has.
    pub fn n_rows(&self, group: &str) -> usize {
        self.0.rows(group).len()
    }

    /// Adds or removes a row as a button of the form asks; `false` if it asks for nothing such.
    pub fn change_rows(&mut self, what: &str) -> bool {
        form_rows::change(&mut self.0, &GROUPS, what, base::limits::PARTS_MAX)
    }

    /// Leaves out rows in which nothing was written, so that places in refusals are those shown.
    pub fn compact(&mut self) {
        form_rows::compact(&mut self.0, &GROUPS);
    }

    /// The content it means, and what cannot be read. What the form does not show stays as before.
    pub fn content(&self, before: &Content) -> (Content, Vec<Refusal>) {
        let mut read = Reader { draft: self, refusals: Vec::new() };
        let mut content = Content {
            field: self.get("field").trim().to_owned(),
            classes: read_classes(self.get("classes")),
            trl: read.trl(),
            stage: read.choice("stage", Stage::parse),
            mode: read.choice("mode", TransferMode::parse),
            inventors: (0..self.n_rows("inventors")).map(|at| read.inventor(at)).collect(),
            rights: (0..self.n_rows("rights")).map(|at| read.right(at)).collect(),
            export: Export {
                category: read
                    .choice("export.category", ExportCategory::parse)
                    .unwrap_or(ExportCategory::Unknown),
                notes: self.bilingual("export.notes"),
            },
            contact: Contact {
                name: self.bilingual("contact.name"),
                phone: self.get("contact.phone").trim().to_owned(),
                email: self.get("contact.email").trim().to_owned(),
            },
            related: read_list(self.get("related")),
            other_titles: before.other_titles.clone(),
            invented: before.invented,
            ..Content::default()
        };
        for name in TEXTS {
            let text = self.bilingual(name);
            match name {
                "title" => content.title = text,
                "summary" => content.summary = text,
                "description" => content.description = text,
                "applications" => content.applications = text,
                "benefits" => content.benefits = text,
                "keywords" => content.keywords = text,
                "encumbrances" => content.encumbrances = text,
                _ => content.notes = text,
            }
        }
        (content, read.refusals)
    }
}

/// Reads fields and collects every reason.
struct Reader<'d> {
    draft: &'d Draft,
    refusals: Vec<Refusal>,
}

impl Reader<'_> {
    fn refuse(&mut self, code: &'static str, name: &str) {
        let refusal = Refusal::invalid(code).on(name).term("field", field_term(name));
        self.refusals.push(refusal);
    }

    fn choice<T>(&mut self, name: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let typed = self.draft.get(name).trim();
        let found = parse(typed);
        if found.is_none() && !typed.is_empty() {
            self.refuse("choice-unknown", name);
        }
        found
    }

    fn date(&mut self, name: &str) -> Option<Date> {
        let typed = self.draft.get(name).trim();
        let found = read_date(typed);
        if found.is_none() && !typed.is_empty() {
            self.refuse("date-unreadable", name);
        }
        found
    }

    fn trl(&mut self) -> Option<Trl> {
        let typed: String = self.draft.get("trl.level").trim().chars().map(half_width).collect();
        let evidence = self.draft.bilingual("trl.evidence");
        let on = self.date("trl.on");
        let assessed = self.draft.get("trl.assessed") == "1";
        if typed.is_empty() {
            // Evidence without a level says nothing.
            if !evidence.is_empty() || on.is_some() || assessed {
                self.refuse("field-required", "trl.level");
            }
            return None;
        }
        match typed.parse() {
            Ok(level) => Some(Trl { level, evidence, on, assessed }),
            Err(_) => {
                self.refuse("number-unreadable", "trl.level");
                None
            }
        }
    }

    fn inventor(&mut self, at: usize) -> Inventor {
        let name = self.draft.bilingual(&format!("inventors.{at}.name"));
        let place = format!("inventors.{at}.share");
        let typed = self.draft.get(&place).trim();
        if name.is_empty() {
            self.refuse("field-required", &format!("inventors.{at}.name"));
        }
        let share = match Share::parse(typed) {
            Ok(share) => Some(share),
            Err(_) if typed.is_empty() => None,
            Err(_) => {
                self.refuse("number-unreadable", &place);
                None
            }
        };
        Inventor { name, share }
    }

    fn right(&mut self, at: usize) -> Right {
        let name = |part: &str| format!("rights.{at}.{part}");
        let line = |part: &str| self.draft.get(&name(part)).trim().to_owned();
        let office = line("office").chars().map(half_width).collect::<String>().to_uppercase();
        let (number, code) = (line("number"), line("code").to_uppercase());
        let (application, checked) = (line("application"), line("checked"));
        let kind = match self.choice(&name("kind"), RightKind::parse) {
            Some(kind) => kind,
            None => {
                if self.draft.get(&name("kind")).trim().is_empty() {
                    self.refuse("field-required", &name("kind"));
                }
                RightKind::Invention
            }
        };
        Right {
            kind,
            office,
            number,
            code,
            application,
            status: self
                .choice(&name("status"), RightStatus::parse)
                .unwrap_or(RightStatus::Unknown),
            filed: self.date(&name("filed")),
            published: self.date(&name("published")),
            expires: self.date(&name("expires")),
            checked,
        }
    }
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// Classes as they are typed: one a line, the scheme before a colon.
fn write_classes(classes: &[Class]) -> String {
    let line = |class: &Class| match class.scheme.as_str() {
        "" => class.symbol.clone(),
        scheme => format!("{scheme}: {}", class.symbol),
    };
    classes.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn read_classes(typed: &str) -> Vec<Class> {
    let one = |text: &str| {
        let (scheme, symbol) = match text.split_once([':', '：']) {
            Some((scheme, symbol)) => (scheme.trim().to_uppercase(), symbol.trim()),
            None => ("IPC".to_owned(), text),
        };
        (!symbol.is_empty()).then(|| Class { scheme, symbol: symbol.to_owned() })
    };
    read_list(typed).iter().filter_map(|text| one(text)).collect()
}

fn read_list(typed: &str) -> Vec<String> {
    let parts = typed.split(['\n', ';', '；', '、']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Reasons at parts of a list that the form shows as one field.
pub fn at_fields(refusals: Vec<Refusal>) -> Vec<Refusal> {
    let merged = |mut refusal: Refusal| {
        for whole in ["classes", "related"] {
            let inside = refusal.field.as_deref().is_some_and(|field| {
                field.strip_prefix(whole).is_some_and(|rest| rest.starts_with('.'))
            });
            if inside {
                refusal.field = Some(whole.to_owned());
            }
        }
        refusal
    };
    refusals.into_iter().map(merged).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(pairs: &[(&str, &str)]) -> Draft {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Draft(Fields(pairs.iter().map(owned).collect()))
    }

    #[test]
    fn what_is_shown_reads_back() {
        let (content, refusals) = draft(&[
            ("title.en", "A"),
            ("title.zh", "甲"),
            ("classes", "G01N 29/04；CPC: H01L 21/02"),
            ("trl.level", "６"),
            ("trl.on", "2026年3月1日"),
            ("inventors.0.name.zh", "吴敏"),
            ("inventors.0.share", "33.3333%"),
            ("rights.0.kind", "invention"),
            ("rights.0.office", "ｃｎ"),
            ("rights.0.number", "100"),
            ("rights.0.filed", "20210416"),
            ("export.category", "free"),
            ("related", "X 1\nX 2"),
        ])
        .content(&Content::default());
        assert_eq!(refusals, []);
        assert_eq!(content.classes[0].scheme, "IPC");
        assert_eq!(content.rights[0].office, "CN");
        let again = Draft::of(&content).content(&content);
        assert_eq!(again, (content, Vec::new()));
    }

    #[test]
    fn every_reason_is_told_at_once() {
        let (_, refusals) = draft(&[
            ("trl.on", "yesterday"),
            ("stage", "huge"),
            ("inventors.0.share", "x"),
            ("rights.0.office", "CN"),
            ("rights.0.filed", "1"),
        ])
        .content(&Content::default());
        let fields: Vec<&str> = refusals.iter().filter_map(|no| no.field.as_deref()).collect();
        let want = [
            "trl.on",
            "stage",
            "inventors.0.name",
            "inventors.0.share",
            "rights.0.kind",
            "rights.0.filed",
        ];
        assert_eq!(fields, want);
    }

    #[test]
    fn rows_come_and_go() {
        let mut draft = draft(&[("inventors.0.share", "a"), ("inventors.1.share", "b")]);
        assert!(draft.change_rows("add:inventors"));
        assert_eq!(draft.n_rows("inventors"), 3);
        assert!(draft.change_rows("remove:inventors:0"));
        assert_eq!((draft.get("inventors.0.share"), draft.n_rows("inventors")), ("b", 2));
        draft.compact();
        assert_eq!(draft.n_rows("inventors"), 1);
        assert!(!draft.change_rows("") && !draft.change_rows("add:owners"));
    }
}
