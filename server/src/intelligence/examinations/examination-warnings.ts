import { US_PER_SECOND } from '@millwright/model/time.ts'
import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import type { StoredLabel } from '../feedback/label-store.ts'
import type { ExamineResult } from './examine-task.ts'
import type { Recording } from './recording.ts'

/** What a reader of an examination has to keep in mind. */
export function examinationWarnings({ recording, result, labels }: { readonly recording: Recording; readonly result: ExamineResult; readonly labels: readonly StoredLabel[] }): WireWords[] {
  const { everyUs, finerUs, runs, reference } = recording
  const warnings: WireWords[] = []
  const short = result.judgedFromUs.filter((judged) => judged === null).length
  if (short > 0) {
    warnings.push(
      reference === undefined
        ? { en: `${short} of ${runs.length} runs are too short to be judged: a run needs about 180 rows, of which the first third is learned from.`, zh: `${runs.length} 段中有 ${short} 段太短，未评判：每段约需 180 行，其前三分之一用于学习。` }
        : { en: `The reference is too short to judge by: it needs 60 rows or more.`, zh: '参考时段太短，无法据以评判：至少需要 60 行。' },
    )
  }
  if (finerUs !== undefined) {
    const [every, finer] = [everyUs / US_PER_SECOND, finerUs / US_PER_SECOND]
    warnings.push({ en: `The signals come every ${finer} s; so much time does not fit, so averages of ${every} s were looked at. Short events may be missed: examine a shorter time for those.`, zh: `信号每 ${finer} 秒一个样本；时段过长，改按 ${every} 秒平均值检查，短暂事件可能漏掉：请缩短时段再查。` })
  }
  if (reference === undefined) {
    const learned = runs.map(({ timesUs }, at) => ({ fromUs: timesUs[0] ?? 0, toUs: result.judgedFromUs[at] ?? 0 }))
    const faulty = learned.filter(({ fromUs, toUs }) => labels.some((label) => label.kind === 'fault' && label.fromUs < toUs && label.toUs > fromUs)).length
    if (faulty > 0) warnings.push({ en: `In ${faulty} runs a labelled fault lies in the part that was learned from as good: name a reference that is free of faults.`, zh: `有 ${faulty} 段的学习部分含有已标注的故障：请指定一段没有故障的参考时段。` })
  }
  return warnings
}
