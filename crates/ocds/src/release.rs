//! From the plain process to its releases, one for each step.
//!
//! A release tells what its step changed and nothing older, so that it never has to be written again:
//! the releases of a longer history begin with those of a shorter one. What a step takes back is told
//! as null.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::flaw::Flaw;
use crate::process::{
    Award, AwardState, Closing, Contract, Direction, Listing, Process, Step, Tender, What,
};
use crate::section::{self, Part};

/// The `ocid` of a process: the registered prefix and the process's own number.
pub fn ocid(prefix: &str, number: &str) -> String {
    format!("{prefix}-{number}")
}

/// The releases of a process in the order of its steps, ready for [`crate::release_package`].
///
/// No bidder is named before an award to him, no single bid is told, and what the process does not hold
/// (reserve prices) cannot be told.
///
/// # Errors
/// Everything that cannot be published as it is.
pub fn releases(process: &Process, prefix: &str) -> Result<Vec<Value>, Vec<Flaw>> {
    let flaws = crate::sound::flaws(process, prefix);
    if !flaws.is_empty() {
        return Err(flaws);
    }
    let mut writer = Writer::new(process, ocid(prefix, &process.number));
    Ok(process.steps.iter().enumerate().map(|(n, step)| writer.release(n, step)).collect())
}

/// What has been told so far.
struct Writer<'a> {
    process: &'a Process,
    ocid: String,
    /// The role of everybody who was named, in the order they were given.
    roles: BTreeMap<&'a str, Vec<&'static str>>,
    /// Who is named in the release at hand.
    named: Vec<&'a str>,
    /// The last whole telling of a part, by the part's own name.
    told: BTreeMap<String, Value>,
    last_id: String,
}

impl<'a> Writer<'a> {
    fn new(process: &'a Process, ocid: String) -> Self {
        Self {
            process,
            ocid,
            roles: BTreeMap::new(),
            named: Vec::new(),
            told: BTreeMap::new(),
            last_id: String::new(),
        }
    }

    fn release(&mut self, n: usize, step: &'a Step) -> Value {
        self.named.clear();
        let tag = self.tag(&step.what);
        let id = format!("{}-{:02}-{tag}", self.ocid, n + 1);
        let mut fields = self.head(step, &id, tag);
        self.content(n, step, &id, &mut fields);
        let parties = self.named.iter().filter_map(|id| {
            let organisation = self.process.organisations.iter().find(|own| own.id == **id)?;
            let roles = self.roles.get(*id)?;
            Some(section::party(organisation, roles, self.process.lang))
        });
        fields.insert("parties".to_owned(), parties.collect());
        self.last_id = id;
        Value::Object(fields)
    }

    fn head(&mut self, step: &Step, id: &str, tag: &str) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("ocid".to_owned(), json!(self.ocid));
        fields.insert("id".to_owned(), json!(id));
        fields.insert("date".to_owned(), section::moment(step.at));
        fields.insert("tag".to_owned(), json!([tag]));
        fields.insert("initiationType".to_owned(), json!("tender"));
        fields.insert("language".to_owned(), json!(self.process.lang.tag()));
        let holder = self.process.holder.as_str();
        match self.process.direction {
            Direction::Sale => {
                self.refer(holder, &["seller"]);
            }
            Direction::Purchase => {
                let buyer = self.refer(holder, &["buyer"]);
                fields.insert("buyer".to_owned(), buyer);
            }
        }
        fields
    }

    fn tag(&self, what: &What) -> &'static str {
        let is_told = |key: &str| self.told.contains_key(key);
        match what {
            What::Listed(_) if is_told("listing") => "planningUpdate",
            What::Listed(_) => "planning",
            What::Announced(_) => "tender",
            What::Amended { .. } => "tenderAmendment",
            What::Closed(_) => "tenderUpdate",
            What::CalledOff { .. } => "tenderCancellation",
            What::Awarded(award) if award.state == AwardState::Cancelled => "awardCancellation",
            What::Awarded(award) if is_told(&format!("award {}", award.id)) => "awardUpdate",
            What::Awarded(_) => "award",
            What::Signed(_) => "contract",
            What::Changed { .. } => "contractAmendment",
            What::Performed { contract, .. } if is_told(&format!("performance {contract}")) => {
                "implementationUpdate"
            }
            What::Performed { .. } => "implementation",
            What::Ended { .. } => "contractTermination",
        }
    }

    fn content(&mut self, n: usize, step: &'a Step, id: &str, fields: &mut Map<String, Value>) {
        let lang = self.process.lang;
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        match &step.what {
            What::Listed(listing) => {
                let [planning, tender] = self.listing(listing);
                put("planning", planning);
                put("tender", tender);
            }
            What::Announced(tender) => put("tender", self.tender(tender, Part::default())),
            What::Amended { tender, why } => {
                let amendment = self.amendment(n, step, id, why);
                put("tender", self.tender(tender, amendment));
            }
            What::Closed(closing) => {
                let [tender, bids] = self.closing(closing);
                put("tender", tender);
                put("bids", bids);
            }
            What::CalledOff { why } => {
                let part = self.amendment(n, step, id, why);
                let number = self.process.number.as_str();
                put("tender", part.set("id", number).set("status", "cancelled").done());
            }
            What::Awarded(award) => put("awards", json!([self.award(award)])),
            What::Signed(contract) => {
                put("contracts", json!([self.contract(contract, Part::default())]))
            }
            What::Changed { contract, why } => {
                let amendment = self.amendment(n, step, id, why);
                put("contracts", json!([self.contract(contract, amendment)]));
            }
            What::Performed { contract, milestones, payments } => {
                let milestones = milestones.iter().map(|own| {
                    let key = format!("milestone {contract} {}", own.id);
                    self.whole(key, section::milestone(own, lang))
                });
                let milestones: Vec<_> = milestones.collect();
                let payments = payments.iter().map(|own| {
                    let payer = self.refer(&own.payer, &["payer"]);
                    let payee = self.refer(&own.payee, &["payee"]);
                    section::payment(own, payer, payee)
                });
                let payments: Vec<_> = payments.collect();
                self.told.insert(format!("performance {contract}"), Value::Null);
                let part =
                    Part::default().set("milestones", milestones).set("transactions", payments);
                put(
                    "contracts",
                    json!([self.of_contract(contract, "implementation", part.done())]),
                );
            }
            What::Ended { contract } => {
                put(
                    "contracts",
                    json!([self.of_contract(contract, "status", json!("terminated"))]),
                );
            }
        }
    }

    fn listing(&mut self, listing: &Listing) -> [Value; 2] {
        let lang = self.process.lang;
        let planning = Part::default()
            .texts("rationale", &listing.description, lang)
            .set("documents", section::documents(&listing.documents, lang));
        let tender = Part::default()
            .set("id", self.process.number.as_str())
            .texts("title", &listing.title, lang)
            .texts("description", &listing.description, lang)
            .set("status", "planning");
        [
            self.whole("listing".to_owned(), planning.done()),
            self.whole("tender".to_owned(), tender.done()),
        ]
    }

    fn tender(&mut self, tender: &Tender, amendment: Part) -> Value {
        let organiser = self.process.organiser.as_deref().unwrap_or(&self.process.holder);
        let organiser = self.refer(organiser, &["procuringEntity"]);
        let part = section::tender(tender, self.process.direction, self.process.lang)
            .set("id", self.process.number.as_str())
            .set("status", "active")
            .set("procuringEntity", organiser);
        let whole = self.whole("tender".to_owned(), part.done());
        with(whole, amendment)
    }

    fn amendment(&mut self, n: usize, step: &Step, id: &str, why: &base::Bilingual) -> Part {
        let amendment = Part::default()
            .set("id", (n + 1).to_string())
            .set("date", section::moment(step.at))
            .texts("rationale", why, self.process.lang)
            .set("amendsReleaseID", self.last_id.as_str())
            .set("releaseID", id);
        Part::default().set("amendments", json!([amendment.done()]))
    }

    fn closing(&mut self, closing: &Closing) -> [Value; 2] {
        let lots = self.process.tender().map_or(&[][..], |tender| &tender.lots);
        let statistics = section::statistics(&closing.bids, lots);
        let find = |measure: &str| {
            let own = statistics.iter().find(|own| own["id"] == measure);
            own.map_or(Value::Null, |own| own["value"].clone())
        };
        let status = if find("validBids") == json!(0) { "unsuccessful" } else { "complete" };
        let tender = Part::default()
            .set("id", self.process.number.as_str())
            .set("status", status)
            .set("numberOfTenderers", find("bidders"))
            .all("auctions", closing.auctions.iter().map(section::auction));
        [tender.done(), json!({"statistics": statistics})]
    }

    fn award(&mut self, award: &'a Award) -> Value {
        let suppliers = award.winners.iter().map(|id| self.refer(id, &["tenderer", "supplier"]));
        let suppliers: Vec<_> = suppliers.collect();
        let part = Part::default()
            .set("id", award.id.as_str())
            .set("status", award.state.code())
            .set("date", section::moment(award.at))
            .set("value", section::value(award.value))
            .set("suppliers", suppliers)
            .set("relatedLots", award.lot.iter().map(String::as_str).collect::<Vec<_>>());
        self.whole(format!("award {}", award.id), part.done())
    }

    fn contract(&mut self, contract: &Contract, amendment: Part) -> Value {
        let lang = self.process.lang;
        let part = Part::default()
            .set("id", contract.id.as_str())
            .set("awardID", contract.award.as_str())
            .texts("title", &contract.title, lang)
            .set("status", "active")
            .set("dateSigned", section::moment(contract.signed))
            .set("period", contract.span.map_or(Value::Null, section::period))
            .set("value", section::value(contract.value))
            .set("documents", section::documents(&contract.documents, lang));
        let whole = self.whole(format!("contract {}", contract.id), part.done());
        with(whole, amendment)
    }

    /// One field of a contract that was told before; a contract always names its award.
    fn of_contract(&self, id: &str, name: &str, value: Value) -> Value {
        let award = self.told.get(&format!("contract {id}")).and_then(|it| it.get("awardID"));
        let part = Part::default().set("id", id).set("awardID", award.cloned());
        part.set(name, value).done()
    }

    /// Names an organisation in this release, in these roles and those it had.
    fn refer(&mut self, id: &'a str, roles: &[&'static str]) -> Value {
        let known = self.roles.entry(id).or_default();
        for role in roles {
            if !known.contains(role) {
                known.push(role);
            }
        }
        if !self.named.contains(&id) {
            self.named.push(id);
        }
        let organisation = self.process.organisations.iter().find(|own| own.id == id);
        organisation.map_or(Value::Null, |own| section::reference(own, self.process.lang))
    }

    /// A part that is told whole: with a null for each field of its last telling that is gone.
    fn whole(&mut self, key: String, mut now: Value) -> Value {
        if let Some(before) = self.told.get(&key) {
            take_back(before, &mut now);
        }
        self.told.insert(key, now.clone());
        now
    }
}

fn with(mut whole: Value, more: Part) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut whole, more.done()) {
        fields.extend(more);
    }
    whole
}

/// Nulls for what `before` has and `now` lacks. Objects are never null in the standard: their fields
/// are. Objects of lists are matched by their ids, and none may be gone (see `sound`).
fn take_back(before: &Value, now: &mut Value) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (name, before) in before.iter().filter(|(_, before)| !before.is_null()) {
                match now.get_mut(name) {
                    Some(now) => take_back(before, now),
                    None => {
                        now.insert(name.clone(), nothing(before));
                    }
                }
            }
        }
        (Value::Array(before), Value::Array(now)) => {
            for now in now.iter_mut().filter(|now| now.get("id").is_some()) {
                if let Some(before) = before.iter().find(|before| before["id"] == now["id"]) {
                    take_back(before, now);
                }
            }
        }
        _ => {}
    }
}

fn nothing(before: &Value) -> Value {
    match before {
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, it)| (name.clone(), nothing(it))).collect())
        }
        _ => Value::Null,
    }
}
