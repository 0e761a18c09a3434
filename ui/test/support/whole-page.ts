import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { watchPage } from './chromium.ts'

const AXE = fileURLToPath(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url))
/** Set to keep pictures of all pages, such as `/tmp/shots`. */
const PICTURES = process.env['PICTURES_OF_PAGES']
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }] as const
const LANGUAGES = ['en', 'zh'] as const
const THEMES = ['light', 'dark'] as const
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
const PATIENCE_MS = 60_000

/** A page that is looked at: where it is, and what stands on it as soon as it is there. */
export interface LookedAt {
  readonly name: string
  readonly path: string
  readonly shows: string
}

interface OpenPage {
  readonly language: string
  readonly page: Page
  readonly faults: string[]
}

interface AxeFinding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Looks at pages in both languages and themes and at both sizes. One page for each language is shared; theme and size change in place, as they do for people. */
export class PageInspector {
  readonly #url: string
  readonly #pages: readonly OpenPage[]

  private constructor(url: string, pages: readonly OpenPage[]) {
    this.#url = url
    this.#pages = pages
  }

  static async open(browser: Browser, url: string): Promise<PageInspector> {
    if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true })
    const pages = LANGUAGES.map(async (language) => {
      const context = await browser.newContext({ viewport: SIZES[0], locale: language === 'zh' ? 'zh-CN' : 'en-GB', reducedMotion: 'reduce' })
      const page = await context.newPage()
      return { language, page, faults: watchPage(page, url) }
    })
    return new PageInspector(url, await Promise.all(pages))
  }

  /** All that is wrong with a page: errors, scrolling sideways, and what keeps people from reading or using it. */
  async findings({ name, path, shows }: LookedAt): Promise<readonly string[]> {
    const findings: string[] = []
    for (const { language, page, faults } of this.#pages) {
      await page.goto(this.#url + path)
      // Not as a script element: the page's content security policy lets none in, and rightly.
      await page.evaluate(await readFile(AXE, 'utf8'))
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme })
        for (const size of SIZES) {
          await page.setViewportSize(size)
          const where = `${name} ${language} ${theme} ${size.width}`
          await page.locator(shows).first().waitFor({ state: 'attached', timeout: PATIENCE_MS })
          await settled(page, theme)
          assert.equal(await page.locator('html').getAttribute('lang'), language === 'zh' ? 'zh-CN' : 'en', where)
          if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) findings.push(`${where}: scrolls sideways`)
          if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}-${language}-${theme}-${size.width}.png`) })
          findings.push(...(await seriousFindings(page, theme)).map((finding) => `${where}: ${finding}`))
        }
      }
      findings.push(...faults.splice(0).map((fault) => `${name} ${language}: ${fault}`))
    }
    return findings
  }
}

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
  const { violations } = await page.evaluate<{ readonly violations: readonly AxeFinding[] }>(`axe.run(${JSON.stringify({ ...rules, resultTypes: ['violations'] })})`)
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary.slice(0, 200)})`).slice(0, 3).join(' | ')}`)
}
