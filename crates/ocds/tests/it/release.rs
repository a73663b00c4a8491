//! Releases written from the plain process: valid, never written otherwise later, and silent about
//! what is not public.

use base::{Currency, Lang, Money};
use ocds::process::*;
use ocds::{
    Envelope, Extension, Flaw, Intake, Process, Publisher, Releases, Rules, Shown, Why, check,
    releases,
};
use serde_json::{Value, json};
use testkit::test_data;

use crate::check::SCHEMA;
use crate::fixture::read;
use crate::schema::Schema;
use crate::story::{self, PREFIX, award, contract, day, sale, tender};

fn written(process: &Process) -> Vec<Value> {
    releases(process, PREFIX).unwrap()
}

fn envelope() -> Envelope {
    Envelope {
        uri: "https://example.org/ocds/7.json".to_owned(),
        published: day(400),
        publisher: Publisher { name: "City".to_owned(), ..Publisher::default() },
        license: Some("https://creativecommons.org/licenses/by/4.0/".to_owned()),
        policy: Some("https://example.org/open-data".to_owned()),
        auctions_extension: "https://example.org/ocds/auctions/extension.json".to_owned(),
    }
}

fn shown() -> Shown {
    Shown { releases: Releases::Embedded, is_versioned: true }
}

#[test]
fn every_release_is_sound_by_our_check_and_by_the_schema() {
    let schema = test_data(SCHEMA).map(|file| Schema::new(read(&file)));
    let rules = Rules::standard();
    let mut other = sale();
    other.direction = Direction::Purchase;
    other.organiser = None;
    other.lang = Lang::Zh;
    for process in [sale(), other] {
        let releases = written(&process);
        let compiled = ocds::compiled(&releases, &rules).unwrap();
        assert!(compiled.notices.is_empty(), "{:?}", compiled.notices);
        for release in releases.iter().chain([&compiled.release]) {
            let found = check::release(release);
            assert!(found.is_sound(), "{:?} {release}", found.problems);
            assert!(found.unknown.is_empty(), "{:?}", found.unknown);
            if let Some(schema) = &schema {
                assert_eq!(schema.problems(release), Vec::<String>::new(), "{release}");
            }
        }
    }
}

#[test]
fn the_compiled_release_tells_the_end_of_the_story() {
    let releases = written(&sale());
    let tags: Vec<_> = releases.iter().map(|it| it["tag"][0].as_str().unwrap()).collect();
    let want = "planning tender tenderAmendment tenderUpdate award awardUpdate contract \
        contractAmendment implementation implementationUpdate contractTermination";
    assert_eq!(tags.join(" "), want);
    assert_eq!(releases[1]["id"], "ocds-abc123-7-02-tender");
    assert_eq!(releases[1]["date"], "2026-03-10T08:00:00.000000Z");
    let now = ocds::compiled(&releases, &Rules::standard()).unwrap().release;
    assert_eq!(now["ocid"], "ocds-abc123-7");
    assert!(now.get("buyer").is_none(), "a sale has none");
    let tender = &now["tender"];
    assert_eq!(tender["status"], "complete");
    assert_eq!(tender["title"], "A patent for thin films");
    assert_eq!(tender["title_zh-Hans"], "薄膜专利");
    // Taken back by the amendment.
    assert!(tender.get("description").is_none());
    assert_eq!(tender["enquiryPeriod"], json!({}));
    assert_eq!(tender["tenderPeriod"]["endDate"], "2026-03-25T08:00:00.000000Z");
    assert_eq!(tender["amendments"][0]["amendsReleaseID"], "ocds-abc123-7-02-tender");
    assert_eq!(tender["minValue"], json!({"amount": 50_000, "currency": "CNY"}));
    assert_eq!(tender["auctions"][0]["rounds"][0]["bestValue"]["amount"], 61_234.5);
    assert_eq!(tender["techniques"]["hasElectronicAuction"], true);
    assert_eq!(now["awards"][0]["status"], "active");
    assert_eq!(now["contracts"][0]["status"], "terminated");
    assert_eq!(now["contracts"][0]["period"], json!({}));
    let done = &now["contracts"][0]["implementation"];
    assert_eq!(done["milestones"][0]["status"], "met");
    assert_eq!(done["transactions"].as_array().unwrap().len(), 2);
    let roles = |id: &str| {
        let parties = now["parties"].as_array().unwrap();
        parties.iter().find(|it| it["id"] == id).map(|it| it["roles"].clone())
    };
    assert_eq!(roles("institute"), Some(json!(["seller", "payee"])));
    assert_eq!(roles("office"), Some(json!(["procuringEntity"])));
    assert_eq!(roles("winner"), Some(json!(["tenderer", "supplier", "payer"])));
    assert_eq!(roles("loser-a"), None);
}

#[test]
fn bids_are_published_as_numbers_alone() {
    let releases = written(&sale());
    let text = ocds::json_lines(&releases);
    for secret in ["loser", "63434.34", "99111.11", "\"b1\"", "b2"] {
        assert!(!text.contains(secret), "{secret} is published");
    }
    // The winner is in no release before the award.
    assert!(!ocds::json_lines(&releases[..4]).contains("winner"));
    let measure = |id: &str| {
        let all = releases[3]["bids"]["statistics"].as_array().unwrap();
        all.iter().find(|it| it["id"] == id).map(|it| it["value"].clone())
    };
    assert_eq!(measure("bids"), Some(json!(4)));
    assert_eq!(measure("validBids-l1"), Some(json!(3)));
    assert_eq!(measure("disqualifiedBids"), Some(json!(1)));
    assert_eq!(measure("bidders"), Some(json!(4)));
    assert_eq!(measure("lowestValidBidValue"), Some(json!(51_717.17)));
    assert_eq!(measure("highestValidBidValue-l1"), Some(json!(64_000)));
    assert_eq!(releases[3]["tender"]["numberOfTenderers"], 4);
}

#[test]
fn withdrawn_bids_and_mixed_currencies_are_counted_as_what_they_are() {
    let measure = |change: &dyn Fn(&mut Vec<Bid>), id: &str| {
        let mut process = sale();
        process.steps.truncate(4);
        let What::Closed(closing) = &mut process.steps[3].what else { panic!("a closing") };
        change(&mut closing.bids);
        let release = written(&process).pop().unwrap();
        let all = release["bids"]["statistics"].as_array().unwrap();
        all.iter().find(|it| it["id"] == id).map(|it| it["value"].clone())
    };
    let withdraw = |bids: &mut Vec<Bid>| bids[0].state = BidState::Withdrawn;
    assert_eq!(measure(&withdraw, "bids"), Some(json!(3)));
    assert_eq!(measure(&withdraw, "validBids"), Some(json!(2)));
    assert_eq!(measure(&withdraw, "bidders"), Some(json!(3)));
    assert_eq!(measure(&withdraw, "lowestValidBidValue"), Some(json!(63_434.34)));
    let mixed = |bids: &mut Vec<Bid>| bids[0].value = Some(Money::new(1, Currency::USD));
    assert_eq!(measure(&mixed, "validBids"), Some(json!(3)));
    assert_eq!(measure(&mixed, "lowestValidBidValue"), None);
    assert_eq!(measure(&mixed, "highestValidBidValue"), None);
}

#[test]
fn no_release_is_ever_written_otherwise() {
    let whole = sale();
    let all = written(&whole);
    for n in 1..all.len() {
        let mut part = whole.clone();
        part.steps.truncate(n);
        assert_eq!(written(&part), all[..n], "{n} steps");
    }
}

#[test]
fn a_process_without_valid_bids_or_called_off_says_so() {
    let mut process = sale();
    process.steps.truncate(3);
    let mut off = process.clone();
    off.steps.push(Step { at: day(13), what: What::CalledOff { why: story::both("Sold.", "") } });
    let now = ocds::compiled(&written(&off), &Rules::standard()).unwrap().release;
    assert_eq!(now["tender"]["status"], "cancelled");
    assert_eq!(now["tender"]["amendments"][1]["rationale"], "Sold.");
    process.steps.push(Step { at: day(27), what: What::Closed(Closing::default()) });
    let now = ocds::compiled(&written(&process), &Rules::standard()).unwrap().release;
    assert_eq!(now["tender"]["status"], "unsuccessful");
    assert_eq!(now["tender"]["numberOfTenderers"], 0);
}

fn flaws(change: impl Fn(&mut Process)) -> Vec<Flaw> {
    let mut process = sale();
    change(&mut process);
    releases(&process, PREFIX).unwrap_err()
}

fn owned(text: &str) -> String {
    text.to_owned()
}

#[test]
fn what_cannot_be_published_is_told_whole() {
    let add = |at: i64, what: What| {
        move |process: &mut Process| process.steps.push(Step { at: day(at), what: what.clone() })
    };
    assert_eq!(flaws(|it| it.number = owned("a b")), [Flaw::Number(owned("a b"))]);
    assert_eq!(flaws(|it| it.steps.clear()), [Flaw::NoSteps]);
    let prefix = releases(&sale(), "ocds-AB").unwrap_err();
    assert_eq!(prefix, [Flaw::Prefix(owned("ocds-AB"))]);
    let at = day(1);
    assert_eq!(flaws(|it| it.steps[1].at = at), [Flaw::NotLater { step: 1, at }]);
    let id = owned("nobody");
    let found = flaws(|it| it.holder = owned("nobody"));
    assert_eq!(found, [Flaw::UnknownOrganisation { step: None, id }]);
    let found = flaws(|it| it.organisations.push(story::organisation("office", "Again")));
    assert_eq!(found, [Flaw::SameId { step: None, of: "organisation", id: owned("office") }]);
    let What::Listed(mut listing) = sale().steps.remove(0).what else { panic!("a listing") };
    listing.documents.clear();
    let found = flaws(add(500, What::Listed(listing)));
    let gone = Flaw::Vanished { step: 11, of: "document", id: owned("d0") };
    assert_eq!(found, [Flaw::ListedLate { step: 11 }, gone]);
    let found = flaws(add(500, What::Announced(tender())));
    assert_eq!(found, [Flaw::AnnouncedTwice { step: 11 }]);
    let found = flaws(add(500, What::Signed(contract())));
    assert_eq!(found, [Flaw::SignedTwice { step: 11, id: owned("c1") }]);
    let found = flaws(add(500, What::Ended { contract: owned("c2") }));
    assert_eq!(found, [Flaw::Unknown { step: 11, of: "contract", id: owned("c2") }]);
    let found = flaws(|it| {
        it.steps.remove(1);
        it.steps.remove(1);
    });
    assert!(found.contains(&Flaw::NotAnnounced { step: 1 }), "{found:?}");
    let mut lost = award(AwardState::Active);
    lost.winners.clear();
    let found = flaws(add(500, What::Awarded(lost)));
    let vanished = Flaw::Vanished { step: 11, of: "winner", id: owned("winner") };
    assert_eq!(found, [Flaw::NoWinner { step: 11, id: owned("a1") }, vanished]);
    let mut other = tender();
    other.items.clear();
    other.lots[0].id = owned("l2");
    other.documents[0].url = owned("no address");
    let found = flaws(add(500, What::Amended { tender: other, why: story::both("", "") }));
    let gone = |of, id: &str| Flaw::Vanished { step: 11, of, id: owned(id) };
    let address = Flaw::Address { step: 11, address: owned("no address") };
    assert_eq!(found, [gone("item", "i1"), gone("lot", "l1"), address]);
    // One cent beside ninety billion yuan is more than a JSON number surely holds.
    let money = Money::new(900_719_925_474_099_301, Currency::CNY);
    let mut dear = award(AwardState::Active);
    dear.value = Some(money);
    assert_eq!(flaws(add(500, What::Awarded(dear))), [Flaw::Inexact { step: 11, money }]);
}

#[test]
fn amounts_are_written_exactly_or_not_at_all() {
    let written_as = |money: Money| {
        let mut process = sale();
        process.steps.truncate(2);
        let What::Announced(tender) = &mut process.steps[1].what else { panic!("a tender") };
        tender.value = Some(money);
        let releases = releases(&process, PREFIX).ok()?;
        Some(releases[1]["tender"]["minValue"]["amount"].to_string())
    };
    let check = |minor, currency, want: Option<&str>| {
        let money = Money::new(minor, currency);
        assert_eq!(written_as(money).as_deref(), want, "{minor}");
    };
    check(1, Currency::CNY, Some("0.01"));
    check(-150, Currency::CNY, Some("-1.5"));
    check(0, Currency::CNY, Some("0"));
    check(1_234_567, Currency::JPY, Some("1234567"));
    check(999_999_999_999_999, Currency::CNY, Some("9999999999999.99"));
    check(900_719_925_474_099_200, Currency::CNY, Some("9007199254740992"));
    check(900_719_925_474_099_300, Currency::CNY, None);
    check(i64::MAX, Currency::CNY, None);
    let mut dice = testkit::Dice::new(3);
    for _ in 0..2_000 {
        let minor = i64::try_from(dice.roll() % 1_000_000_000_000_000).unwrap();
        let money = Money::new(minor, Currency::CNY);
        let text = written_as(money).unwrap();
        assert_eq!(Money::parse(&text, Currency::CNY), Ok(money), "{text}");
    }
}

#[test]
fn packages_name_their_extensions_and_are_sound() {
    let all = written(&sale());
    let package = ocds::release_package(&all, &envelope());
    let found = check::package(&package);
    assert!(found.is_sound(), "{:?}", found.problems);
    let want = [Extension::Bids, Extension::Lots, Extension::Techniques, Extension::Auctions];
    assert_eq!(found.extensions.into_iter().collect::<Vec<_>>(), want);
    let named: Vec<_> = want.map(|it| json!(it.address(&envelope().auctions_extension))).to_vec();
    assert_eq!(package["extensions"], Value::Array(named));
    // Without lots and bids nothing is named but what occurs.
    let first = ocds::release_package(&all[..1], &envelope());
    assert!(first.get("extensions").is_none());
    let record = ocds::record(&all, &Rules::standard(), &shown()).unwrap().record;
    let package = [envelope().uri];
    let records = ocds::record_package(&[record], &envelope(), &package);
    assert!(check::package(&records).is_sound(), "{:?}", check::package(&records).problems);
    assert_eq!(records["extensions"].as_array().unwrap().len(), 4);
    assert_eq!(records["packages"], json!(package));
}

#[test]
fn our_extension_gives_others_the_rules_we_use() {
    let Some(file) = test_data(SCHEMA) else { return };
    let mut schema = read(&file);
    ocds::extend(&mut schema, &ocds::extension_schema());
    let all = written(&sale());
    let theirs = ocds::compiled(&all, &Rules::of_schema(&schema)).unwrap();
    let ours = ocds::compiled(&all, &Rules::standard()).unwrap();
    assert_eq!(theirs.release, ours.release);
    let mut garbled = all[3].clone();
    assert_eq!(Schema::new(schema.clone()).problems(&garbled), Vec::<String>::new());
    garbled["tender"]["auctions"][0]["rounds"][0]["id"] = json!(null);
    assert!(!Schema::new(schema).problems(&garbled).is_empty());
    assert!(ocds::extension_file("https://example.org")["name"]["en"].is_string());
}

#[test]
fn one_fault_among_a_thousand_processes_skips_one() {
    let mut lines = String::new();
    for n in 0..1_000 {
        let mut process = sale();
        process.number = format!("{n:04}");
        process.steps.truncate(3);
        let mut all = written(&process);
        if n == 500 {
            all[1]["date"] = json!(null);
        }
        lines.push_str(&ocds::json_lines(&all));
    }
    lines.push_str("\n{\"ocid\": \n{\"id\": 1}\n[]\n");
    let mut intake = Intake::new(10_000);
    intake.text(&lines);
    let done = intake.records(&Rules::standard(), &shown());
    assert_eq!(done.records.len(), 999);
    assert_eq!(done.skipped.len(), 1);
    assert_eq!(done.skipped[0].ocid, "ocds-abc123-0500");
    let (place, fault) = &done.skipped[0].faults[0];
    assert_eq!(place.unwrap().line, 500 * 3 + 2);
    assert_eq!(fault.code(), "ocds-no-date");
    let unread: Vec<_> = done.unread.iter().map(|it| it.place.line).collect();
    assert_eq!(unread, [3_002, 3_003]);
    assert!(matches!(done.unread[0].why, Why::NotJson(_)));
    assert_eq!(done.unread[1].why, Why::NotRelease);
}

#[test]
fn packages_lists_and_lines_bring_the_same_records() {
    let all = written(&sale());
    let rules = Rules::standard();
    let package = ocds::release_package(&all, &envelope());
    let record = ocds::record(&all, &rules, &shown()).unwrap().record;
    let records = ocds::record_package(std::slice::from_ref(&record), &envelope(), &[]);
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let texts = [
        ocds::json_lines(&all),
        package.to_string(),
        pretty(&package),
        pretty(&json!(all)),
        pretty(&records),
        pretty(&record),
        all.iter().map(pretty).collect::<Vec<_>>().join("\n"),
    ];
    for text in texts {
        let mut intake = Intake::new(100);
        intake.text(&text);
        let done = intake.records(&rules, &shown());
        assert!(done.unread.is_empty(), "{:?}", done.unread);
        assert_eq!(done.records, std::slice::from_ref(&record), "{}", &text[..80]);
    }
    let mut intake = Intake::new(5);
    intake.text(&pretty(&package));
    let done = intake.records(&rules, &shown());
    assert_eq!(done.unread.len(), 1);
    assert_eq!(done.unread[0].why, Why::TooMany);
    assert_eq!(done.unread[0].place.in_package, Some(5));
    let mut intake = Intake::new(5);
    intake.text("{\n\"ocid\": \"x\",\n oops }");
    assert_eq!(intake.records(&rules, &shown()).unread[0].place.line, 3);
}

#[test]
fn an_award_without_amount_is_published_without_one() {
    let mut process = sale();
    process.steps.truncate(5);
    let What::Awarded(award) = &mut process.steps[4].what else { panic!("an award") };
    award.value = None;
    award.lot = None;
    let last = written(&process).pop().unwrap();
    assert!(last["awards"][0].get("value").is_none());
    assert!(last["awards"][0].get("relatedLots").is_none());
}

#[test]
fn a_published_file_is_verified_from_outside() {
    let rules = Rules::standard();
    let all = written(&sale());
    let record = ocds::record(&all, &rules, &shown()).unwrap().record;
    let records = ocds::record_package(std::slice::from_ref(&record), &envelope(), &[]);
    for text in [record.to_string(), records.to_string(), ocds::json_lines([&record, &record])] {
        let found = ocds::verify(&text, &rules);
        assert!(found.is_sound(), "{found:?}");
        assert!(found.n_records > 0 && found.n_releases >= 11);
    }
    // One byte of what was said once, in each of the two.
    for (part, from, to) in [
        (ocds::Part::Compiled, "\"compiledRelease\":{", "\"versionedRelease\""),
        (ocds::Part::Versioned, "\"versionedRelease\":{", "\u{0}"),
    ] {
        let text = record.to_string();
        let at = text.find(from).unwrap();
        let (head, rest) = text.split_at(at);
        let end = rest.find(to).unwrap_or(rest.len());
        let changed =
            format!("{head}{}{}", rest[..end].replacen("薄膜专利", "薄膜专刊", 1), &rest[end..]);
        assert_ne!(changed, text);
        let found = ocds::verify(&changed, &rules);
        assert_eq!(found.differing.len(), 1, "{part:?}");
        assert_eq!(found.differing[0].1, part);
    }
    let mut broken = record.clone();
    broken["releases"][3]["date"] = json!(null);
    let found = ocds::verify(&format!("\n{broken}\n{{"), &rules);
    assert_eq!(found.faults.len(), 1);
    assert_eq!(found.faults[0].0.line, 2);
    assert_eq!(found.problems[0].0, 2);
    assert_eq!(found.problems[0].1.path, "/releases/3/date");
    assert_eq!(found.not_json[0].0, 3);
    let shown =
        Shown { releases: Releases::Linked { package: envelope().uri }, is_versioned: false };
    let linked = ocds::record(&all, &rules, &shown).unwrap().record;
    let found = ocds::verify(&linked.to_string(), &rules);
    assert!(found.is_sound(), "{found:?}");
    assert_eq!([found.n_records, found.n_linked, found.n_releases], [1, 1, 0]);
    let mut intake = Intake::new(100);
    intake.text(&linked.to_string());
    let unread = intake.records(&rules, &shown).unread;
    assert!(unread.len() == 11 && unread.iter().all(|it| it.why == Why::NotRelease));
    let Some(file) = test_data("ocds/fictional-example/1.1/ocds-213czf-000-00001.json") else {
        return;
    };
    let found = ocds::verify(&read(&file).to_string(), &rules);
    assert!(found.is_sound(), "{:?}", found.problems);
    assert_eq!(found.n_releases, 6);
}
