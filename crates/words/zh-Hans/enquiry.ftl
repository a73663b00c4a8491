# 向权利人咨询。

enquiry-ask = 咨询权利人
enquiry-title = 咨询权利人
enquiry-lead = { $owner }将在五个工作日内答复。您的留言仅由其成果转化部门和主管部门查看。
enquiry-name = 您的姓名
enquiry-name-hint = 便于对方称呼。
enquiry-email-hint = 答复将发送至此邮箱。
enquiry-organisation-hint = 企业、院所等，可不填。
enquiry-message-hint = 需求内容、用途、时间要求。
enquiry-no-secrets = 不得填写国家秘密、可能涉密的内容或他人商业秘密。
enquiry-answer-hint = 答复存入办件，请同时发送至咨询人邮箱。
enquiry-send = 提交咨询
enquiry-sent-title = 咨询已提交
enquiry-sent-next = { $owner }成果转化部门已收到，将在五个工作日内通过邮件答复；逾期未答复的，系统会自动提醒主管部门督办。
enquiry-sent-keep = 请保存编号，便于查询。
enquiry-sent-follow = 查看办理进度
enquiry-sent-back = 返回成果页面
enquiry-matter = 咨询内容
enquiry-from = 咨询人
enquiry-of = 单位
enquiry-mail = 邮箱
field-message = 咨询内容

refusal-enquiry-needs-message = 咨询内容为空。
    .help = 请填写您想了解的内容。
