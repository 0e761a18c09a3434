import type { MillwrightProcess } from '../support/millwright-process.ts'

/** What is wrong with what the platform holds, measured against what it acknowledged. */
export interface Balance {
  /** Points that were acknowledged. */
  readonly acked: number
  /** Points that are stored, acknowledged or not. */
  readonly stored: number
  /** Acknowledged points that are not stored. */
  readonly missing: number
  /** Points that are stored more than once. */
  readonly doubled: number
  /** Points that are stored with another value than was sent. */
  readonly wrong: number
  /** A few of the faults, in words. */
  readonly examples: readonly string[]
}

/** Value of signal `index` at a time: known beforehand, and exact in binary, so that what is stored can be checked without keeping it. */
export function valueAt(index: number, timeMs: number): number {
  return (timeMs % 100_003) + index / 8
}

/** Times of the acknowledged messages of each machine; a message holds all of the machine's signals. It lives outside of the process that is killed. */
export class Ledger {
  readonly root: string
  readonly signals: number
  readonly #acked = new Map<string, Set<number>>()

  /** Machines are `root/…` and have the signals `s0`, `s1`, …. */
  constructor(root: string, signals: number) {
    this.root = root
    this.signals = signals
  }

  /** Acknowledged points. */
  get points(): number {
    return this.#acked.values().reduce((sum, times) => sum + times.size, 0) * this.signals
  }

  /** Notes that the message of a machine for a time was acknowledged. */
  ack(machine: string, timeMs: number): void {
    const times = this.#acked.get(machine)
    if (times === undefined) this.#acked.set(machine, new Set([timeMs]))
    else times.add(timeMs)
  }

  /** Reads everything back from `fromMs` on, by the API, as CSV, and compares. */
  async balance(millwright: MillwrightProcess, fromMs: number, toMs: number): Promise<Balance> {
    const seen = new Map<string, Set<number>>()
    const tally = { stored: 0, doubled: 0, wrong: 0, examples: [] as string[] }
    const note = (text: string) => void (tally.examples.length < 10 && tally.examples.push(text))
    for (const [signal, timeMs, value] of await readAll(millwright, this.root, fromMs, toMs)) {
      const times = seen.get(signal) ?? new Set()
      seen.set(signal, times)
      tally.stored++
      if (times.has(timeMs)) {
        tally.doubled++
        note(`${signal} at ${timeMs} is stored twice`)
      }
      times.add(timeMs)
      const expected = valueAt(Number(signal.slice(signal.lastIndexOf('/s') + 2)), timeMs)
      if (value !== expected) {
        tally.wrong++
        note(`${signal} at ${timeMs} is ${value}, not ${expected}`)
      }
    }
    let [acked, missing] = [0, 0]
    for (const [machine, times] of this.#acked) {
      for (let index = 0; index < this.signals; index++) {
        const stored = seen.get(`${machine}/s${index}`)
        for (const timeMs of times) {
          if (timeMs < fromMs || timeMs >= toMs) continue
          acked++
          if (stored?.has(timeMs) === true) continue
          missing++
          note(`${machine}/s${index} at ${timeMs} was acknowledged and is not stored`)
        }
      }
    }
    return { acked, missing, ...tally }
  }
}

async function readAll(millwright: MillwrightProcess, under: string, fromMs: number, toMs: number): Promise<(readonly [string, number, number])[]> {
  const answer = await fetch(`${millwright.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ under, from: fromMs, to: toMs, format: 'csv' }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`reading ${under} back: ${answer.status} ${text}`)
  return text.split('\r\n').slice(1, -1).map((row) => {
    const [signal = '', time = '', value = ''] = row.split(',')
    return [signal, Date.parse(time), Number(value)]
  })
}
