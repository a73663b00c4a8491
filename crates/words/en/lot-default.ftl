# Winners who let the time to sign pass.

lot-default-fell = Had the award and did not sign in time, { $at }. It does not bid on this technology again.
lot-default-lifted = Lifted { $at }:
lot-default-lift = Let it bid again
lot-default-lift-hint = Why it may bid all the same; the log keeps the reason.
refusal-lot-default-same = This organisation had the award of the auction { $reference } and did not sign in time ({ $at }). It does not bid on the same technology again.
    .help = If there was a good reason, tell the office that keeps the auction; it can lift this.
refusal-lot-default-often = This organisation did not sign { $found } times after winning. It bids again from { $at } on.
    .help = If there was a good reason for one of them, tell the office that kept that auction; it can lift it.
refusal-lot-default-none = Nothing stands against this bidder here, or it was lifted meanwhile.
    .help = Load the page again.
