//! The other auctions of the demonstration city: sealed bids with three trustees, a falling price,
//! rounds, an event of several lots.

use crate::demo_lots::{BIDDERS, Lots, broken};
use crate::exit::Failure;
use crate::folder::write_secret;
use app::lot::{AnnounceLot, RegisterTrusteeKey};
use app::lot_event::AnnounceLotEvent;
use app::{Asker, No};
use base::{AccountId, Bilingual, Currency, ListingId, LotId, PersonId};
use sealed::TrusteeKey;
use trading::falling::Falling;
use trading::lot::{FREEZE_SECONDS, Raise, Terms, Way};
use trading::lot_event::Content;
use trading::reserve::Hidden;
use trading::rounds::Rounds;
use trading::sealing::{KEYS_HOURS_MAX, Sealing, Seat};

/// Who keeps a key: the organisation and the person. None of them sells or bids.
const TRUSTEES: [(&str, &str); 3] = [
    ("service-centre", "shen.yuqing@demo.bellwether.example"),
    ("evaluation-centre", "peng.zhiyuan@demo.bellwether.example"),
    ("chengchuan", "qiu.lanting@demo.bellwether.example"),
];
/// Who takes part from the beginning; others may ask.
const BIDDER: (&str, &str) = ("yanguang", "deng.haoran@demo.bellwether.example");
/// How long bidding is open: one can wait for its end.
const RUNS_SECONDS: i64 = 1_800;
/// The folder beside the data in which the trustees' private halves lie.
pub(crate) const KEYS: &str = "trustees";

impl Lots<'_> {
    /// Announces a sealed lot on a listing and does what its trustees do before bidding opens.
    pub(crate) fn seed_sealed(&self, listing: ListingId, bank: AccountId) -> Result<(), Failure> {
        let mut seats = Vec::new();
        for (key, email) in TRUSTEES {
            let organisation = self.organisation(key)?;
            seats.push(Seat { person: self.person(email)?, organisation });
        }
        let opens = self.city.now().plus_seconds(FREEZE_SECONDS + 15);
        let way = Way::Sealed(Sealing {
            price: "second".to_owned(),
            is_final: false,
            threshold: 2,
            trustees: seats,
            keys_hours: KEYS_HOURS_MAX,
        });
        let terms = Terms {
            way,
            currency: Currency::CNY,
            start: 40_000_000,
            reserve: None,
            hidden: None,
            buy_now: None,
            deposit: Some(4_000_000),
            opens,
            closes: opens.plus_seconds(RUNS_SECONDS),
            steps: Vec::new(),
            is_proxy: false,
            window_s: 0,
            cap_s: 0,
            bidders_min: 1,
            sign_days: 20,
        };
        let lot = self.city.perform(self.operator, AnnounceLot { listing, terms })?.lot;
        for (n, (_, email)) in (1..).zip(TRUSTEES) {
            self.key(lot, n, self.person(email)?)?;
        }
        self.bidder(lot, BIDDER, bank)
    }

    /// Announces a lot whose price falls, a minute at a time, with two firms that take part.
    pub(crate) fn seed_falling(&self, listing: ListingId, bank: AccountId) -> Result<(), Failure> {
        let falling = Falling {
            pause_s: 30,
            n_stages: 60,
            stage_s: 60,
            fall_bp: 100,
            sealed_pause_s: 20,
            sealed_s: 180,
            best_pause_s: 20,
            best_s: 180,
        };
        let opens = self.city.now().plus_seconds(FREEZE_SECONDS + 60);
        let terms = Terms {
            way: Way::Falling(falling),
            currency: Currency::CNY,
            start: 90_000_000,
            reserve: None,
            hidden: None,
            buy_now: None,
            deposit: Some(4_000_000),
            opens,
            closes: opens.plus_seconds(falling.falls_s()),
            steps: Vec::new(),
            is_proxy: false,
            window_s: 0,
            cap_s: 0,
            bidders_min: 1,
            sign_days: 20,
        };
        let lot = self.city.perform(self.operator, AnnounceLot { listing, terms })?.lot;
        BIDDERS.into_iter().try_for_each(|bidder| self.bidder(lot, bidder, bank))
    }

    /// Announces a lot in three rounds, with two firms that take part: opening offers are taken for a
    /// quarter of an hour.
    pub(crate) fn seed_rounds(&self, listing: ListingId, bank: AccountId) -> Result<(), Failure> {
        let rounds =
            Rounds { offers_s: 900, n_rounds: 3, pause_s: 120, turn_s: 120, between_s: 60 };
        let opens = self.city.now().plus_seconds(FREEZE_SECONDS + 60 + i64::from(rounds.offers_s));
        let terms = Terms {
            way: Way::Rounds(rounds),
            currency: Currency::CNY,
            start: 85_000_000,
            reserve: None,
            hidden: None,
            buy_now: None,
            deposit: Some(4_000_000),
            opens,
            closes: opens.plus_seconds(rounds.planned_s()),
            steps: vec![(0, Raise::Fixed(1_000_000))],
            is_proxy: false,
            window_s: 0,
            cap_s: 0,
            bidders_min: 2,
            sign_days: 20,
        };
        let lot = self.city.perform(self.operator, AnnounceLot { listing, terms })?.lot;
        self.bidders(lot, bank)
    }

    /// Announces an event next week with lots that open half an hour apart, one of which hides a reserve.
    pub(crate) fn seed_event(&self, listings: Vec<ListingId>) -> Result<(), Failure> {
        let first = self.city.now().plus_seconds(7 * 86_400);
        let mut lots = Vec::with_capacity(listings.len());
        for (listing, n) in listings.into_iter().zip(0_i64..) {
            let opens = first.plus_seconds(n * 1_800);
            let terms = Terms {
                way: Way::English,
                currency: Currency::CNY,
                start: 55_000_000,
                reserve: None,
                hidden: (n == 0).then(|| Hidden::set(60_000_000)),
                buy_now: None,
                deposit: Some(4_000_000),
                opens,
                closes: opens.plus_seconds(5_400),
                steps: vec![(0, Raise::Fixed(1_000_000))],
                is_proxy: true,
                window_s: 300,
                cap_s: 1_800,
                bidders_min: 1,
                sign_days: 20,
            };
            lots.push(self.announce_with(listing, terms)?);
        }
        if lots.is_empty() {
            return Ok(());
        }
        let say = |en: &str, zh: &str| Bilingual::new(en.to_owned(), zh.to_owned());
        let content = Content {
            name: say(
                "Spring event for laboratory results (invented)",
                "实验室成果春季专场（虚构）",
            ),
            text: say(
                "Three results of the demonstration city, one after the other. Bid here or in the hall.",
                "演示城市的三项成果先后拍卖，可在线或到现场竞买。",
            ),
            place: say("Hall 2 of the service centre", "服务中心二号厅"),
        };
        self.city.perform(self.operator, AnnounceLotEvent { content, lots })?;
        Ok(())
    }

    /// Registers the key of a trustee and leaves its file where a visitor finds it.
    fn key(&self, lot: LotId, n: u8, person: PersonId) -> Result<(), Failure> {
        let view = self.city.lot(self.operator, lot)?;
        let name = view.lot.reference.to_string();
        // Everything in the demonstration is invented, its secrets too.
        let key = TrusteeKey::from_seed(&name, &[n; 32]).ok_or_else(|| broken(&name))?;
        let folder = self.folder.join(KEYS);
        std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        let path = folder.join(format!("{name}-{n}.key"));
        if !path.exists() {
            write_secret(&path, key.secret_text().as_bytes())?;
        }
        let act = RegisterTrusteeKey { lot, key: key.public().to_string() };
        let done: Result<_, No> = self.city.perform(&Asker::person(person), act);
        done.map(|_| ()).map_err(Failure::from)
    }

    fn person(&self, email: &str) -> Result<PersonId, Failure> {
        self.people.get(email).copied().ok_or_else(|| broken(email))
    }
}
