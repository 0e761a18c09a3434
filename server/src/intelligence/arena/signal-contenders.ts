import { ContextNovelty } from '../detectors/context-novelty.ts'
import { LevelShift } from '../detectors/level-shift.ts'
import { NearestShape } from '../detectors/nearest-shape.ts'
import { RollingLevel } from '../detectors/rolling-level.ts'
import type { SignalDetector } from '../detectors/signal-detector.ts'
import { SignalEnsemble } from '../detectors/signal-ensemble.ts'
import { SurpriseWatch } from '../detectors/surprise-watch.ts'

/** What a detector of one signal may know before the first value: the range that the signal is declared to have, and how long it shall rest after an alarm. */
export interface SignalTask {
  readonly low: number
  readonly high: number
  /** In samples. */
  readonly refractory: number
}

/** A detector of one signal that can be scored by name, with the settings that it has for all files. */
export interface SignalContender {
  readonly name: string
  readonly title: string
  create(task: SignalTask): Pick<SignalDetector, 'step'>
}

/** Detectors that are scored unless others are named. */
export const USUAL_SIGNAL_CONTENDERS: readonly string[] = ['surprise-watch', 'surprise-and-guards', 'signal-ensemble']

export const SIGNAL_CONTENDERS: readonly SignalContender[] = [
  { name: 'surprise-watch', title: 'Millwright surprise watch', create: ({ low, high, refractory }) => new SurpriseWatch(low, high, refractory) },
  { name: 'surprise-and-guards', title: 'Millwright surprise watch with guards', create: ({ low, high, refractory }) => new SurpriseWatch(low, high, refractory, { level: true, shape: true }) },
  { name: 'signal-ensemble', title: 'Millwright signal ensemble', create: ({ low, high, refractory }) => new SignalEnsemble(low, high, refractory) },
  { name: 'context-novelty', title: 'Millwright context novelty', create: ({ low, high }) => new ContextNovelty(low, high) },
  { name: 'nearest-shape', title: 'Millwright nearest shapes', create: () => new NearestShape() },
  { name: 'rolling-level', title: 'Millwright rolling level', create: () => new RollingLevel() },
  { name: 'level-shift', title: 'Millwright level shift', create: () => new LevelShift(80) },
]
