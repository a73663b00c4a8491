//! Whether a plain process can be published: everything it names is known, in time and exact.

use std::collections::BTreeSet;

use base::Money;

use crate::flaw::Flaw;
use crate::process::{
    Award, AwardState, Closing, Contract, Document, Listing, Process, Tender, What,
};
use crate::section;

/// Every flaw of a process, in the order of its steps.
pub(crate) fn flaws(process: &Process, prefix: &str) -> Vec<Flaw> {
    let organisations: BTreeSet<&str> =
        process.organisations.iter().map(|own| own.id.as_str()).collect();
    let mut reader = Reader { process, organisations, flaws: Vec::new(), told: Told::default() };
    reader.head(prefix);
    for (n, step) in process.steps.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|n| process.steps.get(n));
        if before.is_some_and(|before| before.at >= step.at) {
            reader.flaws.push(Flaw::NotLater { step: n, at: step.at });
        }
        reader.step(n, &step.what);
    }
    reader.flaws
}

/// Whether this is the form of a registered prefix: `ocds-` and six small letters or digits.
pub fn is_prefix(prefix: &str) -> bool {
    let code = prefix.strip_prefix("ocds-").unwrap_or("");
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    code.len() == 6 && code.bytes().all(is_plain)
}

struct Reader<'a> {
    process: &'a Process,
    organisations: BTreeSet<&'a str>,
    flaws: Vec<Flaw>,
    told: Told<'a>,
}

#[derive(Default)]
struct Told<'a> {
    listing: Option<&'a Listing>,
    tender: Option<&'a Tender>,
    awards: Vec<&'a Award>,
    contracts: Vec<&'a Contract>,
}

impl<'a> Reader<'a> {
    fn head(&mut self, prefix: &str) {
        if !is_prefix(prefix) {
            self.flaws.push(Flaw::Prefix(prefix.to_owned()));
        }
        let number = &self.process.number;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
        if number.is_empty() || !number.bytes().all(fits) {
            self.flaws.push(Flaw::Number(number.clone()));
        }
        if self.process.steps.is_empty() {
            self.flaws.push(Flaw::NoSteps);
        }
        let ids = self.process.organisations.iter().map(|own| own.id.as_str());
        self.distinct(None, "organisation", ids);
        let process = self.process;
        for id in [Some(&process.holder), process.organiser.as_ref()].into_iter().flatten() {
            self.known(None, id);
        }
    }

    fn step(&mut self, n: usize, what: &'a What) {
        match what {
            What::Listed(listing) => {
                if self.told.tender.is_some() {
                    self.flaws.push(Flaw::ListedLate { step: n });
                }
                if let Some(before) = self.told.listing {
                    let now = ids_of(&listing.documents);
                    self.gone(n, "document", ids_of(&before.documents), &now);
                }
                self.told.listing = Some(listing);
                self.documents(n, &listing.documents);
            }
            What::Announced(tender) => {
                if self.told.tender.is_some() {
                    self.flaws.push(Flaw::AnnouncedTwice { step: n });
                }
                self.tender(n, tender);
            }
            What::Amended { tender, .. } => {
                self.announced(n);
                if let Some(before) = self.told.tender {
                    self.vanished(n, before, tender);
                }
                self.tender(n, tender);
            }
            What::Closed(closing) => {
                self.announced(n);
                self.closing(n, closing);
            }
            What::CalledOff { .. } => self.announced(n),
            What::Awarded(award) => self.award(n, award),
            What::Signed(contract) => {
                if self.told.contracts.iter().any(|known| known.id == contract.id) {
                    self.flaws.push(Flaw::SignedTwice { step: n, id: contract.id.clone() });
                }
                self.contract(n, contract);
            }
            What::Changed { contract, .. } => {
                self.signed(n, &contract.id);
                let before = self.told.contracts.iter().find(|known| known.id == contract.id);
                if let Some(before) = before.copied() {
                    let ids = |contract: &'a Contract| ids_of(&contract.documents);
                    self.gone(n, "document", ids(before), &ids(contract));
                }
                self.contract(n, contract);
            }
            What::Performed { contract, milestones, payments } => {
                self.signed(n, contract);
                self.distinct(Some(n), "milestone", milestones.iter().map(|own| own.id.as_str()));
                self.distinct(Some(n), "payment", payments.iter().map(|own| own.id.as_str()));
                for payment in payments {
                    self.money(n, Some(payment.value));
                    self.known(Some(n), &payment.payer);
                    self.known(Some(n), &payment.payee);
                }
            }
            What::Ended { contract } => self.signed(n, contract),
        }
    }

    fn tender(&mut self, n: usize, tender: &'a Tender) {
        self.money(n, tender.value);
        self.distinct(Some(n), "item", tender.items.iter().map(|own| own.id.as_str()));
        self.distinct(Some(n), "lot", tender.lots.iter().map(|own| own.id.as_str()));
        self.documents(n, &tender.documents);
        for lot in &tender.lots {
            self.money(n, lot.value);
        }
        self.told.tender = Some(tender);
        for item in &tender.items {
            self.lot(n, item.lot.as_deref());
        }
        self.address(n, tender.auction_url.as_deref());
    }

    fn vanished(&mut self, n: usize, before: &'a Tender, now: &'a Tender) {
        let items = |tender: &'a Tender| tender.items.iter().map(|own| own.id.as_str()).collect();
        let lots = |tender: &'a Tender| tender.lots.iter().map(|own| own.id.as_str()).collect();
        self.gone(n, "item", items(before), &items(now));
        self.gone(n, "lot", lots(before), &lots(now));
        self.gone(n, "document", ids_of(&before.documents), &ids_of(&now.documents));
    }

    fn gone(&mut self, n: usize, of: &'static str, before: Vec<&str>, now: &[&str]) {
        for id in before.into_iter().filter(|id| !now.contains(id)) {
            self.flaws.push(Flaw::Vanished { step: n, of, id: id.to_owned() });
        }
    }

    fn closing(&mut self, n: usize, closing: &'a Closing) {
        self.distinct(Some(n), "bid", closing.bids.iter().map(|own| own.id.as_str()));
        self.distinct(Some(n), "auction", closing.auctions.iter().map(|own| own.id.as_str()));
        for bid in &closing.bids {
            self.money(n, bid.value);
            self.lot(n, bid.lot.as_deref());
            for bidder in &bid.bidders {
                self.known(Some(n), bidder);
            }
        }
        for auction in &closing.auctions {
            self.lot(n, auction.lot.as_deref());
            self.address(n, auction.url.as_deref());
            self.money(n, auction.start);
            self.money(n, auction.step);
            self.distinct(Some(n), "round", auction.rounds.iter().map(|own| own.id.as_str()));
            for round in &auction.rounds {
                self.money(n, round.best);
            }
        }
    }

    fn award(&mut self, n: usize, award: &'a Award) {
        self.announced(n);
        self.money(n, award.value);
        self.lot(n, award.lot.as_deref());
        self.distinct(Some(n), "award", [award.id.as_str()].into_iter());
        self.distinct(Some(n), "winner", award.winners.iter().map(String::as_str));
        for winner in &award.winners {
            self.known(Some(n), winner);
        }
        if award.winners.is_empty() && award.state == AwardState::Active {
            self.flaws.push(Flaw::NoWinner { step: n, id: award.id.clone() });
        }
        let before = self.told.awards.iter().find(|known| known.id == award.id).copied();
        if let Some(before) = before {
            let ids = |award: &'a Award| award.winners.iter().map(String::as_str).collect();
            self.gone(n, "winner", ids(before), &ids(award));
        }
        self.told.awards.retain(|known| known.id != award.id);
        self.told.awards.push(award);
    }

    fn contract(&mut self, n: usize, contract: &'a Contract) {
        self.money(n, contract.value);
        self.documents(n, &contract.documents);
        self.distinct(Some(n), "contract", [contract.id.as_str()].into_iter());
        if !self.told.awards.iter().any(|award| award.id == contract.award) {
            self.flaws.push(Flaw::Unknown { step: n, of: "award", id: contract.award.clone() });
        }
        self.told.contracts.retain(|known| known.id != contract.id);
        self.told.contracts.push(contract);
    }

    fn documents(&mut self, n: usize, documents: &'a [Document]) {
        self.distinct(Some(n), "document", documents.iter().map(|own| own.id.as_str()));
        for document in documents {
            self.address(n, Some(&document.url));
        }
    }

    fn announced(&mut self, n: usize) {
        if self.told.tender.is_none() {
            self.flaws.push(Flaw::NotAnnounced { step: n });
        }
    }

    fn signed(&mut self, n: usize, id: &str) {
        if !self.told.contracts.iter().any(|contract| contract.id == id) {
            self.flaws.push(Flaw::Unknown { step: n, of: "contract", id: id.to_owned() });
        }
    }

    fn known(&mut self, step: Option<usize>, id: &str) {
        if !self.organisations.contains(id) {
            self.flaws.push(Flaw::UnknownOrganisation { step, id: id.to_owned() });
        }
    }

    fn lot(&mut self, n: usize, id: Option<&str>) {
        let Some(id) = id else { return };
        if !self.told.tender.is_some_and(|tender| tender.has_lot(id)) {
            self.flaws.push(Flaw::Unknown { step: n, of: "lot", id: id.to_owned() });
        }
    }

    fn address(&mut self, n: usize, address: Option<&str>) {
        let Some(address) = address else { return };
        if !crate::check::is_address(address) {
            self.flaws.push(Flaw::Address { step: n, address: address.to_owned() });
        }
    }

    fn money(&mut self, n: usize, money: Option<Money>) {
        let Some(money) = money else { return };
        if section::number(money).is_none() {
            self.flaws.push(Flaw::Inexact { step: n, money });
        }
    }

    fn distinct<'b>(
        &mut self,
        step: Option<usize>,
        of: &'static str,
        ids: impl Iterator<Item = &'b str>,
    ) {
        let mut met = BTreeSet::new();
        for id in ids {
            if id.is_empty() {
                self.flaws.push(Flaw::NoId { step, of });
            } else if !met.insert(id) {
                self.flaws.push(Flaw::SameId { step, of, id: id.to_owned() });
            }
        }
    }
}

fn ids_of(documents: &[Document]) -> Vec<&str> {
    documents.iter().map(|own| own.id.as_str()).collect()
}
