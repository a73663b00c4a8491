# What a booking is going to cost, told before it is made.

estimate-title = What it will cost
estimate-free = Nothing: the owner of this instrument set no price.
estimate-in-words = The owner tells the price in words. It is not counted here, and you settle it with the owner:
estimate-open = The price depends on who pays. Choose for which organisation you book, and check again.
estimate-missing = The owner has to set a price for you before this time can be charged.
estimate-pays = You pay { $amount }.
estimate-by = By the price of { $day } for: { $class }. If the owner changes the price of that day, the new one counts.
estimate-way = Price for: { $way }.
estimate-mode-reservation = The booked time is charged, whether you use it or not.
estimate-mode-usage = The time that you really use is charged: less if you end early, more if you stay longer.
estimate-mode-overage = The booked time is charged, and what goes past its end.
estimate-mode-larger = The larger amount of booked and used time is charged.
estimate-minutes = { $minutes } min at { $price }
estimate-off = less { $off }
estimate-minimum = A use costs at least { $amount }.
estimate-late = Cancelling is free before { $at }; from then on it costs { $amount }.
estimate-late-now = The time in which cancelling is free is over: it costs { $amount }.
estimate-late-none = Cancelling costs nothing.
estimate-missed = If nobody comes it costs { $amount }.
estimate-missed-none = If nobody comes nothing is charged.
estimate-voucher-no = The voucher pays nothing: { $why }
estimate-voucher-empty = Nothing is left of the voucher.
