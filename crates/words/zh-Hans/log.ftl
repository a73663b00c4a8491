# 日志与查看记录。

log-title = 日志
log-lead = 平台上的每项变更都记入同一日志，检查点均经签名，任何人（包括我们）都无法悄悄改动历史。
log-checkpoint-title = 最新检查点
log-checkpoint-lead = 检查点载明日志名称、条目总数，以及覆盖全部条目的哈希值。
log-checkpoint-none = 尚未签发首个检查点。
log-checkpoint-file = 检查点文件
log-size = 条目数
log-signed-at = 签名时间
log-key-title = 核验公钥
log-key-lead = 请保存此公钥。如有变更，请先问明原因，再信任检查点。
log-key-file = 公钥文件
log-verify-title = 自行核验
log-verify-lead = 在装有OpenSSL 3的命令行中即可核验签名：
log-verify-answer = 结果应为“Signature Verified Successfully”。请保存检查点：此后的检查点必须能证明由它延续而来。
log-verify-more = 某一条目在日志中的证明，以及新旧检查点前后一致的证明，可通过开放接口获取。格式采用C2SP公开规范（signed note、tlog-checkpoint）。
log-kept-title = 日志内容
log-kept-text = 记录何人在何时对何物做了什么。对正文仅保存承诺值，因此可以依法删除文本而不破坏日志链。条目总数公开，条目内容不公开。
log-looks-title = 查看记录
log-looks-lead = 对非公开内容的查看，按时间从新到旧排列。您只能看到由您负责的内容。
log-looks-none = 暂无您有权查看的记录。
log-looks-one = 某项成果的查看记录。
log-looks-all = 显示全部
log-look-at = 时间
log-look-person = 查看者
log-look-network = 网络
log-look-things = 内容
log-look-number = 条目

refusal-proof-out-of-range = 日志中没有该证明：{ $found }。
    .help = 请使用1至最新检查点条目数之间的数值。
