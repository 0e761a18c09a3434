import { airLeak } from './air-leak.ts'
import { bearingWear } from './bearing-wear.ts'
import { beltSlip } from './belt-slip.ts'
import { cavitation } from './cavitation.ts'
import { cloggedFilter } from './clogged-filter.ts'
import type { FaultKind } from './fault-kind.ts'
import { clockJump, networkCut } from './gateway-faults.ts'
import { heaterFailure } from './heater-failure.ts'
import { imbalance } from './imbalance.ts'
import { misalignment } from './misalignment.ts'
import { sensorDrift, sensorFreeze, sensorSpike, sensorSwap } from './sensor-faults.ts'
import { sealLeak } from './seal-leak.ts'
import { slowRamp } from './slow-ramp.ts'
import { stuckValve } from './stuck-valve.ts'
import { toolBreakage } from './tool-breakage.ts'

/** Every kind of fault. Adding one is a file and a line here. */
export const FAULT_KINDS: readonly FaultKind[] = [
  bearingWear, imbalance, misalignment, cavitation, stuckValve, airLeak, toolBreakage, beltSlip, heaterFailure, cloggedFilter, slowRamp, sealLeak,
  sensorDrift, sensorFreeze, sensorSpike, sensorSwap, networkCut, clockJump,
]
