import type { AssetLevel, PropertyValue } from '@millwright/model/asset.ts'
import type { HeatedZone } from '../physics/heated-zone.ts'
import type { RotatingUnit } from '../physics/rotating-unit.ts'
import type { Output, Words } from '../sensors/output.ts'

/** The moment that a step ends at, and how long the step was. */
export interface Step {
  /** Whole seconds since the epoch. */
  readonly timeS: number
  readonly dtS: number
}

/** What flows between machines. A fault's truth follows these from the machine that it strikes. */
export type Medium = 'electricity' | 'water' | 'air' | 'parts' | 'heat'

/** A share (0 sound … 1 worst) for each way in which a part can be out of order. Only faults write it. */
export type Defects = Record<string, number>

/** A machine of the plant: physics that is stepped, and outputs that sensors look at. */
export interface Machine {
  readonly path: string
  readonly type: string
  readonly level: AssetLevel
  readonly words: Words
  readonly properties: Readonly<Record<string, PropertyValue>>
  readonly outputs: readonly Output[]
  /** Everything that changes, as plain data: what a snapshot keeps. */
  readonly state: object
  /** Rotating units by prefix of their signals ('' for the machine's only one). */
  readonly units: Readonly<Record<string, RotatingUnit>>
  /** Heated zones by prefix of their signals. */
  readonly zones: Readonly<Record<string, HeatedZone>>
  /** Ways to be out of order that belong to the machine itself. */
  readonly defects: Defects
  /** Electrical power drawn now. */
  powerW(): number
  step(step: Step): void
}

/** What every machine has, with nothing in it; machines override what they are. */
export abstract class PlantMachine implements Machine {
  readonly path: string
  abstract readonly type: string
  abstract readonly words: Words
  abstract readonly outputs: readonly Output[]
  abstract readonly state: object
  readonly level: AssetLevel = 'equipment'
  readonly properties: Readonly<Record<string, PropertyValue>> = {}
  readonly units: Readonly<Record<string, RotatingUnit>> = {}
  readonly zones: Readonly<Record<string, HeatedZone>> = {}
  readonly defects: Defects = {}

  constructor(path: string) {
    this.path = path
  }

  powerW(): number {
    return 0
  }

  abstract step(step: Step): void
}
