//! Lists and things as files: exactly this filter, this order, every row the reader may see.

use crate::link;
use crate::refused::PAGE;
use crate::search::ask;
use crate::search_filter::Wanted;
use access::Act;
use app::No;
use app::gather::Whole;
use base::{Class, Label, Refusal, TechnologyId, limits};
use edge::{Body, Reply, Request, Route};
use papers::{Exported, Head};

/// The endings of the exports, each with the key of its name.
pub const KINDS: [(&str, &str); 3] =
    [("csv", "table-export-csv"), ("xlsx", "table-export-xlsx"), ("jsonl", "search-export-jsonl")];

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const fn route(path: &'static str, run: fn(&Request) -> Result<Reply, No>) -> Route {
    Route { method: "GET", path, act: Act::ExportTechnologies, body: Body::None, face: &PAGE, run }
}

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    route("/technologies.csv", csv),
    route("/technologies.xlsx", xlsx),
    route("/technologies.jsonl", jsonl),
];

fn exported(whole: Whole) -> Exported {
    Exported { technology: whole.technology, owner: whole.owner, listings: whole.offers }
}

/// Everything the filter of this address finds, and what the file says of itself.
fn rows(request: &Request) -> Result<(Head, Vec<Exported>), No> {
    let city = request.city();
    let lang = request.lang;
    let wanted = Wanted { is_own: false, ..Wanted::read(&request.query, city.fields()) };
    let mut rows = Vec::new();
    let mut owners = std::collections::BTreeMap::new();
    let mut label = Label::public();
    let mut is_more = false;
    city.each_found(&request.asker, &ask(request, &wanted), |whole| {
        is_more = rows.len() == limits::EXPORT_ROWS_MAX;
        if !is_more {
            label = label.least_upper_bound(&whole.technology.label);
            owners.insert(whole.technology.owner.to_string(), whole.owner.clone());
            rows.push(exported(whole));
        }
        !is_more
    })?;
    if is_more {
        let refusal = Refusal::new(Class::TooLarge, "export-too-many");
        return Err(refusal.number("most", limits::EXPORT_ROWS_MAX).into());
    }
    let name = request.me.as_ref().map(|me| me.person.name.best(lang).0.to_owned());
    let head = Head {
        lang,
        filter: wanted.sentence(lang, city.fields(), &owners),
        as_of: request.now,
        n_rows: rows.len(),
        label: words::label(lang, &label),
        who: name.unwrap_or_else(|| words::say(lang, "search-everybody")),
    };
    Ok((head, rows))
}

fn name(request: &Request, ending: &str) -> String {
    let day = request.now.date_at(request.city().settings().utc_offset_minutes);
    format!("technologies-{day}.{ending}")
}

/// A file that could not be written: our own fault, told once in the log.
pub fn failed(error: &impl std::fmt::Display) -> No {
    tracing::error!(%error, "an export could not be written");
    Refusal::new(Class::Unknown, "own-fault").into()
}

fn csv(request: &Request) -> Result<Reply, No> {
    let (head, rows) = rows(request)?;
    let mut to = Vec::new();
    papers::export_csv(&head, rows, &mut to).map_err(|error| failed(&error))?;
    Ok(Reply::file("text/csv; charset=utf-8", &name(request, "csv"), to))
}

fn xlsx(request: &Request) -> Result<Reply, No> {
    let (head, rows) = rows(request)?;
    let book = papers::export_xlsx(&head, rows).map_err(|error| failed(&error))?;
    Ok(workbook(&name(request, "xlsx"), book))
}

/// A workbook to be saved.
pub fn workbook(name: &str, book: Vec<u8>) -> Reply {
    Reply::file(XLSX, name, book)
}

fn jsonl(request: &Request) -> Result<Reply, No> {
    let (_, rows) = rows(request)?;
    let mut to = Vec::new();
    papers::export_jsonl(rows, &mut to).map_err(|error| failed(&error))?;
    Ok(Reply::file("application/jsonl; charset=utf-8", &name(request, "jsonl"), to))
}

/// One technology as ST.96, where it has a published patent right.
pub fn st96(request: &Request, id: TechnologyId) -> Result<Reply, No> {
    let whole = request.city().whole(&request.asker, id)?;
    let reference = whole.technology.reference.to_string();
    let mut to = Vec::new();
    let n_rights =
        papers::export_st96([exported(whole)], &mut to).map_err(|error| failed(&error))?;
    if n_rights == 0 {
        return Err(Refusal::not_found().into());
    }
    Ok(Reply::file("application/xml; charset=utf-8", &format!("{reference}.xml"), to))
}

/// The address of one technology as ST.96.
pub fn st96_href(id: TechnologyId) -> String {
    format!("{}.xml", link::technology(id))
}
