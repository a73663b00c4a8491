# Search and filters.

filter-title = Narrow
filter-open = Filters
filter-chosen =
    { $count ->
        [one] { $count } filter set
       *[other] { $count } filters set
    }
filter-set = Filters set
filter-remove = Remove the filter { $what }
filter-clear = Clear all filters
filter-from = From
filter-to = To
filter-any = Any
filter-unknown = The address holds filters that are not known here and were left out: { $names }.
filter-more =
    { $count ->
        [one] Show { $count } more
       *[other] Show { $count } more
    }
filter-order = Order
filter-why = Why this matched
filter-where = Search in
filter-everything = Everything
filter-scopes = Kinds of results
filter-suggestions = Suggestions
filter-suggestions-count =
    { $count ->
        [0] No suggestions.
        [one] { $count } suggestion. Use the arrow keys.
       *[other] { $count } suggestions. Use the arrow keys.
    }
filter-did-you-mean = Did you mean { $words }?
