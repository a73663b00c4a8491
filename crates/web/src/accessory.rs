//! What is lent with a booking: fields of its form, what was typed in them, and how it is shown.

use crate::page::say;
use app::booking::WeekView;
use base::{Refusal, time};
use edge::Request;
use instruments::accessory::{Lent, offered};
use instruments::check::PARTS_MAX;
use instruments::sheet::Accessory;
use look::{Field, Form, Kind, Width, text_field};
use maud::{Markup, html};

fn count_field(at: usize) -> String {
    format!("accessories.{at}.count")
}

fn name_field(at: usize) -> String {
    format!("accessories.{at}.name")
}

/// What may be lent with the instrument of a week, with what it shares.
pub fn of(view: &WeekView) -> Vec<Accessory> {
    offered(&view.instrument.sheet.accessories, &view.rules.shared_accessories.value)
}

/// What was typed, for a form that does not ask it again.
pub fn hidden(typed: &[(String, String)]) -> Markup {
    html! {
        @for (at, (name, count)) in typed.iter().enumerate() {
            input type="hidden" name=(name_field(at)) value=(name);
            input type="hidden" name=(count_field(at)) value=(count);
        }
    }
}

/// How many of each accessory are wanted; nothing where the instrument has none.
pub fn fields(
    request: &Request,
    form: &Form<'_>,
    (all, wanted): (&[Accessory], &[(String, String)]),
) -> Markup {
    html! {
        @for (at, it) in all.iter().filter(|it| !it.known_as().is_empty()).enumerate() {
            @let args = [
                ("name", it.name.best(request.lang).0.to_owned().into()),
                ("count", i64::from(it.stock).into()),
            ];
            @let label = words::say_with(request.lang, "booking-field-accessory", &args);
            @let hint = if it.is_needed { say(request, "booking-field-accessory-needed") } else { String::new() };
            @let typed = wanted.iter().find(|(name, _)| name == it.known_as());
            @let value = typed.map_or("", |(_, count)| count.as_str());
            input type="hidden" name=(name_field(at)) value=(it.known_as());
            (text_field(form, &Field {
                name: &count_field(at),
                label: &label,
                hint: &hint,
                value,
                kind: Kind::Number,
                is_optional: true,
                width: Width::Tiny,
                ..Field::default()
            }))
        }
    }
}

/// What was typed: names with counts as they stand.
pub fn typed(request: &Request) -> Vec<(String, String)> {
    let form = &request.form;
    let one = |at| {
        let (name, count) = (form.get(&name_field(at)), form.get(&count_field(at)));
        (!name.is_empty()).then(|| (name.to_owned(), count.trim().to_owned()))
    };
    (0..PARTS_MAX).filter_map(one).collect()
}

/// What stands in a booking, as a form has it.
pub fn standing(lent: &[Lent]) -> Vec<(String, String)> {
    lent.iter().map(|one| (one.name.clone(), one.count.to_string())).collect()
}

/// What was typed, as it is asked for; a count that is none is named by its field.
pub fn asked(typed: &[(String, String)]) -> Result<Vec<Lent>, Refusal> {
    let mut lent = Vec::new();
    for (at, (name, count)) in typed.iter().enumerate().filter(|(_, (_, count))| !count.is_empty())
    {
        let plain: String = count.chars().map(time::half_width).collect();
        let count = plain.parse().map_err(|_| {
            let refusal = Refusal::invalid("number-unreadable").on(count_field(at));
            refusal.term("field", "field-accessories-count")
        })?;
        lent.push(Lent { name: name.clone(), count });
    }
    Ok(lent)
}

/// What is lent with a booking, one line each.
pub fn lines(request: &Request, all: &[Accessory], lent: &[Lent]) -> Markup {
    let line = |one: &Lent| {
        let found = all.iter().find(|it| it.known_as() == one.name);
        let name = found.map_or(one.name.as_str(), |it| it.name.best(request.lang).0);
        let args = [("name", name.to_owned().into()), ("count", i64::from(one.count).into())];
        words::say_with(request.lang, "instrument-page-accessory", &args)
    };
    html! { ul { @for one in lent { li { (line(one)) } } } }
}

/// The name of the row that shows them.
pub fn title(request: &Request) -> String {
    say(request, "instrument-page-accessories")
}
