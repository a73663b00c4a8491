//! What a booking is going to cost, as its form, its page and the page at the instrument show it.

use crate::booking::said;
use crate::instrument_part::paragraphs;
use crate::page::{moment, say};
use crate::tariff::{class_name, yuan};
use app::booking::Estimate;
use base::VoucherId;
use edge::Request;
use instruments::estimate::{Counted, Price};
use instruments::tariff::{Mode, Way};
use look::{Choice, Field, Form, Tone, select};
use maud::{Markup, html};

/// What it will cost, with everything that the price follows from.
pub fn sheet(request: &Request, told: &Estimate) -> Markup {
    let title = say(request, "estimate-title");
    let body = match &told.price {
        Price::Free => html! { p { (say(request, "estimate-free")) } },
        Price::InWords(rates) => html! {
            p { (say(request, "estimate-in-words")) }
            (paragraphs(request.lang, rates))
        },
        Price::Open => html! { p { (say(request, "estimate-open")) } },
        Price::Missing(no) => look::notice(
            request.lang,
            Tone::Wait,
            html! { p { (words::refusal(request.lang, no).text) } p { (say(request, "estimate-missing")) } },
        ),
        Price::Counted(it) => counted(request, told, it),
    };
    look::sheet(&title, body)
}

fn counted(request: &Request, told: &Estimate, it: &Counted) -> Markup {
    let lang = request.lang;
    let tariff = &it.tariff;
    let Some(chain) = told.chain() else { return html! {} };
    let class = class_name(request, told.class.as_deref().unwrap_or_default());
    let day = words::date(lang, told.on);
    html! {
        p { strong { (said(request, "estimate-pays", &[("amount", yuan(request, chain.pays).into())])) } }
        (look::facts(&lines(request, told, it).iter().map(|(name, value)| (name.as_str(), value.clone())).collect::<Vec<_>>()))
        p.small { (said(request, "estimate-by", &[("day", day.into()), ("class", class.into())])) }
        p.small { (say(request, mode_text(tariff.mode))) }
        @if tariff.way != Way::Own {
            p.small { (said(request, "estimate-way", &[("way", say(request, &format!("tariff-way-{}", tariff.way)).into())])) }
        }
        @if tariff.minimum > 0 {
            p.small { (said(request, "estimate-minimum", &[("amount", yuan(request, tariff.minimum).into())])) }
        }
        p.small {
            @match it.late {
                Some((from, fee)) if from <= request.now => (said(request, "estimate-late-now", &[("amount", yuan(request, fee).into())])),
                Some((from, fee)) => (said(request, "estimate-late", &[("at", moment(request, from).into()), ("amount", yuan(request, fee).into())])),
                None => (say(request, "estimate-late-none")),
            }
        }
        p.small {
            @if it.missed > 0 { (said(request, "estimate-missed", &[("amount", yuan(request, it.missed).into())])) }
            @else { (say(request, "estimate-missed-none")) }
        }
        @if told.voucher.as_ref().is_some_and(|part| part.short_by.is_some()) {
            p.small { (say(request, "estimate-voucher-empty")) }
        }
        @for no in told.against() {
            p.small { (said(request, "estimate-voucher-no", &[("why", words::refusal(lang, no).text.into())])) }
        }
    }
}

/// What is charged of a booking and its use, as a sentence.
fn mode_text(mode: Mode) -> &'static str {
    match mode {
        Mode::Reservation => "estimate-mode-reservation",
        Mode::Usage => "estimate-mode-usage",
        Mode::Overage => "estimate-mode-overage",
        Mode::Larger => "estimate-mode-larger",
    }
}

/// From the minutes to what is paid.
fn lines(request: &Request, told: &Estimate, it: &Counted) -> Vec<(String, Markup)> {
    let mut rows: Vec<(String, Markup)> = Vec::new();
    for part in &it.line.parts {
        let price = format!(
            "{} {}",
            yuan(request, part.price),
            say(request, &format!("tariff-per-{}", part.unit))
        );
        let minutes = said(
            request,
            "estimate-minutes",
            &[("minutes", i64::from(part.minutes).into()), ("price", price.into())],
        );
        let off = i64::from(10_000_u32.saturating_sub(part.share_bp));
        let off = (off > 0).then(|| words::percent(request.lang, off));
        rows.push((
            say(request, "charge-of-time"),
            html! {
                (minutes)
                @if let Some(off) = off { " " span.quiet { (said(request, "estimate-off", &[("off", off.into())])) } }
            },
        ));
    }
    let Some(chain) = told.chain() else { return rows };
    let amounts = [
        ("charge-of-setup", it.line.setup),
        ("charge-of-minimum", it.line.raised),
        ("charge-column-discount", -chain.class_discount),
        ("charge-column-subsidy", -chain.subsidy),
        ("charge-column-voucher", -chain.voucher),
    ];
    for (key, minor) in amounts.into_iter().filter(|(_, minor)| *minor != 0) {
        rows.push((say(request, key), html! { span.n { (yuan(request, minor)) } }));
    }
    let pays = html! { span.n { (yuan(request, chain.pays)) } };
    rows.push((say(request, "charge-column-pays"), pays));
    rows
}

/// The choice of a voucher, where there is one.
pub fn voucher(
    request: &Request,
    form: &Form<'_>,
    (vouchers, chosen): (&[(VoucherId, String)], &str),
) -> Markup {
    if vouchers.is_empty() {
        return html! {};
    }
    let ids: Vec<(String, &str)> =
        vouchers.iter().map(|(id, text)| (id.to_string(), text.as_str())).collect();
    let none = say(request, "usage-kiosk-no-voucher");
    let mut choices =
        vec![Choice { value: "", text: &none, is_chosen: chosen.is_empty(), ..Choice::default() }];
    choices.extend(ids.iter().map(|(value, text)| Choice {
        value,
        text,
        is_chosen: value == chosen,
        ..Choice::default()
    }));
    let label = say(request, "usage-field-voucher");
    select(form, &Field { name: "voucher", label: &label, ..Field::default() }, &choices)
}
