//! Signing in by an identity of another provider: linked, used, refused for every fault, unlinked.

use access::{Assurance, Role};
use app::account::{Entered, FinishSignIn, SignIn};
use app::erasure::ErasePerson;
use app::identity::{
    AcceptByIdentity, Back, Begun, Errand, LinkIdentity, Providers, SignInByIdentity,
    UnlinkIdentity,
};
use app::person::{CreatePerson, Shown};
use app::{Asker, City, No, Who};
use base::{Bilingual, IdentityId, Lang, PersonId};
use parties::factor::Policy;
use serde_json::{Value, json};
use worlds::{Manner, On, OpenId, Redirected, World};

const PASSWORD: &str = "a testing password";
const BROWSER: &str = "Firefox/1 Linux";

/// What makes the house answer wrongly.
type Fault = Box<dyn Fn(&mut Manner)>;

/// A city on each database with a provider of its own, called `house`.
fn cities(policy: Policy) -> Vec<(World, OpenId)> {
    let each = [On::Sqlite, On::Postgres].into_iter().filter_map(|on| {
        let house = OpenId::start();
        let providers = Providers::new(vec![house.provider("house")]);
        Some((World::with_identities(on, policy, providers)?, house))
    });
    each.collect()
}

fn code(no: &No) -> String {
    no.0.first().map_or("", |refusal| refusal.code.as_ref()).to_owned()
}

fn nobody() -> Asker {
    Asker { network: "198.51.100.0/24".to_owned(), ..Asker::nobody() }
}

fn by_cookie(world: &World, secret: &str) -> Asker {
    let found = world.city.identify(nobody(), Shown::Session(secret)).expect("read");
    Asker { who: found.expect("a session").0.who, ..nobody() }
}

fn by_password(world: &World, name: &str) -> Asker {
    let act = SignIn::new(&format!("{name}@testing.example"), PASSWORD, BROWSER);
    match world.city.perform(&nobody(), act) {
        Ok(Entered::In(done)) => by_cookie(world, &done.secret),
        Ok(Entered::HalfWay(_)) => panic!("a code is asked"),
        Err(no) => panic!("{no}"),
    }
}

fn begin(city: &City, asker: &Asker, errand: Errand) -> Begun {
    city.begin_identity(asker, ("house", ""), errand, ("/desk", false)).expect("away")
}

fn come_back(city: &City, begun: &Begun, with: &Redirected) -> Result<Back, No> {
    city.identity_back(&nobody(), ("house", &begun.cookie), &with.brought())
}

/// Away and back as this subject.
fn back(world: &World, house: &OpenId, asker: &Asker, errand: Errand, subject: &str) -> Back {
    let begun = begin(&world.city, asker, errand);
    let with = house.allow(&begun.address, subject, world.city.now());
    come_back(&world.city, &begun, &with).expect("back")
}

fn link(world: &World, house: &OpenId, asker: &Asker, subject: &str) -> Result<IdentityId, No> {
    let errand = world.city.link_errand(asker)?;
    let Back { errand, proven, .. } = back(world, house, asker, errand, subject);
    world.city.perform(asker, LinkIdentity::new(asker, errand, proven)).map(|done| done.identity)
}

fn sign_in(world: &World, house: &OpenId, subject: &str) -> Result<Entered, No> {
    let Back { proven, .. } = back(world, house, &nobody(), Errand::SignIn, subject);
    world.city.perform(&nobody(), SignInByIdentity::new(proven, BROWSER))
}

fn signed_in(world: &World, house: &OpenId, subject: &str) -> Asker {
    match sign_in(world, house, subject) {
        Ok(Entered::In(done)) => by_cookie(world, &done.secret),
        Ok(Entered::HalfWay(_)) => panic!("a code is asked"),
        Err(no) => panic!("{no}"),
    }
}

fn refused(found: Result<Entered, No>) -> String {
    found.err().map_or_else(String::new, |no| code(&no))
}

fn id_of(asker: &Asker) -> PersonId {
    let Who::Person(person) = asker.who else { panic!("a person") };
    person
}

/// What the log says about a person, newest first.
fn told(world: &World, person: PersonId) -> Vec<(String, Value)> {
    world.settle();
    let found = world.city.store().read(|tx| store::log::entries_of(tx, &person.to_string(), 99));
    let entries = found.expect("entries");
    entries.iter().map(|entry| (entry.header.kind.clone(), entry.body_json())).collect()
}

#[test]
fn a_linked_identity_signs_in_and_another_creates_nothing() {
    for (world, house) in cities(Policy::Offered) {
        let wu = world.person("wu", world.hall, Role::Member);
        // The address of wu, and still not wu.
        assert_eq!(refused(sign_in(&world, &house, "wu")), "identity-unknown");
        let people = || world.city.store().read(store::person::count).expect("a count");
        let n_people = people();
        let asker = by_password(&world, "wu");
        link(&world, &house, &asker, "wu").expect("linked");
        let again = link(&world, &house, &asker, "wu").expect_err("twice");
        assert_eq!(code(&again), "identity-linked-already");
        let session = signed_in(&world, &house, "wu");
        let me = world.city.me(&session).expect("read").expect("somebody");
        assert_eq!(me.person.id, id_of(&wu));
        assert_eq!(me.actor.assurance, Assurance::Fresh, "the provider asked just now");
        let own = world.city.own_identities(&session).expect("read");
        assert!(own.has_password && own.linked[0].0.used_at.micros() > 0);
        assert_eq!(own.linked[0].0.shown, "wu@testing.example");
        assert_eq!(own.linked[0].1.as_ref().map(|name| name.en.as_str()), Some("The house"));
        assert_eq!(refused(sign_in(&world, &house, "li")), "identity-unknown");
        assert_eq!(people(), n_people);
        // Nobody else links it, and it is not said whose it is.
        world.person("li", world.hall, Role::Member);
        let li = by_password(&world, "li");
        assert_eq!(code(&link(&world, &house, &li, "wu").expect_err("taken")), "identity-taken");
        let said = told(&world, id_of(&wu));
        let linked = said.iter().find(|(kind, _)| kind == "identity-linked").expect("told");
        assert_eq!(linked.1["issuer"], house.issuer());
        assert!(said.iter().filter(|(kind, _)| kind == "signed-in").count() == 2);
        let notices = world.city.own_history(&session).expect("read").notices;
        assert!(notices.iter().any(|notice| notice.kind == "identity-linked"));
        // A shut account looks like one that never was.
        let act = app::person::DisablePerson { person: id_of(&wu), successor: None };
        world.city.perform(&world.operator(), act).expect("shut");
        assert_eq!(refused(sign_in(&world, &house, "wu")), "identity-unknown");
    }
}

#[test]
fn linking_needs_a_fresh_proof_and_the_session_that_was_sent_away() {
    for (world, house) in cities(Policy::Offered) {
        world.person("wu", world.hall, Role::Member);
        world.person("li", world.hall, Role::Member);
        let (wu, li) = (by_password(&world, "wu"), by_password(&world, "li"));
        assert_eq!(
            code(&world.city.link_errand(&nobody()).expect_err("nobody")),
            "sign-in-required"
        );
        let errand = world.city.link_errand(&wu).expect("fresh");
        let begun = begin(&world.city, &wu, errand);
        assert!(begun.address.contains("&prompt=login&max_age=0"), "{}", begun.address);
        let with = house.allow(&begun.address, "u1", world.city.now());
        let found = come_back(&world.city, &begun, &with).expect("back");
        let stolen = LinkIdentity::new(&li, found.errand.clone(), found.proven.clone());
        let no = world.city.perform(&li, stolen).expect_err("another person's browser");
        assert_eq!(code(&no), "identity-failed");
        let other = by_password(&world, "wu");
        let late = LinkIdentity::new(&other, found.errand.clone(), found.proven.clone());
        let no = world.city.perform(&other, late).expect_err("another session");
        assert_eq!(code(&no), "identity-failed");
        let sign_in = LinkIdentity::new(&wu, Errand::SignIn, found.proven.clone());
        assert_eq!(
            code(&world.city.perform(&wu, sign_in).expect_err("no errand")),
            "identity-failed"
        );
        world.clock.pass(6 * 60);
        assert_eq!(code(&world.city.link_errand(&wu).expect_err("stale")), "proof-required");
        let act = LinkIdentity::new(&wu, found.errand, found.proven);
        assert_eq!(code(&world.city.perform(&wu, act).expect_err("stale")), "proof-required");
    }
}

#[test]
fn every_fault_of_a_provider_looks_the_same_and_opens_nothing() {
    let (world, house) = cities(Policy::Offered).remove(0);
    world.person("wu", world.hall, Role::Member);
    link(&world, &house, &by_password(&world, "wu"), "wu").expect("linked");
    let claim = |name: &'static str, value: Value| -> Fault {
        Box::new(move |manner: &mut Manner| {
            let value = value.clone();
            manner.change = Box::new(move |_, claims| claims[name] = value.clone());
        })
    };
    let header = |name: &'static str, value: &'static str| -> Fault {
        Box::new(move |manner: &mut Manner| {
            manner.change = Box::new(move |header, _| header[name] = json!(value));
        })
    };
    let answer = |status: u16, body: &str| -> Fault {
        let body = body.to_owned();
        Box::new(move |manner: &mut Manner| manner.token_answer = Some((status, body.clone())))
    };
    let now = world.city.now().micros() / 1_000_000;
    let faults: Vec<(&str, Fault)> = vec![
        ("nonce", claim("nonce", json!("another"))),
        ("no nonce", claim("nonce", Value::Null)),
        ("audience", claim("aud", json!("another"))),
        ("second audience", claim("aud", json!(["city", "another"]))),
        ("party", claim("azp", json!("another"))),
        ("issuer", claim("iss", json!("https://id.example"))),
        ("expired", claim("exp", json!(now - 61))),
        ("from the future", claim("iat", json!(now + 3_600))),
        ("old", claim("iat", json!(now - 3_600))),
        ("digest of the other token", claim("at_hash", json!("AAAA"))),
        ("no subject", claim("sub", json!(""))),
        ("none", header("alg", "none")),
        ("a shared secret", header("alg", "HS256")),
        ("another kind of key", header("alg", "RS256")),
        ("an unknown key", header("kid", "k9")),
        ("a wrong signature", {
            Box::new(|manner: &mut Manner| manner.key = ("k1".to_owned(), 9))
        }),
        ("no signature", {
            Box::new(|manner: &mut Manner| {
                manner.bend = Box::new(|token| {
                    let (signed, _) = token.rsplit_once('.').expect("parts");
                    format!("{signed}.")
                });
            })
        }),
        ("redirect", answer(302, "")),
        ("refused", answer(400, r#"{"error":"invalid_grant"}"#)),
        ("nonsense", answer(200, "<html>")),
        ("no token", answer(200, r#"{"access_token":"x"}"#)),
        ("huge", answer(200, &format!("{{\"id_token\":\"{}\"}}", "x".repeat(400_000)))),
        ("slow", {
            let pause = std::time::Duration::from_secs(2);
            Box::new(move |manner: &mut Manner| manner.pause = pause)
        }),
        ("down", Box::new(|manner: &mut Manner| manner.is_down = true)),
    ];
    for (what, fault) in faults {
        let begun = begin(&world.city, &nobody(), Errand::SignIn);
        let with = house.allow(&begun.address, "wu", world.city.now());
        house.behave(|manner| fault(manner));
        let found = come_back(&world.city, &begun, &with);
        assert_eq!(found.err().map(|no| code(&no)).as_deref(), Some("identity-failed"), "{what}");
        house.behave(|manner| manner.key = ("k1".to_owned(), 1));
        house.reform();
    }
    signed_in(&world, &house, "wu");
}

#[test]
fn a_state_is_one_browsers_once_and_for_ten_minutes() {
    for (world, house) in cities(Policy::Offered) {
        let away = || {
            let begun = begin(&world.city, &nobody(), Errand::SignIn);
            let with = house.allow(&begun.address, "wu", world.city.now());
            (begun, with)
        };
        let fails = |begun: &Begun, with: &Redirected, what: &str| {
            let no = come_back(&world.city, begun, with).expect_err(what);
            assert_eq!(code(&no), "identity-failed", "{what}");
        };
        let ((one, with), (other, _)) = (away(), away());
        fails(&other, &with, "another browser");
        fails(&Begun { cookie: String::new(), ..one.clone() }, &with, "no cookie");
        fails(&one, &Redirected { state: "x".to_owned(), ..with.clone() }, "no state");
        let bent = format!("{}A", &with.state[..with.state.len() - 1]);
        if bent != with.state {
            fails(&one, &Redirected { state: bent, ..with.clone() }, "a bent state");
        }
        assert!(come_back(&world.city, &one, &with).is_ok());
        fails(&one, &with, "twice");
        let (late, with) = away();
        world.clock.pass(10 * 60);
        fails(&late, &with, "too late");
        let (mixed, with) = away();
        fails(&mixed, &Redirected { issuer: "https://id.example".to_owned(), ..with }, "mixed up");
        let (unnamed, with) = away();
        fails(&unnamed, &Redirected { issuer: String::new(), ..with }, "not named");
        let (said_no, with) = away();
        fails(&said_no, &Redirected { error: "access_denied".to_owned(), ..with }, "said no");
        let (empty, with) = away();
        fails(&empty, &Redirected { code: String::new(), ..with }, "no code");
        // One browser with two pages open: both come back.
        let first = begin(&world.city, &nobody(), Errand::SignIn);
        let known = ("house", first.cookie.as_str());
        let second = world.city.begin_identity(&nobody(), known, Errand::SignIn, ("", false));
        let second = second.expect("away");
        assert_eq!(first.cookie, second.cookie);
        for begun in [second, first] {
            let with = house.allow(&begun.address, "wu", world.city.now());
            assert!(come_back(&world.city, &begun, &with).is_ok());
        }
        // A code of one sign-in in the answer of another.
        let ((one, with), (_, others)) = (away(), away());
        fails(&one, &Redirected { code: others.code, ..with }, "another's code");
        let unknown = world.city.begin_identity(&nobody(), ("no", ""), Errand::SignIn, ("", false));
        assert_eq!(code(&unknown.expect_err("unknown")), "not-found");
    }
}

#[test]
fn new_keys_are_looked_for_but_not_all_the_time() {
    let (world, house) = cities(Policy::Offered).remove(0);
    let try_in = |subject: &str| {
        let begun = begin(&world.city, &nobody(), Errand::SignIn);
        let with = house.allow(&begun.address, subject, world.city.now());
        come_back(&world.city, &begun, &with).is_ok()
    };
    let n_keys = || {
        let mut n = 0;
        house.behave(|manner| n = manner.n_keys);
        n
    };
    assert!(try_in("a") && try_in("b"));
    assert_eq!(n_keys(), 1, "remembered");
    house.behave(|manner| manner.key = ("k2".to_owned(), 2));
    assert!(!try_in("c"), "looked at a moment ago");
    assert_eq!(n_keys(), 1);
    world.clock.pass(60);
    assert!(try_in("d") && try_in("e"));
    assert_eq!(n_keys(), 2);
    house.behave(|manner| {
        manner.change = Box::new(|header, _| header["kid"] = json!("nowhere"));
    });
    world.clock.pass(60);
    for _ in 0..5 {
        assert!(!try_in("f"));
    }
    assert_eq!(n_keys(), 3, "an unknown key is looked for once a minute");
}

#[test]
fn a_provider_that_is_another_or_away_is_told_to_the_operator_alone() {
    let (world, house) = cities(Policy::Offered).remove(0);
    let begin = || {
        let city = &world.city;
        city.begin_identity(&nobody(), ("house", ""), Errand::SignIn, ("", false)).map(|_| ())
    };
    house.behave(|manner| manner.issuer = Some("https://id.example".to_owned()));
    assert_eq!(code(&begin().expect_err("another issuer")), "identity-failed");
    let checked = world.city.check_identity_providers();
    assert!(matches!(&checked[0], (name, Err(why)) if name == "house" && why.contains("issuer")));
    house.reform();
    assert_eq!(code(&begin().expect_err("left alone")), "identity-failed");
    world.clock.pass(5);
    begin().expect("there again");
    assert!(matches!(world.city.check_identity_providers()[0].1, Ok(1)));
    house.behave(|manner| manner.is_down = true);
    begin().expect("remembered for an hour");
    assert!(world.city.check_identity_providers()[0].1.is_err());
    world.clock.pass(3_600);
    assert_eq!(code(&begin().expect_err("down")), "identity-failed");
}

#[test]
fn the_last_way_in_stays_and_unlinking_ends_other_sessions() {
    for (world, house) in cities(Policy::Offered) {
        world.person("wu", world.hall, Role::Member);
        world.person("li", world.hall, Role::Member);
        let wu = by_password(&world, "wu");
        let first = link(&world, &house, &wu, "wu").expect("linked");
        let elsewhere = signed_in(&world, &house, "wu");
        let li = by_password(&world, "li");
        let no = world.city.perform(&li, UnlinkIdentity::new(&li, first)).expect_err("not li's");
        let nothing = IdentityId::from_bits(9);
        let absent = world.city.perform(&li, UnlinkIdentity::new(&li, nothing)).expect_err("none");
        assert_eq!((code(&no), code(&absent)), ("not-found".to_owned(), "not-found".to_owned()));
        world.city.perform(&wu, UnlinkIdentity::new(&wu, first)).expect("there is a password");
        assert!(world.city.me(&elsewhere).expect("read").is_none());
        assert!(world.city.me(&wu).expect("read").is_some());
        assert_eq!(refused(sign_in(&world, &house, "wu")), "identity-unknown");
        for n in 0..5 {
            link(&world, &house, &wu, &format!("wu-{n}")).expect("linked");
        }
        let many = link(&world, &house, &wu, "wu-5").expect_err("many");
        assert_eq!(code(&many), "identity-many");
        // Somebody who came by an identity has no password to fall back on.
        let invited = invite(&world, "chen");
        let errand = world.city.accept_errand(&invited.1).expect("an invitation");
        let Back { errand, proven, .. } = back(&world, &house, &nobody(), errand, "chen");
        let Errand::Accept { link: digest } = errand else { panic!("another errand") };
        let act = AcceptByIdentity::new(digest, proven, BROWSER);
        let Ok(Entered::In(done)) = world.city.perform(&nobody(), act) else { panic!("not in") };
        let chen = by_cookie(&world, &done.secret);
        let own = world.city.own_identities(&chen).expect("read");
        assert!(!own.has_password);
        let only = own.linked[0].0.id;
        let last = world.city.perform(&chen, UnlinkIdentity::new(&chen, only));
        assert_eq!(code(&last.expect_err("the last")), "identity-last");
        let more = link(&world, &house, &chen, "chen-2").expect("linked");
        world.city.perform(&chen, UnlinkIdentity::new(&chen, only)).expect("another way is left");
        let last = world.city.perform(&chen, UnlinkIdentity::new(&chen, more));
        assert_eq!(code(&last.expect_err("the last")), "identity-last");
    }
}

fn invite(world: &World, name: &str) -> (PersonId, String) {
    let act = CreatePerson {
        email: format!("{name}@testing.example"),
        name: Bilingual::new(name, ""),
        lang: Lang::En,
        organisation: world.hall,
        role: Role::Member,
        invented: true,
        password: None,
        hashed: String::new(),
    };
    let made = world.city.perform(&world.operator(), act).expect("invited");
    (made.person, made.link_secret.expect("a link"))
}

#[test]
fn an_invitation_is_used_once_by_an_identity_and_a_reset_never() {
    for (world, house) in cities(Policy::Offered) {
        world.person("wu", world.hall, Role::Member);
        let wu = by_password(&world, "wu");
        link(&world, &house, &wu, "wu").expect("linked");
        let (person, secret) = invite(&world, "chen");
        let accept = |subject: &str| {
            let errand = world.city.accept_errand(&secret)?;
            let Back { errand, proven, .. } = back(&world, &house, &nobody(), errand, subject);
            let Errand::Accept { link } = errand else { panic!("another errand") };
            world.city.perform(&nobody(), AcceptByIdentity::new(link, proven, BROWSER))
        };
        assert_eq!(refused(accept("wu")), "identity-taken", "wu's is wu's");
        assert_eq!(refused(sign_in(&world, &house, "chen")), "identity-unknown");
        assert!(accept("chen").is_ok());
        assert_eq!(refused(accept("chen-2")), "link-gone");
        let me = world.city.me(&signed_in(&world, &house, "chen")).expect("read");
        assert_eq!(me.map(|me| me.person.id), Some(person));
        let said = told(&world, person);
        let linked = said.iter().find(|(kind, _)| kind == "identity-linked").expect("told");
        assert_eq!(linked.1["by_invitation"], true);
        // The link of a reset is for a password alone; one that is over is for nothing.
        let reset = app::person::ResetPassword { person };
        let reset = world.city.perform(&world.operator(), reset).expect("reset");
        let secret = reset.link_secret.expect("a link");
        assert_eq!(code(&world.city.accept_errand(&secret).expect_err("a reset")), "link-gone");
        let (_, secret) = invite(&world, "zhou");
        world.clock.pass(8 * 86_400);
        assert_eq!(code(&world.city.accept_errand(&secret).expect_err("over")), "link-gone");
    }
}

/// Enrols a second factor for this session and gives what its codes come from.
fn enrol(world: &World, asker: &Asker) -> Vec<String> {
    let draft = world.city.factor_draft(asker, "", "Testing").expect("a draft");
    let secret = draft.written.replace(' ', "");
    let mut bits = Vec::new();
    for letter in secret.chars() {
        let five = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base 32");
        bits.extend((0..5).rev().map(|at| u8::from(five >> at & 1 == 1)));
    }
    let bytes: Vec<u8> =
        bits.chunks(8).map(|eight| eight.iter().fold(0, |sum, bit| sum * 2 + bit)).collect();
    let phone = parties::totp::TotpSecret::from_bytes(bytes.try_into().expect("20 bytes"));
    let shown = phone.code_at(world.city.now());
    let act = app::factor::EnrolFactor::new(asker, &draft.sealed, &shown);
    world.city.perform(asker, act).expect("enrolled").recovery_codes
}

#[test]
fn our_own_factor_is_asked_unless_the_provider_vouches_for_one() {
    for (world, house) in cities(Policy::Required) {
        let officer = world.person("officer", world.hall, Role::FirmMember);
        world.person("wu", world.hall, Role::FirmMember);
        for name in ["officer", "wu"] {
            link(&world, &house, &by_password(&world, name), name).expect("linked");
        }
        world.grant(&officer, world.hall, Role::TransferOfficer);
        let me = |asker: &Asker| world.city.me(asker).expect("read").expect("somebody").actor;
        assert!(me(&signed_in(&world, &house, "officer")).must_enrol);
        let vouch = |amr: &'static str| {
            house.behave(|manner| {
                manner.change = Box::new(move |_, claims| claims["amr"] = json!(["pwd", amr]));
            });
        };
        vouch("sms");
        assert!(me(&signed_in(&world, &house, "officer")).must_enrol, "not named as sufficient");
        vouch("otp");
        let vouched = me(&signed_in(&world, &house, "officer"));
        assert!(!vouched.must_enrol && vouched.roles.len() == 2);
        house.reform();
        let codes = enrol(&world, &by_password(&world, "wu"));
        let Ok(Entered::HalfWay(half)) = sign_in(&world, &house, "wu") else {
            panic!("no code was asked")
        };
        let no = world.city.perform(&nobody(), FinishSignIn::new(&half.secret, "000000"));
        assert_eq!(no.err().map(|no| code(&no)).as_deref(), Some("factor-code-wrong"));
        let act = FinishSignIn::new(&half.secret, &codes[0]);
        assert!(world.city.perform(&nobody(), act).is_ok());
        vouch("otp");
        let asker = signed_in(&world, &house, "wu");
        assert_eq!(me(&asker).assurance, Assurance::Fresh);
        world.clock.pass(6 * 60);
        assert_eq!(me(&asker).assurance, Assurance::SecondFactor);
    }
}

#[test]
fn a_sign_in_is_as_fresh_as_the_provider_says() {
    let (world, house) = cities(Policy::Offered).remove(0);
    world.person("wu", world.hall, Role::Member);
    link(&world, &house, &by_password(&world, "wu"), "wu").expect("linked");
    let asked_before = |seconds: Option<i64>| {
        house.behave(|manner| {
            manner.change = Box::new(move |_, claims| {
                let at = claims["iat"].as_i64().expect("seconds");
                claims["auth_time"] = seconds.map_or(Value::Null, |seconds| json!(at - seconds));
            });
        });
    };
    let assurance = || {
        let asker = signed_in(&world, &house, "wu");
        world.city.me(&asker).expect("read").expect("somebody").actor.assurance
    };
    asked_before(Some(3_600));
    assert_eq!(assurance(), Assurance::SignedIn, "signed in there an hour ago");
    asked_before(None);
    assert_eq!(assurance(), Assurance::SignedIn, "nobody knows when");
    asked_before(Some(-9_999));
    assert_eq!(assurance(), Assurance::Fresh);
    // Asked anew, it has to have asked.
    let anew = || {
        let away = ("house", "");
        let begun = world.city.begin_identity(&nobody(), away, Errand::SignIn, ("", true));
        let begun = begun.expect("away");
        let with = house.allow(&begun.address, "wu", world.city.now());
        come_back(&world.city, &begun, &with)
    };
    asked_before(Some(3_600));
    assert_eq!(code(&anew().expect_err("it did not")), "identity-failed");
    asked_before(Some(0));
    assert!(anew().is_ok());
}

#[test]
fn erasure_and_export_know_identities() {
    for (world, house) in cities(Policy::Offered) {
        let wu = world.person("wu", world.hall, Role::Member);
        let asker = by_password(&world, "wu");
        link(&world, &house, &asker, "wu").expect("linked");
        let data = world.city.personal_data(&asker).expect("exported");
        assert_eq!(data.identities.len(), 1);
        assert_eq!(data.identities[0].subject, "wu");
        for (membership, ..) in world.city.person(&wu, id_of(&wu)).expect("read").roles {
            let act = app::person::EndMembership { membership, successor: None };
            world.city.perform(&world.operator(), act).expect("ended");
        }
        let typed = "wu@testing.example".to_owned();
        let act = ErasePerson { person: id_of(&wu), typed };
        world.city.erase(&asker, act).expect("erased");
        let left = world.city.store().read(|tx| store::identity::of_person(tx, id_of(&wu)));
        assert_eq!(left.expect("read"), []);
        assert_eq!(refused(sign_in(&world, &house, "wu")), "identity-unknown");
        // Whoever had it may link it again: to the city it is a stranger.
        world.person("li", world.hall, Role::Member);
        link(&world, &house, &by_password(&world, "li"), "wu").expect("linked");
    }
}

#[test]
fn a_provider_that_is_gone_opens_nothing_and_counts_for_nothing() {
    let (world, house) = cities(Policy::Offered).remove(0);
    world.person("wu", world.hall, Role::Member);
    let wu = by_password(&world, "wu");
    link(&world, &house, &wu, "wu").expect("linked");
    let bare = world.reopened(8);
    let own = bare.own_identities(&wu).expect("read");
    assert!(own.linked[0].1.is_none(), "it is shown, without a name");
    let away = bare.begin_identity(&nobody(), ("house", ""), Errand::SignIn, ("", false));
    assert_eq!(code(&away.expect_err("gone")), "not-found");
    // States of before a restart come back to the city after it.
    let begun = begin(&world.city, &nobody(), Errand::SignIn);
    let with = house.allow(&begun.address, "wu", world.city.now());
    let providers = Providers::new(vec![house.provider("house")]);
    let again = world.reopened_with_identities(9, providers);
    assert!(come_back(&again, &begun, &with).is_ok());
}
