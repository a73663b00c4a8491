//! The catalogue of instruments in the pages, in both languages: entered, found, edited, hidden; and
//! what a hidden one tells.

use crate::auction::send;
use crate::browser::hidden;
use crate::{Stage, stage};
use app::Asker;
use app::instrument::{CreateInstrument, SaveInstruments};
use base::{Bilingual, InstrumentId};
use instruments::Capability;
use instruments::place::{Place, Point};
use instruments::sheet::{Numbers, Sheet};

/// A sheet with one quantity and a place on the map.
pub(crate) fn sheet(n: u64) -> Sheet {
    Sheet {
        name: Bilingual::new(format!("X-ray diffractometer {n}"), format!("X射线衍射仪{n}")),
        class: "010301".to_owned(),
        numbers: Numbers { asset: format!("A-{n}"), ..Numbers::default() },
        place: Place { point: Point::parse("31.4675", "104.6791"), ..Place::default() },
        capabilities: vec![Capability {
            parameter: Bilingual::new("Crystal phase", "物相组成"),
            standards: vec!["GB/T 23413-2009".to_owned()],
            ..Capability::default()
        }],
        ..Sheet::default()
    }
}

fn officer(stage: &Stage) -> Asker {
    let city = &stage.world.city;
    Asker::person(city.person_named("officer@testing.example").expect("known"))
}

/// Enters one of the owner institute.
pub(crate) fn entered(stage: &Stage, n: u64, is_hidden: bool) -> InstrumentId {
    let city = &stage.world.city;
    let owner = city.organisation_named("Owner institute").expect("known");
    let act = CreateInstrument { owner, is_hidden, sheet: sheet(n) };
    city.perform(&officer(stage), act).expect("entered").instrument
}

#[test]
fn the_catalogue_is_walked_through_in_both_languages() {
    let stage = stage();
    let id = entered(&stage, 1, false);
    entered(&stage, 2, false);
    let here = format!("/instruments/{id}");
    let mut nobody = stage.browser("");
    // From the verb of the navigation to the list, to the one, by what one wants measured.
    assert!(nobody.get("/share?lang=en").body.contains("href=\"/instruments\""));
    let list = nobody.get("/instruments?q=XRD&lang=en");
    assert_eq!(list.status, 200);
    assert!(list.body.contains(&here) && list.body.contains("X-ray diffractometer 1"));
    assert!(nobody.get("/instruments?q=物相&lang=zh").body.contains("X射线衍射仪1"));
    let none = nobody.get("/instruments?q=sequencer&lang=en").body;
    assert!(none.contains("No instrument fits") && !none.contains(&here));
    let near = "/instruments?latitude=31.47&longitude=104.68&kilometres=5&lang=en";
    assert!(nobody.get(near).body.contains("m away"));
    let page = nobody.get(&format!("{here}?lang=en"));
    assert_eq!(page.status, 200);
    for told in
        ["Crystal phase", "GB/T 23413-2009", "Similar instruments", "Owner institute", "<svg"]
    {
        assert!(page.body.contains(told), "{told}");
    }
    assert!(nobody.get(&format!("{here}?lang=zh")).body.contains("检测能力"));
    // A new one by its form: what is wrong comes back with what was typed.
    let mut owner = stage.browser("officer");
    let form = owner.get("/instruments/new?lang=en").body;
    let values = [("name.en", "Balance"), ("seats", "many"), ("value", "much"), ("class", "1")];
    let (status, form) = send_files(&mut owner, &form, "/instruments", &values);
    assert_eq!(status, 422);
    assert!(form.contains("Balance") && form.contains("aria-invalid"));
    let (status, _) = send_files(
        &mut owner,
        &form,
        "/instruments",
        &[
            ("name.en", "Balance"),
            (
                "owner",
                &stage.world.city.organisation_named("Owner institute").expect("known").to_string(),
            ),
            ("share_mode", "samples"),
        ],
    );
    assert_eq!(status, 303);
    assert!(nobody.get("/instruments?q=balance&lang=en").body.contains("Samples only"));
    // Edited, with a version; hidden and shown again.
    let edit = format!("{here}/revision");
    let form = owner.get(&format!("{edit}?lang=en")).body;
    assert!(form.contains("X-ray diffractometer 1") && form.contains("GB/T 23413-2009"));
    let values = [("name.en", "Diffractometer"), ("version", "1"), ("share_mode", "hybrid")];
    assert_eq!(send_files(&mut owner, &form, &edit, &values).0, 303);
    let page = owner.get(&format!("{here}?lang=en")).body;
    let moves = format!("{here}/moves");
    assert_eq!(send(&mut owner, &page, &moves, &[("to", "hide"), ("version", "2")]).0, 303);
    let (gone, absent) = (nobody.get(&format!("{here}?lang=en")), absent(&mut nobody));
    assert_eq!((gone.status, gone.body.len()), (404, absent));
    let page = owner.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Only people of its owner"));
    assert_eq!(send(&mut owner, &page, &moves, &[("to", "show"), ("version", "3")]).0, 303);
    assert_eq!(nobody.get(&here).status, 200);
    // Somebody else has no form.
    let mut member = stage.browser("member");
    assert_eq!(member.get(&edit).status, 403);
    assert_eq!(nobody.get("/instruments/new").status, 303);
}

fn absent(nobody: &mut crate::browser::Browser) -> usize {
    let absent = InstrumentId::from_bits(7);
    nobody.get(&format!("/instruments/{absent}?lang=en")).body.len()
}

/// Sends the form of a page that may carry files, with its hidden values and these.
fn send_files(
    browser: &mut crate::browser::Browser,
    page: &str,
    to: &str,
    values: &[(&str, &str)],
) -> (u16, String) {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{to}\"")));
    let form = form.unwrap_or_else(|| panic!("no form for {to}"));
    let fixed = ["csrf_token", "idempotency_key"].map(|name| (name, hidden(form, name)));
    let mut all: Vec<(&str, &str)> =
        fixed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend(values);
    let done = browser.post(to, &all);
    (done.status, done.body)
}

#[test]
fn a_list_and_a_page_cost_the_same_however_many_there_are() {
    let stage = stage();
    let city = &stage.world.city;
    let owner = city.organisation_named("Owner institute").expect("known");
    let mut nobody = stage.browser("");
    let id = entered(&stage, 1, false);
    let costs = |browser: &mut crate::browser::Browser| {
        let list = browser.get("/instruments?q=xrd&lang=en").n_statements;
        (list, browser.get(&format!("/instruments/{id}?lang=en")).n_statements)
    };
    let _ = costs(&mut nobody);
    let few = costs(&mut nobody);
    for part in 0..3 {
        let rows = (0..200).map(|n| (n, sheet(10 + part * 200 + n))).collect();
        let act = SaveInstruments { owner, rows, is_hidden: false };
        let done = city.perform(&officer(&stage), act).expect("entered");
        assert_eq!(done.entered.len(), 200);
    }
    let many = costs(&mut nobody);
    assert_eq!(few.0, many.0, "the list");
    // With others of its kind the page asks for their sheets too.
    assert!(many.1 <= few.1 + 2, "the page: {} and {}", few.1, many.1);
    assert!(many.0 <= 12 && many.1 <= 16, "{many:?}");
}
