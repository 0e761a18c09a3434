import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { openBrowser, skipReason, watchPage } from './support/chromium.ts'

const ROWS = 900
const START = Date.UTC(2026, 2, 9, 10)

describe('a recording is examined in the browser', { skip: skipReason }, () => {
  let millwright: MillwrightProcess
  let browser: Browser
  before(async () => {
    millwright = await MillwrightProcess.start({ flags: ['--mqtt', 'off', '--log.level', 'warn'] })
    const lines = Array.from({ length: ROWS }, (_, row) => JSON.stringify({ path: 'lab/rig', ts: START + row * 1_000, values: { flow: 32 + 0.2 * Math.sin(row * row) - (row >= 600 && row < 700 ? 2 : 0), temperature: 60 + 0.2 * Math.sin(2 * row * row) } }))
    const answer = await fetch(`${millwright.url}/api/v1/samples`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: lines.join('\n') })
    assert.equal(answer.status, 200)
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await millwright?.stop()
  })

  test('on a phone in Chinese: from the address to the finding, one touch makes it a label, and Trend draws it', { timeout: 120_000 }, async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
    await context.addInitScript(() => localStorage.setItem('millwright.author', '李娜'))
    await context.addInitScript(() => localStorage.setItem('millwright.preferences', JSON.stringify({ language: 'zh' })))
    const page = await context.newPage()
    const faults = watchPage(page, millwright.url)
    await page.goto(`${millwright.url}/examine?asset=lab%2Frig&from=${START}&to=${START + ROWS * 1_000}`)
    await page.getByRole('button', { name: '开始检查' }).click()
    const finding = page.locator('.mw-finding', { hasText: '低于应有水平' }).first()
    await finding.waitFor({ timeout: 60_000 })
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'the page scrolls sideways')
    await finding.getByRole('button', { name: '真实', exact: true }).click()
    await finding.getByText('已记为标注').waitFor()
    const labels = (await millwright.getJson('/api/v1/labels?asset=lab%2Frig')) as { readonly items: readonly { readonly kind: string; readonly from: number }[] }
    assert.equal(labels.items[0]?.kind, 'fault')
    assert.ok(Math.abs((labels.items[0]?.from ?? 0) - (START + 600_000)) < 30_000)
    await finding.getByRole('link', { name: '在趋势中查看' }).click()
    await page.waitForURL(/\/trend\?signals=lab%2Frig%2Fflow/)
    assert.deepEqual(faults, [])
    await context.close()
  })
})
