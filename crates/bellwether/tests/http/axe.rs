//! Every kind of page is looked at by axe-core in a real browser, in both languages.
//!
//! The script comes from its registry and is named by `BELLWETHER_TEST_AXE`.

use crate::chromium::Chromium;
use crate::crawl::shape;
use crate::disclosure::{REVIEWERS, with_cases};
use crate::keyboard::Hands;
use crate::{Stage, stage};
use serde_json::{Value, json};
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

const LINKS: &str = "
    return [...document.querySelectorAll('a[href]')]
        .filter(a => a.origin === location.origin && !a.hasAttribute('download'))
        .map(a => a.pathname + a.search);";

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

/// Violations of all pages that these people reach, each kind of page once.
fn violations(stage: &Stage, lang: &str, script: &str) -> Option<Vec<String>> {
    let cases = with_cases(stage);
    let mut told = Vec::new();
    let mut shapes = BTreeSet::new();
    let people =
        ["", "officer", "firm", "system", "security", "secrecy"].into_iter().chain(REVIEWERS);
    for name in people {
        let browser = Chromium::before(&stage.world.city)?;
        browser.open(&format!("/?lang={lang}"));
        if !name.is_empty() {
            Hands(&browser).sign_in(name);
        }
        let mut known = BTreeSet::new();
        let mut queue = VecDeque::from(["/".to_owned()]);
        queue.extend(cases.iter().cloned());
        while let Some(address) = queue.pop_front() {
            let kind = shape(&address);
            let is_file = address.contains("/export") || address.contains("/feeds/");
            if is_file || known.len() >= PAGES_MAX || !known.insert(kind.clone()) {
                continue;
            }
            browser.open(&address);
            if browser.run("return document.contentType", &[]) != "text/html" {
                continue;
            }
            let Value::Array(links) = browser.run(LINKS, &[]) else { continue };
            queue.extend(links.iter().filter_map(Value::as_str).map(str::to_owned));
            if shapes.insert(kind) {
                browser.run(script, &[]);
                let Value::Array(found) = browser.run_slowly(LOOK, &[json!(0)]) else {
                    panic!("{address}: axe said nothing");
                };
                let found = found.iter().filter_map(Value::as_str);
                told.extend(found.map(|what| format!("{name:?} {lang} {address}: {what}")));
            }
        }
    }
    assert!(shapes.len() > 60, "only {} kinds of pages", shapes.len());
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
    let found = browser.run_slowly(LOOK, &[json!(0)]).to_string();
    assert!(found.contains("image-alt"), "{found}");
}
