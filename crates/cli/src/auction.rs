//! `auction replay` and `verify auction`: the engine as a tool, without a city.

use crate::args::{Auction, AuctionReplay, Common, VerifyAuction};
use crate::desk::Outcome;
use crate::exit::{Exit, Failure};
use crate::io::CommandIo;
use crate::replay::{Files, replay};
use crate::talk::{Talk, count, verifier_key};
use base::limits::FILE_BYTES_MAX;
use std::io::Read;
use std::path::Path;

/// Bytes of a protocol that are read, its seal included.
const PROTOCOL_BYTES_MAX: u64 = 65 << 20;

/// What needs no city at all.
pub fn run(common: &Common, asked: &Auction, io: &mut dyn CommandIo) -> Outcome {
    let Auction::Replay(asked) = asked;
    let document = again(asked, io)?;
    let text = if common.json || !io.surroundings().out_is_terminal {
        document.to_string()
    } else {
        serde_json::to_string_pretty(&document).unwrap_or_default()
    };
    let printed = io.out(format!("{text}\n").as_bytes());
    printed.map_err(|error| Failure::file(Path::new("-"), &error))?;
    Ok(Exit::Done)
}

fn again(asked: &AuctionReplay, io: &dyn CommandIo) -> Result<serde_json::Value, Failure> {
    let read = |path: &Path| read(path, FILE_BYTES_MAX, io);
    let (rules, lots, bids) = (read(&asked.rules)?, read(&asked.lots)?, read(&asked.bids)?);
    let name = |path: &Path| path.display().to_string();
    let names = [name(&asked.rules), name(&asked.lots), name(&asked.bids)];
    let files = Files { names, rules: &rules, lots: &lots, bids: &bids };
    replay(&files).map_err(Failure::usage)
}

/// `verify auction`.
pub fn verify(common: &Common, asked: &VerifyAuction, io: &mut dyn CommandIo) -> Outcome {
    let file = read(&asked.file, PROTOCOL_BYTES_MAX, io)?;
    let key = asked.key.as_deref().map(|typed| verifier_key(typed, io)).transpose()?;
    let mut talk = Talk { common, io };
    let proven = app::protocol::check(&file, key.as_ref()).map_err(|reason| {
        let is_foreign =
            matches!(&*reason.code, "auction-protocol-unreadable" | "auction-seal-missing");
        Failure::new(if is_foreign { Exit::Refused } else { Exit::Damage }, reason)
    })?;
    let n_entries = u64::try_from(proven.n_entries).unwrap_or(u64::MAX);
    let args = [("entries", count(n_entries)), ("key", proven.key.as_str().into())];
    let document = serde_json::json!({
        "ok": true,
        "entries": proven.n_entries,
        "digest": proven.digest,
        "key": proven.key,
        "key_given": key.is_some(),
        "results": results(&proven.text),
    });
    talk.result("cli-auction-holds", &args, &document)?;
    if !common.json {
        for line in results(&proven.text) {
            talk.line(line)?;
        }
    }
    Ok(Exit::Done)
}

/// The lines of a protocol between the word that begins the results and its digest.
fn results(text: &str) -> Vec<&str> {
    let after = text.lines().skip_while(|line| *line != "results").skip(1);
    after.take_while(|line| !line.starts_with("digest ")).collect()
}

fn read(path: &Path, most: u64, io: &dyn CommandIo) -> Result<Vec<u8>, Failure> {
    let path = io.surroundings().path(path);
    let fail = |error: std::io::Error| Failure::file(&path, &error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&path).map_err(fail)?;
    file.take(most).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use crate::args::VerifyAuction;
    use crate::exit::Exit;
    use crate::io::Kept;
    use ::auction::{
        Admission, Bidder, Entry, Event, Input, Lot, Mode, Outcome, Pricing, Replacing, Rules,
        Sealed, Side, Unit, Unopened,
    };
    use base::Instant;
    use sealed::{Content, Opening, OpeningState, Place, SealedBid, Trustee, TrusteeKey, Trustees};

    const AUCTION: &str = "Spring sale";
    const CLOSES: i64 = 1_000;

    fn at(us: i64) -> Instant {
        Instant::from_micros(us)
    }

    fn rules() -> Rules {
        let pricing = Pricing::Second { n_winners: 1 };
        let mode = Mode::Sealed(Sealed { pricing, replacing: Replacing::Allowed });
        let lot = Lot {
            name: "A patent".to_owned(),
            start: 10_000,
            reserve: None,
            commitment: None,
            opens: at(0),
            closes: at(CLOSES),
            buy_now: None,
            deposit: None,
        };
        Rules {
            name: AUCTION.to_owned(),
            side: Side::Sale,
            unit: Unit { code: "CNY".to_owned(), digits: 2 },
            mode,
            admission: Admission::Open,
            bidders_min: 1,
            edits_until: None,
            is_joined: false,
            lots: vec![lot],
        }
    }

    fn key(n: u8) -> TrusteeKey {
        TrusteeKey::from_seed(AUCTION, &[n; 32]).expect("a name")
    }

    fn place(bidder: u32) -> Place {
        Place { auction: AUCTION.to_owned(), lot: 1, bidder, version: 1 }
    }

    /// Sealed, received, opened by two of three, priced, written down, signed, and verified: what no
    /// key has touched holds no amount, and what does not open stops nobody.
    #[test]
    fn a_sealed_auction_is_opened_by_two_of_three_and_verified() {
        let trustee = |n| Trustee { name: format!("Trustee {n}"), key: key(n).public() };
        let trustees = Trustees::new(AUCTION, 2, (1..=3).map(trustee).collect()).expect("a list");
        let seal = |bidder: u32, amount: &str| {
            let said = Content { amount: format!("{amount} CNY"), note: String::new() };
            let seed = [u8::try_from(bidder).expect("small"); 32];
            SealedBid::seal(&place(bidder), &said, &trustees, &seed).expect("sealed")
        };
        let first = seal(71, "1250.00");
        let mut damaged = seal(55, "9000.00").to_string();
        let place_of_content = damaged.find("content ").expect("a content") + "content ".len();
        let other = if damaged[place_of_content..].starts_with('A') { "B" } else { "A" };
        damaged.replace_range(place_of_content..=place_of_content, other);
        // Received from these numbers; 12 hands in a copy of what 71 sealed.
        let received = [
            (71, first.to_string()),
            (34, seal(34, "990.50").to_string()),
            (12, first.to_string()),
            (8, seal(8, "99.99").to_string()),
            (55, damaged),
        ];
        let mut entries = Vec::new();
        for (sequence, (bidder, file)) in (1..).zip(&received) {
            assert!(!file.contains("1250") && !file.contains("990"));
            let commitment = SealedBid::parse(file).map_or([0; 32], |bid| bid.commitment());
            let input = Input::Seal { lot: 0, bidder: Bidder(*bidder), commitment };
            entries.push(Entry { sequence, received: at(10), input });
        }
        let mut opening = Opening::new(trustees.clone(), at(CLOSES), at(2 * CLOSES));
        assert!(opening.hand_in(key(1), at(CLOSES - 1)).is_err(), "too early");
        for n in [3, 1] {
            opening.hand_in(key(n), at(CLOSES + 1)).expect("in time");
        }
        assert_eq!(opening.state(at(CLOSES + 1)), OpeningState::Open);
        for (sealed, (bidder, file)) in (1..).zip(&received) {
            let bid = SealedBid::parse(file).ok_or(Unopened::Unreadable);
            let opened = bid.and_then(|bid| {
                let opened = bid.open(&place(*bidder), &trustees, opening.keys());
                opened.map_err(|why| match why {
                    sealed::Unopened::NotHis => Unopened::NotHis,
                    _ => Unopened::Undecryptable,
                })
            });
            let amount = opened.map(|content| {
                let number = content.amount.trim_end_matches(" CNY");
                base::Money::parse(number, base::Currency::CNY).expect("an amount").minor
            });
            let input = Input::Open { lot: 0, sealed, amount };
            entries.push(Entry { sequence: 100 + sealed, received: at(CLOSES + 2), input });
        }
        let input = Input::Close { lot: 0 };
        entries.push(Entry { sequence: 200, received: at(CLOSES + 3), input });
        let mut event = Event::open(rules()).expect("sound rules");
        for entry in &entries {
            event.apply(entry).expect("accepted");
        }
        let Some(Outcome::Sold(sale)) = event.outcome(0) else { panic!("sold") };
        assert_eq!((sale.winners[0].bidder, sale.winners[0].price), (Bidder(71), 99_050));
        let invalid: Vec<(u32, &str)> =
            event.invalid(0).iter().map(|it| (it.bidder.0, it.code.word())).collect();
        assert_eq!(invalid, [(12, "unopenable"), (8, "under-start"), (55, "unopenable")]);

        let text = ::auction::protocol::write(rules(), &entries).expect("sound rules");
        let signer = tlog::SigningKey::from_seed("city.example/log", [7; 32]).expect("a key");
        let file = app::protocol::seal(&text, &signer).expect("sealed");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("protocol.txt");
        let verify = |text: &str, key: Option<String>| {
            std::fs::write(&path, text).expect("written");
            let mut io = Kept::new(folder.path());
            let asked = VerifyAuction { file: path.clone(), key };
            let done = super::verify(&crate::args::Common::default(), &asked, &mut io);
            done.map(|exit| (exit, String::from_utf8(io.out).expect("text")))
        };
        let known = signer.verifier(tlog::KeyKind::Log).to_string();
        let (exit, said) = verify(&file, Some(known.clone())).expect("it holds");
        assert_eq!(exit, Exit::Done);
        assert!(said.contains("winner bidder 71 price 990.50"), "{said}");
        let failed = verify(&file.replace("990.50", "990.51"), Some(known)).expect_err("changed");
        assert_eq!(failed.exit, Exit::Damage);
        assert_eq!(verify(&text, None).expect_err("bare").exit, Exit::Refused);
    }
}
