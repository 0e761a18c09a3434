import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { US_PER_DAY, US_PER_MINUTE } from '@millwright/model/time.ts'
import type { WireAnomalies, WireAnomaly } from '@millwright/model/wire/anomaly.ts'
import type { WireIntelligenceStatus } from '@millwright/model/wire/intelligence.ts'
import { machine, MACHINE_SIGNALS } from '../../src/intelligence/runtime/test-machine.ts'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { pause, until } from './scale.ts'

const HOUR = 60
const DAYS = 4
/** The bearing gets warm for three hours of the third day, and again on the fourth. */
const FAULTS = [[2 * 24 * HOUR + 600, 180], [3 * 24 * HOUR + 300, 180]] as const
const fault = (minute: number) => Math.max(0, ...FAULTS.map(([from, lasts]) => (minute >= from && minute < from + lasts ? Math.min(10, (minute - from) / 5) : 0)))
const START_US = (Math.floor(Date.now() / 60_000) * US_PER_MINUTE) - (DAYS + 1) * US_PER_DAY
const FLAGS = ['--intelligence.save-seconds', '1', '--log.level', 'warn']

after(endAll)

/** One machine's life, whole: the same for each asset. */
const LIFE = [...machine({ seed: 5, fromUs: START_US, minutes: DAYS * 24 * HOUR, fault })]

async function feed({ url }: MillwrightProcess, path: string, fromMinute: number, toMinute: number): Promise<void> {
  const [fromUs, toUs] = [START_US + fromMinute * US_PER_MINUTE, START_US + toMinute * US_PER_MINUTE]
  const lines: string[] = []
  for (const { signal, timeUs, value } of LIFE) {
    if (timeUs < fromUs || timeUs >= toUs) continue
    lines.push(JSON.stringify({ path, ts: timeUs / 1_000, values: { [signal === 'state' ? signal : (MACHINE_SIGNALS[signal] ?? '')]: value } }))
  }
  const answer = await fetch(`${url}/api/v1/samples`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: lines.join('\n') })
  assert.equal(answer.status, 200, await answer.text())
}

async function anomaliesOf(millwright: MillwrightProcess, path: string): Promise<readonly WireAnomaly[]> {
  return ((await millwright.getJson(`/api/v1/anomalies?${new URLSearchParams({ show: 'all', under: path, limit: '1000' }).toString()}`)) as WireAnomalies).items
}

const isJudged = async (millwright: MillwrightProcess, path: string, minute: number) => {
  const status = (await millwright.getJson(`/api/v1/intelligence/status?${new URLSearchParams({ under: path }).toString()}`)) as WireIntelligenceStatus
  return status.lagBytes === 0 && (status.assets[0]?.minutes ?? 0) >= minute
}

test('killed twice with -9, once in the middle of an anomaly, the process says the same of a machine, to the digit, as of one that it watched without a break', { timeout: 240_000 }, async (t) => {
  let millwright = await MillwrightProcess.start({ flags: FLAGS })
  const { dataDir } = millwright
  t.after(() => millwright.stop())
  const [killed, whole] = ['works/killed', 'works/whole']
  const middle = FAULTS[0][0] + 90

  await feed(millwright, killed, 0, middle)
  await until('the anomaly is told', 60_000, async () => (await anomaliesOf(millwright, killed)).some(({ state }) => state === 'open'))
  await millwright.kill('SIGKILL')
  millwright = await MillwrightProcess.start({ dataDir, flags: FLAGS })
  // What is told shows before it is durable: after a kill in between it is told once more.
  await until('it is told after the kill', 60_000, async () => (await anomaliesOf(millwright, killed)).some(({ state }) => state === 'open'))

  // The second kill comes at whatever moment the watch has reached in what is acknowledged here.
  await feed(millwright, killed, middle, 3 * 24 * HOUR)
  await pause(50)
  await millwright.kill('SIGKILL')
  millwright = await MillwrightProcess.start({ dataDir, flags: FLAGS })
  await feed(millwright, killed, 3 * 24 * HOUR, DAYS * 24 * HOUR)
  await feed(millwright, whole, 0, DAYS * 24 * HOUR)
  const ended = async (path: string) => (await isJudged(millwright, path, DAYS * 24 * HOUR - 5)) && (await anomaliesOf(millwright, path)).every(({ state }) => state === 'closed')
  await until('both are judged to their ends', 90_000, async () => (await ended(killed)) && (await ended(whole)))

  const said = async (path: string) => (await anomaliesOf(millwright, path)).map(({ began, detected, ended: end, pValue, peak, regime, signals, summary }) => ({ began, detected, end, pValue, peak, regime, summary, signals: signals.map(({ signal, ...rest }) => ({ ...rest, name: signal.split('/').at(-1) })) }))
  assert.deepEqual(await said(killed), await said(whole))
  const faults = (await said(whole)).filter(({ began }) => FAULTS.some(([from, lasts]) => began > START_US / 1_000 + (from - HOUR) * 60_000 && began < START_US / 1_000 + (from + lasts) * 60_000))
  assert.ok(faults.length >= FAULTS.length, `the faults were told: ${JSON.stringify(await said(whole))}`)
})
