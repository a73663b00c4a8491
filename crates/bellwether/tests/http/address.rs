//! Another mail address in the pages: asked for with a fresh proof, dropped, confirmed by a press.

use crate::browser::hidden;
use crate::stage;
use crate::webhook::press;

#[test]
fn an_address_is_asked_for_and_waits_for_its_link() {
    let stage = stage();
    let mut member = stage.browser("member");
    assert!(member.get("/account?lang=en").body.contains("href=\"/account/address\""));
    for lang in ["en", "zh"] {
        let page = member.get(&format!("/account/address?lang={lang}"));
        assert!(page.status == 200 && !page.body.contains('⟦'), "{lang}");
    }
    let page = member.get("/account/address?lang=en").body;
    let own = [("address", "member@testing.example")];
    let (status, refused) = press(&mut member, &page, "/account/address", &own);
    assert_eq!(status, 422, "{refused}");
    assert!(refused.contains("This is your address already"));
    // One that somebody has is answered like one that nobody has.
    let mut answers = Vec::new();
    for address in ["rival@testing.example", "nobody@testing.example"] {
        let page = member.get("/account/address?lang=en").body;
        answers.push(press(&mut member, &page, "/account/address", &[("address", address)]));
        let page = member.get("/account/address?lang=en").body;
        assert!(page.contains(&format!("A letter is on its way to {address}")));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 303);
    // A link only shows a page; a made-up one confirms nothing when it is pressed.
    let made_up = "/account/address/confirmation/bwm_none";
    let shown = member.get(&format!("{made_up}?lang=en"));
    assert_eq!(shown.status, 200);
    let (status, refused) = press(&mut member, &shown.body, made_up, &[]);
    assert_eq!(status, 422);
    assert!(refused.contains("This link is worth nothing any more"), "{refused}");
    let mut stranger = stage.browser("");
    let led = stranger.get(made_up);
    assert!(led.status == 303 && led.header("location").starts_with("/sign-in"));
    let page = member.get("/account/address?lang=en").body;
    assert_eq!(press(&mut member, &page, "/account/address/drop", &[]).0, 303);
    assert!(!member.get("/account/address?lang=en").body.contains("on its way"));
    // After five minutes the proof is asked anew, and what was typed is kept.
    stage.world.clock.pass(6 * 60);
    let page = member.get("/account/address?lang=en").body;
    let (token, key) = (hidden(&page, "csrf_token"), hidden(&page, "idempotency_key"));
    let fields = [
        ("csrf_token", token.as_str()),
        ("idempotency_key", key.as_str()),
        ("address", "late@testing.example"),
    ];
    let asked = member.post("/account/address", &fields);
    assert_eq!(asked.status, 401, "{}", asked.body);
    assert!(asked.body.contains("late@testing.example") && asked.body.contains("password"));
}
