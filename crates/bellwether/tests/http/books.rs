//! The books in the pages and through the programming interface: list, statement, transfer, files,
//! and who learns nothing of them.

use crate::{Stage, stage};
use access::Role;
use app::Asker;
use app::account::CreateToken;
use app::ledger::{Amount, Move, OpenAccount, PostTransfers, Request};
use axum::body::Body;
use base::{AccountId, OrganisationId, TransferId};
use ledger::account::{BankAccount, Keeps};
use ledger::{Book, Limit, Purpose};

/// A bank account of one institute and claims of two, with a payment on each.
pub struct Kept {
    pub bank: AccountId,
    pub own: AccountId,
    pub foreign: AccountId,
    pub paid: TransferId,
}

fn opening(stage: &Stage, owner: OrganisationId, purpose: Purpose) -> OpenAccount {
    OpenAccount {
        account: stage.world.city.new_account_id(),
        book: Book::parse("CNY").expect("a book"),
        purpose,
        owner,
        subject: String::new(),
        limit: if purpose == Purpose::Bank { Limit::Free } else { Limit::DebitsWithinCredits },
        bank: None,
    }
}

pub fn kept(stage: &Stage) -> Kept {
    let (world, city) = (&stage.world, &stage.world.city);
    let owner = city.organisation_named("Owner institute").expect("known");
    let other = city.organisation_named("Other institute").expect("known");
    let open = |act: OpenAccount| city.perform(&world.operator(), act).expect("opened").account;
    let real = BankAccount {
        institution: "Bank of Mianyang".to_owned(),
        holder: owner.to_string(),
        keeps: Keeps::Deposits,
        masked_number: "6222 **** 0188".to_owned(),
        is_custodian: true,
    };
    let bank = open(OpenAccount { bank: Some(real), ..opening(stage, owner, Purpose::Bank) });
    let own = open(opening(stage, owner, Purpose::Deposit));
    let foreign = open(opening(stage, other, Purpose::Deposit));
    let pay = |credit: AccountId, minor: i64, reference: &str| {
        let does = Move::Transfer {
            debit: bank,
            credit,
            amount: Amount::Exactly(minor),
            book: "CNY".to_owned(),
            hold_seconds: None,
            balancing: (false, false),
        };
        let request = Request::new(city.new_transfer_id(), does, 110).proved(reference);
        let act = PostTransfers::new(vec![request]);
        city.perform(&world.operator(), act).expect("paid").transfers[0].transfer
    };
    let paid = pay(own, 1_234_567, "BK-77-1");
    pay(foreign, 7_654_321, "BK-77-2");
    world.settle();
    Kept { bank, own, foreign, paid }
}

#[test]
fn the_books_are_read_in_the_pages() {
    let stage = stage();
    let kept = kept(&stage);
    stage.world.person("agency", stage.world.hall, Role::AgencyOfficer);
    let mut agency = stage.browser("agency");
    let list = agency.get("/accounts?lang=en");
    assert_eq!(list.status, 200);
    for id in [kept.bank, kept.own, kept.foreign] {
        assert!(list.body.contains(&format!("/accounts/{id}")));
    }
    assert!(list.body.contains("¥12,345.67") && list.body.contains("¥88,888.88"));
    assert!(agency.get("/accounts?lang=zh&purpose=bank").body.contains("银行账户"));
    let page = agency.get(&format!("/accounts/{}?lang=en", kept.bank));
    assert!(page.body.contains("Recorded at Bank of Mianyang, as of"));
    assert!(page.body.contains("grade E2") && page.body.contains("6222 **** 0188"));
    assert!(page.body.contains("Deposit paid in"));
    assert!(!page.body.contains("wallet") && !page.body.contains("top-up"));
    let past = format!("/accounts/{}?lang=en&on=2020-01-01", kept.bank);
    assert!(agency.get(&past).body.contains("balance ¥0.00"));
    assert!(agency.get(&format!("{past}x")).body.contains("This is no day"));
    let moved = agency.get(&format!("/transfers/{}?lang=en", kept.paid));
    assert!(moved.body.contains("BK-77-1") && moved.body.contains("Receipt with proof"));
    let receipt = moved.body.split("href=\"/log/").nth(1).expect("a receipt");
    let receipt = format!("/log/{}", receipt.split('"').next().expect("an address"));
    assert!(agency.get(&receipt).body.starts_with("c2sp.org/tlog-proof@v1"));
    // Files: the same lines, no formula; the whole in two formats.
    let csv = agency.get(&format!("/accounts/{}/statement.csv?lang=en", kept.own));
    assert!(csv.body.contains("\"12345.67\"") && csv.body.contains("BK-77-1"));
    let xlsx = agency.get(&format!("/accounts/{}/statement.xlsx", kept.own));
    assert_eq!(xlsx.status, 200);
    let books = agency.get("/accounts/books.journal");
    assert!(books.body.contains("decimal-mark .") && books.body.contains("12345.67"));
    assert!(agency.get("/accounts/books.beancount").body.contains("open Liabilities:DEP:"));
}

#[test]
fn who_may_not_see_an_account_learns_nothing_from_any_page() {
    let stage = stage();
    let kept = kept(&stage);
    let mut officer = stage.browser("officer");
    let list = officer.get("/accounts?lang=en");
    assert!(list.body.contains(&format!("/accounts/{}", kept.own)));
    let own = officer.get(&format!("/accounts/{}?lang=en", kept.bank));
    assert!(own.body.contains("not shown to you"), "the other's claim is not named");
    let secret = [kept.foreign.to_string(), "Other institute".to_owned()];
    for body in [&list.body, &own.body] {
        assert!(secret.iter().all(|text| !body.contains(text.as_str())));
    }
    let absent = AccountId::from_bits(77);
    for name in ["member", "officer", "system", "secrecy"] {
        let mut browser = stage.browser(name);
        for part in ["", "/statement.csv", "/statement.xlsx"] {
            let hidden = browser.get(&format!("/accounts/{}{part}?lang=en", kept.foreign));
            let nothing = browser.get(&format!("/accounts/{absent}{part}?lang=en"));
            assert_eq!(hidden.status, nothing.status, "{name} {part}");
            let as_absent = hidden.body.replace(&kept.foreign.to_string(), &absent.to_string());
            let without_number = |body: &str| {
                body.lines().filter(|line| !line.contains("request")).collect::<String>().len()
            };
            assert_eq!(without_number(&as_absent), without_number(&nothing.body), "{name} {part}");
        }
        assert_ne!(browser.get("/accounts/books.journal").status, 200, "{name}");
    }
    let status = stage.browser("").get("/accounts").status;
    assert!(matches!(status, 303 | 401 | 403), "{status}");
}

#[test]
fn the_books_are_kept_through_the_interface() {
    let stage = stage();
    let kept = kept(&stage);
    let (world, city) = (&stage.world, &stage.world.city);
    let agency = world.person("agency", world.hall, Role::AgencyOfficer);
    let token = |asker: &Asker, scopes: &[access::Scope]| {
        let scopes = scopes.iter().copied().collect();
        let act = CreateToken { person: None, name: "books".to_owned(), scopes, days: 1 };
        city.perform(asker, act).expect("a key").secret
    };
    let reading = token(&agency, &[access::Scope::LedgerRead]);
    let writing = token(&agency, &[access::Scope::LedgerRead, access::Scope::LedgerWrite]);
    let foreign = token(&agency, &[access::Scope::TechnologiesRead]);
    let mut browser = stage.browser("");
    let mut call = |method: &str, path: &str, secret: &str, body: serde_json::Value| {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {secret}"))
            .header("content-type", "application/json")
            .header("idempotency-key", format!("k{}", path.len() + body.to_string().len()));
        let body = if method == "GET" { Body::empty() } else { Body::from(body.to_string()) };
        let answer = browser.send(request.body(body).expect("a request"));
        (answer.status, answer.body)
    };
    let none = || serde_json::Value::Null;
    let (status, body) = call("GET", "/api/v1/ledger/accounts", &reading, none());
    assert!(status == 200 && body.contains("\"12345.67\""), "{status} {body}");
    assert_eq!(call("GET", "/api/v1/ledger/accounts", &foreign, none()).0, 403);
    let lines = format!("/api/v1/ledger/accounts/{}/lines", kept.own);
    assert!(call("GET", &lines, &reading, none()).1.contains("BK-77-1"));
    let at = format!("/api/v1/ledger/accounts/{}/balance?at=2020-01-01T00:00:00Z", kept.own);
    assert!(call("GET", &at, &reading, none()).1.contains("\"balance\":\"0.00\""));
    let of = format!("/api/v1/ledger/transfers/{}", kept.paid);
    let (_, transfer) = call("GET", &of, &reading, none());
    assert!(transfer.contains("\"state\":\"posted\"") && transfer.contains("\"entry\":"));
    // Posting: an amount with too many places, a bare number, no money, then as it should be.
    let ask = |amount: serde_json::Value, id: u128| {
        serde_json::json!({ "transfers": [{
            "id": TransferId::from_bits(id), "does": "transfer", "book": "CNY", "code": 1,
            "debit": kept.own, "credit": kept.foreign, "amount": amount,
        }] })
    };
    let post = "/api/v1/ledger/transfers";
    assert_eq!(call("POST", post, &reading, ask("1.00".into(), 900)).0, 403);
    let (status, body) = call("POST", post, &writing, ask("12.345".into(), 901));
    assert!(status == 422 && body.contains("money-unreadable"), "{status} {body}");
    let (status, body) = call("POST", post, &writing, ask(12.34.into(), 902));
    assert!(status == 422 || status == 400, "{status} {body}");
    let (status, body) = call("POST", post, &writing, ask("99999999.00".into(), 903));
    assert!(status == 422 && body.contains("ledger-exceeds-credits"), "{status} {body}");
    let (status, body) = call("POST", post, &writing, ask("45.67".into(), 904));
    assert!(status == 200 && body.contains("\"minor\":4567"), "{status} {body}");
    assert_eq!(city.check_books().expect("checked"), []);
}
