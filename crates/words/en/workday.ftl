# Working days: what the office says of single days.

workday-title = Working days
workday-lead = Offices work from Monday to Friday, except on public holidays and with the make-up days of the State Council's notices. The city may say otherwise of single days; everybody reads it here.
workday-limits = The time to sign after an auction, the time in which a price is looked at and the publicity of an agreement are counted in working days. When a day changes it is counted anew, and the old and the new end are told here and on the page of the auction. No end that was announced comes earlier.
workday-enter = Change a day
workday-changes = Days that were changed
workday-none = No day differs from the public calendar.
workday-becomes-rest = day of rest
workday-becomes-work = working day
workday-becomes-usual = as in the public calendar
workday-column-day = Day
workday-column-becomes = Becomes
workday-column-reason = Reason
workday-column-said = Said
workday-column-moved = Time to sign that moved
workday-recounted = { $day }: { $becomes } ({ $reason }). The time to sign moved from { $before } to { $after }.
field-becomes = kind of day
refusal-workday-past = The day has begun: today is { $on }.
    .help = Name a day after today. What has passed is not counted anew.
refusal-workday-too-far = The day lies after { $on }.
    .help = Name a day of the next three years.
refusal-workday-as-is = The day is that already.
    .help = Choose another day, or another kind of day.
refusal-workday-full = The calendar holds { $most } changes and takes no more.
    .help = Tell the operator.
