# 专利开放许可：声明、公告、以通知取得、撤回或失效。

open-licence-state-declared = 已声明，尚未公告
open-licence-state-announced = 对所有人开放
open-licence-state-withdrawn = 已撤回
open-licence-state-lapsed = 已失效
open-licence-since = 于 { $at } 公告。
open-licence-until = 自 { $at } 起不再接受通知。此前成立的许可继续有效。
open-licence-lapse-right-lapsed = 专利已不再有效。
open-licence-lapse-transferred = 专利已转移给他人。
open-licence-lapse-withdrawn = 该技术已撤回。
open-licence-count = { $count ->
    [0] 尚无许可成立。
   *[other] 已有 { $count } 项许可成立。
}
open-licence-register = 许可登记
open-licence-licensee = 被许可人
open-licence-received = 通知送达时间
open-licence-receipt = 送达凭证
open-licence-declare = 声明开放许可
open-licence-declare-means = 声明后任何人均可按本挂牌条件实施该专利；有效期间不授予独占或排他许可。
open-licence-report-hint = 实用新型与外观设计须填写其编号
open-licence-announce = 公告
open-licence-withdraw = 撤回
open-licence-notice = 发出通知并取得许可
open-licence-notice-means = 通知送达之时许可成立，凭证载明该时间。费用按公告支付。

refusal-open-licence-needs-patent = 没有有效专利。
    .help = 请登记已授权专利的编号与届满日。
refusal-open-licence-needs-report = 实用新型或外观设计须有专利权评价报告。
    .help = 请填写报告编号。
refusal-open-licence-stands = 已有开放许可：{ $reference }。
    .help = 请先撤回，再作声明。
refusal-open-licence-exclusive = 已授予或正在提供独占性权利：{ $reference }。
    .help = 开放许可只能与非独占许可并存。请先撤回该挂牌。
refusal-open-licence-not-now = 当前状态下不能办理：{ $state }。
    .help = 请重新载入页面。
refusal-open-licence-takes-none = 不接受通知：已于 { $at } 结束，或尚未公告。
    .help = 请向权利人申请许可。
refusal-open-licence-had = 您所在机构已有许可：{ $reference }。
    .help = 请在“交易”中查看。
