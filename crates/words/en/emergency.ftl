# Emergency access: asking, deciding, what is told to whom, and every reason to say no.

emergency-title = Emergency access
emergency-one = Emergency access
emergency-link = Emergency access
emergency-lead = Whoever has to see one matter that is not theirs asks here, and a security administrator, another person, decides. It ends by itself after 4 hours at most, everybody whose matter it is is told, and every look is kept in the log. It opens nothing above one’s own label.
emergency-new = Ask for emergency access
emergency-new-hint = You are asked to prove anew who you are. Whether there is a matter of this reference is not said before somebody has decided.
emergency-reference = Reference of the case or technology
emergency-reference-hint = As it is written, such as CA-2026-7K3QXM-4. It opens this one matter alone.
emergency-reason = Why it cannot wait
emergency-reason-hint = Those who decide and everybody affected read it. Nothing of the matter’s own content.
emergency-hours = For how long
emergency-n-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
emergency-ask = Ask for it
emergency-list = Requests and openings
emergency-none = No emergency access.
emergency-none-hint = What you ask for, decide about, or are told of appears here.
emergency-column-reference = Reference
emergency-column-state = State
emergency-column-who = Asked by
emergency-column-asked = Asked
emergency-column-until = Open until
emergency-standing-waiting = Waits for a decision
emergency-standing-lapsed = Not decided in time
emergency-standing-withdrawn = Taken back
emergency-standing-refused = Refused
emergency-standing-running = Open
emergency-standing-over = Over
emergency-standing-ended = Ended early
emergency-waits-until = Waits until
emergency-opened-by = Opened by
emergency-refused-by = Refused by
emergency-ended-by = Ended by
emergency-withdrawn-by = Taken back by
emergency-owner = Matter of
emergency-looks = Looks
emergency-n-looks =
    { $count ->
        [0] None yet
        [one] { $count } look
       *[other] { $count } looks
    }
emergency-told = Told
emergency-open = Open the matter
emergency-decide = Decide
emergency-decide-lead = { $name } would see this one matter for { $hours }. Make sure who it is and that it cannot wait; whose matter it is is told at once, with your name.
emergency-grant = Open it
emergency-grant-title = Open this matter to { $name } for { $hours }?
emergency-grant-text = It ends by itself. You can end it before, and so can those whose matter it is.
emergency-refuse = Do not open it
emergency-why-not = Why not
emergency-why-not-hint = Whoever asked reads it.
emergency-end = End it now
emergency-withdraw = Take the request back
emergency-done-asked = Asked. The security administrators are told.
emergency-done-granted = It is open. Everybody affected is told.
emergency-done-refused = It was not opened. Whoever asked is told.
emergency-done-ended = It has ended.
emergency-desk-title = Emergency access waits for your decision
emergency-above = You see this by emergency access, open until { $until }. Every look is kept, and those whose matter it is know of it.
emergency-above-link = About this access

refusal-emergency-reference-unreadable = This is no reference.
    .help = Copy it from the letter or page where it stands; its last character checks the others.
refusal-emergency-needless = You may see this matter anyway.
    .help = Find it by its reference among the cases or technologies.
refusal-emergency-open-already = You have asked for this one already, or it is open to you.
    .help = Look at your requests below.
refusal-emergencies-too-many = Nobody may have more than { $most } requests waiting or open.
    .help = Take one back or end it first.
refusal-emergency-hours = It lasts from 1 to { $most } hours.
    .help = Choose one of the times; afterwards it can be asked for anew.
refusal-emergency-opens-nothing = There is nothing under this reference that could be shown to whoever asks.
    .help = The reference is wrong, the matter lies above the asker’s own label, or the asker no longer holds a role that may ask. Refuse it and say so.
refusal-emergency-not-waiting = This request does not wait any more.
    .help = Somebody decided, it was taken back, or its time has passed; it can be asked for anew.
refusal-emergency-same-person = Whoever asked cannot decide.
    .help = Another security administrator has to.
refusal-emergency-not-running = This is not open any more.
    .help = Nothing is left to end.
