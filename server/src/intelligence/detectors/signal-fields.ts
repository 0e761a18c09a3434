import { TAIL_FIELDS } from '../scoring/tail-limit.ts'

/**
 * Where the numbers of one signal lie in a bank's state. Names end in their unit where they have one; spreads are mean absolute deviations.
 */
export const FIELD = {
  mode: 0,
  timeUs: 1,
  value: 2,
  rows: 3,
  intervalUs: 4,
  /** Smoothed binary logarithm of each interval over the usual one. */
  pace: 5,
  level: 6,
  spread: 7,
  fast: 8,
  fastSpread: 9,
  rise: 10,
  fall: 11,
  /** Samples in succession with the same value, and the most that was usual. */
  same: 12,
  longestSame: 13,
  /** Samples in succession that were abnormal. */
  abnormal: 14,
  /** Samples in succession that were not after the last one. */
  late: 15,
  reason: 16,
  startUs: 17,
  spikeTail: 18,
  levelTail: 18 + TAIL_FIELDS,
  driftTail: 18 + 2 * TAIL_FIELDS,
  /** What each hour of the day (UTC) usually adds to the level. */
  hours: 18 + 3 * TAIL_FIELDS,
} as const

/** Numbers of one signal: 60, which are 480 bytes. */
export const FIELDS = FIELD.hours + 24

/** What a signal's values mean, and so what is looked at. */
export const MODES = ['level', 'counter', 'discrete'] as const
export type SignalMode = (typeof MODES)[number]

/** Why a sample is abnormal. */
export const REASONS = ['none', 'spike', 'level', 'drift', 'frozen', 'sampling'] as const
export type Reason = (typeof REASONS)[number]
