# Auctions in rounds: opening offers, then turns in a fixed order.

field-rounds = rounds
field-rounds-offers = time for opening offers
field-rounds-turn = each turn
field-rounds-pause = pause before the first turn
field-rounds-between = pause between rounds

refusal-lot-not-in-rounds = This auction has no rounds.
    .help = Read its rules on its page.
refusal-lot-rounds-span = A time of the rounds is too short or too long.
    .help = It is between { $least } and { $most } seconds.
refusal-lot-rounds-number = That is no number of rounds.
    .help = There are between one and { $most } rounds; three are usual.
refusal-lot-rounds-end = The planned end does not fit the rounds.
    .help = Two bidders need { $seconds } seconds for all rounds; the planned end is as long after the opening.

lot-rounds-best = Best offer
lot-rounds-soon = Opening offers are taken from { $at }. The rounds begin { $opens }.
lot-rounds-offers = Opening offers are taken until { $at }. Nobody sees them before.
lot-rounds-pause = Round { $round } begins { $at }. Bidder { $bidder } has the first turn.
lot-rounds-turn = Round { $round }: bidder { $bidder } has the turn until { $at }.
lot-rounds-over = All turns are over.
lot-rounds-table = What stands, the best first
lot-rounds-bidder = Bidder
lot-rounds-offer = Offer
lot-rounds-place = Turn in this round
lot-rounds-you = You
lot-rounds-moves = Has the turn
lot-rounds-no-offer = You made no opening offer and take no part in the rounds.
lot-rounds-stands = Your offer that stands: { $sum }
lot-rounds-wait = Wait for your turn in this round.
lot-rounds-wait-next = Your turn in this round is over. The order is fixed anew for the next one.
lot-rounds-least = At least { $sum }.
lot-rounds-bid-least = Bid { $sum }
lot-rounds-offers-title = Your opening offer
lot-rounds-offers-lead = Only you see it until the rounds begin. Without one you take no part in them.
lot-rounds-offers-held = Your opening offer: { $sum }
lot-rounds-offers-act = Make the offer
lot-rounds-offers-back = Take the offer back
lot-rounds-turn-title = It is your turn
lot-rounds-turn-lead = Raise your own offer, or let it stand by doing nothing. Until your turn ends you may replace your bid or take it back; nobody sees it before.
lot-rounds-turn-held = Your bid of this turn: { $sum }. It counts when the turn ends.
lot-rounds-turn-act = Bid
lot-rounds-turn-back = Take the bid of this turn back
