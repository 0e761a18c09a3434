import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openBrowser, skipReason, watchPage } from './support/chromium.ts'
import { RealPlant } from './support/real-plant.ts'

const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const MAX_FIRST_SCRIPT = 350 * 1024
const DESK = { viewport: { width: 1440, height: 900 }, locale: 'en-GB' } as const
const STATION = '宏远集团/天津工厂/公用工程/泵站'
const pageOf = (path: string) => `/plant/${path.split('/').map(encodeURIComponent).join('/')}`

describe('the browser app in use', { skip: skipReason }, () => {
  let plant: RealPlant
  let browser: Browser
  /** Most tests are pages of one browser window: its cache holds the app. */
  let desk: BrowserContext
  before(async () => {
    plant = await RealPlant.start()
    browser = await openBrowser()
    desk = await browser.newContext(DESK)
  })
  after(async () => {
    await browser?.close()
    await plant?.stop()
  })

  /** A page on an address; in a window `ofItsOwn` where it leaves something behind, or must find nothing. */
  async function open(path: string, use: (page: Page, faults: string[]) => Promise<void>, { ofItsOwn = false } = {}): Promise<void> {
    const context = ofItsOwn ? await browser.newContext(DESK) : desk
    const page = await context.newPage()
    try {
      const faults = watchPage(page, plant.url)
      await page.goto(plant.url + path)
      await use(page, faults)
    } finally {
      await page.close()
      if (ofItsOwn) await context.close()
    }
  }

  test('the first script is small, and the first picture comes soon', async (t) => {
    const html = await readFile(join(DIST, 'index.html'), 'utf8')
    const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file)
    const sizes = await Promise.all(first.map(async (file) => gzipSync(await readFile(join(DIST, file))).length))
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    t.diagnostic(`first script: ${(bytes / 1024).toFixed(0)} KB gzip in ${first.length} files, of ${(await readdir(join(DIST, 'assets'))).length} files in all`)
    assert.ok(first.length > 0 && bytes <= MAX_FIRST_SCRIPT, `${bytes} bytes`)
    await open('/', async (page) => {
      await page.locator('.mw-tile').first().waitFor()
      const paintMs = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1)
      const tilesMs = await page.evaluate(() => performance.now())
      t.diagnostic(`first contentful paint: ${paintMs.toFixed(0)} ms; the plant's tiles are there after ${tilesMs.toFixed(0)} ms`)
      assert.ok(paintMs > 0)
    }, { ofItsOwn: true })
  })

  test('the overview says what is abnormal, and leads to the machine', async () => {
    await open('/', async (page) => {
      await page.locator('.mw-worst li').first().waitFor()
      assert.match((await page.locator('.mw-worst').textContent()) ?? '', /pump2 · temperature.*above 80/)
      await page.locator('.mw-worst li a').first().click()
      await page.locator('h1', { hasText: 'pump2' }).waitFor()
    })
  })

  test('values come live, with unit and age, and only from the server that sent them', async () => {
    await open(pageOf(`${STATION}/pump1`), async (page, faults) => {
      const row = page.locator('.mw-signal-row', { hasText: 'temperature' })
      await row.locator('b', { hasText: /\d/ }).waitFor()
      assert.match((await row.textContent()) ?? '', /°C/)
      const first = await page.locator('.mw-signal-row', { hasText: 'speed' }).locator('b').textContent()
      await page.waitForFunction((old) => [...document.querySelectorAll('.mw-signal-row')].some((one) => one.textContent?.includes('speed') && one.querySelector('b')?.textContent !== old), first)
      assert.deepEqual(faults, [])
    })
  })

  test('the language changes without a reload, and stays', async () => {
    await open('/data-in', async (page) => {
      await page.locator('h1', { hasText: 'Data in' }).waitFor()
      await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
      await page.locator('.mw-language').click()
      await page.locator('h1', { hasText: '数据接入' }).waitFor()
      assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN')
      assert.equal(await page.evaluate(() => 'isSamePage' in globalThis), true)
      await page.reload()
      await page.locator('h1', { hasText: '数据接入' }).waitFor()
    }, { ofItsOwn: true })
  })

  test('Ctrl-K finds a Chinese name by its pinyin initials, with the keyboard alone', async () => {
    await open('/', async (page) => {
      await page.locator('.mw-tile').first().waitFor()
      await page.keyboard.press('Control+k')
      await page.keyboard.type('zzx')
      await page.locator('.mw-search [role=option]', { hasText: '主轴箱' }).first().waitFor()
      await page.keyboard.press('Enter')
      await page.locator('h1', { hasText: '主轴箱' }).waitFor()
    })
  })

  test('without a connection it says so, and goes on by itself', async () => {
    await open(pageOf(`${STATION}/pump1`), async (page) => {
      await page.locator('.mw-link-online').waitFor()
      await page.context().setOffline(true)
      await page.locator('.mw-banner-stale').waitFor({ timeout: 15_000 })
      await page.context().setOffline(false)
      await page.locator('.mw-banner-stale').waitFor({ state: 'detached', timeout: 15_000 })
    }, { ofItsOwn: true })
  })

  test('a cell is edited in place, a wrong one refused with the reason', async () => {
    await open('/model/signals', async (page) => {
      const row = page.locator('.mw-edit tbody tr', { hasText: 'force' })
      await row.locator('[aria-label^="Edit Unit"]').click()
      await page.keyboard.type('kN')
      await page.keyboard.press('Enter')
      await row.locator('.mw-cell', { hasText: 'kN' }).waitFor()
      const path = '宏远集团/天津工厂/机加工/一号线/press/force'
      const unit = async () => ((await plant.server.getJson(`/api/v1/signals/${path.split('/').map(encodeURIComponent).join('/')}`)) as { unit?: string }).unit
      await until(async () => (await unit()) === 'kN')
      await row.locator('[aria-label^="Edit High"]').click()
      await page.keyboard.type('abc')
      await page.keyboard.press('Enter')
      await page.locator('.ant-message', { hasText: '“abc” is not a number' }).waitFor()
    })
  })

  test('many are changed at once', async () => {
    await open('/model/signals', async (page) => {
      await page.locator('.mw-edit tbody tr').first().waitFor()
      await page.getByRole('searchbox', { name: 'Find' }).fill('speed')
      await page.locator('[role=status]', { hasText: '4 ' }).waitFor()
      await page.getByRole('checkbox', { name: 'Whole plant' }).check()
      await page.getByRole('button', { name: 'Change them' }).click()
      await page.getByRole('dialog').getByLabel('High', { exact: true }).fill('3000')
      await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click()
      await page.locator('.mw-cell', { hasText: '3,000' }).first().waitFor()
      const { items } = (await plant.server.getJson('/api/v1/signals?search=speed')) as { items: { high?: number }[] }
      assert.deepEqual(items.map(({ high }) => high), [3000, 3000, 3000, 3000])
    })
  })

  test('a spreadsheet shows what it would do before it does it', async () => {
    await open('/model/exchange', async (page) => {
      const exported = await (await fetch(`${plant.url}/api/v1/model?format=csv`)).text()
      const changed = exported.replace('Wilo', 'KSB')
      await page.locator('input[type=file]').setInputFiles({ name: 'plant.csv', mimeType: 'text/csv', buffer: Buffer.from(changed) })
      await page.locator('.mw-plan-field', { hasText: 'KSB' }).waitFor()
      assert.match((await page.locator('.mw-plan-field').first().textContent()) ?? '', /Wilo.*→.*KSB/)
      assert.ok(!(await (await fetch(`${plant.url}/api/v1/model?format=csv`)).text()).includes('KSB'), 'the dry run changed something')
      await page.getByRole('button', { name: 'Import this' }).click()
      await page.locator('.ant-message', { hasText: '1 changed' }).waitFor()
      assert.ok((await (await fetch(`${plant.url}/api/v1/model?format=csv`)).text()).includes('KSB'))
    })
  })

  test('a discovered signal is accepted from the inbox', async () => {
    await open('/model/inbox', async (page) => {
      await page.locator('.mw-edit tbody tr').first().waitFor()
      await page.getByRole('checkbox', { name: `${STATION}/pump1/newcomer` }).check()
      await page.getByRole('button', { name: 'Accept' }).click()
      await page.locator('.ant-message', { hasText: '1 accepted' }).waitFor()
      await until(async () => (await fetch(`${plant.url}/api/v1/signals/${`${STATION}/pump1/newcomer`.split('/').map(encodeURIComponent).join('/')}`)).ok)
    })
  })

  test('an asset that is not there is told with the nearest name and what to do', async () => {
    await open(pageOf(`${STATION}/pump7`), async (page) => {
      await page.locator('.mw-failure').waitFor()
      assert.match((await page.locator('.mw-failure').textContent()) ?? '', /there is no asset.*pump7.*What to do/s)
    })
  })

  test('2,000 values at 1 Hz leave the page responsive', async (t) => {
    const signals = Array.from({ length: 2_000 }, (_, index) => `s${index}`)
    await plant.post('/api/v1/model/edits', { edits: signals.map((name) => ({ op: 'createSignal', path: `load/machine/${name}`, fields: { kind: 'number' } })) })
    let round = 0
    const send = () => plant.post('/api/v1/samples', [{ path: 'load/machine', values: Object.fromEntries(signals.map((name) => [name, ++round / 10])) }])
    await send()
    const timer = setInterval(() => void send().catch(() => undefined), 1_000)
    try {
      await open('/plant/load/machine', async (page) => {
        await page.locator('.mw-signal-row b', { hasText: /\d/ }).first().waitFor()
        const frames = await page.evaluate(async () => {
          const gaps: number[] = []
          let last = performance.now()
          const until = last + 5_000
          while (last < until) {
            await new Promise(requestAnimationFrame)
            const now = performance.now()
            gaps.push(now - last)
            last = now
          }
          return gaps.sort((a, b) => a - b)
        })
        t.diagnostic(`frames in 5 s: ${frames.length}; gaps p50 ${frames[Math.floor(frames.length / 2)]?.toFixed(1)} ms, p99 ${frames[Math.floor(frames.length * 0.99)]?.toFixed(1)} ms, longest ${frames.at(-1)?.toFixed(1)} ms`)
        assert.ok((await page.locator('.mw-signal-row').count()) < 80, 'only rows in sight are drawn')
        const shown = await page.locator('.mw-signal-row b').nth(1).textContent()
        await page.waitForFunction((old) => document.querySelectorAll('.mw-signal-row b')[1]?.textContent !== old, shown)
      })
    } finally {
      clearInterval(timer)
    }
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail('it did not come true within five seconds')
}
