import type { FaultKind } from './fault-kind.ts'

const common = { media: [], defaultSeverity: 1, defaultRampS: 0, growth: 'linear' } as const

/** The line to the platform is cut; the gateway stores and sends later, with the times at which the samples were taken. */
export const networkCut: FaultKind = {
  ...common,
  kind: 'network_cut',
  words: { en: 'Network cut', zh: '网络中断' },
  description: { en: 'Nothing arrives until it is cleared; then everything at once, with its own times.', zh: '网络中断，恢复后按原始时间补传。' },
  placements: ({ links, signalsOf }) =>
    links.map((link) => ({ target: link.name, asset: undefined, variants: [''], shows: () => signalsOf(link.name), apply: (level) => { link.defects.cut = level > 0 } })),
}

/** The gateway's clock is wrong: times jump, values do not. */
export const clockJump: FaultKind = {
  ...common,
  kind: 'clock_jump',
  words: { en: 'Clock jump', zh: '时钟跳变' },
  description: { en: 'The clock of the gateway jumps ahead or back.', zh: '网关时钟向前或向后跳变。' },
  amount: { name: 'jumpS', default: 3600, minimum: -366 * 86_400, maximum: 366 * 86_400 },
  placements: ({ links, signalsOf }) =>
    links.map((link) => ({
      target: link.name, asset: undefined, variants: [''], shows: () => signalsOf(link.name),
      apply: (level, _variant, amount) => { link.defects.jumpUs = level > 0 ? Math.round(amount * 1e6) : 0 },
    })),
}
