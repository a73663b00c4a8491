//! What a sealed bid is, for whoever is to trust it: who can read what, and what it does not protect
//! from.

use crate::link;
use crate::page::{Page, get, say};
use access::Act;
use app::No;
use edge::{Reply, Request, Route};
use look::{Crumb, PageHead, Section};
use maud::{Markup, html};

/// The route of this page; it is open to everybody.
pub static ROUTES: &[Route] = &[get(link::SEALED_BIDS, Act::ReadLog, show)];

/// Who does what when: a trustee, the city, a bidder, a trustee again, anybody.
const STEPS: [[&str; 3]; 5] = [
    ["trustee", "before", "do-key"],
    ["city", "before", "do-list"],
    ["bidder", "during", "do-seal"],
    ["trustee", "after", "do-publish"],
    ["anybody", "afterwards", "do-open"],
];
/// Who can read the amount, and that somebody bids.
const READERS: [[&str; 3]; 5] = [
    ["you", "yes-copy", "yes"],
    ["others", "no", "count"],
    ["readers", "no", "only-file"],
    ["one", "no", "count"],
    ["several", "with-file", "only-file"],
];
const CASES: [&str; 8] =
    ["missing", "few", "early", "foreign", "closed", "copy", "restore", "lost"];
const DANGERS: [&str; 4] = ["program", "trustees", "machine", "after"];

fn show(request: &Request) -> Result<Reply, No> {
    let lang = request.lang;
    let own = |key: &str| say(request, &format!("sealing-page-{key}"));
    let (title, lead, all) = (own("title"), own("lead"), say(request, "lot-page-title"));
    let part = |id: &str, body: Markup| look::part(id, &own(&format!("{id}-title")), body);
    let rows = |all: &[[&str; 3]]| -> Vec<Vec<String>> {
        all.iter().map(|row| row.iter().map(|key| own(key)).collect()).collect()
    };
    let cases: Vec<Vec<String>> = CASES
        .iter()
        .map(|key| vec![own(&format!("case-{key}")), own(&format!("follows-{key}"))])
        .collect();
    let content = html! {
        (look::page_head(&PageHead {
            lang,
            crumbs: &[Crumb { href: link::AUCTIONS, text: &all }],
            title: &title,
            lead: Some(html! { (lead) }),
            ..PageHead::default()
        }))
        (part("short", html! { p { (own("short")) } }))
        (part("do", table(&own("do-title"), &[own("who"), own("when"), own("what")], &rows(&STEPS))))
        (part("read", html! {
            (table(&own("read-title"), &[own("who"), own("amount"), own("that")], &rows(&READERS)))
            p.small { (own("length")) }
        }))
        (part("wrong", table(&own("wrong-title"), &[own("case"), own("follows")], &cases)))
        (part("not", html! { ul { @for key in DANGERS { li { (own(&format!("not-{key}"))) } } } }))
        (part("how", html! { p { (own("how")) } }))
    };
    Ok(Page::new(request, title).section(Section::Trade).indexed(lead).reply(content))
}

fn table(caption: &str, heads: &[String], rows: &[Vec<String>]) -> Markup {
    html! {
        div.table-around { div.scroll role="region" tabindex="0" aria-label=(caption) {
            table {
                caption.sr { (caption) }
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (n, cell) in row.iter().enumerate() {
                                @if n == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        } }
    }
}
