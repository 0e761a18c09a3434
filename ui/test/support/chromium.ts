import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { buildBrowserApp } from '../../../server/src/cli/browser-app.ts'
import { silentLog } from '../../../server/src/kernel/log.ts'

const PLACES = [process.env['CHROMIUM'] ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--lang=en-US']

/** Where a Chromium is; undefined where there is none. */
export const chromiumPath = PLACES.find((place) => place !== '' && existsSync(place))

/** Why browser tests are skipped; false where they are not. Say it loudly: a skipped test proves nothing. */
export const skipReason = chromiumPath === undefined ? 'SKIPPED: no Chromium here (Debian: apt-get install chromium fonts-noto-cjk), so the browser app was NOT tested' : false

/** A browser, and the app that it is to show: built where it is missing or older than its sources, whichever test comes first. */
export async function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('BUG: the test should have been skipped')
  await buildBrowserApp(silentLog, new AbortController().signal)
  return await chromium.launch({ executablePath: chromiumPath, args: ARGS })
}

/** Notes all that a page must not do: errors in its console, scripts that throw, requests to other hosts, answers that fail. */
export function watchPage(page: Page, origin: string): string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`console ${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`threw: ${error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:') && !url.startsWith('blob:')) faults.push(`asked another host: ${url}`)
  })
  return faults
}
