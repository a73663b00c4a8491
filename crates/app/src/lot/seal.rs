//! Sealed bids: received as files that nobody here can open, replaced, taken back.

use crate::act::{Act, Cx, No, Stop};
use crate::asker::Asker;
use crate::city::City;
use crate::lot::bid::{independent, not_open};
use crate::lot::enter::{Via, enter, refusal};
use crate::lot::{find, organisation_of, thing_for, trustee};
use access::{Act as A, Thing};
use auction::{Bidder, Input};
use base::{Class, Instant, LotId, OrganisationId, Refusal};
use sealed::{SealedBid, Trustees};
use store::Hold;
use trading::lot::{Lot, LotBidder, LotState, Way};
use trading::sealing::{Seal, SealState, not_sealed};

/// The receipt of a sealed bid, or of taking it back.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SealAnswer {
    pub lot: LotId,
    /// Its place in the order of the lot.
    pub entry: u64,
    /// The number of the bidder, and which of its bids this is.
    pub bidder: u32,
    pub version: u32,
    /// SHA-256 of the file, in hexadecimal: to be compared with the own.
    pub commitment: String,
    /// When it arrived, by the city's clock.
    pub received: Instant,
    pub ends_at: Instant,
    pub refused: Option<Refusal>,
}

/// Hands in a sealed bid; it takes the place of the one before.
#[derive(serde::Serialize)]
pub struct SealBid {
    pub lot: LotId,
    /// For whom; without it the one organisation of the asker that takes part.
    pub organisation: Option<OrganisationId>,
    /// The text of the file, as `bellwether bid seal` or the page made it.
    pub file: String,
    #[serde(skip)]
    received: Option<Instant>,
}

impl SealBid {
    pub fn new(lot: LotId, organisation: Option<OrganisationId>, file: String) -> Self {
        // Forms send line ends of their own kind.
        Self { lot, organisation, file: file.replace("\r\n", "\n"), received: None }
    }
}

/// What is known of a bidder and the own bids.
pub struct Hand {
    lot: Lot,
    organisation: OrganisationId,
    it: Option<LotBidder>,
    list: Option<Trustees>,
    last: u32,
    /// The bid that stands, and whether its file is there.
    standing: Option<(Seal, bool)>,
}

fn load_hand(cx: &mut Cx<'_, '_>, lot: LotId, named: Option<OrganisationId>) -> Result<Hand, Stop> {
    let lot = find(cx, lot)?;
    let (organisation, it) = organisation_of(cx, lot.id, named)?;
    independent(cx, &lot, organisation)?;
    let list = trustee::published(cx.tx, lot.id)?.map(|(_, trustees)| trustees);
    let alias = it.as_ref().map_or(0, |it| it.alias);
    let last = store::sealing::last_version(cx.tx, lot.id, alias)?;
    let newest = store::sealing::seals_of(cx.tx, lot.id, alias, 1)?.into_iter().next();
    let standing = match newest.filter(|seal| seal.state == SealState::Standing) {
        Some(seal) => {
            let file = store::sealing::file(cx.tx, lot.id, seal.bidder, seal.version)?;
            Some((seal, file.is_some()))
        }
        None => None,
    };
    Ok(Hand { lot, organisation, it, list, last, standing })
}

/// Whoever hands something in takes part in a sealed lot that is open.
fn taking_part(hand: &Hand) -> Result<LotBidder, Vec<Refusal>> {
    let no = |code| vec![Refusal::new(Class::Refused, code)];
    // Open bids bind: only what is sealed, or hidden for a short part, is taken back.
    if hand.lot.terms.way == Way::English {
        return Err(vec![not_sealed()]);
    }
    let it = hand.it.clone().ok_or_else(|| no("lot-not-admitted"))?;
    if hand.lot.state != LotState::Open {
        return Err(vec![not_open(&hand.lot)]);
    }
    if !it.is_entered {
        let is_agreed = it.agreed == hand.lot.terms_version;
        return Err(no(if is_agreed { "lot-not-admitted" } else { "lot-terms-changed" }));
    }
    Ok(it)
}

/// What becomes of a file.
pub struct Handed {
    lot: Lot,
    it: LotBidder,
    version: u32,
    commitment: [u8; 32],
    /// The receipt of the bid whose missing file this is.
    again: Option<Seal>,
}

impl Act for SealBid {
    const ACT: A = A::SealBid;
    type Facts = Hand;
    type Plan = Handed;
    type Outcome = SealAnswer;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.received = Some(city.now());
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Hand, Stop> {
        load_hand(cx, self.lot, self.organisation)
    }

    fn thing(&self, hand: &Hand) -> Thing {
        thing_for(&hand.lot, hand.organisation)
    }

    fn decide(&self, hand: Hand, cx: &Cx<'_, '_>) -> Result<Handed, Vec<Refusal>> {
        let it = taking_part(&hand)?;
        let trustees = hand.list.as_ref().ok_or_else(|| vec![not_sealed()])?;
        // Who came to the bidder after it was admitted keeps a key all the same.
        let is_torn = hand.lot.terms.way.sealing().is_some_and(|terms| {
            terms.has_house(hand.organisation)
                || cx.actor.person.is_some_and(|person| terms.seat_of(person).is_some())
        });
        if is_torn {
            return Err(vec![trustee::keeps_a_key()]);
        }
        let Some(bid) = SealedBid::parse(&self.file) else {
            let no = Refusal::invalid("lot-seal-unreadable").on("file");
            return Err(vec![no.term("field", "field-file")]);
        };
        let (place, commitment) = (bid.place(), bid.commitment());
        let text = store::log::hex(&commitment);
        if let Some((seal, false)) = &hand.standing
            && seal.commitment == text
        {
            let (version, again) = (seal.version, Some(seal.clone()));
            return Ok(Handed { lot: hand.lot, it, version, commitment, again });
        }
        let mut no = Vec::new();
        let refused = |code| Refusal::new(Class::Refused, code).on("file");
        let is_here = place.auction == hand.lot.reference.to_string() && place.lot == 1;
        if !is_here || !bid.is_for(trustees) {
            no.push(refused("lot-seal-elsewhere"));
        }
        if place.bidder != it.alias {
            no.push(refused("lot-seal-not-yours").number("number", u64::from(it.alias)));
        }
        if place.version != hand.last.saturating_add(1) {
            let next = u64::from(hand.last) + 1;
            no.push(refused("lot-seal-version").number("number", next));
        }
        if !no.is_empty() {
            return Err(no);
        }
        Ok(Handed { version: place.version, lot: hand.lot, it, commitment, again: None })
    }

    fn save(&self, handed: Handed, cx: &mut Cx<'_, '_>) -> Result<SealAnswer, Stop> {
        let Handed { mut lot, it, version, commitment, again } = handed;
        let received = self.received.unwrap_or(cx.now);
        let text = store::log::hex(&commitment);
        let mut answer = SealAnswer {
            lot: lot.id,
            entry: 0,
            bidder: it.alias,
            version,
            commitment: text.clone(),
            received,
            ends_at: lot.course.ends_at,
            refused: None,
        };
        if let Some(seal) = again {
            store::sealing::add_file(cx.tx, &seal, &self.file)?;
            return Ok(SealAnswer { entry: seal.entry, received: seal.received, ..answer });
        }
        let input = Input::Seal { lot: 0, bidder: Bidder(it.alias), commitment };
        let done = enter(cx, &mut lot, input, received, Via::Room)?;
        answer.entry = done.n;
        match done.answer {
            Err(refused) => answer.refused = Some(refusal(&lot, &refused)),
            Ok(_) => {
                let seal = Seal {
                    lot: lot.id,
                    bidder: it.alias,
                    version,
                    entry: done.n,
                    received,
                    commitment: text,
                    state: SealState::Standing,
                    reason: String::new(),
                    amount: None,
                };
                store::sealing::add_seal(cx.tx, &seal, &self.file)?;
            }
        }
        Ok(answer)
    }
}

/// Takes the own sealed bid back; its file is deleted, and it is never opened.
#[derive(serde::Serialize)]
pub struct TakeBackSeal {
    pub lot: LotId,
    pub organisation: Option<OrganisationId>,
    #[serde(skip)]
    received: Option<Instant>,
}

impl TakeBackSeal {
    pub fn new(lot: LotId, organisation: Option<OrganisationId>) -> Self {
        Self { lot, organisation, received: None }
    }
}

impl Act for TakeBackSeal {
    const ACT: A = A::TakeBackSeal;
    type Facts = Hand;
    type Plan = (Lot, LotBidder, Option<Seal>);
    type Outcome = SealAnswer;

    fn prepare(&mut self, city: &City) -> Result<(), No> {
        self.received = Some(city.now());
        Ok(())
    }

    fn holds(&self) -> Vec<Hold> {
        vec![Hold::on(self.lot)]
    }

    fn read_committed(&self) -> bool {
        true
    }

    fn load(&self, cx: &mut Cx<'_, '_>) -> Result<Hand, Stop> {
        load_hand(cx, self.lot, self.organisation)
    }

    fn thing(&self, hand: &Hand) -> Thing {
        thing_for(&hand.lot, hand.organisation)
    }

    fn decide(&self, hand: Hand, _: &Cx<'_, '_>) -> Result<Self::Plan, Vec<Refusal>> {
        let it = taking_part(&hand)?;
        Ok((hand.lot, it, hand.standing.map(|(seal, _)| seal)))
    }

    fn save(
        &self,
        (mut lot, it, seal): Self::Plan,
        cx: &mut Cx<'_, '_>,
    ) -> Result<SealAnswer, Stop> {
        let received = self.received.unwrap_or(cx.now);
        let input = Input::TakeBack { lot: 0, bidder: Bidder(it.alias) };
        let done = enter(cx, &mut lot, input, received, Via::Room)?;
        let refused = done.answer.as_ref().err().map(|refused| refusal(&lot, refused));
        if refused.is_none() {
            store::sealing::end_seal(cx.tx, lot.id, it.alias, SealState::TakenBack)?;
        }
        Ok(SealAnswer {
            lot: lot.id,
            entry: done.n,
            bidder: it.alias,
            version: seal.as_ref().map_or(0, |seal| seal.version),
            commitment: seal.map(|seal| seal.commitment).unwrap_or_default(),
            received,
            ends_at: lot.course.ends_at,
            refused,
        })
    }
}

impl City {
    /// Hands in a sealed bid: the receipt, or the refusal that the engine gave, which is kept too.
    pub fn seal_bid(&self, asker: &Asker, act: SealBid) -> Result<SealAnswer, No> {
        answered(self.perform(asker, act)?)
    }

    /// Takes a sealed bid back.
    pub fn take_back_seal(&self, asker: &Asker, act: TakeBackSeal) -> Result<SealAnswer, No> {
        answered(self.perform(asker, act)?)
    }
}

fn answered(answer: SealAnswer) -> Result<SealAnswer, No> {
    match &answer.refused {
        Some(refused) => Err(refused.clone().into()),
        None => Ok(answer),
    }
}
