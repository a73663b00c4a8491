//! Mail in the pages: the outbox for administrators, what one chooses, and the link of a letter.

use crate::browser::hidden;
use crate::stage;

#[test]
fn the_outbox_is_for_those_who_look_after_the_machines() {
    let stage = stage();
    stage.world.city.follow_mail().expect("letters follow the log");
    let mut system = stage.browser("system");
    let page = system.get("/operations/mail?lang=en");
    assert_eq!(page.status, 200);
    let told = "About your account: Clearance set";
    for said in [told, "cleared@testing.example", "No mail server is set up"] {
        assert!(page.body.contains(said), "{said}");
    }
    assert!(system.get("/operations/mail?state=waiting&lang=en").body.contains(told));
    assert!(!system.get("/operations/mail?state=sent&lang=en").body.contains(told));
    assert!(system.get("/operations/mail?lang=zh").body.contains("尚未设置邮件服务器"));
    assert!(system.get("/operations?lang=en").body.contains("Letters wait here"));
    for name in ["", "member", "officer", "security"] {
        let answer = stage.browser(name).get("/operations/mail");
        assert!(matches!(answer.status, 303 | 403 | 404), "{name}: {}", answer.status);
        assert!(!answer.body.contains("Clearance set"), "{name}");
    }
}

#[test]
fn one_chooses_letters_on_a_page() {
    let stage = stage();
    let city = &stage.world.city;
    let mut member = stage.browser("member");
    let page = member.get("/account/mail?lang=en");
    assert_eq!(page.status, 200);
    let (token, key) = (hidden(&page.body, "csrf_token"), hidden(&page.body, "idempotency_key"));
    let fields = [
        ("csrf_token", token.as_str()),
        ("idempotency_key", key.as_str()),
        ("task", "none"),
        ("reminder", "at-once"),
        ("security", "none"),
    ];
    let refused = member.post("/account/mail", &fields);
    assert!(refused.body.contains("cannot be turned off"), "{}", refused.status);
    let key = hidden(&refused.body, "idempotency_key");
    let fields = [
        ("csrf_token", token.as_str()),
        ("idempotency_key", key.as_str()),
        ("task", "none"),
        ("reminder", "at-once"),
    ];
    assert_eq!(member.post("/account/mail", &fields).status, 303);
    let person = city.person_named("member@testing.example").expect("known");
    let wishes = city.mail_wishes(&app::Asker::person(person)).expect("wishes");
    let none: Vec<&str> = wishes
        .iter()
        .filter(|(_, wish)| *wish == app::mail::Wish::None)
        .map(|(kind, _)| kind.name)
        .collect();
    assert_eq!(none, ["task"]);
    assert_eq!(stage.browser("").get("/account/mail").status, 303, "nobody else's");
}

#[test]
fn the_link_of_a_letter_only_shows_a_page() {
    let stage = stage();
    let city = &stage.world.city;
    let person = city.person_named("member@testing.example").expect("known");
    let mut nobody = stage.browser("");
    let address = format!("/mail/stop?person={person}&kind=task&mark=guessed&lang=en");
    let page = nobody.get(&address);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("A task waits for me"), "{}", page.body);
    let (token, person) = (hidden(&page.body, "csrf_token"), person.to_string());
    let fields = [
        ("csrf_token", token.as_str()),
        ("person", person.as_str()),
        ("kind", "task"),
        ("mark", "guessed"),
    ];
    assert_eq!(nobody.post("/mail/stop", &fields).status, 404, "a guess stops nothing");
    assert_eq!(nobody.get("/mail/stop?kind=security").status, 404, "these cannot be stopped");
    let asker = app::Asker::person(base::PersonId::parse(&person).expect("an id"));
    let wishes = city.mail_wishes(&asker).expect("wishes");
    assert!(wishes.iter().all(|(_, wish)| *wish == app::mail::Wish::AtOnce));
}
