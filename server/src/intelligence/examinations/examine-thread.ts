import { runThreadTask } from '../predictors/thread-task.ts'
import { examine } from './examine-task.ts'

runThreadTask(examine)
