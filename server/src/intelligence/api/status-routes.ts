import { performance } from 'node:perf_hooks'
import { Type } from 'typebox'
import { isUnder } from '@millwright/model/path.ts'
import type { WireWords } from '@millwright/model/wire/anomaly.ts'
import { intelligenceStatusSchema, switchAnswer, switchFieldsSchema, type WireWatchedAsset } from '@millwright/model/wire/intelligence.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Intelligence } from '../intelligence.ts'
import { SharedHead } from '../../journal/segments/shared-head.ts'
import type { AssetStatus } from '../runtime/stream-messages.ts'
import { pickWords } from './pick-words.ts'
import { answer, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const statusParameters = Type.Object({ under: Type.Optional(Type.String({ maxLength: 1_000, description: 'Only this asset and what lies below it' })), ...pageParameters }, { additionalProperties: false })

/** What is watched, how, and the switch that stops it. */
export function registerStatus(app: TypedServer, intelligence: Intelligence): void {
  const { parts, stream, killSwitch, settings } = intelligence
  const { model } = parts.plant
  const { journal } = parts.plant.follow('intelligence')
  const head = new SharedHead(journal.head)

  app.get('/api/v1/intelligence/status', { schema: { tags: ['intelligence'], operationId: 'intelligenceStatus', summary: 'What is watched, what was picked for each asset, and why', querystring: statusParameters, response: answer(intelligenceStatusSchema) } }, async ({ query }) => {
    const status = await stream.status()
    const named = status.assets.flatMap((asset) => {
      const path = model.assetById(asset.asset)?.path
      return path === undefined || (query.under !== undefined && !isUnder(path, query.under)) ? [] : { path, asset }
    })
    named.sort((a, b) => (a.path < b.path ? -1 : 1))
    const page = pageOf(named, query, ({ path, asset }) => wireAsset(path, asset))
    return {
      isOff: killSwitch.isAllOff,
      alarmsPerWeek: settings.alarmsPerWeek,
      assets: page.items,
      next: page.next,
      total: page.total,
      unwatched: status.unwatched,
      lagBytes: Math.max(0, head.head - status.position),
      savedPosition: stream.saved.position,
      stateBytes: stream.saved.bytes,
      samples: status.samples,
      restarts: stream.restarts,
      trouble: stream.trouble ?? null,
    }
  })

  app.post('/api/v1/intelligence/switch', { schema: { tags: ['intelligence'], operationId: 'switchIntelligence', summary: 'Switch judging off or on: of all, of an asset, or of a model', body: switchFieldsSchema, response: answer(switchAnswer) } }, async ({ body: { off, asset, model: id, by } }) => {
    if (asset !== undefined && id !== undefined) throw new MillwrightError('PAYLOAD_INVALID', 'give an asset or a model, not both')
    if (id !== undefined && intelligence.models.get(id) === undefined) throw new MillwrightError('NOT_FOUND', `there is no model "${id}"`)
    const begunMs = performance.now()
    await intelligence.setOff(asset !== undefined ? { asset: intelligence.assetAt(asset) } : id !== undefined ? { model: id } : 'all', off, by)
    return { isOff: off, tookMs: Math.round(performance.now() - begunMs) }
  })

  function wireAsset(path: string, asset: AssetStatus): WireWatchedAsset {
    const names = (series: readonly number[]) => series.map((id) => model.signalBySeries(id)?.name ?? `#${id}`)
    return {
      asset: path,
      model: asset.model,
      shadow: asset.shadow ?? null,
      phase: asset.phase,
      isAbnormal: asset.isAbnormal,
      isOff: asset.isKilled,
      minutes: asset.frames,
      why: reasons(asset),
      picks: asset.picks.map((pick) => ({ detector: pick.detector, signals: names(pick.signals), isOn: pick.isOn, reason: { key: pick.reason, values: { ...pick.values } }, words: pickWords(pick) })),
      extraBytes: asset.extraBytes,
      judged: names(asset.judged),
      counters: names(asset.counters),
      unvaried: names(asset.unvaried),
      leftOut: names(asset.leftOut),
      states: names(asset.statesUsed),
      statesDropped: names(asset.statesDropped),
      operatingStates: [...asset.regimes],
      late: asset.late,
      bad: asset.bad,
      ahead: asset.ahead,
      shadowTally: asset.shadowTally ?? null,
    }
  }
}

/** What was picked and why, as one would explain it to a colleague. */
function reasons({ judged, regimes, counters, unvaried, leftOut, statesUsed, statesDropped, phase }: AssetStatus): WireWords[] {
  const why: WireWords[] = []
  if (phase === 'learning') why.push({ en: 'It is still learning what is normal: each operating state needs some hours.', zh: '正在学习正常状态：每种运行状态需要数小时。' })
  if (phase === 'calibrating') why.push({ en: 'It judges already, and waits for some hours of scores before it tells anything.', zh: '已开始评判，需积累数小时的评分后才会提示。' })
  if (judged.length > 1) why.push({ en: `${judged.length} signals are judged together, because on one machine they move together: each is compared with what the others let expect, in a minute and in averages of ten minutes and two hours.`, zh: `${judged.length} 个信号联合评判：同一设备的信号相互关联，每个信号按一分钟值及约十分钟、两小时的平均值，与其他信号推算的值比较。` })
  else if (judged.length === 1) why.push({ en: 'One signal is judged against its own mean and spread.', zh: '一个信号按自身均值与离散度评判。' })
  if (judged.length > 0) why.push({ en: 'Each is also compared with its own level at this hour of the day, and watched for samples that jump and for a value that stands still. Limits are learned upwards and downwards, so that false alarms stay as rare as you set.', zh: '每个信号还与自身在该时段的水平比较，并检查个别采样跳变与数值卡死。上、下限分别学习，使误报不超过您的设定。' })
  if (regimes.length > 1) why.push({ en: `${regimes.length} operating states are told apart; each has its own normal.`, zh: `区分 ${regimes.length} 种运行状态，各有其正常值。` })
  if (statesUsed.length + statesDropped.length > 0) why.push({ en: 'From the ninth day on, a state that lasts far longer than ever before is told, and a new one that does not end.', zh: '自第九天起，远超以往时长的状态，以及不结束的新状态，都会提示。' })
  if (counters.length > 0) why.push({ en: `${counters.length} signals only grow and are not judged.`, zh: `${counters.length} 个信号为累计量，不评判。` })
  if (unvaried.length > 0) why.push({ en: `${unvaried.length} signals have shown few values or hardly ever change (setpoints, codes) and are not judged.`, zh: `${unvaried.length} 个信号取值很少或几乎不变（设定值、代码），不评判。` })
  if (statesDropped.length > 0) why.push({ en: `${statesDropped.length} state signals name things or follow a cycle and make no operating states.`, zh: `${statesDropped.length} 个状态信号为名称或随节拍变化，不作为运行状态。` })
  if (leftOut.length > 0) why.push({ en: `${leftOut.length} signals are left out: an asset is watched by 48 at most.`, zh: `${leftOut.length} 个信号未纳入：每个资产最多监视 48 个信号。` })
  return why
}
