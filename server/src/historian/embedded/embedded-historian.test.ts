import { systemClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import { describeHistorian } from '../../../test/contracts/historian.ts'
import { openEmbeddedHistorian } from './embedded-historian.ts'
import { testSettings } from './test-settings.ts'

describeHistorian('the embedded historian', (dir) => openEmbeddedHistorian({ dir, settings: testSettings, clock: systemClock, log: silentLog }))
