//! Lists of cases: mine, my organisations', overdue, all; filtered, in order, page by page.

use crate::case_asked::{Asked, Tabbed};
use crate::case_table::{self as tables, Sort};
use crate::link;
use crate::page::{Page, get, may, me, say};
use access::{Act, Thing};
use app::No;
use app::case::{After, Counts};
use base::{CaseId, Instant, Label, limits};
use edge::{Reply, Request, Route};
use look::{Look, PageHead, Pager, Tab};
use maud::{Markup, html};

/// The route of this file.
pub static ROUTES: &[Route] = &[get(link::CASES, Act::ListCases, show)];

fn show(request: &Request) -> Result<Reply, No> {
    me(request)?;
    let asked = Asked::read(request);
    // A whole reference leads straight to its case, if the reader may see it.
    let reference = request.query.get("reference").trim();
    for typed in [reference, asked.text.as_str()].into_iter().filter(|typed| !typed.is_empty()) {
        if let Some(id) = request.city().case_named(&request.asker, typed)? {
            return Ok(Reply::see_other(link::case(id)));
        }
    }
    let lang = request.lang;
    let counts = request.city().task_counts(&request.asker, &asked.tasks(request))?;
    let title = say(request, "case-title");
    let (body, label, next, n_all) = list(request, &asked)?;
    if !asked.is_filtered() {
        crate::desk::counted_tasks(request, counts.mine)?;
    }
    let next = next.map(|place| look::address::with(&asked.address(link::CASES), "after", &place));
    let first = (!request.query.get("after").is_empty()).then(|| asked.address(link::CASES));
    let content = html! {
        (look::page_head(&PageHead {
            lang, title: &title, lead: Some(html! { (say(request, "case-lead")) }),
            actions: acts(request, counts.mine), ..PageHead::default()
        }))
        (tabs(request, &asked, &counts, n_all))
        (find(request, &asked, reference))
        (asked.panel(request))
        (body)
        (look::pager(lang, &Pager::Keyset { previous: first.as_deref(), next: next.as_deref() }))
        p.row.small.exports {
            span.quiet { (say(request, "button-export")) }
            a href=(asked.address(link::CASES_XLSX)) { (say(request, "table-export-xlsx")) }
            a href=(asked.address(link::CASES_CSV)) { (say(request, "table-export-csv")) }
            a href=(link::CASE_FIGURES) { (say(request, "case-figures")) }
            @if has_tasks(request) {
                a href=(link::STAND_INS) { (say(request, "stand-in-link")) }
            }
            @if crate::emergency::may_ask(request) {
                a href=(link::EMERGENCIES) { (say(request, "emergency-link")) }
            }
        }
    };
    Ok(Page::new(request, &title).personal().highest(&label, &title).reply(content))
}

/// Whether this person has tasks that a stand-in could take.
fn has_tasks(request: &Request) -> bool {
    let me = request.me.as_ref().and_then(|me| me.actor.person);
    me.is_some_and(|me| may(request, Act::ListStandIns, &Thing::own(me)))
}

/// What this person may open a case with, and decide several with.
fn acts(request: &Request, n_mine: u64) -> Vec<Markup> {
    let mut acts = Vec::new();
    if !crate::release::owners(request, Act::DiscloseResult).is_empty() {
        let text = say(request, "release-disclose-title");
        acts.push(look::link_button(link::DISCLOSURE_NEW, &text, Look::Primary));
    }
    if !crate::release::owners(request, Act::RegisterStub).is_empty() {
        let text = say(request, "release-stub-title");
        acts.push(look::link_button(link::STUB_NEW, &text, Look::Plain));
    }
    if n_mine > 1 {
        let text = say(request, "case-together");
        acts.push(look::link_button(link::CASES_TOGETHER, &text, Look::Plain));
    }
    acts
}

fn tabs(request: &Request, asked: &Asked, counts: &Counts, n_all: Option<usize>) -> Markup {
    let count = |n: u64| usize::try_from(n).ok();
    let named = Tabbed::EVERY.map(|tab| {
        let n = match tab {
            Tabbed::Mine => count(counts.mine),
            Tabbed::Ours => count(counts.ours),
            Tabbed::Late => count(counts.ours_late),
            Tabbed::All => n_all,
        };
        let href = asked.on(tab).address(link::CASES);
        (tab, href, say(request, &format!("case-{}", tab.word())), n)
    });
    let drawn: Vec<Tab<'_>> = named
        .iter()
        .map(|(tab, href, text, count)| Tab {
            href,
            text,
            count: *count,
            is_current: *tab == asked.tab,
        })
        .collect();
    look::tabs(request.lang, &say(request, "case-tabs"), &drawn)
}

/// Words of the case, or its reference.
fn find(request: &Request, asked: &Asked, reference: &str) -> Markup {
    html! {
        @if !reference.is_empty() {
            (look::notice(request.lang, look::Tone::Wait, html! {
                p { (words::say_with(request.lang, "case-find-none", &[("typed", reference.into())])) }
            }))
        }
        form.row action=(link::CASES) role="search" aria-label=(say(request, "case-find-label")) {
            input type="hidden" name="view" value=(asked.tab.word());
            label for="x-q" { (say(request, "case-find-label")) }
            div.field {
                input id="x-q" name="q" type="search" value=(asked.text) autocomplete="off"
                    aria-describedby="x-q-hint";
            }
            button.btn.plain.small type="submit" { (say(request, "case-find")) }
            span.quiet.small id="x-q-hint" { (say(request, "case-find-hint")) }
        }
    }
}

type Listed = (Markup, Label, Option<String>, Option<usize>);

fn list(request: &Request, asked: &Asked) -> Result<Listed, No> {
    let city = request.city();
    let caption = say(request, &format!("case-{}", asked.tab.word()));
    let none = empty(request, asked);
    let after = request.query.get("after");
    if let Some(which) = asked.tab.tasks() {
        let after = read_after(after);
        let wanted = asked.listed(request);
        let page =
            city.tasks(&request.asker, (which, &wanted), after.as_ref(), limits::PAGE_ROWS)?;
        let sort = Sort {
            due: asked.oldest_first(false).address(link::CASES),
            oldest: asked.oldest_first(true).address(link::CASES),
            is_oldest: asked.is_oldest,
        };
        let body = tables::tasks(request, &caption, (&page.rows, Some(&sort)), none);
        return Ok((body, page.label, page.next.as_ref().map(write_after), None));
    }
    let wanted = asked.cases(request);
    let page = city.cases(&request.asker, &wanted, read_place(after), limits::PAGE_ROWS)?;
    let n = page.counts.as_ref().map(|counts| counts.iter().map(|(_, _, n)| n).sum::<u64>());
    let n = n.unwrap_or(limits::COUNTED_MAX + 1);
    let label =
        page.rows.iter().fold(Label::public(), |label, row| label.least_upper_bound(&row.label));
    let next = page.next.map(|(at, id)| format!("{}~{id}", at.micros()));
    let body = html! {
        (standing(request, page.counts.as_deref().unwrap_or_default()))
        (tables::cases(request, &caption, &page.rows, none))
    };
    Ok((body, label, next, usize::try_from(n).ok()))
}

/// How many cases of the list are in which state.
fn standing(request: &Request, counts: &[(String, String, u64)]) -> Markup {
    let lang = request.lang;
    html! {
        @if counts.len() > 1 {
            ul.row.small.quiet aria-label=(say(request, "case-state")) {
                @for (process, state, n) in counts {
                    @if let Some(process) = app::case::process_of(process) {
                        li {
                            (crate::case_facts::state_name(lang, process, state)) " "
                            strong { (words::number(lang, i64::try_from(*n).unwrap_or(i64::MAX))) }
                        }
                    }
                }
            }
        }
    }
}

/// A place in a list of tasks, as the address holds it.
fn read_after(text: &str) -> Option<After> {
    let mut parts = text.splitn(3, '~');
    let due = parts.next()?.parse().ok()?;
    Some(After(due, parts.next()?.to_owned(), parts.next()?.to_owned()))
}

fn write_after(after: &After) -> String {
    format!("{}~{}~{}", after.0, after.1, after.2)
}

fn read_place(text: &str) -> Option<(Instant, CaseId)> {
    let (at, id) = text.split_once('~')?;
    Some((Instant::from_micros(at.parse().ok()?), id.parse().ok()?))
}

fn empty(request: &Request, asked: &Asked) -> Markup {
    let word = if asked.is_filtered() { "all" } else { asked.tab.word() };
    let say = |part: &str| say(request, &format!("case-none-{word}{part}"));
    look::empty(&say(""), html! { p { (say("-hint")) } (look::actions(&acts(request, 0))) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back() {
        let after = After(-7, "cas_1".to_owned(), "review-content".to_owned());
        assert_eq!(read_after(&write_after(&after)), Some(after));
        for odd in ["", "7", "x~cas_1~t", "7~cas_1"] {
            assert_eq!(read_after(odd), None, "{odd}");
        }
        let id = CaseId::from_bits(9);
        assert_eq!(read_place(&format!("5~{id}")), Some((Instant::from_micros(5), id)));
        assert_eq!(read_place("5~x"), None);
    }
}
