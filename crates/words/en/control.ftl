# Who controls an organisation, as the office enters it from registers.

control-title = Who controls it
control-lead = Whoever an owner controls does not bid for what the owner sells. Control reaches through others.
control-none = Nobody is entered.
control-enter = Enter a controller
control-controller-hint = Number, credit code or name of the organisation that controls this one.
control-grounds-hint = What it rests on: shares, votes, a right to name directors; and where it stands.
control-column-controller = Controller
control-column-grounds = Grounds
control-column-entered = Entered
control-column-ended = Ended
control-end = It has ended

field-controller = controller
refusal-control-of-itself = An organisation does not control itself.
    .help = Name another one.
refusal-control-known = This relation is entered already.
    .help = It stands in the list above.
refusal-lot-controlled = The seller controls this bidder: { $chain }.
    .help = If that is no longer so, show the office the register.

control-jurisdiction = Jurisdiction
control-jurisdiction-counts = { $code } counts for rules of export at instruments.
control-jurisdiction-none = None is known.
control-jurisdiction-hint = Two letters of ISO 3166 as a register has it, such as CN. Left empty, a credit code stands for CN.
control-jurisdiction-enter = Enter the jurisdiction
