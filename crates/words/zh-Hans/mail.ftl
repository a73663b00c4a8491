# 邮件：内容、个人选择和发件箱。

# 每封邮件都有的内容。
mail-greeting = { $name }，您好：
mail-link = 打开
mail-from = 由{ $place }（{ $url }）发送。除非信中另有说明，请勿回复此地址。
mail-stop = 不再接收此类邮件：{ $url }
mail-stop-this = 不再接收此类通知：{ $url }

# 类别及收到的原因。
mail-kind-invitation = 邀请和一次性链接
mail-kind-registration = 确认注册的链接
mail-kind-security = 我的账号安全
mail-kind-task = 有任务待我处理
mail-kind-reminder = 期限将至或已过
mail-kind-checkpoint = 日志的签名检查点
mail-kind-webhook = 回调已停用
mail-why-webhook = 您收到此邮件，是因为您管理贵机构的回调。可在“我的账号”中设置接收哪些邮件。
mail-webhook-off-subject = { $organisation }的一个回调已停用
mail-webhook-off-body = { $organisation }的一个回调不再收到告知。{ $reason }

    请打开其页面，查看已告知的内容和答复，并可重新启用。停用期间的变更请查看变更流。
mail-webhook-off-link = 打开回调
mail-task-passed-subject = 有任务转交给您：{ $reference }
mail-task-passed-body = 办件 { $reference }（{ $process }）的一项任务原由他人办理，该人已不能办理，现待您处理，没有期限。
mail-task-passed-link = 打开办件
mail-task-passed-due-subject = 有任务转交给您：{ $reference }
mail-task-passed-due-body = 办件 { $reference }（{ $process }）的一项任务原由他人办理，该人已不能办理，现待您处理，期限为{ $due }。
mail-task-passed-due-link = 打开办件
mail-stand-in-given-subject = 您已指定代办人
mail-stand-in-given-body = 自{ $from }至{ $until }，有人可代您办理此流程的任务：{ $process }。如非您本人指定，请在页面上终止并告知办公室。
mail-stand-in-given-link = 打开代办
mail-stand-in-taken-subject = 您被指定为同事的代办人
mail-stand-in-taken-body = 自{ $from }至{ $until }，您可代同事办理此流程的任务：{ $process }。代谁办理，见页面。
mail-stand-in-taken-link = 打开代办
mail-emergency-asked-subject = 有紧急访问申请等待决定
mail-emergency-asked-body =
    有人于 { $at } 申请对一项事项的紧急访问，须由安全管理员决定。

    请先核实本人身份并确认确属紧急，再予批准。
mail-emergency-asked-link = 打开申请
mail-emergency-granted-subject = 紧急访问已开放：{ $reference }
mail-emergency-granted-body = 您申请的紧急访问 { $reference } 已开放至 { $until }。每次查看均有记录，事项所属方已收到通知。
mail-emergency-granted-link = 打开
mail-emergency-refused-subject = 紧急访问未获批准：{ $reference }
mail-emergency-refused-body = 您申请的紧急访问 { $reference } 未获批准，理由见页面。
mail-emergency-refused-link = 查看答复
mail-emergency-opened-subject = 与您有关的事项已开放紧急访问：{ $reference }
mail-emergency-opened-body =
    { $reference } 于 { $at } 因紧急情况向一位平时无权查看的人员开放，至 { $until } 为止。该决定由两人作出；何人、为何以及查看次数均见页面。

    您无需办理任何手续。如觉有异，请告知安全管理员。
mail-emergency-opened-link = 查看何人与缘由
mail-emergency-closed-subject = 紧急访问已结束：{ $reference }
mail-emergency-closed-body = 对 { $reference } 的紧急访问已于 { $at } 提前结束。
mail-emergency-closed-link = 查看使用情况
mail-address-confirm-subject = 请确认您的新邮箱
mail-address-confirm-body =
    有人于 { $at } 申请将此邮箱用于其账号。如果是您本人，请在登录状态下打开链接，并点按其中的按钮。

    如非本人，无需处理：不打开链接，此邮箱不会被使用。
mail-address-confirm-link = 确认邮箱
mail-address-taken-subject = 有人申请使用您的邮箱
mail-address-taken-body =
    另一账号的持有人于 { $at } 申请使用此邮箱。它已属于本平台的一个账号，因此未作任何更改。

    如果是您本人：请用此邮箱登录，或先注销另一账号。
mail-address-taken-link = 打开我的账号
mail-address-asked-subject = 有人申请更换邮箱
mail-address-asked-body =
    已登录您账号的人于 { $at } 申请今后使用另一邮箱。在新邮箱确认之前，仍以此邮箱为准。

    如非本人，请在账号页面放弃该更换、修改密码，并告知办公室。
mail-address-asked-link = 打开我的账号
mail-address-changed-subject = 您的邮箱已更换
mail-address-changed-body =
    您账号的邮箱已于 { $at } 更换。此邮箱不再能登录，这是发往此处的最后一封信。

    如非本人，请立即告知办公室。
mail-address-changed-link = 打开首页
mail-registration-granted-subject = 您的注册已通过：{ $reference }
mail-registration-granted-body = { $process }，{ $reference }：已予通过。您的账号现已加入该企业。
mail-registration-granted-link = 打开决定
mail-registration-passed-on-subject = 您的注册已转企业管理员：{ $reference }
mail-registration-passed-on-body = { $process }，{ $reference }：该企业已注册。您是否属于该企业，由其管理员决定，已为此另立办件。
mail-registration-passed-on-link = 打开办件
mail-registration-refused-subject = 您的注册未通过：{ $reference }
mail-registration-refused-body = { $process }，{ $reference }：未予通过。理由见页面。
mail-registration-refused-link = 打开决定
mail-registration-lapsed-subject = 您的注册已失效：{ $reference }
mail-registration-lapsed-body = { $process }，{ $reference }：要求补充的材料未按期提交。您可以重新注册。
mail-registration-lapsed-link = 打开办件
mail-registration-declined-subject = 企业管理员未予同意：{ $reference }
mail-registration-declined-body = { $process }，{ $reference }：企业管理员表示不认识您。如有误，请在页面上说明，由办公室决定。
mail-registration-declined-link = 打开办件
mail-kind-test = 测试邮件
mail-why-invitation = 您收到此邮件，是因为有人为您在此开设了账号。如不知情，请勿打开链接，并告知本平台。
mail-kind-alert = 保存的检索有新结果
mail-why-alert = 您收到此信，是因为您保存了这项检索。通知频率可在其页面上设置。
mail-why-registration = 您收到此邮件，是因为有人在注册企业时填写了此邮箱。如非您本人，无需理会：没有密码，链接无效。
mail-kind-bulletin = 成果简报
mail-why-bulletin = 您收到此信，是因为您所在部门在发送范围内，或您订阅了简报。此信链接被打开只按部门计一次，不记录由谁打开。
mail-kind-subscription = 确认地址的链接
mail-why-subscription = 您收到此信，是因为有人在简报页面填写了此地址。如不点击链接，今后不会再收到邮件，地址一周后删除。
mail-why-security = 您收到此邮件，是因为它涉及您的账号。此类邮件不能关闭。
mail-why-task = 您收到此邮件，是因为任务由您或您所任的角色办理。可在“我的账号”中设置接收哪些邮件。
mail-why-reminder = 您收到此邮件，是因为有期限与您有关。可在“我的账号”中设置接收哪些邮件。
mail-why-checkpoint = 您收到此邮件，是因为运营方将您列为见证人。请保存：日后可凭此证明当天日志的状态。
mail-why-test = 平台维护人员发送此邮件以检查邮件是否可用。

# 各类邮件。
mail-invitation-subject = 您在{ $place }的账号
mail-invitation-body =
    您已在{ $place }拥有账号。请用下面的链接设置密码；链接只能使用一次，有效期至{ $until }。

    之后请用此邮箱地址登录。
mail-invitation-link = 设置密码
mail-colleague-subject = 加入{ $organisation }的邀请
mail-colleague-body =
    您受邀加入{ $organisation }。请在{ $until }前打开链接，仅可使用一次。

    如您已有平台账号，请输入该账号的密码；否则请设置新密码。
mail-colleague-link = 打开邀请
mail-registration-subject = 确认您在{ $place }的注册
mail-registration-body =
    有人在{ $place }注册企业时填写了此邮箱。

    请在{ $until }前打开链接，并用注册时设置的密码确认。如该邮箱已有账号，页面会予以说明，并要求输入该账号的密码。
mail-registration-link = 确认注册
mail-password-reset-subject = 重设{ $place }的密码
mail-password-reset-body =
    管理员已为您在{ $place }的账号发起重设密码。请用下面的链接设置；链接只能使用一次，有效期至{ $until }。

    如非您本人要求，请勿打开链接，并告知管理员。设置新密码之前，原密码仍然有效。
mail-password-reset-link = 设置密码
mail-security-subject = 关于您的账号：{ $what }
mail-security-body =
    { $what }：{ $at }。

    如非您本人操作，请结束全部会话、修改密码，并告知安全管理员。
mail-security-link = 查看我的账号
mail-signed-in-device-subject = 有新的浏览器登录
mail-signed-in-device-body =
    有人用未曾出现过的浏览器、从网络 { $network } 登录了您的账号：{ $at }。

    如非您本人操作，请结束全部会话、修改密码，并告知安全管理员。
mail-signed-in-device-link = 查看我的会话
mail-signed-in-network-subject = 有新的网络登录
mail-signed-in-network-body =
    有人从未曾出现过的网络 { $network } 登录了您的账号：{ $at }。

    如非您本人操作，请结束全部会话、修改密码，并告知安全管理员。
mail-signed-in-network-link = 查看我的会话
mail-recovery-subject = 有双重验证恢复待确认
mail-recovery-body =
    { $at }发起了一项双重验证恢复，等待另一位安全管理员确认。

    请核实本人身份后再确认。
mail-recovery-link = 打开工作台
mail-task-subject = 有任务待您处理：{ $reference }
mail-task-body = 办件 { $reference }（{ $process }）有一项任务待您处理，没有期限。
mail-task-link = 打开办件
mail-task-due-subject = 有任务待您处理：{ $reference }
mail-task-due-body = 办件 { $reference }（{ $process }）有一项任务待您处理，期限为{ $due }。
mail-task-due-link = 打开办件
mail-remind-subject = 还剩 { $days } 个工作日：{ $reference }
mail-remind-body = 您在办件 { $reference }（{ $process }）中的任务将于{ $due }到期。
mail-remind-link = 打开办件
mail-overdue-subject = 已逾期：{ $reference }
mail-overdue-body = 办件 { $reference }（{ $process }）的任务已于{ $due }到期，仍未处理。
mail-overdue-link = 打开办件
mail-escalate-subject = 您的部门有任务逾期：{ $reference }
mail-escalate-body = 办件 { $reference }（{ $process }）的一项任务已于{ $due }到期，无人处理。现告知您作为上一级负责人。
mail-escalate-link = 打开办件
mail-checkpoint-subject = 日志检查点：{ $size } 条
mail-checkpoint-body =
    { $at }，本平台日志共有 { $size } 条。签名文本如下。

    请原样保存此邮件。日后任何人都可凭此核对这些条目是否被改动。
mail-alert-subject = 您保存的检索有新结果
mail-alert-body = 您保存的一项检索有{ $count }项新结果。
mail-alert-link = 打开保存的检索
mail-bulletin-subject = { $title }
mail-bulletin-body =
    { $title }

    { $intro }
mail-bulletin-link = 阅读简报
mail-subscription-subject = 请确认订阅简报
mail-subscription-body = 有人用此地址订阅了成果简报。如是您本人，请在一周内通过下面的链接确认。
mail-subscription-link = 确认我的地址
mail-technology-not-public = 成果{ $reference }（未公开）
mail-test-subject = 邮件可用
mail-test-body = 此邮件发送于{ $at }，用于检查邮件是否可用。收到即可用。

# 未发出的原因。
mail-error-too-late = 等待过久，已无意义。
mail-error-unreadable = 本程序不认识这类邮件。
mail-error-nothing-left = 所列内容对收件人已不可见。
mail-error-secret = 信中的一次性链接已不存在，请重新生成。
mail-error-gone = 账号已停用。
mail-error-stopped = 本人不接收此类邮件。
mail-error-done = 任务已办结，或不再由此人办理。
mail-error-no-server = 尚未设置邮件。

# 发件箱。
mail-outbox-title = 邮件
mail-outbox-lead = 等待、已发、放弃或不再需要的邮件。此处不显示正文。
mail-outbox-off = 尚未设置邮件服务器。邮件在此等待，过期后放弃。请在设置文件中填写 mail.smtp_url 和 mail.from，然后重新启动服务。
mail-outbox-demo = 演示城市不向任何人发送邮件，邮件在此等待以供查看。
mail-outbox-on = 邮件交给 { $server } 发送。
mail-outbox-empty = 此处没有邮件。
mail-outbox-all = 全部
mail-outbox-tabs = 邮件
mail-outbox-given-up-help = 对方服务器已明确拒收。请更正收件人的地址，或联系邮件服务器的运营方，然后重试。
mail-state-waiting = 等待
mail-state-sent = 已发
mail-state-given-up = 已放弃
mail-state-dropped = 不再需要
mail-column-to = 收件人
mail-column-subject = 主题
mail-column-kind = 类别
mail-column-state = 状态
mail-column-attempts = 次数
mail-column-made = 生成时间
mail-column-error = 最近的问题
mail-column-act = 操作
mail-next = 下次尝试：{ $at }
mail-retry = 重试
mail-retried = 将重新尝试。
mail-test-title = 发送测试邮件
mail-test-address = 收件地址
mail-test-send = 发送
mail-test-queued = 邮件已进入队列。重新加载此页可查看结果。
mail-queue = 等待的邮件
mail-oldest = 最早等待的邮件始于
mail-more = 查看邮件

# 个人选择。
mail-wishes-title = 邮件
mail-wishes-lead = 选择接收哪些邮件。涉及账号安全的邮件和一次性链接始终发送。无论如何选择，工作台上都能看到全部内容。
mail-wishes-open = 选择邮件
mail-wishes-saved = 已保存。
mail-wishes-always = 始终发送：{ $kinds }
mail-wishes-save = 保存
mail-wishes-recent = 发给我的邮件
mail-wishes-none = 还没有邮件。
mail-wish-at-once = 立即
mail-wish-none = 不接收
mail-stop-title = 停止邮件
mail-stop-lead = 您将不再收到此类邮件：{ $kind }。其他一切不变，工作台上仍能看到全部内容。
mail-stop-press = 停止接收
mail-stopped = 此类邮件不再发给您。可在“我的账号”中重新开启。

refusal-mail-kind-unknown = 没有名为 { $found } 的邮件类别。
    .help = 请从列出的类别中选择。
refusal-mail-kind-always = 此类邮件不能关闭。
    .help = 它们涉及您的账号安全。
refusal-letter-sent = 邮件已经发出。
    .help = 请重新查看列表。
refusal-letter-dropped = 邮件已不再需要。
    .help = 无需处理。
refusal-letter-secret-gone = 此邮件的一次性链接已不存在。
    .help = 请重新邀请或重新重设密码，届时会发出新邮件。
mail-kind-deal = 本机构的交易与合同
mail-why-deal = 您代表所在机构办理交易与合同，因此收到此邮件。可在账户中设置接收哪些邮件。
mail-kind-booking = 我的仪器预约
mail-why-booking = 您收到此信，是因为它与您的预约或候补有关。接收哪些信件可在账户中设置。
mail-kind-freed = 仪器空闲机时
mail-why-freed = 您收到此信，是因为您要求在该仪器有空闲机时时得到通知。可在“我的候补”中取消。
mail-service-moved-subject = { $what }：{ $reference }
mail-service-moved-body = 贵单位的委托单{ $reference }有新进展：{ $what }。请打开查看下一步。
mail-deal-offer-subject = 收到报价：{ $reference }
mail-deal-offer-body = 有机构就贵机构的供给提出报价：{ $reference }。报价有效至 { $at }，逾期未答视为拒绝。
mail-deal-offer-link = 查看报价
mail-deal-countered-subject = 收到反报价：{ $reference }
mail-deal-countered-body = 对方另行提出报价：{ $reference }。报价有效至 { $at }，逾期未答视为拒绝。
mail-deal-countered-link = 查看报价
mail-deal-accepted-subject = 价格已被接受：{ $reference }
mail-deal-accepted-body = 有机构接受了贵机构的价格：{ $reference }。未在此前说明理由拒绝的，自 { $at } 起成立。
mail-deal-accepted-link = 打开交易
mail-deal-expires-subject = 报价即将到期：{ $reference }
mail-deal-expires-body = { $reference } 的最后报价有效至 { $at }。逾期未答视为拒绝。
mail-deal-expires-link = 答复
mail-deal-recounted-subject = 期限调整：{ $reference }
mail-deal-recounted-body = 因工作日变更，交易 { $reference } 当前阶段的截止时间调整为 { $at }。
mail-deal-recounted-link = 打开交易
mail-deal-moved-subject = { $what }：{ $reference }
mail-deal-moved-body = 交易 { $reference } 的最新情况：{ $what }。
mail-deal-moved-link = 打开交易
mail-contract-drafted-subject = 合同已起草：{ $reference }
mail-contract-drafted-body = 与贵机构的合同 { $reference } 已起草。提交签署之前，双方均可修改文本。
mail-contract-drafted-link = 查看草案
mail-contract-to-sign-subject = 待签署：{ $reference }
mail-contract-to-sign-body = 合同 { $reference } 等待贵机构签署。
mail-contract-to-sign-link = 阅读并签署
mail-contract-to-sign-until-subject = 待签署：{ $reference }
mail-contract-to-sign-until-body = 合同 { $reference } 等待贵机构签署，有效至 { $at }。
mail-contract-to-sign-until-link = 阅读并签署
mail-contract-lapses-subject = 签署期限将至：{ $reference }
mail-contract-lapses-body = 合同 { $reference } 的签署期限至 { $at }，尚有一方未签署。
mail-contract-lapses-link = 打开合同
mail-contract-bound-subject = 各方已签署：{ $reference }
mail-contract-bound-body = 各方均已签署合同 { $reference }，合同自此生效。
mail-contract-bound-link = 打开合同
mail-contract-moved-subject = { $what }：{ $reference }
mail-contract-moved-body = 合同 { $reference } 的最新情况：{ $what }。
mail-contract-moved-link = 打开合同
mail-contract-due-subject = 付款将到期：{ $reference }
mail-contract-due-body = 合同 { $reference } 有一笔款项应于 { $on } 支付。
mail-contract-due-link = 打开合同
mail-contract-overdue-subject = 付款逾期：{ $reference }
mail-contract-overdue-body = 合同 { $reference } 有一笔款项应于 { $on } 支付，至今未到账或未足额到账。
mail-contract-overdue-link = 打开合同
mail-contract-milestone-due-subject = 里程碑将到期：{ $reference }
mail-contract-milestone-due-body = 合同 { $reference } 的一项里程碑应于 { $on } 交付。
mail-contract-milestone-due-link = 打开合同
mail-contract-milestone-late-subject = 里程碑逾期：{ $reference }
mail-contract-milestone-late-body = 合同 { $reference } 的一项里程碑应于 { $on } 交付，至今未交付。
mail-contract-milestone-late-link = 打开合同
mail-contract-answer-due-subject = 交付待答复：{ $reference }
mail-contract-answer-due-body = 请于 { $on } 前验收合同 { $reference } 的交付，或说明理由退回。
mail-contract-answer-due-link = 答复

mail-standard-subject = 标准{ $number }有变更
mail-standard-body = { $number }《{ $title }》：{ $status }。您关注了这项标准。
mail-standard-link = 查看标准
mail-kind-auction = 我参与或出让的拍卖动态
mail-kind-outbid = 有人出价高于我
mail-why-auction = 您收到此信，是因为您参与了该拍卖，或负责其中出让的成果。邮件偏好可在账户中设置。
mail-why-outbid = 您收到此信，是因为您曾在该拍卖中领先。可在账户中关闭。
mail-charge-disputed-subject = 客户申请更正账单条目：{ $reference }
mail-charge-disputed-body = 客户申请更正贵单位账单条目{ $reference }。在本单位作出决定之前，该条目不收款。
mail-charge-granted-subject = 已按申请更正：{ $reference }
mail-charge-granted-body = 您对账单条目{ $reference }提出的更正申请已同意。该条目已由红字条目冲销，条目页面可查看冲销条目和新条目。
mail-charge-declined-subject = 未予更正：{ $reference }
mail-charge-declined-body = 您对账单条目{ $reference }提出的更正申请未获同意，理由见条目页面。
