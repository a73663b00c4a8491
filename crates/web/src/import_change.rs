//! What a staged run would change field by field, and which of its rows would be refused.

use crate::import_page::{sentence, short};
use crate::link;
use crate::versions::changes;
use app::import::{Foretold, ImportRow};
use edge::Request;
use look::part;
use maud::{Markup, html};

/// Technologies and rows shown.
const SHOWN: usize = 50;

/// Old and new value of each field of the technologies that would change.
pub fn changed(request: &Request, rows: &[(ImportRow, Foretold)]) -> Markup {
    let lang = request.lang;
    let all = || rows.iter().filter(|(_, foretold)| !foretold.changes.is_empty());
    let n_all = all().count();
    if n_all == 0 {
        return html! {};
    }
    let title = words::say_with(lang, "import-changes", &[("count", n_all.into())]);
    part(
        "changes",
        &title,
        html! {
            p { (words::say(lang, "import-changes-hint")) }
            @for (row, foretold) in all().take(SHOWN) {
                @let (name, found) = row.record.content.title.best(lang);
                details {
                    summary {
                        span lang=[(found != lang).then(|| found.tag())] { (short(name)) }
                        " · "
                        (words::say_with(lang, "import-changes-fields",
                            &[("count", foretold.changes.len().into())]))
                    }
                    @if let Some(id) = foretold.technology {
                        p { a href=(link::technology(id)) { (words::say(lang, "import-changes-now")) } }
                    }
                    (changes(request, &foretold.changes))
                }
            }
            @if n_all > SHOWN {
                p.quiet.small { (words::say_with(lang, "import-changes-cut", &[("most", SHOWN.into())])) }
            }
        },
    )
}

/// Rows that were read well and would be refused when they are written, each with its reason.
pub fn wrong(request: &Request, rows: &[(ImportRow, Foretold)]) -> Markup {
    let lang = request.lang;
    let found: Vec<_> =
        rows.iter().filter_map(|(row, foretold)| Some((row, foretold.problem.as_ref()?))).collect();
    if found.is_empty() {
        return html! {};
    }
    let title = words::say_with(lang, "import-wrong", &[("count", found.len().into())]);
    part(
        "wrong",
        &title,
        html! {
            ul {
                @for (row, problem) in found.iter().take(SHOWN) {
                    @let (name, of) = row.record.content.title.best(lang);
                    li {
                        span.small.quiet { (row.file) ":" (row.line) } " "
                        span lang=[(of != lang).then(|| of.tag())] { (short(name)) }
                        ": " (sentence(lang, problem))
                    }
                }
            }
            @if found.len() > SHOWN {
                p.quiet.small { (words::say_with(lang, "import-changes-cut", &[("most", SHOWN.into())])) }
            }
        },
    )
}
