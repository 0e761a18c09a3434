import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Download, Page } from 'playwright-core'
import type { WireAnnotations } from '@millwright/model/wire/annotation.ts'
import type { WireStatisticsAnswer } from '@millwright/model/wire/statistics.ts'
import { openBrowser, skipReason, watchPage } from './support/chromium.ts'
import { PUMP, TrendPlant, valuesAt } from './support/trend-plant.ts'

const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url))
const PICTURES = process.env['PICTURES_OF_PAGES']
const HOUR = 3_600_000
const NUMBERS = ['flow', 'power', 'temperature'] as const
const ALL = [...NUMBERS, 'running', 'recipe'] as const
const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, locale: 'en-GB', acceptDownloads: true, reducedMotion: 'reduce' }
const CHART = 'canvas.mw-trend-overlay'

describe('the Trend room on the real server', { skip: skipReason }, () => {
  let plant: TrendPlant
  let browser: Browser
  /** Most tests are pages of one browser window: its cache holds the app. */
  let desk: BrowserContext
  before(async () => {
    plant = await TrendPlant.start()
    browser = await openBrowser()
    desk = await browser.newContext(DESK)
    if (PICTURES !== undefined) await mkdir(PICTURES, { recursive: true })
  })
  after(async () => {
    await browser?.close()
    await plant?.server.stop()
  })

  /** A page of its own on an address, once its chart is drawn; ends with a look at what it must not have done. */
  async function onPage(address: string, work: (page: Page) => Promise<void>, options?: BrowserContextOptions): Promise<void> {
    const context = options === undefined ? desk : await browser.newContext({ ...DESK, ...options })
    const page = await context.newPage()
    const faults = watchPage(page, plant.url)
    try {
      await page.goto(address)
      await page.waitForSelector('.mw-trend-legend tbody tr td.mw-num')
      await drawn(page)
      await work(page)
      assert.deepEqual(faults, [])
    } finally {
      await page.close()
      if (context !== desk) await context.close()
    }
  }

  const fixed = (fromAgo: number, toAgo: number) => `&from=${new Date(plant.endMs - fromAgo * HOUR).toISOString()}&to=${new Date(plant.endMs - toAgo * HOUR).toISOString()}`

  test('it is whole, legible and quiet in both languages and themes, on desk and phone', async () => {
    const findings: string[] = []
    for (const [language, theme, width] of [['en', 'light', 1440], ['zh', 'dark', 1440], ['zh', 'light', 390], ['en', 'dark', 390]] as const) {
      const options = { viewport: { width, height: width === 390 ? 844 : 900 }, locale: language === 'zh' ? 'zh-CN' : 'en-GB', colorScheme: theme, hasTouch: width === 390 }
      await onPage(plant.address(ALL, '&last=8h&compare=1days'), async (page) => {
        await page.evaluate(await readFile(AXE, 'utf8'))
        findings.push(...(await seriousFindings(page)).map((finding) => `${language} ${theme} ${width}: ${finding}`))
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, 'nothing scrolls sideways')
        if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `trend-${language}-${theme}-${width}.png`), fullPage: width === 390 })
      }, options)
    }
    assert.deepEqual(findings, [])
  })

  test('the wheel zooms about the pointer, back returns, and a reload shows the same', async () => {
    await onPage(plant.address(NUMBERS, fixed(20, 10)), async (page) => {
      const before = await windowOf(page)
      const rangeText = (await page.locator('.mw-trend-range').textContent()) ?? ''
      const plot = await plotOf(page)
      const share = 0.25
      await page.mouse.move(plot.x + plot.width * share, plot.y + 100)
      for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -120)
      await changed(page, before)
      const zoomed = await windowOf(page)
      assert.ok(span(zoomed) < span(before) * 0.6, `${span(zoomed)} of ${span(before)}`)
      const held = (window: Window) => window.fromMs + span(window) * share
      assert.ok(Math.abs(held(zoomed) - held(before)) < span(before) * 0.01, 'the moment under the pointer stayed')
      await page.reload()
      await page.waitForSelector('.mw-trend-legend tbody tr td.mw-num')
      assert.deepEqual(await windowOf(page), zoomed)
      await page.goBack()
      await changed(page, zoomed)
      assert.deepEqual(await windowOf(page), before)
      await page.waitForFunction((text) => document.querySelector('.mw-trend-range')?.textContent?.includes(text) === true, rangeText)
    })
  })

  test('dragging moves the picture with the hand, it never goes blank, and no question asks for more points than pixels', async () => {
    const asked: { readonly points?: number; readonly from: number; readonly to: number }[] = []
    await onPage(plant.address(NUMBERS, fixed(16, 8)), async (page) => {
      page.on('request', (request) => {
        if (request.url().endsWith('/api/v1/query')) asked.push(request.postDataJSON())
      })
      const before = await windowOf(page)
      const plot = await plotOf(page)
      await page.mouse.move(plot.x + 200, plot.y + 100)
      await page.mouse.down()
      for (let x = 200; x <= 600; x += 20) {
        await page.mouse.move(plot.x + x, plot.y + 100)
        assert.ok((await inkOf(page)) > 500, 'lines stay in sight')
      }
      await page.mouse.up()
      await changed(page, before)
      const after = await windowOf(page)
      const moved = (before.fromMs - after.fromMs) / span(before)
      assert.ok(Math.abs(moved - 400 / plot.width) < 0.02, `moved by ${moved}`)
      assert.ok(Math.abs(span(after) - span(before)) < 1_000)
      for (const { points, from, to } of asked) {
        if (points === undefined) continue
        assert.ok(points <= Math.ceil(((to - from) / span(before)) * plot.width * 1.02), `${points} points for ${(to - from) / span(before)} of ${plot.width} px`)
      }
    })
  })

  test('live, a new sample is in the legend and the window moves on', async () => {
    await onPage(plant.address(['flow', 'running'], '&last=10m'), async (page) => {
      await plant.post('/api/v1/samples', { path: PUMP, values: { flow: 51.37, running: false } })
      await page.waitForFunction(() => [...document.querySelectorAll('.mw-trend-value')].map((cell) => cell.textContent).join(' ').includes('51.37'), undefined, { timeout: 10_000 })
      assert.equal(new URL(page.url()).searchParams.get('last'), '10m', 'following writes no times into the address')
      await page.getByRole('button', { name: 'Live' }).click()
      await page.waitForFunction(() => location.search.includes('from='))
    })
  })

  test('two cursors read what is stored, with their difference, and statistics are the server’s', async () => {
    await onPage(plant.address(NUMBERS, fixed(12, 10)), async (page) => {
      const plot = await plotOf(page)
      await page.mouse.click(plot.x + plot.width * 0.3, plot.y + 120)
      await page.keyboard.down('Shift')
      await page.mouse.click(plot.x + plot.width * 0.7, plot.y + 120)
      await page.keyboard.up('Shift')
      await page.waitForFunction(() => /[?&]a=.*&b=/.test(location.search))
      const cursors = new URL(page.url()).searchParams
      const [a, b] = [Date.parse(cursors.get('a') ?? ''), Date.parse(cursors.get('b') ?? '')]
      await page.mouse.move(plot.x + 10, 10)
      const nearest = (timeMs: number) => Number(valuesAt(plant.endMs - Math.round((plant.endMs - timeMs) / 5_000) * 5_000)['flow'])
      const read = await cells(page, 'flow')
      const at = await headings(page)
      const near = (text: string | undefined, value: number) => assert.ok(Math.abs(Number(text?.replace('+', '')) - value) < 1.4, `${text} is not about ${value}`)
      near(read[at.indexOf('A') + (at.filter((each) => each === 'A').length > 1 ? 1 : 0)], nearest(a))
      near(read[at.indexOf('B')], nearest(b))
      near(read[at.indexOf('Δ')], nearest(b) - nearest(a))

      const { results } = (await (await plant.post('/api/v1/statistics', { signals: [`${PUMP}/flow`], from: a, to: b })).json()) as WireStatisticsAnswer
      const { min, max, count } = results[0]?.statistics ?? {}
      // Both: a cursor may read the maximum while the statistics are still those of the whole window.
      await page.waitForFunction((words) => words.every((each) => document.querySelector('.mw-trend-legend tbody tr')?.textContent?.includes(each) === true), [String(max), count?.toLocaleString('en-GB') ?? ''])
      const told = await cells(page, 'flow')
      assert.deepEqual([told[at.indexOf('Min')], told[at.indexOf('Max')], told[at.indexOf('Samples')]], [String(min), String(max), count?.toLocaleString('en-GB')])
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => !location.search.includes('a='))
    })
  })

  test('an earlier period lies under the present one', async () => {
    // The axis is fixed: one that follows the second line would make the first one flatter, and the ink of both no more than that of one.
    await onPage(plant.address(['flow'], `${fixed(3, 1)}&axis=${encodeURIComponent(`${encodeURIComponent('m3/h')}|0,100|`)}`), async (page) => {
      const before = await inkOf(page)
      await page.keyboard.press('c')
      await page.waitForFunction(() => location.search.includes('compare=1days'))
      await inked(page, before * 1.2, 'there is a second line')
      assert.ok((await headings(page)).includes('Before'))
      const at = (await headings(page)).indexOf('Before')
      const window = await windowOf(page)
      const expected = Number(valuesAt(plant.endMs - Math.round((plant.endMs - window.toMs) / 5_000) * 5_000 - 24 * HOUR)['flow'])
      assert.ok(Math.abs(Number((await cells(page, 'flow'))[at]) - expected) < 1.4)
    })
  })

  test('exports are what the API answers', async () => {
    await onPage(plant.address(ALL, fixed(6, 5)), async (page) => {
      const signals = ALL.map((name) => `${PUMP}/${name}`)
      const { fromMs: from, toMs: to } = await windowOf(page)
      const csv = await readFile(await (await exported(page, 'Samples as CSV')).path(), 'utf8')
      assert.equal(csv, await (await plant.post('/api/v1/query', { signals, from, to }, 'text/csv')).text())
      assert.ok(csv.split('\r\n').length > 3_000)
      const parquet = await readFile(await (await exported(page, 'Samples as Parquet')).path())
      assert.equal(parquet.subarray(0, 4).toString() + parquet.subarray(-4).toString(), 'PAR1PAR1')
      const rows = csv.split('\r\n').length - 2
      assert.ok(parquet.length > rows / 10, `${parquet.length} bytes for ${rows} rows`)
      const picture = await exported(page, 'Picture as PNG')
      assert.match(picture.suggestedFilename(), /^trend-\d{4}-\d\d-\d\d-\d{4}\.png$/)
      const png = await readFile(await picture.path())
      assert.equal(png.subarray(1, 4).toString(), 'PNG')
      assert.ok(png.readUInt32BE(16) > 2_000, 'twice the resolution of the screen')
    })
  })

  test('a gap is drawn as a gap', async () => {
    await onPage(plant.address(['temperature'], fixed(5, 2)), async (page) => {
      // From 4 to 3 hours ago nothing came: the middle third.
      const plot = await plotOf(page)
      const ink = (from: number, to: number) => inkOf(page, { from: plot.x + plot.width * from, to: plot.x + plot.width * to })
      assert.ok((await ink(0.05, 0.3)) > 200)
      assert.equal(await ink(0.36, 0.64), 0, 'nothing is drawn where nothing was')
      assert.ok((await ink(0.7, 0.95)) > 200)
    })
  })

  test('a remark is written with N, kept by the server, and opened at its flag', async () => {
    await onPage(plant.address(['flow'], fixed(12, 10)), async (page) => {
      const plot = await plotOf(page)
      await page.mouse.click(plot.x + plot.width / 2, plot.y + 100)
      await page.keyboard.press('n')
      await page.getByPlaceholder('What was seen or done').fill('轴承已更换')
      await page.getByPlaceholder('Your name').fill('李娜')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.waitForSelector('.ant-modal', { state: 'hidden' })
      const { items } = (await (await fetch(`${plant.url}/api/v1/annotations?from=-2d`)).json()) as WireAnnotations
      assert.deepEqual(items.map(({ text, author, signals }) => [text, author, signals]), [['轴承已更换', '李娜', [`${PUMP}/flow`]]])
      // The flag is drawn when the page has heard of the remark.
      for (let tries = 0; tries < 50 && !(await page.locator('.ant-modal textarea').first().isVisible()); tries++) {
        await page.mouse.click(plot.x + plot.width / 2, plot.y - 9)
        await page.waitForTimeout(100)
      }
      assert.equal(await page.locator('.ant-modal textarea').first().inputValue(), '轴承已更换')
    })
  })

  test('signals are found and chosen by typing, and an address without data says where there is some', async () => {
    await onPage(plant.address(['flow'], '&from=2020-01-01&to=2020-01-02'), async (page) => {
      await page.getByText('No samples in this time').waitFor()
      await page.getByRole('button', { name: 'Show the newest' }).click()
      await drawn(page)
      assert.ok((await inkOf(page)) > 200)
      await page.keyboard.press('s')
      await page.getByPlaceholder('Name, description or pinyin initials').fill('zcwd')
      await page.getByRole('checkbox', { name: /temperature/ }).check()
      await page.getByRole('button', { name: 'Done' }).click()
      assert.deepEqual(new URL(page.url()).searchParams.getAll('signals'), [`${PUMP}/flow`, `${PUMP}/temperature`])
    })
  })

  test('two fingers zoom, one finger moves', async () => {
    await onPage(plant.address(['flow'], fixed(12, 10)), async (page) => {
      const before = await windowOf(page)
      await page.evaluate((selector) => {
        const chart = document.querySelector(selector)
        if (!(chart instanceof HTMLElement)) throw new Error('no chart')
        chart.setPointerCapture = () => {}
        const box = chart.getBoundingClientRect()
        const finger = (type: string, pointerId: number, x: number) => chart.dispatchEvent(new PointerEvent(type, { pointerId, pointerType: 'touch', clientX: box.left + x, clientY: box.top + 120, bubbles: true }))
        finger('pointerdown', 1, 150)
        finger('pointerdown', 2, 200)
        finger('pointermove', 1, 100)
        finger('pointermove', 2, 250)
        finger('pointerup', 1, 100)
        finger('pointerup', 2, 250)
      }, CHART)
      await changed(page, before)
      const ratio = span(await windowOf(page)) / span(before)
      assert.ok(Math.abs(ratio - 1 / 3) < 0.02, `three times nearer, not ${ratio}`)
    }, { viewport: { width: 390, height: 844 }, hasTouch: true })
  })

  test('when the server is gone, what was there stays and it says so', async () => {
    const page = await desk.newPage()
    await page.goto(plant.address(['flow'], fixed(12, 10)))
    await page.waitForSelector('.mw-trend-legend tbody tr td.mw-num')
    await drawn(page)
    await page.route('**/api/v1/query', (route) => route.abort())
    const before = await windowOf(page)
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowUp')
    await changed(page, before)
    await page.getByText('The history does not answer').waitFor()
    assert.ok((await inkOf(page)) > 100)
    await page.unroute('**/api/v1/query')
    await page.getByText('The history does not answer').waitFor({ state: 'hidden', timeout: 15_000 })
    await page.close()
  })
})

interface Window {
  readonly fromMs: number
  readonly toMs: number
}

const span = ({ fromMs, toMs }: Window) => toMs - fromMs

/** The window in the address. */
async function windowOf(page: Page): Promise<Window> {
  const search = await page.evaluate(() => location.search)
  const parameters = new URLSearchParams(search)
  return { fromMs: Date.parse(parameters.get('from') ?? ''), toMs: Date.parse(parameters.get('to') ?? '') }
}

/** Settles when the address has another window. */
async function changed(page: Page, before: Window): Promise<void> {
  await page.waitForFunction((from) => Date.parse(new URLSearchParams(location.search).get('from') ?? '') !== from, before.fromMs)
}

/** Settles when the picture has been sharp for some frames: the first of them may still be of before. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let calm = 0; calm < 8; ) {
      await new Promise(requestAnimationFrame)
      calm = document.querySelector('.mw-trend-busy') === null ? calm + 1 : 0
    }
  })
}

/** Settles when more of the chart has the colour of a line than `least`. */
async function inked(page: Page, least: number, what: string): Promise<void> {
  const until = Date.now() + 20_000
  while ((await inkOf(page)) <= least) {
    if (Date.now() > until) assert.fail(`not drawn: ${what}`)
    await page.waitForTimeout(100)
  }
}

/** Where the plot of a chart with one axis stands on the page; its place is that of `paint/geometry.ts`. */
async function plotOf(page: Page): Promise<{ readonly x: number; readonly y: number; readonly width: number }> {
  const box = await page.locator(CHART).boundingBox()
  assert.ok(box)
  return { x: box.x + 58, y: box.y + 22, width: box.width - 58 - 26 }
}

/** How many pixels of the chart's lower canvas have the colour of a line; `from` and `to` in px of the page. */
async function inkOf(page: Page, part?: { readonly from: number; readonly to: number }): Promise<number> {
  return await page.evaluate((range) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.mw-trend-pane > canvas')
    const copy = document.createElement('canvas')
    const context = copy.getContext('2d', { willReadFrequently: true })
    if (canvas === null || context === null) return 0
    copy.width = canvas.width
    copy.height = canvas.height
    context.drawImage(canvas, 0, 0)
    const left = Math.round(range === undefined ? 58 : range.from - canvas.getBoundingClientRect().left)
    const right = Math.round(range === undefined ? canvas.width - 30 : range.to - canvas.getBoundingClientRect().left)
    const { data } = context.getImageData(left, 22, right - left, canvas.height - 70)
    let ink = 0
    for (let i = 0; i < data.length; i += 4) {
      const [r = 0, g = 0, b = 0] = [data[i], data[i + 1], data[i + 2]]
      if (Math.max(r, g, b) - Math.min(r, g, b) > 28) ink++
    }
    return ink
  }, part)
}

/** Texts of the legend's cells of a signal, without units. */
async function cells(page: Page, name: string): Promise<string[]> {
  const row = page.locator('.mw-trend-legend tbody tr', { has: page.locator('b', { hasText: new RegExp(`^${name}$`) }) })
  return await row.locator('th, td').evaluateAll((all) => all.map((cell) => (cell.firstChild?.nodeType === Node.TEXT_NODE ? [...cell.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join('') : (cell.textContent ?? '')).trim()))
}

async function headings(page: Page): Promise<string[]> {
  return await page.locator('.mw-trend-legend thead th').evaluateAll((all) => all.map((cell) => cell.textContent?.trim() ?? ''))
}

async function exported(page: Page, item: string): Promise<Download> {
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()])
  return download
}

interface AxeFinding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string }[]
}

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate('axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })')) as { readonly violations: readonly AxeFinding[] }
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ').slice(0, 300)}`)
}
