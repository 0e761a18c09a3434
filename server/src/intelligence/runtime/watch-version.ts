import { MillwrightError } from '../../kernel/error.ts'
import { StateReader } from '../scoring/state-codec.ts'

/** The name of a saved watch. */
export const WATCH_KIND = 'asset-watch'
/** Raised with every change of what a watch saves: older states are learned anew (`models/renewal.ts`). */
export const WATCH_VERSION = 9
/** As many bytes of a saved watch tell its version. */
export const WATCH_HEAD_BYTES = 64

/** Whether a saved watch is of the version that is read; its first {@link WATCH_HEAD_BYTES} are enough to tell. */
export function isPresentWatch(head: Uint8Array): boolean {
  try {
    return new StateReader(head, WATCH_KIND, WATCH_VERSION).version === WATCH_VERSION
  } catch (thrown) {
    if (thrown instanceof MillwrightError) return false
    throw thrown
  }
}
