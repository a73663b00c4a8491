//! What forms have in common: their token and key, reading fields back, showing a refusal.

use app::No;
use base::{Bilingual, Class, Refusal};
use edge::{Fields, Request};
use maud::{Markup, html};

/// What a form needs each time it is shown: a key that was never used.
pub struct Ticket {
    /// The token that says the form is ours.
    pub csrf: String,
    /// The idempotency key.
    pub key: String,
}

/// A fresh ticket. Also after a refusal: a key belongs to one content.
pub fn ticket(request: &Request) -> Ticket {
    Ticket { csrf: request.csrf.clone(), key: request.fresh_key() }
}

/// Reasons that belong on the form itself; everything else is a page of its own.
pub fn reasons(no: No) -> Result<Vec<Refusal>, No> {
    match no.class() {
        Class::Invalid | Class::Refused | Class::Conflict => Ok(no.0),
        _ => Err(no),
    }
}

/// Reasons that stand at the form which is sent to this address: those against what was sent there.
///
/// So that each reason is told once, a page gives every form its own, and draws the rest by [`above`].
pub fn at<'a>(request: &Request, no: &'a [Refusal], action: &str) -> &'a [Refusal] {
    match request.path == action {
        true => no,
        false => &[],
    }
}

/// The box of reasons above a page: where what was sent is none of the forms that stand on it, each given
/// with whether it is shown.
pub fn above(request: &Request, no: &[Refusal], forms: &[(bool, &str)]) -> Markup {
    match forms.contains(&(true, request.path.as_str())) {
        true => html! {},
        false => look::error_summary(request.lang, no),
    }
}

/// A text in both languages, as `look::bilingual_field` posts it.
pub fn bilingual(fields: &Fields, name: &str) -> Bilingual {
    let side = |lang: &str| fields.get(&format!("{name}.{lang}")).trim().to_owned();
    Bilingual { en: side("en"), zh: side("zh") }
}

/// A text of which several words were asked, apart by blanks or commas.
pub fn label_words(text: &str) -> std::collections::BTreeSet<String> {
    let plain: String = text.chars().map(base::time::half_width).collect();
    let words = plain.split(|c: char| c.is_whitespace() || ",;、".contains(c));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The first moment of a day that was typed, or of the day after it; empty is no day.
pub fn day(
    request: &Request,
    name: &'static str,
    is_end: bool,
) -> Result<Option<base::Instant>, Refusal> {
    let typed = request.form.get(name).trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let unread =
        || Refusal::invalid("date-unreadable").on(name).term("field", base::text::field_term(name));
    let date = base::time::read_date(typed).ok_or_else(unread)?;
    let date = if is_end { date.tomorrow().map_err(|_| unread())? } else { date };
    let offset = request.city().settings().utc_offset_minutes;
    moment_of(date, offset).map(Some).ok_or_else(unread)
}

/// The first moment of a day at this offset from UTC.
pub fn moment_of(date: jiff::civil::Date, offset_minutes: i32) -> Option<base::Instant> {
    let offset = jiff::tz::Offset::from_seconds(offset_minutes.checked_mul(60)?).ok()?;
    let stamp = offset.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
    Some(base::Instant::from_micros(stamp.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_the_citys_time() {
        let date = base::time::read_date("2026-3-1").expect("a date");
        let at = moment_of(date, 480).expect("a moment");
        assert_eq!(at.rfc3339(), "2026-02-28T16:00:00.000000Z");
        assert_eq!(at.date_at(480), date);
    }

    #[test]
    fn words_come_apart() {
        let found: Vec<String> = label_words(" A，n1 、B,A ").into_iter().collect();
        assert_eq!(found, ["A", "B", "n1"]);
    }
}
