//! The register as files: holdings, entries, dividends, as CSV or a workbook.

use crate::export::{failed, workbook};
use crate::page::{get, say};
use crate::venture_register::sentence;
use access::Act;
use app::No;
use app::venture::VentureView;
use edge::{Reply, Request, Route};
use papers::{Sheet, SheetValue as Cell, sheets_csv, sheets_xlsx};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/ventures/{id}/register.csv", Act::LookAtVenture, csv),
    get("/ventures/{id}/register.xlsx", Act::LookAtVenture, xlsx),
];

fn heads(request: &Request, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| say(request, &format!("venture-{key}"))).collect()
}

fn wide(n: i128) -> Cell {
    Cell::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// What the files say of themselves.
fn about(request: &Request, view: &VentureView) -> Vec<(String, String)> {
    let it = view.venture();
    let lang = request.lang;
    vec![
        (say(request, "venture-page-kind"), view.title.best(lang).0.to_owned()),
        (say(request, "venture-fact-company"), view.company_name.best(lang).0.to_owned()),
        (say(request, "venture-paper-reference"), it.reference.to_string()),
        (say(request, "venture-paper-as-of"), words::date(lang, view.today)),
        (say(request, "venture-paper-label"), words::label(lang, &it.label)),
        (say(request, "venture-fact-entries"), it.n_entries.to_string()),
        (say(request, "venture-entries-digest"), it.chain.clone()),
    ]
}

fn sheets(request: &Request, view: &VentureView) -> Vec<Sheet> {
    let lang = request.lang;
    let it = view.venture();
    let name = |key: &str| Cell::Text(view.name(key).best(lang).0.to_owned());
    let shares = view.shares.lines.iter().map(|line| {
        let (issued, full) = view.shares.parts(&line.holder).unwrap_or_default();
        vec![
            name(&line.holder),
            wide(line.issued),
            Cell::Text(format!("{issued}%")),
            wide(line.earned + line.unearned),
            wide(line.waiting),
            Cell::Text(format!("{full}%")),
        ]
    });
    let positions = view.table.positions.iter().map(|((holder, class), at)| {
        vec![
            name(holder),
            Cell::Text(class.clone()),
            Cell::Number(at.shares),
            Cell::Money(it.money(at.paid)),
        ]
    });
    let entries = view.register.entries.iter().map(|one| {
        vec![
            Cell::Number(i64::try_from(one.n).unwrap_or(i64::MAX)),
            Cell::Day(one.event.on),
            Cell::Text(sentence(request, view, &one.event)),
            Cell::Text(one.at.rfc3339()),
            Cell::Text(one.digest.clone()),
        ]
    });
    let paid = view.dividends.iter().flat_map(|one| {
        one.payments.iter().map(|paid| {
            vec![
                Cell::Number(i64::try_from(one.n).unwrap_or(i64::MAX)),
                name(&paid.holder),
                Cell::Money(it.money(paid.gross)),
                Cell::Money(it.money(paid.withheld)),
                Cell::Money(it.money(paid.net)),
            ]
        })
    });
    let sheet = |key: &str, keys: &[&str], rows| Sheet {
        name: say(request, &format!("venture-page-{key}")),
        heads: heads(request, keys),
        rows,
    };
    vec![
        sheet(
            "shares",
            &[
                "shares-holder",
                "shares-issued",
                "shares-part",
                "shares-options",
                "shares-waiting",
                "shares-full",
            ],
            shares.collect(),
        ),
        sheet(
            "positions",
            &["shares-holder", "statement-class", "statement-shares", "statement-paid"],
            positions.collect(),
        ),
        sheet(
            "entries",
            &["entries-number", "entries-day", "entries-what", "entries-at", "entries-digest"],
            entries.collect(),
        ),
        sheet(
            "dividends",
            &[
                "entries-number",
                "dividend-holder",
                "dividend-gross",
                "dividend-withheld",
                "dividend-net",
            ],
            paid.collect(),
        ),
    ]
}

fn csv(request: &Request) -> Result<Reply, No> {
    let view = request.city().venture(&request.asker, request.id("id")?)?;
    let bytes = sheets_csv(&about(request, &view), &sheets(request, &view))
        .map_err(|error| failed(&error))?;
    let name = format!("{}.csv", view.venture().reference);
    Ok(Reply::file("text/csv; charset=utf-8", &name, bytes))
}

fn xlsx(request: &Request) -> Result<Reply, No> {
    let view = request.city().venture(&request.asker, request.id("id")?)?;
    let title = say(request, "venture-paper-about");
    let bytes = sheets_xlsx((&title, &about(request, &view)), &sheets(request, &view), view.now)
        .map_err(|error| failed(&error))?;
    Ok(workbook(&format!("{}.xlsx", view.venture().reference), bytes))
}
