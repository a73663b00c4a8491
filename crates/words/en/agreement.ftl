# Agreements on services between a unit with instruments and a customer.

agreement-title = Service agreements
agreement-lead = With an agreement the people of the customer may use instruments whose owner asks outsiders for one.
agreement-none = There is none.
agreement-new = Record an agreement
agreement-record = Record it
agreement-end = End it now
agreement-customer-hint = Number, credit code or name of the other organisation.
agreement-number-hint = Your own number; each is used once.
agreement-subject-hint = What it is about, and where its text lies: such as the number of a contract of the city.
agreement-column-number = Number
agreement-column-unit = Unit
agreement-column-customer = Customer
agreement-column-days = Days
agreement-column-state = State
agreement-state-holds = Holds
agreement-state-later = Begins later
agreement-state-over = Over
agreement-state-ended = Ended early

field-subject = subject
refusal-agreement-backward = The last day lies before the first.
    .help = Name a later last day.
refusal-agreement-of-one = A unit concludes no agreement with itself.
    .help = Name another organisation; the unit’s own people need none.
refusal-agreement-known = This number is used already.
    .help = It stands in the list above. Choose another one.
