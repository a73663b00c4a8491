//! Deals over both databases: a price accepted once, offers to and fro, publicity, open licences.

use crate::contract::{draft, offer, revise, sign, view};
use crate::lot::code;
use crate::open_data::published;
use access::Role;
use app::contract::{DraftFrom, MoveContract, Turn};
use app::deal::{AcceptPrice, Answer, AnswerDeal, DecideObjection, MakeOffer, ObjectToDeal, Offer};
use app::listing::{CreateListing, ReviseListing};
use app::open_licence::{
    AnnounceOpenLicence, DeclareOpenLicence, NotifyLicensor, WithdrawOpenLicence,
};
use app::{Asker, No};
use base::{
    Currency, DealId, Label, ListingId, Money, OpenLicenceId, OrganisationId, TechnologyId,
};
use contract::signing::Ground;
use trading::deal::DealState;
use trading::listing::{DealMode, Licence, Terms};
use trading::open_licence::OpenLicenceState;
use worlds::{World, on_both};

const DAY: i64 = 86_400;

/// An institute with a technology, a clerk, and two firms that want it.
struct Desk<'a> {
    world: &'a World,
    officer: Asker,
    clerk: Asker,
    technology: TechnologyId,
    firms: [(OrganisationId, Asker); 2],
}

fn yuan(yuan: i64) -> Money {
    Money::new(yuan * 100, Currency::CNY)
}

fn terms(licence: Licence, price: i64) -> Terms {
    let territory = base::Bilingual::new("China", "");
    Terms { price: Some(yuan(price)), term_years: Some(5), territory, ..Terms::of(licence) }
}

impl<'a> Desk<'a> {
    fn new(world: &'a World) -> Self {
        Self::labelled(world, Label::public())
    }

    fn labelled(world: &'a World, label: Label) -> Self {
        let owner = world.organisation("Institute");
        let officer = world.person("officer", owner, Role::TransferOfficer);
        let clerk = world.person("clerk", world.hall, Role::AgencyOfficer);
        let technology = world.technology(&officer, owner, "A drying process", label);
        let firms = ["ada", "bo"].map(|name| {
            let firm = world.organisation(&format!("Firm {name}"));
            (firm, world.person(name, firm, Role::FirmMember))
        });
        Self { world, officer, clerk, technology, firms }
    }

    fn list(&self, mode: DealMode, licence: Licence, price: i64) -> Result<ListingId, No> {
        let terms = terms(licence, price);
        let act = CreateListing { technology: self.technology, mode, terms };
        self.world.city.perform(&self.officer, act).map(|done| done.listing)
    }

    fn accept(&self, listing: ListingId, version: u64, firm: usize) -> Result<DealId, No> {
        let (organisation, who) = &self.firms[firm];
        let act = AcceptPrice::new(listing, version, *organisation);
        self.world.city.perform(who, act).map(|done| done.deal)
    }

    fn offered(&self, licence: Licence, price: i64, days: i64) -> Offer {
        let expires = self.world.city.now().plus_seconds(days * DAY);
        Offer { terms: terms(licence, price), expires }
    }

    fn offer(&self, listing: ListingId, firm: usize, price: i64) -> Result<DealId, No> {
        let (organisation, who) = &self.firms[firm];
        let licence = self.licence(listing);
        let offer = self.offered(licence, price, 5);
        let act = MakeOffer::new(listing, 1, *organisation, offer);
        self.world.city.perform(who, act).map(|done| done.deal)
    }

    fn licence(&self, listing: ListingId) -> Licence {
        let found = self.world.city.store().read(|tx| store::listing::find(tx, listing));
        found.expect("a read").expect("a listing").terms.licence
    }

    fn owner(&self, deal: DealId, answer: Answer) -> Result<String, No> {
        let act = AnswerDeal::<true>::new(deal, answer);
        self.world.city.perform(&self.officer, act).map(|done| done.state)
    }

    fn taker(&self, deal: DealId, firm: usize, answer: Answer) -> Result<String, No> {
        let act = AnswerDeal::<false>::new(deal, answer);
        self.world.city.perform(&self.firms[firm].1, act).map(|done| done.state)
    }

    fn state(&self, deal: DealId) -> DealState {
        let found = self.world.city.store().read(|tx| store::deal::find(tx, deal));
        found.expect("a read").expect("a deal").state
    }

    /// Days go by, and what is due is done.
    fn pass(&self, days: i64) -> usize {
        self.world.clock.pass(days * DAY);
        self.world.city.tend_deals().expect("tended")
    }
}

on_both! {
    fn a_price_is_accepted_once_in_the_version_that_stands(world) {
        let desk = Desk::new(world);
        let listing = desk.list(DealMode::FixedPrice, Licence::Exclusive, 100_000).expect("listed");
        let act = ReviseListing {
            technology: desk.technology,
            listing,
            version: 1,
            mode: DealMode::FixedPrice,
            terms: terms(Licence::Exclusive, 120_000),
        };
        world.city.perform(&desk.officer, act).expect("dearer");
        // The version that was read is gone, and the one of now is named.
        let no = desk.accept(listing, 1, 0).expect_err("gone");
        assert_eq!(code(&no), "deal-price-changed");
        assert!(no.0[0].values.iter().any(|(name, value)| name == "now" && format!("{value:?}").contains('2')));
        let deal = desk.accept(listing, 2, 0).expect("accepted");
        assert_eq!(desk.state(deal), DealState::Reserved);
        assert_eq!(code(&desk.accept(listing, 2, 1).expect_err("late")), "deal-reserved");
        // Everybody sees that it is reserved, and nobody with whom.
        let view = world.city.listing(&Asker::nobody(), listing).expect("public");
        assert_eq!((view.taken[0].state, view.taken[0].price), (DealState::Reserved, None));
        assert!(!view.taken[0].is_own && !format!("{:?}", view.taken).contains("Firm"));
        assert_eq!(code(&world.city.deal(&Asker::nobody(), deal).expect_err("hidden")), "not-found");
        assert_eq!(code(&world.city.deal(&desk.firms[1].1, deal).expect_err("hidden")), "not-found");
        // The owner refuses with a reason; then it is free again.
        let no = desk.owner(deal, Answer::Refuse(String::new())).expect_err("why?");
        assert_eq!(code(&no), "field-required");
        assert_eq!(desk.owner(deal, Answer::Refuse("No proof of funds.".to_owned())).expect("refused"), "refused");
        let second = desk.accept(listing, 2, 1).expect("free again");
        // Unrefused it stands after the checking time, and is published because an institute gives it.
        assert_eq!(desk.pass(10), 1);
        assert_eq!(desk.state(second), DealState::Published);
        assert!(world.city.deal_award(&desk.clerk, second).expect("seen").is_none());
        assert_eq!(desk.pass(40), 1);
        assert_eq!(desk.state(second), DealState::Agreed);
        let award = world.city.deal_award(&desk.clerk, second).expect("seen").expect("an award");
        assert_eq!((award.taker, award.price), (desk.firms[1].0, Some(yuan(120_000))));
        assert_eq!(code(&desk.accept(listing, 2, 0).expect_err("given")), "deal-right-given");
        assert_eq!(desk.pass(400), 0);
    }

    fn a_day_that_changes_moves_what_runs_and_shortens_nothing(world) {
        let desk = Desk::new(world);
        let listing = desk.list(DealMode::FixedPrice, Licence::Exclusive, 100_000).expect("listed");
        let deal = desk.accept(listing, 1, 0).expect("accepted");
        let kept = || {
            let found = world.city.store().read(|tx| store::deal::find(tx, deal));
            found.expect("a read").expect("a deal")
        };
        let china = base::WorkingDays::china();
        let day = |ahead: u16| china.date(china.add(world.city.now(), ahead));
        let says = |day, becomes| {
            let reason = base::Bilingual::new("City festival", "城市节日");
            let act = app::workday::ChangeWorkday { day, becomes, reason };
            world.city.change_workday(&desk.clerk, act).expect("said");
        };
        // How long the price is looked at.
        let before = kept();
        assert_eq!(before.until, china.add(world.city.now(), 3));
        says(day(2), base::Becomes::Rest);
        let after = kept();
        assert_eq!((after.until, after.version), (china.add(before.until, 1), before.version + 1));
        let view = world.city.deal(&desk.firms[0].1, deal).expect("seen");
        assert!(view.moves.iter().any(|it| it.kind == "recount" && it.until == after.until));
        // A word taken back shortens nothing, and what does not move makes no history.
        says(day(2), base::Becomes::Usual);
        assert_eq!((kept().until, kept().version), (after.until, after.version));
        assert_eq!(kept().days_seen, 2);
        // The agreement is published for fifteen working days by the calendar as it is then.
        let named = day(10);
        says(named, base::Becomes::Rest);
        desk.owner(deal, Answer::Confirm).expect("confirmed");
        let days = china.clone().with(named, base::Becomes::Rest);
        let published = kept();
        assert_eq!(published.state, DealState::Published);
        assert_eq!((published.until, published.days_seen), (days.add(world.city.now(), 15), 3));
        // While an objection stands its clock stands; what is said of a day of the stop costs nothing.
        let act = ObjectToDeal { deal, reason: "It is ours.".to_owned() };
        world.city.perform(&desk.firms[1].1, act).expect("objected");
        says(day(1), base::Becomes::Rest);
        desk.pass(7);
        let act = DecideObjection { deal, is_upheld: false, reason: "It is not.".to_owned() };
        world.city.perform(&desk.clerk, act).expect("dismissed");
        let resumed = kept().until;
        world.city.tend_deals().expect("tended");
        assert_eq!((kept().until, kept().days_seen), (resumed, 4));
        says(day(2), base::Becomes::Rest);
        assert!(kept().until > resumed, "a day that is still to come");
    }

    fn what_was_not_counted_anew_does_not_pass(world) {
        let desk = Desk::new(world);
        let listing = desk.list(DealMode::FixedPrice, Licence::Exclusive, 100_000).expect("listed");
        let deal = desk.accept(listing, 1, 0).expect("accepted");
        let china = base::WorkingDays::china();
        let until = china.add(world.city.now(), 3);
        let due = || {
            let found = world.city.store().read(|tx| store::deal::due(tx, until, 100));
            found.expect("a read")
        };
        assert_eq!(due(), [deal]);
        let (day, becomes) = (china.date(china.add(world.city.now(), 2)), base::Becomes::Rest);
        let reason = base::Bilingual::new("City festival", "城市节日");
        // Said, and no node has counted anew: it is behind, as where many are.
        let act = app::workday::ChangeWorkday { day, becomes, reason };
        world.city.perform(&desk.clerk, act).expect("said");
        assert_eq!(due(), []);
        world.city.tend_deals().expect("tended");
        assert_eq!(due(), [], "it ends a working day later");
        assert_eq!(desk.pass(10), 1);
        assert_eq!(desk.state(deal), DealState::Published);
    }

    fn offers_go_to_and_fro_and_silence_refuses(world) {
        let desk = Desk::new(world);
        let listing = desk.list(DealMode::Negotiation, Licence::Exclusive, 100_000).expect("listed");
        let deal = desk.offer(listing, 0, 80_000).expect("an offer");
        // An exclusive right is talked about with one at a time.
        assert_eq!(code(&desk.offer(listing, 1, 90_000).expect_err("taken")), "deal-talks-exclusive");
        assert_eq!(code(&desk.offer(listing, 0, 90_000).expect_err("twice")), "deal-talking-already");
        assert_eq!(code(&desk.taker(deal, 0, Answer::Accept(1)).expect_err("own")), "deal-others-turn");
        assert_eq!(code(&desk.taker(deal, 1, Answer::Accept(1)).expect_err("not his")), "not-found");
        let counter = desk.offered(Licence::Exclusive, 95_000, 5);
        assert_eq!(desk.owner(deal, Answer::Counter(counter)).expect("countered"), "talking");
        // Only the last open offer can be accepted.
        assert_eq!(code(&desk.taker(deal, 0, Answer::Accept(1)).expect_err("replaced")), "deal-offer-replaced");
        world.clock.pass(6 * DAY);
        assert_eq!(code(&desk.taker(deal, 0, Answer::Accept(2)).expect_err("late")), "deal-offer-expired");
        assert_eq!(desk.pass(0), 1);
        assert_eq!(desk.state(deal), DealState::Expired);
        let again = desk.offer(listing, 1, 90_000).expect("free again");
        assert_eq!(desk.owner(again, Answer::Accept(1)).expect("accepted"), "published");
        // An objection stops the clock; dismissed, what was left of it runs.
        let found = || world.city.store().read(|tx| store::deal::find(tx, again)).expect("read").expect("a deal");
        let left = found().until.micros() - world.city.now().micros();
        world.clock.pass(DAY);
        let act = ObjectToDeal { deal: again, reason: "It was promised to us.".to_owned() };
        world.city.perform(&desk.firms[0].1, act).expect("objected");
        assert_eq!(desk.pass(90), 0, "the clock stands still");
        let decide = |who: &Asker, is_upheld| {
            let act = DecideObjection { deal: again, is_upheld, reason: "No promise is known.".to_owned() };
            world.city.perform(who, act)
        };
        assert_eq!(code(&decide(&desk.officer, false).expect_err("the office's")), "not-allowed");
        assert_eq!(decide(&desk.clerk, false).expect("dismissed").state, "published");
        let again_left = found().until.micros() - world.city.now().micros();
        assert!((left - DAY * 1_000_000 - again_left).abs() < 1_000_000, "{left} {again_left}");
        assert_eq!(desk.pass(30), 1);
        assert_eq!(desk.state(again), DealState::Agreed);
        let moves = world.city.deal(&desk.clerk, again).expect("seen").moves;
        let kinds: Vec<&str> = moves.iter().map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds, ["offer", "agree", "object", "dismiss", "pass"]);
    }

    fn an_upheld_objection_ends_the_deal(world) {
        let desk = Desk::new(world);
        let listing = desk.list(DealMode::Negotiation, Licence::NonExclusive, 10_000).expect("listed");
        // Rights that many can have are talked about with many.
        let deals = [0, 1].map(|firm| desk.offer(listing, firm, 9_000).expect("an offer"));
        assert_eq!(desk.owner(deals[0], Answer::Accept(1)).expect("accepted"), "published");
        let public = world.city.listing(&Asker::nobody(), listing).expect("public");
        assert_eq!(public.taken.len(), 1, "what is talked about is nobody's business");
        assert_eq!(public.taken[0].price, Some(yuan(9_000)), "title and price are published");
        let act = ObjectToDeal { deal: deals[0], reason: String::new() };
        assert_eq!(code(&world.city.perform(&desk.firms[1].1, act).expect_err("why?")), "field-required");
        let act = ObjectToDeal { deal: deals[0], reason: "Too cheap.".to_owned() };
        world.city.perform(&desk.firms[1].1, act).expect("objected");
        assert_eq!(world.city.deals(&desk.clerk, None, 10).expect("the office").objected.len(), 1);
        let act = DecideObjection { deal: deals[0], is_upheld: true, reason: "It is.".to_owned() };
        world.city.perform(&desk.clerk, act).expect("upheld");
        assert_eq!(desk.state(deals[0]), DealState::CalledOff);
        assert_eq!(desk.state(deals[1]), DealState::Talking);
    }

    fn an_award_becomes_a_contract_on_its_own_terms(world) {
        let desk = Desk::new(world);
        let [_, (_, buyer)] = &desk.firms;
        let talks = desk.list(DealMode::Negotiation, Licence::Exclusive, 100_000).expect("listed");
        let beside = desk.list(DealMode::Negotiation, Licence::NonExclusive, 9_000).expect("listed");
        let deal = desk.offer(talks, 1, 88_000).expect("an offer");
        let other = desk.offer(beside, 0, 8_000).expect("an offer");
        let none = draft(world, buyer, DraftFrom::Deal(deal)).expect_err("no award");
        assert_eq!(code(&none), "deal-no-award");
        assert_eq!(desk.owner(deal, Answer::Accept(1)).expect("accepted"), "published");
        assert_eq!(code(&draft(world, buyer, DraftFrom::Deal(deal)).expect_err("no award")), "deal-no-award");
        desk.pass(40);
        // The other deal learns that the whole right is spoken for, and its offer has lapsed.
        assert_eq!((desk.state(deal), desk.state(other)), (DealState::Agreed, DealState::Expired));
        let hidden = draft(world, &desk.firms[0].1, DraftFrom::Deal(deal)).expect_err("not his");
        let absent = draft(world, &desk.firms[0].1, DraftFrom::Deal(DealId::from_bits(7))).expect_err("none");
        assert_eq!(hidden, absent);
        assert!(world.city.deal(buyer, deal).expect("seen").drafts);
        // A free draft would go past the award.
        let from = DraftFrom::Listing { listing: talks, acquirer: desk.firms[0].0, price: None };
        assert_eq!(code(&draft(world, &desk.officer, from).expect_err("taken")), "deal-listing-busy");
        let first = draft(world, buyer, DraftFrom::Deal(deal)).expect("drafted");
        let again = draft(world, &desk.officer, DraftFrom::Deal(deal)).expect_err("one contract");
        assert_eq!(code(&again), "contract-drafted-already");
        let kept = view(world, buyer, first).kept;
        assert_eq!((kept.deal, kept.lot), (Some(deal), None));
        assert_eq!(kept.terms.price.total(), Some(8_800_000), "what was agreed, not what was asked");
        // What was agreed stays; what was left open may be changed.
        let no = revise(world, buyer, first, |it| it.price.instalments[0].amount -= 1);
        assert_eq!(code(&no.expect_err("the price stays")), "contract-price-of-award");
        let no = revise(world, buyer, first, |it| {
            it.grant.as_mut().expect("a licence").exclusivity = contract::kind::Exclusivity::NonExclusive;
        });
        assert_eq!(code(&no.expect_err("the right stays")), "contract-right-of-deal");
        // While it is drafted nobody lets go; given up, the deal hears of it and another is drafted.
        let go = || Answer::LetGo("No money.".to_owned());
        assert_eq!(code(&desk.taker(deal, 1, go()).expect_err("a contract")), "deal-has-contract");
        let turn = |who: &Asker, id, turn| world.city.perform(who, MoveContract::new(id, turn)).map(|done| done.state);
        turn(buyer, first, Turn::Abandon { why: "Wrong template.".into() }).expect("given up");
        let seen = world.city.deal(buyer, deal).expect("seen");
        let last = seen.moves.last().expect("moves");
        assert_eq!((last.kind.as_str(), last.side.as_str(), last.reason.as_str()),
            ("contract-abandoned", "counterparty", "Wrong template."));
        assert_eq!((seen.deal.state, seen.contracts.len(), seen.drafts), (DealState::Agreed, 1, true));
        let id = draft(world, &desk.officer, DraftFrom::Deal(deal)).expect("drafted again");
        revise(world, &desk.officer, id, |it| it.special = base::Bilingual::new("Training.", "培训。")).expect("revised");
        offer(world, &desk.officer, id).expect("offered");
        assert_eq!(sign(world, buyer, id).expect("signed"), "partly-signed");
        assert_eq!(desk.state(deal), DealState::Agreed);
        assert_eq!(sign(world, &desk.officer, id).expect("signed"), "in-force");
        assert_eq!(desk.state(deal), DealState::Signed);
        let no = draft(world, buyer, DraftFrom::Deal(deal)).expect_err("signed");
        assert!(code(&no).starts_with("deal-signed-already"), "{no:?}");
        // It ends before its time: the deal is over, and the right is free again.
        turn(buyer, id, Turn::End { ground: Ground::Law, why: "The patent was revoked.".into() }).expect("ended");
        assert_eq!(desk.state(deal), DealState::CalledOff);
        let seen = world.city.deal(&desk.officer, deal).expect("seen");
        assert_eq!(seen.moves.last().map(|it| it.kind.as_str()), Some("contract-ended"));
        assert_eq!(seen.deal.reason, "The patent was revoked.");
        let all = published(world);
        let number = seen.deal.reference.to_string();
        let told: Vec<&str> = all.iter().filter(|it| it.process == number).map(|it| it.tag.as_str()).collect();
        assert_eq!(told[..2], ["planning", "tender"]);
        assert_eq!(told.last(), Some(&"contractTermination"), "{told:?}");
        assert!(told.contains(&"contract") && !told.contains(&"awardCancellation"), "{told:?}");
        let text: String = all.iter().map(|own| own.text.clone() + "\n").collect();
        assert!(ocds::verify(&text, &ocds::Rules::standard()).is_sound());
        assert!(!text.contains("Training"));
    }

    fn a_whole_right_is_given_once_whatever_the_listings(world) {
        let desk = Desk::new(world);
        let first = desk.list(DealMode::Negotiation, Licence::Exclusive, 100_000).expect("listed");
        let second = desk.list(DealMode::FixedPrice, Licence::Exclusive, 120_000).expect("listed");
        let talked = desk.offer(first, 0, 90_000).expect("an offer");
        let taken = desk.accept(second, 1, 1).expect("reserved");
        assert_eq!(desk.owner(talked, Answer::Accept(1)).expect("accepted"), "published");
        let no = desk.owner(taken, Answer::Confirm).expect_err("given");
        assert_eq!(code(&no), "deal-right-given");
        // Time does not give it twice either: the reservation falls when its days are over.
        assert_eq!(desk.pass(10), 1);
        assert_eq!(desk.state(taken), DealState::CalledOff);
        let told = world.city.deal(&desk.firms[1].1, taken).expect("seen").moves;
        assert_eq!(told.last().map(|it| it.kind.as_str()), Some("given"));
        assert_eq!(desk.pass(20), 1);
        assert_eq!(desk.state(talked), DealState::Agreed);
        // The taker never signs: the owner is bound for thirty days, and no longer.
        let go = |reason: &str| Answer::LetGo(reason.to_owned());
        let bound = desk.world.city.deal(&desk.officer, talked).expect("seen");
        let until = bound.deal.owner_bound_until().expect("a price");
        assert!(world.city.now() < until);
        assert_eq!(code(&desk.owner(talked, go("Silence.")).expect_err("bound")), "deal-owner-bound");
        assert_eq!(bound.lets_go, []);
        world.clock.pass(until.seconds_since(world.city.now()) + 1);
        assert_eq!(code(&desk.owner(talked, go(" ")).expect_err("why?")), "field-required");
        assert_eq!(desk.owner(talked, go("Silence.")).expect("let go"), "called-off");
        assert_eq!(desk.state(talked), DealState::CalledOff);
    }

    fn an_open_licence_is_taken_by_notice_until_it_is_withdrawn(world) {
        let desk = Desk::new(world);
        let listing = desk.list(DealMode::OpenLicence, Licence::Open, 5_000).expect("listed");
        let declare = || {
            let act = DeclareOpenLicence::new(listing, String::new());
            world.city.perform(&desk.officer, act)
        };
        let licence: OpenLicenceId = declare().expect("declared").licence;
        assert_eq!(code(&declare().expect_err("stands")), "open-licence-stands");
        let notice = |firm: usize| {
            let (organisation, who) = &desk.firms[firm];
            world.city.perform(who, NotifyLicensor { licence, organisation: *organisation })
        };
        assert_eq!(code(&notice(0).expect_err("not announced")), "open-licence-takes-none");
        let announce = |who: &Asker| world.city.perform(who, AnnounceOpenLicence { licence });
        assert!(announce(&desk.officer).is_err(), "the office announces");
        announce(&desk.clerk).expect("announced");
        // An exclusive licence elsewhere is refused, and the conflict is named.
        for (mode, right) in [(DealMode::FixedPrice, Licence::Exclusive), (DealMode::Negotiation, Licence::Sole)] {
            let no = desk.list(mode, right, 1_000_000).expect_err("a conflict");
            assert_eq!(code(&no), "deal-open-licence-stands");
            assert!(format!("{:?}", no.0[0].values).contains("OL-"), "{no:?}");
        }
        desk.list(DealMode::Negotiation, Licence::NonExclusive, 20_000).expect("an ordinary one goes");
        // Received at 11:59, it stands; withdrawn at noon, nothing after counts.
        let taken = notice(0).expect("a licence");
        assert_eq!(taken.state, "agreed");
        assert_eq!(code(&notice(0).expect_err("twice")), "open-licence-had");
        world.clock.pass(60);
        let act = WithdrawOpenLicence { licence, reason: "Sold.".to_owned() };
        world.city.perform(&desk.officer, act).expect("withdrawn");
        let no = notice(1).expect_err("too late");
        assert_eq!(code(&no), "open-licence-takes-none");
        assert_eq!(desk.state(taken.deal), DealState::Agreed);
        let award = world.city.deal_award(&desk.firms[0].1, taken.deal).expect("seen").expect("an award");
        assert_eq!((award.taker, award.price), (desk.firms[0].0, Some(yuan(5_000))));
        // The register is for its keepers, and proves when the notice came.
        let view = world.city.listing(&desk.officer, listing).expect("seen");
        assert_eq!(view.licences[0].register.len(), 1);
        assert!(view.licences[0].register[0].0.opened_at < view.licences[0].licence.ended_at);
        let public = world.city.listing(&Asker::nobody(), listing).expect("public");
        assert_eq!((public.licences[0].n_licences, public.licences[0].register.len()), (1, 0));
        desk.list(DealMode::FixedPrice, Licence::Exclusive, 1_000_000).expect("free again");
        assert_eq!(code(&declare().expect_err("offered")), "open-licence-exclusive");
    }

    fn an_open_licence_lapses_with_its_patent(world) {
        let desk = Desk::new(world);
        let listing = desk.list(DealMode::OpenLicence, Licence::Open, 5_000).expect("listed");
        let act = DeclareOpenLicence::new(listing, String::new());
        let licence = world.city.perform(&desk.officer, act).expect("declared").licence;
        world.city.perform(&desk.clerk, AnnounceOpenLicence { licence }).expect("announced");
        assert_eq!(world.city.tend_deals().expect("tended"), 0);
        let mut technology =
            world.city.technology(&desk.officer, desk.technology).expect("seen").technology;
        technology.content.rights[0].status = trading::technology::RightStatus::Lapsed;
        let act = app::technology::ReviseTechnology {
            technology: desk.technology,
            version: technology.version,
            content: technology.content,
            note: String::new(),
        };
        world.city.perform(&desk.officer, act).expect("the annuity was not paid");
        assert_eq!(world.city.tend_deals().expect("tended"), 1);
        let found = world.city.store().read(|tx| store::open_licence::find(tx, licence));
        let found = found.expect("a read").expect("one");
        assert_eq!((found.state, found.reason.as_str()), (OpenLicenceState::Lapsed, "right-lapsed"));
        let (organisation, who) = &desk.firms[0];
        let no = world.city.perform(who, NotifyLicensor { licence, organisation: *organisation });
        assert_eq!(code(&no.expect_err("lapsed")), "open-licence-takes-none");
    }

    fn a_listing_goes_from_one_way_to_another_with_its_history(world) {
        let hall = crate::lot::Hall::new(world);
        let lot = hall.announce(hall.terms());
        let listing = hall.listing;
        let mut version = 1;
        let mut go = |mode, licence, price| {
            let act = ReviseListing {
                technology: hall.technology,
                listing,
                version,
                mode,
                terms: terms(licence, price),
            };
            let done = world.city.perform(&hall.officer, act).map(|done| done.version);
            if let Ok(now) = done {
                version = now;
            }
            done.map_err(|no| code(&no))
        };
        assert_eq!(go(DealMode::Negotiation, Licence::Exclusive, 50_000), Err("lot-listing-busy".to_owned()));
        hall.open(lot);
        hall.close(lot);
        go(DealMode::Negotiation, Licence::Exclusive, 50_000).expect("nobody bid");
        let firm = world.organisation("Firm ada");
        let who = world.person("ada", firm, Role::FirmMember);
        let expires = world.city.now().plus_seconds(DAY);
        let offer = Offer { terms: terms(Licence::Exclusive, 40_000), expires };
        let deal = world.city.perform(&who, MakeOffer::new(listing, 2, firm, offer)).expect("talks").deal;
        assert_eq!(go(DealMode::OpenLicence, Licence::Open, 5_000), Err("deal-listing-busy".to_owned()));
        let act = AnswerDeal::<true>::new(deal, Answer::Refuse("Too little.".to_owned()));
        world.city.perform(&hall.officer, act).expect("refused");
        go(DealMode::OpenLicence, Licence::Open, 5_000).expect("the third way");
        let view = world.city.listing(&hall.officer, listing).expect("seen");
        assert_eq!(view.lots[0].id, lot);
        assert_eq!((view.taken[0].deal, view.taken[0].state), (deal, DealState::Refused));
        assert_eq!(view.listing.mode, DealMode::OpenLicence);
    }

    fn nothing_of_a_labelled_listing_is_told(world) {
        let desk = Desk::labelled(world, Label::at(base::Level::Members));
        let listing = desk.list(DealMode::FixedPrice, Licence::Exclusive, 100_000).expect("listed");
        let outside = world.person("outside", desk.firms[1].0, Role::Expert);
        let stranger = Asker::nobody();
        let no = |done: Result<(), No>| code(&done.expect_err("hidden"));
        assert_eq!(no(world.city.listing(&stranger, listing).map(|_| ())), "not-found");
        let deal = desk.accept(listing, 1, 0).expect("a member");
        assert_eq!(no(world.city.deal(&stranger, deal).map(|_| ())), "not-found");
        let act = ObjectToDeal { deal, reason: "Let me see.".to_owned() };
        let told = no(world.city.perform(&stranger, act).map(|_| ()));
        assert!(matches!(told.as_str(), "not-found" | "sign-in-required"), "{told}");
        let _ = outside;
        assert!(world.city.deals(&stranger, None, 10).is_err());
    }
}

on_both! {
    fn two_who_accept_at_one_moment_get_one_deal(world) {
        let desk = Desk::new(world);
        for round in 0..8 {
            let listing =
                desk.list(DealMode::FixedPrice, Licence::Exclusive, 100_000 + round).expect("listed");
            let done: Vec<Result<DealId, No>> = std::thread::scope(|scope| {
                let tries = [0, 1].map(|firm| {
                    let desk = &desk;
                    scope.spawn(move || desk.accept(listing, 1, firm))
                });
                tries.into_iter().map(|one| one.join().expect("no panic")).collect()
            });
            let codes: Vec<String> = done.iter().filter_map(|it| it.as_ref().err().map(code)).collect();
            assert_eq!(codes, ["deal-reserved"], "one has it, the other sees that it is reserved");
            let deal = done.into_iter().find_map(Result::ok).expect("one has it");
            desk.owner(deal, Answer::Refuse("Another round.".to_owned())).expect("refused");
        }
    }
}
