//! Saved searches: what is new is told once, to whoever may know of it at that moment.

use crate::bulletin::with_scene;
use crate::mail::{Server, post};
use access::Role;
use app::mail::{Block, Ready};
use app::saved_search::{
    Frequency, MarkSavedSearchSeen, Question, RemoveSavedSearch, ReviseSavedSearch,
    SavedSearchChanged, StopSavedSearch,
};
use app::technology::{RaiseLabel, ReviseTechnology, WithdrawTechnology};
use app::{Asker, City};
use base::{Class, Clearance, Label, Level, SavedSearchId, TechnologyId, limits};
use std::sync::Arc;
use worlds::{On, World};

/// An institute with an officer, and somebody who searches.
struct Scene {
    world: World,
    server: Arc<Server>,
    owner: base::OrganisationId,
    officer: Asker,
    reader: Asker,
}

impl Scene {
    fn on(on: On) -> Option<Self> {
        let server = Arc::new(Server::default());
        let world = World::with_mail(on, post(&server))?;
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let reader = world.person("reader", world.hall, Role::Member);
        Some(Self { world, server, owner, officer, reader })
    }

    fn city(&self) -> &City {
        &self.world.city
    }

    fn public(&self, title: &str) -> TechnologyId {
        self.world.technology(&self.officer, self.owner, title, Label::public())
    }

    fn members(&self, title: &str) -> TechnologyId {
        self.world.technology(&self.officer, self.owner, title, Label::at(Level::Members))
    }

    fn save(&self, words: &str, frequency: Frequency) -> SavedSearchChanged {
        self.world.settle();
        let asked = (format!("My {words}"), question(words));
        self.city().save_search(&self.reader, asked, frequency).expect("saved")
    }

    /// Everything follows; what is due goes out. The new letters about searches.
    fn run(&self, city: &City) -> Vec<Ready> {
        let n_before = self.server.taken().len();
        self.world.settle();
        if !std::ptr::eq(city, self.city()) {
            city.index_all().expect("the index follows");
        }
        city.follow_alerts().expect("followed");
        city.send_alerts().expect("told");
        while city.send_letters(&|| true).expect("a round").n_sent > 0 {}
        let new = self.server.taken().into_iter().skip(n_before);
        new.filter(|letter| letter.subject.contains("search you saved")).collect()
    }

    fn revise(&self, id: TechnologyId, title: &str) {
        let view = self.city().technology(&self.officer, id).expect("seen").technology;
        let mut content = view.content.clone();
        content.title.en = title.to_owned();
        content.summary.en = format!("What {title} is good for.");
        let act = ReviseTechnology {
            technology: id,
            version: view.version,
            content,
            note: "other words".to_owned(),
        };
        self.city().perform(&self.officer, act).expect("revised");
    }

    fn raise(&self, id: TechnologyId, label: Label) {
        let version = self.city().technology(&self.officer, id).expect("seen").technology.version;
        let act = RaiseLabel { technology: id, version, label };
        self.city().perform(&self.officer, act).expect("raised");
    }

    fn new_in(&self, id: SavedSearchId) -> Vec<TechnologyId> {
        let view = self.city().saved_search(&self.reader, id).expect("seen");
        view.new.rows.iter().map(|row| row.summary.id).collect()
    }
}

fn question(words: &str) -> Question {
    Question { words: words.to_owned(), ..Question::default() }
}

fn items(letter: &Ready) -> Vec<String> {
    let title = |block: &Block| match block {
        Block::Item { title, .. } => Some(title.clone()),
        _ => None,
    };
    letter.blocks.iter().filter_map(title).collect()
}

fn mark_of(letter: &Ready) -> String {
    let url = letter.stop_url.clone().expect("can be stopped");
    url.split_once("mark=").expect("a mark").1.to_owned()
}

with_scene! {
    fn what_is_new_is_told_once(it) {
        it.public("Old maser");
        let saved = it.save("maser", Frequency::AtOnce);
        assert!(it.run(it.city()).is_empty(), "what was found then is no news");
        let new = it.public("New maser");
        it.public("Lathe");
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 1);
        assert_eq!(items(&letters[0]), ["New maser"]);
        assert!(letters[0].stop_url.is_some());
        assert_eq!(it.new_in(saved.search), [new]);
        // An edit that still fits is no news; one that newly fits is, once.
        it.revise(new, "Newer maser");
        assert!(it.run(it.city()).is_empty());
        it.revise(new, "Grinder");
        assert!(it.run(it.city()).is_empty() && it.new_in(saved.search).is_empty());
        it.revise(new, "Maser again");
        assert_eq!(it.run(it.city()).len(), 1);
        assert!(it.run(it.city()).is_empty());
        // Seen is seen, up to what was shown.
        let act = MarkSavedSearchSeen { search: saved.search, until: it.city().now() };
        it.city().perform(&it.reader, act).expect("seen");
        assert!(it.new_in(saved.search).is_empty());
    }

    /// Another handle takes over where the first was killed: before the letter, and after it.
    fn a_restart_loses_and_doubles_nothing(it) {
        it.save("maser", Frequency::AtOnce);
        it.run(it.city());
        it.public("First maser");
        it.world.settle();
        it.city().follow_alerts().expect("followed, and then it ended");
        let second = it.world.reopened_with_mail(77, post(&it.server));
        assert_eq!(it.run(&second).len(), 1);
        it.public("Second maser");
        it.world.settle();
        it.city().follow_alerts().expect("followed");
        assert_eq!(it.city().send_alerts().expect("told"), 1, "queued, and then it ended");
        let third = it.world.reopened_with_mail(78, post(&it.server));
        assert_eq!(it.run(&third).len(), 1);
        assert!(it.run(it.city()).is_empty() && it.run(&second).is_empty());
    }

    fn two_nodes_at_once_tell_once(it) {
        it.save("maser", Frequency::AtOnce);
        it.run(it.city());
        let other = it.world.reopened_with_mail(79, post(&it.server));
        for n in 0..5 {
            it.public(&format!("Maser {n}"));
        }
        it.world.settle();
        other.index_all().expect("the index follows");
        std::thread::scope(|scope| {
            for city in [it.city(), &other] {
                scope.spawn(move || {
                    for _ in 0..4 {
                        // A node that loses a race is told so and comes again.
                        let _ = city.follow_alerts().and_then(|()| city.send_alerts());
                    }
                });
            }
        });
        let letters = it.run(it.city());
        let told: Vec<String> = letters.iter().flat_map(items).collect();
        let mut sorted = told.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((told.len(), sorted.len()), (5, 5), "{told:?}");
    }

    fn rights_are_those_of_the_moment(it) {
        let saved = it.save("maser", Frequency::Daily);
        it.run(it.city());
        let inner = it.members("Inner maser");
        it.public("Open maser");
        it.run(it.city());
        let n_new = |it: &Scene| it.city().saved_searches(&it.reader).expect("a list")[0].n_new;
        assert_eq!((it.new_in(saved.search).len(), n_new(it)), (2, 2));
        // The place in the organisation ends before the morning: what is inside is gone.
        let barred = Clearance { level: Level::Registered, ..Clearance::nobody() };
        it.world.clear(&it.reader, barred);
        assert_eq!(n_new(it), 1);
        assert!(!it.new_in(saved.search).contains(&inner));
        it.world.clock.pass(86_400);
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 1);
        assert_eq!(items(&letters[0]), ["Open maser"]);
        let text = letters[0].text();
        assert!(text.contains("1 new result") && !text.contains("Inner"), "{text}");
        assert!(!text.contains("My maser"), "the name is its person's own words");
    }

    fn a_letter_names_public_titles_only(it) {
        it.save("maser", Frequency::AtOnce);
        it.run(it.city());
        let inner = it.members("Inner maser");
        let open = it.public("Open maser");
        let closing = it.public("Closing maser");
        it.world.settle();
        it.city().follow_alerts().expect("followed");
        it.city().send_alerts().expect("queued");
        // Between the queue and the mail server, one becomes internal and one is withdrawn.
        it.raise(closing, Label::at(Level::Members));
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 1);
        let reference = |id| {
            let view = it.city().technology(&it.officer, id).expect("seen");
            view.technology.reference.as_str().to_owned()
        };
        let mut found = items(&letters[0]);
        found.sort();
        let mut want = vec![
            "Open maser".to_owned(),
            format!("Technology {} (not public)", reference(inner)),
            format!("Technology {} (not public)", reference(closing)),
        ];
        want.sort();
        assert_eq!(found, want);
        let _ = open;
    }

    fn a_letter_of_which_nothing_is_left_is_dropped(it) {
        it.save("maser", Frequency::AtOnce);
        it.run(it.city());
        let id = it.public("Maser");
        it.world.settle();
        it.city().follow_alerts().expect("followed");
        it.city().send_alerts().expect("queued");
        let version = it.city().technology(&it.officer, id).expect("seen").technology.version;
        let act = WithdrawTechnology { technology: id, version, reason: "sold".to_owned() };
        it.city().perform(&it.officer, act).expect("withdrawn");
        assert!(it.run(it.city()).is_empty());
    }

    fn daily_and_weekly_wait_for_the_morning(it) {
        // The clock stands on a Monday, nine in the morning in China.
        it.save("maser", Frequency::Daily);
        it.save("maser", Frequency::Weekly);
        it.run(it.city());
        it.public("Maser one");
        assert!(it.run(it.city()).is_empty(), "not before the morning");
        it.public("Maser two");
        it.world.clock.pass(23 * 3_600 + 60);
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 1, "the daily one");
        let mut found = items(&letters[0]);
        found.sort();
        assert_eq!(found, ["Maser one", "Maser two"]);
        it.world.clock.pass(6 * 86_400);
        assert_eq!(it.run(it.city()).len(), 1, "the weekly one; the daily one has nothing");
    }

    fn one_press_stops_one_search_alone(it) {
        let first = it.save("maser", Frequency::AtOnce);
        let second = it.save("lathe", Frequency::AtOnce);
        it.run(it.city());
        it.public("Maser with a lathe");
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 2);
        let own = letters.iter().find(|letter| {
            letter.stop_url.as_deref().is_some_and(|url| url.contains(&first.search.to_string()))
        });
        let mark = mark_of(own.expect("the letter of the first"));
        let stop = |search, mark: &str| {
            let act = StopSavedSearch { search, mark: mark.to_owned() };
            it.city().perform(&Asker::nobody(), act).map_err(|no| no.class())
        };
        assert_eq!(stop(second.search, &mark), Err(Class::NotFound), "good for nothing else");
        assert_eq!(stop(first.search, "guess"), Err(Class::NotFound));
        assert_eq!(stop(first.search, &mark), Ok(()));
        assert_eq!(stop(first.search, &mark), Ok(()), "twice is as good as once");
        it.public("Another maser with a lathe");
        let letters = it.run(it.city());
        assert_eq!(letters.len(), 1);
        assert!(mark_of(&letters[0]) != mark);
        // Its page still shows what came; resumed, it begins anew.
        assert_eq!(it.new_in(first.search).len(), 2);
        let row = it.city().saved_search(&it.reader, first.search).expect("seen").search;
        assert!(row.is_paused);
        let act = ReviseSavedSearch {
            search: row.id,
            version: row.version,
            name: "Masers".to_owned(),
            frequency: Frequency::AtOnce,
            is_paused: false,
        };
        it.city().perform(&it.reader, act).expect("resumed");
        assert!(it.run(it.city()).is_empty(), "what came meanwhile is no letter");
        it.public("Third maser");
        assert_eq!(it.run(it.city()).len(), 1);
    }

    fn a_search_is_its_person_s_alone(it) {
        let saved = it.save("maser", Frequency::Daily);
        let other = it.world.person("other", it.world.hall, Role::AgencyOfficer);
        for asker in [&other, &it.world.operator()] {
            let no = it.city().saved_search(asker, saved.search).expect_err("not theirs");
            let absent = SavedSearchId::from_bits(5);
            assert_eq!(no, it.city().saved_search(asker, absent).expect_err("not there"));
            let act = RemoveSavedSearch { search: saved.search };
            let no = it.city().perform(asker, act).expect_err("not theirs");
            assert_eq!(no.class(), Class::NotFound);
        }
        let no = it.city().saved_search(&Asker::nobody(), saved.search).expect_err("nobody");
        assert_eq!(no.class(), Class::SignIn);
        // Nothing of what was typed is in the log.
        let entries = it.city().store().read(|tx| store::log::entries_after(tx, 0, 1_000));
        assert!(!format!("{:?}", entries.expect("entries")).contains("My maser"));
        let act = RemoveSavedSearch { search: saved.search };
        it.city().perform(&it.reader, act).expect("removed");
        assert!(it.city().saved_searches(&it.reader).expect("a list").is_empty());
        it.public("Maser");
        assert!(it.run(it.city()).is_empty());
    }

    fn searches_are_bounded_and_ask_something(it) {
        it.world.settle();
        let save = |name: &str, question: Question| {
            let asked = (name.to_owned(), question);
            it.city().save_search(&it.reader, asked, Frequency::Daily)
        };
        let no = save(" ", Question::default()).expect_err("two reasons");
        let codes: Vec<&str> = no.0.iter().map(|refusal| refusal.code.as_ref()).collect();
        assert_eq!(codes, ["field-required", "saved-search-empty"]);
        for n in 0..limits::SAVED_SEARCHES_MAX {
            save(&format!("n{n}"), question("maser")).expect("saved");
        }
        let no = save("more", question("maser")).expect_err("too many");
        assert_eq!(no.0[0].code, "saved-search-too-many");
        let other = it.world.person("other", it.world.hall, Role::Member);
        let asked = ("mine".to_owned(), question("maser"));
        it.city().save_search(&other, asked, Frequency::Daily).expect("another person's");
    }
}
