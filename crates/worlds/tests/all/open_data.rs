//! Open data over both databases: what is told and when, what never is, and red flags.

use crate::contract::{draft, offer, pay, revise, sign};
use crate::lot::{Firm, Hall, code};
use app::Asker;
use app::contract::{DraftFrom, Mark, MarkMilestone, MoveContract, Turn};
use app::lot::{AnnounceLot, CallOffLot, RejectAward, ReviseLot, SignAward, WithdrawLot};
use app::technology::RaiseLabel;
use base::{Bilingual, Label, Level, LotId};
use contract::kind::OnMiss;
use contract::milestone::Milestone;
use ocds::flags::{Code, Subject, Why};
use serde_json::Value;
use trading::lot::Terms;
use worlds::{World, on_both};

pub(crate) fn published(world: &World) -> Vec<store::open_data::Release> {
    world.settle();
    world.city.follow_open_data().expect("published");
    let mut all = Vec::new();
    let each = world.city.each_open_release(&Asker::nobody(), |release| {
        all.push(release);
        true
    });
    each.expect("everybody's");
    all
}

fn tags(world: &World) -> Vec<String> {
    published(world).into_iter().map(|own| own.tag).collect()
}

fn ocid(hall: &Hall<'_>, lot: LotId) -> String {
    format!("ocds-t3st1n-{}", hall.lot(lot).reference)
}

/// An auction with a winner, a second and a third, closed.
fn sold(hall: &Hall<'_>, lot: LotId) -> [Firm; 3] {
    let firms =
        [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cai", true)];
    hall.open(lot);
    for (firm, yuan) in [(0, 1_200_000), (1, 1_100_000), (0, 1_777_777), (2, 1_290_000)] {
        hall.bid(lot, &firms[firm], yuan);
    }
    hall.close(lot);
    firms
}

fn sound(text: &str) {
    let found = ocds::verify(text, &ocds::Rules::standard());
    assert!(found.is_sound(), "{:?} {:?} {:?}", found.problems, found.faults, found.differing);
    assert!(found.n_releases > 0);
}

on_both! {
    fn an_auction_is_told_step_by_step_and_never_told_otherwise(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        assert_eq!(tags(world), ["planning", "tender"]);
        let first = published(world);
        let terms = Terms { start: 90_000_000, ..hall.lot(lot).terms };
        world.city.perform(&hall.officer, ReviseLot { lot, version: 1, terms }).expect("revised");
        assert_eq!(tags(world), ["planning", "tender", "tenderAmendment"]);
        let firms = sold(&hall, lot);
        // Entries alone tell nothing; the close tells the numbers, and the award no name.
        let all = published(world);
        let told: Vec<&str> = all.iter().map(|own| own.tag.as_str()).collect();
        assert_eq!(told, ["planning", "tender", "tenderAmendment", "tenderUpdate", "award"]);
        let text: String = all.iter().map(|own| own.text.as_str()).collect();
        for hidden in ["Firm", "1777777", "1777777.00", "177777700"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
        for firm in &firms {
            assert!(!text.contains(&firm.organisation.to_string()));
        }
        let closed: Value = serde_json::from_str(&all[3].text).expect("JSON");
        let measure = |name: &str| {
            let all = closed["bids"]["statistics"].as_array().expect("statistics");
            let own = all.iter().find(|own| own["id"] == name).expect("a measure");
            own["value"].to_string()
        };
        assert_eq!((measure("bids"), measure("bidders")), ("3".to_owned(), "3".to_owned()));
        assert_eq!(measure("highestValidBidValue"), "1300000", "no limit: what the room saw");
        assert_eq!(closed["tender"]["auctions"][0]["rounds"].as_array().map(Vec::len), Some(1));
        world.city.perform(&hall.officer, SignAward::new(lot)).expect("signed");
        let all = published(world);
        assert_eq!(all.last().map(|own| own.tag.as_str()), Some("awardUpdate"));
        assert!(all.last().expect("told").text.contains("Firm ada"), "named with the signature");
        assert!(all.iter().all(|own| !own.text.contains("Firm bo")));
        // What was told stays to the byte, and later releases have later moments.
        assert_eq!(&all[..2], &first[..]);
        assert!(all.windows(2).all(|two| two[0].at < two[1].at && two[0].seq + 1 == two[1].seq));
        assert_eq!(published(world), all, "nothing new, nothing told");
        // Packages and records are sound, and the record is what its releases give.
        let nobody = Asker::nobody();
        let ocid = ocid(&hall, lot);
        let package = world.city.open_releases(&nobody, &ocid).expect("a package");
        assert_eq!(package["releases"].as_array().map(Vec::len), Some(all.len()));
        sound(&package.to_string());
        for is_versioned in [false, true] {
            let record = world.city.open_record(&nobody, &ocid, is_versioned).expect("a record");
            sound(&record.to_string());
            assert_eq!(record["records"][0].get("versionedRelease").is_some(), is_versioned);
        }
        let view = world.city.open_process(&nobody, &ocid).expect("a process");
        assert_eq!(view.compiled["tender"]["minValue"]["amount"].to_string(), "900000");
        assert_eq!(view.compiled["awards"][0]["status"], "active");
        assert_eq!(view.compiled["tender"]["title"], "A drying process");
        assert_eq!(view.lot, Some(lot));
    }

    fn a_contract_is_told_under_its_award_to_its_end(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let [firm, ..] = sold(&hall, lot);
        let id = draft(world, &firm.who, DraftFrom::Lot(lot)).expect("drafted");
        revise(world, &hall.officer, id, |it| {
            it.special = Bilingual::new("Training on site.", "现场培训。");
            it.milestones.push(Milestone {
                key: "m1".into(),
                title: Bilingual::new("Secret pilot line", "保密中试线"),
                due: it.from.saturating_add(std::time::Duration::from_secs(30 * 86_400)),
                acceptance: Bilingual::new("error under 1 %", "误差小于百分之一"),
                answer_days: 10,
                is_tacit: false,
                on_miss: OnMiss::Suspend,
            });
        }).expect("revised");
        offer(world, &hall.officer, id).expect("offered");
        sign(world, &firm.who, id).expect("signed");
        assert_eq!(tags(world).last().map(String::as_str), Some("award"), "one signature binds nobody");
        sign(world, &hall.officer, id).expect("signed");
        let told: Vec<String> = tags(world).into_iter().skip(3).collect();
        assert_eq!(told, ["award", "awardUpdate", "contract", "implementation"]);
        // A payment is told once; a milestone as it stands; nothing twice.
        world.clock.pass(86_400);
        pay(&hall, id, "balance", 950_000, "ICBC 7").expect("paid");
        published(world);
        for (who, mark) in [(&hall.officer, Mark::Delivered), (&firm.who, Mark::Accepted)] {
            let act = MarkMilestone { contract: id, milestone: "m1".into(), mark };
            world.city.perform(who, act).expect("marked");
        }
        let all = published(world);
        let told: Vec<&str> = all.iter().skip(7).map(|own| own.tag.as_str()).collect();
        assert_eq!(told, ["implementationUpdate", "implementationUpdate"]);
        for who in [&hall.officer, &firm.who] {
            world.city.perform(who, MoveContract::new(id, Turn::Perform)).expect("all is done");
        }
        let all = published(world);
        assert_eq!(all.last().map(|own| own.tag.as_str()), Some("contractTermination"));
        assert_eq!(published(world), all, "nothing new, nothing told");
        let text: String = all.iter().map(|own| own.text.clone() + "\n").collect();
        sound(&text);
        // Its words stay its parties'.
        for hidden in ["Training", "现场培训", "Secret pilot", "保密中试", "error under", "ICBC"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
        let nobody = Asker::nobody();
        let ocid = ocid(&hall, lot);
        sound(&world.city.open_record(&nobody, &ocid, true).expect("a record").to_string());
        let own = &world.city.open_process(&nobody, &ocid).expect("a process").compiled["contracts"][0];
        assert_eq!(own["status"], "terminated");
        assert_eq!(own["awardID"], "1");
        let price = &world.city.open_process(&nobody, &ocid).expect("a process").compiled["awards"][0]["value"];
        assert_eq!(own["value"], *price);
        let done = &own["implementation"];
        assert_eq!(done["milestones"].as_array().map(Vec::len), Some(1));
        assert_eq!(done["milestones"][0]["status"], "met");
        let paid: Vec<String> = done["transactions"].as_array().expect("payments").iter()
            .map(|it| it["value"]["amount"].to_string()).collect();
        assert_eq!(paid, ["50000", "950000"], "the deposit and the rest");
        assert_eq!(done["transactions"][0]["payee"]["id"], hall.seller.to_string());
    }

    fn a_second_attempt_names_the_first(world) {
        let hall = Hall::new(world);
        let first = hall.announce(hall.terms());
        world.city.perform(&hall.officer, WithdrawLot::new(first)).expect("withdrawn");
        world.clock.pass(5);
        let second = hall.announce(hall.terms());
        world.city.perform(&hall.clerk, CallOffLot::new(second, "no-demand".to_owned(), "Nobody asked.".to_owned())).expect("off");
        world.clock.pass(5);
        let third = hall.announce(hall.terms());
        hall.open(third);
        hall.close(third);
        let all = published(world);
        let of = |lot| {
            let number = hall.lot(lot).reference.to_string();
            let own = all.iter().filter(|own| own.process == number);
            own.map(|own| own.tag.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of(first), ["planning", "tender", "tenderCancellation"]);
        assert_eq!(of(second), ["planning", "tender", "tenderCancellation"]);
        assert_eq!(of(third), ["planning", "tender", "tenderUpdate"]);
        let nobody = Asker::nobody();
        let view = world.city.open_process(&nobody, &ocid(&hall, second)).expect("a process");
        assert_eq!(view.process.former, ocid(&hall, first));
        assert_eq!(view.later[0].ocid, ocid(&hall, third));
        assert_eq!(view.compiled["relatedProcesses"][0]["identifier"], ocid(&hall, first));
        let view = world.city.open_process(&nobody, &ocid(&hall, third)).expect("a process");
        assert_eq!(view.compiled["tender"]["status"], "unsuccessful");
        let text: String = all.iter().map(|own| own.text.clone() + "\n").collect();
        sound(&text);
    }

    fn an_award_that_falls_goes_to_the_second_and_nobody_is_named_who_did_not_sign(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        sold(&hall, lot);
        published(world);
        let act = RejectAward::new(lot, "No proof of funds.".to_owned());
        world.city.perform(&hall.clerk, act).expect("rejected");
        world.city.perform(&hall.officer, SignAward::new(lot)).expect("the second signs");
        let all = published(world);
        let told: Vec<&str> = all.iter().skip(4).map(|own| own.tag.as_str()).collect();
        assert_eq!(told, ["awardCancellation", "award"]);
        let text: String = all.iter().map(|own| own.text.as_str()).collect();
        assert!(text.contains("Firm cai") && !text.contains("Firm ada"), "the second was cai");
        // A fresh city over the same rows tells the same.
        let again = world.reopened(11);
        again.follow_open_data().expect("nothing to tell");
        assert_eq!(published(world), all);
    }

    fn nothing_of_a_labelled_technology_is_told_anywhere(world) {
        let hall = Hall::labelled(world, Label::at(Level::Members));
        let lot = hall.announce(hall.terms());
        assert_eq!(published(world), []);
        let nobody = Asker::nobody();
        let ask = |who: &Asker| {
            let city = &world.city;
            let ocid = ocid(&hall, lot);
            [
                format!("{:?}", city.open_process(who, &ocid).map(|_| ()).map_err(|no| code(&no))),
                format!("{:?}", city.open_releases(who, &ocid).map_err(|no| code(&no))),
                format!("{:?}", city.open_record(who, &ocid, true).map_err(|no| code(&no))),
                format!("{:?}", city.open_processes(who, None, 10).map(|page| page.rows)),
                format!("{:?}", city.open_processes(who, Some(&ocid), 10).map_err(|no| code(&no)).map(|_| ())),
                format!("{:?}", city.open_feed(who, None, 10).map(|page| page.releases)),
            ]
        };
        // To everybody the same, whatever they may read otherwise.
        for who in [&nobody, &hall.officer, &hall.clerk, &world.operator()] {
            let told = ask(who);
            assert_eq!(told[..3], ["Err(\"not-found\")"; 3].map(str::to_owned));
            assert_eq!(told[3..], ["Ok([])", "Err(\"not-found\")", "Ok([])"].map(str::to_owned));
        }
        // One that is told of and hidden later is given out no more.
        let open = hall.beside("other", Label::public());
        let lot = open.announce(open.terms());
        assert_eq!(published(world).len(), 2);
        let version = world.city.technology(&open.officer, open.technology).expect("seen").technology.version;
        let act = RaiseLabel { technology: open.technology, version, label: Label::at(Level::Members) };
        world.city.perform(&open.officer, act).expect("raised");
        assert_eq!(published(world), []);
        let gone = world.city.open_process(&nobody, &ocid(&open, lot)).expect_err("hidden");
        assert_eq!(code(&gone), "not-found");
        world.city.perform(&open.officer, WithdrawLot::new(lot)).expect("withdrawn");
        assert_eq!(published(world), []);
    }

    fn the_feed_loses_and_repeats_nothing(world) {
        let hall = Hall::new(world);
        for _ in 0..4 {
            let lot = hall.announce(hall.terms());
            world.city.perform(&hall.officer, WithdrawLot::new(lot)).expect("withdrawn");
        }
        let all = published(world);
        assert_eq!(all.len(), 12);
        let mut read = Vec::new();
        let mut after = None;
        loop {
            let page = world.city.open_feed(&Asker::nobody(), after.as_deref(), 5).expect("a page");
            read.extend(page.releases);
            after = Some(page.next);
            if page.is_end {
                break;
            }
        }
        assert_eq!(read, all);
        let act = AnnounceLot { listing: hall.listing, terms: hall.terms() };
        world.city.perform(&hall.officer, act).expect("announced");
        published(world);
        let page = world.city.open_feed(&Asker::nobody(), after.as_deref(), 5).expect("a page");
        assert_eq!((page.releases.len(), page.is_end), (2, true));
        let odd = world.city.open_feed(&Asker::nobody(), Some("odd"), 5).expect_err("no cursor");
        assert_eq!(code(&odd), "cursor-unreadable");
        // A cursor of the city's own feed is none of this one.
        let other = world.city.feed(&Asker::nobody(), None, 1, false).expect("a feed").next;
        let odd = world.city.open_feed(&Asker::nobody(), Some(&other), 5).expect_err("another's");
        assert_eq!(code(&odd), "cursor-unreadable");
        let page = world.city.open_processes(&Asker::nobody(), None, 2).expect("a page");
        let next = world.city.open_processes(&Asker::nobody(), page.next.as_deref(), 50).expect("more");
        assert_eq!((page.rows.len(), next.rows.len()), (2, 3));
    }

    fn two_equal_losing_bids_are_shown_to_the_officer_and_change_nothing(world) {
        let hall = Hall::new(world);
        let lot = hall.announce(hall.terms());
        let firms =
            [hall.firm(lot, "ada", true), hall.firm(lot, "bo", true), hall.firm(lot, "cai", true)];
        hall.open(lot);
        hall.bid(lot, &firms[0], 1_300_000);
        hall.bid(lot, &firms[1], 1_300_000);
        hall.bid(lot, &firms[2], 1_500_000);
        hall.close(lot);
        world.city.perform(&hall.officer, SignAward::new(lot)).expect("signed");
        let before = hall.lot(lot);
        for who in [&Asker::nobody(), &hall.officer, &firms[0].who] {
            let no = world.city.red_flags(who).expect_err("officers alone");
            assert!(matches!(code(&no).as_str(), "not-allowed" | "not-found" | "sign-in-required"), "{no}");
        }
        let view = world.city.red_flags(&hall.clerk).expect("an officer");
        let number = before.reference.to_string();
        let own = Subject::Process { number: number.clone(), lot: None };
        let equal = view.flags.iter().find(|flag| flag.code == Code::R028).expect("R028");
        assert_eq!((&equal.subject, equal.evidence.bids.len()), (&own, 2));
        assert!(view.flags.iter().any(|flag| flag.code == Code::R003), "hours are no 15 days");
        assert!(view.flags.iter().all(|flag| flag.code != Code::R030));
        assert!(view.exclusions.iter().any(|it| matches!(it.why, Why::FewValues(_) | Why::FewOfThem(_))));
        assert_eq!(view.lots.get(&number).map(|(id, _)| *id), Some(lot));
        assert_eq!(hall.lot(lot), before);
        // A labelled one that the officer may read is in the figures, and published nowhere.
        let hidden = hall.beside("hidden", Label::at(Level::Members));
        let lot = hidden.announce(hidden.terms());
        hidden.open(lot);
        hidden.close(lot);
        assert_eq!(world.city.red_flags(&hall.clerk).expect("an officer").n_processes, 2);
        assert!(published(world).iter().all(|own| own.process == number));
    }
}
