# The rules of booking an instrument.
rule-page-title = Rules of booking
rule-page-lead = The rules in force, and the level each comes from. New rules never break bookings that stand.
rule-page-usual =
    { $count ->
        [one] { $count } rule as everywhere in the city
       *[other] { $count } rules as everywhere in the city
    }
rule-page-none-own = Nothing is set for this instrument: the usual rules of the city are in force.
rule-in-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
rule-in-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
rule-in-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
rule-days-value = Public holidays and moved working days count
rule-days-weekends = Monday to Friday are worked, holidays or not
rule-days-rest = rest
rule-days-work = worked
rule-days_china = Public holidays and moved working days of China count
rule-days_rest = Own days of rest
rule-days_work = Own days of work
rule-days-hint = Dates such as 2026-10-01, separated by commas.
rule-group-days = Quiet hours and days
rule-relief-hint = One time a line, such as 20:00-06:00. In quiet hours limits of length and number are lifted.
rule-relief-rest = days of rest
rule-relief_rest = Days of rest are quiet too
rule-class-horizons-hint = One class a line with its days ahead, such as external 30; with 0 there is no end.
rule-shared-accessories-hint = One a line: how many there are, then the name, with the Chinese one after a slash between spaces, such as 2 Cryo holder / 冷冻样品杆. With ! after the number, such as 2! Cryo holder / 冷冻样品杆, every booking takes one. All instruments below have them together.
rule-in-bookings =
    { $count ->
        [one] { $count } booking
       *[other] { $count } bookings
    }
rule-quota-of = { $who }, { $what }: at most { $limit } { $period }
rule-quota-within = { $quota }, of the hours { $hours }
rule-quota-rolling = in any { $count } days
rule-quota-more = Another quota
rule-quota-who = Whose bookings count together
rule-quota-who-person = Each person
rule-quota-who-group = Each group
rule-quota-who-project = Each project
rule-quota-who-organisation = Each organisation
rule-quota-what = Where
rule-quota-what-instrument = on this instrument
rule-quota-what-group = on its group of instruments
rule-quota-what-unit = on all instruments of the unit
rule-quota-what-all = on all instruments of the city
rule-quota-limit = At most
rule-quota-measure = Counted in
rule-quota-measure-minutes = minutes
rule-quota-measure-bookings = bookings
rule-quota-period = Within
rule-quota-period-day = a day
rule-quota-period-week = a week
rule-quota-period-month = a month
rule-quota-period-quarter = a quarter
rule-quota-period-year = a year
rule-quota-period-rolling = so many days in a row
rule-quota-period-future = in all that is ahead
rule-quota-days = Days in a row
rule-quota-hours = Only these hours count
rule-page-own = What this instrument sets
rule-page-done = The rules are set.
rule-form-lead = What is left empty is inherited from group, unit and city.
rule-column-rule = Rule
rule-column-value = Value
rule-column-level = Set by
rule-level-city = City
rule-level-platform = Platform
rule-level-unit = Unit
rule-level-group = Group of instruments
rule-level-instrument = This instrument
rule-yes = Yes
rule-no = No
rule-none = None
rule-always = Always open
rule-set = Set
rule-inherit = Inherited
rule-grid-value = starts every { $start } minutes, lengths of { $length } minutes
rule-approval-never = Never
rule-approval-always = Always
rule-approval-external = For outsiders
rule-approval-over = Above a length
rule-approval-over-of = Above { $minutes } minutes
rule-approval_minutes = Minutes above which somebody agrees
rule-group-who = Who may book
rule-group-hours = When
rule-group-length = Lengths in minutes
rule-group-notice = Notice
rule-group-count = How much
rule-group-use = Keeping to a booking, in minutes
rule-hours-hint = One window a line, such as 1-5 09:00-17:00. Monday is 1.
rule-set-button = Set the rules
rule-days = Days of rest and work
rule-hours = Opening hours
rule-site_hours = Hours of the building
rule-grid = Grid
rule-grid_start = Starts every (minutes)
rule-grid_length = Lengths in steps of (minutes)
rule-over_midnight = May go over midnight
rule-least_minutes = Shortest
rule-most_minutes = Longest
rule-setup_minutes = Setting up
rule-cleanup_minutes = Cleaning
rule-horizon_days = Days ahead that can be booked
rule-class_horizons = Other horizons for classes
rule-shared_accessories = Accessories that several instruments share
rule-notice_minutes = Minutes of notice for a booking
rule-edit_notice_minutes = Minutes of notice for a change
rule-cancel_notice_minutes = Minutes of notice for cancelling
rule-late_cancel_minutes = Cancelling is late within (minutes)
rule-gap_minutes = Between own bookings
rule-day_count = Bookings on one day
rule-future_count = Bookings ahead
rule-future_minutes = Minutes ahead
rule-relief = Quiet hours
rule-quotas = Quotas
rule-lost_counts = Lost bookings count in quotas
rule-no_self_overlap = Nobody is booked twice at one time
rule-approval = Agreement of the owner
rule-may_ask = One may ask for what a rule refuses
rule-decide_hours = Hours for an answer
rule-needs_qualification = A qualification is needed
rule-trainings = Courses that are needed, separated by commas
rule-needs_notice = The notice to users has to be confirmed
rule-needs_agreement = Outsiders need an agreement
rule-barred = Jurisdictions that are barred, as codes of two letters; ZZ bars whoever has none on record
rule-needs_project = A project has to be named
rule-least_credit = Least reputation
rule-needs_booking = A use needs a booking
rule-early_minutes = May begin early by
rule-missed_after_minutes = Missed after
rule-late_minutes = May be late by
rule-left_early_minutes = May end early by
rule-overtime_minutes = May go over by
rule-may_transfer = May be given to somebody else
rule-offer_minutes = Minutes that an offer stands
rule-asks_feedback = Users are asked about each use; who owes an answer for a day does not book
rule-chains = Agreement step by step
rule-chains-hint = Whoever is named agrees one after the other, whatever the simple rule says. Nobody agrees to the own booking: where a leader books, or nobody is named for whom, the owner’s unit answers instead.
rule-chain-more = Another chain
rule-chain-when = For which bookings
rule-chain-when-always = All bookings
rule-chain-when-external = Those of outsiders
rule-chain-when-over = Those above a length
rule-chain-when-class = Those of a class of customers
rule-chain-when-asked = Those that ask for what a rule refuses
rule-chain-class-of = Class { $class }
rule-chain-minutes = Above how many minutes
rule-chain-class = Class
rule-chain-steps = Who agrees
