//! Bulletins in the pages: written, chosen, looked at, sent; read and ended by whoever gets them.

use crate::browser::hidden;
use crate::stage;
use crate::webhook::press;
use access::Role;

#[test]
fn an_officer_writes_chooses_and_sends() {
    let stage = stage();
    let world = &stage.world;
    world.person("clerk", world.hall, Role::AgencyOfficer);
    let mut clerk = stage.browser("clerk");
    assert!(clerk.get("/bulletins?lang=en").body.contains("href=\"/bulletins/new\""));
    for name in ["", "member", "officer"] {
        let mut other = stage.browser(name);
        assert!(!other.get("/bulletins?lang=en").body.contains("/bulletins/new"), "{name}");
        assert!(other.get("/bulletins/new").status != 200, "{name}");
    }
    // Both languages are needed; what was typed stays.
    let page = clerk.get("/bulletins/new?lang=en").body;
    let half = [("title.en", "Lasers of the month"), ("intro.en", "What is new.")];
    let (status, refused) = press(&mut clerk, &page, "/bulletins", &half);
    assert_eq!(status, 422, "{refused}");
    assert!(
        refused.contains("Lasers of the month") && refused.contains("#f-title-zh"),
        "{refused}"
    );
    let whole = [
        half[0],
        half[1],
        ("title.zh", "本月激光"),
        ("intro.zh", "新增成果。"),
        ("departments", "Other institute"),
        ("to_subscribers", "1"),
    ];
    let (status, results) = press(&mut clerk, &refused, "/bulletins", &whole);
    assert_eq!(status, 303, "{results}");
    let one = results.strip_suffix("/results").expect("on to the results").to_owned();
    // Results are found and ticked; what is not public is not among them.
    let page = clerk.get(&format!("{results}?q=cladding&lang=en")).body;
    assert!(page.contains("Laser cladding number") && !page.contains("maser"));
    let id = stage.shown.to_string();
    let page = clerk.get(&format!("{results}?q=29&lang=en")).body;
    assert!(page.contains(&id), "{page}");
    let version = hidden(&page, "version");
    let ticked = [("items", id.as_str()), ("version", version.as_str())];
    let (status, back) = press(&mut clerk, &page, &results, &ticked);
    assert_eq!((status, back.as_str()), (303, one.as_str()), "{back}");
    // Nobody else knows of it before it goes out.
    for name in ["", "member"] {
        assert_eq!(stage.browser(name).get(&one).status, 404, "{name}");
    }
    let letter = clerk.get(&format!("{one}/preview?lang=en")).body;
    for text in ["Lasers of the month", "本月激光", "Laser cladding number 29"] {
        assert!(letter.contains(text), "{text}");
    }
    // It is set for each Monday, taken back to a draft, and sent by hand.
    let page = clerk.get(&format!("{one}?lang=en")).body;
    let at = |page: &str| hidden(page, "version");
    let version = at(&page);
    let wrong = [("version", version.as_str()), ("every", "week"), ("day", "9"), ("hour", "9")];
    let (status, refused) = press(&mut clerk, &page, &format!("{one}/schedule"), &wrong);
    assert_eq!(status, 422, "{refused}");
    let right = [("version", version.as_str()), ("every", "week"), ("day", "1"), ("hour", "9")];
    let (status, no) = press(&mut clerk, &refused, &format!("{one}/schedule"), &right);
    assert_eq!(status, 303, "{}", &no[no.find("error-summary").unwrap_or(0)..]);
    let page = clerk.get(&format!("{one}?lang=en")).body;
    let version = at(&page);
    let stop = [("version", version.as_str()), ("stop", "1")];
    assert_eq!(press(&mut clerk, &page, &format!("{one}/schedule"), &stop).0, 303);
    let page = clerk.get(&format!("{one}?lang=en")).body;
    let version = at(&page);
    let sent =
        press(&mut clerk, &page, &format!("{one}/sending"), &[("version", version.as_str())]);
    assert_eq!(sent.0, 303, "{}", sent.1);
    // From now on it is a page for everybody, in both languages.
    for (lang, title) in [("en", "Lasers of the month"), ("zh", "本月激光")] {
        let shown = stage.browser("").get(&format!("{one}?lang={lang}"));
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains(title) && shown.body.contains(&id), "{lang}");
        assert!(stage.browser("").get(&format!("/bulletins?lang={lang}")).body.contains(title));
    }
}

#[test]
fn a_reader_subscribes_and_ends_it() {
    let stage = stage();
    let mut anybody = stage.browser("");
    let page = anybody.get("/bulletins/subscriptions?lang=en").body;
    let (status, refused) =
        press(&mut anybody, &page, "/bulletins/subscriptions", &[("address", "wu@")]);
    assert_eq!(status, 422);
    assert!(refused.contains("wu@"));
    let address = [("address", "wu@firm.example")];
    let (status, done) = press(&mut anybody, &refused, "/bulletins/subscriptions", &address);
    assert_eq!((status, done.as_str()), (303, "/bulletins/subscriptions?done=1"));
    // A link that was made up shows a button like any other, and confirms nothing.
    let made_up = "/bulletins/subscriptions/confirmation/none";
    let shown = anybody.get(&format!("{made_up}?lang=en"));
    assert_eq!(shown.status, 200);
    assert_eq!(press(&mut anybody, &shown.body, made_up, &[]).0, 404);
    // Whoever is signed in has it at once, and ends it with one press.
    let mut member = stage.browser("member");
    let page = member.get("/bulletins/subscriptions?lang=en").body;
    assert_eq!(press(&mut member, &page, "/bulletins/subscriptions", &[]).0, 303);
    let page = member.get("/bulletins/subscriptions?lang=en").body;
    let at = page.find("/stop\"").expect("a way out");
    let action = page[..at].rsplit('"').next().expect("an address").to_owned() + "/stop";
    assert_eq!(press(&mut member, &page, &action, &[]).0, 200);
    assert!(!member.get("/bulletins/subscriptions?lang=en").body.contains("/stop\""));
}
