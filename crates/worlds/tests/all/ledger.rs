//! The city's books over both databases: posting, replay, holds, races, who may look.

use access::Role;
use app::ledger::{
    Amount, CloseAccount, Move, OpenAccount, Part, PostTransfers, Posted, Request, ReverseTransfer,
    Wanted,
};
use app::{Asker, No};
use base::{AccountId, OrganisationId, TransferId};
use ledger::account::{BankAccount, Keeps};
use ledger::{Book, HoldState, Limit, Purpose};
use store::ledger_check::Kind;
use worlds::{World, on_both};

pub fn code(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

/// Accounts of a small exchange, and short ways to move between them.
pub struct Books<'a> {
    pub world: &'a World,
    pub owner: OrganisationId,
}

impl<'a> Books<'a> {
    pub fn new(world: &'a World) -> Self {
        Self { world, owner: world.organisation("Exchange") }
    }

    pub fn opening(&self, purpose: Purpose, limit: Limit) -> OpenAccount {
        OpenAccount {
            account: self.world.city.new_account_id(),
            book: Book::parse("CNY").expect("a book"),
            purpose,
            owner: self.owner,
            subject: String::new(),
            limit,
            bank: None,
        }
    }

    pub fn open(&self, limit: Limit) -> AccountId {
        let act = self.opening(Purpose::Payable, limit);
        self.world.city.perform(&self.world.operator(), act).expect("an account").account
    }

    pub fn bank(&self) -> OpenAccount {
        let bank = BankAccount {
            institution: "Bank of Chongqing".to_owned(),
            holder: self.owner.to_string(),
            keeps: Keeps::Deposits,
            masked_number: "6222 **** 0188".to_owned(),
            is_custodian: true,
        };
        OpenAccount { bank: Some(bank), ..self.opening(Purpose::Bank, Limit::Free) }
    }

    pub fn id(&self) -> TransferId {
        self.world.city.new_transfer_id()
    }

    pub fn mv(&self, (debit, credit): (AccountId, AccountId), minor: i64) -> Request {
        let does = Move::Transfer {
            debit,
            credit,
            amount: Amount::Exactly(minor),
            book: "CNY".to_owned(),
            hold_seconds: None,
            balancing: (false, false),
        };
        Request::new(self.id(), does, 1)
    }

    pub fn held(&self, accounts: (AccountId, AccountId), minor: i64, seconds: u32) -> Request {
        let mut request = self.mv(accounts, minor);
        if let Move::Transfer { hold_seconds, .. } = &mut request.does {
            *hold_seconds = Some(seconds);
        }
        request
    }

    pub fn post(&self, hold: TransferId) -> Request {
        Request::new(self.id(), Move::Post { hold, amount: Amount::All }, 0)
    }

    pub fn void(&self, hold: TransferId) -> Request {
        Request::new(self.id(), Move::Void { hold }, 0)
    }

    pub fn run(&self, requests: &[Request]) -> Result<Posted, No> {
        let act = PostTransfers::new(requests.to_vec());
        self.world.city.perform(&self.world.operator(), act)
    }

    pub fn done(&self, requests: &[Request]) -> Posted {
        self.run(requests).expect("posted")
    }

    pub fn refused(&self, requests: &[Request]) -> String {
        code(&self.run(requests).expect_err("a refusal"))
    }

    /// Balance, held, available.
    pub fn shown(&self, account: AccountId) -> (i64, i64, i64) {
        let found = self.world.city.ledger_account(&self.world.operator(), account);
        let shown = found.expect("an account").shown;
        (shown.balance, shown.held, shown.available)
    }

    pub fn version(&self, account: AccountId) -> i64 {
        let found = self.world.city.ledger_account(&self.world.operator(), account);
        found.expect("an account").account.state.version
    }

    /// The books are whole, in SQL and in Rust.
    pub fn sound(&self) {
        assert_eq!(self.world.city.check_books().expect("checked"), []);
        let store = self.world.city.store();
        let (accounts, transfers, holds, legs) = store
            .read(|tx| {
                let accounts = store::ledger_statement::accounts(
                    tx,
                    &access::Filter::Always,
                    store::ledger_statement::Accounts::default(),
                    1_000,
                )?;
                let transfers = store::ledger::transfers_after(tx, None, 10_000)?;
                let mut holds = Vec::new();
                for entry in &transfers {
                    holds.extend(store::ledger::hold(tx, entry.transfer.id)?);
                }
                let mut legs = Vec::new();
                for kept in &accounts {
                    legs.extend(store::ledger::legs_before(tx, kept.account.id, None, 10_000)?);
                }
                Ok((accounts, transfers, holds, legs))
            })
            .expect("rows");
        let accounts: Vec<_> = accounts.iter().map(|kept| &kept.account).collect();
        let transfers: Vec<_> = transfers.iter().map(|entry| &entry.transfer).collect();
        assert_eq!(ledger::audit::audit(&accounts, &transfers, &holds, &legs), []);
    }
}

/// Runs so many at once, each with its number, and gives their answers.
pub fn at_once<R: Send>(n: usize, run: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let barrier = std::sync::Barrier::new(n);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|own| {
                let (barrier, run) = (&barrier, &run);
                scope.spawn(move || {
                    barrier.wait();
                    run(own)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    })
}

on_both! {
    fn an_account_opens_once_and_holds_nobody_elses_money(world) {
        let books = Books::new(world);
        let operator = world.operator();
        let open = |act: OpenAccount| world.city.perform(&operator, act);
        let bank = || OpenAccount { account: AccountId::from_bits(77), ..books.bank() };
        assert!(!open(bank()).expect("opened").replayed);
        assert!(open(bank()).expect("again").replayed);
        let other = OpenAccount { limit: Limit::DebitsWithinCredits, ..bank() };
        assert_eq!(code(&open(other).expect_err("another")), "ledger-other-flags");
        let with = |change: fn(&mut BankAccount, &World)| {
            let mut act = books.bank();
            change(act.bank.as_mut().expect("a bank"), world);
            open(act).map_err(|no| code(&no)).expect_err("a refusal")
        };
        let by_operator = with(|bank, world| bank.holder = world.hall.to_string());
        assert_eq!(by_operator, "ledger-custody-forbidden");
        assert_eq!(with(|bank, _| bank.is_custodian = false), "ledger-custody-forbidden");
        let whole = with(|bank, _| bank.masked_number = "6222000011110188".to_owned());
        assert_eq!(whole, "ledger-number-unmasked");
        let nobody = OpenAccount { owner: OrganisationId::from_bits(9), ..books.bank() };
        assert_eq!(code(&open(nobody).expect_err("nobody")), "not-found");
        books.sound();
    }

    fn deposits_follow_the_figures_of_the_page(world) {
        let books = Books::new(world);
        let bank = world.city.perform(&world.operator(), books.bank()).expect("opened").account;
        let claims: Vec<AccountId> =
            (0..3).map(|_| books.open(Limit::DebitsWithinCredits)).collect();
        let (lot, seller) = (books.open(Limit::Free), books.open(Limit::Free));
        let fen = 5_000_000;
        let mut holds = Vec::new();
        for (n, claim) in claims.iter().enumerate() {
            let paid = books.mv((bank, *claim), fen);
            assert_eq!(books.refused(std::slice::from_ref(&paid)), "ledger-evidence-missing");
            books.done(&[paid.proved(&format!("BK-{n}"))]);
            let hold = books.held((*claim, lot), fen, 86_400);
            holds.push(hold.id);
            books.done(&[hold]);
        }
        let again = books.mv((bank, claims[0]), 1).proved("BK-0");
        assert_eq!(books.refused(&[again]), "ledger-evidence-used");
        assert_eq!(books.shown(claims[0]), (fen, fen, 0));
        books.done(&[books.void(holds[2])]);
        let signing =
            [books.void(holds[1]), books.post(holds[0]), books.mv((lot, seller), fen)];
        books.done(&signing);
        for n in [1, 2] {
            let refund = books.held((claims[n], bank), fen, 0);
            let hold = refund.id;
            books.done(&[refund]);
            world.clock.pass(40 * 86_400);
            assert_eq!(world.city.expire_holds().expect("swept"), 0, "silence is no refusal");
            assert_eq!(books.refused(&[books.post(hold)]), "ledger-evidence-missing");
            books.done(&[books.post(hold).proved(&format!("OUT-{n}"))]);
        }
        assert_eq!((books.shown(bank).0, books.shown(seller).0), (fen, fen));
        // A default decided twice is one forfeiture.
        assert_eq!(books.refused(&[books.post(holds[0])]), "ledger-already-posted");
        books.sound();
    }

    fn what_was_not_heard_is_sent_again_and_moves_nothing_twice(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let chain = [books.mv((a, b), 100), books.held((a, b), 50, 60), books.mv((b, a), 7)];
        let first = books.done(&chain);
        assert!(first.transfers.iter().all(|done| !done.replayed));
        let (before, n) = (books.shown(b), books.version(b));
        // Without a key, so that the rules themselves answer.
        let again = books.done(&chain);
        for (one, two) in first.transfers.iter().zip(&again.transfers) {
            assert_eq!((one.transfer, one.minor, one.at), (two.transfer, two.minor, two.at));
            assert!(two.replayed);
        }
        assert_eq!((books.shown(b), books.version(b)), (before, n));
        let keyed = world.operator().keyed("k");
        let act = || PostTransfers::new(vec![books_mv_fixed((a, b))]);
        let one = world.city.perform(&keyed, act()).expect("posted");
        assert_eq!(world.city.perform(&keyed, act()).expect("the same answer"), one);
        let mut other = chain[0].clone();
        if let Move::Transfer { amount, .. } = &mut other.does {
            *amount = Amount::Exactly(101);
        }
        let no = books.refused(&[other, chain[1].clone(), chain[2].clone()]);
        assert_eq!(no, "ledger-other-amount");
        books.sound();
    }

    fn a_refused_id_stays_refused_and_a_new_one_pays(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::DebitsWithinCredits), books.open(Limit::Free));
        let ask = books.mv((a, b), 10);
        assert_eq!(books.refused(std::slice::from_ref(&ask)), "ledger-exceeds-credits");
        books.done(&[books.mv((b, a), 10)]);
        let no = books.run(std::slice::from_ref(&ask)).expect_err("burnt");
        assert_eq!(code(&no), "ledger-id-already-failed");
        let first = no.0[0].values.iter().find(|(name, _)| name == "first");
        assert_eq!(first.map(|(_, value)| value), Some(&base::Value::Number(520)));
        books.done(&[Request { id: books.id(), ..ask }]);
        assert_eq!(books.shown(a), (0, 0, 0));
        books.sound();
    }

    fn a_chain_with_one_bad_link_leaves_nothing(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::DebitsWithinCredits), books.open(Limit::Free));
        books.done(&[books.mv((b, a), 50)]);
        world.settle();
        let n = world.city.store().read(store::log::head).expect("a head").map(|(n, _)| n);
        let five: Vec<Request> =
            [10, 10, 31, 10, 10].iter().map(|minor| books.mv((a, b), *minor)).collect();
        let no = books.run(&five).expect_err("the third");
        assert_eq!(code(&no), "ledger-exceeds-credits");
        assert_eq!(no.0[0].field.as_deref(), Some("transfers.2"));
        world.settle();
        let after = world.city.store().read(store::log::head).expect("a head").map(|(n, _)| n);
        assert_eq!(after, n, "no entry in the log");
        assert_eq!(books.shown(a), (50, 0, 50));
        // The ids of the links that were not to blame are free.
        books.done(&[five[0].clone(), five[1].clone()]);
        books.sound();
    }

    fn holds_end_at_their_moment(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::DebitsWithinCredits), books.open(Limit::Free));
        books.done(&[books.mv((b, a), 100)]);
        let (early, late) = (books.held((a, b), 40, 60), books.held((a, b), 60, 60));
        books.done(std::slice::from_ref(&early));
        books.done(std::slice::from_ref(&late));
        world.clock.pass(59);
        books.done(&[books.post(early.id)]);
        world.clock.pass(1);
        assert_eq!(books.refused(&[books.post(late.id)]), "ledger-expired");
        // The money is there at once, although nobody has swept.
        assert_eq!(books.shown(a), (60, 60, 0));
        books.done(&[books.mv((a, b), 60)]);
        let state = world.city.store().read(|tx| store::ledger::hold(tx, late.id));
        let state = state.expect("rows").expect("a hold").state;
        assert!(matches!(state, HoldState::Expired { .. }));
        assert_eq!(world.city.expire_holds().expect("swept"), 0);
        books.sound();
    }

    fn the_timer_frees_what_nobody_asks_for(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let holds: Vec<Request> = (0..5).map(|n| books.held((a, b), 10, 60 + n)).collect();
        books.done(&holds);
        world.clock.pass(62);
        assert_eq!(world.city.expire_holds().expect("swept"), 3);
        world.clock.pass(10);
        assert_eq!(world.city.expire_holds().expect("swept"), 2);
        assert_eq!(books.shown(a), (0, 0, 0));
        books.sound();
    }

    fn a_closed_account_opens_again(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let waiting = books.held((a, b), 5, 0);
        books.done(std::slice::from_ref(&waiting));
        let close = || CloseAccount { account: a, beside: b, hold: TransferId::from_bits(4_711) };
        assert!(!world.city.perform(&world.operator(), close()).expect("closed").replayed);
        assert!(world.city.perform(&world.operator(), close()).expect("again").replayed);
        let other = CloseAccount { hold: books.id(), ..close() };
        let no = world.city.perform(&world.operator(), other).expect_err("closed before");
        assert_eq!(code(&no), "ledger-closed-already");
        assert_eq!(books.refused(&[books.mv((a, b), 1)]), "ledger-debit-account-closed");
        assert_eq!(books.refused(&[books.mv((b, a), 1)]), "ledger-credit-account-closed");
        assert_eq!(books.refused(&[books.post(waiting.id)]), "ledger-debit-account-closed");
        books.done(&[books.void(waiting.id)]);
        books.done(&[books.void(TransferId::from_bits(4_711))]);
        books.done(&[books.mv((a, b), 1)]);
        books.sound();
    }

    fn a_transfer_is_moved_back_once(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let paid = books.mv((a, b), 70);
        books.done(std::slice::from_ref(&paid));
        let store = world.city.store();
        let find = |id| store.read(|tx| store::ledger::transfer(tx, id)).expect("rows");
        let original = find(paid.id).expect("kept").transfer;
        let back = books.id();
        let reverse = |id| ReverseTransfer::new(paid.id, id);
        let answers = at_once(4, |n| {
            let id = if n == 0 { back } else { books.id() };
            world.city.perform(&world.operator(), reverse(id)).map_err(|no| code(&no))
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        let no = answers.iter().filter_map(|answer| answer.as_ref().err());
        assert!(no.into_iter().all(|no| no == "ledger-reversed-already"));
        assert_eq!(find(paid.id).expect("kept").transfer, original);
        let mended = store.read(|tx| store::ledger::corrections(tx, paid.id, 9)).expect("rows");
        assert_eq!(mended.len(), 1);
        assert_eq!(mended[0].transfer.refs.corrects, Some(paid.id));
        assert_eq!((books.shown(a).0, books.shown(b).0), (0, 0));
        let held = books.held((a, b), 1, 0);
        books.done(std::slice::from_ref(&held));
        let no = world.city.perform(&world.operator(), ReverseTransfer::new(held.id, books.id()));
        assert_eq!(code(&no.expect_err("only held")), "ledger-not-posted");
        books.sound();
    }

    fn equal_requests_at_once_are_one_transfer(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let ask = [books.mv((a, b), 100)];
        let answers = at_once(32, |_| books.done(&ask).transfers[0].replayed);
        assert_eq!(answers.iter().filter(|replayed| !**replayed).count(), 1);
        assert_eq!(books.shown(b).0, 100);
        books.sound();
    }

    fn no_more_is_drawn_than_is_there(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::DebitsWithinCredits), books.open(Limit::Free));
        books.done(&[books.mv((b, a), 10_000)]);
        let answers = at_once(20, |_| books.run(&[books.mv((a, b), 1_000)]).map_err(|no| code(&no)));
        let paid = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(paid, 10, "{answers:?}");
        let no = answers.iter().filter_map(|answer| answer.as_ref().err());
        assert!(no.into_iter().all(|no| no == "ledger-exceeds-credits"), "{answers:?}");
        assert_eq!(books.shown(a), (0, 0, 0));
        books.sound();
    }

    fn a_refused_request_is_never_called_done(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::DebitsWithinCredits), books.open(Limit::Free));
        let ask = [books.mv((a, b), 100)];
        let answers = at_once(16, |_| books.run(&ask).map_err(|no| code(&no)));
        for answer in answers {
            let no = answer.expect_err("nothing to pay with");
            assert!(no == "ledger-exceeds-credits" || no == "ledger-id-already-failed", "{no}");
        }
        assert_eq!((books.shown(a), books.version(a)), ((0, 0, 0), 0));
    }

    fn value_is_conserved_under_load(world) {
        let books = Books::new(world);
        let accounts: Vec<AccountId> = (0..6).map(|_| books.open(Limit::Free)).collect();
        let answers = at_once(12, |own| {
            let mut dice = testkit::Dice::new(u64::try_from(own).expect("small"));
            (0..12).map(|_| {
                let from = dice.below(accounts.len());
                let to = (from + 1 + dice.below(accounts.len() - 1)) % accounts.len();
                let minor = i64::try_from(dice.below(500)).expect("small");
                // Some go through holds, so that pending counters race as well.
                match dice.below(3) {
                    0 => {
                        let hold = books.held((accounts[from], accounts[to]), minor, 0);
                        let id = hold.id;
                        books.done(&[hold]);
                        books.done(&[if dice.below(2) == 0 { books.post(id) } else { books.void(id) }]);
                    }
                    _ => {
                        books.done(&[books.mv((accounts[from], accounts[to]), minor)]);
                    }
                }
            }).count()
        });
        assert_eq!(answers.iter().sum::<usize>(), 144);
        let sum: i64 = accounts.iter().map(|account| books.shown(*account).0).sum();
        assert_eq!(sum, 0);
        books.sound();
    }

    fn a_balance_of_any_moment_is_found(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let mut seen = Vec::new();
        for n in 1..=20 {
            if n % 3 == 0 {
                books.done(&[books.held((a, b), n, 0)]);
            } else {
                books.done(&[books.mv((b, a), n)]);
            }
            let now = app::Clock::now(&world.clock);
            seen.push((now, books.shown(a)));
            world.clock.pass(1);
        }
        let of = |from, until| {
            let part = Part { from, until, ..Part::default() };
            let page = world.city.ledger_statement(&world.operator(), a, part, 50).expect("a page");
            page.lines.iter().map(|line| line.told.version).collect::<Vec<i64>>()
        };
        let whole = world.city.ledger_statement(&world.operator(), a, Part::default(), 50);
        let whole = whole.expect("a page").lines;
        let moment = |n: i64| whole.iter().find(|it| it.told.version == n).map(|it| it.told.at);
        assert_eq!(of(moment(5), moment(7)), [7, 6, 5]);
        assert_eq!(of(None, moment(2)), [2, 1]);
        assert_eq!(of(moment(20), None), [20]);
        let early = Some(base::Instant::from_micros(0));
        assert_eq!((of(None, early).len(), of(early, None).len()), (0, 20));
        for (at, want) in seen {
            let shown = world.city.ledger_balance(&world.operator(), a, at).expect("a balance");
            assert_eq!((shown.balance, shown.held, shown.available), want);
        }
        let page = world.city.ledger_statement(&world.operator(), a, Part::default(), 8).expect("a page");
        let next = world.city.ledger_statement(&world.operator(), a, Part { before: page.next, ..Part::default() }, 50).expect("more");
        let versions: Vec<i64> =
            page.lines.iter().chain(&next.lines).map(|line| line.told.version).collect();
        assert_eq!(versions, (1..=20).rev().collect::<Vec<i64>>());
        assert_eq!(next.next, None);
        world.settle();
        // A line leads to its act, and the act to its entry in the log.
        let line = &page.lines[0];
        let entries = world.city.store().read(|tx| {
            store::log::entries_of(tx, &line.told.transfer.to_string(), 9)
        });
        assert_eq!(entries.expect("entries")[0].header.act, line.act);
    }

    fn who_may_not_see_an_account_learns_nothing_of_it(world) {
        let books = Books::new(world);
        let other = world.organisation("Other");
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let theirs = OpenAccount { owner: other, ..books.opening(Purpose::Payable, Limit::Free) };
        let theirs = world.city.perform(&world.operator(), theirs).expect("opened").account;
        books.done(&[books.mv((a, theirs), 5), books.mv((a, b), 6)]);
        let rival = world.person("rival", other, Role::TransferOfficer);
        let own = world.person("own", books.owner, Role::TransferOfficer);
        let absent = AccountId::from_bits(5);
        let city = &world.city;
        let outsiders = [
            &rival,
            &Asker::nobody(),
            &world.person("member", books.owner, Role::Member),
            &world.person("system", world.hall, Role::SystemAdministrator),
        ];
        for asker in outsiders {
            let no = |id| code(&city.ledger_account(asker, id).expect_err("hidden"));
            assert_eq!(no(a), no(absent));
            assert_eq!(
                code(&city.ledger_statement(asker, a, Part::default(), 9).expect_err("hidden")),
                code(&city.ledger_statement(asker, absent, Part::default(), 9).expect_err("absent")),
            );
            let seen = city.ledger_accounts(asker, Wanted::default(), 99).map(|page| page.rows.len());
            let may = usize::from(std::ptr::eq(asker, &rival));
            assert!(seen.is_ok_and(|n| n == may) || may == 0);
            let act = PostTransfers::new(vec![books.mv((a, b), 1)]);
            assert!(city.perform(asker, act).is_err());
        }
        let page = city.ledger_statement(&rival, theirs, Part::default(), 9).expect("their own");
        assert_eq!((page.lines.len(), page.lines[0].told.counterparty), (1, None));
        let page = city.ledger_statement(&own, a, Part::default(), 9).expect("the own");
        let others: Vec<_> = page.lines.iter().map(|line| line.told.counterparty).collect();
        assert_eq!(others, [Some(b), None]);
        assert_eq!(city.ledger_accounts(&own, Wanted::default(), 99).expect("a list").rows.len(), 2);
    }

    fn the_whole_books_go_out_to_those_who_keep_them(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        books.done(&[books.mv((a, b), 12_345), books.mv((b, a), 45)]);
        let (accounts, transfers) =
            world.city.whole_ledger(&world.operator()).expect("the keeper");
        assert_eq!((accounts.len(), transfers.len()), (2, 2));
        assert!(transfers.iter().all(|transfer| transfer.refs.act.is_some()));
        let accounts: Vec<_> = accounts.iter().collect();
        let transfers: Vec<_> = transfers.iter().collect();
        let opening = std::collections::BTreeMap::new();
        let text = ledger::export::hledger(&ledger::export::Extract {
            title: "",
            accounts: &accounts,
            transfers: &transfers,
            opening: &opening,
            opened_on: None,
        });
        assert!(text.contains("123.45 \"CNY\"") && text.contains("-0.45 \"CNY\""), "{text}");
        let own = world.person("own", books.owner, Role::TransferOfficer);
        assert!(world.city.whole_ledger(&own).is_err(), "a part would not balance");
        assert!(world.city.whole_ledger(&Asker::nobody()).is_err());
    }

    fn planted_faults_are_found_in_sql(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::Free), books.open(Limit::Free));
        let hold = books.held((a, b), 9, 0);
        books.done(&[books.mv((a, b), 100), hold.clone()]);
        books.sound();
        let plant = |sql: String| {
            let query = store::Composed { sql, args: Vec::new() };
            world.city.store().write("plant", move |tx| tx.composed(&query).map(|_| ()))
        };
        let kinds = || {
            let found = world.city.check_books().expect("checked");
            found.into_iter().map(|fault| fault.kind).collect::<Vec<_>>()
        };
        let check = |sql: String, undo: String, kind: Kind| {
            plant(sql).expect("planted");
            assert!(kinds().contains(&kind), "{kind:?}");
            plant(undo).expect("undone");
            assert_eq!(kinds(), []);
        };
        let more = |sign: &str| {
            format!("update ledger_accounts set debits_posted = debits_posted {sign} 1 where id = '{a}'")
        };
        check(more("+"), more("-"), Kind::Unbalanced);
        check(more("+"), more("-"), Kind::Counters);
        check(more("+"), more("-"), Kind::Legs);
        let amount = |sign: &str| {
            format!("update ledger_transfers set amount = amount {sign} 1 where id = '{}'", hold.id)
        };
        check(amount("+"), amount("-"), Kind::Counters);
        let state = |state: &str| {
            format!("update ledger_holds set state = '{state}' where id = '{}'", hold.id)
        };
        check(state("posted"), state("waiting"), Kind::Hold);
        let book = |book: &str| {
            format!("update ledger_transfers set book = '{book}' where id = '{}'", hold.id)
        };
        check(book("USD"), book("CNY"), Kind::Stray);
        let closed = |by: &str| {
            format!("update ledger_accounts set closed_by = '{by}' where id = '{a}'")
        };
        check(closed("trf_nothing"), closed(""), Kind::Closed);
        let version =
            |n: i64| format!("update ledger_accounts set version = {n} where id = '{a}'");
        check(version(3), version(2), Kind::Legs);
    }

    fn the_schema_refuses_what_the_rules_would_never_ask(world) {
        let books = Books::new(world);
        let (a, b) = (books.open(Limit::DebitsWithinCredits), books.open(Limit::Free));
        let held = books.held((b, a), 5, 0);
        books.done(std::slice::from_ref(&held));
        let posted = books.post(held.id);
        books.done(std::slice::from_ref(&posted));
        let refused = |sql: String| {
            let query = store::Composed { sql, args: Vec::new() };
            let run = world.city.store().write("plant", move |tx| tx.composed(&query).map(|_| ()));
            assert!(matches!(run, Err(store::StoreError::Constraint(_))), "{run:?}");
        };
        refused(format!("update ledger_accounts set debits_posted = 6 where id = '{a}'"));
        refused(format!("update ledger_accounts set debits_pending = -1 where id = '{a}'"));
        refused(format!("update ledger_transfers set credit = debit where id = '{}'", held.id));
        refused(format!("update ledger_transfers set amount = -1 where id = '{}'", held.id));
        refused(format!(
            "update ledger_transfers set pending = '{}' where id = '{}'", held.id, held.id
        ));
    }
}

/// The same request every time.
fn books_mv_fixed((debit, credit): (AccountId, AccountId)) -> Request {
    let does = Move::Transfer {
        debit,
        credit,
        amount: Amount::Exactly(3),
        book: "CNY".to_owned(),
        hold_seconds: None,
        balancing: (false, false),
    };
    Request::new(TransferId::from_bits(99_001), does, 1)
}

#[test]
fn every_number_has_its_words() {
    for why in ledger::Why::ALL {
        if *why == ledger::Why::Exists {
            continue;
        }
        let key = format!("refusal-ledger-{}", why.name());
        assert!(words::has(&key), "{key}");
    }
}
