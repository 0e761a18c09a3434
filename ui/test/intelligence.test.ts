import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import type { WireAnomalyDetail } from '../../model/src/wire/anomaly.ts'
import type { WireModel } from '../../model/src/wire/ai-model.ts'
import type { WireIntelligenceStatus } from '../../model/src/wire/intelligence.ts'
import type { WireLabel } from '../../model/src/wire/label.ts'
import { recordedDataMissing } from '../../server/src/intelligence/arena/recorded-data.ts'
import { openBrowser, skipReason, watchPage } from './support/chromium.ts'
import { JudgedPlant, SICK_PUMP, WELL_PUMP } from './support/judged-plant.ts'
import { PageInspector } from './support/whole-page.ts'

/** Models that are brought, as scikit-learn made them. */
const FIXTURES = new URL('../../server/src/intelligence/onnx/fixtures/', import.meta.url)
const AUTHOR = '李娜'
const APPROVER = 'Wang Wei'
const at = (path: string) => path.split('/').map(encodeURIComponent).join('/')

describe('the pages about judging machines, in use', { skip: skipReason }, () => {
  let plant: JudgedPlant
  let browser: Browser
  let inspector: PageInspector
  before(async () => {
    plant = await JudgedPlant.start()
    browser = await openBrowser()
    inspector = await PageInspector.open(browser, plant.url)
  })
  after(async () => {
    await browser?.close()
    await plant?.stop()
  })

  /** A page in English, in which a person has given their name unless none is given. */
  async function open(path: string, use: (page: Page) => Promise<void>, author = AUTHOR): Promise<void> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', acceptDownloads: true })
    if (author !== '') await context.addInitScript((name) => localStorage.setItem('millwright.author', name), author)
    const page = await context.newPage()
    const faults = watchPage(page, plant.url)
    await page.goto(plant.url + path)
    await use(page)
    assert.deepEqual(faults, [])
    await context.close()
  }

  const status = async () => (await plant.get<WireIntelligenceStatus>(`/api/v1/intelligence/status?under=${encodeURIComponent(SICK_PUMP)}`)).assets[0]
  const modelsOf = async (asset: string) => (await plant.get<{ readonly items: readonly WireModel[] }>(`/api/v1/models?asset=${encodeURIComponent(asset)}`)).items
  const labelsOf = async (asset: string) => (await plant.get<{ readonly items: readonly WireLabel[] }>(`/api/v1/labels?asset=${encodeURIComponent(asset)}`)).items

  test('a verdict asks for a name first, then takes one touch and says what it changed', async () => {
    await open('/attention', async (page) => {
      const card = page.locator('.mw-anomaly', { hasText: 'Going on' })
      await card.getByRole('button', { name: 'Not real' }).click()
      await page.getByText('Write your name first').waitFor()
      await page.getByRole('textbox', { name: 'Your name' }).fill(AUTHOR)
      await card.getByRole('button', { name: 'Not real' }).click()
      const said = page.locator('.mw-just-said')
      await said.waitFor()
      assert.match((await said.textContent()) ?? '', /pump1.*Not real.*the model learns what it sees here as normal.*1 of 2/s)
    }, '')
  })

  test('the second "not real" of a kind quiets it, in sight, until somebody lets it be told again', async () => {
    const [, past] = await plant.anomaliesOf(SICK_PUMP)
    await open(`/attention/anomaly/${past?.id}`, async (page) => {
      await page.locator('.mw-parts > li').first().waitFor()
      await page.getByRole('button', { name: 'Not real' }).click()
      await page.locator('.mw-changes', { hasText: 'quieted from now on' }).waitFor()
      await page.goto(`${plant.url}/attention/quieted`)
      const rule = page.locator('.mw-quiet li')
      assert.match((await rule.textContent()) ?? '', new RegExp(`pump1.*${AUTHOR}`, 's'))
      await rule.getByRole('button', { name: 'Tell again' }).click()
      await page.getByText('Nothing is quieted.').waitFor()
    })
  })

  test('people change their minds, name the cause, and see what looked like it before', async () => {
    const [, past, earlier] = await plant.anomaliesOf(SICK_PUMP)
    await open(`/attention/anomaly/${past?.id}`, async (page) => {
      await page.getByRole('button', { name: 'Real something is wrong' }).click()
      await page.locator('.mw-changes', { hasText: 'tested on whether it finds it' }).waitFor()
      await page.getByRole('combobox', { name: 'Cause' }).selectOption('bearing')
      await page.getByRole('textbox', { name: 'What was found, or done' }).fill('换了轴承')
      await page.getByRole('button', { name: 'Save cause and note' }).click()
      await page.locator('.mw-said', { hasText: '换了轴承' }).waitFor()
      assert.equal(await page.locator('.mw-band').count() > 0, true, 'the expected band is drawn')
    })
    const detail = await plant.get<WireAnomalyDetail>(`/api/v1/anomalies/${past?.id}`)
    assert.deepEqual(detail.anomaly.verdicts.map(({ verdict, cause }) => [verdict, cause]).slice(0, 2), [['real', 'bearing'], ['real', undefined]])
    assert.ok(earlier !== undefined && detail.similar.some(({ id }) => id === earlier.id), 'an earlier one of the same machine is like it')
  })

  test('a stretch between two cursors is labelled in Trend, and stands there for all', async () => {
    const from = plant.dayMs(5)
    const [a, b] = [from, from + 7_200_000].map((ms) => new Date(ms).toISOString())
    const around = [from - 3_600_000, from + 10_800_000].map((ms) => new Date(ms).toISOString())
    const address = new URLSearchParams([['signals', `${WELL_PUMP}/bearing_temperature`], ['from', around[0] ?? ''], ['to', around[1] ?? ''], ['a', a ?? ''], ['b', b ?? '']])
    await open(`/trend?${address.toString()}`, async (page) => {
      await page.getByRole('button', { name: 'Label this range' }).click()
      const dialog = page.getByRole('dialog', { name: 'Label a range' })
      await dialog.getByRole('combobox', { name: 'Cause' }).selectOption('bearing')
      await dialog.getByRole('textbox', { name: 'What was found, or done' }).fill('grease was missing')
      await dialog.getByRole('button', { name: 'Save label' }).click()
      await page.locator('.ant-message', { hasText: 'Labelled.' }).waitFor()
      await page.goto(`${plant.url}/models/asset/${at(WELL_PUMP)}`)
      await page.locator('.mw-labels li', { hasText: 'grease was missing' }).waitFor()
    })
    const [label] = await labelsOf(WELL_PUMP)
    assert.deepEqual([label?.kind, label?.cause, label?.from, label?.to, label?.author], ['fault', 'bearing', from, from + 7_200_000, AUTHOR])
  })

  test('a candidate is trained, tried as a shadow, approved by somebody else, and rolled back', async () => {
    for (const anomaly of await plant.anomaliesOf(SICK_PUMP)) await plant.post(`/api/v1/anomalies/${anomaly.id}/verdict`, { verdict: 'real', cause: 'bearing', author: AUTHOR })
    await open(`/models/experiment?asset=${encodeURIComponent(SICK_PUMP)}`, async (page) => {
      await page.getByText(/Fault [4-9]/).waitFor()
      await page.getByText('Keep this time as a data set').click()
      await page.getByRole('checkbox', { name: 'hours' }).uncheck()
      await page.getByRole('textbox', { name: 'Name of the data set' }).fill('Before the stop')
      await page.getByRole('button', { name: 'Make the data set' }).click()
      await page.getByRole('radio', { name: /^Before the stop/ }).check({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Train a candidate' }).click()
      await page.waitForURL('**/models/one/*')
      const id = page.url().split('/').at(-1)
      await page.goto(`${plant.url}/models/asset/${at(SICK_PUMP)}`)
      const challenge = page.getByRole('region', { name: 'The one in charge against its challenger' }).first()
      const step = async (name: string) => {
        await challenge.getByRole('button', { name, exact: true }).click()
        return page.locator('.ant-popconfirm:visible')
      }
      await challenge.locator('.mw-compare-name', { hasText: 'Candidate' }).waitFor({ timeout: 60_000 })
      const found = challenge.locator('tr', { hasText: 'Labelled faults found' })
      assert.match((await found.textContent()) ?? '', /\d of \d/)
      await (await step('Try as shadow')).getByRole('button', { name: 'Yes' }).click()
      await challenge.locator('.mw-compare-name', { hasText: 'Shadow' }).waitFor()

      const own = await step('Approve')
      await own.getByText('Somebody else approves it').waitFor()
      assert.ok(await own.getByRole('button', { name: 'Yes' }).isDisabled(), 'nobody approves their own model')
      await own.getByRole('button', { name: 'No', exact: true }).click()
      await page.getByRole('textbox', { name: 'Your name' }).fill(APPROVER)
      const approval = await step('Approve')
      await approval.getByRole('textbox', { name: 'Reason' }).fill('finds them all')
      await approval.getByRole('button', { name: 'Yes' }).click()
      await challenge.locator('.mw-compare-name', { hasText: 'In charge' }).waitFor()
      assert.equal((await status())?.model, id)

      await (await step('Roll back')).getByRole('button', { name: 'Yes' }).click()
      await challenge.getByText('Learned by itself').waitFor()
    })
    assert.equal((await status())?.model, 'self-learned')
    const [model] = await modelsOf(SICK_PUMP)
    assert.deepEqual([model?.approver, model?.history.map(({ stage, by }) => [stage, by])], [APPROVER, [['training', AUTHOR], ['candidate', AUTHOR], ['shadow', AUTHOR], ['champion', APPROVER], ['retired', APPROVER]]])
    assert.equal(model?.history.find(({ stage }) => stage === 'champion')?.note, 'finds them all')
  })

  test("a model's page rebuilds its data set, keeps a better card, and gives it as a file", async () => {
    const [model] = await modelsOf(SICK_PUMP)
    await open(`/models/one/${model?.id}`, async (page) => {
      await page.getByRole('button', { name: 'Check that it can be rebuilt' }).click()
      await page.getByText('the same hash').waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Edit', exact: true }).click()
      await page.getByRole('textbox', { name: 'What it is for, and what not' }).fill('For this pump only.')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.locator('.mw-model-purpose', { hasText: 'For this pump only.' }).waitFor()
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Card as Markdown' }).click()])
      assert.match(await readFile(await download.path(), 'utf8'), /For this pump only\.[\s\S]*SHA-256/)
    })
  })

  test('all judging is switched off in two touches, which every page of it then says, and on again', async () => {
    await open('/models', async (page) => {
      await page.getByRole('button', { name: 'Switch off all judging' }).click()
      await page.locator('.ant-popconfirm:visible').getByRole('button', { name: 'Switch off', exact: true }).click()
      await page.getByText('All judging: Switched off').waitFor()
      await page.goto(`${plant.url}/attention`)
      await page.getByText('Judging is switched off for the whole plant').waitFor()
      await page.goto(`${plant.url}/models`)
      await page.getByRole('button', { name: 'Switch on all judging' }).click()
      await page.getByText('All judging: Switched on').waitFor()
    })
  })

  test("a machine's page leads to what was found on it", async () => {
    await open(`/plant/${at(SICK_PUMP)}`, async (page) => {
      await page.getByRole('region', { name: 'Not normal' }).getByRole('link', { name: /Bearing temperature/ }).first().click()
      await page.locator('.mw-parts > li').first().waitFor()
      assert.match(page.url(), /\/attention\/anomaly\//)
    })
  })

  test('a model is brought as a file: refused with every reason at once, then taken, with its contract and how it runs', async () => {
    const contract = (unit: string) => JSON.stringify({
      name: 'Bearing from load and flow', purpose: 'A test.', inputs: [{ signal: 'load', unit: '%' }, { signal: 'flow', unit }], layout: 'flat', rows: 1, stepSeconds: 60, everyRows: 1,
      fill: { rule: 'hold', seconds: 600 }, output: { means: 'value', signal: 'bearing_model', unit: 'Cel', target: 'bearing_temperature' },
    })
    const pairs = (JSON.parse(await readFile(new URL('pairs.json', FIXTURES), 'utf8')) as Record<string, unknown>)['soft-sensor']
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
    await context.addInitScript((name) => localStorage.setItem('millwright.author', name), AUTHOR)
    const page = await context.newPage()
    await page.goto(`${plant.url}/models/experiment?asset=${encodeURIComponent(WELL_PUMP)}`)
    await page.getByRole('radio', { name: /Bring a model/ }).check()
    await page.locator('input[type=file]').setInputFiles({ name: 'notes.onnx', mimeType: 'application/octet-stream', buffer: Buffer.from('this is no model') })
    await page.getByRole('alert').filter({ hasText: 'this is no ONNX file' }).waitFor()
    await page.locator('input[type=file]').setInputFiles(fileURLToPath(new URL('soft-sensor.onnx', FIXTURES)))
    const text = page.getByRole('textbox', { name: /^Contract/ })
    await text.waitFor()
    assert.equal((JSON.parse(await text.inputValue()) as { inputs: unknown[] }).inputs.length, 2, 'the draft has the width of the file')
    await page.getByRole('textbox', { name: /^Pairs/ }).fill(JSON.stringify(pairs))
    await text.fill('{not json')
    await page.getByRole('button', { name: 'Check only' }).click()
    await page.getByText('The contract is no JSON').waitFor()
    await text.fill(contract('Cel'))
    await page.getByRole('button', { name: 'Check only' }).click()
    await page.getByRole('alert').filter({ hasText: 'Every reason' }).getByRole('cell', { name: /inputs\[1\]/ }).first().waitFor()
    await text.fill(contract('m3/h'))
    await page.getByRole('button', { name: 'Check only' }).click()
    await page.getByText('It gives the same as all 5 given pairs.').waitFor()
    await page.getByRole('button', { name: 'Make candidates' }).click()
    await page.getByRole('link', { name: 'pump2 Version 1' }).click()
    await page.getByRole('heading', { name: 'The model that was brought' }).waitFor()
    await context.close()
    const [brought] = (await modelsOf(WELL_PUMP)).filter(({ kind }) => kind === 'onnx')
    assert.deepEqual([brought?.stage, brought?.output, brought?.author], ['candidate', 'bearing_model', AUTHOR])
  })

  test('health says how machines are and what would be needed to know more; a signal is forecast with its interval', async () => {
    await open('/machine-health', async (page) => {
      await page.getByRole('link', { name: 'pump1' }).click({ timeout: 120_000 })
      await page.getByText('What would be needed to know more').waitFor()
      await page.locator('.mw-forecast canvas').waitFor({ timeout: 60_000 })
      await page.getByText('How well it told the past').click()
      await page.getByRole('cell', { name: 'As a season ago' }).waitFor()
      assert.match((await page.locator('.mw-limits').textContent()) ?? '', /limit/)
      await page.getByRole('link', { name: 'Remaining life' }).first().click()
      await page.getByText('No remaining life is learned yet').waitFor()
    })
  })

  test('the arena shows who reached what, and runs a collection where its data are', async () => {
    await open('/arena', async (page) => {
      await page.getByRole('radio', { name: /SKAB/i }).check()
      const run = page.getByRole('button', { name: 'Run here' })
      if (recordedDataMissing() !== false) {
        await page.getByText('Cannot be run here').first().waitFor()
        assert.ok(await run.isDisabled())
        return
      }
      await run.click()
      await page.getByText(`by ${AUTHOR}`).first().waitFor({ timeout: 120_000 })
      const board = page.locator('#skab')
      await board.getByRole('button', { name: 'F1' }).click({ timeout: 120_000 })
      const first = await board.locator('tbody tr').first().locator('td').nth(2).textContent()
      await board.getByRole('button', { name: 'F1' }).click()
      assert.ok(Number(await board.locator('tbody tr').first().locator('td').nth(2).textContent()) <= Number(first))
    })
  })

  test('each of them is whole, legible and quiet, in both languages and themes, at both sizes', async () => {
    const [anomaly] = await plant.anomaliesOf(SICK_PUMP)
    const [model] = await modelsOf(SICK_PUMP)
    const pages = [
      { name: 'attention', path: '/attention/all', shows: '.mw-anomaly' },
      { name: 'anomaly', path: `/attention/anomaly/${anomaly?.id}`, shows: '.mw-band' },
      { name: 'models', path: '/models', shows: '.mw-fleet li' },
      { name: 'models-past', path: '/models/past', shows: '.mw-models-table tbody tr' },
      { name: 'models-of-asset', path: `/models/asset/${at(WELL_PUMP)}`, shows: '.mw-compare' },
      { name: 'model', path: `/models/one/${model?.id}`, shows: '.mw-model-purpose' },
      { name: 'models-experiment', path: `/models/experiment?asset=${encodeURIComponent(SICK_PUMP)}`, shows: '.mw-bench' },
      { name: 'model-brought', path: `/models/one/${(await modelsOf(WELL_PUMP)).find(({ kind }) => kind === 'onnx')?.id}`, shows: '.mw-fact-list code' },
      { name: 'health', path: '/machine-health', shows: '.mw-healths li' },
      { name: 'health-of-asset', path: `/machine-health/asset/${at(SICK_PUMP)}`, shows: '.mw-forecast canvas' },
      { name: 'health-models', path: '/machine-health/life-models', shows: '.mw-view h2' },
      { name: 'arena', path: '/arena', shows: '.mw-arena-new' },
      { name: 'machine-judged', path: `/plant/${at(SICK_PUMP)}`, shows: '.mw-said li' },
    ]
    const findings: string[] = []
    for (const page of pages) findings.push(...(await inspector.findings(page)))
    assert.deepEqual(findings, [])
  })
})
