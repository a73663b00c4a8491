//! What the city knows already: the terms of a first draft, from lot, listing, technology, parties.

use crate::contract::draft::Basis;
use ::contract::kind::{Exclusivity, Forum, Holder, RightKind};
use ::contract::party::CHINA;
use ::contract::price::{Instalment, Price, When};
use ::contract::royalty::{Base, Every, Royalty};
use ::contract::rules::{Other, Rules};
use ::contract::terms::{Breach, Confidentiality, Disputes, Grant, Right, Subject, Terms};
use ::contract::{Kind, Mode, Party, Side, rates};
use base::{Bilingual, Date, Lang, Money, Reference};
use ledger::rounding::{Rate, Rounding};
use parties::{Organisation, OrganisationKind};
use trading::{Licence, Listing, RightKind as Known, Technology};

/// The keys of the two parties.
pub(super) const PROVIDER: &str = "a";
pub(super) const ACQUIRER: &str = "b";
/// The key of the instalment that the deposit of an auction pays.
pub(super) const DEPOSIT: &str = "deposit";

/// Days after the last signature within which the rest is paid, where nobody says otherwise.
const PAY_DAYS: u32 = 10;
const CURE_DAYS: u32 = 30;
const TALK_DAYS: u32 = 30;
/// Years of a licence whose offer names none.
const TERM_YEARS: i16 = 10;

fn both(key: &str) -> Bilingual {
    Bilingual::new(words::say(Lang::En, key), words::say(Lang::Zh, key))
}

fn percent(text: &str) -> Rate {
    rates::read_percent(text).expect("written here")
}

/// Terms without a flaw wherever the technology, the offer and the parties allow it.
pub(super) fn terms(basis: &Basis, reference: Reference, today: Date) -> Terms {
    let Basis { technology, listing, .. } = basis;
    let kind = match listing.terms.licence {
        Licence::Assignment => Kind::Transfer,
        _ => Kind::Licence,
    };
    let until = (kind == Kind::Licence).then(|| {
        let years = listing.terms.term_years.and_then(|it| i16::try_from(it).ok());
        let years = years.unwrap_or(TERM_YEARS).clamp(1, 100);
        today.saturating_add(jiff_years(years))
    });
    Terms {
        kind,
        mode: mode(basis),
        reference: reference.to_string(),
        parties: vec![
            party(PROVIDER, Side::Provider, &basis.provider),
            party(ACQUIRER, Side::Acquirer, &basis.acquirer),
        ],
        subject: subject(technology, listing),
        price: price(basis, today, until),
        grant: (kind == Kind::Licence).then(|| grant(listing)),
        results: None,
        from: today,
        until,
        delivery: both("contract-usual-delivery"),
        milestones: Vec::new(),
        improvements: Holder::Maker,
        confidentiality: Some(Confidentiality { years: Some(5), matter: Bilingual::default() }),
        breach: Breach {
            cure_days: CURE_DAYS,
            penalty_day: percent("0.05"),
            penalty_max: percent("10"),
        },
        disputes: Disputes {
            forum: Forum::Court,
            place: both("contract-usual-court"),
            talk_days: TALK_DAYS,
        },
        is_title_warranted: true,
        attachments: Vec::new(),
        special: listing.terms.notes.clone(),
    }
}

/// So many days for years: a licence ends on a day, not at an hour, and a leap day more does no harm.
fn jiff_years(years: i16) -> std::time::Duration {
    std::time::Duration::from_secs(u64::from(years.unsigned_abs()) * 31_557_600)
}

fn mode(basis: &Basis) -> Mode {
    let is_institute = |it: &Organisation| {
        matches!(it.profile.kind, OrganisationKind::Institute | OrganisationKind::University)
    };
    let is_firm = |it: &Organisation| it.profile.kind == OrganisationKind::Firm;
    let (from, to) = (&basis.provider, &basis.acquirer);
    match () {
        () if is_institute(from) && is_institute(to) => Mode::BetweenInstitutes,
        () if is_institute(from) && is_firm(to) => Mode::InstituteToFirm,
        () if is_firm(from) && is_firm(to) => Mode::BetweenFirms,
        () => Mode::Other,
    }
}

fn party(key: &str, side: Side, it: &Organisation) -> Party {
    let mut party = Party::new(key, side, it.profile.name.clone());
    party.organisation = Some(it.id);
    party.code = it.profile.credit_code.clone();
    party.address = it.profile.region.clone();
    // A unified social credit code carries the division of its register (GB 32100-2015), and only
    // Chinese bodies have one.
    let division = it.profile.credit_code.get(2..8).unwrap_or("");
    if it.profile.credit_code.len() == 18 && division.bytes().all(|b| b.is_ascii_digit()) {
        party.country = CHINA.to_owned();
        party.division = division.to_owned();
    }
    party
}

fn subject(technology: &Technology, listing: &Listing) -> Subject {
    let content = &technology.content;
    let text = [&content.summary, &content.description, &content.title];
    let description = text.into_iter().find(|it| !it.is_empty()).cloned().unwrap_or_default();
    let mut rights: Vec<Right> = content.rights.iter().map(|it| right(technology, it)).collect();
    if rights.is_empty() {
        // What is in no register is knowledge.
        let title = content.title.clone();
        rights.push(Right { kind: RightKind::KnowHow, number: String::new(), title });
    }
    Subject {
        title: content.title.clone(),
        description,
        technology: Some(technology.id),
        listing: Some(listing.id),
        rights,
        field: content.field.clone(),
    }
}

fn right(technology: &Technology, it: &trading::Right) -> Right {
    let is_granted = it.status == trading::RightStatus::Granted;
    let number = match (it.number.is_empty(), it.application.is_empty()) {
        (false, _) => format!("{}{}{}", it.office, it.number, it.code),
        (true, false) => it.application.clone(),
        (true, true) => String::new(),
    };
    let kind = match it.kind {
        // Without any number nobody could say which patent is meant.
        Known::Invention | Known::UtilityModel | Known::Design if number.is_empty() => {
            RightKind::KnowHow
        }
        Known::Invention | Known::UtilityModel | Known::Design if is_granted => RightKind::Patent,
        Known::Invention | Known::UtilityModel | Known::Design => RightKind::PatentApplication,
        Known::Software => RightKind::Software,
        Known::PlantVariety => RightKind::PlantVariety,
        Known::LayoutDesign => RightKind::LayoutDesign,
        Known::KnowHow => RightKind::KnowHow,
    };
    Right { kind, number, title: technology.content.title.clone() }
}

fn grant(listing: &Listing) -> Grant {
    let territory = match listing.terms.territory.is_empty() {
        true => both("contract-usual-territory"),
        false => listing.terms.territory.clone(),
    };
    Grant {
        exclusivity: match listing.terms.licence {
            Licence::Exclusive => Exclusivity::Exclusive,
            Licence::Sole => Exclusivity::Sole,
            Licence::Open => Exclusivity::Open,
            _ => Exclusivity::NonExclusive,
        },
        territory,
        field_of_use: listing.terms.field_of_use.clone(),
        may_sublicense: false,
    }
}

fn price(basis: &Basis, today: Date, until: Option<Date>) -> Price {
    let asked = basis.price.or(basis.listing.terms.price);
    let (sum, deposit) = match &basis.lot {
        Some((lot, price)) => {
            let sum = Money::new(*price, lot.terms.currency);
            (Some(sum), lot.terms.deposit.filter(|it| it <= price))
        }
        None => (asked, None),
    };
    let instalment = |key: &str, amount: i64, days: u32| Instalment {
        key: key.to_owned(),
        amount,
        when: When::Signed { days },
    };
    let mut instalments = Vec::new();
    if let Some(deposit) = deposit.filter(|it| *it > 0) {
        instalments.push(instalment(DEPOSIT, deposit, 0));
    }
    let rest = sum.map_or(0, |it| it.minor) - deposit.unwrap_or(0);
    if rest > 0 {
        instalments.push(instalment("balance", rest, PAY_DAYS));
    }
    Price {
        currency: sum.map_or(base::Currency::CNY, |it| it.currency),
        instalments,
        royalty: basis.listing.terms.royalty.and_then(|it| royalty(it, today, until)),
        equity: None,
        deductions: Vec::new(),
    }
}

/// The running royalty of an offer, from the first day of the next month.
fn royalty(rate: trading::Percent, today: Date, until: Option<Date>) -> Option<Royalty> {
    if rate == trading::Percent::ZERO {
        return None;
    }
    let rate =
        Rate::parse(&format!("{}.{:06}", rate.parts() / 1_000_000, rate.parts() % 1_000_000));
    let from = today.first_of_month();
    Some(Royalty {
        base: Base::NetSales,
        rate: rate?,
        rounding: Rounding::HalfUp,
        every: Every::Quarter,
        from,
        until,
        report_days: 30,
        pay_days: 15,
        minimum_year: None,
        cap_year: None,
        cap_total: None,
        deductible: percent("10"),
    })
}

/// What the form of an organisation's rules begins with: half to the inventors, the least that the
/// law leaves them, the rest to institute and department.
pub fn rule_defaults() -> Rules {
    let other = |key: &str, weight: u64| Other {
        key: key.to_owned(),
        name: both(&format!("contract-usual-{key}")),
        weight,
    };
    Rules {
        inventors_rate: percent("50"),
        inventors_rounding: Rounding::Ceiling,
        floor: percent("50"),
        main_floor: percent("0"),
        others: vec![other("institute", 60), other("department", 40)],
        withheld: None,
    }
}
