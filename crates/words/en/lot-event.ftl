# Events at which several lots are auctioned one after the other.

lot-event-title = Auction events
lot-event-kind = Auction event
lot-event-lead = Several lots on one occasion, one after the other.
lot-event-none = No event is announced
lot-event-none-hint = Single auctions stand in the list of auctions.
lot-event-new = Announce an event
lot-event-announce = Announce the event
lot-event-revise = Change the event
lot-event-save = Save the event
lot-event-facts =
    { $count ->
        [one] One lot · from { $from } until { $until }
       *[other] { $count } lots · from { $from } until { $until }
    }
lot-event-lots-count =
    { $count ->
        [one] One lot
       *[other] { $count } lots
    }
lot-event-place = Place:
lot-event-lots = Lots in their order
lot-event-lots-hint = Write 1, 2, 3 … beside the lots of this event; leave the others empty. Only announced lots that are in no other event stand here.
lot-event-no-lots = There is no announced auction without an event.
lot-event-number = No.
lot-event-lot = Lot
lot-event-opens = Opens
lot-event-stands = Stands
lot-event-price = Price
lot-event-from = from { $sum }
lot-event-calendar = Calendar
lot-event-back = To the event
lot-event-register = Ask for several lots
lot-event-register-lead = One press asks for every lot that you tick. Each is decided on its own, and each has its own deposit.
lot-event-register-none = There is no lot for which you can ask now
lot-event-register-none-hint = You asked already, or the time to ask is over.
lot-event-row-hint = opens { $at } · deposit { $sum }
lot-event-ask = Ask to bid
lot-event-asked = asked for. The office decides.
lot-event-schedule = When the lots open
lot-event-schedule-lead = The first lot opens then and each next one so many minutes later; each keeps its length. Who has asked to bid agrees to the new times.
lot-event-schedule-act = Set these times
lot-event-withdraw = Withdraw the event
lot-event-withdraw-lead = Its lots stay what they are, each by itself.
lot-event-is-withdrawn = This event was withdrawn. Its lots are in the list of auctions.

field-place = place
field-lots = lots
field-first = first opening
field-gap = between two openings

refusal-lot-event-number = An event has between one and { $most } lots.
    .help = Write a number beside each lot that belongs to it.
refusal-lot-event-twice = A lot stands there twice.
    .help = Give each lot one place.
refusal-lot-event-gap = The time between two openings is too long.
    .help = It is { $most } minutes at most.
refusal-lot-event-frozen = The terms of lot { $lot } can no longer be changed.
    .help = Take it out of the event, or leave the times as they are.
refusal-lot-event-elsewhere = Lot { $lot } is in another event.
    .help = Take it out there first.
refusal-lot-event-not-announced = Lot { $lot } is not announced, or it runs already.
    .help = Choose lots that have yet to open.
refusal-lot-event-withdrawn = The event was withdrawn.
    .help = Announce another one.
