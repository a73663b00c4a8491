//! Reasons to say no, and labels, as sentences.

use crate::bundle::find;
use crate::{Arg, CITY_OFFSET_MINUTES, date, date_time, money, say, say_with};
use base::{Label, Lang, Level, Refusal, Value};

/// What is wrong, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What is wrong, with the values.
    pub text: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The sentence of a refusal; moments are told by the city's clock.
pub fn refusal(lang: Lang, refusal: &Refusal) -> Sentence {
    refusal_at(lang, refusal, CITY_OFFSET_MINUTES)
}

/// The sentence of a refusal; moments are told at this offset from UTC.
pub fn refusal_at(lang: Lang, refusal: &Refusal, offset_minutes: i32) -> Sentence {
    let key = format!("refusal-{}", refusal.code);
    let args: Vec<(&str, Arg)> = refusal
        .values
        .iter()
        .map(|(name, value)| (name.as_ref(), arg(lang, value, offset_minutes)))
        .collect();
    let help = find(lang, &format!("{key}.help"), &args);
    Sentence { text: say_with(lang, &key, &args), help }
}

/// The name of a level: `Members`, `成员可见`.
pub fn level(lang: Lang, level: Level) -> String {
    say(lang, &format!("label-level-{}", level.word()))
}

/// A label as one line for a badge or the head of a print: level, compartments, lists, and the
/// jurisdictions it is bound to.
pub fn label(lang: Lang, label: &Label) -> String {
    let mut parts = vec![level(lang, label.level)];
    parts.extend(label.compartments.iter().cloned());
    parts.extend(label.readers.iter().cloned());
    if let Some(jurisdictions) = &label.jurisdictions {
        let names: Vec<&str> = jurisdictions.iter().map(String::as_str).collect();
        parts.push(match names.as_slice() {
            [] => say(lang, "label-jurisdiction-none"),
            _ => say_with(lang, "label-jurisdiction", &[("names", names.join(" ").into())]),
        });
    }
    parts.join(" · ")
}

fn arg(lang: Lang, value: &Value, offset_minutes: i32) -> Arg {
    match value {
        Value::Text(text) => Arg::Text(text.clone()),
        Value::Number(number) => Arg::Number(*number),
        Value::Money(amount) => Arg::Text(money(lang, *amount)),
        Value::At(at) => Arg::Text(date_time(lang, *at, offset_minutes)),
        Value::On(on) => Arg::Text(date(lang, *on)),
        Value::Term(key) => Arg::Text(say(lang, key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Class, Currency, Instant, Money};
    use expect_test::expect;

    #[test]
    fn refusals_say_what_is_wrong_and_what_to_do() {
        let long = base::text::line("title", "abc", 2).expect_err("too long");
        let shown = |lang| {
            let sentence = refusal(lang, &long);
            format!("{}\n{}\n", sentence.text, sentence.help.unwrap_or_default())
        };
        expect![[r#"
            The title has 3 characters, and may have at most 2.
            Shorten it, or move details into the description.
        "#]]
        .assert_eq(&shown(Lang::En));
        expect![[r#"
            “标题”有3个字，最多2个字。
            请精简内容，或将细节写入说明。
        "#]]
        .assert_eq(&shown(Lang::Zh));
    }

    #[test]
    fn every_kind_of_value_is_written_in_the_language() {
        let value = |value| match arg(Lang::Zh, &value, 480) {
            Arg::Text(text) => text,
            Arg::Number(number) => number.to_string(),
        };
        assert_eq!(value(Value::Money(Money::new(100, Currency::CNY))), "¥1.00");
        assert_eq!(value(Value::At(Instant::from_micros(0))), "1970年1月1日 08:00（+08:00）");
        assert_eq!(value(Value::On("2026-03-01".parse().unwrap())), "2026年3月1日");
        assert_eq!(value(Value::Term("field-title".into())), "标题");
    }

    #[test]
    fn an_unknown_code_shows_itself() {
        let sentence = refusal(Lang::En, &Refusal::new(Class::Refused, "no-such-code"));
        assert_eq!(sentence.text, "⟦refusal-no-such-code⟧");
        assert_eq!(sentence.help, None);
    }

    #[test]
    fn labels_are_one_line() {
        let mut some = Label::at(Level::Members);
        some.compartments.insert("TURBINE".into());
        some.jurisdictions = Some(["CN".to_owned()].into());
        assert_eq!(label(Lang::En, &some), "Members · TURBINE · only CN");
        assert_eq!(label(Lang::Zh, &Label::public()), "公开");
    }
}
