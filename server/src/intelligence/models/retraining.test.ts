import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillwrightError } from '../../kernel/error.ts'
import { Retraining, SCHEDULE_AUTHOR, type RetrainingParts } from './retraining.ts'

const DAY = 86_400_000
const NOW = 1_000 * DAY

/** A plant of one pump with everything that can be due; `trained` is told what was begun. */
function plant(): { parts: RetrainingParts; trained: string[]; removed: string[]; events: string[] } {
  const [trained, removed, events] = [new Array<string>(), new Array<string>(), new Array<string>()]
  const sensor = (id: string, stage: string, days: number, author: string) => ({ id, stage, output: 'works/pump/lab_estimated', created: NOW - days * DAY, definition: { target: 'works/pump/lab', inputs: ['works/pump/load'], author, from: NOW - 100 * DAY, to: NOW - 40 * DAY } })
  const life = (id: string, stage: string, days: number, author: string) => ({ id, stage, created: NOW - days * DAY, definition: { name: 'Pumps', failures: 'labels', author, signals: ['load'], horizonHours: 100 } })
  const sensors = [sensor('old scheduled', 'candidate', 35, SCHEDULE_AUTHOR), sensor('in service', 'in_service', 70, 'Wu')]
  const lifes = [life('life candidate', 'candidate', 15, SCHEDULE_AUTHOR), life('life in service', 'in_service', 20, 'Wu')]
  const brought = (id: string, days: number, retrainDays?: number) => ({ id, asset: 1, kind: 'onnx', stage: 'champion', output: id, created: NOW - days * DAY, onnx: { contract: { name: id, training: { retrainDays } } } })
  const models = [brought('brought', 95, 90), brought('young', 5, 90), brought('never', 500)]
  const parts = {
    lifeCycle: { begin: async (asset: number, _fields: object, author: string) => trained.push(`watch ${asset} by ${author}`) },
    models: { list: () => models, of: () => models },
    labels: { list: () => [{ asset: 1 }, { asset: 2 }, { asset: 3 }], of: (asset: number) => [{ createdUs: (NOW - asset * DAY) * 1_000 }] },
    softSensors: {
      list: () => sensors,
      train: async (fields: { author: string; from?: number; to?: number; output?: string }) => {
        trained.push(`sensor ${fields.output} by ${fields.author} of ${((fields.to ?? 0) - (fields.from ?? 0)) / DAY} days until ${(NOW - (fields.to ?? 0)) / DAY}`)
        sensors.unshift(sensor('new', 'training', 0, fields.author))
      },
      remove: async (id: string) => removed.push(id),
    },
    lives: { list: () => lifes, failures: async () => new Map([['works/pump', [{ fromUs: (NOW - 5 * DAY) * 1_000, toUs: (NOW - 4 * DAY) * 1_000 }]]]), train: async ({ author }: { author: string }) => trained.push(`life by ${author}`), remove: async (id: string) => removed.push(id) },
    plant: { assetById: (asset: number) => (asset === 3 ? undefined : { path: `works/asset${asset}` }) },
    events: { record: async ({ kind, data }: { kind: string; data: Record<string, unknown> }) => events.push(`${kind} ${String(data['id'])}`) },
    clock: { nowUs: () => NOW * 1_000 },
    log: { warn: () => undefined },
    retrainDays: 30,
  }
  // Only what retraining reads of each part is here.
  return { parts: parts as object as RetrainingParts, trained, removed, events }
}

test('each kind is due by its own reason; all that is trained here is begun as a candidate by the schedule, what others made is told once', async () => {
  const { parts, trained, removed, events } = plant()
  const retraining = new Retraining(parts)
  const due = (await retraining.plan()).map(({ kind, name, isDue, isHere }) => `${kind} ${name} ${isDue ? 'due' : 'not due'}${isHere ? '' : ' elsewhere'}`)
  assert.deepEqual(due.sort(), ['life_model Pumps due', 'onnx brought due elsewhere', 'onnx young not due elsewhere', 'soft_sensor works/pump/lab_estimated due', 'watch works/asset1 due', 'watch works/asset2 due'])
  assert.equal(await retraining.begin(SCHEDULE_AUTHOR), 4)
  assert.deepEqual(trained.sort(), [`life by ${SCHEDULE_AUTHOR}`, `sensor works/pump/lab_estimated by ${SCHEDULE_AUTHOR} of 60 days until 0`, `watch 1 by ${SCHEDULE_AUTHOR}`, `watch 2 by ${SCHEDULE_AUTHOR}`])
  assert.deepEqual(removed.sort(), ['life candidate', 'old scheduled'], 'of candidates that nobody approved the newest stays')
  assert.ok((await retraining.plan()).some(({ kind, isDue }) => kind === 'soft_sensor' && !isDue))
  await retraining.begin(SCHEDULE_AUTHOR)
  assert.deepEqual(events, ['model.due brought'])
})

test('one training that cannot begin does not keep the others from it', async () => {
  const { parts, trained } = plant()
  const failing = { ...parts, lifeCycle: { begin: async () => Promise.reject(new MillwrightError('OVERLOADED', '50 trainings wait already')) } }
  assert.equal(await new Retraining(failing).begin('Li'), 2)
  assert.equal(trained.length, 2)
})
