# Listings: modes, licences, and every reason to say no to an offer.

listing-state-offered = On offer
listing-state-withdrawn = Withdrawn
listing-mode-fixed-price = Fixed price
listing-mode-negotiation = Negotiation
listing-mode-open-licence = Open licence
listing-mode-auction = Auction
listing-mode-equity = Equity
listing-licence-assignment = Assignment
listing-licence-exclusive = Exclusive licence
listing-licence-sole = Sole licence
listing-licence-non-exclusive = Non-exclusive licence
listing-licence-open = Open licence
listing-term =
    { $years ->
        [one] { $years } year
       *[other] { $years } years
    }
listing-price-fixed-price = Price
listing-price-negotiation = Indicative price
listing-price-open-licence = Fee
listing-price-auction = Opening price
listing-price-equity = Valuation

field-licence = licence
field-royalty = running royalty
field-term-years = term in years
field-territory = territory
field-field-of-use = field of use
field-deal-mode = deal mode

refusal-listing-needs-price = “{ $mode }” needs a price.
    .help = Enter an amount above zero: the price, the opening price or the valuation.
refusal-listing-needs-price-or-royalty = “{ $mode }” needs a fee or a running royalty.
    .help = Enter the fee, or 0 where it costs nothing, or the royalty in percent.
refusal-listing-licence-unfit = “{ $licence }” cannot be given by “{ $mode }”.
    .help = Choose another licence or another deal mode.
refusal-listing-term-with-assignment = An assignment has no term: the right changes hands for good.
    .help = Leave the term empty, or choose a licence.
refusal-listing-needs-term = “{ $mode }” needs the term of the licence.
    .help = Enter the number of years.
refusal-listing-needs-territory = “{ $mode }” needs the territory of the licence.
    .help = Name the countries or regions, such as “China (mainland)” or “worldwide”.
refusal-listing-term-range = A term of { $found } years is out of range; it may be 1 to { $most } years.
    .help = Enter a whole number of years in that range.
refusal-listing-price-negative = The price is below zero.
    .help = Enter the amount without a minus sign.
refusal-listing-needs-reason = The reason for withdrawing the offer is missing.
    .help = Write in one sentence why it is withdrawn; readers see it.
refusal-listing-withdrawn = This offer has been withdrawn.
    .help = Make a new offer instead.
refusal-listing-technology-not-confirmed = The owner has not yet confirmed this technology.
    .help = Confirm the technology, then offer it.
refusal-listing-export-prohibited = This technology may not be exported and cannot be offered here.
    .help = Ask the export-control officer if the category is wrong.
refusal-listing-repeated = The same offer stands already as { $reference }.
    .help = Revise that offer, or change the terms of this one.
refusal-listing-too-many = This technology already has { $most } offers.
    .help = Withdraw one that is no longer needed.
