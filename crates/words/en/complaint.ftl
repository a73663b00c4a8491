# Complaints against auctions, and the standstill they bring.

complaint-state-pending = Came in
complaint-state-accepted = Is looked into
complaint-state-satisfied = Right, to be acted on
complaint-state-resolved = Acted on
complaint-state-declined = Declined
complaint-state-invalid = Dismissed
complaint-state-withdrawn = Taken back
complaint-move-accept = Look into it: the auction stands still
complaint-move-dismiss = Dismiss it
complaint-move-satisfy = It is right
complaint-move-decline = Decline it
complaint-move-resolve = It was acted on: the auction goes on
complaint-own = Your complaints
complaint-all = Complaints
complaint-none = Nobody has complained.
complaint-lodge = Complain
complaint-lodge-lead = Say what is wrong with this auction, and what should be done. The office reads it; other bidders and the seller do not. Until it is decided the award stands still; the auction itself does once the office looks into it. No time is lost by it.
complaint-withdraw = Take the complaint back
complaint-reply = The office answers:
complaint-reply-hint = Whoever complained reads it. Needed for every decision.
complaint-lot-stands = The auction stands still for a complaint. Its times move by as long.
complaint-award-stands = The award stands still for a complaint. The time to sign is longer by as much.

field-complaint = complaint
field-decision = decision
field-reply = answer

refusal-complaint-too-late = This auction is over, and its award too.
    .help = Write to the office.
refusal-complaint-not-a-bidder = Only who asked to bid can complain here.
    .help = Ask to bid first, or write to the office.
refusal-complaint-known = A complaint of this organisation is open already.
    .help = Wait for its decision, or take it back.
refusal-complaint-full = More than { $most } complaints cannot be open at once.
    .help = Write to the office.
refusal-complaint-moved = The complaint stands otherwise by now.
    .help = Load the page again.
refusal-complaint-own-house = You belong to one of the two sides.
    .help = Let a colleague of the office decide who has no part in it.
refusal-lot-standstill = This stands still for a complaint.
    .help = Wait until the complaint is decided.

complaint-appeal = Appeal
complaint-appeal-lead = Say why the auction should not be called off. The office reads it; other bidders and the seller do not. As long as your appeal is open the auction is not called off; if it is right, the auction goes on and no time is lost.
refusal-lot-cancellation-pending = A cancellation of this auction waits for appeals.
    .help = Wait until it takes effect, or decide the appeals.
field-grounds = grounds
complaint-appeal-field = Why it should go on
