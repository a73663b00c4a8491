//! Test items over both databases: entered by a unit's staff, found by everybody, hidden once withdrawn.

use access::Role;
use app::instrument::CreateInstrument;
use app::item::{ItemAsk, SaveItem};
use app::standard::SaveStandard;
use app::{Asker, No};
use base::{Bilingual, InstrumentId, OrganisationId, TestItemId};
use instruments::item::{Accreditation, Mark, Sheet};
use instruments::standard::{Facts, Status};
use worlds::{World, on_both};

fn codes(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

/// A tensile test, accredited from 2023 to 2029.
pub fn tensile() -> Sheet {
    Sheet {
        object: Bilingual::new("Metals", "金属材料"),
        parameter: Bilingual::new("Tensile strength", "抗拉强度"),
        standard: "GB/T 228.1-2010".to_owned(),
        price: 8_000,
        minimum: 30_000,
        counted: instruments::tariff::Counted::Successful,
        usual_days: 5,
        accreditations: vec![Accreditation {
            mark: Mark::Cma,
            certificate: "230012345678".to_owned(),
            from: "2023-05-01".parse().expect("a date"),
            until: "2029-04-30".parse().expect("a date"),
        }],
        ..Sheet::default()
    }
}

/// Enters a sheet for a unit.
pub fn entered(
    world: &World,
    who: &Asker,
    unit: OrganisationId,
    sheet: Sheet,
) -> Result<TestItemId, No> {
    let act = SaveItem { item: None, unit, sheet, is_withdrawn: false };
    world.city.perform(who, act).map(|done| done.item)
}

fn found(world: &World, who: &Asker, text: &str) -> Vec<TestItemId> {
    let ask = ItemAsk { text: text.to_owned(), page: 1, page_rows: 50, ..ItemAsk::default() };
    let page = world.city.test_items(who, &ask).expect("a page");
    assert_eq!(page.total, page.rows.len());
    page.rows.iter().map(|row| row.item.id).collect()
}

fn instrument(world: &World, who: &Asker, owner: OrganisationId, operator: &Asker) -> InstrumentId {
    let app::Who::Person(person) = operator.who else { panic!("a person") };
    let name = Bilingual::new("Testing machine", "试验机");
    let sheet = instruments::Sheet { name, operators: vec![person], ..Default::default() };
    let act = CreateInstrument { owner, is_hidden: true, sheet };
    world.city.perform(who, act).expect("entered").instrument
}

on_both! {
    fn a_test_is_entered_by_its_staff_and_found_by_everybody(world) {
        let (unit, rival) = (world.organisation("Institute"), world.organisation("Rival"));
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let staff = world.person("staff", unit, Role::Member);
        let other = world.person("other", rival, Role::TransferOfficer);
        let nobody = Asker::nobody();
        let no = entered(world, &staff, unit, tensile()).expect_err("operates nothing");
        assert!(matches!(codes(&no).as_str(), "not-allowed" | "not-found"));
        let id = entered(world, &keeper, unit, tensile()).expect("entered");
        for text in ["tensile strength", "抗拉强度", "metals", "GB/T 228.1", "gb/t 228.1-2010", ""] {
            assert_eq!(found(world, &nobody, text), [id], "{text}");
        }
        assert!(found(world, &nobody, "viscosity").is_empty());

        // Who operates the instrument of a test keeps it; one of another unit is not named.
        let machine = instrument(world, &keeper, unit, &staff);
        let own = Sheet { instruments: vec![machine], ..tensile() };
        let hard = Sheet { parameter: Bilingual::new("Hardness", "硬度"), ..own.clone() };
        let second = entered(world, &staff, unit, hard).expect("the operator's");
        let no = entered(world, &other, rival, own.clone()).expect_err("not theirs");
        assert_eq!(codes(&no), "item-instrument-unknown");
        let seen = world.city.test_item(&nobody, second).expect("public");
        assert!(seen.instruments.is_empty(), "the instrument is hidden");
        assert_eq!(world.city.test_item(&keeper, second).expect("own").instruments.len(), 1);

        // A change needs the version that was seen; withdrawn is as if it were not there.
        let change = |who: &Asker, version, is_withdrawn| {
            let item = Some((id, version));
            world.city.perform(who, SaveItem { item, unit, sheet: tensile(), is_withdrawn })
        };
        let denied = change(&other, 1, true).expect_err("not theirs");
        assert_eq!(codes(&denied), "not-allowed");
        assert!(!change(&keeper, 1, false).expect("the same").changed);
        assert_eq!(change(&keeper, 1, true).expect("withdrawn").version, 2);
        assert_eq!(codes(&change(&keeper, 1, false).expect_err("stale")), "version-conflict");
        for reader in [&nobody, &other] {
            assert_eq!(found(world, reader, "tensile"), []);
            let hidden = world.city.test_item(reader, id).expect_err("hidden");
            let absent = world.city.test_item(reader, world.city.with_chance(|chance| {
                TestItemId::new(world.city.now(), chance)
            }));
            assert_eq!(codes(&hidden), codes(&absent.expect_err("absent")));
        }
        assert_eq!(found(world, &keeper, "tensile").len(), 1);
    }
}

on_both! {
    fn a_superseded_standard_is_flagged_with_what_took_its_place(world) {
        let unit = world.organisation("Institute");
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let office = world.person("office", world.hall, Role::AgencyOfficer);
        let id = entered(world, &keeper, unit, tensile()).expect("entered");
        let enter = |number: &str, status, successor: &str| {
            let title = Bilingual::new("Tensile testing", "拉伸试验");
            let (number, successor) = (number.to_owned(), successor.to_owned());
            let facts = Facts { number, title, status, successor, ..Facts::default() };
            world.city.perform(&office, SaveStandard { standard: None, facts }).expect("entered");
        };
        enter("GB/T 228.1-2021", Status::InForce, "");
        enter("GB/T 228.1-2010", Status::Superseded, "GB/T 228.1-2021");
        let view = world.city.test_item(&Asker::nobody(), id).expect("public");
        let status = view.row.standard.map(|it| it.facts.status);
        assert_eq!(status, Some(Status::Superseded));
        assert_eq!(view.successor.map(|it| it.facts.number).as_deref(), Some("GB/T 228.1-2021"));
        let served = world.city.items_of_standard(&Asker::nobody(), "gb/t 228.1—2010");
        assert_eq!(served.expect("a list").len(), 1);
    }
}
