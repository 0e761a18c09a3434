import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser, skipReason } from './support/chromium.ts'
import { RealPlant } from './support/real-plant.ts'
import { PageInspector } from './support/whole-page.ts'

const PUMP = '/plant/' + ['宏远集团', '天津工厂', '公用工程', '泵站', 'pump2'].map(encodeURIComponent).join('/')

const PAGES = [
  { name: 'overview', path: '/', shows: '.mw-tile' },
  { name: 'attention', path: '/attention', shows: '.mw-view h2' },
  { name: 'attention-watched', path: '/attention/watched', shows: '.mw-watched li' },
  { name: 'models-empty', path: '/models/candidates', shows: '.mw-view h2' },
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

/** Pages of a plant that has just begun; those about judging machines are looked at with something to judge in `intelligence.test.ts`. */
describe('every page, in both languages and themes, at both sizes', { skip: skipReason }, () => {
  let plant: RealPlant
  let browser: Browser
  let inspector: PageInspector
  before(async () => {
    plant = await RealPlant.start()
    browser = await openBrowser()
    inspector = await PageInspector.open(browser, plant.url)
  })
  after(async () => {
    await browser?.close()
    await plant?.stop()
  })

  for (const page of PAGES) {
    test(`${page.name} is whole, legible and quiet`, async () => assert.deepEqual(await inspector.findings(page), []))
  }
})
