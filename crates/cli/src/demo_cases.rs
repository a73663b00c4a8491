//! Cases of the demonstration city: results on their way through review, and enquiries.

use crate::demo::{self, Broken};
use crate::exit::{Exit, Failure};
use app::case::{CaseMoved, SetDesk, TakeStep};
use app::enquiry::Enquire;
use app::release::DiscloseResult;
use app::{Act, Asker, City};
use base::{Bilingual, Class, OrganisationId, PersonId, Refusal, TechnologyId};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use trading::enquiry::Enquiry;
use trading::release::Disclosure;
use trading::{Contact, Content, Inventor, Share, Trl};

const CASES: &str = include_str!("../../../demo/cases.toml");
const REGISTER: &str = include_str!("../../../demo/register.csv");
/// Who registers a firm in the demonstration: the contact, the address, the firm and its code. The
/// first has opened the link and waits for the office; the second has not.
const REGISTRATIONS: [(&str, &str, &str, &str); 2] = [
    ("唐若溪", "tang.ruoxi@demo.bellwether.example", "涪江智能传感有限公司（虚构）", FIRST_CODE),
    ("程一舟", "cheng.yizhou@demo.bellwether.example", "绵州氢能装备有限公司（虚构）", SECOND_CODE),
];
const FIRST_CODE: &str = "91510703DEM060017G";
const SECOND_CODE: &str = "91510704DEM060025R";

/// The organisation whose desk handles the city's cases.
const DESK: &str = "service-centre";
/// The password of those who register in the demonstration; nobody signs in with it by a button.
const PASSWORD: &str = "a demonstration firm 2026";
const REVIEWER: &str = "guan.yuheng@demo.bellwether.example";
const SECRECY: &str = "xiao.muqing@demo.bellwether.example";

#[derive(Deserialize)]
struct CaseFile {
    disclosure: Vec<DisclosureShape>,
    enquiry: Vec<EnquiryShape>,
}

#[derive(Deserialize)]
struct DisclosureShape {
    owner: String,
    number: String,
    /// How far the review has come.
    stage: String,
    title_en: String,
    title_zh: String,
    summary_en: String,
    summary_zh: String,
    description_en: String,
    description_zh: String,
    field: String,
    trl: u8,
    inventors: Vec<InventorShape>,
}

#[derive(Deserialize)]
struct InventorShape {
    name_en: String,
    name_zh: String,
    share: String,
}

#[derive(Deserialize)]
struct EnquiryShape {
    /// The owner's number of the technology.
    technology: String,
    name: String,
    email: String,
    organisation: String,
    message: String,
}

/// What the seeding of cases works with.
pub(crate) struct Cases<'c> {
    pub city: &'c City,
    pub operator: &'c Asker,
    pub organisations: &'c BTreeMap<String, OrganisationId>,
    /// By e-mail.
    pub people: &'c BTreeMap<String, PersonId>,
}

impl Cases<'_> {
    /// Brings every case to its stage; what is there already stays as it is.
    pub(crate) fn seed(&self) -> Result<(), Failure> {
        let file: CaseFile = demo::read("cases.toml", CASES).map_err(broken)?;
        for process in app::case::PROCESSES {
            let organisation = self.organisation(DESK)?;
            let organisation = Some(organisation);
            let act = SetDesk { process: process.name.to_owned(), organisation };
            self.perform(self.operator, &format!("desk {}", process.name), act)?;
        }
        for shape in &file.disclosure {
            self.disclosure(shape)?;
        }
        for (n, shape) in file.enquiry.iter().enumerate() {
            self.enquiry(n, shape)?;
        }
        self.register()?;
        for (n, registration) in REGISTRATIONS.iter().enumerate() {
            self.registration(registration, n == 0)?;
        }
        Ok(())
    }

    /// A register of invented firms, as a city has one.
    fn register(&self) -> Result<(), Failure> {
        let source = papers::Source::from(REGISTER.as_bytes());
        let register = papers::read_register(&source, "register.csv");
        let entries = register.firms.into_iter().map(|firm| firm.entry).collect();
        let source = "演示用企业名录 / Demonstration register".to_owned();
        let act = app::register::ImportOrganisations { entries, source };
        self.perform(self.operator, "register", act).map(|_| ())
    }

    fn registration(
        &self,
        (name, email, firm, code): &(&str, &str, &str, &str),
        opens: bool,
    ) -> Result<(), Failure> {
        let waiting = self.city.applications(self.operator, "", 100)?;
        let is_there = waiting.iter().any(|it| it.email == *email);
        if is_there || self.city.person_named(email).is_ok() {
            return Ok(());
        }
        let application = parties::registration::Application {
            credit_code: (*code).to_owned(),
            name: Bilingual::new("", *firm),
            evidence: "营业执照副本编号 510703000012345，2025年3月18日核发；本人任总经理助理，授权委托书可当面出示。"
                .to_owned(),
            organisation: None,
        };
        let contact = Bilingual::new("", *name);
        let known = (*email, PASSWORD);
        let lang = base::Lang::Zh;
        let act = app::registration::RegisterFirm::new(application, contact, known, lang, true);
        self.city.perform(&Asker::nobody(), act)?;
        let waiting = self.city.applications(self.operator, "", 100)?;
        let Some(found) = waiting.iter().find(|it| it.email == *email).filter(|_| opens) else {
            return Ok(());
        };
        let act = app::registration::LinkApplication { application: found.id };
        let made = self.perform(self.operator, &format!("link {email}"), act)?;
        let Some(secret) = made.link_secret else { return Ok(()) };
        let act = app::registration::ConfirmRegistration::new(&secret, PASSWORD);
        self.city.perform(&Asker::nobody(), act)?;
        Ok(())
    }

    fn disclosure(&self, shape: &DisclosureShape) -> Result<(), Failure> {
        let owner = self.organisation(&shape.owner)?;
        let officer = self.officer_of(&shape.owner)?;
        let name = &shape.number;
        let act = DiscloseResult {
            owner,
            key: name.clone(),
            content: content_of(shape)?,
            label: None,
            disclosure: disclosure(),
            documents: Vec::new(),
        };
        let case = self.perform(&officer, &format!("disclosure {name}"), act)?;
        let (reviewer, secrecy) = (self.person(REVIEWER)?, self.person(SECRECY)?);
        let rank = ["lodged", "content-agreed", "cleared", "released"];
        let wanted = match shape.stage.as_str() {
            "returned" => return self.send_back(name, &reviewer, &case),
            "held" => 1,
            stage => rank.iter().position(|known| *known == stage).unwrap_or(0),
        };
        let mut at = case;
        if wanted >= 1 {
            let act = step(&at, "review-content", "agree", content_met());
            at = self.perform(&reviewer, &format!("content {name}"), act)?;
        }
        if shape.stage == "held" {
            let answers = [("review-again-on".to_owned(), json!("2027-06-01"))];
            let mut act =
                step(&at, "review-confidentiality", "hold", answers.into_iter().collect());
            act.reason =
                "A patent application has not been filed yet. 专利申请尚未提交。".to_owned();
            self.perform(&secrecy, &format!("hold {name}"), act)?;
        }
        if wanted >= 2 {
            let act = step(&at, "review-confidentiality", "agree", secrecy_met());
            at = self.perform(&secrecy, &format!("secrecy {name}"), act)?;
        }
        if wanted >= 3 {
            let act = step(&at, "publish", "release", Map::new());
            self.perform(&officer, &format!("release {name}"), act)?;
        }
        Ok(())
    }

    fn send_back(&self, name: &str, reviewer: &Asker, case: &CaseMoved) -> Result<(), Failure> {
        let mut act = step(case, "review-content", "send-back", Map::new());
        act.reason = "Please name the film's supplier, and say whether its consent is there. \
                      请补充膜片供应商并说明是否已取得其同意。"
            .to_owned();
        self.perform(reviewer, &format!("send back {name}"), act).map(|_| ())
    }

    fn enquiry(&self, n: usize, shape: &EnquiryShape) -> Result<(), Failure> {
        let Some(technology) = self.technology(&shape.technology)? else {
            return Err(broken(format!("no technology {}", shape.technology)));
        };
        let enquiry = Enquiry {
            name: shape.name.clone(),
            email: shape.email.clone(),
            organisation: shape.organisation.clone(),
            message: shape.message.clone(),
        };
        let act = Enquire { technology, enquiry };
        // In the operator's name, so that a second start finds the key of the first.
        self.perform(self.operator, &format!("enquiry {n}"), act).map(|_| ())
    }

    fn technology(&self, number: &str) -> Result<Option<TechnologyId>, Failure> {
        for owner in self.organisations.values() {
            let found = self.city.store().read(|tx| store::technology::by_key(tx, *owner, number));
            if let Some(technology) = found.map_err(app::No::from)? {
                return Ok(Some(technology.id));
            }
        }
        Ok(None)
    }

    /// The transfer officer of an owner, by the people's file.
    fn officer_of(&self, owner: &str) -> Result<Asker, Failure> {
        let people = demo::people().map_err(broken)?;
        let is_officer = |person: &&demo::DemoPerson| {
            let officer = Some(access::Role::TransferOfficer);
            person.places.iter().any(|(place, role)| place == owner && *role == officer)
        };
        let found = people.iter().find(is_officer);
        let found = found.ok_or_else(|| broken(format!("no transfer officer of {owner}")))?;
        self.person(&found.email)
    }

    fn perform<A: Act>(&self, asker: &Asker, key: &str, act: A) -> Result<A::Outcome, Failure> {
        Ok(self.city.perform(&asker.clone().keyed(format!("demo {key}")), act)?)
    }

    pub(crate) fn organisation(&self, key: &str) -> Result<OrganisationId, Failure> {
        let found = self.organisations.get(key).copied();
        found.ok_or_else(|| broken(format!("no organisation {key}")))
    }

    pub(crate) fn person(&self, email: &str) -> Result<Asker, Failure> {
        let found = self.people.get(email).copied().map(Asker::person);
        found.ok_or_else(|| broken(format!("no person {email}")))
    }
}

fn broken(what: impl Into<String>) -> Failure {
    let reason = Refusal::new(Class::Unknown, "cli-demo-broken").text("found", what);
    Failure::new(Exit::Failed, reason)
}

fn content_of(shape: &DisclosureShape) -> Result<Content, Failure> {
    let inventor = |it: &InventorShape| -> Result<Inventor, Broken> {
        let share = Share::parse(&it.share).map_err(|_| it.share.clone())?;
        Ok(Inventor { name: Bilingual::new(&it.name_en, &it.name_zh), share: Some(share) })
    };
    let inventors = shape.inventors.iter().map(inventor).collect::<Result<_, _>>();
    Ok(Content {
        title: Bilingual::new(&shape.title_en, &shape.title_zh),
        summary: Bilingual::new(&shape.summary_en, &shape.summary_zh),
        description: Bilingual::new(&shape.description_en, &shape.description_zh),
        field: shape.field.clone(),
        trl: Some(Trl { level: shape.trl, ..Trl::default() }),
        inventors: inventors.map_err(broken)?,
        contact: Contact {
            name: Bilingual::new("Transfer desk", "成果转化办公室"),
            phone: String::new(),
            email: format!("transfer.{}@demo.bellwether.example", shape.owner),
        },
        invented: true,
        ..Content::default()
    })
}

fn disclosure() -> Disclosure {
    Disclosure {
        proposed: "public".to_owned(),
        funding: "The institute's own funds (invented). 单位自筹（虚构）。".to_owned(),
        prior_publication: "Nothing so far. 尚未公开。".to_owned(),
        planned_on: None,
        third_parties: "None. 无。".to_owned(),
        export: "On no control list. 不在管制清单内。".to_owned(),
        declared: true,
    }
}

fn step(case: &CaseMoved, task: &str, step: &str, answers: Map<String, Value>) -> TakeStep {
    TakeStep {
        case: case.case,
        version: case.version,
        task: task.to_owned(),
        step: step.to_owned(),
        answers,
        reason: String::new(),
        on_behalf_of: None,
        documents: Vec::new(),
    }
}

/// Every item of the step's checklist is met.
fn met(task: &str, ask: &str) -> Map<String, Value> {
    let process = &trading::release::REVIEW;
    let step = process.task(task).and_then(|task| task.step("agree"));
    let asks = step.map_or(&[][..], |step| step.asks);
    let items = asks.iter().filter(|it| it.name == ask).find_map(|it| match it.kind {
        cases::AskKind::Checklist(items) => Some(items),
        _ => None,
    });
    let items: Map<String, Value> =
        items.unwrap_or_default().iter().map(|it| (it.name.to_owned(), json!("met"))).collect();
    [(ask.to_owned(), Value::Object(items))].into_iter().collect()
}

fn content_met() -> Map<String, Value> {
    met("review-content", "content")
}

fn secrecy_met() -> Map<String, Value> {
    let mut answers = met("review-confidentiality", "confidentiality");
    answers.insert("level".to_owned(), json!("public"));
    answers
}
