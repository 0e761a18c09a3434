import { runThreadTask } from '../predictors/thread-task.ts'
import { judgeBands } from './band-task.ts'

runThreadTask(judgeBands)
