//! One entry into the register: its form, what it would do, and reading it.

use crate::form::{reasons, ticket};
use crate::link;
use crate::listing_money::read_money;
use crate::page::{get, post, say};
use crate::venture::{framed, head};
use crate::venture_part::count;
use access::Act;
use app::No;
use app::venture::{EnterShares, VentureView};
use base::text::field_term;
use base::time::{half_width, read_date};
use base::{Currency, Date, Refusal};
use edge::{Reply, Request, Route};
use equity::class::{Conversion, Participation, Preference};
use equity::event::{Allotment, Limits, Round, Transfer};
use equity::grant::{Grant, Vesting};
use equity::tranche::{OnMiss, Tranche};
use equity::view::View;
use equity::{Class, Event, Price, Rate, What};
use look::{
    Choice, Column, Field, Form, Look, Row, Table, Width, actions, button, button_named,
    date_field, fieldset, link_button, select, text_field,
};
use maud::{Markup, html};

/// The routes of this file.
pub static ROUTES: &[Route] = &[
    get("/ventures/{id}/register/new", Act::EnterShares, blank),
    post("/ventures/{id}/register", Act::EnterShares, enter),
];

/// What can be entered, in the order of the menu.
pub const KINDS: [&str; 14] = [
    "round", "transfer", "accept", "miss", "pool", "grant", "exercise", "leave", "lapse",
    "convert", "buy-back", "define", "limit", "lock",
];

/// Lines of a round in the form.
const LINES: usize = 6;
/// Tranches of a round in the form.
const TRANCHES: usize = 2;

/// Reads the fields of a form, and keeps everything unreadable.
pub struct Reader<'r> {
    request: &'r Request,
    currency: Currency,
    no: Vec<Refusal>,
}

impl<'r> Reader<'r> {
    pub fn new(request: &'r Request, currency: Currency) -> Self {
        Self { request, currency, no: Vec::new() }
    }

    /// Everything that could not be read.
    pub fn end(&self) -> Result<(), No> {
        if self.no.is_empty() { Ok(()) } else { Err(No(self.no.clone())) }
    }

    fn unread(&mut self, name: &str, code: &'static str) {
        let term = field_term(name);
        self.no.push(Refusal::invalid(code).on(name).term("field", term));
    }

    pub fn text(&self, name: &str) -> String {
        self.request.form.get(name).trim().to_owned()
    }

    /// Minor units; nothing typed is nothing.
    pub fn money(&mut self, name: &str) -> i64 {
        match read_money(self.request.form.get(name), self.currency) {
            Ok(found) => found.map_or(0, |it| it.minor),
            Err(()) => {
                self.unread(name, "venture-money-unreadable");
                0
            }
        }
    }

    /// Amounts one after another, apart by blanks.
    pub fn sums(&mut self, name: &str) -> Vec<i64> {
        let typed = self.text(name);
        let parts = typed.split(|c: char| c.is_whitespace() || c == ';' || c == '；');
        let read: Vec<_> = parts
            .filter(|part| !part.is_empty())
            .map(|part| read_money(part, self.currency))
            .collect();
        if read.iter().any(Result::is_err) {
            self.unread(name, "venture-money-unreadable");
        }
        read.into_iter().filter_map(Result::ok).flatten().map(|it| it.minor).collect()
    }

    /// A whole number; nothing typed is nothing.
    pub fn number(&mut self, name: &str) -> i64 {
        let plain: String = self.request.form.get(name).chars().map(half_width).collect();
        let plain = plain.replace([',', ' '], "");
        if plain.is_empty() {
            return 0;
        }
        plain.parse().unwrap_or_else(|_| {
            self.unread(name, "venture-number-unreadable");
            0
        })
    }

    pub fn small(&mut self, name: &str) -> u32 {
        let read = self.number(name);
        u32::try_from(read).unwrap_or_else(|_| {
            self.unread(name, "venture-number-unreadable");
            0
        })
    }

    /// A rate such as `0.15` or `15%`; nothing typed is the one given.
    pub fn rate_or(&mut self, name: &str, otherwise: &str) -> Rate {
        let typed: String = self.text(name).chars().map(half_width).collect();
        let typed = if typed.is_empty() { otherwise.to_owned() } else { typed };
        let read = match typed.strip_suffix('%') {
            Some(percent) => moved(percent.trim()).and_then(|it| Rate::parse(&it)),
            None => Rate::parse(&typed),
        };
        read.unwrap_or_else(|| {
            self.unread(name, "venture-rate-unreadable");
            Rate::parse("0").expect("a rate")
        })
    }

    /// A day; what cannot be read is the first of all.
    pub fn date(&mut self, name: &str) -> Date {
        read_date(self.request.form.get(name)).unwrap_or_else(|| {
            self.unread(name, "date-unreadable");
            Date::MIN
        })
    }

    fn day_or_none(&mut self, name: &str) -> Option<Date> {
        let is_typed = !self.text(name).is_empty();
        is_typed.then(|| self.date(name))
    }
}

/// A decimal text with its point two places further left.
fn moved(percent: &str) -> Option<String> {
    let (sign, digits) = match percent.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", percent),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = whole.chars().chain(part.chars()).all(|c| c.is_ascii_digit());
    if whole.is_empty() || !is_plain {
        return None;
    }
    let whole = format!("{whole:0>3}");
    let (left, right) = whole.split_at(whole.len() - 2);
    Some(format!("{sign}{left}.{right}{part}"))
}

fn kind(typed: &str) -> &'static str {
    KINDS.into_iter().find(|known| *known == typed).unwrap_or("round")
}

fn blank(request: &Request) -> Result<Reply, No> {
    let view = request.city().venture(&request.asker, request.id("id")?)?;
    if !view.offers.enter {
        return Err(Refusal::not_found().into());
    }
    Ok(page(request, &view, kind(request.query.get("kind")), (&[], None)))
}

/// The form of one kind; with what it would do, where that was asked.
fn page(
    request: &Request,
    view: &VentureView,
    kind: &'static str,
    (errors, seen): (&[Refusal], Option<(View, View)>),
) -> Reply {
    let (lang, it) = (request.lang, view.venture());
    let forms = ticket(request);
    let action = link::venture_part(it.id, "register");
    let form = Form::new(lang, &action, &forms.csrf, &forms.key).with_errors(errors);
    let content = html! {
        (head(request, view, Vec::new()))
        (look::part("kind", &say(request, &format!("venture-entry-{kind}")), html! {
            p.quiet { (say(request, &format!("venture-entry-{kind}-lead"))) }
            @if let Some((before, after)) = &seen { (difference(request, view, before, after)) }
            (form.view(html! {
                input type="hidden" name="kind" value=(kind);
                input type="hidden" name="seen" value=(it.n_entries);
                (fields(request, &form, view, kind))
                (date_field(&form, &Field {
                    name: "on", label: &say(request, "venture-field-on"),
                    value: &typed_or(request, "on", &view.today.to_string()), ..Field::default()
                }))
                (actions(&[
                    button_named(&say(request, "venture-entry-show"), Look::Second, "do", "show"),
                    button(&say(request, "venture-entry-enter"), Look::Primary),
                ]))
            }))
        }))
        (look::part("kinds", &say(request, "venture-entry-others"), kinds(request, view)))
    };
    let here = look::address::with(&link::venture_part(it.id, "register/new"), "kind", kind);
    framed(request, view).at(here).failed(errors).reply(content)
}

/// Links to every form.
pub fn kinds(request: &Request, view: &VentureView) -> Markup {
    let to = link::venture_part(view.venture().id, "register/new");
    html! {
        p.row {
            @for kind in KINDS {
                (link_button(&look::address::with(&to, "kind", kind), &say(request, &format!("venture-entry-{kind}")), Look::Plain))
            }
        }
    }
}

/// Everybody's shares before and after.
fn difference(request: &Request, view: &VentureView, before: &View, after: &View) -> Markup {
    let heads = ["holder", "before", "after", "full-before", "full-after"]
        .map(|key| say(request, &format!("venture-difference-{key}")));
    let columns = heads
        .iter()
        .enumerate()
        .map(|(n, head)| match n {
            0 => Column::text("holder", head),
            _ => Column::figures("", head, ""),
        })
        .collect();
    let rows = after.lines.iter().map(|line| {
        let was = before.lines.iter().find(|it| it.holder == line.holder);
        let part = |of: &View| of.parts(&line.holder).map_or("0.0000".to_owned(), |it| it.1);
        Row::from(vec![
            html! { (view.name(&line.holder).best(request.lang).0) },
            html! { (count(request, was.map_or(0, |it| it.issued))) },
            html! { (count(request, line.issued)) },
            html! { (part(before)) "%" },
            html! { (part(after)) "%" },
        ])
    });
    look::table(&Table {
        lang: request.lang,
        caption: &say(request, "venture-difference"),
        columns,
        rows: rows.collect(),
        note: Some(html! { (say(request, "venture-difference-note")) }),
        ..Table::default()
    })
}

fn typed_or(request: &Request, name: &str, otherwise: &str) -> String {
    match request.form.has(name) {
        true => request.form.get(name).to_owned(),
        false => otherwise.to_owned(),
    }
}

/// Rows of a round may stay empty, and so may what a class or a transfer does without.
fn is_optional(name: &str) -> bool {
    let parts = ["round.allotments.", "round.tranches.", "class."];
    let is_part = parts.iter().any(|part| name.starts_with(part)) && name != "class.key";
    is_part || name == "transfer.offered"
}

fn one(request: &Request, form: &Form<'_>, (name, key): (&str, &str), start: &str) -> Markup {
    text_field(
        form,
        &Field {
            name,
            label: &say(request, &format!("venture-field-{key}")),
            value: &typed_or(request, name, start),
            is_optional: is_optional(name),
            width: Width::Short,
            ..Field::default()
        },
    )
}

fn chosen(
    request: &Request,
    form: &Form<'_>,
    (name, key): (&str, &str),
    choices: &[(String, String)],
) -> Markup {
    let none = say(request, "venture-entry-choose");
    let typed = request.form.get(name);
    let mut all = vec![Choice { value: "", text: &none, hint: "", is_chosen: typed.is_empty() }];
    all.extend(choices.iter().map(|(value, text)| Choice {
        value,
        text,
        hint: "",
        is_chosen: value == typed,
    }));
    let label = say(request, &format!("venture-field-{key}"));
    let is_optional = is_optional(name);
    let field = Field { name, label: &label, is_optional, ..Field::default() };
    select(form, &field, &all)
}

/// What can be chosen on a form.
struct Choices {
    holders: Vec<(String, String)>,
    classes: Vec<(String, String)>,
    pools: Vec<(String, String)>,
    grants: Vec<(String, String)>,
    tranches: Vec<(String, String)>,
}

impl Choices {
    fn of(request: &Request, view: &VentureView) -> Self {
        let name = |key: &str| view.name(key).best(request.lang).0.to_owned();
        let twice = |key: &String| (key.clone(), key.clone());
        let waiting = view.table.tranches.iter().filter(|(_, it)| it.waiting() > 0);
        Self {
            holders: view
                .holders
                .iter()
                .map(|it| (it.holder.key(), it.name.best(request.lang).0.to_owned()))
                .collect(),
            classes: view.table.classes.keys().map(twice).collect(),
            pools: view.table.pools.keys().map(twice).collect(),
            grants: view
                .table
                .grants
                .iter()
                .map(|(key, it)| (key.clone(), format!("{key} · {}", name(&it.grant.holder))))
                .collect(),
            tranches: waiting
                .map(|(key, it)| (key.clone(), format!("{key} · {}", it.tranche.milestone)))
                .collect(),
        }
    }
}

fn fields(request: &Request, form: &Form<'_>, view: &VentureView, kind: &str) -> Markup {
    let all = Choices::of(request, view);
    let text = |name: &str, key: &str| one(request, form, (name, key), "");
    let pick =
        |name: &str, key: &str, of: &[(String, String)]| chosen(request, form, (name, key), of);
    match kind {
        "define" => define_fields(request, form),
        "round" => round_fields(request, form, &all),
        "pool" => html! {
            (text("pool", "pool")) (pick("class", "class", &all.classes)) (text("shares", "shares"))
        },
        "grant" => html! {
            (text("grant.key", "grant-key"))
            (pick("grant.pool", "pool", &all.pools))
            (pick("grant.holder", "holder", &all.holders))
            (text("grant.shares", "shares"))
            div.row { (text("grant.strike.minor", "strike")) (one(request, form, ("grant.strike.shares", "price-shares"), "1")) }
            div.row {
                (one(request, form, ("grant.start", "vesting-start"), &view.today.to_string()))
                (one(request, form, ("grant.cliff_months", "cliff"), "12"))
                (one(request, form, ("grant.months", "vesting-months"), "48"))
            }
            (text("grant.until", "grant-until"))
        },
        "exercise" => html! {
            (pick("grant", "grant", &all.grants)) (text("shares", "shares")) (text("paid", "paid"))
        },
        "leave" => html! {
            (pick("holder", "holder", &all.holders)) (text("exercise_until", "exercise-until"))
        },
        "lapse" => pick("grant", "grant", &all.grants),
        "convert" => html! {
            (pick("holder", "holder", &all.holders)) (pick("class", "class", &all.classes))
            (pick("into", "into", &all.classes)) (text("shares", "shares"))
        },
        "transfer" => html! {
            (pick("transfer.from", "from", &all.holders)) (pick("transfer.to", "to", &all.holders))
            (pick("transfer.class", "class", &all.classes))
            (text("transfer.shares", "shares")) (text("transfer.price", "transfer-price"))
            (text("transfer.offered", "offered"))
            (look::checkboxes(form, &Field {
                name: "transfer.waived", label: &say(request, "venture-field-waived"), is_optional: true,
                hint: &say(request, "venture-field-waived-hint"), ..Field::default()
            }, &all.holders.iter().map(|(value, text)| Choice {
                value, text, hint: "", is_chosen: request.form.all("transfer.waived").contains(&value.as_str()),
            }).collect::<Vec<_>>()))
        },
        "buy-back" => html! {
            (pick("holder", "holder", &all.holders)) (pick("class", "class", &all.classes))
            (text("shares", "shares")) (text("paid", "paid"))
        },
        "limit" => html! {
            (one(request, form, ("pre_emption_days", "pre-emption"), "30"))
            (one(request, form, ("holder_max", "holder-max"), "1"))
        },
        "lock" => html! { (pick("holder", "holder", &all.holders)) (text("until", "lock-until")) },
        _ => pick("tranche", "tranche", &all.tranches),
    }
}

fn define_fields(request: &Request, form: &Form<'_>) -> Markup {
    let text = |name: &str, key: &str, start: &str| one(request, form, (name, key), start);
    let taken = ["none", "full", "capped"]
        .map(|it| (it.to_owned(), say(request, &format!("venture-participation-{it}"))));
    html! {
        (text("class.key", "class-key", ""))
        (text("class.authorised", "authorised", ""))
        (fieldset(&say(request, "venture-field-preference"), &say(request, "venture-field-preference-hint"), html! {
            div.row { (text("class.price.minor", "price", "")) (text("class.price.shares", "price-shares", "1")) }
            div.row { (text("class.multiple", "multiple", "1")) (text("class.rank", "rank", "1")) }
            (chosen(request, form, ("class.participation", "participation"), &taken))
            (text("class.cap", "cap", ""))
            div.row { (text("class.conversion.from", "conversion-from", "1")) (text("class.conversion.into", "conversion-into", "1")) }
        }))
    }
}

fn round_fields(request: &Request, form: &Form<'_>, all: &Choices) -> Markup {
    let text = |name: &str, key: &str| one(request, form, (name, key), "");
    let misses = ["void", "reduce", "extend"]
        .map(|it| (it.to_owned(), say(request, &format!("venture-on-miss-{it}"))));
    html! {
        (text("round.name", "round-name"))
        (chosen(request, form, ("round.class", "class"), &all.classes))
        div.row { (text("round.price.minor", "price")) (one(request, form, ("round.price.shares", "price-shares"), "1")) }
        (fieldset(&say(request, "venture-field-allotments"), &say(request, "venture-field-allotments-hint"), html! {
            @for n in 0..LINES {
                @let at = |part: &str| format!("round.allotments.{n}.{part}");
                div.row {
                    (chosen(request, form, (&at("holder"), "holder"), &all.holders))
                    (text(&at("shares"), "shares")) (text(&at("paid"), "paid"))
                }
            }
        }))
        (fieldset(&say(request, "venture-field-tranches"), &say(request, "venture-field-tranches-hint"), html! {
            @for n in 0..TRANCHES {
                @let at = |part: &str| format!("round.tranches.{n}.{part}");
                div.row {
                    (text(&at("key"), "tranche-key"))
                    (chosen(request, form, (&at("holder"), "holder"), &all.holders))
                    (text(&at("shares"), "shares")) (text(&at("paid"), "paid"))
                }
                div.row {
                    (text(&at("milestone"), "milestone")) (text(&at("due"), "due"))
                    (chosen(request, form, (&at("on_miss"), "on-miss"), &misses))
                    (text(&at("miss_value"), "miss-value"))
                }
            }
        }))
    }
}

/// Reads the form of one kind.
fn read(reader: &mut Reader<'_>, kind: &str) -> What {
    match kind {
        "define" => What::Define { class: read_class(reader) },
        "round" => What::Round { round: read_round(reader) },
        "pool" => What::Pool {
            pool: reader.text("pool"),
            class: reader.text("class"),
            shares: reader.number("shares"),
        },
        "grant" => What::Grant { grant: read_grant(reader) },
        "exercise" => What::Exercise {
            grant: reader.text("grant"),
            shares: reader.number("shares"),
            paid: reader.money("paid"),
        },
        "leave" => What::Leave {
            holder: reader.text("holder"),
            exercise_until: reader.date("exercise_until"),
        },
        "lapse" => What::Lapse { grant: reader.text("grant") },
        "convert" => What::Convert {
            holder: reader.text("holder"),
            class: reader.text("class"),
            into: reader.text("into"),
            shares: reader.number("shares"),
        },
        "transfer" => What::Transfer { transfer: read_transfer(reader) },
        "buy-back" => What::BuyBack {
            holder: reader.text("holder"),
            class: reader.text("class"),
            shares: reader.number("shares"),
            paid: reader.money("paid"),
        },
        "limit" => What::Limit {
            limits: Limits {
                pre_emption_days: reader.small("pre_emption_days"),
                holder_max: reader.rate_or("holder_max", "1"),
            },
        },
        "lock" => What::Lock { holder: reader.text("holder"), until: reader.date("until") },
        "accept" => What::Accept { tranche: reader.text("tranche") },
        _ => What::Miss { tranche: reader.text("tranche") },
    }
}

fn read_class(reader: &mut Reader<'_>) -> Class {
    let authorised =
        (!reader.text("class.authorised").is_empty()).then(|| reader.number("class.authorised"));
    let is_preferred = !reader.text("class.price.minor").is_empty();
    let preference = is_preferred.then(|| Preference {
        price: Price::new(reader.money("class.price.minor"), reader.number("class.price.shares")),
        multiple: reader.rate_or("class.multiple", "1"),
        rank: reader.small("class.rank"),
        participation: match reader.text("class.participation").as_str() {
            "full" => Participation::Full,
            "capped" => Participation::Capped { multiple: reader.rate_or("class.cap", "1") },
            _ => Participation::None,
        },
        conversion: Conversion {
            from: reader.number("class.conversion.from"),
            into: reader.number("class.conversion.into"),
        },
    });
    Class { key: reader.text("class.key"), preference, authorised }
}

fn read_round(reader: &mut Reader<'_>) -> Round {
    let class = reader.text("round.class");
    let price = Price::new(reader.money("round.price.minor"), reader.number("round.price.shares"));
    // What is left empty is what the shares cost.
    let paid = |reader: &mut Reader<'_>, name: &str, shares: i64| match reader.text(name).as_str() {
        "" if price.shares > 0 => price.cost(shares).unwrap_or(0),
        _ => reader.money(name),
    };
    let mut allotments = Vec::new();
    for n in 0..LINES {
        let at = |part: &str| format!("round.allotments.{n}.{part}");
        if reader.text(&at("holder")).is_empty() && reader.text(&at("shares")).is_empty() {
            continue;
        }
        let shares = reader.number(&at("shares"));
        let paid = paid(reader, &at("paid"), shares);
        let holder = reader.text(&at("holder"));
        allotments.push(Allotment { holder, shares, paid, is_technology: false });
    }
    let mut tranches = Vec::new();
    for n in 0..TRANCHES {
        let at = |part: &str| format!("round.tranches.{n}.{part}");
        if reader.text(&at("key")).is_empty() && reader.text(&at("shares")).is_empty() {
            continue;
        }
        let shares = reader.number(&at("shares"));
        tranches.push(Tranche {
            key: reader.text(&at("key")),
            holder: reader.text(&at("holder")),
            class: class.clone(),
            shares,
            paid: paid(reader, &at("paid"), shares),
            milestone: reader.text(&at("milestone")),
            due: reader.date(&at("due")),
            on_miss: match reader.text(&at("on_miss")).as_str() {
                "reduce" => OnMiss::Reduce { to: reader.rate_or(&at("miss_value"), "0") },
                "extend" => OnMiss::Extend { until: reader.date(&at("miss_value")) },
                _ => OnMiss::Void,
            },
        });
    }
    Round { name: reader.text("round.name"), class, price, allotments, tranches }
}

fn read_grant(reader: &mut Reader<'_>) -> Grant {
    Grant {
        key: reader.text("grant.key"),
        pool: reader.text("grant.pool"),
        holder: reader.text("grant.holder"),
        shares: reader.number("grant.shares"),
        strike: Price::new(
            reader.money("grant.strike.minor"),
            reader.number("grant.strike.shares"),
        ),
        vesting: Vesting {
            start: reader.date("grant.start"),
            cliff_months: reader.small("grant.cliff_months"),
            months: reader.small("grant.months"),
        },
        until: reader.date("grant.until"),
    }
}

fn read_transfer(reader: &mut Reader<'_>) -> Transfer {
    let waived = reader.request.form.all("transfer.waived");
    Transfer {
        from: reader.text("transfer.from"),
        to: reader.text("transfer.to"),
        class: reader.text("transfer.class"),
        shares: reader.number("transfer.shares"),
        price: reader.money("transfer.price"),
        offered: reader.day_or_none("transfer.offered"),
        waived: waived.into_iter().map(str::to_owned).collect(),
    }
}

fn enter(request: &Request) -> Result<Reply, No> {
    let id = request.id("id")?;
    let view = request.city().venture(&request.asker, id)?;
    let kind = kind(request.form.get("kind"));
    let mut reader = Reader::new(request, view.venture().currency);
    let event = Event { on: reader.date("on"), what: read(&mut reader, kind) };
    let is_shown = request.form.get("do") == "show";
    let done = reader.end().and_then(|()| {
        if is_shown {
            return request.city().preview_shares(&request.asker, id, &event).map(Some);
        }
        let seen = request.form.get("seen").parse().ok();
        let act = EnterShares { venture: id, seen, event };
        request.city().perform(&request.keyed(), act).map(|_| None)
    });
    match done {
        Ok(None) => Ok(Reply::see_other(link::venture_part(id, "register"))),
        Ok(seen) => Ok(page(request, &view, kind, (&[], seen))),
        Err(no) => Ok(page(request, &view, kind, (&reasons(no)?, None))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_a_rate() {
        let check = |typed: &str, want: Option<&str>| {
            assert_eq!(moved(typed).as_deref(), want, "{typed}");
        };
        check("15", Some("0.15"));
        check("7.5", Some("0.075"));
        check("-20", Some("-0.20"));
        check("100", Some("1.00"));
        check("1,5", None);
        check("", None);
    }
}
