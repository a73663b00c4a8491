//! An instrument for programs: PIDINST as JSON and XML, structured data of schema.org; and lists as
//! tables.
//!
//! The page of an instrument answers by what is asked for; the same stands below it under fixed
//! names.

use crate::export::{failed, workbook};
use crate::instrument_search::Wanted;
use crate::link;
use crate::page::get;
use access::Act;
use app::No;
use app::instrument::InstrumentView;
use base::{Bilingual, limits};
use edge::{Reply, Request, Route};
use papers::pidinst::{Around, Record};
use papers::{Sheet, instrument_table};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/instruments/{id}/pidinst.json", Act::LookAtInstrument, json),
    get("/instruments/{id}/pidinst.xml", Act::LookAtInstrument, xml),
    get("/instruments/{id}/schema.jsonld", Act::LookAtInstrument, json_ld),
    get("/instruments.xlsx", Act::ExportInstruments, xlsx),
    get("/instruments.csv", Act::ExportInstruments, csv),
];

const JSON: &str = "application/json; charset=utf-8";
const XML: &str = "application/xml; charset=utf-8";
const JSON_LD: &str = "application/ld+json; charset=utf-8";

/// The record of an instrument, in the language of the reader.
pub fn record(request: &Request, view: &InstrumentView) -> Record {
    let it = &view.instrument;
    let address = |path: String| format!("{}{path}", request.origin());
    let landing_page = address(link::instrument(it.id));
    let page = |(id, name): &(base::InstrumentId, Bilingual)| {
        (address(link::instrument(*id)), name.clone())
    };
    let components: Vec<(String, Bilingual)> = view.components.iter().map(page).collect();
    Record::of(
        it,
        &Around {
            lang: request.lang,
            landing_page: &landing_page,
            owner_name: &view.owner_name,
            owner_code: &view.owner_code,
            classes: &view.classes.path(&it.sheet.class),
            components: &components,
            parent: view.parent.as_ref().map(page),
        },
    )
}

/// The answer for a program that asked the page itself; nothing for a reader of pages.
pub fn negotiated(request: &Request, view: &InstrumentView) -> Option<Reply> {
    let accepted = request.header("accept");
    // Browsers name HTML first; a program names what it wants alone.
    if accepted.contains("text/html") {
        return None;
    }
    let asks = |kind: &str| accepted.split(',').any(|part| part.trim().starts_with(kind));
    let record = || record(request, view);
    let reply = if asks("application/ld+json") {
        Reply::new(JSON_LD, record().json_ld().to_string())
    } else if asks("application/json") {
        Reply::new(JSON, record().json())
    } else if asks("application/xml") || asks("text/xml") {
        Reply::new(XML, record().xml())
    } else {
        return None;
    };
    Some(reply.with_header("vary", "accept"))
}

fn view(request: &Request) -> Result<InstrumentView, No> {
    request.city().instrument(&request.asker, request.id("id")?)
}

fn json(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    Ok(Reply::new(JSON, record(request, &view).json()))
}

fn xml(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    Ok(Reply::new(XML, record(request, &view).xml()))
}

fn json_ld(request: &Request) -> Result<Reply, No> {
    let view = view(request)?;
    Ok(Reply::new(JSON_LD, record(request, &view).json_ld().to_string()))
}

/// What the list of this address holds, as one table.
fn table(request: &Request) -> Result<Sheet, No> {
    let lang = request.lang;
    let wanted = Wanted::read(&request.query);
    let most = limits::EXPORT_ROWS_MAX;
    let found = request.city().each_instrument(&request.asker, &wanted.ask(lang), most)?;
    let heads = instrument_table::heads(lang);
    let rows = found.iter().map(|it| instrument_table::sheet(&it.instrument.sheet, lang)).collect();
    Ok(Sheet { name: words::say(lang, "instrument-page-title"), heads, rows })
}

fn xlsx(request: &Request) -> Result<Reply, No> {
    let table = table(request)?;
    let name = table.name.clone();
    let book = papers::sheets_xlsx((&name, &[]), &[table], request.now);
    Ok(workbook("instruments.xlsx", book.map_err(|error| failed(&error))?))
}

fn csv(request: &Request) -> Result<Reply, No> {
    let text = papers::sheets_csv(&[], &[table(request)?]).map_err(|error| failed(&error))?;
    Ok(Reply::file("text/csv; charset=utf-8", "instruments.csv", text))
}
