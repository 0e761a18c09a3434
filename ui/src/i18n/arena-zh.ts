import type { arenaEn } from './arena-en.ts'
import type { Texts } from './texts.ts'

/** Texts of the Arena in Chinese. */
export const arenaZh: Texts<typeof arenaEn> = {
  lead: '用他人记录的数据、同一套评分，检验我们的检测与预测方法，并与已发表的结果并列。所有文件使用同样的默认设置。取舍只在调参半上做出，报告半才是真实水平。',
  contests: '数据集',
  none: '此处没有运行过任何数据集，本版本也未附带结果。',
  run: '在此运行',
  cancel: '取消',
  running: '已运行 {{span}}，由 {{by}} 发起',
  never: '尚未运行',
  released: '本版本发布时的测量结果',
  made: '{{time}} 在此运行，用时 {{span}}，由 {{by}} 发起',
  missing: '此处无法运行：{{reason}}。',
  failed: '上次运行没有结果：{{reason}}。',
  cost: '运行一次占用一个核心数秒到数分钟。因许可限制，安装包不含记录数据。',
  parts: '显示的行',
  part: { tune: '调参半', report: '报告半', all: '全部', published: '已发表' },
  partHelp: { tune: '取舍在此做出', report: '取舍时未看过', all: '两半合计', published: '论文或排行榜所载' },
  who: '方法',
  on: '范围',
  perSample: '每样本成本',
  costHelp: '单核处理一个样本（或一行信号）的时间',
  how: '数字的由来：',
}
