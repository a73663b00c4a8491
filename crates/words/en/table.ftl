# Tables, counts of results, pages of results.

table-rows =
    { $count ->
        [one] { $count } row
       *[other] { $count } rows
    }
table-results =
    { $count ->
        [one] { $count } result
       *[other] { $count } results
    }
table-results-more = More than { $count } results
table-showing = { $first } to { $last } of { $total }
table-sort = Sort by { $column }
table-sorted-up = sorted, smallest first
table-sorted-down = sorted, largest first
table-scroll = { $caption }: table, scrolls sideways
table-unknown = –
table-unknown-hint = Not known
table-suppressed = c
table-suppressed-hint = Not shown, to protect single respondents
table-total = Total
table-as-of = As of { $at }
table-export = Export these { $count } rows
table-export-csv = CSV
table-export-xlsx = Excel
table-export-json = JSON
table-choose-row = Choose { $row }
table-choose-all = Choose all rows of this page
table-pages = Pages of results
table-page = Page { $number }
table-page-of = Page { $number } of { $total }
table-previous = Previous
table-next = Next
table-first = First
table-last = Last
table-columns = Columns
table-density = Denser rows
