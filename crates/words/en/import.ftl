# Imports: handing in, looking at, approving, taking back.

import-title = Imports
import-lead = Many technologies at once, from patent files or a table. Nothing is written before you have seen what becomes of each row.
import-new = New import
import-new-lead = Hand in a file; its kind is recognised from its content. The next page shows what would become of each row.
import-none = No imports yet.
import-none-hint = Hand in patent files from an office, or fill in the template.
import-upload = Read file
import-of = Import for { $owner }
import-again = Hand in another file
import-source = Public source
import-source-hint = Leave this empty, and only records that prove their own publication become public: patents with office, number and day. All others enter without title and text until they are released. Name a source, and everything in the file becomes public, with the source shown beside it.
import-formats = What is read
import-format-table = Tables: Excel (XLSX) and CSV in UTF-8 or GB 18030, best in our template
import-format-patents = Patent documents of the offices: CNIPA, EPO, WIPO ST.36 and ST.96, US grants and applications
import-format-nasa = NASA’s patent list and technology catalogue
import-format-software = Software metadata of the code.gov form
import-format-own = Our own exports: CSV, Excel, JSON lines
import-format-zip = ZIP archives of these
import-template = Template:
import-template-xlsx-en = Excel, English
import-template-xlsx-zh = Excel, Chinese
import-template-csv-en = CSV, English
import-template-csv-zh = CSV, Chinese

import-mapping = Name the columns
import-mapping-lead = Some column heads are not known here. Say what they mean, or leave them out.
import-mapping-title = Column heads of the file
import-mapping-hint = What is not chosen is left out.
import-mapping-column = “{ $head }” is
import-mapping-act = Read with these columns

import-state-staged = Waits for your yes
import-state-running = Running
import-state-paused = Paused
import-state-done = Done
import-state-undone = Taken back
import-state-discarded = Discarded

import-column-started = Started
import-column-state = State
import-column-owner = Owner
import-column-files = Files
import-column-rows = Rows
import-column-problems = Problems
import-column-number = Row
import-column-outcome = Outcome
import-column-title = Title
import-column-key = Own number
import-column-place = File and line
import-column-field = Field
import-column-kind = Kind
import-column-problem = What is wrong

import-preview = What will happen
import-preview-hint = Nothing is written yet.
import-preview-part = Counted over the first { $count } of { $total } rows.
import-stubs-hint =
    { $count ->
        [one] { $count } row enters without title and text, because nothing in it proves that it is public. If it is, hand the file in again and name the public source.
       *[other] { $count } rows enter without title and text, because nothing in them proves that they are public. If they are, hand the file in again and name the public source.
    }
import-public-hint = Everything in this file becomes public, because you named the source “{ $source }”. It is shown beside each technology.
import-nothing = Nothing in what you handed in can be imported. See the problems below.
import-first-rows = First rows
import-approve =
    { $count ->
        [one] Import { $count } row
       *[other] Import { $count } rows
    }
import-choice =
    { $wrong ->
        [one] { $wrong } row is wrong. Either everything goes in or nothing: mend the file and hand it in again, or leave the row out.
       *[other] { $wrong } rows are wrong. Either everything goes in or nothing: mend the file and hand it in again, or leave those rows out.
    }
import-choice-mend = Hand in the mended file
import-choice-good =
    { $count ->
        [one] Import the { $count } good row alone
       *[other] Import the { $count } good rows alone
    }
import-count-created = created
import-count-updated = updated
import-count-unchanged = unchanged
import-count-stubs = title withheld
import-count-rejected = wrong
import-count-unsupported = files not read
import-outcome-created = Create
import-outcome-updated = Update
import-outcome-unchanged = Unchanged
import-outcome-stubs = Title withheld
import-outcome-rejected = Wrong
import-running =
    { $count ->
        [one] Importing { $count } row
       *[other] Importing { $count } rows
    }
import-so-far = { $created } created, { $updated } updated, { $stubs } with title withheld, { $rejected } wrong.
import-show-result = Show the result
import-result = Result
import-rows = Rows
import-newest = Back to the newest
import-discard = Discard this import
import-discard-title = Discard this import?
import-discard-text = Nothing of it has been written. What was read from the file is forgotten; the file can be handed in again at any time.
import-discard-act = Discard it
import-discarded = This import was discarded before anything was written.
import-changes =
    { $count ->
        [one] What changes in { $count } technology
       *[other] What changes in { $count } technologies
    }
import-changes-hint = What stands here now, and what the file says.
import-changes-fields =
    { $count ->
        [one] { $count } field
       *[other] { $count } fields
    }
import-changes-now = Show the technology as it is now
import-changes-cut = The first { $most } are shown.
import-wrong =
    { $count ->
        [one] { $count } row would be refused
       *[other] { $count } rows would be refused
    }
import-undone = This import was taken back. What others had changed since was left as it is.
import-undo = Take this import back
import-undo-title = Take this import back?
import-undo-text = What it created is withdrawn, what it updated returns to the version before. What was changed since stays. Possible until { $until }.
import-undo-act = Take it back
import-problems =
    { $count ->
        [one] { $count } problem
       *[other] { $count } problems
    }
import-warning = Notice
import-error = Wrong
import-mend = Your table with every problem marked at its cell; correct it and hand it in again:
import-mend-all = { $file }
import-mend-wrong = only the wrong rows
import-mend-gone = The file is no longer kept here, so it cannot be given back with its problems. Hand it in again for that.
import-about = What was handed in
import-refused-technology-marking-found = A text looks marked as a secret; the row was not stored.
import-refused-technology-shares-sum = The inventors’ shares do not reach 100 %.
import-refused-technology-shares-over = The inventors’ shares exceed 100 %.
import-refused-technology-field-unknown = The field is not in the city’s field tree.
import-refused-technology-right-dates = A right expires before it was filed.
import-refused-technology-trl-range = The readiness level is not from 1 to 9.
import-refused-technology-key-taken = The number is taken by another technology.
import-refused-text-too-long = A text is too long.
import-refused-text-control-character = A text holds invisible control characters.
import-refused-too-many-parts = There are too many inventors, rights or classes.

refusal-import-not-staged = This import is no longer waiting for a yes.
    .help = Look at its page: it may be running or done already.
refusal-import-batch-too-large = At most { $most } records can be staged at once.
    .help = Send them in smaller parts.
refusal-import-has-rejected =
    { $count ->
        [one] { $count } row is wrong, and you chose all or nothing.
       *[other] { $count } rows are wrong, and you chose all or nothing.
    }
    .help = Mend the file and hand it in again, or choose to import the good rows alone.
refusal-import-not-running = This import is not running.
    .help = Approve it first.
refusal-import-not-done = Only an import that is done can be taken back.
    .help = Wait until it is done.
refusal-import-undo-late = An import can be taken back for { $hours } hours only.
    .help = Withdraw the technologies one by one.
refusal-import-upload-gone = The file is no longer kept here.
    .help = Hand it in again; its problems are marked then.
