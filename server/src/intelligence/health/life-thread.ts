import { runThreadTask } from '../predictors/thread-task.ts'
import { learnLives } from './life-task.ts'

runThreadTask(learnLives)
