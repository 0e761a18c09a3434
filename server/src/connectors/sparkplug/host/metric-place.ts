import { MAX_NAME_LENGTH, nameProblem, pathProblem } from '@millwright/model/path.ts'

/** Where a metric's samples go. */
export interface MetricPlace {
  readonly assetPath: string
  readonly signal: string
}

/** How metric names become places. */
export interface PlaceRules {
  /** `assets`: `Motor/Speed` is signal `Speed` of the asset `Motor` below the device; `signals`: it is the device's signal `Motor.Speed`. */
  readonly folders: 'assets' | 'signals'
}

const EMPTY_NAME = '%FF'

/**
 * The place of a metric, its name already cut at `/`, below the path of its edge node or device; a sentence when it can have none.
 * With folders as assets two different metrics never have one place.
 */
export function metricPlace(base: string, names: readonly string[], { folders }: PlaceRules): MetricPlace | string {
  const safe = names.map(safeName)
  const signal = folders === 'signals' ? safe.join('.') : (safe.at(-1) ?? EMPTY_NAME)
  const assetPath = folders === 'signals' ? base : [base, ...safe.slice(0, -1)].join('/')
  const problem = nameProblem(signal) ?? pathProblem(assetPath) ?? pathProblem(`${assetPath}/${signal}`)
  return problem === undefined ? { assetPath, signal } : problem
}

/**
 * A name that can stand in a path: what cannot is written as `%` and the two hexadecimal digits of each UTF-8 byte, and so is a `%` that
 * would be read as such; an empty name is `%FF`, which is no UTF-8. Different names stay different.
 */
export function safeName(name: string): string {
  if (name === '') return EMPTY_NAME
  const percent = name.replaceAll(/%(?=[0-9A-Fa-f]{2})/g, '%25')
  if (percent.length <= MAX_NAME_LENGTH && nameProblem(percent) === undefined) return percent
  if (/^\.{1,2}$/.test(percent)) return escaped(percent)
  return percent.replaceAll(/[\u0000-\u001f\u007f-\u009f+#/\\\u2028\u2029\ufffe\uffff]|^\s+|\s+$/g, escaped)
}

function escaped(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}
