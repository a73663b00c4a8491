//! Instruments over both databases: entered, described, hidden, retired, found; who may what, and
//! what a hidden one tells nobody.

use access::Role;
use app::instrument::{
    CreateInstrument, MoveInstrument, NameClasses, ReviseInstrument, SaveInstruments, SearchAsk,
};
use app::{Asker, No};
use base::{Bilingual, InstrumentId, OrganisationId, PersonId};
use instruments::Capability;
use instruments::find::Question;
use instruments::instrument::Move;
use instruments::place::{Place, Point};
use instruments::sheet::{Mode, Numbers, Sheet};
use worlds::{World, on_both};

fn codes(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

fn person(asker: &Asker) -> PersonId {
    let app::Who::Person(person) = asker.who else { panic!("a person") };
    person
}

/// A unit with people, a firm, and the office.
struct Stage<'a> {
    world: &'a World,
    unit: OrganisationId,
    keeper: Asker,
    staff: Asker,
    member: Asker,
    firm: Asker,
    office: Asker,
}

impl<'a> Stage<'a> {
    fn new(world: &'a World) -> Self {
        let unit = world.organisation("Institute of Powders");
        let firm = world.organisation("Firm");
        Self {
            world,
            unit,
            keeper: world.person("keeper", unit, Role::TransferOfficer),
            staff: world.person("staff", unit, Role::Member),
            member: world.person("member", unit, Role::Member),
            firm: world.person("firm", firm, Role::FirmMember),
            office: world.person("office", world.hall, Role::AgencyOfficer),
        }
    }

    fn sheet(&self, en: &str, asset: &str) -> Sheet {
        Sheet {
            name: Bilingual::new(en, "X射线衍射仪"),
            class: "010301".to_owned(),
            model: "Smart 9".to_owned(),
            numbers: Numbers { asset: asset.to_owned(), ..Numbers::default() },
            place: Place { point: Point::parse("31.4675", "104.6791"), ..Place::default() },
            operators: vec![person(&self.staff)],
            capabilities: vec![Capability {
                parameter: Bilingual::new("Crystal phase", "物相组成"),
                object: Bilingual::new("Powders", "粉末"),
                standards: vec!["GB/T 23413-2009".to_owned()],
                ..Capability::default()
            }],
            ..Sheet::default()
        }
    }

    fn enter(&self, en: &str, asset: &str, is_hidden: bool) -> InstrumentId {
        let act = CreateInstrument { owner: self.unit, is_hidden, sheet: self.sheet(en, asset) };
        self.world.city.perform(&self.keeper, act).expect("entered").instrument
    }

    fn found(&self, who: &Asker, text: &str) -> Vec<InstrumentId> {
        let question = Question { text: text.to_owned(), ..Question::default() };
        let ask = SearchAsk { question, page: 1, page_rows: 100, ..SearchAsk::default() };
        let page = self.world.city.instruments(who, &ask).expect("found");
        assert_eq!(page.total, page.rows.len());
        page.rows.iter().map(|row| row.instrument.id).collect()
    }
}

on_both! {
    fn an_instrument_is_entered_described_and_found(world) {
        let stage = Stage::new(world);
        let city = &world.city;
        let id = stage.enter("X-ray diffractometer", "A-1", false);
        let nobody = Asker::nobody();
        for text in ["xrd", "衍射", "crystal phase", "GB/T 23413", "物相 粉末"] {
            assert_eq!(stage.found(&nobody, text), [id], "{text}");
        }
        assert!(stage.found(&nobody, "SEM").is_empty());
        let view = city.instrument(&nobody, id).expect("seen");
        assert_eq!((view.view, view.instrument.version), ("public", 1));
        assert!(view.operators.is_empty(), "names of people are for those who are signed in");
        assert_eq!(city.instrument(&stage.firm, id).expect("seen").operators.len(), 1);
        // The same inventory number again, and a sheet with much that is wrong.
        let again = CreateInstrument {
            owner: stage.unit,
            is_hidden: false,
            sheet: Sheet { name: Bilingual::default(), ..stage.sheet("x", "A-1") },
        };
        let no = city.perform(&stage.keeper, again).expect_err("refused");
        assert_eq!(codes(&no), "field-required instrument-asset-taken");
        // Staff describe it; a mere colleague and a firm do not.
        let next = Sheet { mode: Mode::Hybrid, ..view.instrument.sheet.clone() };
        let revise = |version| ReviseInstrument { instrument: id, version, sheet: next.clone() };
        for other in [&stage.member, &stage.firm] {
            let no = city.perform(other, revise(1)).expect_err("refused");
            assert_eq!(codes(&no), "not-allowed");
        }
        assert_eq!(city.perform(&stage.staff, revise(1)).expect("revised").version, 2);
        assert!(!city.perform(&stage.staff, revise(2)).expect("nothing new").changed);
        let no = city.perform(&stage.keeper, revise(1)).expect_err("an old version");
        assert_eq!(codes(&no), "version-conflict");
        // Somebody from elsewhere cannot be made its staff.
        let sheet = Sheet { operators: vec![person(&stage.firm)], ..next.clone() };
        let act = ReviseInstrument { instrument: id, version: 2, sheet };
        let no = city.perform(&stage.keeper, act).expect_err("no place there");
        assert_eq!(codes(&no), "instrument-operator-unknown");
        let told = world.city.store().read(|tx| store::instrument::version_digests(tx, id, 2));
        let (kept, is) = told.expect("read").expect("a version");
        assert_eq!(kept, is);
    }

    fn a_hidden_instrument_tells_nothing(world) {
        let stage = Stage::new(world);
        let city = &world.city;
        let shown = stage.enter("Shown diffractometer", "A-1", false);
        let hidden = stage.enter("Hidden diffractometer", "A-2", true);
        let absent = InstrumentId::from_bits(7);
        let nobody = Asker::nobody();
        for who in [&nobody, &stage.firm, &stage.member] {
            assert_eq!(stage.found(who, "diffractometer"), [shown]);
            assert_eq!(stage.found(who, "hidden").len(), 0);
            let (a, b) = (city.instrument(who, hidden), city.instrument(who, absent));
            assert_eq!(a.expect_err("hidden"), b.expect_err("absent"));
            let (a, b) = (city.instrument_versions(who, hidden), city.instrument_versions(who, absent));
            assert_eq!(a.expect_err("hidden"), b.expect_err("absent"));
            // Not counted beside the list, and not among those of the same kind.
            let page = city.instruments(who, &SearchAsk::default()).expect("a list");
            assert_eq!(page.sides.owners[0].2, 1);
            assert!(city.instrument(who, shown).expect("seen").similar.is_empty());
            let sheet = stage.sheet("x", "A-9");
            let revise = |instrument| ReviseInstrument { instrument, version: 1, sheet: sheet.clone() };
            let moves = |instrument| MoveInstrument { instrument, version: 1, to: Move::Show };
            for (a, b) in [
                (city.perform(who, revise(hidden)), city.perform(who, revise(absent))),
                (city.perform(who, moves(hidden)), city.perform(who, moves(absent))),
            ] {
                assert_eq!(a.expect_err("hidden"), b.expect_err("absent"));
            }
        }
        // Its owner, its staff and the office see it.
        for who in [&stage.keeper, &stage.staff, &stage.office] {
            assert!(city.instrument(who, hidden).is_ok());
        }
        assert_eq!(stage.found(&stage.keeper, "diffractometer").len(), 2);
        let operated = city.operated_instruments(&stage.staff).expect("listed");
        assert_eq!(operated.len(), 2);
        // Retired and still hidden, it is as little known; shown, its page stays.
        let day = base::Date::constant(2026, 3, 2);
        let act = MoveInstrument { instrument: hidden, version: 1, to: Move::Retire(day) };
        assert_eq!(city.perform(&stage.keeper, act).expect("retired").state, "hidden");
        assert!(city.instrument(&nobody, hidden).is_err());
        let act = MoveInstrument { instrument: hidden, version: 2, to: Move::Show };
        assert_eq!(city.perform(&stage.keeper, act).expect("shown").state, "retired");
        assert!(city.instrument(&nobody, hidden).is_ok());
        assert_eq!(stage.found(&nobody, "diffractometer"), [shown], "retired ones are asked for");
        let no = city.perform(&stage.staff, MoveInstrument {
            instrument: shown,
            version: 1,
            to: Move::Hide,
        });
        assert_eq!(codes(&no.expect_err("staff decides nothing")), "not-allowed");
    }

    fn many_are_entered_at_once_and_again(world) {
        let stage = Stage::new(world);
        let city = &world.city;
        let classes = vec![("0103".to_owned(), Bilingual::new("X-ray analysis", "X射线分析"))];
        let act = NameClasses { classes, is_invented: true };
        assert_eq!(city.perform(&stage.office, act).expect("named"), 1);
        let rows = || -> Vec<(u64, Sheet)> {
            let mut rows: Vec<_> =
                (1..=20).map(|n| (n, stage.sheet(&format!("Device {n}"), &format!("B-{n}")))).collect();
            rows.push((21, Sheet::default()));
            rows
        };
        let act = |rows| SaveInstruments { owner: stage.unit, rows, is_hidden: false };
        let done = city.perform(&stage.keeper, act(rows())).expect("entered");
        assert_eq!((done.entered.len(), done.revised, done.problems.len()), (20, 0, 1));
        assert_eq!(done.problems[0].line, 21);
        assert_eq!(stage.found(&Asker::nobody(), "x-ray analysis").len(), 20);
        let mut again = rows();
        again[0].1.model = "Smart 10".to_owned();
        let done = city.perform(&stage.keeper, act(again)).expect("entered");
        assert_eq!((done.entered.len(), done.revised, done.unchanged), (0, 1, 19));
        let no = city.perform(&stage.firm, act(rows())).expect_err("not theirs");
        assert_eq!(codes(&no), "not-allowed");
        let view = city.instrument(&Asker::nobody(), done_first(city)).expect("seen");
        assert_eq!(view.similar.len(), 12, "the nearest of the same class");
        assert!(view.similar.iter().all(|it| it.found.metres == Some(0)));
        assert_eq!(view.classes.path("010301").len(), 2);
    }
}

fn done_first(city: &app::City) -> InstrumentId {
    let page = city.instruments(&Asker::nobody(), &SearchAsk::default()).expect("a list");
    page.rows[0].instrument.id
}
