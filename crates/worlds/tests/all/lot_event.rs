//! Events of several lots over both databases: announced with an order, staggered, registered for on one
//! page, taken back; lots that a reader may not see are not there.

use crate::lot::{Hall, code};
use access::Role;
use app::Asker;
use app::lot::{AgreeToLot, Ended};
use app::lot_event::{
    AnnounceLotEvent, LotEventView, ReviseLotEvent, ScheduleLotEvent, WithdrawLotEvent,
};
use base::{Bilingual, Label, Level, LotEventId, LotId};
use trading::lot::{BidderState, LotState};
use trading::lot_event::{Content, LotEventState};
use worlds::{World, on_both};

fn content(name: &str) -> Content {
    Content {
        name: Bilingual::new(name.to_owned(), "春季专场".to_owned()),
        text: Bilingual::new("Three processes.".to_owned(), String::new()),
        place: Bilingual::new("Hall 2".to_owned(), String::new()),
    }
}

fn announce(hall: &Hall<'_>, lots: &[LotId]) -> Result<LotEventId, app::No> {
    let act = AnnounceLotEvent { content: content("Spring event"), lots: lots.to_vec() };
    hall.world.city.perform(&hall.clerk, act).map(|done| done.event)
}

fn view(world: &World, asker: &Asker, event: LotEventId) -> LotEventView {
    world.city.lot_event(asker, event).expect("seen")
}

fn order(world: &World, asker: &Asker, event: LotEventId) -> Vec<LotId> {
    view(world, asker, event).lots.iter().map(|it| it.lot.id).collect()
}

on_both! {
    fn an_event_is_announced_staggered_and_walked_to_its_results(world) {
        let hall = Hall::new(world);
        let (second, third) =
            (hall.beside("second", Label::public()), hall.beside("third", Label::public()));
        let [a, b, c] = [&hall, &second, &third].map(|hall| hall.announce(hall.terms()));
        // Not the seller, not everybody: the office.
        let act = || AnnounceLotEvent { content: content("Own event"), lots: vec![a] };
        for who in [&hall.officer, &Asker::nobody()] {
            assert!(world.city.perform(who, act()).is_err());
        }
        assert_eq!(code(&announce(&hall, &[]).expect_err("none")), "lot-event-number");
        assert_eq!(code(&announce(&hall, &[a, a]).expect_err("twice")), "lot-event-twice");
        let event = announce(&hall, &[b, a]).expect("announced");
        assert_eq!(order(world, &Asker::nobody(), event), [b, a]);
        assert_eq!(code(&announce(&hall, &[a, c]).expect_err("taken")), "lot-event-elsewhere");
        let revise = |version, lots: &[LotId]| {
            let act = ReviseLotEvent {
                event, version, content: content("Spring event"), lots: lots.to_vec(),
            };
            world.city.perform(&hall.clerk, act)
        };
        assert_eq!(code(&revise(7, &[a]).expect_err("another version")), "version-conflict");
        assert_eq!(revise(1, &[a, b, c]).expect("changed").version, 2);
        assert_eq!(order(world, &Asker::nobody(), event), [a, b, c]);
        assert_eq!(world.city.event_of_lot(&Asker::nobody(), c).expect("seen").map(|it| it.id), Some(event));
        // One form for several lots; each is decided for itself.
        let firm = world.organisation("Firm ada");
        let ada = world.person("ada", firm, Role::FirmMember);
        let seen = view(world, &ada, event);
        assert_eq!(seen.houses.keys().copied().collect::<Vec<_>>(), [firm]);
        assert!(seen.lots.iter().all(|it| it.register == [firm]));
        let asked = world.city.register_for_lots(&ada.clone().keyed("k"), (firm, true), &[(a, 1), (b, 9), (c, 1)]);
        let answers: Vec<String> = asked
            .iter()
            .map(|(_, done)| done.as_ref().map_or_else(code, |_| "asked".to_owned()))
            .collect();
        assert_eq!(answers, ["asked", "lot-terms-changed", "asked"]);
        // Sent again, it is the same answer and no second wish.
        let again = world.city.register_for_lots(&ada.clone().keyed("k"), (firm, true), &[(a, 1)]);
        assert!(again[0].1.is_ok());
        let seen = view(world, &ada, event);
        let own = |n: usize| seen.lots[n].own.map(|(_, state)| state);
        assert_eq!((own(0), own(1), own(2)), (Some(BidderState::Asked), None, Some(BidderState::Asked)));
        assert!(seen.lots[0].register.is_empty() && !seen.lots[1].register.is_empty());
        // Staggered: whoever has asked agrees to the new times.
        let first = world.city.now().plus_seconds(7_200);
        let schedule = |version, first, gap_s| {
            world.city.perform(&hall.clerk, ScheduleLotEvent { event, version, first, gap_s })
        };
        let past = world.city.now();
        assert!(code(&schedule(2, past, 1_800).expect_err("too soon")).contains("lot-opens-too-soon"));
        assert_eq!(code(&schedule(2, first, 90_000).expect_err("too far apart")), "lot-event-gap");
        schedule(2, first, 10_800).expect("set");
        for (n, lot) in (0..).zip([a, b, c]) {
            let lot = hall.lot(lot);
            assert_eq!(lot.terms.opens, first.plus_seconds(n * 10_800));
            assert_eq!(lot.terms.closes.seconds_since(lot.terms.opens), 3_600);
            assert_eq!(lot.terms_version, 2);
        }
        for lot in [a, c] {
            let act = AgreeToLot { lot, organisation: firm, terms: 2 };
            world.city.perform(&ada, act).expect("agreed");
        }
        let number = view(world, &ada, event).lots[0].own.expect("a place").0;
        let firm = crate::lot::Firm { who: ada, organisation: firm, alias: number };
        hall.admit(a, &firm).expect("admitted");
        hall.pay(a, &firm, "ada").expect("paid in");
        hall.open(a);
        // What runs keeps its times.
        let later = world.city.now().plus_seconds(90_000);
        assert!(code(&schedule(3, later, 60).expect_err("it runs")).contains("lot-event-frozen"));
        assert_eq!(hall.bid(a, &firm, 1_000_000), "1000000 true");
        hall.close(a);
        // The results stand together.
        let seen = view(world, &Asker::nobody(), event);
        let ended = seen.lots[0].ended.clone().expect("ended");
        assert_eq!(ended.winner, Some((number, 100_000_000)));
        assert_eq!(Ended::read(&hall.lot(a).outcome), Some(ended));
        // Taken back, its lots stay what they are and may come into another.
        let act = WithdrawLotEvent { event, version: 3 };
        world.city.perform(&hall.clerk, act).expect("taken back");
        let seen = view(world, &Asker::nobody(), event);
        assert_eq!((seen.event.state, seen.lots.len()), (LotEventState::Withdrawn, 0));
        assert!(hall.lot(c).state == LotState::Announced && hall.lot(a).state == LotState::Sold);
        assert!(world.city.lot_events(&Asker::nobody(), None, 50).expect("listed").rows.is_empty());
        assert_eq!(code(&announce(&hall, &[a]).expect_err("sold")), "lot-event-not-announced");
        announce(&hall, &[c]).expect("another event");
    }

    // A lot with a label is in the event of whoever may see it, and in nobody else's.
    fn a_hidden_lot_is_in_nobodys_event(world) {
        let hall = Hall::new(world);
        let hidden = hall.beside("hidden", Label::at(Level::Members));
        let [a, b] = [&hall, &hidden].map(|hall| hall.announce(hall.terms()));
        let event = announce(&hall, &[b, a]).expect("announced");
        assert_eq!(order(world, &hall.clerk, event), [b, a]);
        assert_eq!(order(world, &Asker::nobody(), event), [a]);
        let seen = view(world, &Asker::nobody(), event);
        assert!(!format!("{seen:?}").contains(&b.to_string()));
        assert_eq!(seen.lots.len(), 1);
        assert_eq!(world.city.event_of_lot(&Asker::nobody(), b).expect("asked"), None);
    }
}
