import { Value } from 'typebox/value'
import { type HistorianSettings, historianSettings } from '../settings.ts'

/** The defaults, but with less memory, so that several historians fit one test run. */
export const testSettings: HistorianSettings = { ...Value.Parse(historianSettings, Value.Default(historianSettings, {})), memoryMiB: 128 }
