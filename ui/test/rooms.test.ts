import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, skipReason, watchPage } from './support/chromium.ts'
import { RealPlant } from './support/real-plant.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const AXE = join(ROOT, 'node_modules/axe-core/axe.min.js')
/** Set to keep pictures of all pages, such as `/tmp/shots`. */
const PICTURES = process.env['PICTURES_OF_PAGES']
const PUMP = '/plant/' + ['宏远集团', '天津工厂', '公用工程', '泵站', 'pump2'].map(encodeURIComponent).join('/')

const PAGES = [
  { name: 'overview', path: '/', shows: '.mw-tile' },
  { name: 'attention', path: '/attention', shows: '.mw-view h2' },
  { name: 'attention-watched', path: '/attention/watched', shows: '.mw-watched li' },
  { name: 'plant', path: PUMP, shows: '.mw-signal-row .mw-spark-line' },
  { name: 'tree', path: '/plant', shows: '.mw-tree-row' },
  { name: 'data-in', path: '/data-in', shows: '.mw-letter-list li' },
  { name: 'model-assets', path: '/model', shows: '.mw-edit tbody tr' },
  { name: 'model-signals', path: '/model/signals', shows: '.mw-edit tbody tr' },
  { name: 'model-exchange', path: '/model/exchange', shows: '.mw-drop' },
  { name: 'model-inbox', path: '/model/inbox', shows: '.mw-edit tbody tr' },
  { name: 'simulator', path: '/simulator', shows: '.mw-view h2' },
  { name: 'style', path: '/style', shows: '.mw-swatches' },
  { name: 'nowhere', path: '/no/such/room', shows: '.mw-view h2' },
] as const
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }] as const
const LANGUAGES = ['en', 'zh'] as const
type Language = (typeof LANGUAGES)[number]
const THEMES = ['light', 'dark'] as const
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

interface AxeFinding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

describe('every page, in both languages and themes, at both sizes', { skip: skipReason }, () => {
  let plant: RealPlant
  let browser: Browser
  /** One page for each language; theme and size change in place, as they do for people. */
  const opened = new Map<Language, { readonly page: Page; readonly faults: string[] }>()
  before(async () => {
    plant = await RealPlant.start()
    browser = await openBrowser()
    if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true })
    for (const language of LANGUAGES) {
      const context = await browser.newContext({ viewport: SIZES[0], locale: language === 'zh' ? 'zh-CN' : 'en-GB', reducedMotion: 'reduce' })
      const page = await context.newPage()
      opened.set(language, { page, faults: watchPage(page, plant.url) })
    }
  })
  after(async () => {
    await browser?.close()
    await plant?.stop()
  })

  for (const { name, path, shows } of PAGES) {
    test(`${name} is whole, legible and quiet`, async () => {
      const findings: string[] = []
      for (const [language, { page, faults }] of opened) {
        await page.goto(plant.url + path)
        // Not as a script element: the page's content security policy lets none in, and rightly.
        await page.evaluate(await readFile(AXE, 'utf8'))
        for (const theme of THEMES) {
          await page.emulateMedia({ colorScheme: theme })
          for (const size of SIZES) {
            await page.setViewportSize(size)
            const where = `${name} ${language} ${theme} ${size.width}`
            await page.locator(shows).first().waitFor({ state: 'attached', timeout: 15_000 })
            await settled(page, theme)
            assert.equal(await page.locator('html').getAttribute('lang'), language === 'zh' ? 'zh-CN' : 'en', where)
            if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) findings.push(`${where}: scrolls sideways`)
            if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}-${language}-${theme}-${size.width}.png`) })
            findings.push(...(await seriousFindings(page, theme)).map((finding) => `${where}: ${finding}`))
          }
        }
        findings.push(...faults.splice(0).map((fault) => `${name} ${language}: ${fault}`))
      }
      assert.deepEqual(findings, [])
    })
  }
})

/** Settles when the page has the theme, waits for nothing, and has been painted so. */
async function settled(page: Page, theme: string): Promise<void> {
  await page.waitForFunction((wanted) => document.documentElement.dataset['theme'] === wanted && document.querySelector('[aria-busy=true]') === null, theme)
  await page.evaluate(async () => {
    await document.fonts.ready
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
  })
}

/** What is wrong with the page for people who see, hear or steer otherwise. In the second theme only colours differ, so only they are looked at. */
async function seriousFindings(page: Page, theme: string): Promise<string[]> {
  const rules = theme === THEMES[0] ? { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] } : { runOnly: { type: 'rule', values: COLOUR_RULES } }
  const violations = await page.evaluate(async (options) => {
    const axe = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: AxeFinding[] }> } }).axe
    return (await axe.run({ ...options, resultTypes: ['violations'] })).violations
  }, rules)
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary.slice(0, 200)})`).slice(0, 3).join(' | ')}`)
}
