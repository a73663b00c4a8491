# 拍卖：相关命令，以及文件为何被拒。
cli-about-auction = 作为工具的拍卖：与竞价大厅用同一引擎。不需要城市。
cli-about-auction-replay = 按规则重放文件中的出价，以一个JSON文档说明各标的的结果。不需要城市。
cli-examples-auction-replay =
    bellwether auction replay --rules rules.toml --lots lots.csv --bids bids.csv
cli-notes-auction-replay = 规则：kind（english、first-price、second-price、three-rounds、hybrid）、proxy、steps = [[起, 加价幅度], …]、window_s、cap_s。标的：lot、opening_price、reserve、opens、closes。出价：lot、time、bidder、amount。时间以秒计；小数按原样精确读取。代理出价规则下，金额是竞买人的最高限价。出价按时间先后计，时间相同按行序。
cli-arg-auction-replay-rules = 规则，TOML格式
cli-arg-auction-replay-lots = 标的，CSV格式
cli-arg-auction-replay-bids = 出价，CSV格式
cli-about-verify-auction = 由签名的拍卖笔录重新算出结果，并说明每个字节是否无误。不需要城市。
cli-examples-verify-auction =
    bellwether verify auction spring-sale.txt
    bellwether verify auction spring-sale.txt --key log.pub --json
cli-arg-verify-auction-file = 拍卖笔录
cli-arg-verify-auction-key = 公布的日志密钥，或含有它的文件；不给时，请将所示密钥与公布的密钥比较
cli-auction-holds = 笔录无误：{ $entries }条记录再次得出相同结果。签名密钥为{ $key }。

refusal-auction-protocol-unreadable = 这不是拍卖笔录：{ $found }
    .help = 请向城市重新索取该文件。
refusal-auction-protocol-differs = 第{ $line }行写的是“{ $found }”；重新计算得“{ $expected }”。
    .help = 笔录被改动过，或拍卖未按规则进行。请将两者交交易所查看。
refusal-auction-protocol-not-sealed = 封签属于另一份笔录；本笔录的摘要是{ $found }。
    .help = 笔录在签名后被改动过。请向城市重新索取该文件。
refusal-auction-seal-missing = 笔录没有封签。
    .help = 请向城市索取签名的文件。
refusal-auction-seal-broken = 封签无效：{ $found }
    .help = 文件在签名后被改动过。请向城市重新索取。
refusal-auction-seal-other-key = 笔录由{ $found }签名，而非{ $expected }。
    .help = 请与公布的密钥比较。若您给出的正是公布的密钥，则笔录系伪造。
refusal-auction-file-column = { $file }没有“{ $column }”列。
    .help = 请在第一行写明各列：{ $columns }。
refusal-auction-file-row = { $file }第{ $line }行无法读取：{ $found }
    .help = 请每行写一条，字段数与第一行相同。
refusal-auction-file-number = { $file }第{ $line }行：{ $column }为“{ $found }”，不能用作数字。
    .help = 请写成152.50这样的小数，不超过十八位数字。
refusal-auction-file-lot-unknown = { $file }第{ $line }行：没有名为“{ $found }”的标的。
    .help = 请把该标的加入标的文件，或更正其名称。
refusal-auction-file-lot-repeated = { $file }第{ $line }行：标的“{ $found }”重复出现。
    .help = 请只保留其中一行。
refusal-auction-file-lot-flawed = { $file }第{ $line }行：该标的无法进行：{ $found }
    .help = 截止须晚于开始，价格不得低于零。
refusal-auction-file-rules = { $file }第{ $line }行：{ $found }
    .help = 规则有kind、proxy、steps、window_s和cap_s；见bellwether auction replay --help。
