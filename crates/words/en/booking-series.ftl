# Bookings that repeat.

booking-series-short = Book repeatedly
booking-series-title = Book { $name } repeatedly
booking-series-lead = Every time is judged by the rules first, and what stands in the way is shown before anything is booked.
booking-series-look = Look at every time
booking-series-book =
    { $count ->
        [one] Book { $count } time
       *[other] Book { $count } times
    }
booking-series-booked = Booked
booking-series-all = Every time
booking-series-counts = { $fine } of { $all } times can be had. Look at the others, or change what repeats.
booking-series-done =
    { $count ->
        [one] { $count } time is booked.
       *[other] { $count } times are booked.
    }
booking-series-weeks = Weeks
booking-series-days = Days
booking-series-months = Months, on the same day
booking-series-field-repeats = Repeats by
booking-series-field-step = Every so many of them
booking-series-field-weekdays = Also on these days
booking-series-field-weekdays-hint = Of weeks only; the day of the first time is always among them.
booking-series-field-times = How many times
booking-series-field-until = Or until the last day
booking-series-field-until-hint = Such as 2026-12-31. If a day stands here, it counts and not the number.
booking-series-field-mode = Where a time cannot be had
booking-series-field-times-hint = At most { $most }, within a year.
