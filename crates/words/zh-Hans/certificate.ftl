# 确认证书，以及是否仍然有效。

certificate-title = 确认证书
certificate-print = 请打印本页。持有者可核对其是否仍然有效。
certificate-says = 所确认的内容
certificate-technology = 技术
certificate-owner = 权属单位
certificate-reference = 编号
certificate-version = 版本
certificate-confirmed = 权属单位确认时间
certificate-digest = 内容哈希
certificate-check = 核对本证书
certificate-scan = 请扫描二维码，或输入其下的地址。
certificate-check-now = 立即核对
certificate-log = 城市日志，{ $at }：{ $size }条，根{ $root }
certificate-verify-title = 证书是否仍然有效？
certificate-valid = 有效：这是权属单位目前确认的内容。
certificate-changed = 自{ $at }起已有变更：证书所述为此前确认的内容。
certificate-withdrawn = 已于{ $at }撤回：证书不再有效。
certificate-not-ours = 没有这样的证书。
certificate-not-ours-help = 请逐字比对编号和版本。若完全相同，则该证书并非由此处出具。
certificate-see = 目前的内容
certificate-compare = 请将这些内容与证书比对，并将本页地址与您所知的地址比对。
refusal-certificate-not-public = 此技术没有证书。
    .help = 只有已确认且人人可见的技术才有证书：否则无人能够核对。
