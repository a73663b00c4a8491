//! The whole way by forms alone: offered, announced, deposits, a live auction that is moved on by a late
//! bid, contract, signatures, money divided, registration, the record of open data. The owner reads
//! English and the firm Chinese; the office reads both.

use crate::auction::{bank, send};
use crate::browser::Browser;
use crate::contract::resend;
use crate::{Stage, stage};
use access::Role;
use app::Asker;
use base::{Instant, LotId};
use serde_json::Value;

/// A way with the address of what it has come to.
struct Way {
    stage: Stage,
    lot: LotId,
    here: String,
}

fn page(browser: &mut Browser, path: &str, lang: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    let found = browser.get(&format!("{path}{mark}lang={lang}"));
    assert_eq!(found.status, 200, "{path}: {}", found.body);
    found.body
}

/// The place where the answer to a form leads to.
fn sent(browser: &mut Browser, page: &str, to: &str, changes: &[(&str, &str)]) {
    let (status, body) = resend(browser, page, to, changes);
    assert_eq!(status, 303, "{to}: {body}");
}

/// The owner offers the technology and announces its auction, each with the form of its page.
fn announced() -> Way {
    let stage = stage();
    let world = &stage.world;
    world.person("agency", world.hall, Role::AgencyOfficer);
    let third = world.organisation("Third institute");
    world.person("third", third, Role::TransferOfficer);
    bank(&stage);
    let mut officer = stage.browser("officer");
    let listings = format!("/technologies/{}/listings", stage.shown);
    let form = page(&mut officer, &format!("{listings}/new"), "en");
    let values = [("mode", "auction"), ("licence", "assignment"), ("price", "100,000")];
    sent(&mut officer, &form, &listings, &values);
    let choice = page(&mut officer, "/auctions/new", "en");
    let listing = choice.split("/auctions/new?listing=").nth(1).expect("the offer is to choose");
    let listing: String = listing.chars().take_while(|it| *it != '"' && *it != '&').collect();
    let form = page(&mut officer, &format!("/auctions/new?listing={listing}"), "en");
    let day = world.city.now().plus_seconds(2 * 86_400).date_at(480).to_string();
    let values = [
        ("listing", listing.as_str()),
        ("start", "100,000"),
        ("deposit", "1万"),
        ("opens", day.as_str()),
        ("opens_time", "9:00"),
        ("closes", day.as_str()),
        ("closes_time", "10:00"),
        ("steps.0.raise", "1,000"),
        ("window", "5:00"),
        ("cap", "30"),
        ("amounts", "limit"),
        ("bidders_min", "2"),
        ("sign_days", "20"),
    ];
    sent(&mut officer, &form, "/auctions/new", &values);
    let shown = page(&mut stage.browser(""), "/auctions", "zh");
    let lot = shown.split("/auctions/lot_").nth(1).expect("announced to everybody");
    let lot: String = lot.chars().take_while(char::is_ascii_alphanumeric).collect();
    let here = format!("/auctions/lot_{lot}");
    Way { lot: here.trim_start_matches("/auctions/").parse().expect("an id"), stage, here }
}

impl Way {
    fn now(&self) -> Instant {
        self.stage.world.city.now()
    }

    fn ends(&self) -> Instant {
        let found = self.stage.world.city.store().read(|tx| store::lot::find(tx, self.lot));
        found.expect("read").expect("a lot").course.ends_at
    }

    /// The clock goes on to a moment, and what is due is done.
    fn until(&self, at: Instant) {
        self.stage.world.clock.pass(at.seconds_since(self.now()));
        self.stage.world.city.tend_lots().expect("tended");
    }

    /// A firm asks to bid in its language; the office admits it and books its deposit.
    fn admitted(&self, name: &str, organisation: &str, reference: &str) {
        let city = &self.stage.world.city;
        let id = city.organisation_named(organisation).expect("known").to_string();
        let mut firm = self.stage.browser(name);
        let form = page(&mut firm, &self.here, "zh");
        let values = [("organisation", id.as_str()), ("terms", "1"), ("stands_by", "yes")];
        let (status, body) = send(&mut firm, &form, &format!("{}/bidders", self.here), &values);
        assert_eq!(status, 303, "{body}");
        let asker =
            Asker::person(city.person_named(&format!("{name}@testing.example")).expect("known"));
        let own = city.lot(&asker, self.lot).expect("seen").own.expect("a place");
        let number = own.bidder.alias.to_string();
        let mut agency = self.stage.browser("agency");
        let desk = format!("{}/desk", self.here);
        let form = page(&mut agency, &desk, "zh");
        let values = [("bidder", number.as_str()), ("do", "admit"), ("reason", "")];
        assert_eq!(send(&mut agency, &form, &format!("{desk}/decision"), &values).0, 303);
        let form = page(&mut agency, &desk, "en");
        let bank = form.split("<option value=\"acc_").nth(1).expect("an account at a bank");
        let bank = format!("acc_{}", bank.split('"').next().expect("its id"));
        let values =
            [("bidder", number.as_str()), ("bank", bank.as_str()), ("reference", reference)];
        assert_eq!(send(&mut agency, &form, &format!("{desk}/deposit"), &values).0, 303);
        assert!(page(&mut firm, &self.here, "zh").contains("保证金"));
    }

    fn bid(&self, browser: &mut Browser, amount: &str) {
        let form = page(browser, &self.here, "zh");
        let values = [("amount", amount)];
        let (status, body) = send(browser, &form, &format!("{}/bids", self.here), &values);
        assert_eq!(status, 303, "{body}");
    }

    /// Two bid; the last bid comes within the window, and the end moves by it.
    fn auctioned(&self) {
        let lot = || self.stage.world.city.store().read(|tx| store::lot::find(tx, self.lot));
        let terms = lot().expect("read").expect("a lot").terms;
        self.until(terms.opens.plus_seconds(-10));
        self.until(terms.opens.plus_seconds(5));
        let (mut rival, mut third) = (self.stage.browser("rival"), self.stage.browser("third"));
        self.bid(&mut rival, "120000");
        self.bid(&mut third, "110000");
        assert_eq!(self.ends(), terms.closes);
        self.until(terms.closes.plus_seconds(-60));
        let (mut rival, mut third) = (self.stage.browser("rival"), self.stage.browser("third"));
        self.bid(&mut third, "150000");
        // The clock goes on while the answer is written.
        let left = self.ends().seconds_since(self.now());
        assert!((298..=300).contains(&left), "the late bid moves the end: {left}");
        self.bid(&mut rival, "200000");
        assert!(page(&mut rival, &self.here, "en").contains("You lead."));
        self.until(self.ends().plus_seconds(3));
        let over = page(&mut self.stage.browser(""), &self.here, "zh");
        assert!(over.contains("¥151,000.00") && over.contains("竞得"), "{over}");
    }

    /// The winner drafts, both fill in and sign; each in its own language.
    fn signed(&self) -> String {
        let mut rival = self.stage.browser("rival");
        let form = page(&mut rival, &self.here, "zh");
        sent(&mut rival, &form, &format!("{}/contract", self.here), &[]);
        let shown = page(&mut rival, &self.here, "zh");
        let id = shown.split("/contracts/").nth(1).expect("its contract");
        let id: String =
            id.chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
        let here = format!("/contracts/{id}");
        let terms = format!("{here}/terms");
        let form = page(&mut rival, &terms, "zh");
        let mut values: Vec<(String, &str)> =
            vec![("why".to_owned(), "补充当事人信息"), ("subject.field".to_owned(), "electronics")];
        for n in 0..2 {
            for (part, value) in [
                ("code", ["91510700X", "91510700Y"][n]),
                ("country", "156"),
                ("division", "510700"),
                ("nature", "10"),
                ("address.zh", "绵阳"),
                ("representative", "Wu"),
            ] {
                values.push((format!("parties.{n}.{part}"), value));
            }
        }
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, it)| (name.as_str(), *it)).collect();
        sent(&mut rival, &form, &terms, &values);
        let mut officer = self.stage.browser("officer");
        let form = page(&mut officer, &here, "en");
        sent(&mut officer, &form, &format!("{here}/offer"), &[]);
        for (browser, lang) in [(&mut rival, "zh"), (&mut officer, "en")] {
            let form = page(browser, &here, lang);
            sent(browser, &form, &format!("{here}/signature"), &[]);
        }
        assert!(page(&mut officer, &here, "en").contains("In force"));
        assert!(page(&mut rival, &here, "zh").contains("已生效"));
        here
    }

    /// The rest is paid, and both payments are divided by rules that were declared.
    fn divided(&self, here: &str) {
        let (mut officer, mut agency) =
            (self.stage.browser("officer"), self.stage.browser("agency"));
        let owner = self.stage.world.city.organisation_named("Owner institute").expect("known");
        let income = format!("/organisations/{owner}/income");
        let form = page(&mut officer, &income, "en");
        let values = [
            ("from", "2020-01-01"),
            ("source", "Statutes"),
            ("inventors_rate", "70"),
            ("tax", "20"),
            ("counted", "50"),
        ];
        sent(&mut officer, &form, &income, &values);
        let form = page(&mut agency, here, "zh");
        let values = [("amount", "141,000"), ("reference", "ICBC 90")];
        sent(&mut agency, &form, &format!("{here}/payments"), &values);
        for n in 1..=2 {
            let split = format!("{here}/payments/{n}");
            let form = page(&mut agency, &split, "zh");
            sent(&mut agency, &form, &split, &[("do", "post")]);
        }
        // Seventy per cent of 10,000 and of 141,000 go to the inventors; every cent is somewhere.
        let statement = page(&mut officer, &income, "en");
        for sum in ["¥7,000.00", "¥98,700.00"] {
            assert!(statement.contains(sum), "{sum}: {statement}");
        }
        assert_eq!(self.stage.world.city.check_books().expect("checked"), []);
    }

    /// The form of the registration is filled, handed in and registered.
    fn registered(&self, here: &str) {
        let (mut officer, mut agency) =
            (self.stage.browser("officer"), self.stage.browser("agency"));
        let filing = format!("{here}/registration");
        let form = page(&mut officer, &filing, "en");
        sent(&mut officer, &form, &filing, &[("applicant", "Li"), ("telephone", "0816")]);
        let form = page(&mut officer, &filing, "en");
        sent(&mut officer, &form, &filing, &[("do", "submit")]);
        let form = page(&mut agency, &filing, "zh");
        let values = [("do", "register"), ("number", "2026510700000001")];
        sent(&mut agency, &form, &format!("{filing}/decision"), &values);
        assert!(page(&mut officer, here, "en").contains("Registered"));
    }

    /// Everybody finds the whole way in the record.
    fn told(&self) {
        let city = &self.stage.world.city;
        self.stage.world.settle();
        city.follow_open_data().expect("published");
        let mut nobody = self.stage.browser("");
        let list = page(&mut nobody, "/open-data", "zh");
        let process = list.split("/open-data/processes/").nth(1).expect("a process");
        let process: String = process.chars().take_while(|it| *it != '"').collect();
        let process = format!("/open-data/processes/{process}");
        assert!(page(&mut nobody, &process, "zh").contains("合同"));
        assert!(page(&mut nobody, &process, "en").contains("Contract"));
        let text = nobody.get(&format!("{process}/record.json")).body;
        assert!(ocds::verify(&text, &ocds::Rules::standard()).is_sound());
        let record: Value = serde_json::from_str(&text).expect("JSON");
        let made = &record["records"][0]["compiledRelease"];
        assert_eq!(made["awards"][0]["status"], "active");
        let contract = &made["contracts"][0];
        assert_eq!(
            (&contract["status"], &contract["awardID"]),
            (&Value::from("active"), &made["awards"][0]["id"])
        );
        assert_eq!(contract["value"]["amount"].to_string(), "151000");
        let paid = contract["implementation"]["transactions"].as_array().expect("payments");
        let paid: Vec<String> = paid.iter().map(|it| it["value"]["amount"].to_string()).collect();
        assert_eq!(paid, ["10000", "141000"]);
        for hidden in ["200000", "补充当事人信息", "ICBC"] {
            assert!(!text.contains(hidden), "{hidden}");
        }
    }
}

#[test]
fn from_the_offer_to_the_record_by_forms_alone() {
    let way = announced();
    way.admitted("rival", "Other institute", "ICBC 81");
    way.admitted("third", "Third institute", "ICBC 82");
    way.auctioned();
    let contract = way.signed();
    way.divided(&contract);
    way.registered(&contract);
    way.told();
}
