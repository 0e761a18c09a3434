import type { RotatingUnit } from '../physics/rotating-unit.ts'
import { signalsBelow, type FaultGround, type FaultPlacement } from './fault-kind.ts'

/** Placements on every rotating unit of the plant; a machine with a prefix for its unit is named `path:prefix`. */
export function onEveryUnit(
  ground: FaultGround,
  variants: readonly string[],
  shows: (variant: string) => readonly string[],
  apply: (unit: RotatingUnit, level: number, variant: string) => void,
): FaultPlacement[] {
  return ground.machines.flatMap((machine) =>
    Object.entries(machine.units).map(([prefix, unit]): FaultPlacement => ({
      target: prefix === '' ? machine.path : `${machine.path}:${prefix}`,
      asset: machine.path,
      variants,
      shows: (variant) => signalsBelow(machine, shows(variant).map((name) => (prefix === '' ? name : `${prefix}_${name}`))),
      apply: (level, variant) => apply(unit, level, variant),
    })),
  )
}
