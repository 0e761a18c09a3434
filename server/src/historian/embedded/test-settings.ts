import { Value } from 'typebox/value'
import { type HistorianSettings, historianSettings } from '../settings.ts'

/** The defaults. */
export const testSettings: HistorianSettings = Value.Parse(historianSettings, Value.Default(historianSettings, {}))
