import { Type } from 'typebox'
import { MAX_TIME_US, msToUs, usToMs } from '@millwright/model/time.ts'
import {
  bearingsAnswer, recordingsAnswer, VIBRATION_FEATURES, vibrationAnalysisSchema, vibrationPointFieldsSchema, vibrationPointsAnswer, vibrationPointSchema, type WireVibrationAnalysis, type WireVibrationPoint,
} from '@millwright/model/wire/vibration.ts'
import { MillwrightError } from '../../kernel/error.ts'
import type { Plant } from '../../plant/plant.ts'
import { BEARING_CATALOGUE } from '../vibration/bearing-catalogue.ts'
import { BEARING_PARTS, bearingOrders } from '../vibration/bearing-orders.ts'
import { LEAST_SHAFT_HZ } from '../vibration/vibration-features.ts'
import type { LookedAt, Vibration } from '../vibration/vibration.ts'
import { answer, nameOf, pageOf, pageParameters, type TypedServer } from './route-answer.ts'

const BASE = '/api/v1/intelligence/vibration'
const tags = ['intelligence']
const path = (description: string) => Type.String({ minLength: 1, maxLength: 1_100, description })
const ofSignal = Type.Object({ signal: path('Path of the waveform signal') }, { additionalProperties: false })
const ofAsset = Type.Object({ asset: path('Path of the asset'), ...pageParameters }, { additionalProperties: false })
const ofRecording = Type.Object({ signal: path('Path of the waveform signal'), time: Type.Number({ minimum: 0, description: 'Time of its first point, in milliseconds since the epoch' }) }, { additionalProperties: false })
const recordingParameters = Type.Object(
  { signal: path('Path of the waveform signal'), from: Type.Optional(Type.Number({ minimum: 0, description: 'Not before, ms' })), to: Type.Optional(Type.Number({ description: 'Before, ms; unless given, the newest' })), limit: Type.Optional(Type.Integer({ default: 200, minimum: 1, maximum: 2_000 })) },
  { additionalProperties: false },
)

/** Recordings of vibration, and what is known of the machines that they are of. */
export function registerVibration(app: TypedServer, { vibration, plant }: { readonly vibration: Vibration; readonly plant: Plant }): void {
  app.get(`${BASE}/bearings`, { schema: { tags, operationId: 'listBearings', summary: 'Geometry of common bearings', response: answer(bearingsAnswer) } }, async () => ({ items: [...BEARING_CATALOGUE] }))

  app.get(`${BASE}/points`, { schema: { tags, operationId: 'listVibrationPoints', summary: 'Waveform signals of an asset, with bearing, speed and computed features', querystring: ofAsset, response: answer(vibrationPointsAnswer) } }, async ({ query }) => {
    const asset = plant.model.asset(query.asset)
    if (asset === undefined) throw new MillwrightError('NOT_FOUND', `there is no asset "${query.asset}"`)
    return pageOf(plant.model.signalsOf(asset.id).filter(({ kind }) => kind === 'waveform'), query, ({ series }) => wirePoint(plant.model.signalPath(series) ?? '', vibration, plant))
  })

  app.get(`${BASE}/point`, { schema: { tags, operationId: 'readVibrationPoint', summary: 'A waveform signal with bearing, speed and computed features', querystring: ofSignal, response: answer(vibrationPointSchema) } }, async ({ query: { signal } }) => wirePoint(signal, vibration, plant))

  app.put(`${BASE}/point`, { schema: { tags, operationId: 'sayVibrationPoint', summary: 'Say which bearing and speed recordings are of; those from now on are computed with it', querystring: ofSignal, body: vibrationPointFieldsSchema, response: answer(vibrationPointSchema) } }, async ({ query: { signal }, body }) => {
    await vibration.say(signal, { ...body, author: nameOf(body.author) })
    return wirePoint(signal, vibration, plant)
  })

  app.delete(`${BASE}/point`, { schema: { tags, operationId: 'forgetVibrationPoint', summary: 'Take that back: what the plant model says holds again', querystring: ofSignal, response: answer(vibrationPointSchema) } }, async ({ query: { signal } }) => {
    await vibration.forget(signal)
    return wirePoint(signal, vibration, plant)
  })

  app.get(`${BASE}/recordings`, { schema: { tags, operationId: 'listRecordings', summary: 'Times of recordings, the newest first', querystring: recordingParameters, response: answer(recordingsAnswer) } }, async ({ query: { signal, from = 0, to, limit = 200 } }) => {
    const { series } = vibration.point(signal).signal
    const { block } = await plant.history.readSamples({ series, kind: 'waveform', fromUs: msToUs(from), toUs: to === undefined ? MAX_TIME_US : msToUs(to) }, { limit: limit + 1, order: 'descending' })
    const count = Math.min(limit, block.timesUs.length)
    const last = block.timesUs[count - 1]
    return { signal, times: Array.from(block.timesUs.subarray(0, count), usToMs), points: Array.from({ length: count }, (_, at) => Number(block.values[at])), next: block.timesUs.length > limit && last !== undefined ? usToMs(last) : null }
  })

  app.get(`${BASE}/analysis`, { schema: { tags, operationId: 'analyseRecording', summary: 'Wave, spectrum and envelope spectrum of one recording, with the lines of its bearing', querystring: ofRecording, response: answer(vibrationAnalysisSchema) } }, async ({ query: { signal, time } }) => wireAnalysis(signal, await vibration.look(signal, msToUs(time))))
}

function wirePoint(path: string, vibration: Vibration, plant: Plant): WireVibrationPoint {
  const { signal, order, record, tally } = vibration.point(path)
  const { bearing, speed } = order
  const speedPath = speed === undefined || 'hz' in speed ? undefined : plant.model.signalPath(speed.series)
  return {
    signal: path,
    unit: signal.unit ?? null,
    bearing: bearing ?? null,
    speed: speed === undefined ? null : 'hz' in speed ? { rpm: speed.hz * 60 } : speedPath === undefined ? null : { signal: speedPath },
    isSaid: record !== undefined,
    saidBy: record?.author ?? null,
    features: vibration.featureSignals(signal),
    taken: tally.taken,
    refused: tally.refused,
    lastRefusal: tally.lastRefusal ?? null,
  }
}

function wireAnalysis(signal: string, { timeUs, rateHz, shaftHz, point, analysis }: LookedAt): WireVibrationAnalysis {
  const { features, ...shown } = analysis
  const isTurning = shaftHz !== undefined && shaftHz >= LEAST_SHAFT_HZ
  const orders = point.bearing === undefined ? undefined : bearingOrders(point.bearing)
  const [outerRace, innerRace, ball, cage] = BEARING_PARTS.map((part) => (orders?.[part] ?? 0) * (shaftHz ?? 0))
  return {
    signal,
    time: usToMs(timeUs),
    unit: point.unit ?? null,
    rateHz,
    shaftHz: shaftHz ?? null,
    lines: isTurning && orders !== undefined ? { outerRace: outerRace ?? 0, innerRace: innerRace ?? 0, ball: ball ?? 0, cage: cage ?? 0 } : null,
    ...shown,
    features: Object.fromEntries(VIBRATION_FEATURES.map((feature, at) => [feature, Number.isNaN(features[at] ?? Number.NaN) ? null : (features[at] ?? null)])),
  }
}
