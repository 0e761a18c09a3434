import { trainLifeModel } from '../predictors/life-model.ts'
import type { ArenaRow, Contest } from './arena-table.ts'
import { CpuMeter } from './cpu-meter.ts'
import { coverageOf } from './forecast-score.ts'
import { scoreLives } from './life-score.ts'
import { readCmapss } from './recorded-data.ts'

/** Rows of the literature on FD001; part of it caps the truth at 125 too, which changes everything. */
const PUBLISHED: readonly (readonly [string, number | undefined, number | undefined, number | undefined, number | undefined])[] = [
  ['LSTM (Zheng 2017)', 16.14, 338, undefined, undefined], ['BiLSTM 2018', 13.65, 295, undefined, undefined], ['DCNN (Li 2018)', 12.61, 274, undefined, undefined],
  ['AGCNN 2020', 12.42, 226, undefined, undefined], ['FC-STGNN', undefined, undefined, 11.62, undefined], ['TSMixer', undefined, undefined, 11.93, undefined],
]

const WHO = 'Millwright boosting on rolling features'

/** C-MAPSS FD001: engines run to failure teach; the test engines are judged after their last cycle. */
export const cmapssContest: Contest = {
  name: 'cmapss',
  declare: () => ({ halves: 'test engines by number: the first, third, fifth … are the tuning half, the second, fourth, sixth … the report half', limits: { [WHO]: 'none: remaining life is told in cycles' } }),
  run: (folder) => {
    const { train, test } = readCmapss(folder)
    const { model } = trainLifeModel(train.map(({ table }) => table), 3)
    const meter = new CpuMeter()
    const lives = meter.run(() => test.map(({ table }) => model.predict(table)))
    const costUs = meter.each(test.length)
    const rows = (['tune', 'report', 'all'] as const).map((on): ArenaRow => {
      const part = test.map((_, index) => index).filter((index) => on === 'all' || index % 2 === (on === 'tune' ? 0 : 1))
      const truth = part.map((index) => test[index]?.left ?? Number.NaN)
      const told = part.map((index) => lives[index]?.median ?? Number.NaN)
      const open = scoreLives(told, truth)
      const capped = scoreLives(told, truth, model.cap)
      const inside = coverageOf(part.map((index) => lives[index]?.low ?? 0), part.map((index) => lives[index]?.high ?? 0), truth.map((left) => Math.min(left, model.cap)))
      return { who: WHO, on, values: [open.rmse, open.score, capped.rmse, capped.score, inside], costUs }
    })
    return {
      title: 'C-MAPSS FD001, remaining useful life',
      protocol: 'Learned from the 100 engines run to failure, life capped at 125; settings chosen on every second test engine (tune). Scores add up over engines: those of a half are for 50. Interval: 80 %.',
      columns: [{ name: 'RMSE', digits: 2 }, { name: 'score', digits: 0 }, { name: 'RMSE capped', digits: 2 }, { name: 'score capped', digits: 0 }, { name: 'in interval', digits: 2 }],
      rows: [...rows, ...PUBLISHED.map(([who, ...values]): ArenaRow => ({ who, on: 'published', values }))],
    }
  },
}
