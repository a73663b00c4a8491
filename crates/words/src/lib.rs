//! Every sentence for people, in English and Simplified Chinese.
//!
//! Texts are Fluent messages in `en/<noun>.ftl` and `zh-Hans/<noun>.ftl`: the same file names, the
//! same keys, the same variables, tested. Numbers, dates, money and people's order follow CLDR.
//!
//! **To add a noun:** write `en/<noun>.ftl` and `zh-Hans/<noun>.ftl`, then add the noun to the list
//! in `src/files.rs`. Keys are `noun-thing-detail` and unique over all files; every key begins with
//! the name of its file. A refusal is `refusal-<code>` with its way out as the attribute `.help`,
//! and may stand in the file of its noun; so may the name of a field, `field-<name>`. Sentences end
//! with a full stop, buttons are verbs, page titles are nouns. Chinese is written, not translated:
//! full-width marks, no space typed between Han and Latin, plurals only where a language has them.
//!
//! Invariants: a missing key is a test failure, and at run time shows itself as `⟦key⟧`; a message
//! never fails a page. Values are put in without marks of direction.
//!
//! Absent on purpose: HTML, a clock, the reader's choice of language, any knowledge of a domain.

mod bundle;
mod capital;
mod files;
mod number;
mod order;
mod refusal;
mod time;

pub use bundle::{Arg, has, keys, say, say_with};
pub use capital::money_capital;
pub use number::{
    bytes, currency_sign, decimal, money, money_short, number, number_up_to, percent,
};
pub use order::{compare, list, sort_by_name};
pub use refusal::{Sentence, label, level, refusal, refusal_at};
pub use time::{
    CITY_OFFSET_MINUTES, clock, clock_exact, date, date_range, date_time, date_time_exact, month,
    relative, weekday, zone,
};
