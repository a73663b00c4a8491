//! Several tasks decided together: chosen, looked at, each judged on its own.

use crate::browser::{Answer, Browser, hidden};
use crate::disclosure::{CONTENT, put_forward, with_cases};
use crate::{Stage, stage};
use base::CaseId;

const KIND: &str = "release-review.review-content";
const HERE: &str = "/cases/together";

/// Sends the form of a page with these values besides what it carries hidden.
fn send(browser: &mut Browser, page: &str, values: &[(&str, &str)]) -> Answer {
    let form = page.split("<form").find(|form| form.contains("action=\"/cases/together\""));
    let form = form.unwrap_or_else(|| panic!("no form: {page}"));
    let fixed = ["csrf_token", "idempotency_key"].map(|name| (name, hidden(form, name)));
    let mut all: Vec<(&str, &str)> =
        fixed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.push(("kind", KIND));
    all.extend(values);
    browser.post(HERE, &all)
}

fn state(stage: &Stage, case: CaseId) -> (String, u64) {
    let reviewer = stage.world.city.person_named("officer@testing.example").expect("known");
    let view = stage.world.city.case(&app::Asker::person(reviewer), case).expect("seen");
    (view.case.running.state.clone(), view.case.running.version)
}

#[test]
fn several_are_decided_together_and_each_on_its_own() {
    let stage = stage();
    with_cases(&stage);
    let cases: Vec<CaseId> =
        ["Pump", "Valve", "Gauge"].map(|title| put_forward(&stage, title)).to_vec();
    stage.world.settle();
    let ids: Vec<String> = cases.iter().map(CaseId::to_string).collect();
    let before: Vec<_> = cases.iter().map(|case| state(&stage, *case)).collect();
    for lang in ["zh", "en"] {
        let mut reviewer = stage.browser("reviewer");
        assert!(reviewer.get(&format!("/cases?lang={lang}")).body.contains(HERE));
        assert!(!reviewer.get(HERE).body.contains('⟦'));
    }
    let mut reviewer = stage.browser("reviewer");
    let page = reviewer.get(&format!("{HERE}?lang=en&kind={KIND}")).body;
    assert!(["Pump", "Valve", "Gauge"].iter().all(|title| page.contains(title)));
    // Nothing chosen: both are asked for.
    let none = send(&mut reviewer, &page, &[]);
    assert!(none.body.contains("f-case") && none.body.contains("f-step"), "{}", none.body);
    let chosen: Vec<(&str, &str)> = ids.iter().map(|id| ("case", id.as_str())).collect();
    let with = |more: &[(&'static str, &'static str)]| {
        let mut all = chosen.clone();
        all.extend(more);
        all
    };
    let shown = send(&mut reviewer, &page, &with(&[("step", "agree")])).body;
    assert!(shown.contains("These will be decided") && shown.contains("3 cases"), "{shown}");
    // A look does nothing.
    assert_eq!(before, cases.iter().map(|case| state(&stage, *case)).collect::<Vec<_>>());
    let seen: Vec<String> =
        cases.iter().zip(&before).map(|(case, (_, version))| format!("{case}@{version}")).collect();
    let sure: Vec<(&str, &str)> = seen
        .iter()
        .map(|case| ("case", case.as_str()))
        .chain([("step", "agree"), ("confirmed", "yes")])
        .collect();
    // An answer is missing: told once, and nothing is done.
    let lacking = send(&mut reviewer, &shown, &sure);
    assert!(lacking.body.contains("content.own-result"), "{}", lacking.body);
    assert_eq!(before, cases.iter().map(|case| state(&stage, *case)).collect::<Vec<_>>());
    // Somebody is faster with one of them.
    let officer = stage.world.city.person_named("officer@testing.example").expect("known");
    let act = app::case::WithdrawCase {
        case: cases[1],
        version: before[1].1,
        reason: "sold already".to_owned(),
    };
    stage.world.city.perform(&app::Asker::person(officer), act).expect("withdrawn");
    let answered: Vec<(&str, &str)> = sure.iter().chain(&CONTENT).copied().collect();
    let done = send(&mut reviewer, &lacking.body, &answered);
    assert_eq!(done.status, 200);
    assert!(done.body.contains("done for 2 cases"), "{}", done.body);
    assert!(done.body.contains("These stayed as they were"));
    for (at, case) in cases.iter().enumerate() {
        let is_moved = state(&stage, *case).0 == "content-agreed";
        assert_eq!(is_moved, at != 1, "{:?}", state(&stage, *case));
    }
    // The same form again does nothing again and tells the same.
    let versions: Vec<_> = cases.iter().map(|case| state(&stage, *case)).collect();
    let again = send(&mut reviewer, &lacking.body, &answered);
    assert!(again.body.contains("done for 2 cases"), "{}", again.body);
    assert_eq!(versions, cases.iter().map(|case| state(&stage, *case)).collect::<Vec<_>>());
    // Others find nothing to decide, and cannot by the address either.
    for name in ["member", "firm", "system"] {
        let mut other = stage.browser(name);
        let page = other.get(&format!("{HERE}?kind={KIND}"));
        assert!(!page.body.contains("Pump") && !page.body.contains("Gauge"), "{name}");
    }
}
