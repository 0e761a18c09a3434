import { runThreadTask } from '../predictors/thread-task.ts'
import { forecast } from './forecast-task.ts'

runThreadTask(forecast)
