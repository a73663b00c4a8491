# Everything held on a person, for that person.

personal-title = My data
personal-lead = Everything that is held on you here. The log is listed by what happened; texts about others are not yours and are left out.
personal-open = Show my data
personal-download = Download as JSON
personal-account-lead = You can see and take with you everything that is held on you, and have it erased.
personal-person = Person
personal-id = Number
personal-places = Places in organisations
personal-place-span = { $from } to { $until }
personal-place-open = since { $from }
personal-sessions = Sessions
personal-keys = Keys
personal-files = Files I handed in
personal-files-none = None.
personal-log = What the log says about me
personal-log-kind = What
personal-log-at = When
personal-log-thing = About
personal-log-text = Text
personal-by = What I did
personal-cut = Only the newest { $count } are shown here.
personal-entries =
    { $count ->
        [one] { $count } entry
       *[other] { $count } entries
    }
personal-file-cut = The log holds more than one file takes; ask the office for the rest.
personal-holdings = Shares
personal-bookings = My bookings of instruments
personal-uses = My uses of instruments
personal-wishes = Times I wait for
personal-watches = Instruments whose freed time I hear of
personal-turns = Queues I stand in
personal-area-bookings = Rooms I booked
personal-area-visits = Rooms I was in
personal-area-entries = Rooms I may enter always
personal-time-more = The file holds all { $count }.
personal-access = Until when I have access to instruments of a unit
personal-feedback = What I was asked about uses of instruments
personal-faults = Faults of instruments that I told of
