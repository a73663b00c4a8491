//! NASA's two lists: patents in seven columns, and the catalogue of technologies.

use crate::cell::Row;
use crate::items;
use crate::own::{json_problem, of_piece};
use crate::read::{Out, Outcome, Refused};
use base::{Bilingual, Date};
use std::io::Read;
use trading::intake::{Place, Problem, Record, StubFacts};
use trading::{Content, Proof, Right, RightKind, RightStatus};

/// Reads one row of the list: centre, status, case, patent, application, title, expiry.
pub(crate) fn patent(row: &Row, at: Place, out: &mut Out<'_>) -> bool {
    let cell = |place: usize| row.cells.get(place).map_or("", |cell| cell.text.trim());
    if row.cells.len() != 7 {
        let problem = Problem::new("cells-miscounted", &at).with("found", row.cells.len());
        let problems = vec![problem.with("expected", 7)];
        return out.refuse(Refused { at, outcome: Outcome::Rejected, problems });
    }
    let mut warnings = Vec::new();
    let (key, mut related) = cases(cell(2));
    if key.is_empty() || cell(5).is_empty() {
        let code = if key.is_empty() { "key-missing" } else { "record-without-title" };
        let problems = vec![Problem::new(code, &at)];
        return out.refuse(Refused { at, outcome: Outcome::Rejected, problems });
    }
    for other in &related {
        let problem = Problem::warn("cases-joined", &at).on("Case Number").at_column(3);
        warnings.push(problem.with("found", cell(2)).with("other", other));
    }
    let number = match cell(3) {
        "" | "0" => String::new(),
        number => number.replace(',', ""),
    };
    let status = status(cell(1), &number, &at, &mut warnings);
    let expires = expiry(cell(6), status, &at, &mut warnings);
    let application = application(cell(4), &at, &mut warnings);
    let kind = if number.starts_with('D') { RightKind::Design } else { RightKind::Invention };
    if !number.is_empty() {
        related.retain(|other| *other != number);
    }
    let right = Right {
        kind,
        office: "US".to_owned(),
        number: number.clone(),
        application,
        status,
        expires,
        ..Right::default()
    };
    let content = Content {
        title: Bilingual::new(cell(5), ""),
        rights: vec![right],
        related,
        ..Content::default()
    };
    let owner = centre(cell(0), &at, out);
    let record = Record {
        stub_facts: StubFacts { reference: key.clone(), ..StubFacts::default() },
        key,
        at,
        content,
        proof: Proof::None,
        owner_hint: Some(owner),
        warnings,
        ..Record::default()
    };
    out.record(record)
}

/// Case numbers joined by "with … and …": the first is the record's own.
fn cases(text: &str) -> (String, Vec<String>) {
    let joined = text.replace(" with ", "\n").replace(" and ", "\n");
    let mut cases = joined.lines().map(|case| case.trim().to_owned()).filter(|c| !c.is_empty());
    let first = cases.next().unwrap_or_default();
    (first, cases.collect())
}

fn status(text: &str, number: &str, at: &Place, warnings: &mut Vec<Problem>) -> RightStatus {
    let warn =
        |code, found: &str| Problem::warn(code, at).on("Status").at_column(2).with("found", found);
    match text {
        "Issued" => RightStatus::Granted,
        "Application" => {
            if !number.is_empty() {
                warnings.push(warn("application-with-number", number));
            }
            RightStatus::Pending
        }
        _ => {
            warnings.push(warn("status-unknown", text));
            RightStatus::Unknown
        }
    }
}

fn expiry(
    text: &str,
    status: RightStatus,
    at: &Place,
    warnings: &mut Vec<Problem>,
) -> Option<Date> {
    let field = "Patent Expiration Date";
    if text.is_empty() {
        if status == RightStatus::Granted {
            warnings.push(Problem::warn("expiry-missing", at).on(field).at_column(7));
        }
        return None;
    }
    let date = american_date(text).or_else(|| base::time::read_date(text));
    if date.is_none() {
        let problem = Problem::warn("date-left-empty", at).on(field).at_column(7);
        warnings.push(problem.with("found", text));
    }
    date
}

/// MM/DD/YYYY.
fn american_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('/').collect();
    let [month, day, year] = parts.as_slice() else { return None };
    (year.len() == 4).then_some(())?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Series and six digits, `13/033085`, from what the list writes; what cannot be put so safely
/// stays as it is.
fn application(text: &str, at: &Place, warnings: &mut Vec<Problem>) -> String {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    if plain.is_empty() {
        return plain;
    }
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let is_safe =
        plain.split_once('/').is_some_and(|(series, rest)| digits(series, 2) && digits(rest, 6));
    if is_safe {
        return plain;
    }
    let problem = Problem::warn("application-number-unsure", at).on("Application SN").at_column(5);
    warnings.push(problem.with("found", text));
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    if has_digits { text.to_owned() } else { String::new() }
}

/// What the agency's centres are called, in full and in its own lists.
const CENTRES: &[(&str, &str, &str)] = &[
    ("NASA Ames Research Center", "美国国家航空航天局艾姆斯研究中心", "ARC AMES"),
    (
        "NASA Armstrong Flight Research Center",
        "美国国家航空航天局阿姆斯特朗飞行研究中心",
        "AFRC DFRC",
    ),
    ("NASA Glenn Research Center", "美国国家航空航天局格伦研究中心", "GRC LEW"),
    ("NASA Goddard Space Flight Center", "美国国家航空航天局戈达德航天中心", "GSFC GSC"),
    ("NASA Headquarters", "美国国家航空航天局总部", "HQ"),
    ("NASA Jet Propulsion Laboratory", "美国国家航空航天局喷气推进实验室", "JPL NPO"),
    ("NASA Johnson Space Center", "美国国家航空航天局约翰逊航天中心", "JSC MSC"),
    ("NASA Kennedy Space Center", "美国国家航空航天局肯尼迪航天中心", "KSC"),
    ("NASA Langley Research Center", "美国国家航空航天局兰利研究中心", "LARC LAR"),
    ("NASA Marshall Space Flight Center", "美国国家航空航天局马歇尔航天中心", "MSFC MFS"),
    ("NASA Stennis Space Center", "美国国家航空航天局斯坦尼斯航天中心", "SSC"),
];

/// The centre under its one name; each other spelling is reported once.
pub(crate) fn centre(text: &str, at: &Place, out: &mut Out<'_>) -> Bilingual {
    let wanted = text.trim().to_uppercase();
    let known = CENTRES.iter().find(|(name, _, short)| {
        name.to_uppercase() == wanted || short.split(' ').any(|short| short == wanted)
    });
    let Some((name, chinese, _)) = known else { return Bilingual::new(text.trim(), "") };
    if *name != text.trim() {
        // Said once for a file: its place is the file.
        let whole = Place { file: at.file.clone(), line: 0 };
        let problem = Problem::warn("organisation-alias", &whole);
        out.remark(problem.with("found", text.trim()).with("name", name));
    }
    Bilingual::new(*name, *chinese)
}

/// Characters at which the catalogue's snapshot cuts its abstracts.
const CUT_CHARS: usize = 700;

#[derive(serde::Deserialize)]
struct Entry {
    #[serde(default)]
    id: String,
    #[serde(default)]
    reference: String,
    #[serde(default)]
    title: String,
    #[serde(default, rename = "abstract")]
    text: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    center: String,
}

/// Reads the catalogue: the objects of `data.patents`.
pub(crate) fn catalogue(from: impl Read, file: &str, out: &mut Out<'_>) {
    items::objects(from, "patents", &mut |piece| {
        let mut centre_name = String::new();
        let read = of_piece(piece, file, |bytes, at| {
            let entry: Entry =
                serde_json::from_slice(bytes).map_err(|error| json_problem(&error, at))?;
            centre_name.clone_from(&entry.center);
            catalogue_record(entry, at)
        });
        match read {
            Ok(mut record) => {
                let at = record.at.clone();
                record.owner_hint = Some(centre(&centre_name, &at, out));
                out.record(record)
            }
            Err(refused) => out.refuse(refused),
        }
    });
}

fn catalogue_record(entry: Entry, at: &Place) -> Result<Record, Problem> {
    let key = if entry.reference.is_empty() { entry.id } else { entry.reference };
    if key.is_empty() || entry.title.trim().is_empty() {
        let code = if key.is_empty() { "key-missing" } else { "record-without-title" };
        return Err(Problem::new(code, at));
    }
    let mut content = Content {
        title: Bilingual::new(plain(&entry.title), ""),
        keywords: Bilingual::new(entry.category.trim().to_lowercase(), ""),
        ..Content::default()
    };
    let mut warnings = Vec::new();
    if entry.text.chars().count() >= CUT_CHARS {
        content.notes =
            Bilingual::new("Description shortened by its source", "说明在来源处已被截短");
        let problem = Problem::warn("text-cut-by-source", at).on("abstract");
        warnings.push(problem.with("most", CUT_CHARS));
    }
    content.description = Bilingual::new(plain(&entry.text), "");
    Ok(Record {
        stub_facts: StubFacts { reference: key.clone(), ..StubFacts::default() },
        key,
        at: at.clone(),
        content,
        proof: Proof::None,
        warnings,
        ..Record::default()
    })
}

/// A text without the marks of highlighting that public answers leave inside.
fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for mark in ["<span class=\"highlight\">", "</span>", "<em>", "</em>", "<b>", "</b>", "<br>"] {
        text = text.replace(mark, "");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn application_numbers_are_put_in_one_form_where_that_is_safe() {
        let check = |text: &str, want: &str, n_warnings: usize| {
            let mut warnings = Vec::new();
            let found = application(text, &Place::default(), &mut warnings);
            assert_eq!((found.as_str(), warnings.len()), (want, n_warnings), "{text}");
        };
        check("13/033,085", "13/033085", 0);
        check("09/123456", "09/123456", 0);
        check("   10/123,456", "10/123456", 0);
        check("", "", 0);
        check("/9", "/9", 1);
        check("/", "", 1);
        check("99/999/999", "99/999/999", 1);
        check("12/34,567", "12/34,567", 1);
    }

    #[test]
    fn joined_cases_are_split() {
        let (own, others) = cases("LEW-18891-1 with LEW-18611-1 and LEW-18895-1");
        assert_eq!((own.as_str(), others.len()), ("LEW-18891-1", 2));
        assert_eq!(cases("MSC-24745-1"), ("MSC-24745-1".to_owned(), Vec::new()));
    }

    #[test]
    fn american_dates_are_read() {
        assert_eq!(american_date("10/03/2015"), Date::new(2015, 10, 3).ok());
        assert_eq!(american_date("13/03/2015"), None);
        assert_eq!(american_date("10/03/15"), None);
    }

    #[test]
    fn highlights_are_left_out() {
        assert_eq!(plain("A <span class=\"highlight\">sensor</span>"), "A sensor");
    }
}
