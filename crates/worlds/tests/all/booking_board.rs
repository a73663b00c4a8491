//! The week of all instruments over both databases: what is taken, of whom nothing, nothing hidden.

use access::Role;
use app::booking::{BookAsk, CancelBooking, DeclareOutage};
use app::instrument::CreateInstrument;
use app::{Asker, Who};
use base::{Bilingual, Instant, InstrumentId, OrganisationId, Span};
use instruments::outage::Over;
use instruments::sheet::Sheet;
use worlds::{World, on_both};

fn entered(world: &World, keeper: &Asker, owner: OrganisationId, n: usize) -> InstrumentId {
    let sheet = Sheet {
        name: Bilingual::new(format!("Oven {n:02}"), format!("炉{n:02}")),
        ..Sheet::default()
    };
    let act = CreateInstrument { owner, is_hidden: n == 0, sheet };
    world.city.perform(keeper, act).expect("entered").instrument
}

on_both! {
    fn the_week_of_all_is_a_few_statements(world) {
        let unit = world.organisation("Institute of Powders");
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let firm = world.organisation("Firm");
        let user = world.person("user", firm, Role::FirmMember);
        let all: Vec<InstrumentId> = (0..12).map(|n| entered(world, &keeper, unit, n)).collect();
        let city = &world.city;
        // The Monday after, nine o'clock at the site.
        let start = Instant::parse_rfc3339("2026-03-09T01:00:00Z").expect("a moment");
        let at = |hours: i64| start.plus_seconds(hours * 3_600);
        for (n, it) in all.iter().enumerate().take(6) {
            let who = if n == 0 { &keeper } else { &user };
            city.book(who, BookAsk::new(*it, at(0), at(2))).expect("booked");
        }
        let gone = city.book(&user, BookAsk::new(all[6], at(0), at(2))).expect("booked");
        city.perform(&user, CancelBooking::new(gone.booking, 1, "")).expect("cancelled");
        let act = DeclareOutage::new(all[7], "New tube", (at(24), at(26)), Over::Refuse);
        city.perform(&keeper, act).expect("declared");
        let day = base::time::read_date("2026-03-11");
        let nobody = Asker { who: Who::Nobody, ..user.clone() };
        let before = store::n_statements_here();
        let board = city.board(&nobody, ("", None), day).expect("a week");
        let n_statements = store::n_statements_here() - before;
        assert!(n_statements <= 5, "{n_statements} statements");
        assert_eq!(board.monday.to_string(), "2026-03-09");
        assert_eq!(board.rows.len(), 11, "the hidden one is not there");
        assert!(board.rows.iter().all(|row| row.instrument != all[0]));
        let of = |n: usize| {
            board.rows.iter().find(|row| row.instrument == all[n]).expect("shown")
        };
        let span = Span::new(at(0), at(2)).expect("a span");
        assert_eq!(of(1).taken, [(span, false)]);
        assert_eq!(of(1).minutes_taken(calendar::Zone::china().day(board.monday)), 120);
        assert!(of(6).taken.is_empty() && of(8).taken.is_empty());
        assert_eq!(of(7).outages.len(), 1);
        // What is hidden is shared with nobody yet: not even its keeper sees it here. Words and owners
        // choose.
        assert_eq!(city.board(&keeper, ("", None), day).expect("a week").rows.len(), 11);
        assert_eq!(city.board(&nobody, ("炉03", None), day).expect("a week").rows.len(), 1);
        assert!(city.board(&nobody, ("", Some(firm)), day).expect("a week").rows.is_empty());
        let later = base::time::read_date("2026-03-16");
        let later = city.board(&nobody, ("", None), later).expect("a week");
        assert!(later.rows.iter().all(|row| row.taken.is_empty()));
    }
}
