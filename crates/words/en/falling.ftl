# Lots with a falling price.

refusal-lot-not-falling = The price of this auction does not fall.
    .help = Read the rules on its page.
refusal-lot-falling-too-long = A part of the timetable is too long, or there are too many.
    .help = A part lasts { $seconds } seconds at most, and there are at most 1,000 falls.
refusal-lot-falling-end = The planned end does not fit the falls.
    .help = The price falls for { $seconds } seconds; the planned end is as long after the opening.

field-falling = timetable of the falling price

lot-way-falling = Falling price
lot-falling-before = First price, shown soon
lot-falling-falling = Price that is shown
lot-falling-sealed-pause = Stopped; the others bid in a moment
lot-falling-sealed = Stopped; the others may bid above it, unseen
lot-falling-best-pause = The last word is given in a moment
lot-falling-best = The one who stopped it has the last word
lot-falling-over = Bidding is over
lot-falling-stage = Fall { $stage } of { $of }
lot-falling-stopper = Bidder { $bidder } stopped the price
lot-falling-until = This part ends { $at }.
lot-falling-stop = Take it for { $price }
lot-falling-stop-lead = The first to press stops the price and is bound to it. Others may then bid above it; you have the last word.
lot-falling-own-wait = You stopped the price. Wait for the bids of the others; you have the last word.
lot-falling-sealed-lead = Bid above the price at which it was stopped. Nobody sees your bid before this part is over; the last one counts.
lot-falling-best-lead = Others have bid above your price. You have one last word; without it your price stands.
lot-falling-own = Your bid in this auction: { $sum }
lot-falling-above = More than { $price }.
lot-falling-take-back = Take the bid back
lot-falling-minutes =
    { $count ->
        [one] one minute
       *[other] { $count } minutes
    }
lot-falling-seconds =
    { $count ->
        [one] one second
       *[other] { $count } seconds
    }

lot-rule-falls = The price falls in steps of { $share } of the first one; each price stands for { $span }, and the last is { $last }.
lot-rule-stop = The first to press stops it and is bound to the price that is shown then. If nobody does, it is not sold.
lot-rule-above = After that all others have { $span } to bid above that price, unseen by each other. If nobody does, it is sold at that price.
lot-rule-best = Then the one who stopped it has { $span } for a last bid. The highest wins and pays its own bid; of equal ones the earlier.
lot-rule-short-secret = Bids of the short sealed part are hidden from bidders and the public until it is over, not from the administrators of this city: they are not encrypted.
