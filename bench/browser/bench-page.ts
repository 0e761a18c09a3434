import type { Page } from 'playwright-core'
import { chromiumPath, openBrowser } from '../../ui/test/support/chromium.ts'
import { buildBrowserApp } from '../../server/src/cli/browser-app.ts'
import { silentLog } from '../../server/src/kernel/log.ts'

/** Whether there is a Chromium to measure in. */
export const hasBrowser = chromiumPath !== undefined

/** Says why a row that needs a browser measures nothing. */
export const NO_BROWSER = 'not measured: no Chromium here (Debian: apt-get install chromium)'

/** A page in a real browser, at the size of a desk, on the built app; closed afterwards. */
export async function onPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
  await buildBrowserApp(silentLog, new AbortController().signal)
  const browser = await openBrowser()
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
    page.on('pageerror', (error) => process.stderr.write(`  the page threw: ${error.message}\n`))
    return await work(page)
  } finally {
    await browser.close()
  }
}

/** Frames as a report tells them: how many of the sixty a second came, and the longest time between two. */
export function framesText(gaps: readonly number[]): string {
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / FRAME_MS) - 1), 0)
  return `${dropped} of ${Math.round(total / FRAME_MS)} frames dropped, longest ${Math.max(...gaps).toFixed(0)} ms`
}

const FRAME_MS = 1_000 / 60
