//! Shell, components, styles and scripts that every page is made of.
//!
//! A component is a function with typed arguments that returns markup; a component with more than
//! a few takes a struct, filled with `..Default::default()`. A page is
//! `page(&Shell { .. }, html! { (page_head(..)) .. })`. Look at all of them at once:
//! `cargo run -p look --example gallery -- FOLDER`.
//!
//! Invariants, tested over the gallery in both languages: no style attribute, no script in the
//! page, no missing word, every field has its label, ids are unique, the sizes keep their budget.
//! Everything works without scripts; a script improves one behaviour of one element.
//! The policy these pages need: `default-src 'none'; script-src 'self'; style-src 'self';
//! img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none';
//! frame-ancestors 'none'`. Structured data stands in a data block, which is never executed.
//!
//! Absent on purpose: HTTP, sessions, acts, any noun of the city. Sentences come from `words` or
//! from the caller; addresses come from the caller, except those that every page has.

pub mod address;
pub mod assets;
mod button;
mod case;
mod chart;
mod choice;
mod diff;
mod draw;
mod error;
mod field;
mod figure;
mod file;
mod filter;
mod form;
mod gallery;
mod head;
mod hit;
mod home;
mod layout;
mod map;
mod notice;
mod pager;
mod qr;
mod rows;
mod shell;
mod summary;
mod table;
mod tag;

pub use assets::{Asset, assets, href};
pub use button::{
    Confirm, Look, PostButton, actions, button, button_named, confirm, copy_id, link_button,
    post_button,
};
pub use case::{Event, Progress, Step, StepState, progress, steps, timeline};
pub use chart::{Chart, Series, bars, columns, line};
pub use choice::{Choice, checkboxes, radios, select};
pub use diff::{diff, diff_rows};
pub use error::{ErrorPage, error_page};
pub use field::{
    Field, Kind, Width, bilingual_field, date_field, money_field, sum_field, text_area, text_field,
};
pub use figure::{Change, Figure, figures};
pub use file::{FileField, KeptFile, file_field};
pub use filter::{Chip, Facet, FacetChoice, Filters, filter_chips, filter_panel, range_facet};
pub use form::{Form, error_summary, fieldset};
pub use gallery::{Sample, gallery, samples};
pub use head::{Crumb, PageHead, Tab, breadcrumb, page_head, tabs};
pub use hit::{Hit, marked, results};
pub use home::{Hero, News, NewsItem, Scope, hero, news, pulse};
pub use layout::{aside_split, part, sheet, stack};
pub use map::{Map, Spot};
pub use notice::{Tone, banner, empty, look_recorded, notice};
pub use pager::{Pager, pager};
pub use qr::{qr, qr_alone};
pub use rows::{Rows, rows};
pub use shell::{Addresses, Banner, Reader, Section, Shell, Theme, page};
pub use summary::{Answer, Confirmation, answers, confirmation, facts};
pub use table::{Cell, Column, Direction, Export, Row, SortLink, Table, table};
pub use tag::{label_badge, other_language, state_tag, tag};

use base::Lang;
use words::Arg;

/// The text of a key.
pub(crate) fn say(lang: Lang, key: &str) -> String {
    words::say(lang, key)
}

/// The text of a key with one value.
pub(crate) fn say_one(lang: Lang, key: &str, name: &str, value: impl Into<Arg>) -> String {
    words::say_with(lang, key, &[(name, value.into())])
}

/// A count with its thousands marked.
pub(crate) fn count(lang: Lang, number: usize) -> String {
    words::number(lang, i64::try_from(number).unwrap_or(i64::MAX))
}

/// A name made fit for an id: `inventors.2.name` becomes `inventors-2-name`.
pub(crate) fn id(prefix: &str, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
    format!("{prefix}{}", name.chars().map(plain).collect::<String>())
}
