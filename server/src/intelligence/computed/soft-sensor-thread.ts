import { runThreadTask } from '../predictors/thread-task.ts'
import { type SoftSensorTable, trainSoftSensor } from './soft-sensor-training.ts'

runThreadTask((task: SoftSensorTable & { readonly seed: number }, progress) => trainSoftSensor(task, task.seed, progress))
