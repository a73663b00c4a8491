//! `perform`: keys, refusals, panics, races.

use access::{Role, Thing};
use app::act::{Act, Cx, Stop};
use app::technology::{ConfirmTechnology, RaiseLabel, ReviseTechnology, WithdrawTechnology};
use app::{Asker, No};
use base::{Label, Level, Refusal};
use serde::{Deserialize, Serialize};
use worlds::{World, on_both};

fn code(no: &No) -> String {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect::<Vec<_>>().join(" ")
}

/// Leaves a hold row behind, then panics or not.
#[derive(Serialize, Deserialize)]
struct Stumble {
    panics: bool,
}

impl Act for Stumble {
    const ACT: access::Act = access::Act::ReadLog;
    type Facts = ();
    type Plan = ();
    type Outcome = u64;

    fn load(&self, _: &mut Cx<'_, '_>) -> Result<(), Stop> {
        Ok(())
    }

    fn thing(&self, (): &()) -> Thing {
        Thing::open()
    }

    fn decide(&self, (): (), _: &Cx<'_, '_>) -> Result<(), Vec<Refusal>> {
        Ok(())
    }

    fn save(&self, (): (), cx: &mut Cx<'_, '_>) -> Result<u64, Stop> {
        store::gate::add(cx.tx, if self.panics { "3:P::*" } else { "3:Q::*" })?;
        assert!(!self.panics, "planted");
        Ok(1)
    }
}

on_both! {
    fn the_same_key_gives_the_first_answer(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let made = world.draft(&officer, owner, "Laser", Label::at(Level::Members));
        let revise = |title: &str| ReviseTechnology {
            technology: made.technology,
            version: 1,
            content: World::content(title),
            note: String::new(),
        };
        let keyed = officer.clone().keyed("k1");
        let first = world.city.perform(&keyed, revise("Laser 2")).expect("revised");
        assert_eq!((first.version, first.changed), (2, true));
        // The state has moved on; without the key this would be a conflict.
        let again = world.city.perform(&keyed, revise("Laser 2")).expect("the same answer");
        assert_eq!(again.version, 2);
        let other = world.city.perform(&keyed, revise("Laser 3")).expect_err("another act");
        assert_eq!(code(&other), "key-reused");
        let stale = world.city.perform(&officer, revise("Laser 3")).expect_err("stale");
        assert_eq!(code(&stale), "version-conflict");
    }

    fn a_refusal_is_kept_under_its_key_too(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let made = world.draft(&officer, owner, "Laser", Label::at(Level::Members));
        let act = || WithdrawTechnology {
            technology: made.technology,
            version: 9,
            reason: "sold".to_owned(),
        };
        let keyed = officer.keyed("w1");
        let first = world.city.perform(&keyed, act()).expect_err("a wrong version");
        let again = world.city.perform(&keyed, act()).expect_err("the same refusal");
        assert_eq!(first, again);
    }

    fn what_goes_out_later_fails_with_the_next_question_and_undoes_all(world) {
        use store::{StoreError, key};
        let now = app::Clock::now(&world.clock);
        let (store, scope) = (world.city.store(), ("per_1", "act", "k"));
        let keep = move |tx: &mut store::Tx<'_>| key::keep(tx, scope, "digest", "answer", now);
        for asks_between in [true, false] {
            let twice = store.write("twice", move |tx| {
                keep(tx)?;
                keep(tx)?;
                if asks_between {
                    key::find(tx, scope.0, scope.1, scope.2)?;
                }
                Ok(())
            });
            assert!(matches!(&twice, Err(StoreError::Constraint(_))), "{twice:?}");
            let left = store.read(|tx| key::find(tx, scope.0, scope.1, scope.2));
            assert_eq!(left.expect("read"), None);
        }
        store.write("once", keep).expect("kept");
        let found = store.read(|tx| key::find(tx, scope.0, scope.1, scope.2));
        assert_eq!(found.expect("read"), Some(("digest".to_owned(), "answer".to_owned())));
    }

    fn equal_requests_at_one_instant_are_one_act(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let made = world.draft(&officer, owner, "Laser", Label::at(Level::Members));
        let keyed = officer.keyed("same");
        let versions: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    let (city, keyed) = (world.city.clone(), keyed.clone());
                    let content = World::content("Laser 2");
                    scope.spawn(move || {
                        let act = ReviseTechnology {
                            technology: made.technology,
                            version: 1,
                            content,
                            note: String::new(),
                        };
                        city.perform(&keyed, act).expect("the one answer").version
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert_eq!(versions, vec![2; 8]);
        world.settle();
        let id = made.technology.to_string();
        let entries = world.city.store().read(|tx| store::log::entries_of(tx, &id, 99));
        assert_eq!(entries.expect("entries").len(), 2, "created and revised, once each");
    }

    fn one_of_two_writers_wins(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let made = world.draft(&officer, owner, "Laser", Label::at(Level::Members));
        let outcomes: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    let (city, officer) = (world.city.clone(), officer.clone());
                    scope.spawn(move || {
                        let act = ReviseTechnology {
                            technology: made.technology,
                            version: 1,
                            content: World::content(&format!("Laser by {n}")),
                            note: String::new(),
                        };
                        match city.perform(&officer, act) {
                            Ok(_) => true,
                            Err(no) => {
                                assert_eq!(code(&no), "version-conflict");
                                false
                            }
                        }
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert_eq!(outcomes.iter().filter(|won| **won).count(), 1);
    }

    fn of_all_acts_on_one_version_one_wins(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        // Cleared for the label that some of them raise, so that raising may win too.
        let clearance =
            base::Clearance { level: Level::Restricted, ..base::Clearance::nobody() };
        world.clear(&officer, clearance);
        for round in 0..6 {
            let title = format!("Laser {round}");
            let made = world.draft(&officer, owner, &title, Label::at(Level::Members));
            let (technology, version) = (made.technology, made.version);
            let tries: Vec<Result<u64, String>> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..12)
                    .map(|n| {
                        let (city, officer) = (world.city.clone(), officer.clone());
                        scope.spawn(move || {
                            let done = match n % 4 {
                                0 => city.perform(&officer, ReviseTechnology {
                                    technology,
                                    version,
                                    content: World::content(&format!("Laser by {n}")),
                                    note: String::new(),
                                }),
                                1 => city.perform(&officer, ConfirmTechnology { technology, version }),
                                2 => city.perform(&officer, WithdrawTechnology {
                                    technology,
                                    version,
                                    reason: "sold".to_owned(),
                                }),
                                _ => city.perform(&officer, RaiseLabel {
                                    technology,
                                    version,
                                    label: Label::at(Level::Restricted),
                                }),
                            };
                            done.map(|done| done.version).map_err(|no| code(&no))
                        })
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            let won: Vec<u64> = tries.iter().filter_map(|tried| tried.clone().ok()).collect();
            assert_eq!(won, [2], "one act made version 2: {tries:?}");
            let lost = tries.iter().filter_map(|tried| tried.as_ref().err());
            for lost in lost {
                // Who comes after a raised label no longer knows the thing.
                assert!(["version-conflict", "not-found", "not-allowed"].contains(&lost.as_str()), "{lost}");
            }
        }
    }

    /// Two nodes whose chance is alike draw the same reference; the second draws again.
    fn a_reference_that_is_taken_is_drawn_again(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let drawn: Vec<String> = (0..3)
            .map(|n| {
                world.clock.pass(1);
                let city = world.reopened(99);
                let act = app::technology::CreateTechnology {
                    owner,
                    content: World::content(&format!("Laser {n}")),
                    label: None,
                    key: String::new(),
                    public_source: String::new(),
                };
                city.perform(&officer, act).expect("created").reference.to_string()
            })
            .collect();
        let different: std::collections::BTreeSet<&String> = drawn.iter().collect();
        assert_eq!(different.len(), 3, "{drawn:?}");
    }

    fn a_panicking_act_harms_no_other_of_its_batch(world) {
        let results: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16)
                .map(|n| {
                    let city = world.city.clone();
                    let panics = n % 4 == 0;
                    scope.spawn(move || city.perform(&Asker::nobody(), Stumble { panics }).is_ok())
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("answered")).collect()
        });
        assert_eq!(results.iter().filter(|done| **done).count(), 12);
        let gates = world.city.store().read(store::gate::known).expect("gates");
        assert!(gates.contains(&"3:Q::*".to_owned()) && !gates.contains(&"3:P::*".to_owned()));
    }

    fn rights_taken_away_count_at_the_next_act(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let made = world.draft(&officer, owner, "Laser", Label::at(Level::Members));
        let app::Who::Person(person) = officer.who else { panic!("a person") };
        let view = world.city.person(&world.operator(), person).expect("a person");
        let act = app::person::EndMembership { membership: view.roles[0].0, successor: None };
        world.city.perform(&world.operator(), act).expect("ended");
        let act = WithdrawTechnology {
            technology: made.technology,
            version: 1,
            reason: "no longer mine".to_owned(),
        };
        let no = world.city.perform(&officer, act).expect_err("no right any more");
        assert_eq!(code(&no), "not-found", "a draft is not even known to others");
    }

    fn the_last_administrator_stays(world) {
        let act = app::person::DisablePerson { person: world.operator, successor: None };
        assert!(world.city.perform(&world.operator(), act).is_err(), "never oneself");
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let act = app::person::DisablePerson { person: world.operator, successor: None };
        let no = world.city.perform(&security, act).expect_err("the last operator");
        assert_eq!(code(&no), "person-last-administrator");
    }

    fn a_city_is_initialised_once(world) {
        let act = app::city::InitialiseCity {
            name: base::Bilingual::new("Again", ""),
            origin: "again.example/log".to_owned(),
            demo: false,
            operator_email: "again@testing.example".to_owned(),
            operator_name: base::Bilingual::new("Again", ""),
            lang: base::Lang::En,
        };
        let no = world.city.perform(&Asker::nobody(), act).err().expect("refused");
        assert_eq!(code(&no), "city-already-initialised");
    }

    fn nothing_is_written_when_the_disk_is_low(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        world.city.store().committed().set_read_only(true);
        let act = app::technology::CreateTechnology {
            owner,
            content: World::content("Laser"),
            label: None,
            key: String::new(),
            public_source: String::new(),
        };
        let no = world.city.perform(&officer, act).expect_err("read-only");
        assert_eq!(code(&no), "read-only");
        assert!(world.city.organisation(&officer, owner).is_ok(), "reading goes on");
        world.city.store().committed().set_read_only(false);
    }

    fn a_password_opens_a_session_and_wrong_ones_close_the_door(world) {
        let owner = world.organisation("Institute");
        world.person("officer", owner, Role::TransferOfficer);
        let from = |network: &str| Asker { network: network.to_owned(), ..Asker::nobody() };
        let try_in = |asker: &Asker, password: &str| {
            let act = app::account::SignIn::new("officer@testing.example", password, "test");
            world.city.perform(asker, act)
        };
        let stranger = from("203.0.113.0/24");
        let unknown = app::account::SignIn::new("nobody@testing.example", "x", "test");
        let nobody = world.city.perform(&stranger, unknown).err().expect("unknown");
        for _ in 0..5 {
            let wrong = try_in(&stranger, "wrong").err().expect("wrong");
            assert_eq!(wrong, nobody, "unknown and wrong look the same");
        }
        let shut = try_in(&stranger, "a testing password").err().expect("shut");
        assert_eq!(code(&shut), "too-many");
        // The owner's own network is not shut by strangers.
        let home = from("198.51.100.0/24");
        let Ok(app::account::Entered::In(open)) = try_in(&home, "a testing password") else {
            panic!("not signed in")
        };
        let shown = app::person::Shown::Session(&open.secret);
        let find = || world.city.identify(Asker::nobody(), shown).expect("read");
        let (asker, me) = find().expect("a session");
        assert!(me.is_some_and(|me| me.person.email == "officer@testing.example"));
        world.clock.pass(31 * 60);
        assert!(find().is_none(), "idle sessions end, and asking does not wake them");
        assert!(world.city.me(&asker).expect("read").is_none(), "idle sessions end");
    }
}
