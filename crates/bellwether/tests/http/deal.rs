//! Deals in the pages: a price accepted, a negotiation with an objection, an open licence taken by notice.

use crate::browser::{Browser, hidden, submit};
use crate::contract::resend;
use crate::stage;
use access::Role;
use app::Asker;
use app::listing::CreateListing;
use base::{Bilingual, Currency, Money};
use trading::listing::{DealMode, Licence, Terms};

/// Sends the form of a page that goes to an address, with its hidden values and these.
fn send(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> (u16, String) {
    let done = submit(browser, page, to, values);
    let place = done.header("location").to_owned();
    (done.status, if done.status == 303 { place } else { done.body })
}

#[test]
fn the_other_ways_to_a_deal_are_walked_through_in_the_pages() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let officer = Asker::person(city.person_named("officer@testing.example").expect("known"));
    let other = city.organisation_named("Other institute").expect("known").to_string();
    let list = |mode, licence, yuan: i64| {
        let terms = Terms {
            price: Some(Money::new(yuan * 100, Currency::CNY)),
            term_years: Some(5),
            territory: Bilingual::new("China", "中国"),
            ..Terms::of(licence)
        };
        let act = CreateListing { technology: stage.shown, mode, terms };
        city.perform(&officer, act).expect("a listing").listing
    };
    let fixed = list(DealMode::FixedPrice, Licence::NonExclusive, 80_000);
    let talks = list(DealMode::Negotiation, Licence::NonExclusive, 70_000);
    let open = list(DealMode::OpenLicence, Licence::Open, 5_000);
    let mut nobody = stage.browser("");
    // From the technology to the listing, and from there to signing in.
    let page = nobody.get(&format!("/technologies/{}?lang=en", stage.shown)).body;
    for listing in [fixed, talks, open] {
        assert!(page.contains(&format!("/listings/{listing}")), "{listing}");
    }
    let page = nobody.get(&format!("/listings/{fixed}?lang=en"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Whoever accepts the price first has it."));
    assert!(page.body.contains("/sign-in") && !page.body.contains("/acceptance\""));
    assert!(nobody.get(&format!("/listings/{fixed}?lang=zh")).body.contains("先接受价格者得"));
    // A price is taken; the owner has nothing against it; it is published.
    let mut member = stage.browser("member");
    let page = member.get(&format!("/listings/{fixed}?lang=en")).body;
    assert!(page.contains("Accept ¥80,000.00"));
    let to = format!("/listings/{fixed}/acceptance");
    let values = [("organisation", other.as_str()), ("version", "1")];
    let (status, deal) = send(&mut member, &page, &to, &values);
    assert_eq!(status, 303, "{deal}");
    assert!(member.get(&format!("{deal}?lang=en")).body.contains("Reserved"));
    assert!(nobody.get(&deal).status != 200, "a deal is its parties'");
    let mut owner = stage.browser("officer");
    let page = owner.get(&format!("{deal}?lang=en")).body;
    let (status, _) =
        send(&mut owner, &page, &format!("{deal}/owner-answers"), &[("do", "confirm")]);
    assert_eq!(status, 303);
    let page = nobody.get(&format!("/listings/{fixed}?lang=en")).body;
    assert!(page.contains("Agreed and published until") && page.contains("¥80,000.00"), "{page}");
    assert!(!page.contains("Other institute"), "with whom is not told");
    // An offer, a counter-offer with a mistake, and the acceptance of the last one.
    let page = member.get(&format!("/listings/{talks}?lang=en")).body;
    let to = format!("/listings/{talks}/offers");
    let typed = [
        ("organisation", other.as_str()),
        ("price", "60,000"),
        ("price_currency", "CNY"),
        ("expires", "2026-03-20"),
    ];
    let (status, deal) = send(&mut member, &page, &to, &typed);
    assert_eq!(status, 303, "{deal}");
    let to = format!("{deal}/owner-answers");
    let page = owner.get(&format!("{deal}?lang=en")).body;
    assert!(page.contains("¥60,000.00"));
    let wrong = [("do", "counter"), ("price", "much"), ("expires", "")];
    let (status, page) = send(&mut owner, &page, &to, &wrong);
    assert_eq!(status, 422);
    let typed = [
        ("do", "counter"),
        ("price", "65000"),
        ("price_currency", "CNY"),
        ("expires", "2026-03-20"),
    ];
    assert_eq!(send(&mut owner, &page, &to, &typed).0, 303);
    let page = member.get(&format!("{deal}?lang=en")).body;
    let to = format!("{deal}/taker-answers");
    let (status, page) = send(&mut member, &page, &to, &[("do", "accept"), ("offer", "1")]);
    assert_eq!(status, 409, "{page}");
    assert!(page.contains("That offer was replaced"));
    assert_eq!(send(&mut member, &page, &to, &[("do", "accept"), ("offer", "2")]).0, 303);
    // Somebody objects, and the office decides.
    let mut agency = stage.browser("agency");
    let page = agency.get(&format!("/listings/{talks}?lang=en")).body;
    assert!(page.contains("Agreed and published until"), "{page}");
    let mut stranger = stage.browser("system");
    assert!(stranger.get("/deals?lang=en").body.contains("There are no deals yet."));
    assert!(member.get("/deals?lang=en").body.contains(&deal));
    assert!(member.get("/deals?lang=zh").body.contains("公示中"));
    let talked = deal;
    // An open licence: declared by the owner, announced by the office, taken by a notice.
    let page = owner.get(&format!("/listings/{open}?lang=en")).body;
    let to = format!("/listings/{open}/declaration");
    assert_eq!(send(&mut owner, &page, &to, &[("report", "")]).0, 303);
    let page = agency.get(&format!("/listings/{open}?lang=en")).body;
    let to = format!("/listings/{open}/announcement");
    let form = page.split("<form").find(|form| form.contains(&to)).expect("a form");
    let licence = hidden(form, "licence");
    assert_eq!(send(&mut agency, &page, &to, &[("licence", &licence)]).0, 303);
    let page = member.get(&format!("/listings/{open}?lang=en")).body;
    assert!(page.contains("Open to everybody"));
    let to = format!("/listings/{open}/notices");
    let values = [("licence", licence.as_str()), ("organisation", other.as_str())];
    let (status, deal) = send(&mut member, &page, &to, &values);
    assert_eq!(status, 303, "{deal}");
    assert!(member.get(&format!("{deal}?lang=en")).body.contains("A notice was received"));
    let page = owner.get(&format!("/listings/{open}?lang=en")).body;
    assert!(page.contains("Register of licences") && page.contains("Other institute"));
    assert!(!nobody.get(&format!("/listings/{open}?lang=en")).body.contains("Other institute"));
    // What the city tells the world of it.
    world.settle();
    city.follow_open_data().expect("published");
    let told = nobody.get("/open-data?lang=en").body;
    assert!(
        told.contains("Open licence")
            && told.contains("Negotiation")
            && told.contains("Fixed price")
    );
    let lines = nobody.get("/open-data/releases.jsonl").body;
    assert!(ocds::verify(&lines, &ocds::Rules::standard()).is_sound());
    let named: Vec<&str> = lines.lines().filter(|line| line.contains("Other institute")).collect();
    assert!(named.iter().all(|line| line.contains("OL-")), "named with a licence alone: {named:?}");
    assert!(!named.is_empty());
    an_award_is_signed(&stage, &talked);
}

/// The publicity is over: the award becomes a contract that both sign in the pages.
fn an_award_is_signed(stage: &crate::Stage, deal: &str) {
    let (world, city) = (&stage.world, &stage.world.city);
    world.clock.pass(40 * 86_400);
    city.tend_deals().expect("tended");
    let (mut owner, mut rival) = (stage.browser("officer"), stage.browser("rival"));
    let page = rival.get(&format!("{deal}?lang=zh")).body;
    assert!(page.contains("起草合同") && page.contains("放弃成交"), "{page}");
    assert!(!owner.get(&format!("{deal}?lang=en")).body.contains("Let the award go"), "bound");
    let (status, here) = send(&mut rival, &page, &format!("{deal}/contract"), &[]);
    assert_eq!(status, 303, "{here}");
    let page = rival.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("¥65,000.00") && page.contains(deal), "{page}");
    let page = owner.get(&format!("{deal}?lang=en")).body;
    assert!(page.contains(&here) && !page.contains("Draft the contract"), "{page}");
    let page = owner.get(&format!("{here}?lang=en")).body;
    assert_eq!(resend(&mut owner, &page, &format!("{here}/offer"), &[]).0, 303);
    for browser in [&mut rival, &mut owner] {
        let page = browser.get(&format!("{here}?lang=en")).body;
        assert_eq!(resend(browser, &page, &format!("{here}/signature"), &[]).0, 303);
    }
    let page = owner.get(&format!("{deal}?lang=en")).body;
    assert!(page.contains("The contract was signed by both sides"), "{page}");
    assert!(rival.get(&format!("{deal}?lang=zh")).body.contains("合同已签订"));
    world.settle();
    city.follow_open_data().expect("published");
    let lines = stage.browser("").get("/open-data/releases.jsonl").body;
    assert!(ocds::verify(&lines, &ocds::Rules::standard()).is_sound());
    assert!(lines.contains("\"tag\":[\"contract\"]"), "{lines}");
}
