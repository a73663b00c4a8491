# 密封报价：命令为何中止，以及如何处理。
refusal-bid-auction-name = 拍卖名称不能使用。
    .help = 请按公布的名称书写：一行，不超过300字节。
refusal-bid-amount-asked = 报价金额须询问，而--no-input禁止询问。
    .help = 请去掉--no-input；金额和附言也可由标准输入逐行给出。
refusal-bid-amount-unreadable = 金额不是带币种的小数。
    .help = 请写成1250.00 CNY：无符号、无千位分隔、一个空格。
refusal-bid-note-unusable = 附言过长，或含有控制字符。
    .help = 请写不超过1,500字节的普通文字。
refusal-bid-other-auction = 受托人名单属于另一场拍卖。
    .help = 请用为本场拍卖公布的名单。
refusal-bid-trustees-unreadable = { $path }不是可用的受托人名单：{ $found }
    .help = 请原样使用公布的名单，一字节不差。
refusal-bid-key-unknown = { $path }不是本场拍卖受托人的密钥。
    .help = 请用名单上受托人公布的密钥。
refusal-bid-too-few-keys = 需{ $need }个密钥，现有{ $have }个；无法开封。
    .help = 请用--key给出更多受托人公布的密钥。
