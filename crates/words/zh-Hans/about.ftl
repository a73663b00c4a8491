# 说明性页面。

about-office = 联系我们
about-office-none = 主管部门尚未填写联系方式，目前由平台运营方答复。
about-office-name = 部门
about-office-operator = 平台运营方
about-office-phone = 电话
about-office-email = 邮箱
about-office-hours = 服务时间
about-city = 城市
about-log-name = 日志名称

about-place-title = 关于本平台
about-place-lead = 本市院所、企业和机关查找、发布和统计科技成果的统一平台。
about-place-what = 平台内容
about-place-what-text = 科技成果及其权利人、发明人、知识产权、成熟度和合作条件，相关单位信息，以及全部内容的统计数据。所有页面均有中英文。
about-place-who = 运行主体
about-place-who-text = 平台由本市运行。成果内容由权利人填写并确认，页面载明确认时间。
about-place-trust = 可信保障
about-place-trust-text = 每项变更均记入日志，日志检查点经签名，任何人均可核验。标注“演示虚构”的内容仅用于演示。
about-place-later = 尚未开放
about-place-later-text = 竞价、仪器预约、资金申报和资质认定尚未开放。相应页面已说明，并列出现在可以办理的事项。

about-help-title = 帮助
about-help-lead = 常用操作简介。
about-help-find = 查找成果
about-help-find-text = 输入中文或英文词语即可，系统同时检索两种语言。输入专利号或编号可直达对应成果。筛选条件保存在网址中，可收藏或发给同事。
about-help-get = 取得成果
about-help-get-text = 每项挂牌均载明合作方式、价格或条件，请与所列权利人联系。
about-help-offer = 发布成果
about-help-offer-text = 以成果转化专员身份登录，在工作台登记成果，核对并确认，确认后他人方可看到。条件明确后即可挂牌。
about-help-import = 批量导入
about-help-import-text = 在“导入”中提交表格或专利文件。系统先列出将新增、修改或拒绝的记录及原因，经您批准后才保存，并可在一定时间内撤销。
about-help-labels = 可见范围
about-help-labels-text = 可见范围分为四级：公开、注册用户可见、成员可见、限定人员可见。对后两级内容的查看均有记录，权利人可看到查看者。无权查看的内容与不存在的内容，答复相同。
about-help-signed-in = 开通账号
about-help-signed-in-text = 由本单位管理员或主管部门邀请，您凭一次性链接自行设置密码。
about-help-problem = 反馈问题
about-help-problem-text = 请将操作步骤、所见内容以及页面显示的故障编号告知下方联系单位。

about-privacy-title = 隐私说明
about-privacy-lead = 本平台保存和不保存哪些个人信息。
about-privacy-account = 账号信息
about-privacy-account-text = 姓名、邮箱、语言、角色、查阅权限，以及不可还原的密码哈希。会话记录浏览器和网络，到期自动结束。
about-privacy-looks = 查看记录
about-privacy-looks-text = 查看公开页面不会与您关联。查看成员可见或限定人员可见的内容时，会以您的姓名留痕，权利人和保密专员可以看到，相应页面均有提示。
about-privacy-network = 网络地址
about-privacy-network-text = 仅保存地址的网段部分，不保存完整地址，用于频率限制和登录记录。
about-privacy-cookies = Cookie
about-privacy-cookies-text = 分别用于会话、表单保护、语言和外观。不向其他网站提供任何信息，也不从其他网站加载内容。
about-privacy-log = 不可删除的内容
about-privacy-log-text = 日志保留何时由何账号执行了何种操作。所涉文本可以删除，操作事实不可删除。
about-privacy-rights = 您的权利
about-privacy-rights-text = 账号页面显示所保存的信息。如需更正或删除，请联系下方单位。

about-accessibility-title = 无障碍声明
about-accessibility-lead = 本平台力求人人可用。
about-accessibility-aim = 目标
about-accessibility-aim-text = 符合WCAG 2.2的A级和AA级要求。
about-accessibility-done = 已做到
about-accessibility-done-text = 全部功能可用键盘操作，关闭脚本也能使用。文字可放大，不单凭颜色表达含义，深浅外观跟随设备，图表均附表格，每页标明语言。
about-accessibility-gaps = 不足之处
about-accessibility-gaps-text = 页面已经过程序和键盘检查，尚未由日常使用读屏软件的人士测试。权利人提交的文件可能不及页面易用。
about-accessibility-tell = 意见反馈
about-accessibility-tell-text = 如有使用障碍，请告知下方单位，我们会以其他形式提供内容。
