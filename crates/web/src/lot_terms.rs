//! The terms of an auction as a form: typed, read with every problem at once, shown again. What belongs
//! to one way of finding the price stands in [`crate::lot_way`].

use crate::form::Ticket;
use crate::listing_money::read_money;
use crate::lot_way::{self, Ground};
use crate::page::say;
use base::text::field_term;
use base::time::{at_hour, half_width, read_date};
use base::{Currency, Instant, Refusal};
use edge::{Fields, Request};
use look::{
    Choice, Field, Form, Kind, Width, actions, checkboxes, date_field, fieldset, money_field,
    radios, text_field,
};
use maud::{Markup, html};
use trading::lot::{Raise, Terms, Way};
use trading::reserve::Hidden;

/// Rows of the table of raises that a form shows at least.
const ROWS_MIN: usize = 3;
/// Rows that are read.
const ROWS_MAX: usize = 40;

/// What is asked, with the reasons why it could not be taken.
pub struct Typed<'a> {
    pub fields: &'a Fields,
    pub errors: &'a [Refusal],
}

/// Where a form goes, and what its button says.
pub struct Goal<'a> {
    pub action: &'a str,
    pub button: &'a str,
    pub back: &'a str,
}

pub(crate) struct Reader<'r> {
    pub form: &'r Fields,
    offset: i32,
    currency: Currency,
    pub no: Vec<Refusal>,
}

impl Reader<'_> {
    pub fn refuse(&mut self, code: &'static str, name: &str, term: &str) {
        let refusal = Refusal::invalid(code).on(name.to_owned());
        self.no.push(refusal.term("field", field_term(term)));
    }

    pub fn plain(&self, name: &str) -> String {
        self.form.get(name).trim().chars().map(half_width).collect()
    }

    fn moment(&mut self, name: &'static str) -> Instant {
        let nothing = Instant::from_micros(0);
        let Some(date) = read_date(self.form.get(name)) else {
            let is_empty = self.plain(name).is_empty();
            self.refuse(if is_empty { "field-required" } else { "date-unreadable" }, name, name);
            return nothing;
        };
        let time = format!("{name}_time");
        let Some(seconds) = seconds_of_day(&self.plain(&time)) else {
            self.refuse("time-unreadable", &time, name);
            return nothing;
        };
        let midnight = at_hour(date, 0, self.offset);
        midnight.map_or(nothing, |at| at.plus_seconds(seconds))
    }

    fn sum(&mut self, name: &'static str) -> Option<i64> {
        match read_money(self.form.get(name), self.currency) {
            Ok(read) => read.map(|money| money.minor),
            Err(()) => {
                self.refuse("money-unreadable", name, name);
                None
            }
        }
    }

    /// Minutes, or minutes and seconds: `5`, `2:30`.
    pub fn span(&mut self, name: &'static str) -> u32 {
        let typed = self.plain(name);
        if typed.is_empty() {
            return 0;
        }
        let (minutes, seconds) = typed.split_once(':').unwrap_or((&typed, "0"));
        let read = || {
            let (minutes, seconds) = (minutes.parse::<u32>().ok()?, seconds.parse::<u32>().ok()?);
            minutes.checked_mul(60)?.checked_add(seconds).filter(|_| seconds < 60)
        };
        read().unwrap_or_else(|| {
            self.refuse("number-unreadable", name, name);
            0
        })
    }

    /// A whole number.
    pub fn number(&mut self, name: &'static str) -> u32 {
        self.plain(name).parse().unwrap_or_else(|_| {
            let is_empty = self.plain(name).is_empty();
            let code = if is_empty { "field-required" } else { "number-unreadable" };
            self.refuse(code, name, name);
            0
        })
    }

    fn steps(&mut self) -> Vec<(i64, Raise)> {
        let mut steps = Vec::new();
        for n in 0..ROWS_MAX {
            let (from, raise) = (format!("steps.{n}.from"), format!("steps.{n}.raise"));
            let (typed_from, typed_raise) = (self.plain(&from), self.plain(&raise));
            if typed_from.is_empty() && typed_raise.is_empty() {
                continue;
            }
            let read_from = match typed_from.is_empty() {
                true => Some(0),
                false => read_money(&typed_from, self.currency).ok().flatten().map(|it| it.minor),
            };
            match (read_from, read_raise(&typed_raise, self.currency)) {
                (Some(from), Some(raise)) => steps.push((from, raise)),
                (None, _) => self.refuse("money-unreadable", &from, "steps"),
                (_, None) => self.refuse("lot-raise-unreadable", &raise, "steps"),
            }
        }
        if steps.is_empty() && self.no.is_empty() {
            self.refuse("lot-flaw-absent", "steps.0.raise", "steps");
        }
        steps
    }
}

/// `9:00`, `09:00:30`, `17`.
pub(crate) fn seconds_of_day(typed: &str) -> Option<i64> {
    let mut parts = typed.split(':');
    let hour = parts.next()?.trim().parse::<i64>().ok().filter(|it| (0..24).contains(it))?;
    let mut rest = || match parts.next() {
        None => Some(0),
        Some(part) => part.trim().parse::<i64>().ok().filter(|it| (0..60).contains(it)),
    };
    let (minute, second) = (rest()?, rest()?);
    parts.next().is_none().then_some(hour * 3_600 + minute * 60 + second)
}

/// Percent with two digits behind the point at most, as basis points: `5`, `0.25`.
pub(crate) fn read_share(typed: &str) -> Option<u32> {
    let (whole, part) = typed.split_once('.').unwrap_or((typed, ""));
    let digits = part.len() <= 2 && part.chars().all(|c| c.is_ascii_digit());
    let part: u32 = format!("{part:0<2}").parse().ok().filter(|_| digits)?;
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(part)
}

/// A sum, or a share of the price: `10,000`, `5%`.
fn read_raise(typed: &str, currency: Currency) -> Option<Raise> {
    match typed.strip_suffix('%') {
        Some(share) => read_share(share.trim()).map(Raise::Share),
        None => read_money(typed, currency).ok().flatten().map(|it| Raise::Fixed(it.minor)),
    }
}

/// The terms that were typed; or every problem, those of the terms among them.
pub fn read(request: &Request, ground: &Ground) -> Result<Terms, Vec<Refusal>> {
    let form = &request.form;
    let currency = Currency::parse(form.get("start_currency")).unwrap_or(Currency::CNY);
    let offset = request.city().settings().utc_offset_minutes;
    let mut reader = Reader { form, offset, currency, no: Vec::new() };
    let start = reader.sum("start");
    if start.is_none() && reader.plain("start").is_empty() {
        reader.refuse("field-required", "start", "start");
    }
    let way = lot_way::read(request, ground, &mut reader);
    let opens = reader.moment("opens");
    let closes = match &way {
        // Falls and rounds have a timetable of their own.
        Way::Falling(falling) => opens.plus_seconds(falling.falls_s()),
        Way::Rounds(rounds) => opens.plus_seconds(rounds.planned_s()),
        Way::English | Way::Sealed(_) => reader.moment("closes"),
    };
    let is_english = way == Way::English;
    let (reserve, buy_now, deposit) = (
        (way.falling().is_none()).then(|| reader.sum("reserve")).flatten(),
        is_english.then(|| reader.sum("buy_now")).flatten(),
        reader.sum("deposit"),
    );
    let hidden = match way {
        Way::English | Way::Sealed(_) => hidden(&mut reader),
        Way::Falling(_) | Way::Rounds(_) => None,
    };
    let steps = if way.has_steps() { reader.steps() } else { Vec::new() };
    let (window_s, cap_s) = match is_english {
        true => (reader.span("window"), reader.span("cap")),
        false => (0, 0),
    };
    let sign_days = reader.number("sign_days");
    let terms = Terms {
        is_proxy: is_english && form.get("amounts") != "plain",
        way,
        currency,
        start: start.unwrap_or(0),
        reserve,
        hidden,
        buy_now,
        deposit,
        opens,
        closes,
        steps,
        window_s,
        cap_s,
        bidders_min: form.get("bidders_min").parse().unwrap_or(1),
        sign_days,
    };
    // What is wrong with the whole is told together with what could not be read, once for each field.
    for fault in lot_way::at_fields(terms.faults(request.now), form) {
        let field = fault.field.clone();
        if !reader.no.iter().any(|known| known.field == field) {
            reader.no.push(fault);
        }
    }
    if reader.no.is_empty() { Ok(terms) } else { Err(reader.no) }
}

/// The hidden reserve that was typed, or the one that stays; nobody's is shown again.
fn hidden(reader: &mut Reader<'_>) -> Option<Hidden> {
    let stays = reader.form.get("hidden_kept") == "yes" && reader.form.get("hidden_drop") != "yes";
    match reader.sum("hidden_reserve") {
        Some(sum) => Some(Hidden::set(sum)),
        None => stays.then(Hidden::default),
    }
}

/// Terms as the form shows them.
pub fn write(request: &Request, terms: &Terms) -> Fields {
    let mut fields = Fields::default();
    let mut put = |name: &str, value: String| fields.0.push((name.to_owned(), value));
    let offset = request.city().settings().utc_offset_minutes;
    for (name, at) in [("opens", terms.opens), ("closes", terms.closes)] {
        put(name, at.date_at(offset).to_string());
        put(&format!("{name}_time"), words::clock(at, offset));
    }
    let sums = [
        ("start", Some(terms.start)),
        ("reserve", terms.reserve),
        ("buy_now", terms.buy_now),
        ("deposit", terms.deposit),
    ];
    for (name, minor) in sums {
        if let Some(minor) = minor {
            put(name, terms.money(minor).decimal());
        }
    }
    if terms.hidden.is_some() {
        put("hidden_kept", "yes".to_owned());
    }
    put("start_currency", terms.currency.code().to_owned());
    for (n, (from, raise)) in terms.steps.iter().enumerate() {
        put(&format!("steps.{n}.from"), terms.money(*from).decimal());
        let raise = match raise {
            Raise::Fixed(sum) => terms.money(*sum).decimal(),
            Raise::Share(share) => format!("{}.{:02}%", share / 100, share % 100),
        };
        put(&format!("steps.{n}.raise"), raise);
    }
    if terms.way == Way::English {
        for (name, seconds) in [("window", terms.window_s), ("cap", terms.cap_s)] {
            put(name, span_text(seconds));
        }
    }
    for (name, value) in lot_way::write(&terms.way) {
        put(&name, value);
    }
    put("amounts", if terms.is_proxy { "limit" } else { "plain" }.to_owned());
    put("bidders_min", terms.bidders_min.to_string());
    put("sign_days", terms.sign_days.to_string());
    fields
}

/// Minutes, or minutes and seconds, as they are read.
pub(crate) fn span_text(seconds: u32) -> String {
    match seconds % 60 {
        0 => (seconds / 60).to_string(),
        rest => format!("{}:{rest:02}", seconds / 60),
    }
}

/// What a new form begins with: a week's notice, a morning, a soft close of five minutes, and what is
/// usual where the price is found in another way.
pub fn usual(request: &Request) -> Fields {
    let offset = request.city().settings().utc_offset_minutes;
    let date = request.now.plus_seconds(7 * 86_400).date_at(offset).to_string();
    let usual = [
        ("opens", date.as_str()),
        ("opens_time", "09:00"),
        ("closes", &date),
        ("closes_time", "15:00"),
        ("window", "5"),
        ("cap", "60"),
        ("amounts", "limit"),
        ("bidders_min", "1"),
        ("sign_days", "20"),
    ];
    let usual = usual.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Fields(usual.chain(lot_way::usual()).collect())
}

/// The form.
pub fn view(
    request: &Request,
    ticket: &Ticket,
    goal: &Goal<'_>,
    typed: &Typed<'_>,
    ground: &Ground,
    hidden: &[(&str, String)],
) -> Markup {
    let form = Form::new(request.lang, goal.action, &ticket.csrf, &ticket.key);
    let form = form.with_errors(typed.errors);
    let fields = typed.fields;
    let currency = Currency::parse(fields.get("start_currency")).unwrap_or(Currency::CNY);
    html! {
        (form.view(html! {
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="way" value=(ground.way);
            (fieldset(&say(request, "lot-form-when"), &say(request, "lot-form-when-hint"),
                moments(request, &form, fields, ground)))
            (fieldset(&say(request, "lot-form-price"), "", sums(request, &form, fields, ground, currency)))
            @if matches!(ground.way, "english" | "rounds") {
                (fieldset(&say(request, "lot-form-steps"), &say(request, "lot-form-steps-hint"),
                    steps(request, &form, fields)))
            }
            (lot_way::view(request, &form, fields, ground))
            (fieldset(&say(request, "lot-form-course"), "", course(request, &form, fields, ground)))
            (actions(&[
                look::button(goal.button, look::Look::Primary),
                look::link_button(goal.back, &say(request, "button-cancel"), look::Look::Plain),
            ]))
        }))
    }
}

fn moments(request: &Request, form: &Form<'_>, fields: &Fields, ground: &Ground) -> Markup {
    let names: &[&str] =
        if matches!(ground.way, "falling" | "rounds") { &["opens"] } else { &["opens", "closes"] };
    let (time, hint) = (say(request, "lot-form-time"), say(request, "lot-form-time-hint"));
    html! {
        @for name in names.iter().copied() {
            div.row {
                (date_field(form, &Field { name, value: fields.get(name), ..Field::default() }))
                @let clock = format!("{name}_time");
                (text_field(form, &Field {
                    name: &clock, label: &time, hint: &hint, value: fields.get(&clock),
                    width: Width::Tiny, ..Field::default()
                }))
            }
        }
    }
}

fn sums(
    request: &Request,
    form: &Form<'_>,
    fields: &Fields,
    ground: &Ground,
    currency: Currency,
) -> Markup {
    let hint = |name: &str| say(request, &format!("lot-form-{}-hint", name.replace('_', "-")));
    // One currency for all of them: it is chosen with the opening price.
    let other = |name: &'static str| {
        let (hint, value) = (hint(name), fields.get(name));
        let field = Field { name, hint: &hint, value, is_optional: true, ..Field::default() };
        text_field(form, &Field { kind: Kind::Number, width: Width::Half, ..field })
    };
    let start_hint = match ground.way {
        "falling" => say(request, "lot-form-start-falling-hint"),
        _ => hint("start"),
    };
    let start =
        Field { name: "start", hint: &start_hint, value: fields.get("start"), ..Field::default() };
    html! {
        (money_field(form, &start, currency))
        @if ground.way != "falling" { (other("reserve")) }
        @if matches!(ground.way, "english" | "sealed") { (hidden_view(request, form, fields)) }
        @if ground.way == "english" { (other("buy_now")) }
        (other("deposit"))
    }
}

/// A reserve that nobody is told: one that was set stands there as a word, never as a sum.
fn hidden_view(request: &Request, form: &Form<'_>, fields: &Fields) -> Markup {
    let is_kept = fields.get("hidden_kept") == "yes";
    let key = if is_kept { "lot-form-hidden-kept" } else { "lot-form-hidden-reserve-hint" };
    let (hint, drop) = (say(request, key), say(request, "lot-form-hidden-drop"));
    let is_chosen = fields.get("hidden_drop") == "yes";
    let choice = [Choice { value: "yes", text: &drop, hint: "", is_chosen }];
    html! {
        (text_field(form, &Field {
            name: "hidden_reserve", hint: &hint, value: fields.get("hidden_reserve"), is_optional: true,
            kind: Kind::Number, width: Width::Half, ..Field::default()
        }))
        @if is_kept {
            input type="hidden" name="hidden_kept" value="yes";
            (checkboxes(form, &Field { name: "hidden_drop", is_optional: true, ..Field::default() }, &choice))
        }
    }
}

fn steps(request: &Request, form: &Form<'_>, fields: &Fields) -> Markup {
    let is_typed = |n: &usize| {
        ["from", "raise"].iter().any(|part| !fields.get(&format!("steps.{n}.{part}")).is_empty())
    };
    let n_typed = (0..ROWS_MAX).filter(is_typed).max().map_or(0, |last| last + 1);
    let (from, raise) = (say(request, "lot-form-from"), say(request, "lot-form-raise"));
    html! {
        @for n in 0..(n_typed + 1).clamp(ROWS_MIN, ROWS_MAX) {
            div.row {
                @for (part, label) in [("from", &from), ("raise", &raise)] {
                    @let name = format!("steps.{n}.{part}");
                    (text_field(form, &Field {
                        name: &name, label, value: fields.get(&name), width: Width::Short,
                        is_optional: n > 0 || part == "from", kind: Kind::Number, ..Field::default()
                    }))
                }
            }
        }
    }
}

fn course(request: &Request, form: &Form<'_>, fields: &Fields, ground: &Ground) -> Markup {
    let limit = (say(request, "lot-form-limit"), say(request, "lot-form-limit-hint"));
    let plain = (say(request, "lot-form-plain"), say(request, "lot-form-plain-hint"));
    let is_plain = fields.get("amounts") == "plain";
    let amounts = [
        Choice { value: "limit", text: &limit.0, hint: &limit.1, is_chosen: !is_plain },
        Choice { value: "plain", text: &plain.0, hint: &plain.1, is_chosen: is_plain },
    ];
    let (one, two) = (say(request, "lot-form-one"), say(request, "lot-form-two"));
    let is_two = fields.get("bidders_min") == "2";
    let needed = [
        Choice { value: "1", text: &one, hint: "", is_chosen: !is_two },
        Choice { value: "2", text: &two, hint: "", is_chosen: is_two },
    ];
    let small = |name: &'static str, is_optional: bool| {
        let hint = say(request, &format!("lot-form-{}-hint", name.replace('_', "-")));
        let field = Field {
            name,
            hint: &hint,
            value: fields.get(name),
            is_optional,
            width: Width::Tiny,
            ..Field::default()
        };
        text_field(form, &field)
    };
    html! {
        @if ground.way == "english" {
            (radios(form, &Field {
                name: "amounts", label: &say(request, "lot-form-amounts"), ..Field::default()
            }, &amounts))
            (small("window", true)) (small("cap", true))
        }
        (radios(form, &Field { name: "bidders_min", ..Field::default() }, &needed))
        (small("sign_days", false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read_as_people_write_them() {
        #[track_caller]
        fn check(typed: &str, want: Option<i64>) {
            assert_eq!(seconds_of_day(typed), want, "{typed}");
        }
        check("9:00", Some(32_400));
        check("09:05:30", Some(32_730));
        check("17", Some(61_200));
        check("24:00", None);
        check("9:60", None);
        check("9:00:00:00", None);
        check("", None);
        check("soon", None);
    }

    #[test]
    fn raises_are_sums_or_shares() {
        #[track_caller]
        fn check(typed: &str, want: Option<Raise>) {
            assert_eq!(read_raise(typed, Currency::CNY), want, "{typed}");
        }
        check("10,000", Some(Raise::Fixed(1_000_000)));
        check("1万", Some(Raise::Fixed(1_000_000)));
        check("5%", Some(Raise::Share(500)));
        check("0.5 %", Some(Raise::Share(50)));
        check("0.555%", None);
        check("-5%", None);
        check("", None);
        check("five", None);
    }
}
