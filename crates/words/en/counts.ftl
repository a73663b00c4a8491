# Technologies counted.

counts-title = Technologies in figures
counts-lead = Counted over everything you may see, at this moment. Each figure leads to the rows behind it.
counts-total = technologies
counts-filter = Only: { $filter }.
counts-series = Technologies
counts-key = Key
counts-others = All others
counts-by-field = By field
counts-by-owner = By owner
counts-by-trl = By readiness level
counts-by-status = By status of their rights
counts-by-mode = By deal mode on offer
counts-by-year = By year of first publication or filing
counts-sentence = Most are in “{ $name }”: { $count } of { $total }.
counts-several = One technology may count several times here, or not at all.
counts-missing =
    { $count ->
        [one] { $count } technology says nothing about this.
       *[other] { $count } technologies say nothing about this.
    }
