# Bulletins: selected results for departments and subscribers.

bulletin-title = Bulletins
bulletin-one = Bulletin
bulletin-lead = Selected results of the city’s institutes and universities, chosen by the transfer office.
bulletin-new = New bulletin
bulletin-subscribe = Get bulletins by mail
bulletin-none = No bulletin has been sent yet.
bulletin-none-hint = Whoever asks for bulletins gets the first one.
bulletin-prepared = In preparation
bulletin-state-draft = Draft
bulletin-state-scheduled = Scheduled
bulletin-state-sent = Sent
bulletin-state-withdrawn = Withdrawn
bulletin-head-name = Title
bulletin-head-state = State
bulletin-head-due = Goes out
bulletin-head-changed = Changed
bulletin-sent-at = Sent { $at }.
bulletin-results =
    { $count ->
        [one] { $count } result
       *[other] { $count } results
    }
bulletin-results-none = Nothing is chosen yet, or nothing of it is public now.
bulletin-gone =
    { $count ->
        [one] { $count } chosen result is not public any more and is shown to nobody.
       *[other] { $count } chosen results are not public any more and are shown to nobody.
    }
bulletin-choose = Choose results
bulletin-chosen =
    { $count ->
        [one] { $count } result is chosen.
       *[other] { $count } results are chosen.
    }
bulletin-search = Search public results
bulletin-search-none = Search for something; what fits and is public can be ticked here.
bulletin-add = Add the ticked ones
bulletin-revise = Change text and recipients
bulletin-form-lead = A bulletin goes to people of both languages: write title and introduction in both. Write nothing that is not public.
bulletin-save = Save
bulletin-items-hint = What is not ticked is taken out.
bulletin-question = Results found at the time of sending
bulletin-question-hint = One of your saved searches. On a schedule each issue holds what no earlier issue held.
bulletin-question-none = None: only what is chosen by hand
bulletin-question-keep = As it is now
bulletin-departments-hint = One organisation a line, by name or reference. Everybody who works there gets it.
bulletin-to-subscribers = Subscribers
bulletin-to = Recipients and sending
bulletin-nobody = Nobody yet
bulletin-fact-to = To
bulletin-fact-question = Found when sent
bulletin-fact-due = Goes out
bulletin-going-out = Sending
bulletin-send = Send now …
bulletin-send-title = Send this bulletin?
bulletin-send-text = It becomes a public page with the results as they stand now, and a letter goes to each recipient once. Letters cannot be taken back.
bulletin-send-press = Send it
bulletin-schedule-lead = Or let it go out by itself, in the city’s time. One chosen by hand goes out once; one with a saved search goes out again and again, when there is something new.
bulletin-schedule = Schedule
bulletin-unschedule = Make it a draft again
bulletin-every-week = Every week
bulletin-every-month = Every month
bulletin-day-hint = Of the week from 1 (Monday) to 7, or of the month; 31 is its last day.
bulletin-hour-hint = From 0 to 23.
bulletin-withdraw = Withdraw …
bulletin-withdraw-title = Withdraw this bulletin?
bulletin-withdraw-text = Its page disappears, and letters that were not sent yet are dropped. It cannot be sent again.
bulletin-withdraw-press = Withdraw it
bulletin-preview = See the letter
bulletin-preview-lead = As it would go out now, in both languages.
bulletin-letter-en = In English
bulletin-letter-zh = In Chinese
bulletin-counts = Letters and openings
bulletin-count-department = Department
bulletin-count-subscribers = Subscribers
bulletin-count-letters = Letters
bulletin-count-openings = Opened
bulletin-count-all = All
bulletin-count-note = The link of each letter counts once. Who opened it is not kept. Programs that check mail may open links too.
bulletin-waiting =
    { $count ->
        [one] { $count } letter is still to be made.
       *[other] { $count } letters are still to be made.
    }
bulletin-subscribe-lead = Each bulletin comes as one letter with the titles and links of its results. You can stop it with one press.
bulletin-subscribe-privacy = Only your address and language are kept. An address that is not confirmed is forgotten after a week.
bulletin-subscribe-done = Thank you. If the address is right and not confirmed yet, a letter with a link is on its way to it.
bulletin-subscribed = You get bulletins by mail.
bulletin-unsubscribe = Stop bulletins
bulletin-unsubscribed = You get no more bulletins. The address is forgotten.
bulletin-stop-lead = Bulletins stop coming to this address, and it is forgotten.
bulletin-confirm-title = Confirm your address
bulletin-confirm-lead = Press the button, and bulletins come to the address that this link was sent to.
bulletin-confirm-press = Yes, send me bulletins
bulletin-confirmed = Your address is confirmed. The next bulletin comes to it.

field-intro = introduction
field-intro-en = introduction in English
field-intro-zh = introduction in Chinese
field-departments = departments
field-to-subscribers = subscribers
field-items = results
field-every = rhythm
field-day = day
field-hour = hour

refusal-bulletin-empty = There is nothing in this bulletin that is public now.
    .help = Choose results, or a saved search that finds some.
refusal-bulletin-to-nobody = This bulletin goes to nobody.
    .help = Name departments, or send it to the subscribers.
refusal-bulletin-too-many-recipients = A bulletin goes to at most { $most } people.
    .help = Send it to fewer departments at a time.
