# Asking the owner of a technology.

enquiry-ask = Ask the owner
enquiry-title = Ask the owner
enquiry-lead = { $owner } answers within five working days. Your message goes to its transfer office and to the city’s office, and to nobody else.
enquiry-name = Your name
enquiry-name-hint = So that they know whom they write to.
enquiry-email-hint = The answer goes here.
enquiry-organisation-hint = Firm, institute, or nothing.
enquiry-message-hint = What you need, for what, until when.
enquiry-no-secrets = Write nothing that is, or may be, a state secret or somebody’s business secret.
enquiry-answer-hint = The answer stays in the case. Send it also by mail to the address of the sender.
enquiry-send = Send the enquiry
enquiry-sent-title = Your enquiry is sent
enquiry-sent-next = The transfer office of { $owner } has it now. You get an answer within five working days by mail; if nobody answers in time, the city’s office hears of it by itself.
enquiry-sent-keep = Keep the reference: with it the office finds your enquiry.
enquiry-sent-follow = Follow the enquiry
enquiry-sent-back = Back to the technology
enquiry-matter = The enquiry
enquiry-from = From
enquiry-of = Organisation
enquiry-mail = Mail
field-message = message

refusal-enquiry-needs-message = The message is empty.
    .help = Write what you would like to know.
