//! Every link of every page, as every role, in both languages.

use crate::browser::links;
use crate::disclosure::{REVIEWERS, with_cases};
use crate::{PEOPLE, stage};
use std::collections::{BTreeSet, VecDeque};

/// Pages looked at for one person and language.
const PAGES_MAX: usize = 400;
/// Statements that one page may take, whatever it shows: twelve of its own (two say who asks, three
/// write down a look at something watched), and those of the bar.
const STATEMENTS_MAX: u64 = 12 + BAR_MAX;
/// Statements that count what waits for the bar when the log has grown since the page before: one, and
/// one more for whoever has a part in an auction.
const BAR_MAX: u64 = 2;
/// Bytes that a page may have.
const BYTES_MAX: usize = 100_000;
/// The guide of the interface names every operation on one page, and grows with them.
const GUIDE_BYTES_MAX: usize = 200_000;

#[test]
fn every_link_leads_somewhere() {
    let stage = stage();
    let cases = with_cases(&stage);
    with_webhook(&stage);
    let mut problems = BTreeSet::new();
    let mut n_cases = 0;
    for name in PEOPLE.into_iter().chain(REVIEWERS) {
        for lang in ["en", "zh"] {
            let mut browser = stage.browser(name);
            let mut seen: BTreeSet<String> = BTreeSet::new();
            let mut shapes: BTreeSet<String> = BTreeSet::new();
            let mut queue = VecDeque::from([format!("/?lang={lang}")]);
            while let Some(address) = queue.pop_front() {
                let is_new_shape = shapes.insert(shape(&address));
                if seen.len() >= PAGES_MAX || !is_new_shape || !seen.insert(address.clone()) {
                    continue;
                }
                let answer = browser.get(&address);
                let who = if name.is_empty() { "anybody" } else { name };
                let mut complain = |what: String| {
                    problems.insert(format!("{who} {lang} {address}: {what}"));
                };
                if !matches!(answer.status, 200 | 303 | 304) {
                    complain(format!("status {}", answer.status));
                }
                if answer.body.contains('⟦') {
                    let at = answer.body.find('⟦').unwrap_or(0);
                    let key: String = answer.body[at..].chars().take(60).collect();
                    complain(format!("a text is missing: {key}"));
                }
                let is_page = answer.header("content-type").starts_with("text/html");
                let is_guide = address == "/api" || address.starts_with("/api?");
                let bytes_max = if is_guide { GUIDE_BYTES_MAX } else { BYTES_MAX };
                if is_page && answer.body.len() > bytes_max {
                    complain(format!("{} bytes", answer.body.len()));
                }
                let most = most_statements(&address);
                if is_page && answer.n_statements > most {
                    complain(format!("{} statements", answer.n_statements));
                }
                if is_page && (answer.body.contains(" style=\"") || answer.body.contains("onclick"))
                {
                    complain("inline style or script".to_owned());
                }
                if is_page {
                    queue.extend(links(&answer.body));
                }
                n_cases += usize::from(cases.iter().any(|case| address.starts_with(case)));
            }
            assert!(seen.len() > 10, "only {} pages for {name}", seen.len());
        }
    }
    assert!(n_cases >= 20, "only {n_cases} pages of cases");
    let listed: Vec<String> = problems.into_iter().collect();
    assert!(listed.is_empty(), "{}", listed.join("\n"));
}

/// A webhook of the other institute, with something that waits for it.
fn with_webhook(stage: &crate::Stage) {
    let city = &stage.world.city;
    let organisation = city.organisation_named("Other institute").expect("known");
    let firm = app::Asker::person(city.person_named("firm@testing.example").expect("known"));
    let kinds = app::webhook::KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let ask = app::webhook::Ask { url: "https://erp.example/hook".to_owned(), kinds };
    let act = app::webhook::CreateWebhook { organisation, ask };
    let webhook = city.perform(&firm, act).expect("a webhook").webhook;
    city.perform(&firm, app::webhook::TestWebhook { webhook }).expect("queued");
}

/// Pages that gather from many tables have bounds of their own, whatever they show: everything held
/// on a person, the desk's piles, and a case with its tasks, moves, documents and stand-ins.
fn most_statements(address: &str) -> u64 {
    let path = address.split('?').next().unwrap_or(address);
    match path {
        // Bookings, uses and what was said of them, faults, wishes, watches, turns, rooms and ends of access
        // are among what is gathered.
        "/account/data" => STATEMENTS_MAX + 27,
        "/desk" => STATEMENTS_MAX + 12,
        _ if path.starts_with("/cases/") => STATEMENTS_MAX + 2,
        _ => STATEMENTS_MAX,
    }
}

/// Addresses that differ only in ids and values are one kind of page.
pub fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let parts: Vec<&str> = path
        .split('/')
        .map(|part| if part.contains('_') && part.len() > 25 { "…" } else { part })
        .collect();
    let names: Vec<&str> =
        query.split('&').map(|pair| pair.split('=').next().unwrap_or("")).collect();
    format!("{}?{}", parts.join("/"), names.join("&"))
}
