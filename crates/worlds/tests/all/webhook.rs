//! Webhooks: queued once, in order, signed, tried again, switched off, and never telling what the
//! feed would not.

use access::Role;
use app::technology::{RaiseLabel, WithdrawTechnology};
use app::webhook::{
    Ask, CreateWebhook, DeliveryState, Hooks, KINDS, Reason, RemoveWebhook, RenewWebhookSecret,
    ResendDelivery, ReviseWebhook, State, TEST, TestWebhook, WebhookSecret,
};
use app::{Asker, City, Who};
use base::{Instant, Label, Level, OrganisationId, PersonId, WebhookId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use calls::{Caller, Options};
use std::time::Duration;
use testkit::receiver::{Answer, Came, Receiver};
use worlds::{On, World};

/// Calls that may go to this machine, and wait for a moment only.
pub(crate) fn hooks() -> Hooks {
    let options = Options {
        private_addresses: true,
        wait: Duration::from_millis(700),
        cuts: true,
        bytes_max: 4_096,
        ..Options::default()
    };
    let caller = Caller::new(&options).expect("a caller");
    Hooks { caller: Some(caller), private_addresses: true, in_demo: false }
}

/// Runs a test on both databases, with an institute and whoever looks after it.
macro_rules! with_receiver {
    ($($(#[$doc:meta])* fn $name:ident($world:ident, $house:ident, $receiver:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$doc])*
            fn check($world: &World, $house: &House, $receiver: &Receiver) $body

            fn on(on: On) {
                let Some(world) = World::with_webhooks(on, hooks()) else { return };
                let owner = world.organisation("Institute");
                let officer = world.person("officer", owner, Role::TransferOfficer);
                check(&world, &House { owner, officer }, &Receiver::start());
            }

            #[test]
            fn sqlite() { on(On::Sqlite); }

            #[test]
            fn postgres() { on(On::Postgres); }
        }
    )*};
}

struct House {
    owner: OrganisationId,
    officer: Asker,
}

fn id_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

pub(crate) fn every_kind(url: String) -> Ask {
    Ask { url, kinds: KINDS.iter().map(|kind| (*kind).to_owned()).collect() }
}

fn set_up(world: &World, house: &House, receiver: &Receiver) -> WebhookSecret {
    let ask = every_kind(receiver.url("/hook"));
    let act = CreateWebhook { organisation: house.owner, ask };
    world.city.perform(&house.officer, act).expect("a webhook")
}

/// Queues what happened and sends what is due.
fn run(world: &World) -> app::webhook::Round {
    world.settle();
    world.city.follow_webhooks().expect("followed");
    world.city.send_webhooks(&|| true).expect("a round")
}

fn kinds(receiver: &Receiver) -> Vec<String> {
    receiver.came().iter().map(kind_of).collect()
}

fn kind_of(came: &Came) -> String {
    let body: serde_json::Value = serde_json::from_str(&came.body).expect("JSON");
    body["type"].as_str().expect("a type").to_owned()
}

fn code<T: std::fmt::Debug>(answer: Result<T, app::No>) -> String {
    answer.expect_err("refused").0[0].code.to_string()
}

fn state(city: &City, asker: &Asker, id: WebhookId) -> (State, Option<Reason>) {
    let view = city.webhook(asker, id).expect("seen");
    (view.webhook.state, view.webhook.reason)
}

/// A delivery that waits and waits.
fn waiting(webhook: WebhookId, n: usize) -> store::delivery::Delivery {
    let now = Instant::from_micros(1);
    store::delivery::Delivery {
        id: base::DeliveryId::from_bits(n as u128 + 1),
        webhook,
        event: format!("evt_{n}"),
        seq: 1,
        kind: "technology-confirmed".to_owned(),
        thing: String::new(),
        thing_gate: String::new(),
        thing_state: "confirmed".to_owned(),
        state: DeliveryState::Waiting,
        attempts: 0,
        next_at: now,
        ends_at: Instant::from_micros(i64::MAX),
        status: 0,
        said: String::new(),
        created_at: now,
        changed_at: now,
        now: None,
    }
}

/// Whether a request carries a signature by this secret.
fn is_signed_by(came: &Came, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("its prefix")).expect("Base64");
    let seconds = came.header("webhook-timestamp").parse().expect("seconds");
    let one = app::webhook::signature(&[key], came.header("webhook-id"), seconds, &came.body);
    came.header("webhook-signature").split(' ').any(|each| each == one)
}

with_receiver! {
    fn an_event_is_told_once_in_order_and_as_the_feed_tells_it(world, house, receiver) {
        world.technology(&house.officer, house.owner, "Before", Label::public());
        let made = set_up(world, house, receiver);
        assert!(made.secret.starts_with("whsec_"));
        let names = ["One", "Two", "Three"];
        let ids: Vec<String> = names
            .iter()
            .map(|name| {
                let id = world.technology(&house.officer, house.owner, name, Label::public());
                id.to_string()
            })
            .collect();
        let round = run(world);
        assert_eq!((round.n_delivered, round.n_failed), (3, 0), "{:?}", receiver.came());
        assert_eq!(run(world).n_delivered, 0, "once");
        // A follower that begins anew queues nothing twice.
        let back = |tx: &mut store::Tx<'_>| store::follower::advance(tx, "webhooks", 0, Instant::from_micros(0));
        world.city.store().write("back", back).expect("asked");
        world.reopened(9).follow_webhooks().expect("followed");
        assert_eq!(run(world).n_delivered, 0);
        let came = receiver.came();
        let told: Vec<serde_json::Value> =
            came.iter().map(|one| serde_json::from_str(&one.body).expect("JSON")).collect();
        let technologies: Vec<&str> =
            told.iter().map(|one| one["data"]["technology"].as_str().expect("an id")).collect();
        assert_eq!(technologies, ids, "in the order of the log, nothing from before");
        let feed = world.city.feed(&house.officer, None, 100, false).expect("a feed");
        for (one, item) in told.iter().zip(feed.items.iter().skip(1)) {
            assert_eq!(one["type"], item.kind.as_str());
            assert_eq!(one["timestamp"], item.at.rfc3339().as_str());
            let data = &one["data"];
            assert_eq!(data["cursor"], item.cursor.as_str());
            assert_eq!(data["kind"], item.kind.as_str());
            assert_eq!(data["at"], item.at.rfc3339().as_str());
            assert_eq!(data["version"], item.version);
            assert_eq!(data["state"], item.state.as_str());
            let uri = format!("http://127.0.0.1:8080/api/v1/technologies/{}", item.thing);
            assert_eq!(data["uri"], uri.as_str());
            assert_eq!(data.as_object().expect("an object").len(), 7);
        }
        for one in &came {
            assert_eq!(one.path, "/hook");
            assert!(is_signed_by(one, &made.secret), "{one:?}");
            assert!(!is_signed_by(&Came { body: one.body.replace("One", "0") + " ", ..one.clone() }, &made.secret));
            assert!(!one.body.contains("One"), "no title");
        }
        let page = world.city.deliveries(&house.officer, made.webhook, None, 2).expect("a page");
        assert_eq!((page.rows.len(), page.next.is_some()), (2, true));
        let rest = world.city.deliveries(&house.officer, made.webhook, page.next, 2).expect("a page");
        assert_eq!((rest.rows.len(), rest.next), (1, None));
        let view = world.city.delivery(&house.officer, rest.rows[0].id).expect("seen");
        assert_eq!((view.attempts.len(), view.attempts[0].status), (1, 200));
        assert_eq!(view.attempts[0].said, "ok");
        assert_eq!(view.delivery.state, DeliveryState::Delivered);
    }

    fn only_what_was_chosen_is_told(world, house, receiver) {
        let kinds_wanted = ["technology-withdrawn".to_owned()].into_iter().collect();
        let ask = Ask { url: receiver.url("/"), kinds: kinds_wanted };
        let act = CreateWebhook { organisation: house.owner, ask };
        world.city.perform(&house.officer, act).expect("a webhook");
        let id = world.technology(&house.officer, house.owner, "One", Label::public());
        let act = WithdrawTechnology { technology: id, version: 2, reason: "Sold.".to_owned() };
        world.city.perform(&house.officer, act).expect("withdrawn");
        run(world);
        assert_eq!(kinds(receiver), ["technology-withdrawn"]);
    }

    fn a_failure_is_tried_again_under_the_same_id(world, house, receiver) {
        let made = set_up(world, house, receiver);
        receiver.next(&[
            Answer::Say(500, "broken\nhere"), Answer::Die, Answer::Late(1_500), Answer::Say(302, ""),
        ]);
        world.technology(&house.officer, house.owner, "One", Label::public());
        world.technology(&house.officer, house.owner, "Two", Label::public());
        for pause in [0, 6, 301, 1_801] {
            world.clock.pass(pause);
            let round = run(world);
            assert_eq!((round.n_delivered, round.n_failed), (0, 1), "after {pause}");
            assert_eq!(run(world).n_failed, 0, "it is left alone for a while");
        }
        world.clock.pass(7_201);
        assert_eq!(run(world).n_delivered, 2);
        let came = receiver.came();
        assert!(came.iter().all(|one| one.path == "/hook"), "no redirect is followed");
        let page = world.city.deliveries(&house.officer, made.webhook, None, 10).expect("a page");
        assert_eq!(page.rows.len(), 2);
        let all: Vec<_> = page
            .rows
            .iter()
            .map(|row| world.city.delivery(&house.officer, row.id).expect("seen").attempts)
            .collect();
        let n_attempts: usize = all.iter().map(Vec::len).sum();
        assert_eq!((n_attempts, came.len()), (6, 6));
        let mut found: Vec<u64> = all.iter().flatten().map(|one| one.status).collect();
        found.sort_unstable();
        assert_eq!(found, [0, 0, 200, 200, 302, 500]);
        assert!(all.iter().flatten().any(|one| one.said == "broken here"), "{all:?}");
        let ids: std::collections::BTreeSet<&str> =
            came.iter().map(|one| one.header("webhook-id")).collect();
        assert_eq!(ids.len(), 2, "each goes out under its own id, however often");
    }

    fn a_slow_receiver_holds_up_nobody_else(world, house, receiver) {
        set_up(world, house, receiver);
        let other = world.organisation("Other");
        let rival = world.person("rival", other, Role::FirmAdministrator);
        let quick = Receiver::start();
        let act = CreateWebhook { organisation: other, ask: every_kind(quick.url("/")) };
        world.city.perform(&rival, act).expect("a webhook");
        receiver.next(&[Answer::Late(5_000)]);
        for n in 0..5 {
            world.technology(&house.officer, house.owner, &format!("T {n}"), Label::public());
        }
        let round = run(world);
        assert_eq!((round.n_delivered, round.n_failed), (5, 1));
        assert_eq!(quick.came().len(), 5);
    }

    fn one_sender_serves_a_webhook_at_a_time(world, house, receiver) {
        set_up(world, house, receiver);
        for n in 0..6 {
            world.technology(&house.officer, house.owner, &format!("T {n}"), Label::public());
        }
        world.settle();
        world.city.follow_webhooks().expect("followed");
        receiver.next(&[Answer::Late(200); 6]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| world.city.send_webhooks(&|| true).expect("a round"));
            }
        });
        let came = receiver.came();
        let ids: std::collections::BTreeSet<&str> =
            came.iter().map(|one| one.header("webhook-id")).collect();
        assert_eq!((came.len(), ids.len()), (6, 6), "none went out twice");
        let cursor = |one: &Came| {
            let body: serde_json::Value = serde_json::from_str(&one.body).expect("JSON");
            body["data"]["cursor"].as_str().expect("a cursor").to_owned()
        };
        let told: Vec<String> = came.iter().map(cursor).collect();
        let feed = world.city.feed(&house.officer, None, 100, false).expect("a feed");
        let all: Vec<String> = feed.items.into_iter().map(|item| item.cursor).collect();
        assert_eq!(told, all, "in the order of the log");
    }

    fn what_its_person_may_not_see_is_told_to_nobody(world, house, receiver) {
        let made = set_up(world, house, receiver);
        let other = world.organisation("Other");
        let rival = world.person("rival", other, Role::TransferOfficer);
        let secret = Label::at(Level::Restricted);
        let cleared = base::Clearance { level: Level::Restricted, ..base::Clearance::nobody() };
        world.clear(&rival, cleared);
        let known = world.technology(&rival, other, "Known", Label::public());
        world.technology(&rival, other, "Hidden", secret.clone());
        let raised = world.technology(&rival, other, "Raised", Label::public());
        // Queued while it was public, and hidden before it is sent.
        world.settle();
        world.city.follow_webhooks().expect("followed");
        let act = RaiseLabel { technology: raised, version: 2, label: secret };
        world.city.perform(&rival, act).expect("raised");
        let round = run(world);
        assert_eq!(round.n_delivered, 1, "{:?}", receiver.came());
        assert!(receiver.came()[0].body.contains(&known.to_string()));
        let page = world.city.deliveries(&house.officer, made.webhook, None, 10).expect("a page");
        assert_eq!(page.rows.len(), 1, "nothing tells that there was more");
        let left = world.city.store().read(|tx| store::delivery::list(tx, made.webhook, None, 10));
        assert_eq!(left.expect("rows").len(), 1, "not even a row");
    }

    fn what_becomes_hidden_later_leaves_the_list(world, house, receiver) {
        let made = set_up(world, house, receiver);
        let other = world.organisation("Other");
        let rival = world.person("rival", other, Role::TransferOfficer);
        world.clear(&rival, base::Clearance { level: Level::Restricted, ..base::Clearance::nobody() });
        let known = world.technology(&rival, other, "Known", Label::public());
        run(world);
        let page = world.city.deliveries(&house.officer, made.webhook, None, 10).expect("a page");
        let delivery = page.rows[0].id;
        let label = Label::at(Level::Restricted);
        let act = RaiseLabel { technology: known, version: 2, label };
        world.city.perform(&rival, act).expect("raised");
        run(world);
        assert_eq!(receiver.came().len(), 1);
        let page = world.city.deliveries(&house.officer, made.webhook, None, 10).expect("a page");
        assert!(page.rows.is_empty());
        assert_eq!(code(world.city.delivery(&house.officer, delivery)), "not-found");
        let no = world.city.perform(&house.officer, ResendDelivery { delivery });
        assert_eq!(code(no), "not-found");
    }

    fn a_renewed_secret_signs_beside_the_old_one_for_a_day(world, house, receiver) {
        let first = set_up(world, house, receiver);
        let act = RenewWebhookSecret { webhook: first.webhook, version: 1 };
        let second = world.city.perform(&house.officer, act).expect("renewed");
        assert_ne!(first.secret, second.secret);
        let act = RenewWebhookSecret { webhook: first.webhook, version: 1 };
        assert_eq!(code(world.city.perform(&house.officer, act)), "version-conflict");
        let test = TestWebhook { webhook: first.webhook };
        world.city.perform(&house.officer, test).expect("queued");
        run(world);
        world.clock.pass(86_401);
        let test = TestWebhook { webhook: first.webhook };
        world.city.perform(&house.officer, test).expect("queued");
        run(world);
        let came = receiver.came();
        assert_eq!(kinds(receiver), [TEST, TEST]);
        let by = |at: usize| {
            (is_signed_by(&came[at], &first.secret), is_signed_by(&came[at], &second.secret))
        };
        assert_eq!((by(0), by(1)), ((true, true), (false, true)));
        // Nothing in the rows or the log opens it.
        let rows = world.city.store().read(|tx| {
            let sealed = store::webhook::secrets(tx, first.webhook, Instant::from_micros(0))?;
            Ok((sealed, store::log::entries_after(tx, 0, 10_000)?))
        });
        let (sealed, entries) = rows.expect("rows");
        let key = STANDARD.decode(second.secret.trim_start_matches("whsec_")).expect("Base64");
        assert!(!sealed[0].windows(8).any(|part| key.windows(8).any(|one| one == part)));
        assert!(!format!("{entries:?}").contains(&second.secret));
    }

    fn what_was_sent_is_sent_again_by_a_press(world, house, receiver) {
        let made = set_up(world, house, receiver);
        world.technology(&house.officer, house.owner, "One", Label::public());
        run(world);
        let page = world.city.deliveries(&house.officer, made.webhook, None, 10).expect("a page");
        let delivery = page.rows[0].id;
        world.city.perform(&house.officer, ResendDelivery { delivery }).expect("queued");
        assert_eq!(run(world).n_delivered, 1);
        let came = receiver.came();
        assert_eq!(came[0].header("webhook-id"), came[1].header("webhook-id"));
        assert_eq!(came[0].body, came[1].body);
        let view = world.city.delivery(&house.officer, delivery).expect("seen");
        assert_eq!((view.attempts.len(), view.delivery.attempts), (2, 2));
    }

    fn a_receiver_that_is_gone_or_fails_for_days_is_switched_off(world, house, receiver) {
        let made = set_up(world, house, receiver);
        receiver.next(&[Answer::Say(410, "no more")]);
        world.technology(&house.officer, house.owner, "One", Label::public());
        run(world);
        let of = |asker: &Asker| state(&world.city, asker, made.webhook);
        assert_eq!(of(&house.officer), (State::Off, Some(Reason::Gone)));
        world.settle();
        world.city.follow_mail().expect("followed");
        let outbox = world.city.outbox(&world.operator(), base::Lang::En, None, None, 100);
        let letters = outbox.expect("a page").rows;
        let told: Vec<_> = letters.iter().filter(|one| one.kind == "webhook").collect();
        assert_eq!(told.len(), 1, "{letters:?}");
        assert_eq!(told[0].address, "officer@testing.example");
        assert_eq!(told[0].subject, "A webhook of Institute was switched off");
        let test = || TestWebhook { webhook: made.webhook };
        assert_eq!(code(world.city.perform(&house.officer, test())), "webhook-not-on");
        // Switched on again it begins anew, and what happened meanwhile is left to the feed.
        world.technology(&house.officer, house.owner, "Meanwhile", Label::public());
        run(world);
        let view = world.city.webhook(&house.officer, made.webhook).expect("seen");
        let act = || ReviseWebhook {
            webhook: made.webhook,
            version: view.webhook.version,
            ask: view.webhook.ask.clone(),
            is_paused: false,
        };
        world.city.perform(&house.officer, act()).expect("on");
        assert_eq!(code(world.city.perform(&house.officer, act())), "version-conflict");
        assert_eq!(of(&house.officer), (State::On, None));
        receiver.next(&[Answer::Say(503, "away"); 60]);
        let n_before = receiver.came().len();
        for _ in 0..40 {
            world.clock.pass(4 * 3_600);
            if of(&house.officer).0 == State::Off {
                break;
            }
            world.technology(&house.officer, house.owner, "More", Label::public());
            run(world);
        }
        assert_eq!(of(&house.officer), (State::Off, Some(Reason::Failing)));
        let n = receiver.came().len() - n_before;
        assert!((20..=40).contains(&n), "{n} attempts in five days");
        world.city.sweep_webhooks().expect("swept");
    }

    fn a_delivery_that_fails_alone_is_given_up_and_holds_up_no_other(world, house, receiver) {
        let made = set_up(world, house, receiver);
        world.technology(&house.officer, house.owner, "Poison", Label::public());
        receiver.next(&[Answer::Say(400, "what?")]);
        run(world);
        let page = world.city.deliveries(&house.officer, made.webhook, None, 10).expect("a page");
        let poison = page.rows[0].id;
        for pause in trading::webhook::PAUSES {
            world.technology(&house.officer, house.owner, "Good", Label::public());
            world.clock.pass(pause + 61);
            receiver.next(&[Answer::Say(400, "what?")]);
            assert_eq!(run(world).n_failed, 1, "its turn comes first");
            world.clock.pass(61);
            assert_eq!(run(world).n_delivered, 1, "the next is not held up");
        }
        let view = world.city.delivery(&house.officer, poison).expect("seen");
        assert_eq!(view.delivery.state, DeliveryState::GivenUp);
        assert_eq!(view.attempts.len(), 10);
        assert_eq!(state(&world.city, &house.officer, made.webhook).0, State::On);
    }

    fn who_set_it_up_and_left_is_asked_for_no_more(world, house, receiver) {
        let made = set_up(world, house, receiver);
        let second = world.person("second", house.owner, Role::TransferOfficer);
        world.technology(&house.officer, house.owner, "One", Label::public());
        world.settle();
        world.city.follow_webhooks().expect("followed");
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let act = app::person::DisablePerson { person: id_of(&house.officer), successor: None };
        world.city.perform(&security, act).expect("disabled");
        run(world);
        assert!(receiver.came().is_empty());
        assert_eq!(state(&world.city, &second, made.webhook), (State::Off, Some(Reason::Owner)));
        // A colleague takes it over by saving it.
        let view = world.city.webhook(&second, made.webhook).expect("seen").webhook;
        let act = ReviseWebhook {
            webhook: view.id, version: view.version, ask: view.ask, is_paused: false,
        };
        world.city.perform(&second, act).expect("on");
        let webhook = world.city.webhook(&second, made.webhook).expect("seen").webhook;
        assert_eq!(webhook.person, id_of(&second));
        world.technology(&second, house.owner, "Two", Label::public());
        run(world);
        assert_eq!(receiver.came().len(), 2, "what waited goes too");
    }

    fn others_do_not_learn_of_it(world, house, receiver) {
        let made = set_up(world, house, receiver);
        let other = world.organisation("Other");
        let rival = world.person("rival", other, Role::TransferOfficer);
        let member = world.person("member", house.owner, Role::Member);
        let system = world.person("system", world.hall, Role::SystemAdministrator);
        world.technology(&house.officer, house.owner, "One", Label::public());
        run(world);
        let delivery = world.city.deliveries(&house.officer, made.webhook, None, 1);
        let delivery = delivery.expect("a page").rows[0].id;
        let absent = WebhookId::from_bits(5);
        for who in [&rival, &member, &system] {
            assert_eq!(code(world.city.webhooks(who, house.owner)), "not-found");
            for id in [made.webhook, absent] {
                assert_eq!(code(world.city.webhook(who, id)), "not-found");
                assert_eq!(code(world.city.deliveries(who, id, None, 5)), "not-found");
                assert_eq!(code(world.city.perform(who, TestWebhook { webhook: id })), "not-found");
                let act = RenewWebhookSecret { webhook: id, version: 1 };
                assert_eq!(code(world.city.perform(who, act)), "not-found");
                let act = RemoveWebhook { webhook: id };
                assert_eq!(code(world.city.perform(who, act)), "not-found");
            }
            assert_eq!(code(world.city.delivery(who, delivery)), "not-found");
            assert_eq!(code(world.city.perform(who, ResendDelivery { delivery })), "not-found");
            let act = CreateWebhook { organisation: house.owner, ask: every_kind(receiver.url("/")) };
            assert_eq!(code(world.city.perform(who, act)), "not-allowed");
        }
        world.city.perform(&house.officer, RemoveWebhook { webhook: made.webhook }).expect("gone");
        assert_eq!(code(world.city.webhook(&house.officer, made.webhook)), "not-found");
        assert_eq!(run(world), app::webhook::Round::default());
    }

    fn an_erased_person_answers_for_no_webhook(world, house, receiver) {
        let keeper = world.person("keeper", house.owner, Role::TransferOfficer);
        let act = CreateWebhook { organisation: house.owner, ask: every_kind(receiver.url("/")) };
        let made = world.city.perform(&keeper, act).expect("a webhook");
        let now = world.city.now();
        let held = world.city.store().read(|tx| store::person::roles(tx, id_of(&keeper), now));
        let membership = held.expect("places")[0].0;
        let act = app::person::EndMembership { membership, successor: None };
        world.city.perform(&world.operator(), act).expect("ended");
        let act = app::erasure::ErasePerson {
            person: id_of(&keeper), typed: "keeper@testing.example".to_owned(),
        };
        world.city.erase(&keeper, act).expect("erased");
        let found = state(&world.city, &house.officer, made.webhook);
        assert_eq!(found, (State::Off, Some(Reason::Owner)));
    }

    fn too_much_that_waits_is_left_to_the_feed(world, house, receiver) {
        let made = set_up(world, house, receiver);
        let id = made.webhook;
        let at_once = 1_000;
        for first in (0..base::limits::WEBHOOK_WAITING_MAX).step_by(at_once) {
            let fill = move |tx: &mut store::Tx<'_>| {
                (first..first + at_once).try_for_each(|n| {
                    store::delivery::add(tx, &waiting(id, n)).map(|_| ())
                })
            };
            world.city.store().write("fill", fill).expect("filled");
        }
        world.technology(&house.officer, house.owner, "One more", Label::public());
        world.settle();
        world.city.follow_webhooks().expect("followed");
        assert_eq!(state(&world.city, &house.officer, id), (State::Off, Some(Reason::Full)));
    }

    fn what_is_asked_has_bounds(world, house, receiver) {
        let act = |url: &str| CreateWebhook { organisation: house.owner, ask: every_kind(url.to_owned()) };
        for url in ["http://erp.example/", "https://169.254.169.254/", "https://a:b@c.example/", "x"] {
            assert_eq!(code(world.city.perform(&house.officer, act(url))), "webhook-address", "{url}");
        }
        for _ in 0..base::limits::WEBHOOKS_MAX {
            world.city.perform(&house.officer, act(&receiver.url("/"))).expect("a webhook");
        }
        let no = world.city.perform(&house.officer, act(&receiver.url("/")));
        assert_eq!(code(no), "webhook-too-many");
    }
}

#[test]
fn the_house_is_not_called_unless_the_operator_says_so() {
    let options = Options { private_addresses: false, ..Options::default() };
    let caller = Caller::new(&options).expect("a caller");
    let hooks = Hooks { caller: Some(caller), private_addresses: false, in_demo: false };
    let world = World::with_webhooks(On::Sqlite, hooks).expect("SQLite");
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let receiver = Receiver::start();
    let act = |url: String| CreateWebhook { organisation: owner, ask: every_kind(url) };
    for url in [receiver.url("/"), "https://10.0.0.8/".to_owned(), "https://localhost/".to_owned()]
    {
        assert_eq!(code(world.city.perform(&officer, act(url))), "webhook-address");
    }
    // A name that leads into the house is found out with the call.
    let url = "https://ip6-localhost:9/".to_owned();
    let made = world.city.perform(&officer, act(url)).expect("a name");
    world.city.perform(&officer, TestWebhook { webhook: made.webhook }).expect("queued");
    assert_eq!(run(&world).n_failed, 1);
    let page = world.city.deliveries(&officer, made.webhook, None, 5).expect("a page");
    let said = &page.rows[0].said;
    assert!(said == "webhook-error-forbidden" || said.starts_with("no answer"), "{said}");
    assert!(receiver.came().is_empty());
}

#[test]
fn without_a_caller_deliveries_wait_to_be_seen() {
    let world = World::on(On::Sqlite).expect("SQLite");
    let owner = world.organisation("Institute");
    let officer = world.person("officer", owner, Role::TransferOfficer);
    let ask = every_kind("https://erp.example/".to_owned());
    let made = world.city.perform(&officer, CreateWebhook { organisation: owner, ask });
    let made = made.expect("a webhook");
    assert!(!world.city.calls_webhooks());
    world.city.perform(&officer, TestWebhook { webhook: made.webhook }).expect("queued");
    assert_eq!(run(&world), app::webhook::Round::default());
    let page = world.city.deliveries(&officer, made.webhook, None, 5).expect("a page");
    assert_eq!(page.rows[0].state, DeliveryState::Waiting);
    world.clock.pass(5 * 86_400);
    world.city.sweep_webhooks().expect("swept");
    let page = world.city.deliveries(&officer, made.webhook, None, 5).expect("a page");
    assert_eq!(page.rows[0].state, DeliveryState::GivenUp);
}
