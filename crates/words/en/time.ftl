# Moments and distances in time.

time-moment = { $date }, { $time } ({ $zone })
time-stamp = { $date }, { $time }
time-zoned = { $title } ({ $zone })
time-range = { $first } to { $last }
time-now = now
time-in-minutes =
    { $count ->
        [one] in { $count } minute
       *[other] in { $count } minutes
    }
time-in-hours =
    { $count ->
        [one] in { $count } hour
       *[other] in { $count } hours
    }
time-in-days =
    { $count ->
        [one] in { $count } day
       *[other] in { $count } days
    }
time-ago-minutes =
    { $count ->
        [one] { $count } minute ago
       *[other] { $count } minutes ago
    }
time-ago-hours =
    { $count ->
        [one] { $count } hour ago
       *[other] { $count } hours ago
    }
time-ago-days =
    { $count ->
        [one] { $count } day ago
       *[other] { $count } days ago
    }
time-zone = Times are local, { $zone }.
