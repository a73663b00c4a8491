//! A register of enterprises comes in, and its firms are found and claimed.

use access::Role;
use app::organisation::ReviseOrganisation;
use app::register::{ImportOrganisations, Taken};
use app::{Asker, No};
use base::Bilingual;
use parties::register::Entry;
use worlds::{World, on_both};

fn code(no: &No) -> String {
    no.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn entry(n: u32, name: &str) -> Entry {
    let credit_code = parties::credit_code::completed(&format!("91510700M{n:06}Y4"));
    Entry {
        credit_code: credit_code.expect("a code"),
        name: Bilingual::new("", name),
        region: "绵阳市涪城区".to_owned(),
        industry: "新材料".to_owned(),
        founded_on: base::time::read_date("2019-05-06"),
    }
}

fn take(world: &World, entries: Vec<Entry>) -> Taken {
    let act = ImportOrganisations { entries, source: "Register 2026".to_owned() };
    world.city.perform(&world.operator(), act).expect("taken")
}

fn names(world: &World, typed: &str) -> Vec<String> {
    let found = world.city.find_organisations(&Asker::nobody(), typed, "", 50).expect("a list");
    found.into_iter().map(|it| it.profile.name.zh).collect()
}

on_both! {
    fn a_register_comes_in_once(world) {
        let all = vec![entry(1, "绵阳光学有限公司"), entry(2, "涪城材料有限公司")];
        assert_eq!(take(world, all.clone()), Taken { created: 2, ..Taken::default() });
        assert_eq!(take(world, all.clone()), Taken { unchanged: 2, ..Taken::default() });
        let mut moved = all.clone();
        moved[1].region = "绵阳市游仙区".to_owned();
        let preview = world.city.preview_organisations(&world.operator(), &moved).expect("told");
        assert_eq!(preview, Taken { updated: 1, unchanged: 1, ..Taken::default() });
        assert_eq!(take(world, moved.clone()), preview);
        assert_eq!(take(world, moved), Taken { unchanged: 2, ..Taken::default() });
        let id = world.city.organisation_named("涪城材料有限公司").expect("known by name");
        let it = world.city.organisation(&Asker::nobody(), id).expect("public").organisation;
        assert!(it.verified_at.is_none(), "a register verifies nobody");
        assert_eq!((it.source.as_str(), it.industry.as_str()), ("Register 2026", "新材料"));
        assert_eq!(it.founded_on, "2019-05-06");
        assert_eq!(it.profile.region.zh, "绵阳市游仙区");
    }

    fn a_register_is_the_offices(world) {
        let other = world.organisation("Other");
        for role in [Role::FirmAdministrator, Role::TransferOfficer, Role::Member] {
            let who = world.person(role.word(), other, role);
            let act = ImportOrganisations { entries: vec![entry(1, "甲")], source: "x".to_owned() };
            assert_eq!(code(&world.city.perform(&who, act).expect_err("no")), "not-allowed");
        }
        let mut wrong = entry(1, "甲");
        wrong.credit_code.replace_range(17.., "?");
        let act = ImportOrganisations { entries: vec![wrong], source: String::new() };
        let no = world.city.perform(&world.operator(), act).expect_err("two reasons");
        assert_eq!(code(&no), "credit-code-character (credit_code), field-required (source)");
    }

    fn what_somebody_speaks_for_is_not_changed(world) {
        take(world, vec![entry(1, "绵阳光学有限公司")]);
        let id = world.city.organisation_named("绵阳光学有限公司").expect("known");
        let boss = world.person("boss", id, Role::FirmAdministrator);
        let it = world.city.organisation(&boss, id).expect("own").organisation;
        let mut profile = it.profile;
        profile.name.zh = "绵阳光电有限公司".to_owned();
        let act = ReviseOrganisation { organisation: id, version: it.version, profile };
        world.city.perform(&boss, act).expect("revised");
        assert_eq!(take(world, vec![entry(1, "绵阳光学有限公司")]).unchanged, 1);
        let it = world.city.organisation(&boss, id).expect("own").organisation;
        assert_eq!(it.profile.name.zh, "绵阳光电有限公司");
    }

    fn two_imports_of_one_register_at_once_add_it_once(world) {
        let all: Vec<Entry> = (1..40).map(|n| entry(n, &format!("第{n}有限公司"))).collect();
        let ends: Vec<_> = std::thread::scope(|scope| {
            let all = &all;
            let threads: Vec<_> = (0..2).map(|_| scope.spawn(move || {
                let act = ImportOrganisations { entries: all.clone(), source: "R".to_owned() };
                world.city.perform(&world.operator(), act)
            })).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let created: u64 = ends.iter().filter_map(|end| end.as_ref().ok()).map(|it| it.created).sum();
        assert!(created == 39 || ends.iter().any(Result::is_err), "{ends:?}");
        assert_eq!(take(world, all).unchanged, 39);
    }

    /// Scenario 12 of the pages.
    fn a_firm_is_found_by_pinyin_initials_and_any_width(world) {
        take(world, vec![entry(1, "绵阳光学有限公司"), entry(2, "涪城材料有限公司")]);
        for typed in ["绵阳", "綿陽", "mianyang", "my", "ＭＹ", "光学", "guangxue", "gx", "MianYang guang"] {
            assert_eq!(names(world, typed), ["绵阳光学有限公司"], "{typed}");
        }
        assert_eq!(names(world, "cailiao"), ["涪城材料有限公司"]);
        assert_eq!(names(world, &entry(2, "").credit_code), ["涪城材料有限公司"]);
        assert!(names(world, "xyz").is_empty());
    }
}
