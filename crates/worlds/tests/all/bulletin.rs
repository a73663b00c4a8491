//! Bulletins: frozen when sent, one letter for each recipient, nothing that is not public.

use crate::mail::{Server, post};
use access::Role;
use app::bulletin::deliver::OpenBulletin;
use app::bulletin::send::SendBulletin;
use app::bulletin::{
    BulletinChanged, CreateBulletin, Draft, Every, ReviseBulletin, Schedule, ScheduleBulletin,
    State, View, WithdrawBulletin,
};
use app::mail::{Block, Ready};
use app::saved_search::Question;
use app::subscriber::{ConfirmSubscription, EndSubscription, SubscribeToBulletins};
use app::technology::{RaiseLabel, ReviseTechnology};
use app::{Asker, City, No};
use base::{Bilingual, Class, Label, Lang, Level, SubscriptionId, TechnologyId};
use std::sync::Arc;
use worlds::{On, World};

/// Runs a test on both databases, in the scene of its file.
macro_rules! with_scene {
    ($($(#[$doc:meta])* fn $name:ident($it:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$doc])*
            fn check($it: &Scene) $body

            #[test]
            fn sqlite() { if let Some(scene) = Scene::on(On::Sqlite) { check(&scene); } }

            #[test]
            fn postgres() { if let Some(scene) = Scene::on(On::Postgres) { check(&scene); } }
        }
    )*};
}
pub(crate) use with_scene;

/// A desk, an institute, and a department with two people.
struct Scene {
    world: World,
    server: Arc<Server>,
    owner: base::OrganisationId,
    department: base::OrganisationId,
    officer: Asker,
    desk: Asker,
    reader: Asker,
}

impl Scene {
    fn on(on: On) -> Option<Self> {
        let server = Arc::new(Server::default());
        let world = World::with_mail(on, post(&server))?;
        let owner = world.organisation("Institute");
        let department = world.organisation("Department");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let desk = world.person("desk", world.hall, Role::AgencyOfficer);
        let reader = world.person("reader", department, Role::Member);
        world.person("second", department, Role::Member);
        Some(Self { world, server, owner, department, officer, desk, reader })
    }

    fn city(&self) -> &City {
        &self.world.city
    }

    fn public(&self, title: &str) -> TechnologyId {
        self.world.technology(&self.officer, self.owner, title, Label::public())
    }

    fn draft(&self, items: &[TechnologyId]) -> Draft {
        Draft {
            title: Bilingual::new("Spring bulletin", "春季简报"),
            intro: Bilingual::new("What is new.", "最新成果。"),
            items: items.to_vec(),
            question: None,
            departments: vec![self.department],
            to_subscribers: true,
        }
    }

    fn create(&self, draft: Draft) -> BulletinChanged {
        let act = CreateBulletin { owner: self.world.hall, draft };
        self.city().perform(&self.desk, act).expect("begun")
    }

    fn send(&self, of: &BulletinChanged) -> Result<BulletinChanged, No> {
        self.city().perform(&self.desk, SendBulletin::new(of.bulletin, of.version))
    }

    /// The timer comes by, and letters go out. The new letters.
    fn run(&self, city: &City) -> Vec<Ready> {
        let n_before = self.server.taken().len();
        self.world.settle();
        if !std::ptr::eq(city, self.city()) {
            city.index_all().expect("the index follows");
        }
        city.send_due_bulletins().expect("sent");
        city.deliver_bulletins().expect("delivered");
        while city.send_letters(&|| true).expect("a round").n_sent > 0 {}
        self.server.taken().into_iter().skip(n_before).collect()
    }

    fn look(&self, asker: &Asker, of: &BulletinChanged) -> Result<View, No> {
        self.city().bulletin(asker, of.bulletin)
    }

    fn titles(&self, of: &BulletinChanged) -> Vec<String> {
        let view = self.look(&Asker::nobody(), of).expect("public");
        view.items.iter().map(|item| item.title.en.clone()).collect()
    }

    fn raise(&self, id: TechnologyId) {
        let version = self.city().technology(&self.officer, id).expect("seen").technology.version;
        let label = Label::at(Level::Members);
        let act = RaiseLabel { technology: id, version, label };
        self.city().perform(&self.officer, act).expect("raised");
    }

    fn subscribe(&self, address: &str) -> Result<(), No> {
        let act = SubscribeToBulletins { address: address.to_owned(), lang: Lang::Zh };
        self.city().perform(&Asker::nobody(), act)
    }
}

fn link(letter: &Ready) -> String {
    let url = |block: &Block| match block {
        Block::Link { url, .. } => Some(url.clone()),
        _ => None,
    };
    letter.blocks.iter().find_map(url).expect("a link")
}

fn secret(letter: &Ready) -> String {
    link(letter).rsplit('/').next().expect("an end").to_owned()
}

fn items(letter: &Ready) -> Vec<String> {
    let title = |block: &Block| match block {
        Block::Item { title, .. } => Some(title.clone()),
        _ => None,
    };
    letter.blocks.iter().filter_map(title).collect()
}

fn codes(no: &No) -> Vec<&str> {
    no.0.iter().map(|refusal| refusal.code.as_ref()).collect()
}

with_scene! {
    fn everybody_gets_it_once_and_it_is_a_page(it) {
        let maser = it.public("Maser");
        let draft = it.create(it.draft(&[maser]));
        // Nobody else learns that it is there before.
        let nobody = Asker::nobody();
        let no = it.look(&nobody, &draft).expect_err("a draft");
        assert_eq!(no.class(), Class::NotFound);
        assert_eq!(no, it.look(&it.reader, &draft).expect_err("not of the desk"));
        assert!(it.city().bulletins(&nobody, "", 10).expect("a list").sent.is_empty());
        // A person of the department also subscribed, with account and with address.
        let act = SubscribeToBulletins { address: String::new(), lang: Lang::En };
        it.city().perform(&it.reader, act).expect("subscribed");
        it.subscribe("reader@testing.example").expect("asked");
        it.subscribe("wu@firm.example").expect("asked");
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 2, "a link to each address");
        for letter in &letters {
            let act = ConfirmSubscription { secret: secret(letter) };
            it.city().perform(&nobody, act).expect("confirmed");
        }
        let sent = it.send(&draft).expect("sent");
        assert_eq!(sent.state, State::Sent);
        assert_eq!(it.send(&draft).expect_err("once").class(), Class::NotAllowed);
        let letters = it.run(it.city());
        let mut to: Vec<String> = letters.iter().map(|one| one.to_address.clone()).collect();
        to.sort();
        let want = ["reader@testing.example", "second@testing.example", "wu@firm.example"];
        assert_eq!(to, want);
        let chinese = letters.iter().find(|one| one.to_address.starts_with("wu")).expect("one");
        assert_eq!((chinese.subject.as_str(), chinese.lang), ("春季简报", Lang::Zh));
        assert!(chinese.text().contains("不记录由谁打开"), "{}", chinese.text());
        assert!(letters.iter().all(|one| items(one) == ["Maser"] && one.stop_url.is_some()));
        assert!(it.run(it.city()).is_empty());
        assert_eq!(it.titles(&sent), ["Maser"]);
        assert_eq!(it.city().bulletins(&nobody, "", 10).expect("a list").sent.len(), 1);
        // The public sees no recipients and no counts.
        let view = it.look(&nobody, &sent).expect("public");
        assert!(view.counts.is_empty() && view.departments.is_empty() && !view.is_officer);
        assert!(view.bulletin.draft.departments.is_empty());
    }

    fn an_opening_counts_once_and_names_nobody(it) {
        let draft = it.create(it.draft(&[it.public("Maser")]));
        let sent = it.send(&draft).expect("sent");
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 2);
        let open = |secret: &str| {
            let act = OpenBulletin { bulletin: sent.bulletin, secret: secret.to_owned() };
            it.city().perform(&Asker::nobody(), act).expect("opened")
        };
        let first = secret(&letters[0]);
        assert!(open(&first));
        assert!(!open(&first) && !open("guess"));
        let view = it.look(&it.desk, &sent).expect("seen");
        let counts: Vec<(u64, u64)> =
            view.counts.iter().map(|count| (count.n_sent, count.n_opened)).collect();
        assert_eq!(counts, [(2, 1)]);
        let (department, _) = view.counts[0].organisation.clone().expect("a department");
        assert_eq!(department, it.department);
        // Neither the rows nor the log say who it was.
        let left = it.city().store().read(|tx| {
            let waiting = store::bulletin::recipients(tx, 10)?;
            let entries = store::log::entries_after(tx, 0, 1_000)?;
            Ok((waiting.len(), format!("{entries:?}")))
        });
        let (n_waiting, log) = left.expect("read");
        assert_eq!(n_waiting, 0);
        assert!(!log.contains(&first) && !log.contains("open-bulletin"));
    }

    fn a_label_raised_takes_a_result_away_everywhere(it) {
        let (stays, goes, late) = (it.public("Stays"), it.public("Goes"), it.public("Late"));
        let draft = it.create(it.draft(&[stays, goes, late]));
        // Between choosing and sending.
        it.raise(goes);
        let view = it.look(&it.desk, &draft).expect("seen");
        assert_eq!((view.items.len(), view.n_gone), (2, 1));
        let sent = it.send(&draft).expect("sent");
        assert_eq!(it.titles(&sent), ["Stays", "Late"]);
        // Between sending and the letter, and on the page.
        it.city().deliver_bulletins().expect("queued");
        it.raise(late);
        let letters = it.run(it.city());
        assert!(letters.iter().all(|letter| items(letter) == ["Stays"]), "members see no more");
        assert_eq!(letters.len(), 2);
        assert_eq!(it.titles(&sent), ["Stays"]);
        let officer = it.look(&it.desk, &sent).expect("seen");
        assert_eq!(officer.items.len(), 1, "not even for officers");
        let (_, text) =
            it.city().bulletin_preview(&it.desk, sent.bulletin, Lang::En).expect("a preview");
        assert!(text.contains("Stays") && !text.contains("Late") && !text.contains("Goes"));
    }

    fn what_was_sent_stays_as_it_was(it) {
        let id = it.public("First words");
        let sent = it.send(&it.create(it.draft(&[id]))).expect("sent");
        let view = it.city().technology(&it.officer, id).expect("seen").technology;
        let mut content = view.content.clone();
        content.title.en = "Other words".to_owned();
        let note = "better".to_owned();
        let act = ReviseTechnology { technology: id, version: view.version, content, note };
        it.city().perform(&it.officer, act).expect("revised");
        assert_eq!(it.titles(&sent), ["First words"]);
        let act = ReviseBulletin {
            bulletin: sent.bulletin, version: sent.version, draft: it.draft(&[]),
        };
        it.city().perform(&it.desk, act).expect_err("frozen");
    }

    fn every_reason_at_once(it) {
        let create = |asker: &Asker, draft: Draft| {
            it.city().perform(asker, CreateBulletin { owner: it.world.hall, draft })
        };
        let no = create(&it.desk, Draft::default()).expect_err("empty");
        assert_eq!(codes(&no), ["field-required"; 4]);
        for asker in [&it.officer, &it.reader, &Asker::nobody()] {
            create(asker, it.draft(&[])).expect_err("not of the desk");
        }
        let bare = Draft { departments: Vec::new(), to_subscribers: false, ..it.draft(&[]) };
        let made = it.create(bare);
        let no = it.send(&made).expect_err("two reasons");
        assert_eq!(codes(&no), ["bulletin-empty", "bulletin-to-nobody"]);
        let schedule = Some(Schedule { every: Every::Week, day: 9, hour: 30 });
        let act = ScheduleBulletin { bulletin: made.bulletin, version: 7, schedule };
        let no = it.city().perform(&it.desk, act).expect_err("five reasons");
        assert_eq!(codes(&no).len(), 5, "{no}");
    }

    /// A bulletin with a question goes out again and again, with what is new; a node that dies
    /// between its steps loses and doubles nothing.
    fn a_series_sends_what_is_new_once(it) {
        it.public("Maser one");
        let question = Question { words: "maser".to_owned(), ..Question::default() };
        let made = it.create(Draft { question: Some(question), ..it.draft(&[]) });
        let schedule = Some(Schedule { every: Every::Week, day: 2, hour: 9 });
        let act =
            ScheduleBulletin { bulletin: made.bulletin, version: made.version, schedule };
        it.city().perform(&it.desk, act).expect("scheduled");
        assert!(it.run(it.city()).is_empty(), "not before its hour");
        it.world.clock.pass(86_400);
        it.world.settle();
        assert_eq!(it.city().send_due_bulletins().expect("sent, and then it ended"), 1);
        let second = it.world.reopened_with_mail(81, post(&it.server));
        let letters = it.run(&second);
        assert_eq!(letters.len(), 2);
        assert!(letters.iter().all(|letter| items(letter) == ["Maser one"]));
        assert!(letters[0].subject.contains("Spring bulletin · "), "{}", letters[0].subject);
        assert!(it.run(it.city()).is_empty() && it.run(&second).is_empty());
        // A week without anything new has no issue; the next one holds the new result alone.
        it.world.clock.pass(7 * 86_400);
        assert!(it.run(it.city()).is_empty());
        it.public("Maser two");
        it.world.clock.pass(7 * 86_400);
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 2);
        assert!(letters.iter().all(|letter| items(letter) == ["Maser two"]));
        let list = it.city().bulletins(&it.desk, "", 10).expect("a list");
        assert_eq!((list.sent.len(), list.prepared.len()), (2, 1));
    }

    fn two_timers_send_one_issue(it) {
        let made = it.create(it.draft(&[it.public("Maser")]));
        let schedule = Some(Schedule { every: Every::Month, day: 3, hour: 9 });
        let act = ScheduleBulletin { bulletin: made.bulletin, version: made.version, schedule };
        it.city().perform(&it.desk, act).expect("scheduled");
        it.world.clock.pass(86_400);
        it.world.settle();
        let other = it.world.reopened_with_mail(82, post(&it.server));
        other.index_all().expect("the index follows");
        std::thread::scope(|scope| {
            for city in [it.city(), &other] {
                scope.spawn(move || {
                    for _ in 0..3 {
                        let _ = city.send_due_bulletins();
                        let _ = city.deliver_bulletins();
                    }
                });
            }
        });
        assert_eq!(it.run(it.city()).len(), 2, "one letter for each person");
        assert_eq!(it.look(&it.desk, &made).expect("seen").bulletin.state, State::Sent);
    }

    fn a_withdrawn_bulletin_is_gone(it) {
        let sent = it.send(&it.create(it.draft(&[it.public("Maser")]))).expect("sent");
        it.city().deliver_bulletins().expect("queued");
        let act = WithdrawBulletin { bulletin: sent.bulletin, version: sent.version };
        it.city().perform(&it.desk, act).expect("withdrawn");
        assert!(it.run(it.city()).is_empty(), "letters that waited are dropped");
        let no = it.look(&Asker::nobody(), &sent).expect_err("gone");
        assert_eq!(no.class(), Class::NotFound);
        assert!(it.city().bulletins(&Asker::nobody(), "", 10).expect("a list").sent.is_empty());
    }

    fn a_subscription_needs_its_address_and_ends_with_one_press(it) {
        let nobody = Asker::nobody();
        let no = it.subscribe("no address").expect_err("unreadable");
        assert_eq!(no.0[0].field.as_deref(), Some("address"));
        for _ in 0..3 {
            it.subscribe("wu@firm.example").expect("the same answer each time");
        }
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 1, "one letter a day");
        let sent = it.send(&it.create(it.draft(&[it.public("Maser")]))).expect("sent");
        assert_eq!(it.run(it.city()).len(), 2, "an address that was not confirmed gets nothing");
        let confirm = |secret: String| it.city().perform(&nobody, ConfirmSubscription { secret });
        confirm("guess".to_owned()).expect_err("a guess");
        confirm(secret(&letters[0])).expect("confirmed");
        confirm(secret(&letters[0])).expect("twice is as good as once");
        it.subscribe("wu@firm.example").expect("the same answer");
        let next = it.send(&it.create(it.draft(&[it.public("Laser")]))).expect("sent");
        let letters = it.run(it.city());
        let own = letters.iter().find(|one| one.to_address.starts_with("wu")).expect("one");
        let url = own.stop_url.clone().expect("can be stopped");
        let (path, mark) = url.split_once("?mark=").expect("a mark");
        let id = path.split('/').rev().nth(1).and_then(|id| SubscriptionId::parse(id).ok());
        let subscription = id.expect("an id");
        let end = |subscription, mark: &str, asker: &Asker| {
            let act = EndSubscription { subscription, mark: mark.to_owned() };
            it.city().perform(asker, act).map_err(|no| no.class())
        };
        assert_eq!(end(subscription, "guess", &nobody), Err(Class::NotFound));
        assert_eq!(end(subscription, "", &it.reader), Err(Class::NotFound));
        assert_eq!(end(SubscriptionId::from_bits(9), mark, &nobody), Err(Class::NotFound));
        assert_eq!(end(subscription, mark, &nobody), Ok(()));
        assert_eq!(end(subscription, mark, &nobody), Ok(()), "twice is as good as once");
        it.send(&it.create(it.draft(&[it.public("Phaser")]))).expect("sent");
        assert_eq!(it.run(it.city()).len(), 2);
        let _ = (sent, next);
    }
}
