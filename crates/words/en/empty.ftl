# What stands where nothing is.

empty-list = Nothing here yet.
empty-results = Nothing matches.
empty-results-hint = Use fewer or other words, or remove a filter.
empty-results-without =
    { $count ->
        [one] Without { $filter }: { $count } result
       *[other] Without { $filter }: { $count } results
    }
empty-results-watch = Tell me when one comes
empty-desk = Nothing waits for you. Enjoy the quiet.
empty-notices = No news.
empty-documents = No documents have been added.
empty-history = Nothing has happened yet.
