//! Uses over both databases: prices, door, end, charge, books, disputes, vouchers, records.

use crate::ledger::Books;
use access::Role;
use app::charge::{DecideAdjustment, DisputeCharge};
use app::instrument::CreateInstrument;
use app::tariff::{EXTERNAL, EndTariff, INTERNAL, SetCustomerClass, SetTariff};
use app::usage::{
    EnterUse, StartUse, StopUse, UseChanged, claims_account, earned_account, owed_account,
    voucher_account,
};
use app::voucher::{EndVoucher, FundProgramme, IssueVoucher, MoveRedemption, budget_account};
use app::{Asker, No};
use base::{
    AccountId, Bilingual, ChargeId, InstrumentId, OrganisationId, PersonId, Span, UseId, VoucherId,
};
use instruments::adjustment::Wish;
use instruments::charge::State;
use instruments::sheet::{Numbers, Sheet};
use instruments::tariff::{Mode, Tariff, Way};
use instruments::usage::Source;
use instruments::voucher::{Evidence, Stage, Terms};
use worlds::{World, on_both};

fn codes(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

fn person(asker: &Asker) -> PersonId {
    let app::Who::Person(person) = asker.who else { panic!("a person") };
    person
}

/// A unit with an instrument, a firm that uses it, and the office.
struct Lab<'a> {
    world: &'a World,
    unit: OrganisationId,
    firm: OrganisationId,
    keeper: Asker,
    deputy: Asker,
    staff: Asker,
    user: Asker,
    boss: Asker,
    office: Asker,
    instrument: InstrumentId,
    bank: std::cell::OnceCell<AccountId>,
}

impl<'a> Lab<'a> {
    fn new(world: &'a World) -> Self {
        let (unit, firm) = (world.organisation("Institute"), world.organisation("Firm"));
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let staff = world.person("staff", unit, Role::Member);
        let sheet = Sheet {
            name: Bilingual::new("Diffractometer", "衍射仪"),
            functions: Bilingual::new("Diffraction", "衍射分析"),
            numbers: Numbers { asset: "A-1".to_owned(), ..Numbers::default() },
            operators: vec![person(&staff)],
            ..Sheet::default()
        };
        let act = CreateInstrument { owner: unit, is_hidden: false, sheet };
        let instrument = world.city.perform(&keeper, act).expect("entered").instrument;
        Self {
            world,
            unit,
            firm,
            deputy: world.person("deputy", unit, Role::TransferOfficer),
            user: world.person("user", firm, Role::FirmMember),
            boss: world.person("boss", firm, Role::FirmAdministrator),
            office: world.person("office", world.hall, Role::AgencyOfficer),
            keeper,
            staff,
            instrument,
            bank: std::cell::OnceCell::new(),
        }
    }

    fn today(&self) -> base::Date {
        base::WorkingDays::china().date(self.world.city.now())
    }

    fn price(&self, class: &str, minor: i64) {
        let tariff = Tariff::flat(class, Mode::Usage, self.today(), minor);
        let act = SetTariff { instrument: self.instrument, tariff };
        self.world.city.perform(&self.keeper, act).expect("priced");
    }

    fn start(&self, who: &Asker, voucher: Option<VoucherId>) -> Result<UseId, No> {
        let act = StartUse {
            instrument: self.instrument,
            organisation: self.firm,
            project: "alloys".to_owned(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher,
            passes: Vec::new(),
            reason: String::new(),
        };
        self.world.city.perform(who, act).map(|done| done.id)
    }

    /// So many minutes of use, charged.
    fn used(&self, minutes: i64, voucher: Option<VoucherId>) -> UseChanged {
        let id = self.start(&self.user, voucher).expect("begun");
        self.world.clock.pass(60 * minutes);
        self.world.city.perform(&self.user, StopUse::new(id)).expect("ended")
    }

    fn balance(&self, account: AccountId) -> i64 {
        let found = self.world.city.ledger_account(&self.world.operator(), account);
        found.map_or(0, |found| found.shown.balance)
    }

    fn sound(&self) {
        assert_eq!(self.world.city.check_books().expect("checked"), []);
    }

    fn chain(&self, id: ChargeId) -> [i64; 5] {
        let it = self.world.city.charge(&self.keeper, id).expect("seen").charge.chain;
        [it.list, it.class_discount, it.subsidy, it.voucher, it.pays]
    }

    fn voucher(&self, funds: i64, amount: i64, terms: Terms) -> Result<VoucherId, No> {
        let city = &self.world.city;
        let bank = *self.bank.get_or_init(|| {
            let act = Books::new(self.world).bank();
            city.perform(&self.world.operator(), act).expect("a bank").account
        });
        let programme = "Innovation 2026".to_owned();
        let act = FundProgramme {
            programme: programme.clone(),
            bank,
            amount: funds,
            reference: format!("B-{funds}"),
            value_date: None,
        };
        city.perform(&self.world.operator(), act)?;
        let voucher = city.new_voucher_id();
        let act = IssueVoucher { programme, terms, amount, voucher };
        city.perform(&self.world.operator(), act).map(|done| done.voucher)
    }

    fn terms(&self) -> Terms {
        Terms {
            holder: self.firm,
            share_bp: 5_000,
            cap_claim: 3_000,
            cap_year: 10_000,
            kinds: Vec::new(),
            units: Vec::new(),
            last: base::Date::new(2099, 12, 31).expect("a day"),
        }
    }
}

on_both! {
    fn a_use_is_charged_as_it_ends(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(EXTERNAL, 6_000);
        let id = stage.start(&stage.user, None).expect("begun");
        let no = stage.start(&stage.boss, None).expect_err("taken");
        assert_eq!(codes(&no), "use-in-use");
        world.clock.pass(50 * 60);
        let kiosk = city.kiosk(&stage.user, stage.instrument).expect("seen");
        assert!(kiosk.running[0].may_stop && kiosk.customers.len() == 1);
        let other = city.kiosk(&stage.office, stage.instrument).expect("seen");
        assert!(other.running[0].person.is_some());
        let done = city.perform(&stage.user, StopUse::new(id)).expect("ended");
        assert_eq!(done.pays, 5_000);
        assert_eq!(stage.balance(owed_account(stage.unit, stage.firm)), 5_000);
        assert_eq!(stage.balance(earned_account(stage.unit)), 5_000);
        stage.sound();
        let again = city.perform(&stage.user, StopUse::new(id)).expect_err("over");
        assert_eq!(codes(&again), "use-over");
        let charge = done.charge.expect("a line");
        assert_eq!(stage.chain(charge), [5_000, 0, 0, 0, 5_000]);
        let month = instruments::charge::month_of(stage.today());
        let both = (stage.unit, stage.firm);
        let statement = city.service_statement(&stage.boss, both, &month).expect("a statement");
        assert_eq!((statement.pays, statement.owed.map(|it| it.balance), statement.lines.len()), (5_000, Some(5_000), 1));
        // Who caused the line sees it, and not what the firm owes; a colleague sees nothing.
        let own = city.service_statement(&stage.user, both, &month).expect("the own lines");
        assert_eq!((own.pays, own.owed.is_none(), own.lines.len()), (5_000, true, 1));
        let colleague = world.person("colleague", stage.firm, Role::FirmMember);
        assert!(city.service_statement(&colleague, both, &month).is_err());
        // Another firm learns nothing of it.
        let stranger = world.person("stranger", world.organisation("Rival"), Role::FirmAdministrator);
        assert!(city.service_statement(&stranger, both, &month).is_err());
        assert!(city.charge(&stranger, charge).is_err() && city.use_view(&stranger, id).is_err());
        assert_eq!(city.uses(&stranger, (None, None), 10).expect("a page").rows.len(), 0);
        assert_eq!(city.uses(&stage.keeper, (None, None), 10).expect("a page").rows.len(), 1);
    }
}

on_both! {
    /// Scenarios 48 and 53: rows for the national platform keep to its list, as a validator that others
    /// made sees it, and lack what the city says they lack.
    fn the_years_ledger_keeps_to_the_national_list(world) {
        use instruments::national::List;
        let stage = Lab::new(world);
        stage.price(EXTERNAL, 6_000);
        stage.used(90, None);
        stage.used(20, None);
        let asked = (stage.today().year(), None);
        let (rows, _) = world.city.service_records(&stage.keeper, asked, 100).expect("listed");
        assert_eq!(rows.len(), 2);
        let of = |cells: &[String]| {
            let fields = List::Record.fields().iter().map(|field| field.key.to_owned());
            let told = fields.zip(cells.iter().cloned()).filter(|(_, text)| !text.is_empty());
            told.collect::<std::collections::BTreeMap<String, String>>()
        };
        let mut documents = Vec::new();
        for (n, row) in rows.iter().enumerate() {
            documents.push((format!("{n}.json"), serde_json::json!(of(&row.cells())).to_string()));
        }
        let mut wrong = of(&rows[0].cells());
        wrong.insert("way".to_owned(), "借用".to_owned());
        wrong.insert("start".to_owned(), "yesterday".to_owned());
        wrong.insert("colour".to_owned(), "red".to_owned());
        documents.push(("wrong.json".to_owned(), serde_json::json!(wrong).to_string()));
        let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/national-record.schema.json");
        let named = documents.iter().map(|(name, text)| (name.clone(), text.as_str()));
        let found = testkit::schema::faults(std::path::Path::new(schema), named);
        let Some(faults) = found else { return };
        for (n, row) in rows.iter().enumerate() {
            let own = faults.iter().filter_map(|it| it.strip_prefix(&format!("{n}.json: $: '")));
            let mut own: Vec<&str> = own.map(|it| it.split('\'').next().unwrap_or(it)).collect();
            let mut lacks: Vec<&str> = row.missing.iter().map(|field| field.key).collect();
            own.sort_unstable();
            lacks.sort_unstable();
            assert_eq!(own, lacks, "{faults:?}");
            let all = faults.iter().filter(|it| it.starts_with(&format!("{n}.json")));
            assert_eq!(all.count(), lacks.len(), "nothing else stands against it: {faults:?}");
        }
        let planted = faults.iter().filter(|it| it.starts_with("wrong.json"));
        let planted: Vec<_> = planted.filter(|it| !it.contains("required property")).collect();
        assert_eq!(planted.len(), 3, "{planted:?}");
    }
}

on_both! {
    /// A row lacks the applicant's telephone until they tell it, which completes it; only the unit's own
    /// people read it, and nothing of the applicant is left once they are erased.
    fn a_row_is_complete_when_its_applicant_tells_a_telephone(world) {
        use app::telephone::SetTelephone;
        use instruments::national::Answer;
        let stage = Lab::new(world);
        let city = &world.city;
        let used = stage.used(90, None).id;
        let asked = (stage.today().year(), None);
        let told = |who: &Asker| {
            let (rows, _) = city.service_records(who, asked, 100).expect("listed");
            let row = rows.into_iter().next().expect("a row");
            let lacks: Vec<&str> = row.missing.iter().map(|field| field.key).collect();
            let cell = |key: &str| row.row.get(key).cloned().unwrap_or_default();
            (row.standing, lacks.join(" "), cell("applicant"), cell("phone"))
        };
        let set = |typed: &str| {
            city.perform(&stage.user, SetTelephone { telephone: typed.to_owned() })
        };
        assert_eq!(told(&stage.keeper), (Answer::Incomplete, "phone".into(), "user".into(), "".into()));
        assert_eq!(codes(&set("tomorrow").expect_err("no number")), "telephone-unreadable");
        set("０８１６-777 4242").expect("told");
        let own = city.own_telephone(&stage.user).expect("read");
        assert_eq!(own.as_deref(), Some("0816-777 4242"));
        assert_eq!(city.own_telephone(&stage.boss).expect("read"), None, "nobody else's");
        let exported = city.personal_data(&stage.user).expect("exported");
        assert_eq!(exported.telephone.as_deref(), Some("0816-777 4242"));
        let whole = (Answer::Ready, String::new(), "user".to_owned(), "0816-777 4242".to_owned());
        assert_eq!(told(&stage.keeper), whole);
        let (standing, lacks, _, phone) = told(&stage.office);
        assert_eq!((standing, lacks.as_str(), phone.as_str()), (Answer::Ready, "", ""));
        let row = city.service_records(&stage.keeper, asked, 1).expect("listed").0.remove(0).kept;
        assert!(!row.names.contains_key("applicant"), "{:?}", row.names);
        // Rows of before kept the name; it goes with its person.
        let id = base::ServiceRecordId::from_bits(77);
        let mut of_before = row.clone();
        of_before.record.id = id;
        of_before.names.insert("applicant".to_owned(), "user".to_owned());
        let add = move |tx: &mut store::Tx<'_>| store::service_record::add(tx, &of_before);
        city.store().write("a row of before", add).expect("kept");
        set("").expect("taken away");
        assert_eq!(told(&stage.keeper).1, "phone");
        set("13800000000").expect("told again");
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let typed = "user@testing.example".to_owned();
        let act = app::erasure::ErasePerson { person: person(&stage.user), typed };
        city.erase(&security, act).expect("erased");
        let (_, lacks, applicant, phone) = told(&stage.keeper);
        assert_eq!((lacks.as_str(), phone.as_str()), ("phone", ""));
        assert!(applicant != "user" && row.subject == used.to_string(), "{applicant}");
        let left = city.store().read(|tx| store::service_record::find(tx, id));
        assert!(!left.expect("read").expect("stays").names.contains_key("applicant"));
    }
}

on_both! {
    fn prices_are_dated_and_never_two_for_one_day(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(EXTERNAL, 6_000);
        let today = stage.today();
        let set = |who: &Asker, tariff: Tariff| {
            city.perform(who, SetTariff { instrument: stage.instrument, tariff })
        };
        let flat = |from: base::Date, minor| Tariff::flat(EXTERNAL, Mode::Usage, from, minor);
        let no = set(&stage.keeper, flat(today, 7_000)).expect_err("the same day");
        assert_eq!(codes(&no), "tariff-overlap");
        let yesterday = today.yesterday().expect("a day");
        let no = set(&stage.keeper, flat(yesterday, 7_000)).expect_err("over");
        assert!(codes(&no).contains("tariff-past"));
        let tomorrow = today.tomorrow().expect("a day");
        let new = set(&stage.keeper, flat(tomorrow, 9_000)).expect("ends the former").tariff;
        let seen = city.tariffs(&stage.user, stage.instrument).expect("seen");
        let spans: Vec<_> = seen.tariffs.iter().map(|it| (it.tariff.from, it.tariff.until)).collect();
        assert_eq!(spans, [(today, Some(tomorrow)), (tomorrow, None)]);
        assert!(!seen.may_set && set(&stage.user, flat(tomorrow, 1)).is_err());
        let act = EndTariff { instrument: stage.instrument, tariff: new, until: tomorrow };
        city.perform(&stage.keeper, act).expect("it never was valid");
        assert_eq!(city.tariffs(&stage.user, stage.instrument).expect("seen").tariffs.len(), 1);
    }
}

on_both! {
    fn a_class_of_its_own_pays_its_own_price(world) {
        let stage = Lab::new(world);
        stage.price(EXTERNAL, 6_000);
        stage.price("member", 4_500);
        let act = SetCustomerClass {
            unit: stage.unit,
            customer: stage.firm,
            class: "member".to_owned(),
            from: stage.today(),
        };
        let no = world.city.perform(&stage.user, SetCustomerClass { ..act }).expect_err("not his");
        assert!(matches!(codes(&no).as_str(), "not-allowed" | "not-found"));
        let act = SetCustomerClass {
            unit: stage.unit,
            customer: stage.firm,
            class: "member".to_owned(),
            from: stage.today(),
        };
        world.city.perform(&stage.keeper, act).expect("set");
        let done = stage.used(60, None);
        assert_eq!(stage.chain(done.charge.expect("a line")), [6_000, 1_500, 0, 0, 4_500]);
        // The unit's own people have no price here.
        let act = StartUse {
            instrument: stage.instrument,
            organisation: stage.unit,
            project: String::new(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: None,
            passes: Vec::new(),
            reason: String::new(),
        };
        let no = world.city.perform(&stage.staff, StartUse { ..act }).expect_err("no price");
        assert_eq!(codes(&no), "no-tariff");
        stage.price(INTERNAL, 1_000);
    }
}

on_both! {
    fn a_dispute_is_decided_by_another_and_reversed(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(EXTERNAL, 6_000);
        let began = city.now();
        let done = stage.used(120, None);
        let charge = done.charge.expect("a line");
        let span = Span::new(began, began.plus_seconds(3_600)).expect("a span");
        let dispute = |wish: Wish| DisputeCharge { charge, wish, reason: "forgot to end it".into() };
        let future = Span::new(began, city.now().plus_seconds(60)).expect("a span");
        let no = city.perform(&stage.user, dispute(Wish::Span(future))).expect_err("not past");
        assert_eq!(codes(&no), "adjustment-not-past");
        let asked = city.perform(&stage.user, dispute(Wish::Span(span))).expect("asked");
        let month = &city.statements(&stage.user).expect("months")[0].kept;
        assert_eq!((month.pays, month.disputed), (0, 12_000));
        let no = city.perform(&stage.boss, dispute(Wish::Waive)).expect_err("frozen");
        assert_eq!(codes(&no), "charge-not-posted");
        let decide = |who: &Asker, grants| {
            let act = DecideAdjustment::new(charge, asked.adjustment, grants, "seen in the log");
            city.perform(who, act)
        };
        let no = decide(&stage.user, true).expect_err("his own");
        assert!(matches!(codes(&no).as_str(), "not-allowed" | "adjustment-own"));
        let granted = decide(&stage.deputy, true).expect("granted");
        let instead = granted.instead.expect("a new line");
        // The line leads to its credit note and to what stands in its place; who asked is told.
        let line = city.charge(&stage.user, charge).expect("seen");
        let note = line.reversal.expect("a credit note").0;
        assert_eq!(line.instead.map(|(id, _)| id), Some(instead));
        assert_eq!(city.charge(&stage.user, note).expect("seen").charge.reverses, Some(charge));
        let told = city.desk(&stage.user).expect("desk").bench.decided;
        let told: Vec<_> = told.iter().map(|(id, _, state)| (*id, state.word())).collect();
        assert_eq!(told, [(charge, "granted")]);
        assert!(city.desk(&stage.deputy).expect("desk").bench.decided.is_empty());
        let desk = city.desk(&stage.user).expect("desk");
        assert_eq!(city.desk_count(&stage.user).expect("counted"), desk.n_waiting());
        // The list of months says what the statement says.
        let month = &city.statements(&stage.user).expect("months")[0].kept;
        assert_eq!((month.pays, month.disputed), (6_000, 0));
        assert_eq!(stage.chain(instead), [6_000, 0, 0, 0, 6_000]);
        assert_eq!(stage.balance(owed_account(stage.unit, stage.firm)), 6_000);
        assert_eq!(codes(&decide(&stage.keeper, true).expect_err("once")), "adjustment-decided");
        stage.sound();
        let lines = city.use_view(&stage.user, done.id).expect("seen").charges;
        let mut states: Vec<State> = lines.iter().map(|line| line.state).collect();
        states.sort_unstable();
        assert_eq!(states, [State::Posted, State::Reversed, State::Reversal]);
        assert_eq!(lines.iter().map(|line| line.chain.pays).sum::<i64>(), 6_000);
        // The ledger of services says the same: row, reversal, right row.
        let kept = city.store().read(|tx| store::service_record::of_subject(tx, &done.id.to_string()));
        let kept = kept.expect("read");
        let standing: Vec<_> =
            kept.iter().filter(|row| !row.is_reversed && row.record.reverses.is_none()).collect();
        assert_eq!((kept.len(), standing.len()), (3, 1));
        assert_eq!(standing[0].record.paid_customer, 6_000);
        // After the last day nobody may ask any more.
        world.clock.pass(80 * 86_400);
        let act = DisputeCharge { charge: instead, wish: Wish::Waive, reason: "late".into() };
        let no = city.perform(&stage.user, act).expect_err("too late");
        assert!(codes(&no).contains("adjustment-too-late"), "{}", codes(&no));
    }
}

on_both! {
    fn nobody_decides_about_an_own_use(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(INTERNAL, 1_000);
        let start = StartUse {
            instrument: stage.instrument,
            organisation: stage.unit,
            project: String::new(),
            way: Way::Own,
            source: Source::Kiosk,
            voucher: None,
            passes: Vec::new(),
            reason: String::new(),
        };
        let id = city.perform(&stage.keeper, start).expect("begun").id;
        world.clock.pass(3_600);
        let charge = city.perform(&stage.keeper, StopUse::new(id)).expect("ended").charge;
        let charge = charge.expect("a line");
        let act = DisputeCharge { charge, wish: Wish::Waive, reason: "a test run".into() };
        let asked = city.perform(&stage.keeper, act).expect("asked").adjustment;
        let decide = |who: &Asker| city.perform(who, DecideAdjustment::new(charge, asked, true, ""));
        assert_eq!(codes(&decide(&stage.keeper).expect_err("own")), "adjustment-own");
        assert_eq!(decide(&stage.deputy).expect("another").instead, None);
        assert_eq!(stage.balance(owed_account(stage.unit, stage.unit)), 0);
        stage.sound();
    }
}

on_both! {
    fn a_use_that_nobody_ended_is_charged_by_staff_alone(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(EXTERNAL, 6_000);
        let id = stage.start(&stage.user, None).expect("begun");
        let began = city.now();
        world.clock.pass(24 * 3_600);
        let no = city.perform(&stage.user, StopUse::new(id)).expect_err("a day has passed");
        assert_eq!(codes(&no), "use-unfinished");
        assert_eq!(stage.balance(owed_account(stage.unit, stage.firm)), 0);
        let rows = city.uses(&stage.keeper, (None, None), 10).expect("a page").rows;
        assert!(rows[0].proposed.is_some_and(|end| end > began && end <= city.now()));
        let late = StopUse::at(id, city.now().plus_seconds(1), "later");
        assert_eq!(codes(&city.perform(&stage.staff, late).expect_err("not yet")), "use-end-outside");
        let act = StopUse::at(id, began.plus_seconds(5_400), "left at noon, says the door");
        let no = city.perform(&stage.user, StopUse::at(id, began.plus_seconds(60), "me"));
        assert!(codes(&no.expect_err("not staff")).contains("use-end-by-staff"));
        assert_eq!(city.perform(&stage.staff, act).expect("entered").pays, 9_000);
    }
}

on_both! {
    fn a_use_entered_afterwards_lies_over_no_other(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(EXTERNAL, 6_000);
        let began = city.now();
        stage.used(60, None);
        world.clock.pass(3_600);
        let enter = |who: &Asker, from: i64, until: i64| {
            let (from, until) = (began.plus_seconds(60 * from), began.plus_seconds(60 * until));
            let span = Span::new(from, until).expect("a span");
            let mut act = EnterUse::new(stage.instrument, stage.firm, span);
            act.reason = "the network was down".into();
            city.perform(who, act)
        };
        assert_eq!(codes(&enter(&stage.staff, 30, 90).expect_err("overlaps")), "use-overlap");
        assert_eq!(codes(&enter(&stage.staff, 61, 600).expect_err("ahead")), "adjustment-not-past");
        assert!(enter(&stage.user, 61, 91).is_err());
        assert_eq!(enter(&stage.staff, 61, 91).expect("entered").pays, 3_000);
    }
}

on_both! {
    fn a_voucher_pays_its_part_and_is_never_overspent(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(EXTERNAL, 4_000);
        let no = stage.voucher(1_000, 1_001, stage.terms()).expect_err("more than the budget");
        assert_eq!(codes(&no), "ledger-exceeds-credits");
        let voucher = stage.voucher(9_000, 7_000, stage.terms()).expect("issued");
        assert_eq!(stage.balance(budget_account("Innovation 2026")), 3_000);
        let first = stage.used(60, Some(voucher));
        assert_eq!(stage.chain(first.charge.expect("a line")), [4_000, 0, 0, 2_000, 2_000]);
        let second = stage.used(120, Some(voucher));
        // Half would be 4,000, the cap of a claim is 3,000.
        assert_eq!(stage.chain(second.charge.expect("a line")), [8_000, 0, 0, 3_000, 5_000]);
        let third = stage.used(60, Some(voucher));
        assert_eq!(stage.chain(third.charge.expect("a line")), [4_000, 0, 0, 2_000, 2_000]);
        let fourth = stage.used(60, Some(voucher));
        assert_eq!(stage.chain(fourth.charge.expect("a line")), [4_000, 0, 0, 0, 4_000]);
        assert_eq!(stage.balance(voucher_account(voucher)), 0);
        assert_eq!(stage.balance(claims_account(stage.unit)), 7_000);
        stage.sound();
        let seen = city.voucher(&stage.user, voucher).expect("seen");
        assert_eq!(seen.redemptions.len(), 3);
        // A dispute gives the voucher's part back.
        let charge = third.charge.expect("a line");
        let act = DisputeCharge { charge, wish: Wish::Waive, reason: "the tube failed".into() };
        let asked = city.perform(&stage.user, act).expect("asked").adjustment;
        city.perform(&stage.keeper, DecideAdjustment::new(charge, asked, true, "")).expect("granted");
        assert_eq!(stage.balance(voucher_account(voucher)), 2_000);
        stage.sound();
        // A claim names what it lacks, then is claimed once.
        let seen = city.voucher(&stage.user, voucher).expect("seen");
        let open = seen.redemptions.iter().find(|(it, _)| it.redemption.stage == Stage::Redeemed);
        let id = open.expect("one is redeemed").0.id;
        let no = city.perform(&stage.keeper, MoveRedemption::claim(id, Vec::new()));
        assert_eq!(codes(&no.expect_err("bare")).matches("voucher-evidence-missing").count(), 3);
        let all = Evidence::ALL.to_vec();
        assert!(city.perform(&stage.user, MoveRedemption::claim(id, all.clone())).is_err());
        city.perform(&stage.keeper, MoveRedemption::claim(id, all.clone())).expect("claimed");
        let again = city.perform(&stage.keeper, MoveRedemption::claim(id, all)).expect_err("once");
        assert_eq!(codes(&again), "voucher-stage");
        // What is left goes back to the budget.
        let version = seen.row.voucher.version;
        city.perform(&world.operator(), EndVoucher::new(voucher, version)).expect("ended");
        assert_eq!(stage.balance(budget_account("Innovation 2026")), 5_000);
        let no = stage.start(&stage.user, Some(voucher)).map(|_| ());
        assert_eq!(no, Ok(()), "an ended voucher pays nothing and stops nobody");
        stage.sound();
    }
}

on_both! {
    fn two_users_at_once_never_spend_one_cent_twice(world) {
        let stage = Lab::new(world);
        let city = &world.city;
        stage.price(EXTERNAL, 4_000);
        let voucher = stage.voucher(2_500, 2_500, stage.terms()).expect("issued");
        let other = CreateInstrument {
            owner: stage.unit,
            is_hidden: false,
            sheet: Sheet { name: Bilingual::new("Furnace", "炉"), ..Sheet::default() },
        };
        let other = city.perform(&stage.keeper, other).expect("entered").instrument;
        let tariff = Tariff::flat(EXTERNAL, Mode::Usage, stage.today(), 4_000);
        city.perform(&stage.keeper, SetTariff { instrument: other, tariff }).expect("priced");
        let begin = |instrument, who: &Asker| {
            let act = StartUse {
                instrument,
                organisation: stage.firm,
                project: String::new(),
                way: Way::Own,
                source: Source::Kiosk,
                voucher: Some(voucher),
                passes: Vec::new(),
                reason: String::new(),
            };
            city.perform(who, act).expect("begun").id
        };
        let uses = [begin(stage.instrument, &stage.user), begin(other, &stage.boss)];
        world.clock.pass(3_600);
        let askers = [&stage.user, &stage.boss];
        let paid: Vec<i64> = std::thread::scope(|scope| {
            let ends: Vec<_> = uses
                .into_iter()
                .zip(askers)
                .map(|(id, who)| scope.spawn(move || city.perform(who, StopUse::new(id))))
                .collect();
            ends.into_iter().map(|it| it.join().expect("no panic").expect("ended").pays).collect()
        });
        // 8,000 together, of which the voucher had 2,500.
        assert_eq!(paid.iter().sum::<i64>(), 5_500);
        assert_eq!(stage.balance(voucher_account(voucher)), 0);
        stage.sound();
    }
}
