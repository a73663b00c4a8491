//! The register of shares: who holds what, what waits, every entry; statements; the exit.

use crate::form::ticket;
use crate::link;
use crate::page::{Page, get, name, say, stamp, zoned};
use crate::venture::{framed, head};
use crate::venture_part::{count, holder, money, said, shares_table};
use access::Act;
use app::No;
use app::venture::{Exit, VentureStatement, VentureView};
use base::Refusal;
use edge::{Reply, Request, Route};
use equity::tranche::Fate;
use equity::{Event, What, as_percent};
use look::{
    Column, Crumb, Field, Form, Look, PageHead, Row, Section, Table, Tone, actions, button,
    sum_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/ventures/{id}/register", Act::LookAtVenture, show),
    get("/ventures/{id}/exit", Act::LookAtVenture, exit),
    get("/ventures/{id}/holders/{holder}", Act::LookAtHolding, statement),
];

fn show(request: &Request) -> Result<Reply, No> {
    let view = request.city().venture(&request.asker, request.id("id")?)?;
    Ok(page(request, &view, &[]))
}

/// The page of the register, with the reasons why a dividend was refused.
pub fn page(request: &Request, view: &VentureView, errors: &[Refusal]) -> Reply {
    let content = html! {
        (head(request, view, Vec::new()))
        (look::error_summary(request.lang, errors))
        @if view.offers.enter {
            (look::part("enter", &say(request, "venture-entry-new"), crate::venture_entry::kinds(request, view)))
        }
        (look::part("shares", &say(request, "venture-page-shares"), shares_table(request, view)))
        @if !view.table.tranches.is_empty() {
            (look::part("tranches", &say(request, "venture-page-tranches"), tranches(request, view)))
        }
        @if !view.table.grants.is_empty() {
            (look::part("grants", &say(request, "venture-page-grants"), grants(request, view)))
        }
        @if !view.dilution.is_empty() {
            (look::part("dilution", &say(request, "venture-page-dilution"), dilution(request, view)))
        }
        (look::part("dividends", &say(request, "venture-page-dividends"), dividends(request, view, errors)))
        (look::part("entries", &say(request, "venture-page-entries"), entries(request, view)))
    };
    framed(request, view)
        .at(link::venture_part(view.venture().id, "register"))
        .failed(errors)
        .reply(content)
}

fn columns<'a>(heads: &'a [String], n_texts: usize) -> Vec<Column<'a>> {
    let one = |(n, head): (usize, &'a String)| match n < n_texts {
        true => Column::text("", head),
        false => Column::figures("", head, ""),
    };
    heads.iter().enumerate().map(one).collect()
}

fn heads<const N: usize>(request: &Request, group: &str, keys: [&str; N]) -> [String; N] {
    keys.map(|key| say(request, &format!("venture-{group}-{key}")))
}

fn tranches(request: &Request, view: &VentureView) -> Markup {
    let heads = heads(request, "tranche", ["milestone", "holder", "fate", "shares"]);
    let rows = view.table.tranches.values().map(|held| {
        let date = |key: &str, on| said(request, key, "date", words::date(request.lang, on));
        let (tone, fate) = match &held.fate {
            Fate::Waiting { due, is_extended: false } => {
                (Tone::Wait, date("venture-tranche-due", *due))
            }
            Fate::Waiting { due, is_extended: true } => {
                (Tone::Wait, date("venture-tranche-extended", *due))
            }
            Fate::Posted { on, .. } => (Tone::Ok, date("venture-tranche-posted", *on)),
            Fate::Void { on } => (Tone::Live, date("venture-tranche-void", *on)),
        };
        Row::from(vec![
            html! { (held.tranche.milestone) " " span.small.quiet { (held.tranche.key) } },
            holder(request, view, &held.tranche.holder),
            html! { (look::state_tag(tone, &fate)) },
            html! { (words::number(request.lang, held.tranche.shares)) },
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-page-tranches"),
        is_caption_hidden: true,
        columns: columns(&heads, 3),
        rows: rows.collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn grants(request: &Request, view: &VentureView) -> Markup {
    let heads = heads(
        request,
        "grant",
        ["holder", "until", "granted", "exercisable", "exercised", "returned"],
    );
    let number = |n: i64| words::number(request.lang, n);
    let rows = view.table.grants.iter().map(|(key, it)| {
        Row::from(vec![
            html! { (holder(request, view, &it.grant.holder)) " " span.small.quiet { (key) } },
            html! { (words::date(request.lang, it.grant.until)) },
            html! { (number(it.grant.shares)) },
            html! { (number(it.exercisable(view.today))) },
            html! { (number(it.exercised)) },
            html! { (number(it.returned)) },
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-page-grants"),
        is_caption_hidden: true,
        columns: columns(&heads, 2),
        rows: rows.collect(),
        is_cards: true,
        ..Table::default()
    })
}

fn dilution(request: &Request, view: &VentureView) -> Markup {
    let heads = heads(request, "dilution", ["round", "holder", "before", "after"]);
    let rows = view.dilution.iter().map(|it| {
        let (before, after) = it.shown();
        Row::from(vec![
            html! { (it.round) " · " (words::date(request.lang, it.on)) },
            holder(request, view, &it.holder),
            html! { (before) "%" },
            html! { (after) "%" },
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-page-dilution"),
        is_caption_hidden: true,
        columns: columns(&heads, 2),
        rows: rows.collect(),
        is_cards: true,
        ..Table::default()
    })
}

/// The newest dividends that the page shows; the files have all.
const DIVIDENDS: usize = 12;

fn dividends(request: &Request, view: &VentureView, errors: &[Refusal]) -> Markup {
    let it = view.venture();
    let heads = heads(request, "dividend", ["holder", "gross", "withheld", "net"]);
    html! {
        @if view.dividends.is_empty() { p.quiet { (say(request, "venture-dividend-none")) } }
        @for one in view.dividends.iter().rev().take(DIVIDENDS) {
            (look::table(&Table {
                lang: request.lang,
                caption: &words::say_with(request.lang, "venture-dividend-caption", &[
                    ("number", one.n.to_string().into()),
                    ("sum", money(request, it, one.declared.total).into()),
                    ("at", crate::page::moment(request, one.at).into()),
                    ("entry", one.entry.to_string().into()),
                ]),
                columns: columns(&heads, 1),
                rows: one.payments.iter().map(|paid| Row::from(vec![
                    holder(request, view, &paid.holder),
                    html! { (money(request, it, paid.gross)) },
                    html! { (money(request, it, paid.withheld)) },
                    html! { (money(request, it, paid.net)) },
                ])).collect(),
                is_cards: true,
        ..Table::default()
            }))
        }
        @if view.offers.declare && !view.table.positions.is_empty() {
            @let forms = ticket(request);
            @let action = link::venture_part(it.id, "dividends");
            @let form = Form::new(request.lang, &action, &forms.csrf, &forms.key).with_errors(errors);
            details open[!errors.is_empty()] {
                summary { (say(request, "venture-dividend-open")) }
                (form.view(html! {
                    p.quiet { (say(request, "venture-dividend-lead")) }
                    (sum_field(&form, &Field {
                        name: "total", label: &say(request, "venture-field-total"),
                        value: request.form.get("total"), ..Field::default()
                    }, it.currency))
                    (look::text_field(&form, &Field {
                        name: "withheld", label: &say(request, "venture-field-withheld"),
                        hint: &say(request, "venture-field-withheld-hint"),
                        value: request.form.get("withheld"), is_optional: true,
                        width: look::Width::Short, ..Field::default()
                    }))
                    (actions(&[button(&say(request, "venture-dividend-declare"), Look::Primary)]))
                }))
            }
        }
    }
}

/// What an entry says, as a sentence.
pub fn sentence(request: &Request, view: &VentureView, event: &Event) -> String {
    let it = view.venture();
    let lang = request.lang;
    let name = |key: &str| view.name(key).best(lang).0.to_owned();
    let number = |n: i64| words::number(lang, n);
    let date = |on| words::date(lang, on);
    let key = format!("venture-said-{}", event.what.word());
    let say = |args: &[(&str, String)]| {
        let args: Vec<_> = args.iter().map(|(name, it)| (*name, it.as_str().into())).collect();
        words::say_with(lang, &key, &args)
    };
    match &event.what {
        What::Define { class } => say(&[("class", class.key.clone())]),
        What::Round { round } => {
            let shares: i64 = round.allotments.iter().map(|it| it.shares).sum();
            let waiting: i64 = round.tranches.iter().map(|it| it.shares).sum();
            let paid: i64 = round.allotments.iter().map(|it| it.paid).sum();
            say(&[
                ("round", round.name.clone()),
                ("class", round.class.clone()),
                ("shares", number(shares)),
                ("waiting", number(waiting)),
                ("sum", money(request, it, paid)),
            ])
        }
        What::Pool { pool, class, shares } => {
            say(&[("pool", pool.clone()), ("class", class.clone()), ("shares", number(*shares))])
        }
        What::Grant { grant } => say(&[
            ("holder", name(&grant.holder)),
            ("shares", number(grant.shares)),
            ("pool", grant.pool.clone()),
        ]),
        What::Exercise { grant, shares, paid } => say(&[
            ("grant", grant.clone()),
            ("shares", number(*shares)),
            ("sum", money(request, it, *paid)),
        ]),
        What::Leave { holder, exercise_until } => {
            say(&[("holder", name(holder)), ("date", date(*exercise_until))])
        }
        What::Lapse { grant } => say(&[("grant", grant.clone())]),
        What::Convert { holder, class, into, shares } => say(&[
            ("holder", name(holder)),
            ("class", class.clone()),
            ("into", into.clone()),
            ("shares", number(*shares)),
        ]),
        What::Transfer { transfer } => say(&[
            ("from", name(&transfer.from)),
            ("to", name(&transfer.to)),
            ("class", transfer.class.clone()),
            ("shares", number(transfer.shares)),
            ("sum", money(request, it, transfer.price)),
        ]),
        What::BuyBack { holder, class, shares, paid } => say(&[
            ("holder", name(holder)),
            ("class", class.clone()),
            ("shares", number(*shares)),
            ("sum", money(request, it, *paid)),
        ]),
        What::Limit { limits } => say(&[
            ("days", limits.pre_emption_days.to_string()),
            ("part", as_percent(limits.holder_max)),
        ]),
        What::Lock { holder, until } => say(&[("holder", name(holder)), ("date", date(*until))]),
        What::Accept { tranche } | What::Miss { tranche } => say(&[("tranche", tranche.clone())]),
    }
}

/// Entries of one page.
const ENTRIES: usize = 100;

/// Entries, newest first, with the beginning of their digests.
fn entries(request: &Request, view: &VentureView) -> Markup {
    let before = request.query.get("before").parse().unwrap_or(u64::MAX);
    let older = view.register.entries.iter().rev().filter(|it| it.n < before);
    let shown: Vec<_> = older.take(ENTRIES).collect();
    let here = link::venture_part(view.venture().id, "register");
    let next = shown
        .last()
        .filter(|it| it.n > 1)
        .map(|it| format!("{}#entries", look::address::with(&here, "before", &it.n.to_string())));
    let at = zoned(request, &say(request, "venture-entries-at"));
    let mut heads = heads(request, "entries", ["number", "day", "what", "at", "digest"]);
    heads[3] = at;
    let rows = shown.iter().map(|it| {
        Row::from(vec![
            html! { (it.n) },
            html! { (words::date(request.lang, it.event.on)) },
            html! { (sentence(request, view, &it.event)) },
            stamp(request, it.at),
            html! { code title=(it.digest) { (it.digest.get(..12).unwrap_or(&it.digest)) } },
        ])
    });
    let table = look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-page-entries"),
        is_caption_hidden: true,
        columns: columns(&heads, 5),
        rows: rows.collect(),
        empty: Some(look::empty(&say(request, "venture-entries-none"), html! {})),
        note: Some(html! { (say(request, "venture-entries-note")) }),
        is_cards: true,
        ..Table::default()
    });
    let pager = look::Pager::Keyset { previous: None, next: next.as_deref() };
    html! { (table) (look::pager(request.lang, &pager)) }
}

/// The calculator: proceeds in, what each class and each holder gets.
fn exit(request: &Request) -> Result<Reply, No> {
    let view = request.city().venture(&request.asker, request.id("id")?)?;
    let it = view.venture();
    let typed = request.query.get("proceeds");
    let read = crate::listing_money::read_money(typed, it.currency);
    let (found, errors) = match read {
        Ok(Some(sum)) => match request.city().venture_exit(&request.asker, it.id, sum.minor) {
            Ok(found) => (Some(found), Vec::new()),
            Err(no) => (None, crate::form::reasons(no)?),
        },
        Ok(None) => (None, Vec::new()),
        Err(()) => {
            let no = Refusal::invalid("venture-money-unreadable").on("proceeds");
            (None, vec![no])
        }
    };
    let content = html! {
        (head(request, &view, Vec::new()))
        (look::error_summary(request.lang, &errors))
        (look::part("exit", &say(request, "venture-exit-title"), html! {
            p.quiet { (say(request, "venture-exit-lead")) }
            form method="get" action=(link::venture_part(it.id, "exit")) {
                div.field {
                    label for="proceeds" { (said(request, "venture-exit-proceeds", "currency", it.currency.code().to_owned())) }
                    input id="proceeds" name="proceeds" inputmode="decimal" value=(typed) required;
                }
                (actions(&[button(&say(request, "venture-exit-reckon"), Look::Primary)]))
            }
            @if let Some(found) = &found { (waterfall(request, &view, found)) }
        }))
    };
    Ok(framed(request, &view).failed(&errors).reply(content))
}

fn waterfall(request: &Request, view: &VentureView, found: &Exit) -> Markup {
    let it = view.venture();
    let claims = heads(request, "exit", ["claim", "way", "first", "rest", "strike", "net"]);
    let holders = heads(request, "exit", ["holder", "gets"]);
    let sum = |minor: i64| money(request, it, minor);
    let claim = |key: &str| match key.strip_prefix("grant:") {
        Some(grant) => said(request, "venture-exit-options", "grant", grant.to_owned()),
        None => said(request, "venture-exit-class", "class", key.to_owned()),
    };
    let is_preferred =
        |key: &str| view.table.classes.get(key).is_some_and(|it| it.preference.is_some());
    let way = |payout: &equity::exit::Payout| {
        let key =
            match (payout.key.starts_with("grant:"), is_preferred(&payout.key), payout.is_ordinary)
            {
                (true, _, true) => "venture-exit-exercised",
                (true, _, false) => "venture-exit-not-exercised",
                (_, true, true) => "venture-exit-converted",
                (_, true, false) => "venture-exit-preferred",
                _ => "venture-exit-ordinary",
            };
        say(request, key)
    };
    html! {
        (look::table(&Table {
            lang: request.lang,
            caption: &said(request, "venture-exit-by-class", "sum", sum(found.proceeds)),
            columns: columns(&claims, 2),
            rows: found.divided.payouts.iter().map(|it| Row::from(vec![
                html! { (claim(&it.key)) },
                html! { (way(it)) },
                html! { (sum(it.first)) },
                html! { (sum(it.rest)) },
                html! { (sum(it.strike)) },
                html! { (sum(it.net)) },
            ])).collect(),
            is_cards: true,
        ..Table::default()
        }))
        (look::table(&Table {
            lang: request.lang,
            caption: &say(request, "venture-exit-by-holder"),
            columns: columns(&holders, 1),
            rows: found.by_holder.iter().map(|(key, minor)| Row::from(vec![
                holder(request, view, key),
                html! { (sum(*minor)) },
            ])).collect(),
            total: Some(Row::from(vec![
                html! { (say(request, "venture-shares-total")) },
                html! { (sum(found.by_holder.iter().map(|it| it.1).sum())) },
            ])),
            is_cards: true,
        ..Table::default()
        }))
    }
}

/// What one holder is told.
fn statement(request: &Request) -> Result<Reply, No> {
    let n = request.param("holder").parse().map_err(|_| Refusal::not_found())?;
    let found = request.city().venture_statement(&request.asker, request.id("id")?, n)?;
    let lang = request.lang;
    let (title, all) =
        (say(request, "venture-statement-title"), say(request, "venture-page-title"));
    let it = &found.statement;
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::VENTURES, text: &all }],
            kind: &title,
            title: found.holder.name.best(lang).0,
            label: Some(&found.venture.label).filter(|label| !label.is_public()),
            reference: &found.venture.reference.to_string(),
            lead: Some(html! {
                (words::say_with(lang, "venture-statement-lead", &[
                    ("company", name(&found.company_name, lang).0.into()),
                    ("technology", found.title.best(lang).0.to_owned().into()),
                    ("date", words::date(lang, it.on).into()),
                ]))
            }),
            ..PageHead::default()
        }))
        (look::figures(lang, &[
            look::Figure { value: &format!("{}%", it.part_issued), label: &say(request, "venture-statement-part"), ..look::Figure::default() },
            look::Figure { value: &format!("{}%", it.part_full), label: &say(request, "venture-statement-full"), ..look::Figure::default() },
        ]))
        @if let Some(until) = it.locked_until {
            (look::notice(lang, Tone::Wait, html! { (said(request, "venture-statement-locked", "date", words::date(lang, until))) }))
        }
        (statement_tables(request, &found))
    };
    let page = Page::new(request, &title).section(Section::Trade);
    Ok(page.highest(&found.venture.label, &title).personal().reply(content))
}

fn statement_tables(request: &Request, found: &VentureStatement) -> Markup {
    let (lang, venture, it) = (request.lang, &found.venture, &found.statement);
    let number = |n: i64| words::number(lang, n);
    let sum = |minor: i64| money(request, venture, minor);
    let table = |caption: &str, heads: &[String], rows: Vec<Row>| {
        look::table(&Table {
            lang,
            caption: &say(request, caption),
            columns: columns(heads, 1),
            rows,
            is_cards: true,
            ..Table::default()
        })
    };
    let positions = heads(request, "statement", ["class", "shares", "paid"]);
    let options =
        heads(request, "grant", ["holder", "granted", "exercisable", "exercised", "returned"]);
    let waiting = heads(request, "tranche", ["milestone", "shares"]);
    let thinned = heads(request, "dilution", ["round", "before", "after"]);
    let paid = heads(request, "statement", ["day", "paid-out"]);
    html! {
        @if it.positions.is_empty() && it.options.is_empty() && it.waiting.is_empty() {
            (look::empty(&say(request, "venture-statement-none"), html! {}))
        }
        @if !it.positions.is_empty() {
            (table("venture-statement-positions", &positions, it.positions.iter().map(|(class, at)| Row::from(vec![
                html! { (class) }, html! { (number(at.shares)) }, html! { (sum(at.paid)) },
            ])).collect()))
        }
        @if !it.options.is_empty() {
            (table("venture-page-grants", &options, it.options.iter().map(|it| Row::from(vec![
                html! { (it.grant) " · " (words::date(lang, it.until)) }, html! { (number(it.granted)) },
                html! { (number(it.exercisable)) }, html! { (number(it.exercised)) }, html! { (number(it.returned)) },
            ])).collect()))
        }
        @if !it.waiting.is_empty() {
            (table("venture-page-tranches", &waiting, it.waiting.iter().map(|held| Row::from(vec![
                html! { (held.tranche.milestone) }, html! { (number(held.tranche.shares)) },
            ])).collect()))
        }
        @if !it.dilution.is_empty() {
            (table("venture-page-dilution", &thinned, it.dilution.iter().map(|it| {
                let (before, after) = it.shown();
                Row::from(vec![html! { (it.round) " · " (words::date(lang, it.on)) }, html! { (before) "%" }, html! { (after) "%" }])
            }).collect()))
        }
        @if !it.paid_out.is_empty() {
            (table("venture-statement-dividends", &paid, it.paid_out.iter().map(|(day, minor)| Row::from(vec![
                html! { (words::date(lang, *day)) }, html! { (sum(*minor)) },
            ])).collect()))
        }
        p.small.quiet { (say(request, "venture-statement-note")) " " (count(request, i128::from(venture.n_entries))) }
    }
}
