//! Erasing a person: nothing of them is left in rows, files, index or feed, and the log verifies.

use access::Role;
use app::erasure::ErasePerson;
use app::{Asker, No, Who};
use base::{Label, Level, PersonId};
use worlds::{World, on_both};

fn codes(no: &No) -> Vec<String> {
    no.0.iter().map(|refusal| refusal.code.to_string()).collect()
}

fn id(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

fn erase(world: &World, asker: &Asker, person: PersonId, typed: &str) -> Result<(), No> {
    let act = ErasePerson { person, typed: typed.to_owned() };
    world.city.erase(asker, act).map(|_| ())
}

/// A person whose name and address stand nowhere else, with a session, a key and a log of her own.
fn somebody(world: &World) -> Asker {
    let made = app::person::CreatePerson {
        email: "quexalia@zyxwvut.example".to_owned(),
        name: base::Bilingual::new("Quexalia Vonderblum", "阙惜璃"),
        lang: base::Lang::En,
        organisation: world.hall,
        role: Role::Member,
        invented: false,
        password: Some("a testing password".to_owned()),
        hashed: String::new(),
    };
    let made = world.city.perform(&world.operator(), made).expect("a person");
    let act = app::account::SignIn::new(
        "quexalia@zyxwvut.example",
        "a testing password",
        "Quexbrowser/7 on Zyxdevice",
    );
    let network = "198.51.100.0/24".to_owned();
    assert!(world.city.perform(&Asker { network, ..Asker::nobody() }, act).is_ok());
    let asker = Asker::person(made.person);
    let told = app::telephone::SetTelephone { telephone: "0816-777 4242".to_owned() };
    assert!(world.city.perform(&asker.clone().keyed("q0"), told).is_ok());
    let key = app::account::CreateToken {
        person: None,
        name: "Quexkey".to_owned(),
        scopes: [access::Scope::Account].into(),
        days: 9,
    };
    assert!(world.city.perform(&asker.clone().keyed("q1"), key).is_ok());
    asker
}

/// Words that stood with the person and with nobody else.
const TRACES: [&str; 7] =
    ["777 4242", "Quexalia", "Vonderblum", "阙惜璃", "zyxwvut.example", "Quexbrowser", "Quexkey"];

on_both! {
    fn an_erased_person_is_nowhere(world) {
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        world.technology(&officer, owner, "Laser", Label::at(Level::Public));
        let asker = somebody(world);
        let person = id(&asker);
        world.settle();
        let found = traces_in_files(world);
        assert!(found.is_empty() != world.database.url().is_none(), "they stood in the file");
        let view = world.city.erasure(&security, person).expect("a view");
        assert!(view.open.is_empty() && view.n_texts >= 3 && !view.is_own);
        let slip = erase(world, &security, person, "other@x.example").expect_err("a slip");
        assert_eq!(codes(&slip), ["erasure-typed"]);
        erase(world, &security, person, " Quexalia@zyxwvut.example ").expect("erased");
        world.settle();
        // Rows: the id stays, with another name; nobody can sign in.
        let kept = world.city.store().read(|tx| store::person::find(tx, person));
        let kept = kept.expect("read").expect("the row stays");
        assert_eq!(kept.state, parties::PersonState::Erased);
        assert_eq!((kept.name.en.as_str(), kept.name.zh.as_str()), ("Erased person", "已注销人员"));
        assert!(world.city.me(&asker).expect("read").is_none());
        let act = app::account::SignIn::new("quexalia@zyxwvut.example", "a testing password", "");
        assert!(world.city.perform(&Asker::nobody(), act).is_err());
        let counts = world.city.store().read(|tx| {
            let now = world.city.now();
            let sessions = store::session::of_person(tx, person, base::Instant::from_micros(0))?;
            let roles = store::person::roles(tx, person, now)?;
            let keys = store::token::of_person(tx, person)?;
            Ok((sessions.len(), roles.len(), keys.len(), store::erasure::n_bodies(tx, person)?))
        });
        // The entry that says so has an empty body, written after the others went.
        let (sessions, roles, keys, bodies) = counts.expect("read");
        assert_eq!((sessions, roles, keys, bodies), (0, 0, 0, 0));
        // Scenario 26: the log verifies and knows nothing; nor do files, index and feed.
        let report = world.city.verify_log(|_| ()).expect("read").expect("sound");
        assert!(report.n_erased >= 3, "{report:?}");
        let entries = world.city.store().read(|tx| store::log::entries_after(tx, 0, 1_000));
        for entry in entries.expect("entries") {
            let text = entry.header_text + &entry.body.map_or(String::new(), |(_, body)| body);
            assert!(TRACES.iter().all(|trace| !text.contains(trace)), "{text}");
        }
        assert_eq!(traces_in_files(world), Vec::<String>::new());
        for trace in TRACES {
            let ask = app::search::Ask { text: trace.to_owned(), limit: 10, ..Default::default() };
            let page = world.city.search(&officer, &ask).expect("an answer");
            assert_eq!(page.rows.len(), 0, "{trace}");
        }
        let feed = format!("{:?}", world.city.feed(&officer, None, 1_000, false).expect("a feed"));
        assert!(TRACES.iter().all(|trace| !feed.contains(trace)));
        let again = erase(world, &security, person, &kept.email).expect_err("done");
        assert_eq!(codes(&again), ["erasure-done"]);
    }

    fn open_duties_come_first(world) {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let person = id(&officer);
        let no = erase(world, &officer, person, "officer@testing.example").expect_err("a duty");
        assert_eq!(codes(&no), ["erasure-role"]);
        let operator = world.operator();
        let no = erase(world, &operator, world.operator, "operator@testing.example");
        assert_eq!(codes(&no.expect_err("the operator")), ["erasure-operator", "erasure-role"]);
        let stranger = world.person("stranger", owner, Role::TransferOfficer);
        let no = erase(world, &stranger, person, "officer@testing.example").expect_err("a stranger");
        assert_eq!(codes(&no), ["not-allowed"]);
        let view = world.city.person(&officer, person).expect("oneself");
        let act = app::person::EndMembership { membership: view.roles[0].0, successor: None };
        world.city.perform(&operator, act).expect("handed over");
        erase(world, &officer, person, "officer@testing.example").expect("by the person");
    }

    fn everything_held_on_a_person_is_handed_over(world) {
        let security = world.person("security", world.hall, Role::SecurityAdministrator);
        let asker = somebody(world);
        world.city.person(&security, id(&asker)).expect("a look");
        world.settle();
        let words = app::saved_search::Question { words: "laser".to_owned(), ..Default::default() };
        let asked = ("Quexsearch".to_owned(), words);
        let frequency = app::saved_search::Frequency::Daily;
        world.city.save_search(&asker, asked, frequency).expect("saved");
        let act = app::subscriber::SubscribeToBulletins {
            address: String::new(),
            lang: base::Lang::En,
        };
        world.city.perform(&asker, act).expect("subscribed");
        let house = world.organisation("House");
        world.grant(&asker, house, Role::TransferOfficer);
        let kinds = ["technology-confirmed".to_owned()].into_iter().collect();
        let ask = app::webhook::Ask { url: "https://erp.example/".to_owned(), kinds };
        let act = app::webhook::CreateWebhook { organisation: house, ask };
        world.city.perform(&asker, act).expect("a webhook");
        world.settle();
        let data = world.city.personal_data(&asker).expect("data");
        assert_eq!(data.saved_searches[0].name, "Quexsearch");
        assert_eq!((data.subscriptions.len(), data.webhooks.len()), (1, 1));
        assert_eq!(data.person.email, "quexalia@zyxwvut.example");
        assert_eq!((data.places.len(), data.sessions.len(), data.tokens.len()), (2, 1, 1));
        assert_eq!(data.sessions[0].agent, "Quexbrowser/7 on Zyxdevice");
        let kinds: Vec<&str> = data.about.iter().map(|record| record.kind.as_str()).collect();
        for kind in ["person-created", "signed-in", "token-created", "person-looked"] {
            assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
        }
        assert!(data.by.iter().all(|record| record.body.is_null()), "others' texts stay theirs");
        world.settle();
        let history = world.city.own_history(&asker).expect("read");
        let told = history.notices.iter().any(|notice| notice.kind == "personal-data-exported");
        assert!(told, "an export is told");
        let held = world.city.store().read(|tx| store::person::roles(tx, id(&asker), world.city.now()));
        for (membership, _, role) in held.expect("places") {
            if role == Role::TransferOfficer {
                let act = app::person::EndMembership { membership, successor: None };
                world.city.perform(&world.operator(), act).expect("handed over");
            }
        }
        erase(world, &asker, id(&asker), "quexalia@zyxwvut.example").expect("erased");
        let left = world.city.store().read(|tx| {
            let person = id(&asker);
            Ok((
                store::saved_search::of_person(tx, person, 9)?.len(),
                store::subscriber::of(tx, &person.to_string())?.is_some(),
                store::webhook::of_person(tx, person, 9)?[0].state,
            ))
        });
        assert_eq!(left.expect("read"), (0, false, app::webhook::State::Off));
    }
}

/// Which traces stand in the files of the database, where it is one of files.
fn traces_in_files(world: &World) -> Vec<String> {
    if world.database.url().is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut n_files = 0;
    for entry in std::fs::read_dir(world.database.folder()).expect("the folder").flatten() {
        let bytes = std::fs::read(entry.path()).unwrap_or_default();
        n_files += usize::from(!bytes.is_empty());
        for trace in TRACES {
            if bytes.windows(trace.len()).any(|part| part == trace.as_bytes()) {
                found.push(format!("{trace} in {}", entry.path().display()));
            }
        }
    }
    assert!(n_files > 0, "there are files to look at");
    found
}
