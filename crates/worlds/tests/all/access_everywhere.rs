//! Who may not see a thing cannot tell from lists, counts, search, feeds or errors that it exists.

use access::Role;
use app::Asker;
use app::search::Ask;
use base::{Clearance, Label, Level, OrganisationId, TechnologyId};
use std::collections::BTreeSet;
use store::technology::Group;
use worlds::{World, on_both};

struct Cast {
    stranger: Asker,
    member: Asker,
    rival: Asker,
    officer: Asker,
    cleared: Asker,
    administrator: Asker,
}

fn cast(world: &World) -> (OrganisationId, Cast) {
    let owner = world.organisation("Owner");
    let other = world.organisation("Other");
    let cleared = world.person("cleared", other, Role::Expert);
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    let full = Clearance {
        level: Level::Restricted,
        compartments: words("A"),
        lists: words("n1"),
        ..Clearance::nobody()
    };
    world.clear(&cleared, full.clone());
    world.clear(&officer, full);
    let cast = Cast {
        stranger: Asker::nobody(),
        member: world.person("member", other, Role::Member),
        rival: world.person("rival", other, Role::TransferOfficer),
        administrator: world.person("system", world.hall, Role::SystemAdministrator),
        officer,
        cleared,
    };
    (owner, cast)
}

fn secret_label() -> Label {
    let mut label = Label::at(Level::Restricted);
    label.compartments.insert("A".to_owned());
    label.readers.insert("n1".to_owned());
    label
}

/// Everything that a reader can get out of the city, as one text.
fn all_they_see(world: &World, asker: &Asker, ids: &[TechnologyId]) -> String {
    let city = &world.city;
    let mut seen = String::new();
    for text in ["", "Laser", "Zyxglow", "zyx", "lasr"] {
        for is_own in [false, true] {
            let ask =
                Ask { text: text.to_owned(), is_own, limit: 50, facets: true, ..Ask::default() };
            let page = city.search(asker, &ask);
            let told = page.map(|page| {
                let hits: Vec<String> =
                    page.rows.iter().map(|row| format!("{:?}", row.summary)).collect();
                let rest = (page.total, page.facets, page.did_you_mean, page.jump, page.notes);
                format!("{hits:?} {rest:?} {:?}", page.label)
            });
            seen.push_str(&format!("search {text} {is_own}: {told:?}\n"));
        }
    }
    for prefix in ["z", "zyx", "la", "la s"] {
        seen.push_str(&format!("suggest {prefix}: {:?}\n", city.suggest(asker, prefix, 9)));
    }
    let counts = city.counts(asker, &search::Filters::default());
    seen.push_str(&format!("counts: {counts:?}\n"));
    for group in [Group::All, Group::Field, Group::Year, Group::Trl] {
        seen.push_str(&format!("rows: {:?}\n", city.counts_from_rows(asker, group)));
    }
    for latest in [false, true] {
        let feed = city.feed(asker, None, 500, latest).map(|page| {
            page.items
                .into_iter()
                .map(|item| (item.kind, item.thing, item.version))
                .collect::<Vec<_>>()
        });
        seen.push_str(&format!("feed: {feed:?}\n"));
    }
    let mut exported = Vec::new();
    let done = city.each_summary(asker, |row| {
        exported.push(row.id);
        true
    });
    seen.push_str(&format!("export: {exported:?} {done:?}\n"));
    for id in ids {
        let similar = city
            .similar(asker, *id, 9)
            .map(|page| page.rows.iter().map(|row| row.summary.id).collect::<Vec<_>>());
        seen.push_str(&format!("similar: {similar:?}\n"));
        seen.push_str(&format!("look: {:?}\n", city.technology(asker, *id).err()));
        seen.push_str(&format!("versions: {:?}\n", city.versions(asker, *id).err()));
    }
    seen
}

on_both! {
    fn a_secret_leaves_no_trace(world) {
        let (owner, cast) = cast(world);
        for n in 0..6 {
            world.technology(&cast.officer, owner, &format!("Laser {n}"), Label::public());
        }
        let known = world.technology(&cast.officer, owner, "Laser lamp", Label::public());
        world.settle();
        let absent = TechnologyId::from_bits(99);
        let outsiders =
            [&cast.stranger, &cast.member, &cast.rival, &cast.administrator];
        let before: Vec<String> =
            outsiders.iter().map(|asker| all_they_see(world, asker, &[known, absent])).collect();
        let secret =
            world.technology(&cast.officer, owner, "Zyxglow laser", secret_label());
        world.settle();
        for (asker, before) in outsiders.iter().zip(before) {
            let after = all_they_see(world, asker, &[known, absent]);
            assert_eq!(after, before, "{asker:?} learnt something");
            let hidden = world.city.technology(asker, secret).err();
            let none = world.city.technology(asker, absent).err();
            assert_eq!(hidden, none, "hidden and absent look the same");
        }
        let page = world.city.search(&cast.cleared, &Ask {
            text: "Zyxglow".to_owned(),
            limit: 9,
            ..Ask::default()
        });
        assert_eq!(page.expect("found").total, 1, "who needs to know finds it");
    }

    fn a_raised_label_acts_before_the_index_has_heard(world) {
        let (owner, cast) = cast(world);
        let id = world.technology(&cast.officer, owner, "Zyxglow", Label::public());
        world.settle();
        let find = |asker: &Asker| {
            let ask = Ask { text: "Zyxglow".to_owned(), limit: 9, facets: true, ..Ask::default() };
            world.city.search(asker, &ask).expect("an answer").total
        };
        assert_eq!(find(&cast.stranger), 1);
        let act = app::technology::RaiseLabel { technology: id, version: 2, label: secret_label() };
        world.city.perform(&cast.officer, act).expect("raised");
        for _ in 0..300 {
            if world.city.store().read(store::log::n_waiting).expect("a count") == 0 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(find(&cast.stranger), 0, "the index itself has not followed yet");
        world.settle();
        assert_eq!(find(&cast.stranger), 0);
        assert_eq!(find(&cast.cleared), 1);
    }

    fn a_raised_label_is_obeyed_everywhere_however_far_the_index_is_behind(world) {
        let (owner, cast) = cast(world);
        for n in 0..6 {
            world.technology(&cast.officer, owner, &format!("Laser {n}"), Label::public());
        }
        let known = world.technology(&cast.officer, owner, "Laser lamp", Label::public());
        world.settle();
        let outsiders = [&cast.stranger, &cast.member, &cast.rival, &cast.administrator];
        let see = |asker: &Asker| {
            let seen = all_they_see(world, asker, &[known]);
            // The feed tells what was public when it happened, until the label rose.
            let told = seen.lines().filter(|line| !line.starts_with("feed"));
            told.collect::<Vec<_>>().join("\n")
        };
        let before: Vec<String> = outsiders.iter().map(|asker| see(asker)).collect();
        let id = world.technology(&cast.officer, owner, "Zyxglow laser", Label::public());
        world.settle();
        assert_ne!(see(&cast.stranger), before[0], "it was public");
        // Thousands of other entries come before, and the index reads none of them.
        let written = world.city.store().write("many entries", |tx| {
            for n in 0..2_500_u32 {
                tx.record(store::NewEvent {
                    id: base::EventId::from_bits(u128::from(n) + 1),
                    kind: "looked".to_owned(),
                    at: base::Instant::from_micros(0),
                    act: base::ActId::from_bits(1),
                    by: "look-at-technology".to_owned(),
                    actor: None,
                    thing: "many".to_owned(),
                    version: 0,
                    owner: None,
                    gate: secret_label().gate(),
                    state: String::new(),
                    salt: [0; 32],
                    body: serde_json::Value::Null,
                });
            }
            Ok(())
        });
        written.expect("written");
        let act = app::technology::RaiseLabel { technology: id, version: 2, label: secret_label() };
        world.city.perform(&cast.officer, act).expect("raised");
        for (asker, before) in outsiders.iter().zip(&before) {
            for (now, before) in see(asker).lines().zip(before.lines()) {
                assert_eq!(now, before, "{:?} still sees it", asker.who);
            }
        }
        world.settle();
        for (asker, before) in outsiders.iter().zip(&before) {
            assert_eq!(&see(asker), before, "{asker:?} sees it again");
        }
    }

    fn a_look_at_a_restricted_thing_is_in_the_log(world) {
        let (owner, cast) = cast(world);
        let id = world.technology(&cast.officer, owner, "Zyxglow", secret_label());
        world.city.technology(&cast.cleared, id).expect("seen");
        world.settle();
        let entries = world
            .city
            .store()
            .read(|tx| store::log::entries_of_kind(tx, "looked", u64::MAX >> 1, 9))
            .expect("entries");
        assert_eq!(entries.len(), 1);
        let app::Who::Person(person) = cast.cleared.who else { panic!("a person") };
        assert_eq!(entries[0].header.actor, Some(person));
        assert_eq!(entries[0].body_json()["things"][0], id.to_string());
    }

    fn every_list_is_the_decision(world) {
        let (owner, cast) = cast(world);
        let labels = [
            Label::public(),
            Label::at(Level::Registered),
            Label::at(Level::Members),
            secret_label(),
        ];
        let mut all = Vec::new();
        for (n, label) in labels.iter().enumerate() {
            all.push(world.technology(&cast.officer, owner, &format!("Shown {n}"), label.clone()));
            all.push(world.draft(&cast.officer, owner, &format!("Draft {n}"), label.clone()).technology);
        }
        world.settle();
        let askers = [
            &cast.stranger, &cast.member, &cast.rival, &cast.officer, &cast.cleared,
            &cast.administrator,
        ];
        for asker in askers {
            for is_own in [false, true] {
                let ask = Ask { is_own, limit: 100, ..Ask::default() };
                let page = world.city.search(asker, &ask).expect("a list");
                let listed: BTreeSet<TechnologyId> =
                    page.rows.iter().map(|row| row.summary.id).collect();
                let act = if is_own {
                    access::Act::ListOwnTechnologies
                } else {
                    access::Act::ListTechnologies
                };
                let decided: BTreeSet<TechnologyId> = all
                    .iter()
                    .copied()
                    .filter(|id| {
                        let found = world.city.store().read(|tx| store::technology::find(tx, *id));
                        let thing = app::technology::thing_of(&found.expect("read").expect("row"));
                        let me = world.city.me(asker).expect("read");
                        let actor = me.map(|me| me.actor).unwrap_or_default();
                        access::decide(&actor, act, &thing).is_allowed()
                    })
                    .collect();
                assert_eq!(listed, decided, "{asker:?} own {is_own}");
                assert_eq!(page.total, decided.len() as u64);
            }
        }
    }
}
