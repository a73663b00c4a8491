//! Letters about deals and contracts: to whose turn it is, once, and with nothing that was agreed.

use crate::contract::{draft, offer, revise, sign};
use crate::mail::{Server, post};
use access::Role;
use app::contract::DraftFrom;
use app::deal::{Answer, AnswerDeal, MakeOffer, Offer};
use app::listing::CreateListing;
use base::{Bilingual, Currency, Label, Money};
use contract::kind::OnMiss;
use contract::milestone::Milestone;
use contract::price::{Instalment, When};
use std::sync::Arc;
use trading::listing::{DealMode, Licence, Terms};
use worlds::{On, World};

const DAY: i64 = 86_400;

fn terms(yuan: i64) -> Terms {
    let price = Some(Money::new(yuan * 100, Currency::CNY));
    let territory = Bilingual::new("China", "");
    Terms { price, term_years: Some(5), territory, ..Terms::of(Licence::NonExclusive) }
}

/// Sends what there is, and gives the subjects that are new, with to whom.
fn news(world: &World, server: &Server, seen: &mut usize) -> Vec<(String, String)> {
    world.settle();
    world.city.follow_mail().expect("followed");
    while world.city.send_letters(&|| true).expect("a round").n_sent > 0 {}
    let all = server.taken();
    let of_deals = |subject: &str| ["DL-", "CT-"].iter().any(|mark| subject.contains(mark));
    let found: Vec<(String, String)> = all
        .iter()
        .skip(*seen)
        .filter(|letter| of_deals(&letter.subject))
        .map(|letter| {
            let to = letter.to_address.split('@').next().unwrap_or_default().to_owned();
            let subject = letter.subject.rsplit_once(": ").map_or("", |(what, _)| what);
            (to, subject.to_owned())
        })
        .collect();
    for letter in all.iter().skip(*seen) {
        let text = format!("{} {:?}", letter.subject, letter.blocks);
        for hidden in ["88,000", "88000", "8800000", "A drying process", "Pilot line"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }
    *seen = all.len();
    found
}

fn check(world: &World, server: &Server) {
    let (city, mut seen) = (&world.city, 0);
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let technology = world.technology(&officer, owner, "A drying process", Label::public());
    let firm = world.organisation("Firm");
    let buyer = world.person("buyer", firm, Role::FirmAdministrator);
    world.person("expert", firm, Role::Expert);
    let mode = DealMode::Negotiation;
    let act = CreateListing { technology, mode, terms: terms(100_000) };
    let listing = city.perform(&officer, act).expect("a listing").listing;
    news(world, server, &mut seen);
    let told = |who: &str, what: &str| (who.to_owned(), what.to_owned());
    // An offer, a counter-offer: each time whose turn it is, and nobody who only works there.
    let expires = || city.now().plus_seconds(5 * DAY);
    let made = Offer { terms: terms(80_000), expires: expires() };
    let deal = city.perform(&buyer, MakeOffer::new(listing, 1, firm, made)).expect("made").deal;
    assert_eq!(news(world, server, &mut seen), [told("officer", "An offer came in")]);
    let counter = Answer::Counter(Offer { terms: terms(88_000), expires: expires() });
    city.perform(&officer, AnswerDeal::<true>::new(deal, counter)).expect("countered");
    assert_eq!(news(world, server, &mut seen), [told("buyer", "A counter-offer")]);
    // Before it ends it is told once, however often it is looked at.
    assert_eq!(city.remind_of_deals().expect("looked"), 0, "too early");
    world.clock.pass(4 * DAY);
    assert_eq!(city.remind_of_deals().expect("looked"), 1);
    assert_eq!(city.remind_of_deals().expect("looked"), 0);
    assert_eq!(news(world, server, &mut seen), [told("buyer", "An offer ends soon")]);
    city.perform(&buyer, AnswerDeal::<false>::new(deal, Answer::Accept(2))).expect("accepted");
    assert_eq!(news(world, server, &mut seen), [told("officer", "The offer was accepted")]);
    let both = |what: &str| [told("buyer", what), told("officer", what)].to_vec();
    let sorted = |mut all: Vec<(String, String)>| {
        all.sort();
        all
    };
    // Five days that are named one after the other move it five times, and are told once.
    let clerk = world.person("clerk", world.hall, Role::AgencyOfficer);
    let china = base::WorkingDays::china();
    for ahead in 1..=5 {
        let (day, becomes) = (china.date(china.add(city.now(), ahead)), base::Becomes::Rest);
        let reason = Bilingual::new("City festival", "城市节日");
        let act = app::workday::ChangeWorkday { day, becomes, reason };
        city.change_workday(&clerk, act).expect("said");
    }
    let moves = city.deal(&buyer, deal).expect("seen").moves;
    assert_eq!(moves.iter().filter(|it| it.kind == "recount").count(), 5);
    assert_eq!(sorted(news(world, server, &mut seen)), both("A time limit has moved"));
    world.clock.pass(40 * DAY);
    city.tend_deals().expect("tended");
    assert_eq!(sorted(news(world, server, &mut seen)), both("The time was over"));
    // Drafted, offered, signed one after the other.
    let id = draft(world, &buyer, DraftFrom::Deal(deal)).expect("drafted");
    assert_eq!(news(world, server, &mut seen), [told("officer", "A contract is drafted")]);
    revise(world, &buyer, id, |it| {
        it.price.instalments = vec![Instalment {
            key: "all".into(),
            amount: 8_800_000,
            when: When::Signed { days: 10 },
        }];
        it.milestones.push(Milestone {
            key: "m1".into(),
            title: Bilingual::new("Pilot line", "中试线"),
            due: it.from.saturating_add(std::time::Duration::from_secs(30 * 86_400)),
            acceptance: Bilingual::new("runs", "运行"),
            answer_days: 10,
            is_tacit: false,
            on_miss: OnMiss::Suspend,
        });
    })
    .expect("revised");
    offer(world, &officer, id).expect("offered");
    assert_eq!(news(world, server, &mut seen), [told("buyer", "To sign")]);
    sign(world, &buyer, id).expect("signed");
    sign(world, &officer, id).expect("signed");
    assert_eq!(sorted(news(world, server, &mut seen)), both("Signed by everybody"));
    // What is due, and what is late.
    assert_eq!(city.remind_of_deals().expect("looked"), 0, "ten days are left");
    world.clock.pass(8 * DAY);
    assert_eq!(city.remind_of_deals().expect("looked"), 1);
    assert_eq!(news(world, server, &mut seen), [told("buyer", "A payment is due soon")]);
    world.clock.pass(3 * DAY);
    assert_eq!(city.remind_of_deals().expect("looked"), 2);
    assert_eq!(sorted(news(world, server, &mut seen)), both("A payment is overdue"));
    world.clock.pass(17 * DAY);
    city.remind_of_deals().expect("looked");
    assert_eq!(news(world, server, &mut seen), [told("officer", "A milestone is due soon")]);
    world.clock.pass(4 * DAY);
    city.remind_of_deals().expect("looked");
    assert_eq!(sorted(news(world, server, &mut seen)), both("A milestone is late"));
    assert_eq!(city.remind_of_deals().expect("looked"), 0, "each once");
}

fn on(on: On) {
    let server = Arc::new(Server::default());
    if let Some(world) = World::with_mail(on, post(&server)) {
        check(&world, &server);
    }
}

#[test]
fn sqlite() {
    on(On::Sqlite);
}

#[test]
fn postgres() {
    on(On::Postgres);
}
