# Reserves that nobody knows before the end of an auction.

field-hidden-reserve = hidden reserve
field-hidden-drop = hidden reserve that was set

refusal-lot-hidden-absent = No hidden reserve is set.
    .help = Write its sum.
refusal-lot-hidden-and-told = A reserve is told or hidden, not both.
    .help = Leave one of the two fields empty.
refusal-lot-hidden-below-start = The hidden reserve is not below the opening price.
    .help = Raise it, or leave it out: below the opening price nobody can bid.
refusal-lot-hidden-above-price = The price for having it at once is below the hidden reserve.
    .help = Raise that price, or lower the reserve.
refusal-lot-hidden-elsewhere = Only rising and sealed bids have a hidden reserve.
    .help = Leave it out here: in other ways the price that is shown would tell it.
refusal-lot-reserve-hidden = The hidden reserve was not opened yet.
    .help = Wait until it is.
refusal-lot-not-committed = That is not the reserve that the rules commit to.
    .help = Ask the administrators of this city to look into it.
refusal-lot-reserve-lost = The hidden reserve cannot be opened.
    .help = The office calls the auction off; every deposit is released.
