# 人员在单位中的角色。

role-transfer-officer = 成果转化专员
role-transfer-officer-hint = 负责本单位成果的发布、挂牌和维护。
role-member = 单位人员
role-member-hint = 院所或其他单位的工作人员。
role-firm-member = 企业人员
role-firm-member-hint = 企业工作人员，可查找所需成果。
role-firm-administrator = 企业管理员
role-firm-administrator-hint = 邀请同事，维护企业主页。
role-expert = 专家
role-expert-hint = 参与评价和咨询。
role-agency-officer = 主管部门经办人
role-agency-officer-hint = 管理全市成果库及各项办理流程。
role-confidentiality-officer = 保密专员
role-confidentiality-officer-hint = 审核可见范围，查看访问记录。
role-reviewer = 内容审查员
role-reviewer-hint = 成果公开前审查其内容。
role-statistics-officer = 统计专员
role-statistics-officer-hint = 汇总并发布统计数据。
role-system-administrator = 系统管理员
role-system-administrator-hint = 负责系统运行，不授权，不查看业务内容。
role-security-administrator = 安全管理员
role-security-administrator-hint = 负责授予角色和查阅权限，不查看业务内容。
role-audit-administrator = 审计管理员
role-audit-administrator-hint = 查看并核验日志，不作任何修改。
role-operator = 平台运维账号
role-operator-hint = 平台自有账号，用于初始化和导入数据。
