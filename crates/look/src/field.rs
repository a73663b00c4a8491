//! Text fields of all kinds: label above, hint below it, error above the field.

use crate::form::Form;
use crate::{id, say, say_one};
use base::text::field_term;
use base::{Currency, Lang};
use maud::{Markup, html};
use words::Sentence;

/// What is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Text,
    Email,
    Phone,
    Address,
    Search,
    Password,
    /// Whole numbers; typed as text, so that 万 and full-width digits can be.
    Number,
}

impl Kind {
    fn input(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Text => ("text", None),
            Self::Email => ("email", Some("email")),
            Self::Phone => ("tel", Some("tel")),
            Self::Address => ("url", Some("url")),
            Self::Search => ("search", Some("search")),
            Self::Password => ("password", None),
            Self::Number => ("text", Some("numeric")),
        }
    }
}

/// The field is as wide as the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    #[default]
    Full,
    Half,
    Short,
    Tiny,
}

impl Width {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Full => "field",
            Self::Half => "field half",
            Self::Short => "field short",
            Self::Tiny => "field tiny",
        }
    }
}

/// One field. Fill in what is known, take the rest from the default.
#[derive(Clone, Copy, Default)]
pub struct Field<'a> {
    /// As posted, and as refusals name it: `inventors.2.name`.
    pub name: &'a str,
    /// Empty: the name of the field in `words` (`field-inventors-name`).
    pub label: &'a str,
    pub hint: &'a str,
    pub value: &'a str,
    pub is_optional: bool,
    /// Whether a text is needed in both languages, not in one of them.
    pub needs_both: bool,
    pub kind: Kind,
    pub width: Width,
    /// What browsers may fill in: `name`, `email`, `organization`.
    pub autocomplete: &'a str,
    /// The language of the content, where it is not the page's.
    pub lang: Option<Lang>,
    /// The most characters, said in the hint.
    pub most: Option<usize>,
    /// Lines of a text area.
    pub lines: Option<u8>,
    /// Where the value comes from: "From the register, 1 March 2026".
    pub source: &'a str,
    /// A unit behind the field.
    pub unit: &'a str,
}

/// A field of one line.
pub fn text_field(form: &Form<'_>, field: &Field<'_>) -> Markup {
    let (kind, mode) = field.kind.input();
    let autocomplete = (!field.autocomplete.is_empty()).then_some(field.autocomplete);
    around(form, field, |part| {
        html! {
            input id=(part.id) name=(field.name) type=(kind) inputmode=[mode] value=(field.value)
                lang=[field.lang.map(Lang::tag)] autocomplete=[autocomplete]
                required[!field.is_optional] aria-describedby=[part.described.as_deref()]
                aria-invalid=[part.is_wrong.then_some("true")];
        }
    })
}

/// A field of several lines.
pub fn text_area(form: &Form<'_>, field: &Field<'_>) -> Markup {
    around(form, field, |part| {
        html! {
            textarea id=(part.id) name=(field.name) rows=(field.lines.unwrap_or(5))
                lang=[field.lang.map(Lang::tag)] required[!field.is_optional]
                aria-describedby=[part.described.as_deref()]
                aria-invalid=[part.is_wrong.then_some("true")]
                // The first line break after the tag would be swallowed.
                { "\n" (field.value) }
        }
    })
}

/// A date as text: every way people write one is understood.
pub fn date_field(form: &Form<'_>, field: &Field<'_>) -> Markup {
    let hint = say(form.lang, "form-date-hint");
    let hint = if field.hint.is_empty() { hint.as_str() } else { field.hint };
    text_field(form, &Field { hint, kind: Kind::Number, width: Width::Short, ..*field })
}

/// An amount with its currency; the currency is posted as `<name>_currency`.
pub fn money_field(form: &Form<'_>, field: &Field<'_>, chosen: Currency) -> Markup {
    let lang = form.lang;
    let name = say(lang, &format!("label-currency-{}", chosen.code().to_lowercase()));
    let hint = say_one(lang, "form-money-hint", "currency", name);
    let hint = if field.hint.is_empty() { hint.as_str() } else { field.hint };
    let currency = format!("{}_currency", field.name);
    around(form, &Field { hint, width: Width::Half, ..*field }, |part| {
        html! {
            span.money {
                select name=(currency) aria-label=(say(lang, "form-currency")) {
                    @for one in Currency::ALL {
                        option value=(one.code()) selected[one == chosen] {
                            (words::currency_sign(one).trim()) " " (one.code())
                        }
                    }
                }
                input id=(part.id) name=(field.name) inputmode="decimal" value=(field.value)
                    required[!field.is_optional] aria-describedby=[part.described.as_deref()]
                    aria-invalid=[part.is_wrong.then_some("true")] autocomplete="off";
            }
        }
    })
}

/// An amount in the one currency that is possible here, which stands behind it as text.
pub fn sum_field(form: &Form<'_>, field: &Field<'_>, currency: Currency) -> Markup {
    let lang = form.lang;
    let name = say(lang, &format!("label-currency-{}", currency.code().to_lowercase()));
    let hint = say_one(lang, "form-money-hint", "currency", name);
    let hint = if field.hint.is_empty() { hint.as_str() } else { field.hint };
    let (unit, width) = (currency.code(), Width::Half);
    around(form, &Field { hint, unit, width, ..*field }, |part| {
        html! {
            input id=(part.id) name=(field.name) inputmode="decimal" value=(field.value)
                required[!field.is_optional] aria-describedby=[part.described.as_deref()]
                aria-invalid=[part.is_wrong.then_some("true")] autocomplete="off";
        }
    })
}

/// The same text in English and Chinese, side by side; posted as `<name>.en` and `<name>.zh`.
/// Unless both are needed, the one in the other language is marked as optional.
pub fn bilingual_field(form: &Form<'_>, field: &Field<'_>, value: &base::Bilingual) -> Markup {
    let lang = form.lang;
    let base_label = label(lang, field);
    let one = |of: Lang| {
        let key = if of == Lang::En { "form-in-english" } else { "form-in-chinese" };
        let label = say_one(lang, key, "field", base_label.as_str());
        let name = format!("{}.{}", field.name, of.short());
        let field = Field {
            name: &name,
            label: &label,
            value: value.get(of),
            lang: Some(of),
            is_optional: field.is_optional || (of != lang && !field.needs_both),
            ..*field
        };
        if field.lines.is_some() { text_area(form, &field) } else { text_field(form, &field) }
    };
    // A refusal may name the pair as a whole.
    let sentences = form.sentences(field.name);
    html! {
        div.pair id=(id("f-", &form.own(field.name))) tabindex="-1" {
            (errors(lang, &form.own(field.name), &sentences))
            (one(lang)) (one(lang.other()))
        }
    }
}

/// What the parts of a field need to know of each other.
pub(crate) struct Part {
    pub(crate) id: String,
    pub(crate) described: Option<String>,
    pub(crate) is_wrong: bool,
}

/// The label as shown: given, or the name of the field in `words` with a capital letter.
pub(crate) fn label(lang: Lang, field: &Field<'_>) -> String {
    if !field.label.is_empty() {
        return field.label.to_owned();
    }
    let known = say(lang, &field_term(field.name));
    let mut letters = known.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => known,
    }
}

/// Label, hint, errors, and the control between them.
pub(crate) fn around(
    form: &Form<'_>,
    field: &Field<'_>,
    control: impl FnOnce(&Part) -> Markup,
) -> Markup {
    let lang = form.lang;
    let sentences = form.sentences(field.name);
    let own = form.own(field.name);
    let part = describe(&own, has_hint(field), !sentences.is_empty());
    html! {
        div class={ (field.width.class()) @if part.is_wrong { " bad" } } {
            label for=(part.id) {
                (label(lang, field))
                @if field.is_optional { " " span.quiet { (say(lang, "form-optional")) } }
            }
            (hints(lang, &own, field))
            (errors(lang, &own, &sentences))
            @if field.unit.is_empty() { (control(&part)) }
            @else { span.united { (control(&part)) span.quiet { (field.unit) } } }
            @if !field.source.is_empty() { p.hint.source { (field.source) } }
        }
    }
}

/// The ids that a control is described by.
pub(crate) fn describe(name: &str, has_hint: bool, is_wrong: bool) -> Part {
    let mut by = Vec::new();
    if has_hint {
        by.push(id("h-", name));
    }
    if is_wrong {
        by.push(id("e-", name));
    }
    let described = (!by.is_empty()).then(|| by.join(" "));
    Part { id: id("f-", name), described, is_wrong }
}

/// The errors of a field, the same words as in the summary.
pub(crate) fn errors(lang: Lang, name: &str, sentences: &[Sentence]) -> Markup {
    html! {
        @if !sentences.is_empty() {
            div.error id=(id("e-", name)) {
                @for sentence in sentences {
                    p {
                        span.sr { (say(lang, "form-error-prefix")) " " }
                        (sentence.text)
                        @if let Some(help) = &sentence.help { " " span.help { (help) } }
                    }
                }
            }
        }
    }
}

pub(crate) fn has_hint(field: &Field<'_>) -> bool {
    !field.hint.is_empty() || field.most.is_some()
}

/// The hint of a field and its limit, below the label.
pub(crate) fn hints(lang: Lang, own: &str, field: &Field<'_>) -> Markup {
    html! {
        @if has_hint(field) {
            p.hint id=(id("h-", own)) {
                (field.hint)
                @if let Some(most) = field.most {
                    @if !field.hint.is_empty() { " " }
                    (say_one(lang, "form-characters-most", "most", most))
                }
            }
        }
    }
}
