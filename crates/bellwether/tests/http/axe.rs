//! Every kind of page is looked at by axe-core in a real browser, in both languages.
//!
//! The script comes from its registry and is named by `BELLWETHER_TEST_AXE`.

use crate::browser::links;
use crate::chromium::Chromium;
use crate::crawl::shape;
use crate::disclosure::{REVIEWERS, with_cases};
use crate::keyboard::Hands;
use crate::{Stage, stage};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};

/// Pages looked at for one person.
const PAGES_MAX: usize = 160;

/// Looks, and tells each violation with the first places of it.
const LOOK: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations']}).then(
        found => done(found.violations.map(one => one.id + ': ' + one.help + ': ' +
            one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(' | '))),
        error => done(['axe: ' + error]));";

/// The script, or `None` after saying that the test skips.
fn script() -> Option<String> {
    let named = std::env::var("BELLWETHER_TEST_AXE").unwrap_or_default();
    if named == "unreachable" {
        // The gate tried to fetch it and had no registry: that is no fault of this program.
        eprintln!("not run: the registry of axe-core was not reachable");
        return None;
    }
    if named.is_empty() {
        testkit::skipped("axe-core absent");
        return None;
    }
    Some(std::fs::read_to_string(named).expect("axe-core is where it is said to be"))
}

/// Every kind of page, with the first person who reaches it.
fn kinds_of_pages(stage: &Stage, lang: &str) -> Vec<(&'static str, Vec<String>)> {
    let cases = with_cases(stage);
    let people =
        ["", "officer", "firm", "system", "security", "secrecy"].into_iter().chain(REVIEWERS);
    let mut shapes = BTreeSet::new();
    let each = people.map(|name| {
        let mut browser = stage.browser(name);
        browser.get(&format!("/?lang={lang}"));
        let mut own = BTreeSet::new();
        let mut pages = Vec::new();
        let mut queue = VecDeque::from(["/".to_owned()]);
        queue.extend(cases.iter().cloned());
        while let Some(address) = queue.pop_front() {
            let kind = shape(&address);
            let other = address.contains("lang=") || address.matches('=').count() > 1;
            if other || own.len() >= PAGES_MAX || !own.insert(kind.clone()) {
                continue;
            }
            let answer = browser.get(&address);
            if answer.header("content-type").starts_with("text/html") {
                queue.extend(links(&answer.body));
                if shapes.insert(kind) {
                    pages.push(address);
                }
            }
        }
        (name, pages)
    });
    each.collect()
}

/// What axe-core finds on these pages.
fn violations(stage: &Stage, lang: &str, script: &str) -> Option<Vec<String>> {
    let mut told = Vec::new();
    let mut looked = 0;
    for (name, pages) in kinds_of_pages(stage, lang) {
        if pages.is_empty() {
            continue;
        }
        let browser = Chromium::before(&stage.world.city)?;
        browser.open(&format!("/?lang={lang}"));
        if !name.is_empty() {
            Hands(&browser).sign_in(name);
        }
        for address in pages {
            browser.open(&address);
            browser.run(script, &[]);
            let Value::Array(found) = browser.run_slowly(LOOK, &[]) else {
                panic!("{address}: axe said nothing");
            };
            looked += 1;
            let found = found.iter().filter_map(Value::as_str);
            told.extend(found.map(|what| format!("{name:?} {lang} {address}: {what}")));
        }
    }
    assert!(looked > 60, "only {looked} kinds of pages");
    Some(told)
}

fn check(lang: &str) {
    let Some(script) = script() else { return };
    let Some(found) = violations(&stage(), lang, &script) else { return };
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn axe_finds_no_violation() {
    check("en");
}

#[test]
fn axe_finds_no_violation_in_chinese() {
    check("zh");
}

#[test]
fn axe_finds_a_planted_violation() {
    let Some(script) = script() else { return };
    let stage = stage();
    let Some(browser) = Chromium::before(&stage.world.city) else { return };
    browser.open("/");
    browser.run("document.querySelector('main').append(new Image())", &[]);
    browser.run(&script, &[]);
    let found = browser.run_slowly(LOOK, &[]).to_string();
    assert!(found.contains("image-alt"), "{found}");
}
