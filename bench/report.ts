/** One measured line of the report. */
export interface Measurement {
  readonly what: string
  readonly value: string
  /** The aim of the design, where there is one. */
  readonly aim: string
  /** Peer or limit measured in the same run, and the ratio to it. */
  readonly peer: string
  /** What was sent, acknowledged, stored and read back, or how it was made. */
  readonly proof: string
}

/** How much to do: `quick` rows take under 20 s each. */
export interface BenchScale {
  readonly quick: boolean
  say(text: string): void
}

/** A group of measurements that belong together; throws when sent, acknowledged, stored and read back differ. */
export interface BenchRow {
  readonly name: string
  readonly summary: string
  run(scale: BenchScale): Promise<readonly Measurement[]>
}

/** A Markdown table, as `docs/performance.md` shows it. */
export function markdownTable(measurements: readonly Measurement[]): string {
  const head = ['what', 'measured', 'aim', 'peer in the same run', 'proof']
  const rows = measurements.map(({ what, value, aim, peer, proof }) => [what, value, aim, peer, proof])
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A rate with thousands separators, such as `1,234,567 samples/s`. */
export function rate(count: number, seconds: number, unit: string): string {
  return `${Math.round(count / seconds).toLocaleString('en')} ${unit}/s`
}

export function ratio(ours: number, theirs: number): string {
  return `${(ours / theirs).toFixed(2)} ×`
}

/** Fails the bench when numbers that must be equal are not. */
export function mustEqual(what: string, numbers: Readonly<Record<string, number>>): void {
  const entries = Object.entries(numbers)
  if (new Set(entries.map(([, value]) => value)).size <= 1) return
  throw new Error(`${what}: these must be equal: ${entries.map(([name, value]) => `${name} ${value.toLocaleString('en')}`).join(', ')}`)
}
