//! The second factor: two steps, once, counted, required, lost and recovered.

use access::Role;
use app::account::{Entered, FinishSignIn, ProveIdentity, SignIn};
use app::factor::{EnrolFactor, RemoveFactor, RenewRecoveryCodes};
use app::person::Shown;
use app::recovery::{
    ConfirmFactorRecovery, RefuseFactorRecovery, ResetFactor, StartFactorRecovery,
};
use app::{Asker, No, Who};
use base::{Clearance, Level, PersonId};
use parties::factor::Proofing;
use parties::totp::TotpSecret;
use worlds::{On, World, on_both};

const PASSWORD: &str = "a testing password";

fn code(no: &No) -> String {
    no.0.first().map_or("", |refusal| refusal.code.as_ref()).to_owned()
}

fn from(network: &str) -> Asker {
    Asker { network: network.to_owned(), ..Asker::nobody() }
}

fn first_step(world: &World, name: &str, password: &str) -> Result<Entered, No> {
    let act = SignIn::new(&format!("{name}@testing.example"), password, "Firefox/1 Linux");
    world.city.perform(&from("198.51.100.0/24"), act)
}

/// Signed in by password alone.
fn signed_in(world: &World, name: &str) -> Asker {
    match first_step(world, name, PASSWORD) {
        Ok(Entered::In(done)) => by_cookie(world, &done.secret),
        Ok(Entered::HalfWay(_)) => panic!("a code is asked"),
        Err(no) => panic!("{no}"),
    }
}

fn half(world: &World, name: &str) -> String {
    match first_step(world, name, PASSWORD) {
        Ok(Entered::HalfWay(half)) => half.secret,
        Ok(Entered::In(_)) => panic!("no code is asked"),
        Err(no) => panic!("{no}"),
    }
}

fn by_cookie(world: &World, secret: &str) -> Asker {
    let found = world.city.identify(Asker::nobody(), Shown::Session(secret)).expect("read");
    let network = "198.51.100.0/24".to_owned();
    Asker { who: found.expect("a session").0.who, network, ..Asker::nobody() }
}

/// Whether a secret is a session's.
fn opens(world: &World, secret: &str) -> bool {
    world.city.identify(Asker::nobody(), Shown::Session(secret)).expect("read").is_some()
}

/// What a telephone shows for a secret as it was written on the page.
struct Phone(TotpSecret);

impl Phone {
    fn read(written: &str) -> Self {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut bits = 0_u128;
        let mut bytes = Vec::new();
        let plain: Vec<char> = written.chars().filter(|c| *c != ' ').collect();
        for eight in plain.chunks(8) {
            for letter in eight {
                let five = letters.find(*letter).expect("base 32");
                bits = (bits << 5) | five as u128;
            }
            bytes.extend_from_slice(&bits.to_be_bytes()[11..]);
            bits = 0;
        }
        Self(TotpSecret::from_bytes(bytes.try_into().expect("20 bytes")))
    }

    fn shows(&self, world: &World) -> String {
        self.0.code_at(world.city.now())
    }
}

/// Enrols, and gives telephone, recovery codes and the session after it.
fn enrol(world: &World, asker: &Asker) -> (Phone, Vec<String>, Asker) {
    let draft = world.city.factor_draft(asker, "", "Testing").expect("a draft");
    let phone = Phone::read(&draft.written);
    let act = EnrolFactor::new(asker, &draft.sealed, &phone.shows(world));
    let done = world.city.perform(asker, act).expect("enrolled");
    let asker = by_cookie(world, &done.secret);
    (phone, done.recovery_codes, asker)
}

fn id_of(asker: &Asker, world: &World) -> PersonId {
    world.city.me(asker).expect("read").expect("somebody").person.id
}

fn kinds(world: &World, person: PersonId) -> Vec<String> {
    world.settle();
    let entries = world.city.store().read(|tx| store::log::entries_of(tx, &person.to_string(), 99));
    entries.expect("entries").into_iter().map(|entry| entry.header.kind).collect()
}

on_both! {
    fn two_steps_and_a_code_that_works_once(world) {
        world.person("wu", world.hall, Role::Member);
        let first = signed_in(world, "wu");
        let old = first.clone();
        let (phone, codes, now_in) = enrol(world, &first);
        assert_eq!(codes.len(), 10);
        assert_eq!(now_in.who, old.who, "the same session, under a new secret");
        world.clock.pass(30);
        let secret = half(world, "wu");
        // Scenario 34: what the first step gave opens nothing.
        assert!(!opens(world, &secret));
        let shown = phone.shows(world);
        let finish = |secret: &str, typed: &str| {
            world.city.perform(&from("198.51.100.0/24"), FinishSignIn::new(secret, typed))
        };
        let Ok(done) = finish(&secret, &shown) else { panic!("not signed in") };
        let asker = by_cookie(world, &done.secret);
        let me = world.city.me(&asker).expect("read").expect("somebody");
        assert_eq!(me.actor.assurance, access::Assurance::Fresh);
        let again = finish(&secret, &shown).err().expect("used up");
        assert_eq!(code(&again), "sign-in-over");
        // Scenario 32: the same code in a second sign-in, and the step before.
        let secret = half(world, "wu");
        let used = finish(&secret, &shown).err().expect("used");
        assert_eq!(code(&used), "factor-code-wrong");
        world.clock.pass(30);
        let late = finish(&secret, &shown).err().expect("the step before");
        assert_eq!(code(&late), "factor-code-wrong");
        // A recovery code does, once.
        assert!(finish(&secret, &codes[0]).is_ok());
        let secret = half(world, "wu");
        assert_eq!(code(&finish(&secret, &codes[0]).err().expect("used")), "factor-code-wrong");
        assert!(finish(&secret, &codes[1].to_owned().replace('-', " ")).is_ok());
        let own = world.city.own_factor(&asker).expect("read");
        assert_eq!(own.enrolled.map(|(_, left)| left), Some(8));
    }

    fn five_wrong_codes_end_the_sign_in_and_shut_the_window(world) {
        let wu = world.person("wu", world.hall, Role::Member);
        let (phone, codes, _) = enrol(world, &signed_in(world, "wu"));
        world.clock.pass(60);
        let secret = half(world, "wu");
        let finish = |secret: &str, typed: &str| {
            world.city.perform(&from("198.51.100.0/24"), FinishSignIn::new(secret, typed))
        };
        let wrong = |shown: &str| if shown == "000000" { "111111" } else { "000000" };
        for n in 0..5 {
            let no = finish(&secret, wrong(&phone.shows(world))).err().expect("wrong");
            assert_eq!(code(&no), "factor-code-wrong", "{n}");
        }
        let over = finish(&secret, &phone.shows(world)).err().expect("over");
        assert_eq!(code(&over), "sign-in-over", "then a new sign-in");
        let secret = half(world, "wu");
        let shut = finish(&secret, &phone.shows(world)).err().expect("shut");
        assert_eq!(code(&shut), "too-many");
        assert!(finish(&secret, &codes[3]).is_ok(), "a recovery code cannot be guessed");
        world.clock.pass(300);
        let secret = half(world, "wu");
        assert!(finish(&secret, &phone.shows(world)).is_ok(), "the window opens again");
        let Who::Person(person) = wu.who else { panic!("a person") };
        assert!(kinds(world, person).contains(&"codes-refused".to_owned()), "and is told");
    }

    fn a_half_finished_sign_in_waits_five_minutes(world) {
        world.person("wu", world.hall, Role::Member);
        let (phone, _, _) = enrol(world, &signed_in(world, "wu"));
        world.clock.pass(60);
        let secret = half(world, "wu");
        world.clock.pass(5 * 60);
        let act = FinishSignIn::new(&secret, &phone.shows(world));
        let no = world.city.perform(&Asker::nobody(), act).err().expect("over");
        assert_eq!(code(&no), "sign-in-over");
    }

    fn a_proof_is_fresh_for_five_minutes_and_changes_the_secret(world) {
        world.person("security", world.hall, Role::SecurityAdministrator);
        let wu = world.person("wu", world.hall, Role::Member);
        let Who::Person(person) = wu.who else { panic!("a person") };
        let Ok(Entered::In(done)) = first_step(world, "security", PASSWORD) else {
            panic!("not signed in")
        };
        let asker = by_cookie(world, &done.secret);
        let act = || app::person::SetClearance {
            person,
            clearance: Clearance { level: Level::Members, ..Clearance::nobody() },
        };
        let keyed = asker.clone().keyed("k1");
        world.clock.pass(6 * 60);
        // Scenario 35: asked again after six minutes; the key stays good for the same act.
        assert_eq!(code(&world.city.perform(&keyed, act()).expect_err("stale")), "proof-required");
        let wrong = world.city.perform(&asker, ProveIdentity::new(&asker, "wrong", ""));
        assert_eq!(code(&wrong.err().expect("wrong")), "proof-wrong");
        let proved = world.city.perform(&asker, ProveIdentity::new(&asker, PASSWORD, ""));
        let Ok(proved) = proved else { panic!("not proved") };
        assert!(!opens(world, &done.secret), "the old one is dead");
        assert_eq!(by_cookie(world, &proved.secret).who, asker.who);
        assert!(world.city.perform(&keyed, act()).is_ok());
        let page = world.city.person(&asker, person).expect("a look");
        assert_eq!(page.clearance.map(|given| given.level), Some(Level::Members));
    }

    fn a_proof_needs_the_code_where_there_is_a_factor(world) {
        world.person("wu", world.hall, Role::Member);
        let (phone, codes, asker) = enrol(world, &signed_in(world, "wu"));
        world.clock.pass(6 * 60);
        let prove = |password: &str, typed: &str| {
            world.city.perform(&asker, ProveIdentity::new(&asker, password, typed))
        };
        let stale = world.city.perform(&asker, RenewRecoveryCodes).err().expect("stale");
        assert_eq!(code(&stale), "proof-required");
        let me = world.city.me(&asker).expect("read").expect("somebody");
        assert_eq!(me.actor.assurance, access::Assurance::SecondFactor);
        let no = prove(PASSWORD, "").err().expect("no code");
        let shown = phone.shows(world);
        let other = prove("wrong", &shown).err().expect("no password");
        assert_eq!(no, other, "which of the two was wrong is not told");
        assert!(prove(PASSWORD, &shown).is_ok(), "a wrong password used no code up");
        let fresh = world.city.perform(&asker, RenewRecoveryCodes).expect("renewed").codes;
        assert_eq!(fresh.len(), 10);
        let secret = half(world, "wu");
        let old = FinishSignIn::new(&secret, &codes[0]);
        assert!(world.city.perform(&Asker::nobody(), old).is_err(), "old codes are worth nothing");
        let removed = RemoveFactor::new(&asker);
        world.city.perform(&asker, removed).expect("removed");
        signed_in(world, "wu");
        let said = kinds(world, id_of(&asker, world));
        for kind in ["factor-enrolled", "recovery-codes-renewed", "factor-removed"] {
            assert!(said.contains(&kind.to_owned()), "{kind} in {said:?}");
        }
    }

    fn a_draft_of_another_or_an_old_one_enrols_nothing(world) {
        world.person("wu", world.hall, Role::Member);
        world.person("li", world.hall, Role::Member);
        let (wu, li) = (signed_in(world, "wu"), signed_in(world, "li"));
        let draft = world.city.factor_draft(&wu, "", "Testing").expect("a draft");
        let again = world.city.factor_draft(&wu, &draft.sealed, "Testing").expect("a draft");
        assert_eq!(draft.written, again.written, "a form that comes back keeps its secret");
        let phone = Phone::read(&draft.written);
        let stolen = EnrolFactor::new(&li, &draft.sealed, &phone.shows(world));
        assert_eq!(code(&world.city.perform(&li, stolen).err().expect("li's")), "factor-draft-old");
        let wrong = EnrolFactor::new(&wu, &draft.sealed, "12345");
        assert_eq!(code(&world.city.perform(&wu, wrong).err().expect("short")), "factor-code-wrong");
        let other = world.city.factor_draft(&li, &draft.sealed, "Testing").expect("a draft");
        assert_ne!(draft.written, other.written);
    }

    fn a_lost_factor_needs_two_administrators(world) {
        let one = world.person("one", world.hall, Role::SecurityAdministrator);
        let two = world.person("two", world.hall, Role::SecurityAdministrator);
        let wu = world.person("wu", world.hall, Role::Member);
        let Who::Person(person) = wu.who else { panic!("a person") };
        let start = |asker: &Asker, reason: &str| {
            let act = StartFactorRecovery {
                person,
                proofing: Proofing::InPerson,
                reason: reason.to_owned(),
            };
            world.city.perform(asker, act).map(|_| ())
        };
        let none = start(&one, "phone lost").expect_err("nothing to recover");
        assert_eq!(code(&none), "factor-absent");
        let (_, _, session) = enrol(world, &signed_in(world, "wu"));
        let refused = start(&wu, "mine").expect_err("not oneself");
        assert_eq!(code(&refused), "not-allowed");
        assert_eq!(code(&start(&one, " ").expect_err("no reason")), "field-required");
        start(&one, "phone lost, came with passport").expect("started");
        assert_eq!(code(&start(&two, "again").expect_err("one waits")), "factor-recovery-waits");
        world.settle();
        let waiting = world.city.waiting_recoveries(&two).expect("read");
        assert!(waiting[0].may_confirm && waiting[0].recovery.reason.starts_with("phone"));
        assert!(!world.city.waiting_recoveries(&one).expect("read")[0].may_confirm);
        assert_eq!(world.city.waiting_recoveries(&session).expect("read").len(), 1, "told to wu");
        let desk = world.city.desk(&session).expect("wu's desk");
        assert!(desk.notices.iter().any(|notice| notice.kind == "factor-recovery-started"));
        // The number in the bar is the desk's: it waits for whoever may confirm, and for nobody else.
        for (reader, n) in [(&one, 0), (&two, 1), (&session, 0)] {
            let desk = world.city.desk(reader).expect("a desk");
            assert_eq!((desk.recoveries.len(), desk.n_waiting()), (1, n));
            assert_eq!(world.city.desk_count(reader).expect("a count"), n);
        }
        let started_at = waiting[0].recovery.started_at;
        let confirm = |asker: &Asker| {
            world.city.perform(asker, ConfirmFactorRecovery { person, started_at }).map(|_| ())
        };
        assert_eq!(code(&confirm(&one).expect_err("the same")), "factor-recovery-same");
        assert_eq!(code(&confirm(&wu).expect_err("oneself")), "not-allowed");
        half(world, "wu");
        confirm(&two).expect("confirmed");
        assert!(world.city.me(&session).expect("read").is_none(), "sessions ended");
        assert_eq!(code(&confirm(&two).expect_err("over")), "factor-recovery-over");
        signed_in(world, "wu");
        // The person can stop one that was not asked for.
        let (_, _, session) = enrol(world, &signed_in(world, "wu"));
        start(&one, "a stranger on the telephone").expect("started");
        let started_at = world.city.waiting_recoveries(&session).expect("read")[0].recovery.started_at;
        let stop = RefuseFactorRecovery { person, started_at };
        world.city.perform(&session, stop).expect("stopped");
        let gone = ConfirmFactorRecovery { person, started_at };
        let no = world.city.perform(&two, gone).expect_err("stopped");
        assert_eq!(code(&no), "factor-recovery-over");
        let said = kinds(world, person);
        for kind in ["factor-recovery-started", "factor-recovered", "factor-recovery-refused"] {
            assert!(said.contains(&kind.to_owned()), "{kind} in {said:?}");
        }
    }

    fn a_recovery_is_over_after_a_day(world) {
        let one = world.person("one", world.hall, Role::SecurityAdministrator);
        let two = world.person("two", world.hall, Role::SecurityAdministrator);
        let wu = world.person("wu", world.hall, Role::Member);
        enrol(world, &signed_in(world, "wu"));
        let Who::Person(person) = wu.who else { panic!("a person") };
        let reason = "lost".to_owned();
        let act = StartFactorRecovery { person, proofing: Proofing::Video, reason };
        world.city.perform(&one, act).expect("started");
        let started_at = world.city.waiting_recoveries(&two).expect("read")[0].recovery.started_at;
        world.clock.pass(24 * 3600);
        assert!(world.city.waiting_recoveries(&two).expect("read").is_empty());
        let act = ConfirmFactorRecovery { person, started_at };
        let no = world.city.perform(&two, act).expect_err("over");
        assert_eq!(code(&no), "factor-recovery-over");
    }

    fn a_reset_from_the_machine_is_an_act_that_is_told(world) {
        let wu = world.person("wu", world.hall, Role::Member);
        let Who::Person(person) = wu.who else { panic!("a person") };
        enrol(world, &signed_in(world, "wu"));
        let no = world.city.perform(&wu, ResetFactor { person }).expect_err("not oneself");
        assert_eq!(code(&no), "not-allowed");
        world.city.perform(&world.operator(), ResetFactor { person }).expect("reset");
        world.settle();
        let session = signed_in(world, "wu");
        let history = world.city.own_history(&session).expect("read");
        let told = history.notices.iter().find(|notice| notice.kind == "factor-reset");
        let told = told.expect("told");
        assert_eq!(told.by.as_ref().map(|by| by.0), Some(world.operator));
        assert!(told.is_unread);
        let until = told.seq;
        let read = app::notice::AcknowledgeNotices { until };
        world.city.perform(&session, read).expect("read");
        assert!(world.city.desk(&session).expect("a desk").notices.is_empty());
    }

    fn a_new_device_is_told_and_the_first_is_not(world) {
        world.person("wu", world.hall, Role::Member);
        let first = signed_in(world, "wu");
        world.settle();
        signed_in(world, "wu");
        world.settle();
        let new = |asker: &Asker| {
            let history = world.city.own_history(asker).expect("read");
            let told = history.notices.into_iter().filter(|notice| notice.kind == "signed-in");
            told.map(|notice| (notice.new, notice.network)).collect::<Vec<_>>()
        };
        assert_eq!(new(&first), []);
        let act = SignIn::new("wu@testing.example", PASSWORD, "Chrome/9 Windows");
        assert!(world.city.perform(&from("203.0.113.0/24"), act).is_ok());
        world.settle();
        let told = ("device".to_owned(), "203.0.113.0/24".to_owned());
        assert_eq!(new(&first), [told]);
    }

    fn people_see_who_looked_at_their_data(world) {
        // Scenario 41.
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let wu = world.person("wu", world.hall, Role::Member);
        let Who::Person(person) = wu.who else { panic!("a person") };
        let looks = || world.city.own_history(&wu).expect("read").looks;
        world.city.person(&wu, person).expect("oneself");
        world.settle();
        assert!(looks().is_empty());
        for _ in 0..2 {
            world.city.person(&security, person).expect("a look");
            world.settle();
        }
        let seen = looks();
        assert_eq!(seen.len(), 1, "once in ten minutes");
        assert_eq!(seen[0].view, "officer");
        assert_eq!(seen[0].by.as_ref().map(|by| by.1.en.as_str()), Some("security"));
        world.clock.pass(32 * 86_400);
        assert!(looks().is_empty(), "the last month");
    }

    fn a_stolen_database_opens_no_factor(world) {
        // Scenario 33: secrets are sealed with a key that is not in the rows, codes are digests.
        let wu = world.person("wu", world.hall, Role::Member);
        let Who::Person(person) = wu.who else { panic!("a person") };
        let draft = world.city.factor_draft(&signed_in(world, "wu"), "", "x").expect("a draft");
        let (phone, codes, _) = enrol(world, &signed_in(world, "wu"));
        let kept = world.city.store().read(|tx| store::factor::find(tx, person));
        let sealed = kept.expect("read").expect("a factor").sealed;
        assert!(!sealed.windows(20).any(|part| part == phone.0.bytes()));
        assert!(!draft.sealed.is_empty());
        let plain = codes[0].replace('-', "");
        let has = |digest: &str| {
            world.city.store().read(|tx| store::factor::has_code(tx, person, digest)).expect("read")
        };
        assert!(!has(&plain) && !has(&app::secret::digest(&plain)));
    }
}

#[test]
fn officers_do_nothing_before_they_enrol() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(world) = World::strict(on) else { continue };
        let owner = world.organisation("Institute");
        world.person("officer", owner, Role::TransferOfficer);
        world.person("firm", owner, Role::FirmMember);
        let officer = signed_in(&world, "officer");
        let me = world.city.me(&officer).expect("read").expect("somebody");
        assert!(me.actor.must_enrol && me.roles.is_empty());
        assert_eq!(code(&world.city.desk(&officer).err().expect("no desk")), "factor-required");
        let key = || app::account::CreateToken {
            person: None,
            name: "k".to_owned(),
            scopes: [access::Scope::Account].into(),
            days: 1,
        };
        let no = world.city.perform(&officer, key()).err().expect("no key");
        assert_eq!(code(&no), "factor-required");
        assert!(world.city.organisation(&officer, owner).is_ok(), "public things stay public");
        let (_, _, officer) = enrol(&world, &officer);
        let me = world.city.me(&officer).expect("read").expect("somebody");
        assert!(!me.actor.must_enrol && me.roles.len() == 1);
        assert!(world.city.desk(&officer).is_ok());
        assert!(world.city.perform(&officer, key()).is_ok());
        let no = world.city.perform(&officer, RemoveFactor::new(&officer)).expect_err("needed");
        assert_eq!(code(&no), "factor-needed");
        // A mere place in a firm asks for none; a given clearance does.
        let firm = signed_in(&world, "firm");
        let me = world.city.me(&firm).expect("read").expect("somebody");
        assert!(!me.actor.must_enrol);
        let given = Clearance { level: Level::Members, ..Clearance::nobody() };
        world.clear(&Asker::person(me.person.id), given);
        let firm = signed_in(&world, "firm");
        assert!(world.city.me(&firm).expect("read").expect("somebody").actor.must_enrol);
    }
}
