//! Payment orders, statements of banks and sealed months, walked through in the pages.

use crate::books::kept;
use crate::browser::{Answer, Browser, hidden};
use crate::stage;
use access::Role;
use axum::body::Body;
use axum::http::Request;

/// Sends the form of a page that goes to an address, with its hidden values and these.
fn send(browser: &mut Browser, page: &str, to: &str, values: &[(&str, &str)]) -> Answer {
    let named = |form: &&str| {
        let fixed = values.iter().find(|(name, _)| *name == "step");
        let fits = fixed.is_none_or(|(_, step)| form.contains(&format!("value=\"{step}\"")));
        form.contains(&format!("action=\"{to}\"")) && fits
    };
    let form = page.split("<form").find(named).unwrap_or_else(|| panic!("no form for {to}"));
    let names = ["csrf_token", "idempotency_key"].map(|name| (name, hidden(form, name)));
    let version = form.contains("name=\"version\"").then(|| hidden(form, "version"));
    let mut all: Vec<(&str, &str)> =
        names.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if let Some(version) = &version {
        all.push(("version", version));
    }
    all.extend(values);
    browser.post(to, &all)
}

/// Hands in a file with the form of a page.
fn upload(browser: &mut Browser, page: &str, to: &str, text: &str) -> Answer {
    let form = page.split("<form").find(|form| form.contains(&format!("action=\"{to}\"")));
    let form = form.expect("a form that takes a file");
    let mut body = String::new();
    for name in ["csrf_token", "idempotency_key"] {
        let value = hidden(form, name);
        body += &format!(
            "--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
    }
    let head = "content-disposition: form-data; name=\"file\"; filename=\"day.csv\"";
    body += &format!("--edge\r\n{head}\r\n\r\n{text}\r\n--edge--\r\n");
    let request = Request::post(to)
        .header("content-type", "multipart/form-data; boundary=edge")
        .header("origin", "http://127.0.0.1:8080")
        .body(Body::from(body))
        .expect("an address");
    browser.send(request)
}

#[test]
fn an_order_and_its_banks_word_are_walked_through_in_the_pages() {
    let stage = stage();
    let kept = kept(&stage);
    let world = &stage.world;
    world.person("one", world.hall, Role::AgencyOfficer);
    world.person("two", world.hall, Role::AgencyOfficer);
    let (bank, own) = (kept.bank.to_string(), kept.own.to_string());
    // One drafts, and may not approve the own draft.
    let mut one = stage.browser("one");
    let blank = one.get("/orders/new?lang=en").body;
    assert!(blank.contains("Deposit claim"));
    let mut values = vec![
        ("bank", bank.as_str()),
        ("account", own.as_str()),
        ("amount", "12,000"),
        ("payee", "Bidder Ltd"),
        ("payee_account", ""),
        ("payee_bank", ""),
        ("source", ""),
        ("purpose", "return of deposit"),
        ("due_on", ""),
    ];
    let refused = send(&mut one, &blank, "/orders", &values);
    assert!(refused.status == 422 && refused.body.contains("where the money goes"));
    assert!(refused.body.contains("Bidder Ltd"), "nothing typed is lost");
    values[6] = ("source", "BK-77-1");
    let drafted = send(&mut one, &refused.body, "/orders", &values);
    assert_eq!(drafted.status, 303, "{}", drafted.body);
    let here = drafted.header("location").to_owned();
    let page = one.get(&format!("{here}?lang=en")).body;
    assert!(page.contains("so another person approves it") && page.contains("¥12,000.00"));
    assert!(one.get("/orders?lang=zh").body.contains("已起草"));
    // Another approves and sends; the document names order and source.
    let mut two = stage.browser("two");
    let page = two.get(&format!("{here}?lang=en")).body;
    let approved = send(&mut two, &page, &format!("{here}/approval"), &[]);
    assert_eq!(approved.status, 303, "{}", approved.body);
    let document = two.get(&format!("{here}/document"));
    assert!(
        document.body.contains("<InstdAmt Ccy=\"CNY\">12000.00")
            && document.body.contains("BK-77-1")
    );
    let page = two.get(&format!("{here}?lang=en")).body;
    let step = format!("{here}/step");
    let unreasoned = send(&mut two, &page, &step, &[("step", "drop"), ("reason", "")]);
    assert_eq!(unreasoned.status, 422);
    assert_eq!(send(&mut two, &page, &step, &[("step", "send")]).status, 303);
    let reference = page.split("PO-2026-").nth(1).expect("a reference").get(..8).expect("long");
    let reference = format!("PO-2026-{reference}");
    // The bank's statement: the execution, a gift, and nothing else.
    let statements = format!("/accounts/{bank}/statements");
    let blank = two.get(&format!("{statements}?lang=en")).body;
    let odd = upload(&mut two, &blank, &statements, "not a statement at all");
    assert_eq!(odd.status, 422, "{}", odd.body);
    let text = format!(
        "Date,Amount,Balance,Description,Reference\n\
         2026-03-02,-12000.00,76888.88,order {reference},OUT-1\n\
         2026-03-02,5.00,76893.88,a gift,IN-1\n"
    );
    let brought = upload(&mut two, &odd.body, &statements, &text);
    assert_eq!(brought.status, 303, "{}", brought.body);
    let statement = brought.header("location").to_owned();
    let page = two.get(&format!("{statement}?lang=en")).body;
    assert!(page.contains(&reference) && page.contains("2 lines wait"), "{page}");
    let taken = send(&mut two, &page, &format!("{statement}/taking"), &[]);
    assert_eq!(taken.status, 303, "{}", taken.body);
    assert!(two.get(&format!("{here}?lang=en")).body.contains("Executed"));
    let account = two.get(&format!("/accounts/{bank}?lang=en")).body;
    assert!(account.contains("Reconciled with the bank up to 2 March 2026"), "{account}");
    // The gift is settled by hand.
    let unmatched = two.get("/statements/unmatched?lang=en").body;
    let line = unmatched.split("href=\"/statements/bst_").nth(1).expect("a line");
    let line = format!("/statements/bst_{}", line.split('"').next().expect("an address"));
    let page = two.get(&format!("{line}?lang=en")).body;
    let nothing = send(&mut two, &page, &line, &[("account", own.as_str()), ("reason", "")]);
    assert_eq!(nothing.status, 422);
    let values = [("account", own.as_str()), ("reason", "it was theirs")];
    assert_eq!(send(&mut two, &nothing.body, &line, &values).status, 303);
    assert!(two.get("/statements/unmatched?lang=en").body.contains("Nothing is unmatched"));
    // A month is sealed once it is over.
    let months = two.get("/months?lang=en").body;
    let early = send(&mut two, &months, "/months", &[("book", "CNY"), ("month", "2026-03")]);
    assert!(early.status == 422 && early.body.contains("not over"), "{}", early.body);
    let sealed = send(&mut two, &early.body, "/months", &[("book", "CNY"), ("month", "2026-02")]);
    assert_eq!(sealed.status, 303, "{}", sealed.body);
    assert!(two.get("/months/CNY/2026-02").body.contains("bellwether books sealed"));
    // None of it is for anybody else.
    for name in ["", "member", "rival", "system", "secrecy"] {
        let mut browser = stage.browser(name);
        for address in [&here, &statement, &line, &"/months".to_owned(), &statements] {
            let status = browser.get(address).status;
            assert!(matches!(status, 303 | 401 | 403 | 404), "{name} {address}: {status}");
        }
    }
    assert_eq!(world.city.check_books().expect("checked"), []);
}
