//! Saved searches in the pages: saved from a search, told on the desk, read, changed, removed.

use crate::browser::hidden;
use crate::stage;
use crate::webhook::press;
use base::Label;

#[test]
fn a_reader_saves_a_search_and_is_told_what_is_new() {
    let stage = stage();
    let world = &stage.world;
    let mut member = stage.browser("member");
    // Whoever is not signed in is led to sign in first.
    let led = stage.browser("").get("/searches/new?q=cladding");
    assert!(led.status == 303 && led.header("location").starts_with("/sign-in"));
    let found = member.get("/search?q=cladding&lang=en").body;
    let at = found.find("/searches/new?").expect("a way to save it");
    let new = found[at..].split('"').next().expect("an address").replace("&amp;", "&");
    let page = member.get(&format!("{new}&lang=en")).body;
    assert!(page.contains("cladding"));
    let question = hidden(&page, "question");
    let unnamed = [("question", question.as_str()), ("name", " "), ("frequency", "weekly")];
    let (status, refused) = press(&mut member, &page, "/searches", &unnamed);
    assert_eq!(status, 422, "{refused}");
    let named = [("question", question.as_str()), ("name", "激光熔覆"), ("frequency", "weekly")];
    let (status, one) = press(&mut member, &refused, "/searches", &named);
    assert_eq!(status, 303, "{one}");
    let shown = member.get(&format!("{one}?lang=en"));
    assert!(
        shown.body.contains("激光熔覆") && shown.body.contains("Nothing new"),
        "{}",
        shown.body
    );
    // It belongs to one person, and is nowhere for everybody else.
    for name in ["rival", "security"] {
        assert_eq!(stage.browser(name).get(&one).status, 404, "{name}");
    }
    // What is published afterwards is told on the desk, and no more than the reader may see.
    let owner = world.city.organisation_named("Owner institute").expect("known");
    let officer = world.city.person_named("officer@testing.example").expect("known");
    let officer = app::Asker::person(officer);
    world.clock.pass(60);
    world.technology(&officer, owner, "Newest cladding head", Label::public());
    world.technology(&officer, owner, "Hidden cladding head", crate::secret_label());
    world.settle();
    world.city.follow_alerts().expect("followed");
    for (lang, said) in [("en", "1 new"), ("zh", "激光熔覆")] {
        let desk = member.get(&format!("/desk?lang={lang}")).body;
        assert!(desk.contains(&one) && desk.contains(said), "{lang}");
        let list = member.get(&format!("/searches?lang={lang}")).body;
        assert!(list.contains(&one) && !list.contains('⟦'), "{lang}");
    }
    let page = member.get(&format!("{one}?lang=en")).body;
    assert!(page.contains("Newest <mark>cladding</mark>") && !page.contains("Hidden"), "{page}");
    // Read, it is not new any more.
    world.clock.pass(60);
    let page = member.get(&format!("{one}?lang=en")).body;
    let until = hidden(&page, "until");
    let read = press(&mut member, &page, &format!("{one}/reading"), &[("until", until.as_str())]);
    assert_eq!(read.0, 303);
    let page = member.get(&format!("{one}?lang=en")).body;
    assert!(page.contains("Nothing new") && !member.get("/desk?lang=en").body.contains(&one));
    // Another name and pace; two windows with one version meet.
    let version = hidden(&page, "version");
    let change =
        |frequency| [("version", version.as_str()), ("name", "Cladding"), ("frequency", frequency)];
    let revision = format!("{one}/revision");
    let other = member.get(&format!("{one}?lang=en")).body;
    assert_eq!(press(&mut member, &page, &revision, &change("daily")).0, 303);
    let (status, refused) = press(&mut member, &other, &revision, &change("at-once"));
    assert_eq!(status, 409, "{refused}");
    let page = member.get(&format!("{one}?lang=en")).body;
    assert_eq!(press(&mut member, &page, &format!("{one}/removal"), &[]).0, 303);
    assert_eq!(member.get(&one).status, 404);
}
