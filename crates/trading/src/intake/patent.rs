//! From a patent document to a record.
//!
//! Titles and abstracts in Chinese and English go to their language. Where there is neither, the
//! first one is kept as it stands under English, and the notes say in which language it is.

use super::{Place, Problem, Record, StubFacts};
use crate::{Class, Content, Inventor, Proof, Right, RightKind, RightStatus};
use base::limits::{CLASSES_MAX, NAME_CHARS_MAX, PARTS_MAX};
use base::{Bilingual, Lang};
use patents::{DocNumber, Party, PatentKind, PatentRecord, Text};

/// The record of one published document of this file.
pub fn record(document: &PatentRecord, file: &str) -> Record {
    let at = Place { file: file.to_owned(), line: document.line };
    let publication = &document.publication;
    let mut warnings: Vec<Problem> =
        document.warnings.iter().map(|problem| from_problem(problem, true)).collect();
    let published = publication.date.and_then(|date| date.day());
    let proof = match published {
        Some(on) if !publication.number.is_empty() && !publication.office.is_empty() => {
            let number = format!("{}{}", publication.number, publication.kind);
            Proof::Publication { office: publication.office.clone(), number, on }
        }
        _ => Proof::None,
    };
    let content = content(document, &at, &mut warnings);
    let owner_hint = document.holders().first().map(|party| by_script(&party.name));
    let reference = format!("{}{}", publication.key(), publication.kind);
    Record {
        key: publication.key(),
        at,
        content,
        proof,
        owner_hint,
        stub_facts: StubFacts { reference, date: published, field: String::new() },
        grade: None,
        open_licence: false,
        warnings,
    }
}

/// A complaint of the patent reader as a problem of the import.
pub fn from_problem(problem: &patents::Problem, warning: bool) -> Problem {
    const NAMES: [&str; 3] = ["first", "second", "third"];
    let at = Place { file: problem.file.clone(), line: problem.line };
    let mut told = Problem::new(problem.code.name(), &at);
    told.warning = warning;
    told.column = problem.column;
    told.field.clone_from(&problem.field);
    for (name, value) in NAMES.into_iter().zip(&problem.values) {
        told = told.with(name, value);
    }
    told
}

fn content(document: &PatentRecord, at: &Place, warnings: &mut Vec<Problem>) -> Content {
    let mut content = Content { rights: vec![right(document)], ..Content::default() };
    let (title, foreign) = two_languages(&document.titles);
    content.title = title;
    if let Some(tag) = foreign {
        let (en, zh) = (format!("Title as published ({tag})"), format!("标题为原文（{tag}）"));
        add_note(&mut content.notes, en, zh);
    }
    for title in &document.titles {
        if Lang::parse(&title.language).is_none() && !title.text.is_empty() {
            let tag = if title.language.is_empty() { "und" } else { &title.language };
            content.other_titles.entry(tag.to_owned()).or_insert_with(|| title.text.clone());
        }
    }
    let (description, foreign) = two_languages(&document.abstracts);
    content.description = description;
    if let Some(tag) = foreign {
        let (en, zh) = (format!("Abstract as published ({tag})"), format!("摘要为原文（{tag}）"));
        add_note(&mut content.notes, en, zh);
    }
    let classes = document.classes.iter().map(|class| Class {
        scheme: class.scheme.name().to_owned(),
        symbol: class.symbol.clone(),
    });
    content.classes = bounded(classes, CLASSES_MAX, "classes", at, warnings);
    content.classes.dedup();
    let inventors = document
        .inventors
        .iter()
        .map(|party| Inventor { name: by_script(&cut(&party.name)), share: None });
    content.inventors = bounded(inventors, PARTS_MAX, "inventors", at, warnings);
    let numbers = document.priorities.iter().chain(&document.related).map(written);
    content.related = bounded(numbers, PARTS_MAX, "related", at, warnings);
    content.related.dedup();
    content
}

fn right(document: &PatentRecord) -> Right {
    let publication = &document.publication;
    let kind = match publication.meaning() {
        PatentKind::UtilityModel => RightKind::UtilityModel,
        PatentKind::Design => RightKind::Design,
        PatentKind::Plant => RightKind::PlantVariety,
        _ => RightKind::Invention,
    };
    let status = match publication.meaning() {
        PatentKind::Application => RightStatus::Published,
        PatentKind::Granted | PatentKind::Design | PatentKind::Plant => RightStatus::Granted,
        // A utility model is published when it is registered, in China as elsewhere.
        PatentKind::UtilityModel => RightStatus::Granted,
        PatentKind::Other => RightStatus::Unknown,
    };
    let application = document.application.as_ref();
    let checked = document.status.as_ref().map_or_else(String::new, |status| {
        let date = status.date.map(|date| format!(", {date}")).unwrap_or_default();
        format!("{}: {}{date}", status.source, status.text)
    });
    Right {
        kind,
        office: publication.office.clone(),
        number: publication.number.clone(),
        code: publication.kind.clone(),
        application: application.map(|number| number.number.clone()).unwrap_or_default(),
        status,
        filed: application.and_then(|number| number.date).and_then(|date| date.day()),
        published: publication.date.and_then(|date| date.day()),
        expires: None,
        checked,
    }
}

/// The texts in Chinese and English; of others the first, with its language, where both lack.
fn two_languages(texts: &[Text]) -> (Bilingual, Option<String>) {
    let mut both = Bilingual::default();
    for text in texts {
        let slot = match Lang::parse(&text.language) {
            Some(Lang::En) => &mut both.en,
            Some(Lang::Zh) => &mut both.zh,
            None => continue,
        };
        if slot.is_empty() {
            slot.clone_from(&text.text);
        }
    }
    if !both.is_empty() {
        return (both, None);
    }
    match texts.iter().find(|text| !text.text.is_empty()) {
        // An office that states no language writes its own; script tells the two of the city.
        Some(text) if text.language.is_empty() => (by_script(&text.text), None),
        Some(text) => (Bilingual::new(&*text.text, ""), Some(text.language.clone())),
        None => (both, None),
    }
}

/// Puts a name or text under Chinese if it is written in Han characters, else under English.
fn by_script(text: &str) -> Bilingual {
    let han = text.chars().any(|c| matches!(u32::from(c), 0x3400..=0x9fff));
    let kana = text.chars().any(|c| matches!(u32::from(c), 0x3040..=0x30ff));
    Bilingual::only(if han && !kana { Lang::Zh } else { Lang::En }, text)
}

fn add_note(notes: &mut Bilingual, en: String, zh: String) {
    for (note, text) in [(&mut notes.en, en), (&mut notes.zh, zh)] {
        if !note.is_empty() {
            note.push('\n');
        }
        note.push_str(&text);
    }
}

fn written(number: &DocNumber) -> String {
    cut(format!("{} {} {}", number.office, number.number, number.kind).trim())
}

fn cut(text: &str) -> String {
    text.chars().take(NAME_CHARS_MAX).collect()
}

fn bounded<T>(
    from: impl Iterator<Item = T>,
    most: usize,
    field: &'static str,
    at: &Place,
    warnings: &mut Vec<Problem>,
) -> Vec<T> {
    let mut kept: Vec<T> = from.take(most + 1).collect();
    if kept.len() > most {
        kept.truncate(most);
        warnings.push(Problem::warn("too-many-parts", at).on(field).with("most", most));
    }
    kept
}

/// Whom a document names as its holders, for faces that show more than the first.
pub fn holders(document: &PatentRecord) -> Vec<Bilingual> {
    document.holders().iter().map(|party: &Party| by_script(&party.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Date;
    use patents::Limits;

    const DOCUMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ep-patent-document id="EP01963450A1" file="EP01963450NWA1.xml" lang="en" country="EP"
  doc-number="1325900" kind="A1" date-publ="20030709" status="n"
  dtd-version="ep-patent-document-v1-0">
<SDOBI lang="en"><B100><B110>1325900</B110><B120><B121>APPLICATION</B121></B120><B130>A1</B130>
<B140><date>20030709</date></B140><B190>EP</B190></B100>
<B200><B210>01963450.0</B210><B220><date>20010905</date></B220></B200>
<B500><B540><B541>de</B541><B542>VERFAHREN</B542><B541>fr</B541><B542>PROCEDE</B542></B540></B500>
<B700><B710><B711><snm>Daikin Industries</snm></B711></B710>
<B720><B721><snm>TOHMA, Toshihiko</snm></B721></B720></B700></SDOBI>
</ep-patent-document>"#;

    fn read(text: &str) -> Record {
        let limits = Limits::default();
        let document = patents::read(text.as_bytes(), "a.xml", &limits).next().expect("one");
        record(&document.expect("a document"), "a.xml")
    }

    #[test]
    fn a_publication_proves_itself() {
        let record = read(DOCUMENT);
        assert_eq!(record.key, "EP1325900");
        assert_eq!(record.proof.text(), "EP 1325900A1, 2003-07-09");
        assert_eq!(record.stub_facts.date, Date::new(2003, 7, 9).ok());
        assert_eq!(record.owner_hint.map(|owner| owner.en).as_deref(), Some("Daikin Industries"));
        let right = &record.content.rights[0];
        assert!(right.is_published());
        assert_eq!((right.code.as_str(), right.status), ("A1", RightStatus::Published));
        assert_eq!(right.filed, Date::new(2001, 9, 5).ok());
    }

    #[test]
    fn a_title_in_a_third_language_is_kept_and_marked() {
        let record = read(DOCUMENT);
        assert_eq!(record.content.title, Bilingual::new("VERFAHREN", ""));
        assert_eq!(record.content.notes.en, "Title as published (de)");
        assert_eq!(record.content.other_titles.len(), 2);
        let english = DOCUMENT.replace("<B541>fr</B541><B542>PROCEDE", "<B541>en</B541><B542>PROC");
        let record = read(&english);
        assert_eq!(record.content.title, Bilingual::new("PROC", ""));
        assert!(record.content.notes.is_empty());
    }

    #[test]
    fn without_a_day_there_is_no_proof() {
        let record = read(&DOCUMENT.replace("20030709", "20030700"));
        assert_eq!(record.proof, Proof::None);
    }

    #[test]
    fn scripts_tell_names_apart() {
        assert_eq!(by_script("吴敏"), Bilingual::new("", "吴敏"));
        assert_eq!(by_script("ダイキン工業"), Bilingual::new("ダイキン工業", ""));
        assert_eq!(by_script("Wu Min"), Bilingual::new("Wu Min", ""));
    }
}
