//! Forms: the wrapper with its hidden values, the error summary, groups of fields.

use crate::button::hidden;
use crate::{id, say};
use base::{Lang, Refusal};
use maud::{Markup, html};
use std::borrow::Cow;
use std::cell::RefCell;
use words::Sentence;

/// A form while its page is built. It notes the fields in the order they are drawn, so that the
/// error summary can follow the page.
#[derive(Default)]
pub struct Form<'a> {
    pub lang: Lang,
    pub action: &'a str,
    pub csrf: &'a str,
    /// The idempotency key: sending twice does it once.
    pub key: &'a str,
    /// Why the last sending failed; each at its field.
    pub errors: &'a [Refusal],
    /// Whether the page has told them above the form.
    pub is_told: bool,
    /// Whether files are sent.
    pub has_files: bool,
    /// What tells its fields from those of other forms of the page that have the same names; empty where
    /// there are none.
    pub part: &'a str,
    pub(crate) seen: RefCell<Vec<String>>,
}

impl<'a> Form<'a> {
    /// A form that posts to this address.
    pub fn new(lang: Lang, action: &'a str, csrf: &'a str, key: &'a str) -> Self {
        Self { lang, action, csrf, key, ..Self::default() }
    }

    /// The form with the reasons why its last sending failed.
    pub fn with_errors(self, errors: &'a [Refusal]) -> Self {
        Self { errors, ..self }
    }

    /// The form with reasons that its page has told: they stand at their fields alone.
    pub fn with_told(self, errors: &'a [Refusal]) -> Self {
        Self { errors, is_told: true, ..self }
    }

    /// The form as one of several alike on a page, by what this one is about.
    pub fn within(self, part: &'a str) -> Self {
        Self { part, ..self }
    }

    /// The name of a field as its ids have it.
    pub(crate) fn own<'n>(&self, name: &'n str) -> Cow<'n, str> {
        match self.part {
            "" => Cow::Borrowed(name),
            part => Cow::Owned(format!("{part}-{name}")),
        }
    }

    /// The form as one that sends files.
    pub fn with_files(self) -> Self {
        Self { has_files: true, ..self }
    }

    /// The summary of errors and the form around its fields. Draw the fields inside the call:
    /// `form.view(html! { (text_field(&form, ..)) (button(..)) })`.
    pub fn view(&self, body: Markup) -> Markup {
        let encoding = self.has_files.then_some("multipart/form-data");
        html! {
            (self.summary())
            form.form method="post" action=(self.action) enctype=[encoding] novalidate {
                (hidden(self.csrf, self.key))
                (body)
            }
        }
    }

    /// The sentences for one field; noting that it has been drawn.
    pub(crate) fn sentences(&self, name: &str) -> Vec<Sentence> {
        self.seen.borrow_mut().push(name.to_owned());
        let own = self.errors.iter().filter(|error| error.field.as_deref() == Some(name));
        own.map(|error| words::refusal(self.lang, error)).collect()
    }

    fn summary(&self) -> Markup {
        if self.is_told {
            return html! {};
        }
        let seen = self.seen.borrow();
        let place =
            |error: &Refusal| seen.iter().position(|name| error.field.as_deref() == Some(name));
        let mut errors: Vec<_> = self.errors.iter().map(|error| (place(error), error)).collect();
        errors.sort_by_key(|(place, _)| *place);
        let lines = errors.iter().map(|(place, error)| {
            let field = place.and_then(|at| seen.get(at)).map(|name| id("f-", &self.own(name)));
            (field, words::refusal(self.lang, error))
        });
        summary(self.lang, &lines.collect::<Vec<_>>())
    }
}

/// Reasons without a form around them: a refused act on a page of its own.
pub fn error_summary(lang: Lang, errors: &[Refusal]) -> Markup {
    let lines = errors.iter().map(|error| (None, words::refusal(lang, error)));
    summary(lang, &lines.collect::<Vec<_>>())
}

fn summary(lang: Lang, lines: &[(Option<String>, Sentence)]) -> Markup {
    if lines.is_empty() {
        return html! {};
    }
    html! {
        div.summary #error-summary role="alert" tabindex="-1" data-focus {
            h2 { (say(lang, "form-error-title")) }
            ul {
                @for (field, sentence) in lines {
                    li {
                        @match field {
                            Some(field) => { a href={ "#" (field) } { (sentence.text) } },
                            None => {
                                strong { (sentence.text) }
                                @if let Some(help) = &sentence.help { " " (help) }
                            },
                        }
                    }
                }
            }
        }
    }
}

/// Fields that belong together, under one legend.
pub fn fieldset(legend: &str, hint: &str, body: Markup) -> Markup {
    html! {
        fieldset.group {
            legend { (legend) }
            @if !hint.is_empty() { p.hint { (hint) } }
            (body)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, text_field};

    #[test]
    fn the_summary_follows_the_page_and_links_to_fields() {
        let missing = |name| base::text::required_line(name, "", 9).expect_err("empty");
        let errors = [missing("summary"), missing("title"), Refusal::invalid("form-expired")];
        let form = Form::new(Lang::En, "/x", "c", "k").with_errors(&errors);
        let field = |name| text_field(&form, &Field { name, ..Field::default() });
        let html = form.view(html! { (field("title")) (field("summary")) }).into_string();
        let at = |text| html.find(text).unwrap_or_else(|| panic!("{text} in {html}"));
        assert!(at("open for too long") < at("#f-title") && at("#f-title") < at("#f-summary"));
        assert!(at("#f-summary") < at("<form"));
        assert_eq!(html.matches("Fill in the title.").count(), 2);
    }
}
