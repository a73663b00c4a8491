# One's own telephone number.

telephone-title = Telephone
telephone-lead = Units whose instruments you used, or that tested for you, report each service to the national platform and have to name the telephone of who applied. Only they get the number, in the file of that report. It is in nothing that is public, and you can take it away again.
telephone-number = Contact telephone
telephone-hint = For example 0816-234 5678 or +86 138 0000 0000. Leave it empty to take it away.
telephone-none = None
telephone-open = Change the telephone

field-telephone = telephone

refusal-telephone-unreadable = This is no telephone number that we can read.
    .help = Type 5 to 20 digits; blanks, hyphens and brackets may stand between them, and a plus before.
