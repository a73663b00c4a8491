# 命令行：输出与帮助。

cli-help-usage = 用法
cli-help-examples = 示例
cli-help-commands = 命令
cli-help-options = 本命令的选项
cli-help-common = 通用选项

cli-about-bellwether = 科技城一体化程序：成果目录、权属，以及谁能看到什么。
cli-examples-bellwether =
    bellwether demo                            在本机打开一座已填好内容的演示城市
    bellwether init                            建立自己的城市
    bellwether serve                           对外提供服务
    bellwether import technologies files/      从文件导入成果
cli-notes-bellwether = 退出码：0 完成 · 1 失败或部分完成 · 2 用法有误 · 3 未找到 · 4 无权限 · 5 被规则拒绝 · 6 冲突 · 7 结果未知 · 8 数据损坏。
cli-about-serve = 向浏览器和程序提供数据目录中的城市。
cli-examples-serve =
    bellwether serve --data /var/lib/bellwether
    bellwether serve --config /etc/bellwether.toml
    BELLWETHER_STORE=postgres://db/city bellwether serve
cli-about-init = 建立城市：回答七个问题，写一个设置文件，开通第一个账户。
cli-examples-init =
    bellwether init
    bellwether init --name-en "Fucheng" --name-zh 涪城 --public-url https://city.example --operator-email wu.min@city.example
    bellwether init --name-en "Fucheng" --operator-email wu.min@city.example --security-email gu@city.example --json
cli-about-demo = 在本机启动演示城市：人物和成果均为虚构，可直接登录。
cli-examples-demo =
    bellwether demo
    bellwether demo --scale 10000 --port 8090
    bellwether demo --data /tmp/another-demo --lang zh
cli-about-import = 从文件读入。
cli-about-import-technologies = 从文件和文件夹导入成果。格式按内容识别：电子表格、CSV、专利XML、JSON行，以及它们的压缩包。
cli-examples-import-technologies =
    bellwether import technologies results.xlsx
    bellwether import technologies patents/ catalogue.csv --owner "Fucheng Institute"
    bellwether import technologies nasa/ --owner NASA --public-source "NASA technology transfer portal"
    bellwether import technologies results.xlsx --dry-run --json
cli-notes-import-technologies = 合格的记录导入，其余列入报告。同样的文件再导入一次不会有任何改变，中断后亦然。
cli-about-import-organisations = 读取企业名录：工作簿或CSV，中文或英文表头，每行一家企业。
cli-examples-import-organisations =
    bellwether import organisations register.xlsx --source "2026年3月企业名录"
    bellwether import organisations register.csv --dry-run --json
cli-notes-import-organisations = 企业以“未核验”状态进入，可由本企业人员认领。不读取人员和电话列。同一文件再次导入不产生变化，企业自行填写的内容不会被覆盖。
cli-about-import-files = 把另一处文件存储中的文件带到设置所指的位置：备份中的文件，或改用存储桶之前的目录。
cli-examples-import-files =
    bellwether import files /backups/2026-11-22/files
    bellwether import files /var/lib/bellwether/files --json
cli-notes-import-files = 每个文件在途中按其哈希核对。已有的保留，损坏的会被修复，原目录保持不变。
cli-about-export = 写出到文件。
cli-about-export-technologies = 把询问者可见的成果写到文件或标准输出。
cli-examples-export-technologies =
    bellwether export technologies --out technologies.xlsx
    bellwether export technologies --format jsonl --q "heat pump" > found.jsonl
    bellwether export technologies --format st96 --out patents.xml --as wu.min@city.example
cli-about-export-ledger = 把本市账簿写成hledger或beancount可读的文本，或写成表格。
cli-examples-export-ledger =
    bellwether export ledger > city.journal
    bellwether export ledger --format beancount --out city.beancount
    bellwether export ledger --format transfers --out transfers.csv
cli-about-reindex = 重建检索索引，期间旧索引继续服务。
cli-examples-reindex =
    bellwether reindex
    bellwether reindex --data /var/lib/bellwether --json
cli-about-verify = 核对所存内容是否与所写一致。
cli-about-verify-log = 核对日志的每一条、每一块和每个签名，并把成果与其最后一条日志对照。
cli-examples-verify-log =
    bellwether verify log
    bellwether verify log --data /backup/bellwether --json
cli-about-backup = 备份某一时刻的全部内容，服务器运行时也可进行：数据行、文件、去除秘密的设置，以及各自应有的内容。
cli-examples-backup =
    bellwether backup --to /backup/2026-03-02
    bellwether backup --to "/backup/$(date -I)" --data /var/lib/bellwether --json
cli-notes-backup = 备份完整后文件夹才出现。其中从不含日志密钥。备份含有一切内容，离开本机前请加密。
cli-about-restore = 核对每个文件和整个日志后，由备份在空处恢复城市。
cli-examples-restore =
    bellwether restore --from /backup/2026-03-02 --data /var/lib/bellwether
    bellwether restore --from /backup/2026-03-02 --store postgres://db/city --key log.pub
    bellwether restore --from /backup/2026-03-02 --data /tmp/try --dry-run
cli-notes-restore = 所有人都会退出登录。请先把log.key放入数据目录：没有它城市不能开放。
cli-about-move = 在SQLite与PostgreSQL之间迁移全部数据行，双向皆可，并比较两边。
cli-examples-move =
    bellwether move --from sqlite:/var/lib/bellwether --to postgres://db/city
    bellwether move --from postgres://db/city --to sqlite:/var/lib/bellwether-new
cli-notes-move = 请先结束两边的服务器。来源保持原样，期间不接受改动。中断时目标处不留任何内容：请再次执行同一命令。
cli-about-verify-files = 读取数据行所引用的每个文件，指出缺失或损坏者。
cli-examples-verify-files =
    bellwether verify files
    bellwether verify files --data /var/lib/bellwether --json
cli-about-verify-backup = 就地核对备份：每个文件、整个日志、签名检查点。不需要城市。
cli-examples-verify-backup =
    bellwether verify backup /backup/2026-03-02
    bellwether verify backup /backup/2026-03-02 --key log.pub --json
cli-about-verify-receipt = 仅凭公布的日志密钥核对回执，并说明它证明什么。不需要城市。
cli-examples-verify-receipt =
    bellwether verify receipt entry-17.tlog-proof --key log.pub
    bellwether verify receipt entry-17.tlog-proof --key "city.example/log+4eaa36c4+AQOh…" --json
cli-about-evaluate = 用带评判的文集衡量检索和匹配。不需要城市。
cli-about-evaluate-search = 衡量检索。
cli-examples-evaluate-search =
    bellwether evaluate search --docs docs.tsv --queries queries.tsv --qrels qrels.txt
cli-about-evaluate-matching = 衡量需求与成果的匹配。
cli-examples-evaluate-matching =
    bellwether evaluate matching --docs docs.tsv --queries queries_full.jsonl --qrels qrels.txt --dictionary cedict.txt.gz
cli-about-organisation = 本市的单位：成果的权利人及人员所属单位。
cli-about-organisation-add = 新增单位并输出其编号。
cli-examples-organisation-add =
    bellwether organisation add --name-en "Fucheng Institute" --name-zh 涪城研究所 --kind institute
    bellwether organisation add --name-zh 涪江精工有限公司 --kind firm --credit-code 91350100M000100Y43 --region-zh 涪城区
cli-about-organisation-list = 列出单位的编号、类型和名称。
cli-examples-organisation-list =
    bellwether organisation list
    bellwether organisation list --json
cli-about-user = 城市的人员、角色和一次性链接。
cli-about-user-add = 邀请一个人，并输出用于设置口令的一次性链接。
cli-examples-user-add =
    bellwether user add li.na@city.example --name "Li Na" --organisation "Fucheng Institute" --role transfer-officer
cli-about-user-list = 列出人员及其角色。
cli-examples-user-list =
    bellwether user list
    bellwether user list --organisation "Fucheng Institute" --json
cli-about-user-disable = 停用账户：会话、密钥和链接立即失效。此人做过的事保留。
cli-examples-user-disable =
    bellwether user disable li.na@city.example
    bellwether user disable li.na@city.example --yes --no-input
cli-about-user-reset = 输出设置新口令的一次性链接，半小时内有效。
cli-examples-user-reset =
    bellwether user reset li.na@city.example
cli-about-user-factor = 人员的双重验证。
cli-about-user-factor-reset = 以平台运维账号的身份取消遗失的双重验证：记入日志，并告知本人。
cli-notes-user-factor-reset = 口令不变，下次登录时仍需输入。在页面上由两名安全管理员共同办理；不足两名安全管理员时，或为运维账号本身，可用此命令。
cli-examples-user-factor-reset =
    bellwether user factor reset li.na@city.example
    bellwether user factor reset li.na@city.example --yes --no-input
cli-about-user-role = 授予或结束某人在单位中的角色。
cli-examples-user-role =
    bellwether user role li.na@city.example agency-officer
    bellwether user role li.na@city.example agency-officer --end
cli-about-token = 编程接口的密钥。
cli-about-token-create = 生成密钥并输出其内容，仅此一次。
cli-examples-token-create =
    bellwether token create "nightly harvest" --scope technologies:read --days 30
    bellwether token create upload --scope technologies:read,technologies:write --person li.na@city.example
cli-about-token-list = 列出某人的密钥，不含密钥内容。
cli-examples-token-list =
    bellwether token list --as li.na@city.example
cli-about-token-revoke = 立即作废密钥。
cli-examples-token-revoke =
    bellwether token revoke tok_019a…
cli-about-doctor = 检查城市所依赖的条件：磁盘、时钟、版本、索引。
cli-examples-doctor =
    bellwether doctor
    bellwether doctor --json

cli-arg-data = 数据目录（默认./bellwether-data；demo为./demo-data）
cli-arg-store = 不在数据目录中的存储：postgres://…；地址含口令时请改用环境变量BELLWETHER_STORE
cli-arg-json = 标准输出为一个JSON文档，错误以JSON写到错误输出
cli-arg-lang = 语言：en或zh；否则随环境
cli-arg-quiet = 只输出数据和错误
cli-arg-no-input = 从不询问；需要时失败并指出应给的选项
cli-arg-yes = 不再要求确认
cli-arg-help = 本帮助
cli-arg-version = 版本
cli-arg-acting = 以谁的身份：邮箱或编号（默认城市的管理账户）
cli-arg-key = 使重复执行安全：同一键不会做两次
cli-arg-dry-run = 只说明将做什么，不改动
cli-arg-config = 设置文件（默认数据目录中的bellwether.toml）
cli-arg-listen = 监听地址，优先于设置
cli-arg-name-en = 城市的英文名称
cli-arg-name-zh = 城市的中文名称
cli-arg-origin = 日志在签名检查点中的名称，永不改变（默认取自公开地址）
cli-arg-public-url = 人们使用的地址（默认http://127.0.0.1:8080）
cli-arg-operator-email = 管理账户的邮箱
cli-arg-operator-name = 管理员姓名
cli-arg-security-email = 同时邀请第一位安全管理员的邮箱
cli-arg-security-name = 安全管理员姓名
cli-arg-scale = 另加这么多条生成的成果
cli-arg-port = 127.0.0.1上的端口（默认8080）；0由系统选择
cli-arg-paths = 文件和文件夹；文件夹整个读入，按名称排序
cli-arg-owner = 成果的权属单位：名称、编号或标识（默认管理账户所在单位）
cli-arg-folder = 另一处文件存储的目录
cli-arg-source = 名录名称，将保存并显示；省略时使用文件名
cli-arg-public-source = 文件的公开来源；不给则只有自证已公布的记录公开
cli-arg-to = 备份文件夹；此时尚不存在
cli-arg-move-to = 迁往：postgres://…或sqlite:目录，须为空
cli-arg-from = 备份文件夹
cli-arg-move-from = 来自：postgres://…或sqlite:目录
cli-arg-dir = 备份文件夹
cli-arg-file = 回执
cli-arg-verify-receipt-key = 公布的日志密钥，或含有它的文件
cli-arg-verify-backup-key = 公布的日志密钥，或含有它的文件（默认备份中所写的密钥）
cli-arg-restore-key = 公布的日志密钥，或含有它的文件（默认备份中所写的密钥）
cli-arg-release-ballast = 放弃压舱文件，为写满的磁盘腾出空间
cli-arg-format = xlsx、csv、jsonl或st96（默认按文件扩展名，否则jsonl）
cli-arg-export-ledger-format = hledger、beancount、accounts或transfers（默认hledger）；后两者为CSV
cli-arg-out = 写出的文件（默认标准输出）
cli-arg-q = 仅此检索式所得
cli-arg-docs = 文献：标识、标题、正文，以制表符分隔
cli-arg-queries = 查询：标识和标题以制表符分隔，或JSON行
cli-arg-qrels = 评判：查询、0、文献、等级
cli-arg-dictionary = 双语词典，纯文本或gzip
cli-arg-email = 邮箱
cli-arg-name = 姓名的拉丁字母写法
cli-arg-token-create-name = 密钥的用途
cli-arg-user-add-name-zh = 中文姓名
cli-arg-organisation-add-name-en = 英文名称
cli-arg-organisation-add-name-zh = 中文名称
cli-arg-kind = 类型：institute、university、firm、agency、expert-body、bank 或 park
cli-arg-credit-code = 18 位统一社会信用代码
cli-arg-region-en = 所在地（英文）
cli-arg-region-zh = 所在地（中文）
cli-arg-contact-email = 服务部门的邮箱
cli-arg-contact-phone = 服务部门的电话
cli-arg-organisation = 单位：名称、编号或标识（默认管理账户所在单位）
cli-arg-role = 角色（默认member）
cli-arg-user-role-role = 角色，如transfer-officer或agency-officer
cli-arg-end = 结束该角色而不是授予
cli-arg-person = 人员：邮箱或标识
cli-arg-token-create-person = 密钥归谁（默认执行者本人）
cli-arg-scope = 密钥可做什么：technologies:read、technologies:write、cases:read、cases:write、parties:read、parties:write、ledger:read、ledger:write、instruments:read、instruments:write、log:read、account
cli-arg-days = 有效天数（默认90）
cli-arg-token = 列表中的密钥标识

cli-usage-meant = 是否想输入{ $meant }？
cli-usage-help = 见“bellwether --help”，或在命令后加--help。
cli-usage-unknown-option = 这里没有选项{ $found }。
cli-usage-unknown-command = 没有命令{ $found }。
cli-usage-needs-command = 缺少命令：{ $choices }。
cli-usage-missing = 缺少：{ $missing }。
cli-usage-value = { $option }不能是“{ $found }”。
cli-usage-choice = { $option }不能是“{ $found }”。可选：{ $choices }。
cli-usage-conflict = { $one }与{ $other }不能同时使用。
cli-usage-other = 无法理解所输入的内容。

cli-progress = { $done } / { $all }

cli-store-password-seen = --store中的口令会被本机其他用户看到；请改用环境变量BELLWETHER_STORE。
cli-serve-ready = 已开放：{ $url }
cli-demo-ready = 演示城市已开放：{ $url }
cli-demo-end = 其中一切均为虚构，双重验证可启用但不作要求。Ctrl-C结束；下次启动接着使用。
cli-demo-organisations = 正在添加单位……
cli-demo-people = 正在添加人员……
cli-demo-technologies = 正在添加成果……
cli-demo-instruments = 正在登记仪器……
cli-demo-trustees = 演示受托人的私钥文件位于数据目录下的“trustees”文件夹。
cli-demo-cases = 正在添加办件……
cli-demo-growing = 正在添加生成的成果……
cli-server-late = 用时过长，结果未知。请原样再发一次：不会做两次。

cli-head-role = 角色
cli-head-roles = 角色
cli-head-name = 姓名
cli-head-reference = 编号
cli-head-kind = 类型
cli-head-credit-code = 信用代码
cli-head-email = 邮箱
cli-head-password = 口令
cli-head-person = 标识
cli-head-state = 状态
cli-head-key = 密钥
cli-head-scopes = 范围
cli-head-ends = 到期

cli-import-owner = 权属单位：{ $name }。
cli-import-reading = 正在读取：{ $done }
cli-import-writing = 正在写入：{ $done } / { $all }
cli-import-warning = { $place }：提示：{ $text }
cli-import-problem = { $place }：{ $text }
cli-import-more-problems = 另有{ $count }个问题。
cli-import-done = 新增{ $created }，更新{ $updated }，不变{ $unchanged }，存根{ $stubs }，拒收{ $rejected }，不支持{ $unsupported }
cli-import-would = 将会：新增{ $created }，更新{ $updated }，不变{ $unchanged }，存根{ $stubs }，拒收{ $rejected }，不支持{ $unsupported }
cli-import-interrupted = 已中断。用同样的文件再次运行即可：已完成的保留，其余继续。
cli-export-done = 已写出{ $count }项成果。
cli-export-done-file = 已写出{ $count }项成果到{ $path }。
cli-export-ledger-done = 已将{ $count }笔转账写入{ $path }。
cli-export-everything = 全部
cli-reindex-done = 已索引{ $count }项成果。
cli-verify-done = 日志完好。条目：{ $entries }；检查点：{ $checkpoints }；成果：{ $rows }；根：{ $root }
cli-verify-no-key = 未核对签名：日志密钥在服务器的数据目录中。
cli-files-checked = 文件：{ $files }个，共{ $size }；异常：{ $wrong }
cli-file-damaged = 损坏	{ $hash }
cli-file-missing = 缺失	{ $hash }
cli-files-lost = 因缺失或损坏未复制：{ $hashes }。请运行“verify files”。
cli-move-files = 已复制文件：{ $count }
cli-files-brought = 已带入文件：{ $created }；原已存在：{ $unchanged }
cli-files-damaged = { $hash } 在来源处已损坏，未带入。

cli-organisation-added = 已新增{ $name }，编号为：
cli-organisation-would-add = 将新增{ $name }。
cli-copy-progress = { $table }：{ $rows }
cli-backup-done = 备份在{ $path }：{ $rows }行，{ $size }；日志{ $entries }条，根{ $root }
cli-backup-not-noted = 备份完整，但未能记入日志。
cli-backup-unsigned = 备份不含签名检查点：日志密钥不在手边。
cli-backup-whole = { $path }中{ $at }的备份完好：{ $files }个文件，日志{ $entries }条，根{ $root }
cli-backup-key-own = 用备份自己所写的密钥核对。用--key给出您所知的密钥再核对。
cli-restore-done = 已恢复到{ $at }：日志{ $entries }条，{ $rows }项成果，根{ $root }。所有人已退出登录。
cli-restore-would = { $at }的备份完好，将被恢复：日志{ $entries }条。
cli-restore-next = 下一步：bellwether serve
cli-restore-needs-key = 下一步：把log.key放入数据目录，仅限所有者可读；然后bellwether serve
cli-move-done = 已迁移：{ $tables }张表，{ $rows }行，日志{ $entries }条。两边相同。
cli-move-would = 将迁移{ $tables }张表，共{ $rows }行。
cli-move-nothing = 目标处未留任何内容。请再次执行同一命令。
cli-move-beside = 设置、log.key和上传的文件在数据目录中，不是数据行：请自行复制。
cli-receipt-proves = 这证明日志{ $origin }的第{ $number }条记载{ $thing }第{ $version }版“{ $kind }”，时间{ $at }。签名时日志有{ $size }条。
cli-ballast-released = 已释放{ $size }。有空间时会重新建立该文件。
cli-ballast-none = 没有可放弃的压舱文件。

cli-user-added = 已邀请{ $email }。请转交此链接，一次有效，期限一周：
cli-user-would-add = 将邀请{ $email }。
cli-user-disabled = { $email }已停用。
cli-user-would-disable = 将停用{ $email }。
cli-user-disable-confirm = 此操作立即停用{ $name }的账户。请再输入一次邮箱以确认：
cli-user-reset = 请把此链接转交{ $email }，一次有效，期限半小时：
cli-user-would-reset = { $email }将获得设置新口令的链接。
cli-user-factor-reset = 已取消{ $email }的双重验证，其会话已全部结束，下次登录时告知本人。
cli-user-would-reset-factor = 将取消{ $email }的双重验证。
cli-user-reset-factor-confirm = 此操作取消{ $name }的双重验证。请再输入一次邮箱以确认：
cli-user-role-given = { $email }现有角色{ $role }。
cli-user-would-give-role = { $email }将获得角色{ $role }。
cli-user-role-ended = { $email }不再有角色{ $role }。
cli-user-would-end-role = { $email }将失去角色{ $role }。
cli-token-created = 密钥{ $id }。其内容仅显示这一次：
cli-token-would-create = 将生成密钥“{ $name }”。
cli-token-revoked = 密钥{ $id }已作废。
cli-token-would-revoke = 密钥{ $id }将作废。
cli-secret-told-before = 同一键此前已执行；当时已告知内容，不再保存。

cli-init-greeting = 在{ $path }建立新城市。七个问题；留空则采用方括号中的内容。
cli-init-ask-name-en = 1 · 城市英文名称
cli-init-ask-name-zh = 2 · 城市中文名称
cli-init-ask-public-url = 3 · 人们使用的地址
cli-init-ask-origin = 4 · 日志在检查点中的名称，永不改变
cli-init-ask-operator-email = 5 · 您的邮箱：您将成为管理员
cli-init-ask-operator-name = 6 · 您的姓名
cli-init-ask-contact-email = 7 · 服务部门的邮箱，将显示在帮助页；暂无可留空
cli-init-file-contact = 为用户提供帮助的部门，显示在帮助页。
cli-init-link = { $email }的一次性链接；城市开放服务后一周内有效：
cli-init-file-head = 本城市的设置。运维指南列有全部键。
cli-init-next =
    设置文件：{ $path }
    下一步：1. bellwether serve   2. 打开链接并设置口令   3. bellwether user add … --role security-administrator   4. bellwether import technologies …

cli-doctor-ok = 正常
cli-doctor-warning = 警告
cli-doctor-bad = 不良
cli-doctor-port-serving = 由本服务器应答
cli-doctor-port-taken = 已被占用
cli-doctor-port-free = 空闲
cli-doctor-unlimited = 无限制
cli-doctor-whole = 完好
cli-doctor-never = 从未
cli-doctor-settings = 设置：{ $found }
    .help = 请改正设置文件；服务器无法用它启动。
cli-doctor-disk = 磁盘：剩余{ $free }
    .help = 请腾出空间，或把数据目录移到更大的磁盘；低于警戒线时只能读取。“bellwether doctor --release-ballast”可立即释放压舱文件。
cli-doctor-nodes = 磁盘还能容纳的文件数：{ $count }（0表示不计数）
    .help = 请删除该磁盘上的小文件，或把数据目录移到别处。
cli-doctor-ballast = 压舱文件：{ $size }
    .help = 磁盘有空间时会重新建立；在此之前磁盘写满时无可放弃。
cli-doctor-wal = 预写日志：{ $size }
    .help = 有程序读取过久：备份、报表或其他程序。请让它结束。
cli-doctor-port = 地址{ $address }：{ $state }
    .help = 请结束占用者，或把“listen”设为其他地址。
cli-doctor-limits = 内存：{ $memory }；可打开文件：{ $files }，需要{ $wanted }
    .help = 请提高LimitNOFILE或降低connections_max，并给城市至少512 MB内存。
cli-doctor-failures = 一周内存储失败次数：{ $count }
    .help = 请检查磁盘和线缆，运行“bellwether verify log”，并在别处备份。
cli-doctor-clock = 时钟：{ $now }，启动后被调回{ $steps }次
    .help = 请使用时间服务校时；在时钟赶上之前，城市按自己的时间继续。
cli-doctor-store-clock = 数据库时钟：与本机相差{ $apart }毫秒
    .help = 请用时间服务校准两边时钟。
cli-doctor-engine = 存储：{ $version }
    .help = 该数据库按语言而非码位排序：请用C排序规则新建数据库，并用“bellwether move”迁移。
cli-doctor-schema = 结构版本：{ $found }；本程序支持{ $known }
    .help = 请用写入这些数据的程序，或启动一次服务器使其升级。
cli-doctor-integrity = 数据库页面：{ $found }
    .help = 请停止服务器，原样保留此目录，恢复最近一份能通过核对的备份。
cli-doctor-sequences = 序列：{ $found }
    .help = 某个号码会被重复发放：请停止服务器并由备份恢复。
cli-doctor-ledger = 账簿：{ $found }
    .help = 账目自相矛盾：请停止记账，并与最近的备份比对。
cli-doctor-log = 日志：{ $entries }条，日志头{ $head }，待编号{ $waiting }
    .help = 请运行“bellwether verify log”；它会指出第一条有误的记录。
cli-doctor-checkpoint = 最近检查点：{ $at }；未签名条目：{ $unsigned }
    .help = 运行中的服务器每分钟签名：请启动它，并查看log.key是否存在。
cli-doctor-index = 索引：{ $count }项成果，落后日志{ $lag }条
    .help = 请启动服务器并等待，或运行“bellwether reindex”。
cli-doctor-log-key = 日志{ $origin }的密钥
    .help = 数据目录中缺少log.key：请从保管处取回。
cli-doctor-zone = 城市时间：{ $offset }，全年不变
    .help = 请把utc_offset_minutes设为实际存在的时差。
cli-doctor-file-store = 文件：{ $count }个，共{ $size }；{ $found }
    .help = 请检查文件目录、其权限及磁盘；恢复之前无法提交文件。
cli-doctor-file-store-takes = 可以存入文件
cli-doctor-identity = { $name }登录：{ $found }
    .help = 请检查设置中oidc下的issuer、ca_file、private_addresses，以及对方服务是否在运行。期间可用密码登录。
cli-doctor-identity-keys = { $count }个密钥
cli-doctor-backup = 最近备份：{ $at }
    .help = 请运行“bellwether backup --to 目录”，最好每夜一次。

refusal-cli-file-missing = 没有{ $path }。
    .help = 请检查路径；相对路径以当前目录为准。
refusal-cli-file-forbidden = 无法打开{ $path }：{ $found }。
    .help = 请检查其所有者和读写权限。
refusal-cli-file-failed = { $path }出错：{ $found }。
    .help = 请检查磁盘和路径后重试。
refusal-cli-file-exists = { $path }已存在。
    .help = 请换一个名称，或加--yes替换。
refusal-cli-folder-missing = 没有数据目录{ $path }。
    .help = 请用--data指定，或用“bellwether init”建立城市，或试用“bellwether demo”。
refusal-cli-folder-taken = 另一个进程正在使用{ $path }。
    .help = 请先结束它，或用--data指定其他目录。
refusal-cli-server-starting = 服务器占用{ $path }，暂不接受命令。
    .help = 请稍后再试。
refusal-cli-server-gone = 占用{ $path }的服务器已离开：{ $found }。
    .help = 请确认其是否运行，然后再发一次命令；不会做两次。
refusal-cli-not-through-server = 运行中的服务器不能执行此命令。
    .help = 请结束服务器，或指定其他数据目录。
refusal-cli-store-failed = 存储报告：{ $found }。
    .help = 请检查存储地址和磁盘，然后运行“bellwether verify log”。
refusal-cli-index-failed = 无法打开索引：{ $found }。
    .help = 请删除数据目录中的“index”文件夹；它会由日志重建。
refusal-cli-log-key-missing = { $path }中缺少日志密钥。
    .help = 请从保管处取回log.key：没有它无法签名。
refusal-cli-log-key-unreadable = { $path }不是日志密钥。
    .help = 请从备份恢复。
refusal-cli-log-damaged = 日志在第{ $number }条损坏（{ $code }）：{ $found }。
    .help = 请停止服务器，原样保留此目录，恢复最近一份能通过核对的备份。
refusal-cli-demo-broken = 演示文件无法使用：{ $found }。
    .help = 请用未改动的文件重新构建程序。
refusal-cli-demo-real-city = 此存储是真实城市，不是演示。
    .help = 请用--data指定空目录。
refusal-cli-serve-demo-store = 此存储是演示城市，其口令是公开的。
    .help = 请用“bellwether demo”打开它，或用“bellwether init”建立自己的城市。
refusal-cli-port-taken = 无法监听{ $address }：{ $found }。
    .help = 请结束占用者，或换一个端口。
refusal-cli-config-unreadable = 无法读取{ $path }：{ $found }。
    .help = 请改正该行；运维指南列有每个键及示例。
refusal-cli-config-unknown = { $path }中有未知的键{ $found }。
    .help = 此处可用：{ $choices }。
refusal-cli-config-unknown-meant = { $path }中有未知的键{ $found }。是否想写{ $meant }？
    .help = 此处可用：{ $choices }。
refusal-cli-config-value = { $key }不能是“{ $found }”。
    .help = 运维指南列有每个键及示例。
refusal-cli-config-public-url = { $key }不能是“{ $found }”。
    .help = 只写协议和主机，如https://city.example。
refusal-cli-config-needs-https = { $url }是明文http，而{ $listen }可从其他机器访问。
    .help = 请使用https地址并在前面放置带证书的代理，或只监听127.0.0.1。
refusal-cli-config-fields = 领域树无法使用：{ $found }。
    .help = 请改正键“fields”所指的文件。
refusal-cli-collection-unreadable = 无法读取文集：{ $found }。
    .help = 请对照本命令的帮助检查三个文件。
refusal-cli-needs-yes = 此操作需要确认，但无人可问。
    .help = 请加--yes。
refusal-cli-not-confirmed = 回答不是{ $name }；未作任何改动。
    .help = 请重新开始并准确输入。
refusal-cli-needs-organisation = 缺少单位。
    .help = 请用--owner或--organisation指定。
refusal-cli-import-nothing = 所给之处没有文件。
    .help = 请给出文件，或含有文件的文件夹。
refusal-cli-export-needs-file = 电子表格无法在终端上显示。
    .help = 请加--out文件名。
refusal-cli-role-unknown = 没有角色{ $found }。
    .help = 可用角色：{ $choices }。
refusal-cli-role-not-held = { $email }在该单位没有角色{ $role }。
    .help = “bellwether user list”列出各人的角色。
refusal-cli-scope-unknown = 没有范围{ $found }。
    .help = 可用范围：{ $choices }。
refusal-cli-kind-unknown = 没有“{ $found }”这一单位类型。
    .help = 可选：{ $choices }。
refusal-cli-init-missing = 缺少{ $option }。
    .help = 请给出该选项，或在终端上运行“bellwether init”，它会询问。
refusal-cli-failed-often = 存储在一小时内失败{ $count }次，城市保持关闭。
    .help = 请检查磁盘并运行“bellwether verify log”；然后删除{ $path }再启动。
refusal-cli-config-smtp-url = { $key }不能是“{ $found }”。
    .help = 请写成 smtps://HOST 或 smtp://HOST:PORT。用户名和口令各有专门的键。
refusal-cli-config-mail-open = 口令不经未加密的线路发送。
    .help = 请删除 mail.tls，或在 mail.smtp_url 中使用 smtps://。
refusal-cli-config-mail-from = 缺少{ $key }：邮件须有发件人。
    .help = 请填写 mail.from = "城市 <no-reply@city.example>"。
cli-about-mail = 邮件：等待、已发和已放弃的。
cli-examples-mail =
    bellwether mail list --state given-up
    bellwether mail test --to li.na@city.example
cli-about-mail-list = 列出邮件，新的在前，不含正文。
cli-examples-mail-list =
    bellwether mail list
    bellwether mail list --state given-up --json
cli-about-mail-retry = 重新尝试发送一封邮件。
cli-examples-mail-retry =
    bellwether mail retry ltr_019a…
cli-about-mail-test = 检查邮件服务器是否接收邮件，并发送一封。
cli-examples-mail-test =
    bellwether mail test --to li.na@city.example
cli-arg-mail-list-state = 仅限此状态：waiting、sent、given-up、dropped
cli-arg-mail-list-limit = 最多条数（50）
cli-arg-letter = 列表中的邮件标识
cli-arg-mail-test-to = 收件地址
cli-head-letter = 邮件
cli-head-subject = 主题
cli-head-attempts = 次数
cli-head-error = 最近的问题
cli-mail-off = 不发送：未设置邮件服务器，或为演示城市。邮件在等待。
cli-mail-retried = 将重新尝试邮件{ $id }。
cli-mail-would-retry = 邮件{ $id }将被重新尝试。
cli-mail-would-test = 将向{ $email }发送一封邮件。
cli-mail-test-sent = 邮件服务器已接收发往{ $email }的邮件。
cli-mail-test-refused = 邮件服务器拒收发往{ $email }的邮件：{ $found }
cli-mail-test-waits = 发往{ $email }的邮件在等待，将再次尝试：{ $found }
cli-user-mailed = 链接也将发送至{ $email }。
cli-doctor-mail = 邮件服务器：{ $found }
    .help = 请检查设置中的 mail.smtp_url、mail.user 和口令，然后运行“bellwether mail test --to 地址”。
cli-doctor-mail-off = 未设置邮件服务器：邮件在等待，无人收到
    .help = 请在设置中填写 mail.smtp_url 和 mail.from，然后重新启动服务。
cli-doctor-letters = 等待的邮件：{ $waiting }，已放弃：{ $given }
    .help = 请运行“bellwether mail list”，更正所列问题后运行“bellwether mail retry 标识”。
refusal-cli-letter-state = 邮件没有“{ $found }”这一状态。
    .help = 可选：{ $choices }。
refusal-mail-no-server = 未设置邮件服务器。
    .help = 请在设置中填写 mail.smtp_url 和 mail.from，然后重新启动服务。
refusal-mail-server-trouble = 邮件服务器不接收邮件：{ $found }
    .help = 请检查设置中的 mail.smtp_url、mail.user 和口令，并查看该服务器的日志。
refusal-cli-files-failed = 无法打开文件存储：{ $found }
    .help = 请检查设置中 files 一节的目录及其权限。
cli-doctor-webhooks = 等待的回调告知：{ $waiting }，已放弃：{ $given }；已停用的回调：{ $off }
    .help = 已停用的回调由所属机构重新启用。如接收方正常而告知仍在等待，请检查设置中的 webhooks.send，以及本机能否以 https 访问其他机器。
cli-about-auction = 作为工具的拍卖：与竞价大厅用同一引擎。不需要城市。
cli-about-auction-replay = 按规则重放文件中的出价，以一个JSON文档说明各标的的结果。不需要城市。
cli-examples-auction-replay =
    bellwether auction replay --rules rules.toml --lots lots.csv --bids bids.csv
cli-notes-auction-replay = 规则：kind（english、first-price、second-price、three-rounds、hybrid）、proxy、steps = [[from, step], …]、window_s、cap_s。标的：lot、opening_price、reserve、opens、closes。出价：lot、time、bidder、amount。时间以秒计；小数按原样精确读取。代理出价规则下，金额是竞买人的最高限价。出价按时间先后计，时间相同按行序。
cli-arg-auction-replay-rules = 规则，TOML格式
cli-arg-auction-replay-lots = 标的，CSV格式
cli-arg-auction-replay-bids = 出价，CSV格式
cli-about-export-ocds = 导出全部已公布的开放合同数据，每行一条发布。
cli-examples-export-ocds =
    bellwether export ocds > releases.jsonl
    bellwether export ocds --out releases.jsonl
cli-about-verify-ocds = 校验开放合同数据的发布、数据包与记录，并重新合并。无需运行中的城市。
cli-examples-verify-ocds =
    bellwether verify ocds releases.jsonl
cli-arg-verify-ocds-file = 每行一条 JSON，或一个以上数据包
cli-ocds-checked = 已校验 { $releases } 条发布与 { $records } 条记录；发现 { $wrong } 处问题。
refusal-cli-ocds-nothing = 该文件没有发布，也没有记录。
    .help = 请提供发布文件、发布包或记录包。
cli-about-verify-auction = 由签名的拍卖笔录重新算出结果，并说明每个字节是否无误。不需要城市。
cli-examples-verify-auction =
    bellwether verify auction spring-sale.txt
    bellwether verify auction spring-sale.txt --key log.pub --json
cli-arg-verify-auction-file = 拍卖笔录
cli-arg-verify-auction-key = 公布的日志密钥，或含有它的文件；不给时，请将所示密钥与公布的密钥比较
cli-auction-holds = 笔录无误：{ $entries }条记录再次得出相同结果。签名密钥为{ $key }。
cli-about-bid = 离线密封报价：受托人密钥、密封、开封。不需要城市。
cli-about-bid-key = 为一场拍卖生成受托人密钥：私钥写入文件，输出公钥行。不需要城市。
cli-examples-bid-key =
    bellwether bid key --auction "Spring sale" --name "Notary of the city" --out spring.key
cli-notes-bid-key = 请在报价开始前把公钥行交给交易所。拍卖结束前，文件只留在本机；结束后公布它，与其他受托人的密钥一起开封。
cli-about-bid-seal = 为一场拍卖的受托人密封报价。金额以询问方式输入，绝不作为参数。不需要城市。
cli-examples-bid-seal =
    bellwether bid seal --trustees trustees.txt --lot 3 --bidder 71 --out lot-3.bid
cli-notes-bid-seal = 任何人都可以递交此文件：只有达到名单所定人数的受托人密钥才能开封，且只能作为该竞买人对该标的的报价。服务器发出的程序可能被改动；本命令密封时不需要任何服务器。
cli-about-bid-open = 用受托人公布的密钥开封，任何人都可以做。不需要城市。
cli-examples-bid-open =
    bellwether bid open --trustees trustees.txt --key a.key --key c.key lot-3/*.bid
    bellwether bid open --trustees trustees.txt --key a.key --key c.key lot-3/*.bid --json
cli-notes-bid-open = 打不开的报价连同原因一并列出，不影响其他报价；此时退出码为1。
cli-arg-bid-key-auction = 公布的拍卖名称
cli-arg-bid-key-name = 公布的受托人名称
cli-arg-bid-key-out = 存放私钥的文件；必须尚不存在
cli-arg-trustees = 公布的受托人名单
cli-arg-lot = 标的编号
cli-arg-bidder = 您在本场拍卖中的编号
cli-arg-bid-version = 您对该标的的第几次报价（1）；以最后一次为准
cli-arg-bid-seal-out = 存放密封报价的文件；必须尚不存在
cli-arg-bid-open-key = 受托人公布的密钥；每个受托人给一次
cli-arg-bids = 密封报价
cli-bid-key-made = 私钥在{ $path }。拍卖结束前请勿示人。公钥行：
cli-bid-ask-amount = 金额和币种，如1250.00 CNY：
cli-bid-ask-note = 一行附言，可留空：
cli-bid-sealed = 已密封至{ $path }。{ $of }名受托人中任意{ $need }名可开封。承诺值为{ $commitment }；回执所载须与此相同。
refusal-cli-files-none = { $path }不是文件存储：其中没有“sha256”目录。
    .help = 请指定备份或数据目录中的“files”目录。
refusal-cli-config-two-places = 文件只能存放在一处：{ $key }为“{ $found }”，同时又设置了files.folder。
    .help = 请删去其中一项。
refusal-cli-config-bucket-key = 使用存储桶需要设置{ $key }。
    .help = 请设置files.key_id，以及files.secret或files.secret_file，或环境变量BELLWETHER_FILES_SECRET。
refusal-cli-config-endpoint = { $key }不能是“{ $found }”：存储桶的密钥不经未加密的线路发送。
    .help = 请写https://…；明文http仅限本机上的服务。
cli-about-import-statements = 读取银行发来的账户对账单：camt.053、MT940或CSV。
cli-examples-import-statements =
    bellwether import statements day.xml --account acc_01ksxz4e2qf4xaz5ps4n3v6w7b
    bellwether import statements day.xml --account acc_01ksxz4e2qf4xaz5ps4n3v6w7b --take
cli-notes-import-statements = 不加--take时，流水在页面上等待入账。文件有任何差错即整体拒绝；同一文件重复导入不会有任何变化。
cli-arg-account = 账目中的账户编号
cli-arg-take = 将流水入账：指令执行、保证金，其余列为待核对
cli-import-statements-read = 可读取{ $count }笔流水。
cli-import-statements-brought = { $waiting }笔流水待入账，其中{ $known }笔已匹配。
cli-import-statements-taken = 已入账：指令{ $orders }笔，保证金{ $deposits }笔，合同付款{ $payments }笔，待核对{ $aside }笔。
cli-about-import-bookings = 按iCalendar文件预约仪器：每个日程都按规则判断。
cli-examples-import-bookings =
    bellwether import bookings lab.ics --instrument ins_01ksxz4e2qf4xaz5ps4n3v6w7b --dry-run
    bellwether import bookings lab.ics --instrument ins_01ksxz4e2qf4xaz5ps4n3v6w7b --skip
cli-notes-import-bookings = 不加--skip时，一个文件的日程要么全部预约，要么都不预约。操作人可以代他人预约时，日程的参与者即为预约人。
cli-arg-instrument = 仪器编号
cli-arg-skip = 略过规则不允许的，其余照常预约
cli-import-bookings-refused = 第{ $line }行：{ $text }
cli-import-bookings-done = 共{ $all }条，可预约{ $fine }条；已预约{ $booked }条。
