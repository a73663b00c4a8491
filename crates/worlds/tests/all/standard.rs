//! Standards over both databases: entered and changed by the office alone, followed, told of by mail,
//! and served by instruments that are shown.

use access::Role;
use app::instrument::CreateInstrument;
use app::standard::{FollowStandard, SaveStandard};
use app::{Asker, No};
use base::Bilingual;
use instruments::Capability;
use instruments::sheet::Sheet;
use instruments::standard::{Facts, Status};
use worlds::on_both;

fn codes(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

fn facts(number: &str) -> Facts {
    Facts {
        number: number.to_owned(),
        title: Bilingual::new("Particle size analysis", "粒度分析"),
        ..Facts::default()
    }
}

on_both! {
    fn a_standard_is_kept_by_the_office_and_followed_by_who_tests_by_it(world) {
        let city = &world.city;
        let office = world.person("office", world.hall, Role::AgencyOfficer);
        let unit = world.organisation("Institute");
        let keeper = world.person("keeper", unit, Role::TransferOfficer);
        let enter = |number: &str| SaveStandard { standard: None, facts: facts(number) };
        let no = city.perform(&keeper, enter("GB/T 19077.1-2008")).expect_err("not theirs");
        assert_eq!(codes(&no), "not-allowed");
        let old = city.perform(&office, enter("gb/t 19077.1—2008")).expect("entered");
        assert_eq!(old.number, "GB/T 19077.1-2008");
        let no = city.perform(&office, enter("GB/T 19077.1-2008")).expect_err("known");
        assert_eq!(codes(&no), "standard-known");
        let new = city.perform(&office, enter("GB/T 19077-2016")).expect("entered");
        // One instrument that is shown serves the old one, and one that is hidden.
        for (n, is_hidden) in [(1, false), (2, true)] {
            let sheet = Sheet {
                name: Bilingual::new(format!("Analyser {n}"), ""),
                capabilities: vec![Capability {
                    parameter: Bilingual::new("Particle size", ""),
                    standards: vec!["GB/T19077.1-2008".to_owned()],
                    ..Capability::default()
                }],
                ..Sheet::default()
            };
            city.perform(&keeper, CreateInstrument { owner: unit, is_hidden, sheet }).expect("entered");
        }
        let nobody = Asker::nobody();
        let page = city.standards(&nobody, "粒度", "", 10).expect("listed");
        let counts: Vec<u64> = page.rows.iter().map(|row| row.n_instruments).collect();
        assert_eq!((counts.as_slice(), page.may_save), ([0, 1].as_slice(), false));
        let view = city.standard(&nobody, old.standard).expect("seen");
        assert_eq!((view.n_instruments, view.is_followed), (1, false));
        // Followed; then the other one takes its place.
        let follow = |is_on| FollowStandard { standard: old.standard, is_on };
        city.perform(&keeper, follow(true)).expect("followed");
        city.perform(&keeper, follow(true)).expect("followed again");
        let gone = Facts {
            status: Status::Superseded,
            successor: "GB/T 19077-2016".to_owned(),
            ..facts("")
        };
        let revise = |version| SaveStandard {
            standard: Some((old.standard, version)),
            facts: gone.clone(),
        };
        assert_eq!(city.perform(&office, revise(1)).expect("changed").version, 2);
        let no = city.perform(&office, revise(1)).expect_err("an old version");
        assert_eq!(codes(&no), "version-conflict");
        assert!(!city.perform(&office, revise(2)).expect("nothing new").changed);
        let view = city.standard(&keeper, old.standard).expect("seen");
        assert_eq!(view.successor.map(|it| it.id), Some(new.standard));
        assert!(view.is_followed);
        let former = city.standard(&nobody, new.standard).expect("seen").former;
        assert_eq!(former, [("GB/T 19077.1-2008".to_owned(), old.standard)]);
        // Exactly one letter, to whoever follows it.
        city.follow_mail().expect("followed");
        city.follow_mail().expect("followed");
        let letters = city.own_letters(&keeper, base::Lang::En).expect("listed");
        let told = letters.iter().filter(|it| it.subject.contains("GB/T 19077.1-2008")).count();
        assert_eq!(told, 1);
        city.perform(&keeper, follow(false)).expect("no longer");
        assert!(!city.standard(&keeper, old.standard).expect("seen").is_followed);
    }
}
