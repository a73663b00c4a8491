//! The part of a lot's terms that belongs to the way its price is found: sealed bids with their
//! trustees, a falling price with its timetable.

use crate::lot_terms::{Reader, span_text};
use crate::page::say;
use app::lot::SealingView;
use base::{Lang, Refusal};
use edge::{Fields, Request};
use look::{Choice, Field, Form, Kind, Width, checkboxes, fieldset, radios, text_field};
use maud::{Markup, html};
use trading::falling::Falling;
use trading::lot::Way;
use trading::rounds::Rounds;
use trading::sealing::{Sealing, Seat, TRUSTEES_MAX};

/// The ways by their words, in the order of the tabs.
pub const WAYS: [&str; 4] = ["english", "sealed", "falling", "rounds"];
/// Rows for trustees that a form shows at least.
const SEATS_MIN: usize = 3;
/// Spans of a falling price, by their fields.
const SPANS: [&str; 6] = ["pause", "stage", "sealed_pause", "sealed", "best_pause", "best"];

/// What a form of terms stands on: the way that was chosen, and who kept keys before.
pub struct Ground {
    pub way: &'static str,
    /// Trustees named before, with their names: nobody's address is shown again.
    kept: Vec<(Seat, String)>,
}

impl Ground {
    pub fn new(way: &'static str, sealing: Option<&SealingView>, lang: Lang) -> Self {
        let of = |view: &SealingView| {
            let name = |seat: &app::lot::SeatView| {
                format!("{} · {}", seat.name.best(lang).0, seat.organisation_name.best(lang).0)
            };
            view.terms.trustees.iter().copied().zip(view.seats.iter().map(name)).collect()
        };
        Self { way, kept: sealing.map(of).unwrap_or_default() }
    }
}

/// The ways as links: another one is another form.
pub fn tabs(request: &Request, here: &str, ground: &Ground) -> Markup {
    let all: Vec<(String, String)> = WAYS
        .iter()
        .map(|way| {
            let href = look::address::with(here, "way", way);
            (href, say(request, &format!("lot-way-{way}")))
        })
        .collect();
    let tabs: Vec<look::Tab<'_>> = all
        .iter()
        .zip(WAYS)
        .map(|((href, text), way)| look::Tab {
            href,
            text,
            count: None,
            is_current: way == ground.way,
        })
        .collect();
    html! {
        (look::tabs(request.lang, &say(request, "lot-way"), &tabs))
        p { (say(request, &format!("lot-way-{}-lead", ground.way))) }
    }
}

/// The way that was typed.
pub(crate) fn read(request: &Request, ground: &Ground, reader: &mut Reader<'_>) -> Way {
    match ground.way {
        "sealed" => Way::Sealed(sealing(request, ground, reader)),
        "falling" => Way::Falling(falling(reader)),
        "rounds" => Way::Rounds(rounds(reader)),
        _ => Way::English,
    }
}

fn sealing(request: &Request, ground: &Ground, reader: &mut Reader<'_>) -> Sealing {
    let trustees = rows(reader.form).filter_map(|n| seat(request, ground, reader, n)).collect();
    let threshold = u8::try_from(reader.number("threshold")).unwrap_or(u8::MAX);
    Sealing {
        price: reader.form.get("price").to_owned(),
        is_final: reader.form.get("replacing") == "final",
        threshold,
        trustees,
        keys_hours: reader.number("keys_hours"),
    }
}

fn part(n: usize, name: &str) -> String {
    format!("trustees.{n}.{name}")
}

/// Rows in which somebody is named.
fn rows(form: &Fields) -> impl Iterator<Item = usize> {
    let named: Vec<usize> = (0..TRUSTEES_MAX)
        .filter(|n| {
            let is_kept = !form.get(&part(*n, "kept")).is_empty();
            let is_dropped = form.get(&part(*n, "drop")) == "yes";
            !form.get(&part(*n, "mail")).trim().is_empty() || (is_kept && !is_dropped)
        })
        .collect();
    named.into_iter()
}

/// Who is typed in a row, or was there before. Nobody and somebody who works elsewhere look alike.
fn seat(request: &Request, ground: &Ground, reader: &mut Reader<'_>, n: usize) -> Option<Seat> {
    let mail = part(n, "mail");
    let typed = reader.form.get(&mail).trim();
    if typed.is_empty() {
        let at = reader.form.get(&part(n, "kept")).parse::<usize>().ok()?;
        return ground.kept.get(at).map(|(seat, _)| *seat);
    }
    let house = reader.form.get(&part(n, "organisation")).trim();
    match request.city().seat_named(typed, house) {
        Ok(seat) => Some(seat),
        Err(no) => {
            reader.no.extend(no.0.into_iter().map(|no| no.on(mail.clone())));
            None
        }
    }
}

fn falling(reader: &mut Reader<'_>) -> Falling {
    let fall = reader.plain("fall");
    let share = fall.trim_end_matches('%').trim().to_owned();
    let fall_bp = crate::lot_terms::read_share(&share).unwrap_or_else(|| {
        reader.refuse("number-unreadable", "fall", "fall");
        0
    });
    let [pause_s, stage_s, sealed_pause_s, sealed_s, best_pause_s, best_s] =
        SPANS.map(|name| reader.span(name));
    Falling {
        pause_s,
        n_stages: reader.number("stages"),
        stage_s,
        fall_bp,
        sealed_pause_s,
        sealed_s,
        best_pause_s,
        best_s,
    }
}

/// The timetable of rounds; how long opening offers are taken is typed in hours, or hours and minutes.
fn rounds(reader: &mut Reader<'_>) -> Rounds {
    Rounds {
        offers_s: reader.span("rounds_offers").saturating_mul(60),
        n_rounds: reader.number("rounds"),
        pause_s: reader.span("rounds_pause"),
        turn_s: reader.span("rounds_turn"),
        between_s: reader.span("rounds_between"),
    }
}

/// The reasons at the fields of the form: what is wrong with one trustee stands in the row of that one.
pub fn at_fields(no: Vec<Refusal>, form: &Fields) -> Vec<Refusal> {
    let rows: Vec<usize> = rows(form).collect();
    let place = |refusal: &Refusal| {
        let found = refusal.values.iter().find(|(name, _)| name == "place");
        match found {
            Some((_, base::Value::Number(place))) => usize::try_from(*place).ok(),
            _ => None,
        }
    };
    let at = |refusal: Refusal| match refusal.field.as_deref() {
        Some("trustees") => {
            let row = place(&refusal).and_then(|place| rows.get(place.checked_sub(1)?).copied());
            refusal.on(part(row.unwrap_or(0), "mail"))
        }
        _ => refusal,
    };
    no.into_iter().map(at).collect()
}

/// A way as the form shows it.
pub(crate) fn write(way: &Way) -> Vec<(String, String)> {
    let put = |name: &str, value: String| (name.to_owned(), value);
    match way {
        Way::English => Vec::new(),
        Way::Sealed(sealing) => {
            let mut all = vec![
                put("price", sealing.price.clone()),
                put("replacing", if sealing.is_final { "final" } else { "free" }.to_owned()),
                put("threshold", sealing.threshold.to_string()),
                put("keys_hours", sealing.keys_hours.to_string()),
            ];
            let seats = (0..sealing.trustees.len()).map(|n| put(&part(n, "kept"), n.to_string()));
            all.extend(seats);
            all
        }
        Way::Falling(it) => {
            let spans = [
                it.pause_s,
                it.stage_s,
                it.sealed_pause_s,
                it.sealed_s,
                it.best_pause_s,
                it.best_s,
            ];
            let mut all: Vec<(String, String)> =
                SPANS.iter().zip(spans).map(|(name, s)| put(name, span_text(s))).collect();
            all.push(put("stages", it.n_stages.to_string()));
            let (whole, rest) = (it.fall_bp / 100, it.fall_bp % 100);
            let share = if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}") };
            all.push(put("fall", share));
            all
        }
        Way::Rounds(it) => vec![
            put("rounds_offers", span_text(it.offers_s / 60)),
            put("rounds", it.n_rounds.to_string()),
            put("rounds_pause", span_text(it.pause_s)),
            put("rounds_turn", span_text(it.turn_s)),
            put("rounds_between", span_text(it.between_s)),
        ],
    }
}

/// What is usual: two keys open, a day for them; eighty falls of one percent; three rounds.
pub(crate) fn usual() -> Vec<(String, String)> {
    let sealing = Sealing {
        price: "first".to_owned(),
        is_final: false,
        threshold: 2,
        trustees: Vec::new(),
        keys_hours: 24,
    };
    let falling = Way::Falling(Falling::default());
    let rounds = Way::Rounds(Rounds::default());
    [&Way::Sealed(sealing), &falling, &rounds].into_iter().flat_map(write).collect()
}

/// The fields of the way.
pub(crate) fn view(request: &Request, form: &Form<'_>, fields: &Fields, ground: &Ground) -> Markup {
    match ground.way {
        "sealed" => html! {
            (fieldset(&say(request, "lot-form-sealed"), &say(request, "lot-form-sealed-hint"),
                sealed_view(request, form, fields)))
            (fieldset(&say(request, "lot-form-trustees"), &say(request, "lot-form-trustees-hint"),
                seats_view(request, form, fields, ground)))
        },
        "falling" => {
            let hint = say(request, "lot-form-falling-hint");
            fieldset(&say(request, "lot-form-falling"), &hint, falling_view(request, form, fields))
        }
        "rounds" => {
            let hint = say(request, "lot-form-rounds-hint");
            fieldset(&say(request, "lot-form-rounds"), &hint, rounds_view(request, form, fields))
        }
        _ => html! {},
    }
}

fn sealed_view(request: &Request, form: &Form<'_>, fields: &Fields) -> Markup {
    let text = |key: &str| say(request, &format!("lot-form-{key}"));
    let pair = |name: &'static str, key: &str, values: [&'static str; 2]| {
        let texts = values
            .map(|value| (text(&format!("{key}-{value}")), text(&format!("{key}-{value}-hint"))));
        let chosen = fields.get(name);
        let choices: Vec<Choice<'_>> = values
            .iter()
            .zip(&texts)
            .map(|(value, (text, hint))| Choice { value, text, hint, is_chosen: chosen == *value })
            .collect();
        radios(form, &Field { name, label: &text(key), ..Field::default() }, &choices)
    };
    html! {
        (pair("price", "pays", ["first", "second"]))
        (pair("replacing", "replacing", ["free", "final"]))
    }
}

fn seats_view(request: &Request, form: &Form<'_>, fields: &Fields, ground: &Ground) -> Markup {
    let n_typed = rows(fields).max().map_or(0, |last| last + 1);
    let small = |name: &'static str| {
        let hint = say(request, &format!("lot-form-{}-hint", name.replace('_', "-")));
        let field = Field { name, hint: &hint, value: fields.get(name), ..Field::default() };
        text_field(form, &Field { width: Width::Tiny, kind: Kind::Number, ..field })
    };
    html! {
        @for n in 0..(n_typed + 1).clamp(SEATS_MIN, TRUSTEES_MAX) {
            (seat_view(request, form, fields, ground, n))
        }
        (small("threshold")) (small("keys_hours"))
    }
}

fn seat_view(
    request: &Request,
    form: &Form<'_>,
    fields: &Fields,
    ground: &Ground,
    n: usize,
) -> Markup {
    let number = [("number", (n + 1).into())];
    let label = words::say_with(request.lang, "lot-form-trustee", &number);
    let house = say(request, "lot-form-trustee-house");
    let (mail, organisation, drop) = (part(n, "mail"), part(n, "organisation"), part(n, "drop"));
    let kept = fields.get(&part(n, "kept"));
    let before = kept.parse::<usize>().ok().and_then(|at| ground.kept.get(at));
    let hint = match before {
        Some(_) => say(request, "lot-form-trustee-kept"),
        None => String::new(),
    };
    let not = say(request, "lot-form-trustee-drop");
    let choice =
        [Choice { value: "yes", text: &not, hint: "", is_chosen: fields.get(&drop) == "yes" }];
    html! {
        @if let Some((_, name)) = before {
            input type="hidden" name=(part(n, "kept")) value=(kept);
            p { strong { (label) } ": " (name) }
            (checkboxes(form, &Field { name: &drop, label: &label, is_optional: true, ..Field::default() }, &choice))
        }
        div.pair {
            (text_field(form, &Field {
                name: &mail, label: &label, hint: &hint, value: fields.get(&mail),
                kind: Kind::Email, is_optional: n >= 2 || before.is_some(), ..Field::default()
            }))
            (text_field(form, &Field {
                name: &organisation, label: &house, value: fields.get(&organisation),
                is_optional: true, ..Field::default()
            }))
        }
    }
}

fn falling_view(request: &Request, form: &Form<'_>, fields: &Fields) -> Markup {
    // A technology has a stage of another kind.
    let stands = say(request, "lot-form-stage");
    let small = |name: &'static str, unit: &str| {
        let label = if name == "stage" { stands.as_str() } else { "" };
        let field = Field { name, label, value: fields.get(name), unit, ..Field::default() };
        text_field(form, &Field { width: Width::Tiny, kind: Kind::Number, ..field })
    };
    let minutes = say(request, "lot-form-minutes");
    html! {
        div.row { (small("fall", "%")) (small("stages", "")) (small("stage", &minutes)) }
        div.row { (small("pause", &minutes)) (small("sealed_pause", &minutes)) (small("best_pause", &minutes)) }
        div.row { (small("sealed", &minutes)) (small("best", &minutes)) }
    }
}

fn rounds_view(request: &Request, form: &Form<'_>, fields: &Fields) -> Markup {
    let small = |name: &'static str, unit: &str| {
        let field = Field { name, value: fields.get(name), unit, ..Field::default() };
        text_field(form, &Field { width: Width::Tiny, kind: Kind::Number, ..field })
    };
    let (minutes, hours) = (say(request, "lot-form-minutes"), say(request, "lot-form-hours"));
    html! {
        div.row { (small("rounds_offers", &hours)) (small("rounds", "")) }
        div.row { (small("rounds_turn", &minutes)) (small("rounds_pause", &minutes)) (small("rounds_between", &minutes)) }
    }
}
