# What waits at instruments and laboratories, on the desk.

bench-title = At instruments, laboratories, auctions and contracts
bench-to-admit =
    { $count ->
        [one] { $count } bidder waits to be admitted
       *[other] { $count } bidders wait to be admitted
    }
bench-divide = A payment came in: divide it
bench-decide = A registration was handed in: decide it
bench-file = A contract binds: hand its registration in
bench-trainings =
    { $count ->
        [one] { $count } wish to be trained
       *[other] { $count } wishes to be trained
    }
bench-to-agree =
    { $count ->
        [one] { $count } booking waits for your agreement
       *[other] { $count } bookings wait for your agreement
    }
bench-dispute = A customer asks for a change of a line
bench-orders =
    { $count ->
        [one] { $count } order waits for your unit
       *[other] { $count } orders wait for your unit
    }
bench-answers =
    { $count ->
        [one] { $count } order waits for your organisation
       *[other] { $count } orders wait for your organisation
    }
bench-booked =
    { $count ->
        [one] { $count } booking of yours
       *[other] { $count } bookings of yours
    }
bench-first = the first { $at }
bench-unanswered = You are asked how a use was
bench-offer = Time is held for you: take it or leave it
bench-offer-until = until { $at }
bench-handed =
    { $count ->
        [one] A colleague offers you { $count } booking
       *[other] Colleagues offer you { $count } bookings
    }
bench-decided-granted = What you asked for was granted
bench-decided-declined = What you asked for was declined
bench-faults =
    { $count ->
        [one] { $count } fault was told of
       *[other] { $count } faults were told of
    }
bench-due =
    { $count ->
        [one] { $count } thing planned is due
       *[other] { $count } things planned are due
    }
