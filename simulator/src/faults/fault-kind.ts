import type { Machine, Medium } from '../plant/machine.ts'
import type { GatewayLink } from '../plant/gateway-link.ts'
import type { SensorBank } from '../sensors/sensor-bank.ts'
import type { Words } from '../sensors/output.ts'

/** A sensor as faults see it. */
export interface SensorPlace {
  readonly path: string
  readonly position: number
  readonly machine: Machine
  readonly unit: string | undefined
  readonly measures: boolean
}

/** What a fault can be put into. */
export interface FaultGround {
  readonly machines: readonly Machine[]
  readonly sensors: readonly SensorPlace[]
  readonly bank: SensorBank
  readonly links: readonly GatewayLink[]
  /** Paths of all signals of a gateway. */
  signalsOf(gateway: string): readonly string[]
}

/** One place where a fault can be, and what it does there. */
export interface FaultPlacement {
  /** What is struck: an asset's path, `path:part` for one of several parts, a signal's path, or a gateway's name. */
  readonly target: string
  /** Path of the asset that is struck; undefined where it is a gateway. */
  readonly asset: string | undefined
  /** Variants, such as the race of a bearing; the first is the default. */
  readonly variants: readonly string[]
  /** Signals that show the fault, the most telling first. */
  shows(variant: string): readonly string[]
  /** Sets the severity now, 0 (sound) to 1. `amount` is the kind's own parameter. */
  apply(level: number, variant: string, amount: number): void
}

/** A kind of fault: its physics lives where its `apply` writes. */
export interface FaultKind {
  readonly kind: string
  readonly words: Words
  readonly description: Words
  /** Media by which its effects leave the struck machine. */
  readonly media: readonly Medium[]
  readonly defaultSeverity: number
  /** Time in which the severity grows to its full value, s. */
  readonly defaultRampS: number
  /** How it grows over the ramp: evenly, or slowly at first. */
  readonly growth: 'linear' | 'quadratic'
  /** A number of the kind's own: its name with unit, default and limits. */
  readonly amount?: { readonly name: string; readonly default: number; readonly minimum: number; readonly maximum: number }
  placements(ground: FaultGround): readonly FaultPlacement[]
}

/** Names of signals below a machine, as paths. */
export function signalsBelow(machine: Machine, names: readonly string[]): string[] {
  const known = new Set(machine.outputs.map((output) => output.name))
  return names.filter((name) => known.has(name)).map((name) => `${machine.path}/${name}`)
}

/** Placements on every machine that has a defect of a name. */
export function machineDefect(defect: string, shows: readonly string[]): (ground: FaultGround) => FaultPlacement[] {
  return ({ machines }) =>
    machines.filter((machine) => defect in machine.defects).map((machine) => ({
      target: machine.path,
      asset: machine.path,
      variants: [''],
      shows: () => signalsBelow(machine, shows),
      apply: (level) => { machine.defects[defect] = level },
    }))
}
