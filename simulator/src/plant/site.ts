import type { AssetLevel } from '@millwright/model/asset.ts'
import type { Words } from '../sensors/output.ts'
import type { Machine } from './machine.ts'
import type { Wiring } from './wiring.ts'

/** An asset that is no machine: enterprise, site, area, cell. */
export interface Place {
  readonly path: string
  readonly level: AssetLevel
  readonly words: Words
}

/** A gateway: what collects the samples of some machines, stamps them, and sends them on. */
export interface Gateway {
  readonly name: string
  readonly words: Words
  readonly machines: readonly Machine[]
}

/** One site, built and wired. */
export interface Site {
  readonly places: readonly Place[]
  readonly gateways: readonly Gateway[]
  /** What is stepped, in order; parts of a station are stepped by it. */
  readonly order: readonly Machine[]
}

/** What a site's builder is given. */
export interface SiteOptions {
  readonly seed: number
  readonly enterprise: string
  readonly wiring: Wiring
}
