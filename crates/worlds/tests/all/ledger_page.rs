//! Reading the books over both databases: from a line to its entry, spans, how much a page asks.

use crate::ledger::{Books, code};
use access::Role;
use app::ledger::{Part, Wanted};
use base::{AccountId, TransferId};
use ledger::{Limit, Purpose};
use worlds::on_both;

/// Lines of a long statement.
const LINES: i64 = 3_000;

on_both! {
    fn a_line_leads_to_its_transfer_its_act_and_its_entry(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let chain = [books.mv((a, b), 700), books.mv((b, a), 45), books.held((a, b), 9, 60)];
        books.done(&chain);
        world.settle();
        let (city, operator) = (&world.city, world.operator());
        let page = city.ledger_statement(&operator, a, Part::default(), 9).expect("a page");
        assert_eq!(page.lines.len(), 3);
        for line in &page.lines {
            let found = city.ledger_transfer(&operator, line.told.transfer).expect("a transfer");
            assert_eq!(found.act, line.act);
            assert_eq!(found.beside.len(), 2, "the others of the chain");
            let entry = found.entry.expect("an entry of the log");
            assert!(entry.is_provable);
            let receipt = city.receipt(&operator, entry.seq).expect("a receipt");
            assert!(receipt.starts_with("c2sp.org/tlog-proof@v1"));
            let after = found.debit.and_then(|side| side.after).expect("how it stood after");
            let own = city.ledger_transfer(&operator, line.told.transfer).expect("again").credit;
            assert!(after == line.told.after || own.and_then(|it| it.after) == Some(line.told.after));
        }
        assert_eq!(code(&city.ledger_transfer(&operator, TransferId::from_bits(9)).expect_err("none")), "not-found");
    }

    fn a_transfer_shows_each_reader_their_own_side_alone(world) {
        let books = Books::new(world);
        let a = books.open(Limit::Free);
        let other = world.organisation("Other");
        let mut act = books.opening(Purpose::Payable, Limit::Free);
        act.owner = other;
        let theirs = world.city.perform(&world.operator(), act).expect("opened").account;
        let moved = books.mv((a, theirs), 31_415);
        books.done(std::slice::from_ref(&moved));
        let back = books.mv((theirs, a), 27);
        books.done(std::slice::from_ref(&back));
        let city = &world.city;
        let rival = world.person("rival", other, Role::TransferOfficer);
        let found = city.ledger_transfer(&rival, moved.id).expect("their own side");
        assert!(found.debit.is_none() && found.credit.is_some());
        let stranger = world.person("stranger", world.organisation("Third"), Role::TransferOfficer);
        let absent = code(&city.ledger_transfer(&stranger, TransferId::from_bits(3)).expect_err("absent"));
        assert_eq!(code(&city.ledger_transfer(&stranger, moved.id).expect_err("hidden")), absent);
        let entry = found.entry;
        assert!(entry.is_none_or(|entry| !entry.is_provable), "the entry names another's account");
        // An account of nobody they know: no totals, no counts.
        let page = city.ledger_accounts(&stranger, Wanted::default(), 10).expect("a list");
        assert!(page.rows.is_empty() && page.next.is_none());
    }

    fn a_list_goes_on_where_it_ended_and_can_be_narrowed(world) {
        let books = Books::new(world);
        let opened: Vec<AccountId> = (0..5).map(|_| books.open(Limit::Free)).collect();
        let bank = world.city.perform(&world.operator(), books.bank()).expect("opened").account;
        let (city, operator) = (&world.city, world.operator());
        let first = city.ledger_accounts(&operator, Wanted::default(), 4).expect("a page");
        let rest = Wanted { after: first.next, ..Wanted::default() };
        let second = city.ledger_accounts(&operator, rest, 4).expect("a page");
        let ids: Vec<AccountId> =
            first.rows.iter().chain(&second.rows).map(|row| row.account.id).collect();
        assert_eq!(ids.len(), 6);
        assert!(ids.is_sorted() && opened.iter().all(|id| ids.contains(id)));
        assert_eq!(second.next, None);
        let wanted = Wanted { purpose: Some(Purpose::Bank), ..Wanted::default() };
        let banks = city.ledger_accounts(&operator, wanted, 4).expect("a page");
        assert_eq!(banks.rows.iter().map(|row| row.account.id).collect::<Vec<_>>(), [bank]);
    }

    fn a_page_of_a_long_statement_asks_no_more_than_one_of_a_short_one(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let city = &world.city;
        // Somebody whose rights are looked up like anybody's.
        let reader = world.person("reader", books.owner, Role::TransferOfficer);
        let asked = |part: Part, limit: usize| {
            let before = store::n_statements_here();
            let page = city.ledger_statement(&reader, a, part, limit).expect("a page");
            (store::n_statements_here() - before, page)
        };
        books.done(&[books.mv((a, b), 1)]);
        let (short, _) = asked(Part::default(), 25);
        for _ in 0..LINES / 1_000 {
            let many: Vec<_> = (0..1_000).map(|n| books.mv((a, b), n)).collect();
            books.done(&many);
            world.clock.pass(86_400);
        }
        let (long, page) = asked(Part::default(), 25);
        assert_eq!((page.lines.len(), page.lines[0].told.version), (25, LINES + 1));
        let (deep, page) = asked(Part { before: page.next, ..Part::default() }, 1_000);
        assert_eq!(page.lines.len(), 1_000);
        assert!(long <= short && deep <= short, "{short} {long} {deep}");
        assert!((1..=12).contains(&short), "{short}");
        // A span in the past begins there and not at the newest line.
        let first = city.ledger_statement(&reader, a, Part::default(), 1_000).expect("a page");
        let day = first.lines[0].told.at.plus_seconds(-86_400);
        let (span, page) = asked(Part { until: Some(day), ..Part::default() }, 25);
        assert_eq!(page.lines[0].told.version, LINES - 1_000 + 1);
        // One statement more finds the line that a moment is at.
        assert!(span <= short + 1, "{short} {span}");
        books.sound();
    }
}
