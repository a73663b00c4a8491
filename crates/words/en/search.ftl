# Finding technologies: the list, its filters, what it could not do.

search-title = Search
search-technologies = Technologies
search-own = Ours, in every state
search-everybodys = Everybody’s
search-results = Results for “{ $words }”
search-description = Technologies of the city’s institutes, universities and firms: what they do, how far they are, and how to get them.
search-new = New technology
search-import = Import from a file
search-organisation = Organisation
search-withheld = Title withheld ({ $reference })
search-everybody = everybody
search-confirmed = confirmed { $date }
search-changed = changed { $date }
search-quoted = “{ $word }”
search-why-title = { $words } in the title
search-why-body = { $words } in the text
search-why-other = { $words } among numbers or names
search-why-translation = { $words } by translation
search-why-alike = both speak of { $words }
search-why-alike-text = described in similar words
search-more-offers =
    { $count ->
        [one] { $count } more offer
       *[other] { $count } more offers
    }
search-relaxed = With some of the words
search-relaxed-hint = These hold some, but not all, of the words.
search-translated = By translation
search-translated-hint = Found through the dictionary: { $pairs }.
search-order-newest-first = Newest first
search-order-best = Best match
search-order-newest = Newest
search-order-newest-of = Of the best { $most } matches.
search-from-the-top = Back to the first results
search-export =
    { $count ->
        [one] Export this { $count } row
       *[other] Export these { $count } rows
    }
search-export-jsonl = JSON lines
search-export-too-many = Narrow the list to at most { $most } rows to export it.
search-feed = Feed of this list
search-feed-wait = Follow the feed of this list to be told when one comes
search-counts = Counts of this list
search-facet-field = Field
search-facet-owner = Owner
search-facet-trl = Readiness level, 1 to 9
search-facet-status = Status of a right
search-facet-mode = Deal mode
search-facet-year = Year of publication
search-facet-class = Class beginning with
search-set-words = words: { $words }
search-set-nothing = all
search-set-class = class { $class }
search-set-trl-from = TRL { $from } and above
search-set-trl-to = TRL { $to } and below
search-set-trl-both = TRL { $from } to { $to }
search-set-year-from = since { $from }
search-set-year-to = until { $to }
search-set-year-both = { $from } to { $to }

search-characters-cut = The query was longer than 256 characters; the rest was left out.
search-groups-cut = The query had more than 64 parts; the rest was left out.
search-only-negatives = The query only excludes words, so nothing was searched. Add a word that should be there.
search-only-filters = The query holds filters only: everything they let through is listed, newest first.
search-only-stop-words = The query holds only very common words; they were searched as they stand.
search-nothing = The query holds nothing that can be searched. Type a word or a number.
search-filter-unread = A filter in the query could not be read and was left out.
search-generation-gone = The list has changed since the page before; some entries may appear again.
search-one-language = Only the language you typed in was searched. Try the words in the other language too.

refusal-search-unavailable = The search does not answer just now.
    .help = Try again in a few seconds. Lists by field and owner return with it.
refusal-cursor-unreadable = This page of the list cannot be found any more.
    .help = Begin at the first page.
refusal-export-too-many = An export holds at most { $most } rows.
    .help = Narrow the list by field, owner or year, and export each part.
