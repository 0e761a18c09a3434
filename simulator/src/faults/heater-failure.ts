import { signalsBelow, type FaultKind, type FaultPlacement } from './fault-kind.ts'

/** Heating elements burn out: the controller asks for more, less comes, and the zone cools when the rest is not enough. */
export const heaterFailure: FaultKind = {
  kind: 'heater_failure',
  words: { en: 'Heater failure', zh: '加热器故障' },
  description: { en: 'Elements burn out: duty rises, power falls, the zone gets cold.', zh: '部分加热管烧断：输出升高而功率下降，温度跌落。' },
  media: ['electricity', 'parts'],
  defaultSeverity: 0.7,
  defaultRampS: 0,
  growth: 'linear',
  placements: ({ machines }) =>
    machines.flatMap((machine) =>
      Object.entries(machine.zones).map(([prefix, zone]): FaultPlacement => ({
        target: `${machine.path}:${prefix}`,
        asset: machine.path,
        variants: [''],
        shows: () => signalsBelow(machine, ['heater_duty', 'temperature', 'heater_power'].map((name) => `${prefix}_${name}`)),
        apply: (level) => { zone.defects.heater = level },
      })),
    ),
}
