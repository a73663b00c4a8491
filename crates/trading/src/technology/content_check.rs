//! What the texts and parts of a content must keep to, and what a confirmed one must have.

use crate::percent::{self, Sum};
use crate::{Content, FieldTree};
use base::limits::{
    CLASSES_MAX, NAME_CHARS_MAX, PARTS_MAX, SUMMARY_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX,
};
use base::{Bilingual, Refusal, text};

/// Languages in which an office may write a title.
const OTHER_TITLES_MAX: usize = 40;

type Read = fn(&str, &str, usize) -> Result<String, Refusal>;

/// Makes every text safe to keep and returns all reasons against it.
pub(crate) fn tidy(content: &mut Content, fields: &FieldTree) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    tidy_texts(content, &mut refusals);
    tidy_parts(content, &mut refusals);
    if !content.field.is_empty() && fields.get(&content.field).is_none() {
        refusals.push(on("technology-field-unknown", "field").text("found", &*content.field));
    }
    match percent::sum(content.inventors.iter().filter_map(|inventor| inventor.share)) {
        Sum::None | Sum::Whole => {}
        Sum::Missing(missing) => {
            refusals.push(on("technology-shares-sum", "inventors").text("missing", missing));
        }
        Sum::Over(over) => {
            refusals.push(on("technology-shares-over", "inventors").text("over", over));
        }
    }
    if let Some(trl) = &content.trl
        && !(1..=9).contains(&trl.level)
    {
        refusals.push(on("technology-trl-range", "trl.level").number("found", trl.level));
    }
    rights(content, &mut refusals);
    refusals
}

fn rights(content: &Content, refusals: &mut Vec<Refusal>) {
    for (at, right) in content.rights.iter().enumerate() {
        if right.kind.is_registered() && right.office.is_empty() {
            refusals.push(on("technology-right-office", format!("rights.{at}.office")));
        }
        if let (Some(filed), Some(expires)) = (right.filed, right.expires)
            && expires < filed
        {
            let refusal = on("technology-right-dates", format!("rights.{at}.expires"));
            let values = refusal.with("filed", base::Value::On(filed));
            refusals.push(values.with("expires", base::Value::On(expires)));
        }
    }
}

fn tidy_texts(content: &mut Content, refusals: &mut Vec<Refusal>) {
    let mut both = |value: &mut Bilingual, field: &str, read: Read, most: usize| {
        for (lang, text) in [("en", &mut value.en), ("zh", &mut value.zh)] {
            clean(text, &format!("{field}.{lang}"), field, (read, most), refusals);
        }
    };
    both(&mut content.title, "title", text::line, TITLE_CHARS_MAX);
    both(&mut content.summary, "summary", text::line, SUMMARY_CHARS_MAX);
    both(&mut content.description, "description", text::block, TEXT_CHARS_MAX);
    both(&mut content.applications, "applications", text::block, TEXT_CHARS_MAX);
    both(&mut content.benefits, "benefits", text::block, TEXT_CHARS_MAX);
    both(&mut content.keywords, "keywords", text::line, TEXT_CHARS_MAX);
    both(&mut content.encumbrances, "encumbrances", text::block, TEXT_CHARS_MAX);
    both(&mut content.notes, "notes", text::block, TEXT_CHARS_MAX);
    both(&mut content.export.notes, "export.notes", text::block, TEXT_CHARS_MAX);
    both(&mut content.contact.name, "contact.name", text::line, NAME_CHARS_MAX);
    if let Some(trl) = &mut content.trl {
        both(&mut trl.evidence, "trl.evidence", text::block, TEXT_CHARS_MAX);
    }
    for (at, inventor) in content.inventors.iter_mut().enumerate() {
        both(&mut inventor.name, &format!("inventors.{at}.name"), text::line, NAME_CHARS_MAX);
    }
}

fn tidy_parts(content: &mut Content, refusals: &mut Vec<Refusal>) {
    for (field, found, most) in [
        ("inventors", content.inventors.len(), PARTS_MAX),
        ("rights", content.rights.len(), PARTS_MAX),
        ("classes", content.classes.len(), CLASSES_MAX),
        ("related", content.related.len(), PARTS_MAX),
        ("other_titles", content.other_titles.len(), OTHER_TITLES_MAX),
    ] {
        if found > most {
            let refusal = on("too-many-parts", field).term("field", text::field_term(field));
            refusals.push(refusal.number("found", found).number("most", most));
        }
    }
    for (lang, title) in &mut content.other_titles {
        let (path, read) = (format!("other_titles.{lang}"), text::line as Read);
        clean(title, &path, "other_titles", (read, SUMMARY_CHARS_MAX), refusals);
    }
    let mut name = |value: &mut String, field: &str, most: usize| {
        clean(value, field, field, (text::line, most), refusals);
    };
    for (at, class) in content.classes.iter_mut().enumerate() {
        name(&mut class.scheme, &format!("classes.{at}.scheme"), 16);
        name(&mut class.symbol, &format!("classes.{at}.symbol"), 64);
    }
    for (at, right) in content.rights.iter_mut().enumerate() {
        name(&mut right.office, &format!("rights.{at}.office"), NAME_CHARS_MAX);
        name(&mut right.number, &format!("rights.{at}.number"), NAME_CHARS_MAX);
        name(&mut right.code, &format!("rights.{at}.code"), 16);
        name(&mut right.application, &format!("rights.{at}.application"), NAME_CHARS_MAX);
        name(&mut right.checked, &format!("rights.{at}.checked"), SUMMARY_CHARS_MAX);
    }
    for (at, related) in content.related.iter_mut().enumerate() {
        name(related, &format!("related.{at}"), NAME_CHARS_MAX);
    }
    name(&mut content.contact.phone, "contact.phone", NAME_CHARS_MAX);
    name(&mut content.contact.email, "contact.email", NAME_CHARS_MAX);
    name(&mut content.field, "field", NAME_CHARS_MAX);
}

fn clean(
    value: &mut String,
    path: &str,
    term: &str,
    (read, most): (Read, usize),
    refusals: &mut Vec<Refusal>,
) {
    match read(term, value, most) {
        Ok(text) => *value = text,
        Err(refusal) => refusals.push(refusal.on(path)),
    }
}

/// What a technology lacks before its owner can stand by it.
pub(crate) fn lacks(content: &Content, has_desk: bool) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let whole = |en: &str, zh: &str| !en.is_empty() && !zh.is_empty();
    let (title, summary) = (&content.title, &content.summary);
    if !whole(&title.en, &summary.en) && !whole(&title.zh, &summary.zh) {
        let field = if title.is_empty() { "title" } else { "summary" };
        refusals.push(on("technology-needs-title-summary", field));
    }
    if content.field.is_empty() && content.classes.is_empty() {
        refusals.push(on("technology-needs-field", "field"));
    }
    if content.trl.is_none() {
        refusals.push(on("technology-needs-trl", "trl.level"));
    }
    for (at, inventor) in content.inventors.iter().enumerate() {
        if inventor.share.is_none() {
            let refusal = on("technology-needs-share", format!("inventors.{at}.share"));
            let name = inventor.name.best(base::Lang::Zh).0;
            refusals.push(refusal.text("name", name).number("place", at + 1));
        }
    }
    if content.rights.is_empty() {
        refusals.push(on("technology-needs-right", "rights"));
    }
    if !content.contact.is_reachable() && !has_desk {
        refusals.push(on("technology-needs-contact", "contact.email"));
    }
    refusals
}

fn on(code: &'static str, field: impl Into<String>) -> Refusal {
    Refusal::invalid(code).on(field)
}
