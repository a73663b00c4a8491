//! An auction in rounds from the listing to the open record, by forms alone, in both languages: what is
//! typed in a turn is on no page, in no stream and in no answer before the turn has ended.

use crate::announcing::{form, lot, moment, page_of, pass, published};
use crate::auction::{bank, offered};
use crate::contract::{resend, walked};
use crate::sealing::admitted;
use crate::{Stage, stage};
use access::Role;
use base::LotId;
use trading::lot::{LotState, Way};
use trading::rounds::Rounds;

/// A short timetable, as it is typed.
const PARTS: [(&str, &str); 5] = [
    ("rounds_offers", "0:30"),
    ("rounds", "3"),
    ("rounds_turn", "1"),
    ("rounds_pause", "1"),
    ("rounds_between", "0:30"),
];

/// Everything that others can read of a lot, as one text.
fn all_they_see(stage: &Stage, name: &str, id: LotId) -> String {
    let mut browser = stage.browser(name);
    let here = format!("/auctions/{id}");
    let api = format!("/api/v1/lots/{id}");
    let pages = [
        format!("{here}?lang=en"),
        format!("{here}?lang=zh"),
        format!("{here}/poster"),
        format!("{here}/rules"),
        format!("{here}/live?once=yes&entry=0"),
        "/auctions".to_owned(),
        "/search?q=drying".to_owned(),
        api.clone(),
        format!("{api}/rounds"),
        format!("{api}/entries"),
        "/api/v1/feed".to_owned(),
    ];
    pages.iter().map(|page| browser.get(page).body).collect::<Vec<_>>().join("\n")
}

/// None of them reads an amount anywhere.
fn unseen(stage: &Stage, id: LotId, names: &[&str], amounts: &[&str]) {
    for name in names {
        let text = all_they_see(stage, name, id);
        assert!(text.contains("data-live") && text.contains("event: now"), "{name}: {text}");
        for amount in amounts {
            for written in [(*amount).to_owned(), amount.replace(',', "")] {
                assert!(!text.contains(&written), "{name} reads {written}: {text}");
            }
        }
    }
}

#[test]
fn rounds_go_from_their_announcement_to_the_open_record_by_forms() {
    let stage = stage();
    let (world, city) = (&stage.world, &stage.world.city);
    world.person("agency", world.hall, Role::AgencyOfficer);
    let firm = world.organisation("Firm of Bo");
    world.person("bo", firm, Role::FirmMember);
    bank(&stage);
    let listing = offered(&stage);
    let mut officer = stage.browser("officer");
    let page = form(&mut officer, &listing, "rounds");
    assert!(page.contains("value=\"24\"") && !page.contains("name=\"closes\""), "{page}");
    let chinese = stage
        .browser("officer")
        .get(&format!("/auctions/new?lang=zh&listing={listing}&way=rounds"))
        .body;
    assert!(chinese.contains("轮次竞价") && chinese.contains("首价与轮次"), "{chinese}");
    let (opens, opens_time) = moment(&stage, 7_200);
    let mut values: Vec<(&str, &str)> = vec![
        ("start", "100,000"),
        ("deposit", "10,000"),
        ("opens", opens.as_str()),
        ("opens_time", opens_time.as_str()),
        ("steps.0.raise", "5,000"),
        ("bidders_min", "2"),
    ];
    values.extend(PARTS);
    let wrong: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| match *name {
            "rounds_turn" => ("rounds_turn", "0:05"),
            "rounds" => ("rounds", "12"),
            name => (name, *value),
        })
        .collect();
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &wrong);
    assert_eq!(status, 422);
    assert!(
        page.contains("href=\"#f-rounds\"") && page.contains("href=\"#f-rounds-turn\""),
        "{page}"
    );
    let (status, page) = resend(&mut officer, &page, "/auctions/new", &values);
    assert_eq!(status, 303, "{page}");
    let it = lot(&stage);
    let want = Rounds { offers_s: 1_800, n_rounds: 3, pause_s: 60, turn_s: 60, between_s: 30 };
    assert_eq!(it.terms.way, Way::Rounds(want));
    assert_eq!(it.terms.closes, it.terms.opens.plus_seconds(want.planned_s()));
    let terms = format!("/auctions/{}/terms", it.id);
    let page = officer.get(&format!("{terms}?lang=zh")).body;
    assert!(page.contains("value=\"0:30\"") && page.contains("way=sealed"), "{page}");
    assert_eq!(resend(&mut officer, &page, &terms, &[("rounds", "2")]).0, 303);
    let page = officer.get(&format!("{terms}?lang=en")).body;
    assert_eq!(resend(&mut officer, &page, &terms, &[("rounds", "3")]).0, 303);
    let ada = admitted(&stage, it.id, "rival", "Other institute");
    let bo_number = admitted(&stage, it.id, "bo", "Firm of Bo");
    let here = format!("/auctions/{}", it.id);
    let (bids, back) = (format!("{here}/bids"), format!("{here}/bids/withdrawal"));
    let (_, page) = page_of(&stage, "", it.id);
    assert!(page.contains("Opening offers are taken from"), "{page}");
    assert!(
        page.contains("There are 3 rounds.") && page.contains("not from the administrators"),
        "{page}"
    );

    // Opening offers, unseen.
    world.clock.pass(lot(&stage).terms.taken_from().seconds_since(city.now()) + 1);
    city.tend_lots().expect("tended");
    let (mut rival, page) = page_of(&stage, "rival", it.id);
    assert!(
        page.contains("Your opening offer") && page.contains("At least ¥100,000.00."),
        "{page}"
    );
    assert_eq!(resend(&mut rival, &page, &bids, &[("amount", "121,212")]).0, 303);
    let (mut bo, page) = page_of(&stage, "bo", it.id);
    assert_eq!(resend(&mut bo, &page, &bids, &[("amount", "113,131")]).0, 303);
    let page = rival.get(&format!("{here}?lang=zh")).body;
    assert!(page.contains("您的首价：¥121,212.00") && page.contains("撤回首价"), "{page}");
    unseen(&stage, it.id, &["", "bo", "officer", "agency"], &["121,212"]);

    // Turns: out of turn, bid, replaced, taken back, bid again.
    world.clock.pass(it.terms.opens.seconds_since(city.now()) + 1);
    city.tend_lots().expect("tended");
    let (_, page) = page_of(&stage, "", it.id);
    assert!(page.contains("Round 1 begins") && page.contains("¥121,212.00"), "{page}");
    pass(&stage, 60);
    let (mut bo, page) = page_of(&stage, "bo", it.id);
    assert!(page.contains("It is your turn") && page.contains("Bid ¥118,131.00"), "{page}");
    let (mut rival, other) = page_of(&stage, "rival", it.id);
    assert!(other.contains("Wait for your turn") && !other.contains("It is your turn"), "{other}");
    let (status, refused) =
        resend(&mut rival, &page_with(&other, &page), &bids, &[("amount", "150,000")]);
    assert_eq!(status, 422, "{refused}");
    assert!(refused.contains("It is not your turn."), "{refused}");
    assert_eq!(resend(&mut bo, &page, &bids, &[("step", "118131.00")]).0, 303);
    let page = bo.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("Your bid of this turn: ¥118,131.00"), "{page}");
    assert_eq!(resend(&mut bo, &page, &bids, &[("amount", "131,313")]).0, 303);
    let page = bo.get(&format!("{here}?lang=en")).body;
    assert_eq!(resend(&mut bo, &page, &back, &[]).0, 303);
    let page = bo.get(&format!("{here}?lang=en")).body;
    assert!(!page.contains("Your bid of this turn"), "{page}");
    assert_eq!(resend(&mut bo, &page, &bids, &[("amount", "127,127")]).0, 303);
    let others = ["", "rival", "officer", "agency"];
    unseen(&stage, it.id, &others, &["127,127", "131,313", "118,131"]);
    pass(&stage, 60);
    let (mut rival, page) = page_of(&stage, "rival", it.id);
    assert!(page.contains("¥127,127.00") && page.contains("It is your turn"), "{page}");
    assert_eq!(resend(&mut rival, &page, &bids, &[("amount", "130,000")]).0, 303);
    // Two more rounds in which one of them moves once more.
    pass(&stage, 60 + 30);
    let (mut bo, page) = page_of(&stage, "bo", it.id);
    assert!(page.contains("It is your turn"), "{page}");
    assert_eq!(resend(&mut bo, &page, &bids, &[("amount", "135,000")]).0, 303);
    pass(&stage, 60);
    let (mut rival, page) = page_of(&stage, "rival", it.id);
    assert_eq!(resend(&mut rival, &page, &bids, &[("amount", "150,000")]).0, 303);
    pass(&stage, 60 + 30 + 120 + 2);
    let (_, page) = page_of(&stage, "", it.id);
    assert!(page.contains(&format!("Sold to bidder {ada} for ¥150,000.00.")), "{page}");
    assert!(page.contains(&format!("{bo_number}")), "{page}");
    assert_eq!(lot(&stage).state, LotState::Sold);
    walked(&stage, it.id, 150_000);
    let record = published(&stage, "rounds");
    let compiled = &record["records"][0]["compiledRelease"];
    let statistics = compiled["bids"]["statistics"].to_string();
    // Two opening offers and four bids that stood when their turns ended; no other was one.
    for told in
        ["\"measure\":\"bids\",\"value\":6", "\"measure\":\"bidders\",\"value\":2", "113131"]
    {
        assert!(statistics.contains(told), "{told}: {statistics}");
    }
    let rounds = &compiled["tender"]["auctions"][0]["rounds"];
    let told = |n: usize| {
        let round = &rounds[n];
        (round["numberOfBids"].as_u64(), round["bestValue"]["amount"].as_u64())
    };
    assert_eq!(told(0), (Some(2), Some(130_000)), "{rounds}");
    assert_eq!(told(1), (Some(2), Some(150_000)), "{rounds}");
    assert_eq!(told(2), (Some(0), Some(150_000)), "{rounds}");
    let text = compiled.to_string();
    for secret in ["118131", "131313"] {
        assert!(!text.contains(secret), "what was taken back or replaced: {text}");
    }
}

/// A page that holds the form of another: what somebody sends who is not asked.
fn page_with(own: &str, other: &str) -> String {
    let token = crate::browser::hidden(own, "csrf_token");
    let theirs = crate::browser::hidden(other, "csrf_token");
    other.replace(&theirs, &token)
}
