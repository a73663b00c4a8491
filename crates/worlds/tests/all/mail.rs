//! Letters: made once, taken by one, sent at least once, given up, and never saying too much.

use crate::case::{content_met, disclose, house, step};
use access::Role;
use app::case::AssignTask;
use app::mail::{
    Block, Carrier, Fact, Letter, Post, Ready, RetryLetter, SetMailWishes, StopMail, TASK,
    TestMail, To, Trouble, TroubleKind, Wish, Witness,
};
use app::person::{CreatePerson, ResetPassword};
use app::{Asker, City, Who};
use base::{Bilingual, Lang, PersonId};
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use store::mail::State;
use worlds::{On, World};

/// A mail server in the memory of the test: answers as it is told, and keeps what it took.
#[derive(Default)]
pub(crate) struct Server {
    taken: Mutex<Vec<Ready>>,
    answers: Mutex<VecDeque<Trouble>>,
}

impl Server {
    fn refuse(&self, what: TroubleKind, said: &str) {
        self.answers.lock().push_back(Trouble { what, said: said.to_owned() });
    }

    pub(crate) fn taken(&self) -> Vec<Ready> {
        self.taken.lock().clone()
    }

    pub(crate) fn subjects(&self) -> Vec<String> {
        self.taken().into_iter().map(|letter| letter.subject).collect()
    }
}

impl Carrier for Server {
    fn carry(&self, letter: &Ready) -> Result<(), Trouble> {
        match self.answers.lock().pop_front() {
            Some(trouble) => Err(trouble),
            None => {
                self.taken.lock().push(letter.clone());
                Ok(())
            }
        }
    }

    fn check(&self) -> Result<(), Trouble> {
        Ok(())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

pub(crate) fn post(server: &Arc<Server>) -> Post {
    let witness = Witness {
        address: "witness@office.example".to_owned(),
        lang: Lang::Zh,
        every_seconds: 86_400,
    };
    Post { carrier: Some(Arc::clone(server) as Arc<dyn Carrier>), witness: Some(witness) }
}

/// Runs a test on both databases, in a city that sends letters.
macro_rules! with_letters {
    ($($(#[$doc:meta])* fn $name:ident($world:ident, $server:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$doc])*
            fn check($world: &World, $server: &Arc<Server>) $body

            fn on(on: On) {
                let server = Arc::new(Server::default());
                if let Some(world) = World::with_mail(on, post(&server)) {
                    check(&world, &server);
                }
            }

            #[test]
            fn sqlite() { on(On::Sqlite); }

            #[test]
            fn postgres() { on(On::Postgres); }
        }
    )*};
}
pub(crate) use with_letters;

fn id_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

/// Makes the letters of everything that happened, and sends what is due.
fn run(world: &World, city: &City) -> app::mail::Round {
    world.settle();
    city.follow_mail().expect("followed");
    city.send_letters(&|| true).expect("a round")
}

/// Sends until nothing is due.
fn quiet(world: &World) {
    while run(world, &world.city).n_sent > 0 {}
}

fn states(city: &City) -> BTreeMap<&'static str, u64> {
    let counts = city.store().read(store::mail::counts).expect("counts");
    counts.into_iter().map(|(state, n)| (state.word(), n)).collect()
}

fn invite(world: &World, email: &str, lang: Lang) -> app::person::PersonChanged {
    let act = CreatePerson {
        email: email.to_owned(),
        name: Bilingual::new("Wu Min", "吴敏"),
        lang,
        organisation: world.hall,
        role: Role::Member,
        invented: true,
        password: None,
        hashed: String::new(),
    };
    world.city.perform(&world.operator(), act).expect("invited")
}

fn url_of(letter: &Ready) -> String {
    let link = letter.blocks.iter().find_map(|block| match block {
        Block::Link { url, .. } => Some(url.clone()),
        _ => None,
    });
    link.expect("a link")
}

/// Every letter there is: to whom, and its subject.
pub(crate) fn told(world: &World) -> Vec<(String, String)> {
    world.settle();
    world.city.follow_mail().expect("followed");
    let page = world.city.outbox(&world.operator(), Lang::En, None, None, 1_000);
    let rows = page.expect("a page").rows;
    rows.into_iter().map(|row| (row.address, row.subject)).collect()
}

with_letters! {
    fn an_invitation_goes_out_once_with_its_link(world, server) {
        let invited = invite(world, "wu@lab.example", Lang::Zh);
        assert!(invited.is_mailed, "the inviter is told");
        let secret = invited.link_secret.expect("told once");
        quiet(world);
        let letters = server.taken();
        assert_eq!(letters.len(), 1, "{:?}", server.subjects());
        let letter = &letters[0];
        assert_eq!(letter.to_address, "wu@lab.example");
        assert_eq!((letter.to_name.as_str(), letter.lang), ("吴敏", Lang::Zh));
        assert!(letter.subject.contains("试验市"), "{}", letter.subject);
        assert_eq!(url_of(letter), format!("http://127.0.0.1:8080/set-password/{secret}"));
        assert!(letter.stop_url.is_none(), "an invitation cannot be turned off");
        // Nothing of the secret is left, in the rows or in the log.
        let found = world.city.store().read(|tx| {
            let left = store::mail::secret(tx, letter.id)?;
            let entries = store::log::entries_after(tx, 0, 1_000)?;
            let rows = store::mail::list(tx, None, None, 100)?;
            Ok((left, format!("{entries:?} {rows:?}")))
        });
        let (left, text) = found.expect("read");
        assert_eq!(left, None);
        assert!(!text.contains(&secret) && !text.contains(secret.trim_start_matches("bwl_")));
        assert_eq!(states(&world.city).get("sent"), Some(&1));
        assert_eq!(run(world, &world.city).n_sent, 0, "once");
    }

    fn a_late_link_is_not_sent(world, server) {
        let who = world.person("late", world.hall, Role::Member);
        quiet(world);
        let n_before = server.taken().len();
        server.refuse(TroubleKind::Server, "connection refused");
        let act = ResetPassword { person: id_of(&who) };
        let reset = world.city.perform(&world.operator(), act).expect("reset");
        assert!(reset.is_mailed);
        let round = world.city.send_letters(&|| true).expect("a round");
        assert_eq!(round.trouble.as_deref(), Some("connection refused"));
        world.clock.pass(31 * 60);
        let round = world.city.send_letters(&|| true).expect("a round");
        assert_eq!(round.n_given_up, 1, "the link is dead by now");
        world.city.follow_mail().expect("followed");
        let page = world.city.outbox(&world.operator(), Lang::En, Some(State::GivenUp), None, 10);
        let row = &page.expect("a page").rows[0];
        assert_eq!(row.error, "mail-error-too-late");
        let act = RetryLetter { letter: row.id };
        let no = world.city.perform(&world.operator(), act).expect_err("the link is gone");
        assert_eq!(no.0[0].code, "letter-secret-gone");
        assert!(server.taken().len() <= n_before + 1, "at most the notice of the reset");
    }

    fn refusals_wait_or_end(world, server) {
        let act = |n: usize| TestMail { address: format!("a{n}@b.example"), lang: Lang::En };
        for n in 0..3 {
            world.city.perform(&world.operator(), act(n)).expect("queued");
        }
        server.refuse(TroubleKind::Later, "450 4.2.1 mailbox busy");
        server.refuse(TroubleKind::Never, "550 5.1.1 no such\r\nuser");
        let round = run(world, &world.city);
        assert_eq!((round.n_postponed, round.n_given_up, round.n_sent), (1, 1, 1));
        assert_eq!(run(world, &world.city).n_sent, 0, "not at once again");
        world.clock.pass(130);
        assert_eq!(run(world, &world.city).n_sent, 1, "after two minutes");
        let page = world.city.outbox(&world.operator(), Lang::En, None, None, 10).expect("a page");
        let given_up = page.rows.iter().find(|row| row.state == State::GivenUp).expect("one");
        assert_eq!(given_up.error, "550 5.1.1 no such user");
        assert_eq!(given_up.subject, "Mail works");
        assert_eq!(page.queue.n, 0);
        // An administrator tries it again.
        let letter = given_up.id;
        world.city.perform(&world.operator(), RetryLetter { letter }).expect("tried again");
        assert_eq!(run(world, &world.city).n_sent, 1);
        let no = world.city.perform(&world.operator(), RetryLetter { letter }).expect_err("sent");
        assert_eq!(no.0[0].code, "letter-sent");
    }

    fn delays_grow_to_a_day(world, server) {
        let act = TestMail { address: "a@b.example".to_owned(), lang: Lang::En };
        world.city.perform(&world.operator(), act).expect("queued");
        let next = || {
            let page = world.city.outbox(&world.operator(), Lang::En, None, None, 10);
            let row = page.expect("a page").rows[0].clone();
            (row.next_at.seconds_since(world.city.now()), row.state)
        };
        let mut waits = Vec::new();
        for _ in 0..12 {
            server.refuse(TroubleKind::Later, "451 later");
            let round = world.city.send_letters(&|| true).expect("a round");
            if round.n_given_up > 0 {
                break;
            }
            let (wait, _) = next();
            waits.push(wait);
            world.clock.pass(wait + 1);
        }
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert!(waits[0] >= 100 && waits.len() >= 7, "{waits:?}");
        assert_eq!(next().1, State::GivenUp, "a test letter is worth a day");
    }

    fn the_server_s_own_trouble_ends_the_round(world, server) {
        for n in 0..5 {
            let act = TestMail { address: format!("a{n}@b.example"), lang: Lang::En };
            world.city.perform(&world.operator(), act).expect("queued");
        }
        server.refuse(TroubleKind::Server, "timed out");
        let round = run(world, &world.city);
        assert_eq!((round.n_postponed, round.n_sent), (1, 0), "the others were not tried");
        assert_eq!(run(world, &world.city).n_sent, 4);
        world.clock.pass(1_000);
        assert_eq!(run(world, &world.city).n_sent, 1, "nothing is lost");
        let mut addresses: Vec<String> =
            server.taken().into_iter().map(|letter| letter.to_address).collect();
        addresses.sort();
        addresses.dedup();
        assert_eq!(addresses.len(), 5, "and nothing doubled");
    }

    /// A node that dies after it took a letter, before or after the server did.
    fn a_letter_outlives_its_sender(world, server) {
        let act = TestMail { address: "a@b.example".to_owned(), lang: Lang::En };
        world.city.perform(&world.operator(), act).expect("queued");
        let now = world.city.now();
        let letter = world.city.store().read(|tx| store::mail::due(tx, now, 1)).expect("read");
        let letter = letter[0].clone();
        let (taken, until) = (letter.clone(), now.plus_seconds(120));
        let claim = move |tx: &mut store::Tx<'_>| store::mail::claim(tx, &taken, until, now);
        assert!(world.city.store().write("claim", claim).expect("claimed"));
        let again = letter.clone();
        let claim = move |tx: &mut store::Tx<'_>| store::mail::claim(tx, &again, until, now);
        assert!(!world.city.store().write("claim", claim).expect("asked"), "one at a time");
        assert_eq!(run(world, &world.city).n_sent, 0, "it is somebody's");
        world.clock.pass(121);
        assert_eq!(run(world, &world.city).n_sent, 1);
        assert_eq!(server.taken()[0].id, letter.id, "the same letter, so the same Message-ID");
        // The late answer of the dead node changes nothing.
        let late = move |tx: &mut store::Tx<'_>| {
            store::mail::end(tx, (letter.id, letter.attempts + 1), State::GivenUp, "late", now)
        };
        assert!(!world.city.store().write("late", late).expect("asked"));
        assert_eq!(states(&world.city).get("sent"), Some(&1));
    }

    fn a_cause_makes_one_letter_for_a_recipient(world, server) {
        let who = id_of(&world.person("one", world.hall, Role::Member));
        quiet(world);
        let n = server.taken().len();
        let letter = || {
            Letter::new(&TASK, To::Person(who), "task:x", "task")
                .fact("reference", "CA-1")
                .fact("process", Fact::Term("case-enquiry".to_owned()))
                .path("/desk")
        };
        assert_eq!(world.city.queue_letters(vec![letter(), letter()]).expect("queued"), 1);
        assert_eq!(world.city.queue_letters(vec![letter()]).expect("queued"), 0);
        run(world, &world.city);
        assert_eq!(world.city.queue_letters(vec![letter()]).expect("queued"), 0, "nor later");
        assert_eq!(server.taken().len(), n + 1);
        // The follower may start again from the beginning: nothing is doubled.
        let back = |tx: &mut store::Tx<'_>| store::mail::counts(tx);
        let before = world.city.store().read(back).expect("counts");
        let other = world.reopened_with_mail(9, post(server));
        other.follow_mail().expect("followed");
        assert_eq!(other.store().read(back).expect("counts"), before);
    }

    fn what_happens_to_an_account_is_told(world, server) {
        let who = world.person("told", world.hall, Role::Member);
        quiet(world);
        server.taken.lock().clear();
        world.grant(&who, world.hall, Role::Expert);
        quiet(world);
        assert_eq!(server.subjects(), ["About your account: Role given"]);
        assert_eq!(url_of(&server.taken()[0]), "http://127.0.0.1:8080/account");
        // What is older than two days is no news.
        world.grant(&who, world.hall, Role::FirmMember);
        world.settle();
        world.clock.pass(3 * 86_400);
        quiet(world);
        assert_eq!(server.taken().len(), 1);
    }

    fn one_chooses_which_letters_come(world, server) {
        let who = world.person("picky", world.hall, Role::Member);
        let person = id_of(&who);
        quiet(world);
        server.taken.lock().clear();
        let wishes = |kind: &str| [(kind.to_owned(), Wish::None)].into_iter().collect();
        let no = world.city.perform(&who, SetMailWishes { wishes: wishes("security") });
        assert_eq!(no.expect_err("always").0[0].code, "mail-kind-always");
        let no = world.city.perform(&who, SetMailWishes { wishes: wishes("poetry") });
        assert_eq!(no.expect_err("unknown").0[0].code, "mail-kind-unknown");
        let letter = |cause: &str| {
            Letter::new(&TASK, To::Person(person), cause, "task")
                .fact("reference", "CA-1")
                .fact("process", Fact::Term("case-enquiry".to_owned()))
        };
        world.city.queue_letters(vec![letter("a"), letter("b")]).expect("queued");
        server.refuse(TroubleKind::Later, "450 later");
        run(world, &world.city);
        let stop_url = server.taken()[0].stop_url.clone().expect("it can be stopped");
        // The link of the letter works without a sign-in, for this person and kind only.
        let mark = stop_url.rsplit('=').next().expect("a mark").to_owned();
        let stop = |person, kind: &str, mark: &str| StopMail {
            person,
            kind: kind.to_owned(),
            mark: mark.to_owned(),
        };
        let wrong = [
            stop(person, "task", "x"),
            stop(world.operator, "task", &mark),
            stop(person, "reminder", &mark),
        ];
        for act in wrong {
            let no = world.city.perform(&Asker::nobody(), act).expect_err("not this one");
            assert_eq!(no.0[0].code, "not-found");
        }
        world.city.perform(&Asker::nobody(), stop(person, "task", &mark)).expect("stopped");
        assert_eq!(world.city.queue_letters(vec![letter("c")]).expect("asked"), 0);
        world.clock.pass(200);
        let round = run(world, &world.city);
        assert_eq!((round.n_sent, round.n_dropped), (0, 1), "what waited is dropped");
        let set = world.city.mail_wishes(&who).expect("wishes");
        assert!(set.iter().any(|(kind, wish)| kind.name == "task" && *wish == Wish::None));
    }

    fn a_stand_in_hears_of_the_tasks_of_whom_they_stand_in_for(world, server) {
        let house = house(world);
        let second = world.person("second", house.owner, Role::Reviewer);
        let act = app::case::NameStandIn {
            to: id_of(&second),
            processes: vec!["release-review".to_owned()],
            from: None,
            until: world.city.now().plus_seconds(5 * 86_400),
        };
        world.city.perform(&house.reviewer, act).expect("named");
        quiet(world);
        server.taken.lock().clear();
        let case = disclose(world, &house, "Pump");
        let act = AssignTask {
            case: case.case,
            version: case.version,
            task: "review-content".to_owned(),
            to: Some(id_of(&house.reviewer)),
            reason: String::new(),
        };
        world.city.perform(&house.reviewer, act).expect("taken up");
        quiet(world);
        let mut to: Vec<String> = server.taken().into_iter().map(|one| one.to_address).collect();
        to.sort();
        assert_eq!(to, ["reviewer@testing.example", "second@testing.example"]);
    }

    fn a_task_is_told_once_to_who_may_take_it(world, server) {
        let house = house(world);
        // Another reviewer elsewhere, and one who may not read such a matter.
        let elsewhere = world.organisation("Elsewhere");
        world.person("stranger", elsewhere, Role::Reviewer);
        world.person("agency", world.hall, Role::AgencyOfficer);
        quiet(world);
        server.taken.lock().clear();
        let case = disclose(world, &house, "Secret Pump of the Year");
        quiet(world);
        let told = server.taken();
        let to: Vec<&str> = told.iter().map(|letter| letter.to_address.as_str()).collect();
        assert_eq!(to, ["reviewer@testing.example"], "who may take the first task, and nobody else");
        let reference = case.reference.as_str();
        assert_eq!(told[0].subject, format!("A task waits for you: {reference}"));
        assert_eq!(url_of(&told[0]), format!("http://127.0.0.1:8080/cases/{}", case.case));
        assert!(told[0].text().contains("It is due"), "{}", told[0].text());
        assert!(told[0].stop_url.is_some());
        // Whatever else happens to the case: the task was told.
        let act = app::case::NoteCase {
            case: case.case,
            text: "A note about the pump".to_owned(),
            documents: Vec::new(),
        };
        world.city.perform(&house.officer, act).expect("noted");
        quiet(world);
        assert_eq!(server.taken().len(), 1);
        // The next task goes to the next person, once the first is done.
        let act = step(&case, "review-content", "agree", content_met());
        world.city.perform(&house.reviewer, act).expect("agreed");
        quiet(world);
        let to: Vec<String> =
            server.taken().into_iter().skip(1).map(|letter| letter.to_address).collect();
        assert_eq!(to, ["secrecy@testing.example"]);
        // Reminders and the end of the time limit.
        server.taken.lock().clear();
        for _ in 0..40 {
            world.clock.pass(86_400);
            world.city.announce_due().expect("announced");
            quiet(world);
        }
        let subjects = server.subjects();
        assert!(subjects.iter().any(|one| one.contains("working day")), "{subjects:?}");
        assert!(subjects.iter().any(|one| one.starts_with("Overdue: ")), "{subjects:?}");
        let office = server.taken().into_iter().filter(|one| one.subject.starts_with("Overdue in"));
        let office: Vec<String> = office.map(|one| one.to_address).collect();
        assert_eq!(office, ["agency@testing.example"], "the next in charge, once");
        let all: String = server.taken().iter().map(|one| one.subject.clone() + &one.text()).collect();
        assert!(!all.contains("Pump") && !all.contains("note"), "no content in any letter");
        let rows = world.city.store().read(|tx| store::mail::list(tx, None, None, 1_000));
        assert!(!format!("{rows:?}").contains("Pump"), "nor in their rows");
    }

    fn a_task_that_is_done_is_not_told_any_more(world, server) {
        let house = house(world);
        quiet(world);
        server.taken.lock().clear();
        let case = disclose(world, &house, "Pump");
        world.settle();
        world.city.follow_mail().expect("followed");
        let act = step(&case, "review-content", "agree", content_met());
        world.city.perform(&house.reviewer, act).expect("agreed");
        let round = run(world, &world.city);
        assert_eq!((round.n_dropped, round.n_sent), (1, 1), "{:?}", server.subjects());
        assert_eq!(server.taken()[0].to_address, "secrecy@testing.example");
    }

    fn a_task_given_to_somebody_is_theirs_to_hear_of(world, server) {
        let house = house(world);
        let second = world.person("second", house.owner, Role::Reviewer);
        let case = disclose(world, &house, "Pump");
        let act = AssignTask {
            case: case.case,
            version: case.version,
            task: "review-content".to_owned(),
            to: Some(id_of(&second)),
            reason: String::new(),
        };
        world.city.perform(&second, act).expect("taken up");
        quiet(world);
        let of_tasks = |address: &str| {
            let tasks = server.subjects().into_iter().zip(server.taken());
            let tasks = tasks.filter(|(subject, _)| subject.starts_with("A task"));
            tasks.filter(|(_, one)| one.to_address == address).count()
        };
        assert_eq!(of_tasks("reviewer@testing.example"), 0, "it is somebody else's");
        assert_eq!(of_tasks("second@testing.example"), 1, "whoever has it hears once");
    }

    fn the_witness_gets_each_checkpoint_once_a_day(world, server) {
        assert!(!world.city.mail_checkpoint().expect("asked"), "nothing is signed yet");
        world.settle();
        world.city.sign_checkpoint().expect("signed");
        assert!(world.city.mail_checkpoint().expect("queued"));
        assert!(!world.city.mail_checkpoint().expect("asked"), "not twice");
        quiet(world);
        let letters = server.taken();
        let letter = letters.iter().find(|one| one.to_address == "witness@office.example");
        let letter = letter.expect("one to the witness");
        assert_eq!(letter.lang, Lang::Zh);
        let note = world.city.last_checkpoint().expect("read").expect("signed").note;
        assert!(letter.blocks.contains(&Block::Verbatim(note.trim_end().to_owned())));
        world.person("more", world.hall, Role::Member);
        world.settle();
        world.city.sign_checkpoint().expect("signed");
        assert!(!world.city.mail_checkpoint().expect("asked"), "not within a day");
        world.clock.pass(86_401);
        assert!(world.city.mail_checkpoint().expect("queued"));
    }

    fn an_erased_person_leaves_no_letter(world, server) {
        let who = world.person("gone", world.hall, Role::Member);
        let person = id_of(&who);
        quiet(world);
        let letter = Letter::new(&TASK, To::Person(person), "x", "task")
            .fact("reference", "CA-1")
            .fact("process", Fact::Term("case-enquiry".to_owned()));
        world.city.queue_letters(vec![letter]).expect("queued");
        let n = server.taken().len();
        let act = app::erasure::ErasePerson { person, typed: "gone@testing.example".to_owned() };
        world.city.erase(&who, act).expect("erased");
        quiet(world);
        assert_eq!(server.taken().len(), n, "{:?}", server.subjects());
        let left = world.city.store().read(|tx| store::mail::of_person(tx, person, 10));
        assert!(left.expect("read").iter().all(|letter| letter.state == State::Dropped));
    }
}

#[test]
fn without_a_server_letters_wait_to_be_seen() {
    let world = World::on(On::Sqlite).expect("SQLite");
    let invited = invite(&world, "wu@lab.example", Lang::En);
    assert!(!invited.is_mailed);
    world.city.follow_mail().expect("followed");
    assert_eq!(world.city.send_letters(&|| true).expect("a round"), app::mail::Round::default());
    let page = world.city.outbox(&world.operator(), Lang::En, None, None, 10).expect("a page");
    assert_eq!((page.rows.len(), page.is_sending, page.queue.n), (1, false, 1));
    assert_eq!(page.rows[0].subject, "Your account at Testing");
    assert_eq!(page.rows[0].address, "wu@lab.example");
    let member = world.person("member", world.hall, Role::Member);
    let no = world.city.outbox(&member, Lang::En, None, None, 10).map(|_| ());
    assert!(no.is_err(), "others do not see it");
    world.clock.pass(8 * 86_400);
    world.city.sweep_letters().expect("swept");
    assert_eq!(states(&world.city).get("given-up"), Some(&1));
}
