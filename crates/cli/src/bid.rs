//! `bid`: sealed bids off line. Nothing here needs a city, and nothing secret is an argument.

use crate::args::{Bid, BidKey, BidOpen, BidSeal, Common};
use crate::desk::Outcome;
use crate::exit::{Exit, Failure};
use crate::folder::write_secret;
use crate::io::CommandIo;
use crate::talk::{Talk, count};
use base::{Chance, Class, Refusal};
use sealed::{Content, Place, SealFailed, SealedBid, TrusteeKey, Trustees, Unopened};
use std::io::Read;
use std::path::Path;

/// Runs one of the commands; chance is for keys and seeds.
pub fn run(
    common: &Common,
    asked: &Bid,
    chance: &mut dyn Chance,
    io: &mut dyn CommandIo,
) -> Outcome {
    match asked {
        Bid::Key(asked) => key(common, asked, chance, io),
        Bid::Seal(asked) => seal(common, asked, chance, io),
        Bid::Open(asked) => open(common, asked, io),
    }
}

/// Makes a trustee's key: the secret into a file of its owner alone, the public line out.
fn key(
    common: &Common,
    asked: &BidKey,
    chance: &mut dyn Chance,
    io: &mut dyn CommandIo,
) -> Outcome {
    let made = TrusteeKey::from_seed(&asked.auction, &chance.bytes32());
    let made = made.ok_or_else(|| Failure::usage(Refusal::invalid("bid-auction-name")))?;
    let path = io.surroundings().path(&asked.out);
    write_secret(&path, made.secret_text().as_bytes())?;
    let mut talk = Talk { common, io };
    talk.say("cli-bid-key-made", &[("path", path.display().to_string().into())]);
    let public = made.public().to_string();
    let line = format!("trustee {public} {}", asked.name);
    let document = serde_json::json!({ "auction": asked.auction, "public": public, "line": line });
    let text = if common.json { document.to_string() } else { line };
    talk.line(&text)?;
    Ok(Exit::Done)
}

/// Seals a bid whose amount is asked for, because arguments can be read by everybody here.
fn seal(
    common: &Common,
    asked: &BidSeal,
    chance: &mut dyn Chance,
    io: &mut dyn CommandIo,
) -> Outcome {
    let trustees = trustees(&asked.trustees, io)?;
    let lang = common.lang.unwrap_or(io.surroundings().lang);
    if common.no_input {
        return Err(Failure::usage(Refusal::invalid("bid-amount-asked")));
    }
    let amount = io.ask(&format!("{} ", words::say(lang, "cli-bid-ask-amount")));
    let note = io.ask(&format!("{} ", words::say(lang, "cli-bid-ask-note")));
    let content = Content { amount: amount.unwrap_or_default(), note: note.unwrap_or_default() };
    let place = Place {
        auction: trustees.auction().to_owned(),
        lot: asked.lot,
        bidder: asked.bidder,
        version: asked.bid_version,
    };
    let bid = SealedBid::seal(&place, &content, &trustees, &chance.bytes32());
    let bid = bid.map_err(|why| {
        Failure::usage(Refusal::invalid(match why {
            SealFailed::OtherAuction => "bid-other-auction",
            SealFailed::BadAmount => "bid-amount-unreadable",
            SealFailed::BadNote => "bid-note-unusable",
        }))
    })?;
    let path = io.surroundings().path(&asked.out);
    write_secret(&path, bid.to_string().as_bytes())?;
    let commitment = hex(&bid.commitment());
    let need = u64::from(trustees.threshold());
    let of = u64::try_from(trustees.list().len()).unwrap_or(u64::MAX);
    let args = [
        ("path", path.display().to_string().into()),
        ("commitment", commitment.as_str().into()),
        ("need", count(need)),
        ("of", count(of)),
    ];
    let document = serde_json::json!({
        "auction": place.auction, "lot": place.lot, "bidder": place.bidder,
        "version": place.version, "commitment": commitment, "trustees": trustees.digest(),
    });
    Talk { common, io }.result("cli-bid-sealed", &args, &document)?;
    Ok(Exit::Done)
}

/// Opens bids with the keys that were published; one that does not open stops no other.
fn open(common: &Common, asked: &BidOpen, io: &mut dyn CommandIo) -> Outcome {
    let trustees = trustees(&asked.trustees, io)?;
    let mut keys = Vec::new();
    for path in &asked.key {
        let key = TrusteeKey::parse(&read(path, io)?);
        let key = key.filter(|key| key.auction() == trustees.auction());
        let key = key.filter(|key| trustees.place_of(key).is_some());
        keys.push(key.ok_or_else(|| about(path, "bid-key-unknown"))?);
    }
    let mut rows = Vec::new();
    for path in &asked.bids {
        let name = path.display().to_string();
        let bid = SealedBid::parse(&read(path, io)?);
        let Some(bid) = bid else {
            rows.push(serde_json::json!({ "file": name, "code": "unreadable" }));
            continue;
        };
        let place = bid.place();
        let mut row = serde_json::json!({
            "file": name, "lot": place.lot, "bidder": place.bidder, "version": place.version,
            "commitment": hex(&bid.commitment()),
        });
        match bid.open(place, &trustees, &keys) {
            Ok(content) => {
                row["amount"] = content.amount.into();
                row["note"] = content.note.into();
            }
            Err(Unopened::TooFewKeys) => {
                let reason = Refusal::new(Class::Refused, "bid-too-few-keys");
                let need = u64::from(trustees.threshold());
                return Err(reason.number("have", keys.len()).number("need", need).into());
            }
            Err(why) => row["code"] = code(why).into(),
        }
        rows.push(row);
    }
    let is_whole = rows.iter().all(|row| row.get("code").is_none());
    let mut talk = Talk { common, io };
    if common.json {
        talk.line(&serde_json::json!({ "bids": rows }).to_string())?;
    } else {
        for row in &rows {
            let said = |name: &str| match row.get(name) {
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            let outcome = if row.get("code").is_some() { said("code") } else { said("amount") };
            let fields = [said("file"), said("lot"), said("bidder"), said("version"), outcome];
            talk.line(&fields.join("\t"))?;
        }
    }
    Ok(if is_whole { Exit::Done } else { Exit::Failed })
}

fn code(why: Unopened) -> &'static str {
    match why {
        Unopened::TooFewKeys => "too-few-keys",
        Unopened::NotHis => "not-his",
        Unopened::Undecryptable => "undecryptable",
        Unopened::NotAsSealed => "not-as-sealed",
        Unopened::Unreadable => "unreadable",
    }
}

fn trustees(path: &Path, io: &dyn CommandIo) -> Result<Trustees, Failure> {
    Trustees::parse(&read(path, io)?).map_err(|why| {
        let reason = Refusal::invalid("bid-trustees-unreadable");
        let reason = reason.text("path", path.display().to_string());
        Failure::usage(reason.text("found", why.to_string()))
    })
}

fn about(path: &Path, code: &'static str) -> Failure {
    Failure::usage(Refusal::invalid(code).text("path", path.display().to_string()))
}

/// A file as text; what is no text is no file of ours, and reads as nothing.
fn read(path: &Path, io: &dyn CommandIo) -> Result<String, Failure> {
    let path = io.surroundings().path(path);
    let fail = |error: std::io::Error| Failure::file(&path, &error);
    let most = u64::try_from(sealed::FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&path).map_err(fail)?;
    file.take(most).read_to_end(&mut bytes).map_err(fail)?;
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::Kept;
    use base::chance::SeededChance;
    use std::path::PathBuf;

    fn key(io: &mut Kept, n: u64) -> String {
        io.out.clear();
        let asked = BidKey {
            auction: "Spring sale".to_owned(),
            name: format!("Trustee {n}"),
            out: PathBuf::from(format!("{n}.key")),
        };
        let made = run(&Common::default(), &Bid::Key(asked), &mut SeededChance::new(n), io);
        assert_eq!(made.expect("made"), Exit::Done);
        String::from_utf8(io.out.clone()).expect("text")
    }

    fn seal(io: &mut Kept, bidder: u32, amount: &str) -> Outcome {
        io.answers = vec![amount.to_owned(), String::new()];
        let asked = BidSeal {
            trustees: PathBuf::from("trustees.txt"),
            lot: 1,
            bidder,
            bid_version: 1,
            out: PathBuf::from(format!("{bidder}.bid")),
        };
        run(&Common::default(), &Bid::Seal(asked), &mut SeededChance::new(99), io)
    }

    fn open(io: &mut Kept, keys: &[u64]) -> Result<(Exit, String), Failure> {
        io.out.clear();
        let asked = BidOpen {
            trustees: PathBuf::from("trustees.txt"),
            key: keys.iter().map(|n| PathBuf::from(format!("{n}.key"))).collect(),
            bids: vec![PathBuf::from("7.bid"), PathBuf::from("8.bid")],
        };
        let exit = run(&Common::default(), &Bid::Open(asked), &mut SeededChance::new(1), io)?;
        Ok((exit, String::from_utf8(io.out.clone()).expect("text")))
    }

    #[test]
    fn keys_are_made_bids_sealed_and_two_of_three_open_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut io = Kept::new(folder.path());
        let lines: String = (1..=3).map(|n| key(&mut io, n)).collect();
        let list = format!("bellwether trustees 1\nauction Spring sale\nthreshold 2\n{lines}");
        std::fs::write(folder.path().join("trustees.txt"), list).expect("written");
        assert_eq!(seal(&mut io, 7, "1250.00 CNY").expect("sealed"), Exit::Done);
        let refused = seal(&mut io, 8, "a lot").expect_err("no amount");
        assert_eq!(refused.reasons[0].code, "bid-amount-unreadable");
        assert!(!folder.path().join("8.bid").exists());
        seal(&mut io, 8, "900 CNY").expect("sealed");
        let again = seal(&mut io, 8, "1 CNY").expect_err("the file is there");
        assert_eq!(again.exit, Exit::Failed);
        let (exit, said) = open(&mut io, &[3, 1]).expect("opened");
        assert_eq!(exit, Exit::Done);
        assert_eq!(said, "7.bid\t1\t7\t1\t1250.00 CNY\n8.bid\t1\t8\t1\t900 CNY\n");
        let few = open(&mut io, &[2]).expect_err("one key");
        assert_eq!((few.exit, &*few.reasons[0].code), (Exit::Refused, "bid-too-few-keys"));
        // A damaged bid is listed, and the other is opened.
        let path = folder.path().join("8.bid");
        let text = std::fs::read_to_string(&path).expect("there").replace("lot 1", "lot 2");
        std::fs::remove_file(&path).expect("gone");
        std::fs::write(&path, text).expect("written");
        let (exit, said) = open(&mut io, &[1, 2]).expect("listed");
        assert_eq!(exit, Exit::Failed);
        assert!(said.contains("1250.00 CNY") && said.ends_with("8.bid\t2\t8\t1\tundecryptable\n"));
        // The key of another auction is told apart.
        std::fs::remove_file(folder.path().join("1.key")).expect("gone");
        let asked = BidKey {
            auction: "Autumn sale".to_owned(),
            name: "Trustee 1".to_owned(),
            out: PathBuf::from("1.key"),
        };
        run(&Common::default(), &Bid::Key(asked), &mut SeededChance::new(1), &mut io)
            .expect("made");
        let foreign = open(&mut io, &[1, 2]).expect_err("another auction");
        assert_eq!(foreign.reasons[0].code, "bid-key-unknown");
        for reason in [refused, few, foreign].iter().flat_map(|it| &it.reasons) {
            for lang in base::Lang::ALL {
                let sentence = words::refusal(lang, reason);
                assert!(!sentence.text.contains('⟦') && sentence.help.is_some());
            }
        }
    }
}
