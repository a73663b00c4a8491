# Sealed bids: why a command about them stops, and the way out.
refusal-bid-auction-name = The name of the auction cannot be used.
    .help = Write it as it is published: one line, at most 300 bytes.
refusal-bid-amount-asked = The amount of a bid is asked for, and --no-input forbids to ask.
    .help = Leave --no-input out; amount and note may also come through the standard input, a line each.
refusal-bid-amount-unreadable = The amount is no decimal with a currency.
    .help = Write it as 1250.00 CNY: no sign, no thousands marks, one blank.
refusal-bid-note-unusable = The note is too long or holds control characters.
    .help = Write at most 1,500 bytes of plain text.
refusal-bid-other-auction = The trustees are those of another auction.
    .help = Take the list that was published for this auction.
refusal-bid-trustees-unreadable = { $path } is no list of trustees that can be used: { $found }
    .help = Take the list as it was published, byte for byte.
refusal-bid-key-unknown = { $path } is not the key of a trustee of this auction.
    .help = Take the keys that the trustees on the list have published.
refusal-bid-too-few-keys = { $have } of { $need } keys are there; nothing opens.
    .help = Give the published keys of more trustees with --key.
