# Auctions: the commands about them, and why a file is refused.
cli-about-auction = Auctions, as a tool: the same engine as in the room. Needs no city.
cli-about-auction-replay = Runs the bids of a file under rules and says how every lot ends, as one JSON document. Needs no city.
cli-examples-auction-replay =
    bellwether auction replay --rules rules.toml --lots lots.csv --bids bids.csv
cli-notes-auction-replay = Rules: kind (english, first-price, second-price, three-rounds, hybrid), proxy, steps = [[from, step], …], window_s, cap_s. Lots: lot, opening_price, reserve, opens, closes. Bids: lot, time, bidder, amount. Times are seconds; decimals are read exactly. Under proxy rules an amount is the bidder’s limit. Bids count in the order of their times, equal times in the order of their lines.
cli-arg-auction-replay-rules = The rules, as TOML
cli-arg-auction-replay-lots = The lots, as CSV
cli-arg-auction-replay-bids = The bids, as CSV
cli-about-verify-auction = Recomputes an auction from its signed protocol, and says whether every byte holds. Needs no city.
cli-examples-verify-auction =
    bellwether verify auction spring-sale.txt
    bellwether verify auction spring-sale.txt --key log.pub --json
cli-arg-verify-auction-file = The protocol
cli-arg-verify-auction-key = The published key of the log, or a file that holds it; without it, compare the key that is named with the published one
cli-auction-holds = The protocol holds: { $entries ->
        [one] one entry gives
       *[other] { $entries } entries give
    } the same results again. It is signed by { $key }.

refusal-auction-protocol-unreadable = This is no protocol of an auction: { $found }
    .help = Ask the city for the file again.
refusal-auction-protocol-differs = Line { $line } says “{ $found }”; recomputed it says “{ $expected }”.
    .help = The protocol was changed, or the auction was not run by its rules. Show both to the exchange.
refusal-auction-protocol-not-sealed = The seal is of another protocol; the digest of this one is { $found }.
    .help = The protocol was changed after it was signed. Ask the city for the file again.
refusal-auction-seal-missing = The protocol has no seal.
    .help = Ask the city for the signed file.
refusal-auction-seal-broken = The seal does not hold: { $found }
    .help = The file was changed after it was signed. Ask the city for it again.
refusal-auction-seal-other-key = The protocol is signed by { $found }, not by { $expected }.
    .help = Compare the key with the published one. If that is the one you gave, the protocol was forged.
refusal-auction-file-column = { $file } has no column “{ $column }”.
    .help = Name the columns in the first line: { $columns }.
refusal-auction-file-row = { $file }, line { $line }: the row cannot be read: { $found }
    .help = Write one row for each line, with as many fields as the first line has.
refusal-auction-file-number = { $file }, line { $line }: { $column } is “{ $found }”, which cannot be used as a number.
    .help = Write a decimal such as 152.50, within eighteen digits.
refusal-auction-file-lot-unknown = { $file }, line { $line }: no lot is called “{ $found }”.
    .help = Add the lot to the file of lots, or correct its name.
refusal-auction-file-lot-repeated = { $file }, line { $line }: the lot “{ $found }” stands there twice.
    .help = Keep one of the two lines.
refusal-auction-file-lot-flawed = { $file }, line { $line }: the lot cannot be run: { $found }
    .help = It closes after it opens, and its prices are not below zero.
refusal-auction-file-rules = { $file }, line { $line }: { $found }
    .help = The rules have kind, proxy, steps, window_s and cap_s; see bellwether auction replay --help.
