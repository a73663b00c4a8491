//! Sealed months over both databases.

use crate::ledger::{Books, code};
use access::Role;
use app::month::{SealMonth, root_of};
use ledger::Limit;
use worlds::{Database, On, World, on_both};

fn seal(month: &str) -> SealMonth {
    SealMonth { book: "CNY".to_owned(), month: month.to_owned() }
}

on_both! {
    fn nothing_is_dated_into_a_sealed_month(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let (city, operator) = (&world.city, world.operator());
        let on = |minor: i64, day: &str| {
            let mut moved = books.mv((a, b), minor);
            moved.value_date = Some(day.parse().expect("a day"));
            moved
        };
        books.done(&[on(100, "2026-02-27"), on(7, "2026-03-01")]);
        let no = |month: &str| code(&city.perform(&operator, seal(month)).expect_err("refused"));
        assert_eq!(no("2026-03"), "month-not-over");
        assert_eq!(no("2026-1"), "month-unreadable");
        let sealed = city.perform(&operator, seal("2026-02")).expect("sealed");
        assert_eq!(sealed.n_accounts, 2);
        assert_eq!(no("2026-02"), "month-sealed");
        assert_eq!(no("2026-01"), "month-sealed");
        // The balances under the root are those by value date.
        let (kept, balances) = city.month(&operator, "CNY", "2026-02").expect("kept");
        assert_eq!(root_of(&balances), kept.root);
        assert!(balances.contains(&(a, 100, 0)) && balances.contains(&(b, 0, 100)));
        assert!(kept.note.contains(&format!("root {}", kept.root)));
        let key = city.verifier_key().expect("a key").to_string();
        assert!(kept.note.contains(&key), "signed with the log's key");
        let moved = on(5, "2026-02-28");
        assert_eq!(books.refused(std::slice::from_ref(&moved)), "ledger-period-sealed");
        // The correction carries the day of today and names what it corrects.
        let first = city.ledger_statement(&operator, a, app::ledger::Part::default(), 9).expect("lines");
        let wrong = first.lines.last().expect("the first").told.transfer;
        let back = app::ledger::ReverseTransfer::new(wrong, books.id());
        city.perform(&operator, back).expect("moved back");
        let page = city.ledger_statement(&operator, a, app::ledger::Part::default(), 9).expect("lines");
        let told = &page.lines[0].told;
        assert_eq!(told.corrects, Some(wrong));
        assert_eq!(told.value_date, world.city.now().date_at(480));
        let old = page.lines.last().expect("the first").told.value_date;
        assert_eq!(old.to_string(), "2026-02-27", "both days are shown");
        assert_eq!(city.check_and_note_books().expect("checked").faults, []);
        let noted = city.months(&operator).expect("a look").check.expect("noted");
        assert_eq!(noted.faults, []);
        books.sound();
    }

    fn what_is_changed_under_a_seal_is_found(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let mut moved = books.mv((a, b), 100);
        moved.value_date = Some("2026-02-27".parse().expect("a day"));
        books.done(&[moved]);
        world.city.perform(&world.operator(), seal("2026-02")).expect("sealed");
        let sql = "update ledger_transfers set value_date = '2026-03-01'".to_owned();
        let query = store::Composed { sql, args: Vec::new() };
        let changed = world.city.store().write("plant", move |tx| tx.composed(&query).map(|_| ()));
        changed.expect("planted");
        let check = world.city.check_and_note_books().expect("checked");
        assert_eq!(check.faults, [("Sealed".to_owned(), "CNY 2026-02".to_owned())]);
        let reader = world.person("reader", books.owner, Role::TransferOfficer);
        assert!(world.city.months(&reader).is_err(), "the office's alone");
    }

    fn a_move_to_the_other_database_keeps_balances_versions_and_seals(world) {
        let other = match world.database.place {
            store::Place::Folder(_) => On::Postgres,
            store::Place::Postgres(_) => On::Sqlite,
        };
        let Some(there) = Database::fresh(other) else { return };
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::DebitsWithinCredits), books.open(Limit::Free));
        let mut moved = books.mv((b, a), 100);
        moved.value_date = Some("2026-02-27".parse().expect("a day"));
        let hold = books.held((a, b), 30, 0);
        books.done(&[moved, hold.clone()]);
        books.done(&[books.held((a, b), 5, 60)]);
        world.city.perform(&world.operator(), seal("2026-02")).expect("sealed");
        world.settle();
        let told = |city: &app::City| {
            let operator = world.operator();
            let of = |id| {
                let page = city.ledger_statement(&operator, id, app::ledger::Part::default(), 50);
                let page = page.expect("a statement");
                let state = page.account.account.state;
                (state, page.lines.into_iter().map(|line| (line.told, line.act)).collect::<Vec<_>>())
            };
            let month = city.month(&operator, "CNY", "2026-02").expect("sealed");
            (of(a), of(b), month)
        };
        let before = told(&world.city);
        let done = app::transfer::transfer(&world.database.place, &there.place, world.city.now(), &mut |_, _| true);
        done.expect("moved");
        let city = World::city_at(&there.place, 9);
        assert_eq!(told(&city), before);
        assert_eq!(city.check_and_note_books().expect("checked").faults, []);
        // What was held there is posted here, and the month stays shut.
        let post = app::ledger::Request::new(
            books.id(),
            app::ledger::Move::Post { hold: hold.id, amount: app::ledger::Amount::All },
            0,
        );
        city.perform(&world.operator(), app::ledger::PostTransfers::new(vec![post])).expect("posted");
        let mut late = books.mv((b, a), 1);
        late.value_date = Some("2026-02-01".parse().expect("a day"));
        let no = city.perform(&world.operator(), app::ledger::PostTransfers::new(vec![late]));
        assert_eq!(code(&no.expect_err("sealed")), "ledger-period-sealed");
    }
}
