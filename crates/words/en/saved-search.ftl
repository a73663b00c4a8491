# Searches that people keep.

saved-search-title = Saved searches
saved-search-one = Saved search
saved-search-lead = What you search for again and again. Each tells you what is new, by mail and on your desk.
saved-search-find = Search
saved-search-save = Save this search
saved-search-save-wait = Save this search and be told when something comes
saved-search-save-title = Save a search
saved-search-save-lead = You are told of what is found from now on, not of what it finds already. Letters name public results by title; of others they give the reference and the link alone.
saved-search-none = You have not saved a search yet.
saved-search-none-hint = Search for something, narrow it, and press “Save this search”.
saved-search-all = All saved searches
saved-search-desk-title = New in your saved searches
saved-search-head-name = Name
saved-search-head-new = New
saved-search-head-alerts = Tells you
saved-search-head-since = Saved
saved-search-new =
    { $count ->
        [one] { $count } new result
       *[other] { $count } new results
    }
saved-search-new-title = New since you last looked
saved-search-since = Found after { $at }.
saved-search-nothing-new = Nothing new
saved-search-mark-seen = I have seen these
saved-search-open = Open the whole list
saved-search-settings = Name and alerts
saved-search-change = Save changes
saved-search-at-once = At once
saved-search-at-once-hint = A letter within a minute of each new result.
saved-search-daily = Daily
saved-search-daily-hint = One letter at eight in the morning, if anything is new.
saved-search-weekly = Weekly
saved-search-weekly-hint = One letter on Monday at eight, if anything is new.
saved-search-paused = Paused
saved-search-paused-choice = Send no letters for now
saved-search-remove = Remove …
saved-search-remove-title = Remove this saved search?
saved-search-remove-text = It tells you nothing more. Nothing else is removed.
saved-search-remove-press = Remove it
saved-search-stop-title = Stop the letters of a saved search
saved-search-stop-lead = The saved search stays; it only sends no more letters. You can turn them on again on its page.
saved-search-stop-press = Stop these letters
saved-search-stopped = This saved search sends no more letters.

field-question = search
field-frequency = how often
field-paused = pause

refusal-saved-search-empty = This search asks for nothing.
    .help = Type words or set a filter on the search page, and save it there.
refusal-saved-search-too-many = You keep { $most } saved searches already.
    .help = Remove one that you no longer need.
refusal-saved-search-too-wide = This search finds more than { $most } results.
    .help = Narrow it by field, owner or another word, so that what is new means something.
