//! What a sheet must keep to: bounds, shapes, and what a reader needs to know.

use crate::accessory::STOCK_MAX;
use crate::capability::{CAPABILITIES_MAX, STANDARDS_MAX};
use crate::class::is_class;
use crate::sheet::Sheet;
use base::limits::{NAME_CHARS_MAX, SUMMARY_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use base::{Bilingual, Refusal, text};
use std::collections::BTreeSet;

/// Makers, contacts, experts, accessories or needs of one instrument at most.
pub const PARTS_MAX: usize = 50;
/// People who operate one instrument at most.
pub const OPERATORS_MAX: usize = 100;
/// Pictures of one instrument at most.
pub const PHOTOGRAPHS_MAX: usize = 20;
/// Equal seats of one instrument at most.
pub const SEATS_MAX: u32 = 1_000;

type Read = fn(&str, &str, usize) -> Result<String, Refusal>;

/// Makes every text of a sheet safe to keep and returns all reasons against it.
pub(crate) fn tidy(sheet: &mut Sheet) -> Vec<Refusal> {
    let mut no = Vec::new();
    texts(sheet, &mut no);
    counts(sheet, &mut no);
    people(sheet, &mut no);
    place(sheet, &mut no);
    capabilities(sheet, &mut no);
    if sheet.name.is_empty() {
        no.push(required("name"));
    }
    if !sheet.class.is_empty() && !is_class(&sheet.class) {
        no.push(on("instrument-class-unknown", "class").text("found", &*sheet.class));
    }
    if sheet.seats() > SEATS_MAX {
        no.push(on("instrument-seats", "seats").number("most", SEATS_MAX));
    }
    sheet.seats = sheet.seats();
    if sheet.value.is_some_and(|value| value.minor < 0) {
        no.push(on("instrument-value", "value"));
    }
    no
}

fn texts(sheet: &mut Sheet, no: &mut Vec<Refusal>) {
    let mut both = |value: &mut Bilingual, field: &str, read: Read, most: usize| {
        pair(value, field, (read, most), no);
    };
    both(&mut sheet.name, "name", text::line, TITLE_CHARS_MAX);
    both(&mut sheet.description, "description", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.indicators, "indicators", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.functions, "functions", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.department, "department", text::line, NAME_CHARS_MAX);
    both(&mut sheet.rates, "rates", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.notice, "notice", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.training, "training", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.services, "services", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.results, "results", text::block, TEXT_CHARS_MAX);
    both(&mut sheet.fields, "fields", text::line, SUMMARY_CHARS_MAX);
    let mut name = |value: &mut String, field: &str| {
        clean(value, field, field, (text::line, NAME_CHARS_MAX), no);
    };
    name(&mut sheet.model, "model");
    name(&mut sheet.class, "class");
    name(&mut sheet.group, "group");
    name(&mut sheet.numbers.serial, "serial");
    name(&mut sheet.numbers.asset, "asset");
    name(&mut sheet.numbers.national, "national");
    name(&mut sheet.numbers.persistent, "persistent");
}

fn counts(sheet: &mut Sheet, no: &mut Vec<Refusal>) {
    for (field, found, most) in [
        ("makers", sheet.makers.len(), PARTS_MAX),
        ("accessories", sheet.accessories.len(), PARTS_MAX),
        ("needs", sheet.needs.len(), PARTS_MAX),
        ("contacts", sheet.contacts.len(), PARTS_MAX),
        ("experts", sheet.experts.len(), PARTS_MAX),
        ("related", sheet.related.len(), PARTS_MAX),
        ("operators", sheet.operators.len(), OPERATORS_MAX),
        ("capabilities", sheet.capabilities.len(), CAPABILITIES_MAX),
        ("photographs", sheet.photographs.len(), PHOTOGRAPHS_MAX),
    ] {
        if found > most {
            let refusal = on("too-many-parts", field).term("field", text::field_term(field));
            no.push(refusal.number("found", found).number("most", most));
        }
    }
    let mut seen = BTreeSet::new();
    sheet.operators.retain(|person| seen.insert(*person));
    let mut seen = BTreeSet::new();
    sheet.photographs.retain(|picture| seen.insert(picture.file));
}

fn people(sheet: &mut Sheet, no: &mut Vec<Refusal>) {
    let short = (text::line as Read, NAME_CHARS_MAX);
    for (at, maker) in sheet.makers.iter_mut().enumerate() {
        clean(&mut maker.name, &format!("makers.{at}.name"), "makers", short, no);
        clean(&mut maker.country, &format!("makers.{at}.country"), "makers", short, no);
        clean(&mut maker.identifier, &format!("makers.{at}.identifier"), "makers", short, no);
        if maker.name.is_empty() {
            no.push(required(&format!("makers.{at}.name")));
        }
    }
    for (at, contact) in sheet.contacts.iter_mut().enumerate() {
        pair(&mut contact.name, &format!("contacts.{at}.name"), short, no);
        clean(&mut contact.phone, &format!("contacts.{at}.phone"), "contacts", short, no);
        clean(&mut contact.address, &format!("contacts.{at}.address"), "contacts", short, no);
        let field = format!("contacts.{at}.email");
        clean(&mut contact.email, &field, "contacts", short, no);
        mail(&contact.email, &field, no);
    }
    for (at, expert) in sheet.experts.iter_mut().enumerate() {
        pair(&mut expert.name, &format!("experts.{at}.name"), short, no);
        pair(
            &mut expert.knows,
            &format!("experts.{at}.knows"),
            (text::line, SUMMARY_CHARS_MAX),
            no,
        );
        let field = format!("experts.{at}.email");
        clean(&mut expert.email, &field, "experts", short, no);
        mail(&expert.email, &field, no);
    }
    let mut names = BTreeSet::new();
    for (at, accessory) in sheet.accessories.iter_mut().enumerate() {
        pair(&mut accessory.name, &format!("accessories.{at}.name"), short, no);
        if accessory.stock > STOCK_MAX {
            let field = format!("accessories.{at}.stock");
            no.push(on("instrument-accessory-stock", field).number("most", STOCK_MAX));
        }
        // Bookings keep the name, so it stands for one thing.
        let name = accessory.known_as().to_owned();
        if !name.is_empty() && !names.insert(name.clone()) {
            let field = format!("accessories.{at}.name");
            no.push(on("instrument-accessory-twice", field).text("name", name));
        }
    }
    for (at, need) in sheet.needs.iter_mut().enumerate() {
        clean(&mut need.resource, &format!("needs.{at}.resource"), "needs", short, no);
    }
    for (at, related) in sheet.related.iter_mut().enumerate() {
        let long = (text::line as Read, SUMMARY_CHARS_MAX);
        clean(&mut related.kind, &format!("related.{at}.kind"), "related", short, no);
        clean(&mut related.name, &format!("related.{at}.name"), "related", long, no);
        clean(&mut related.identifier, &format!("related.{at}.identifier"), "related", long, no);
    }
    for (at, picture) in sheet.photographs.iter_mut().enumerate() {
        pair(&mut picture.caption, &format!("photographs.{at}.caption"), short, no);
    }
}

fn place(sheet: &mut Sheet, no: &mut Vec<Refusal>) {
    let short = (text::line as Read, NAME_CHARS_MAX);
    let place = &mut sheet.place;
    pair(&mut place.site, "site", short, no);
    pair(&mut place.building, "building", short, no);
    pair(&mut place.address, "address", short, no);
    clean(&mut place.room, "room", "room", short, no);
    clean(&mut place.region, "region", "region", short, no);
    clean(&mut place.zone, "zone", "zone", short, no);
    let is_digits = place.region.bytes().all(|byte| byte.is_ascii_digit());
    if !place.region.is_empty() && (place.region.len() != 6 || !is_digits) {
        no.push(on("instrument-region", "region"));
    }
    if !is_zone(place.zone()) {
        no.push(on("instrument-zone", "zone").text("found", &*place.zone));
    }
}

fn capabilities(sheet: &mut Sheet, no: &mut Vec<Refusal>) {
    let short = (text::line as Read, NAME_CHARS_MAX);
    let long = (text::block as Read, SUMMARY_CHARS_MAX);
    for (at, it) in sheet.capabilities.iter_mut().enumerate() {
        let path = |part: &str| format!("capabilities.{at}.{part}");
        pair(&mut it.parameter, &path("parameter"), short, no);
        pair(&mut it.object, &path("object"), short, no);
        pair(&mut it.precision, &path("precision"), short, no);
        pair(&mut it.method, &path("method"), long, no);
        pair(&mut it.sample, &path("sample"), long, no);
        for (part, value) in
            [("from", &mut it.range.from), ("to", &mut it.range.to), ("unit", &mut it.range.unit)]
        {
            clean(value, &path(part), "range", short, no);
        }
        if it.parameter.is_empty() {
            no.push(required(&path("parameter")));
        }
        if it.standards.len() > STANDARDS_MAX {
            let refusal = on("too-many-parts", path("standards")).term("field", "field-standards");
            no.push(refusal.number("found", it.standards.len()).number("most", STANDARDS_MAX));
        }
        for number in &mut it.standards {
            clean(number, &path("standards"), "standards", short, no);
        }
        it.standards.retain(|number| !number.is_empty());
    }
}

/// The shape of a name of the IANA database: parts of letters, digits, `_`, `-` and `+`, at least
/// two of them, or `UTC`.
pub fn is_zone(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-+".contains(&byte))
    };
    name == "UTC" || (name.contains('/') && name.len() <= 64 && name.split('/').all(is_part))
}

fn mail(address: &str, field: &str, no: &mut Vec<Refusal>) {
    let is_one = |address: &str| {
        let parts = address.split_once('@');
        parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !address.contains(char::is_whitespace)
        })
    };
    if !address.is_empty() && !is_one(address) {
        no.push(on("email-unreadable", field.to_owned()).term("field", text::field_term(field)));
    }
}

fn pair(value: &mut Bilingual, field: &str, (read, most): (Read, usize), no: &mut Vec<Refusal>) {
    for (lang, text) in [("en", &mut value.en), ("zh", &mut value.zh)] {
        clean(text, &format!("{field}.{lang}"), field, (read, most), no);
    }
}

fn clean(
    value: &mut String,
    path: &str,
    field: &str,
    (read, most): (Read, usize),
    no: &mut Vec<Refusal>,
) {
    match read(field, value, most) {
        Ok(text) => *value = text,
        Err(refusal) => no.push(refusal.on(path.to_owned())),
    }
}

fn required(field: &str) -> Refusal {
    on("field-required", field.to_owned()).term("field", text::field_term(field))
}

fn on(code: &'static str, field: impl Into<String>) -> Refusal {
    Refusal::invalid(code).on(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Capability;
    use crate::sheet::{Contact, Maker};

    fn check(change: impl FnOnce(&mut Sheet), want: &[(&str, &str)]) {
        let mut sheet = Sheet { name: Bilingual::new("XRD", ""), ..Sheet::default() };
        change(&mut sheet);
        let found: Vec<(String, String)> = tidy(&mut sheet)
            .into_iter()
            .map(|no| (no.code.to_string(), no.field.unwrap_or_default().to_string()))
            .collect();
        let found: Vec<(&str, &str)> =
            found.iter().map(|(code, field)| (code.as_str(), field.as_str())).collect();
        assert_eq!(found, want);
    }

    #[test]
    fn a_sheet_is_told_all_that_is_wrong_with_it() {
        check(|_| (), &[]);
        check(
            |sheet| {
                sheet.name = Bilingual::default();
                sheet.class = "12".to_owned();
                sheet.seats = 5_000;
                sheet.place.zone = "Beijing".to_owned();
                sheet.place.region = "5107".to_owned();
                sheet.makers.push(Maker::default());
                sheet.contacts.push(Contact { email: "nobody".to_owned(), ..Contact::default() });
                sheet.capabilities.push(Capability::default());
            },
            &[
                ("field-required", "makers.0.name"),
                ("email-unreadable", "contacts.0.email"),
                ("instrument-region", "region"),
                ("instrument-zone", "zone"),
                ("field-required", "capabilities.0.parameter"),
                ("field-required", "name"),
                ("instrument-class-unknown", "class"),
                ("instrument-seats", "seats"),
            ],
        );
        check(|sheet| sheet.class = "010403".to_owned(), &[]);
        check(|sheet| sheet.class = "770403".to_owned(), &[("instrument-class-unknown", "class")]);
    }

    #[test]
    fn zones_have_the_shape_of_the_database() {
        for good in ["Asia/Shanghai", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+8"] {
            assert!(is_zone(good), "{good}");
        }
        for bad in ["", "Beijing", "Asia/", "/Asia", "Asia/Shang hai", "Asia//x"] {
            assert!(!is_zone(bad), "{bad}");
        }
    }
}
