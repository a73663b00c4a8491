# Machine hours of a year.

machine-hours-title = Machine hours
machine-hours-years = Other years
machine-hours-lead = Counted from the ledger of services: uses are cut at the ends of the year, and minutes that overlap on one instrument count once.
machine-hours-effective = Effective hours
machine-hours-external = Hours for others
machine-hours-share = Share of others
machine-hours-income = Income
machine-hours-records = Services
machine-hours-evaluation = Yearly evaluation in Sichuan
machine-hours-evaluation-note = Owners with at least { $count } instruments of 500,000 yuan or more are evaluated (川科政〔2025〕10号). Means are of these instruments; { $hours } hours count as busy.
machine-hours-due = Evaluated
machine-hours-not-due = Not evaluated
machine-hours-instruments = By instrument
machine-hours-column-owner = Owner
machine-hours-column-large = Large instruments
machine-hours-column-mean = Mean hours
machine-hours-column-external-mean = Mean hours for others
machine-hours-column-share = Share of others
machine-hours-column-income = Income
machine-hours-column-due = Evaluation
machine-hours-column-instrument = Instrument
machine-hours-column-effective = Effective hours
machine-hours-column-external = For others
machine-hours-column-records = Services
