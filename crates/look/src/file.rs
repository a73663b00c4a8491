//! Files: limits before choosing, what is already there with size and hash.

use crate::field::{Field, around};
use crate::form::Form;
use crate::{say, say_one};
use maud::{Markup, html};
use words::Arg;

/// A file that is already there.
#[derive(Clone, Copy)]
pub struct KeptFile<'a> {
    pub name: &'a str,
    pub bytes: u64,
    /// The beginning of its hash is shown.
    pub hash: &'a str,
    /// The value that `do` is sent with to remove it.
    pub remove: &'a str,
}

/// What may be chosen.
#[derive(Clone, Copy, Default)]
pub struct FileField<'a> {
    pub field: Field<'a>,
    /// As in the attribute `accept`: `.pdf,.xlsx`.
    pub accept: &'a str,
    pub bytes_max: u64,
    pub is_several: bool,
    pub kept: &'a [KeptFile<'a>],
}

/// A field for files. The form around it needs `with_files`.
pub fn file_field(form: &Form<'_>, file: &FileField<'_>) -> Markup {
    let lang = form.lang;
    let formats = file.accept.replace('.', "").replace(',', " ").to_uppercase();
    let most = words::bytes(lang, file.bytes_max);
    let key = if file.is_several { "form-file-several" } else { "form-file-hint" };
    let args = [("formats", Arg::from(formats)), ("most", Arg::from(most))];
    let hint = words::say_with(lang, key, &args);
    let field = Field { hint: &hint, ..file.field };
    html! {
        (around(form, &field, |part| html! {
            input type="file" id=(part.id) name=(field.name) accept=(file.accept)
                multiple[file.is_several] aria-describedby=[part.described.as_deref()]
                aria-invalid=[part.is_wrong.then_some("true")];
        }))
        @if !file.kept.is_empty() {
            ul.files aria-label=(say(lang, "form-file-kept")) {
                @for kept in file.kept {
                    li {
                        span { (kept.name) }
                        span.quiet.small {
                            (words::bytes(lang, kept.bytes)) " · " code { (short(kept.hash)) }
                        }
                        button.btn.plain.tiny type="submit" name="do" value=(kept.remove)
                            formnovalidate
                            aria-label=(say_one(lang, "button-remove-what", "what", kept.name))
                            { (say(lang, "button-remove")) }
                    }
                }
            }
        }
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}
