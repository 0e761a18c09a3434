import type { AssetLevel, PropertyValue } from '@millwright/model/asset.ts'
import { parentPath } from '@millwright/model/path.ts'
import type { ValueKind } from '@millwright/model/sample-batch.ts'
import type { Output, Words } from '../sensors/output.ts'
import type { Machine } from './machine.ts'
import type { Gateway, Place } from './site.ts'
import { buildCuring } from './curing.ts'
import { buildSuzhou } from './suzhou.ts'
import { buildTianjin } from './tianjin.ts'
import { Wiring } from './wiring.ts'

const ENTERPRISE = 'huayu'

/** A node of the plant as data. */
export interface PlantAsset {
  readonly path: string
  readonly level: AssetLevel
  readonly type: string | undefined
  readonly description: Words
  readonly properties: Readonly<Record<string, PropertyValue>>
}

/** A signal of the plant as data. Its series id is the same in every run. */
export interface PlantSignal {
  readonly series: number
  readonly path: string
  readonly asset: string
  readonly name: string
  readonly kind: ValueKind
  readonly unit: string | undefined
  readonly low: number | undefined
  readonly high: number | undefined
  readonly description: Words
  /** Smallest step that is shown; 0 for texts and waveforms. */
  readonly resolution: number
  /** Seconds between samples at full rate; 0 where samples come on change or on request. */
  readonly intervalS: number
}

/** The plant, built and wired, before anything moves. */
export interface Layout {
  readonly assets: readonly PlantAsset[]
  readonly signals: readonly PlantSignal[]
  readonly gateways: readonly Gateway[]
  /** What is stepped, in order. */
  readonly order: readonly Machine[]
  /** All machines, in the order of their signals. */
  readonly machines: readonly Machine[]
  readonly wiring: Wiring
}

/** Builds the group with its two sites. Everything random in it is a function of `seed`. */
export function buildLayout(seed: number): Layout {
  const wiring = new Wiring()
  const sites = [buildTianjin({ seed, enterprise: ENTERPRISE, wiring }), buildSuzhou({ seed, enterprise: ENTERPRISE, wiring }), buildCuring({ seed, enterprise: ENTERPRISE, wiring })]
  const gateways = sites.flatMap((site) => site.gateways)
  const machines = gateways.flatMap((gateway) => gateway.machines)
  const top: Place = { path: ENTERPRISE, level: 'enterprise', words: { en: 'Huayu Group', zh: '华宇集团' } }
  const places = [top, ...sites.flatMap((site) => site.places)].map((place): PlantAsset => ({ path: place.path, level: place.level, type: undefined, description: place.words, properties: {} }))
  const assets = [...places, ...machines.map((machine): PlantAsset => ({ path: machine.path, level: machine.level, type: machine.type, description: machine.words, properties: machine.properties }))]
  assertTree(assets)
  return { assets, signals: listSignals(machines), gateways, order: sites.flatMap((site) => site.order), machines, wiring }
}

function assertTree(assets: readonly PlantAsset[]): void {
  const paths = new Set(assets.map((asset) => asset.path))
  if (paths.size !== assets.length) throw new Error('BUG: two assets with one path')
  for (const path of paths) {
    const parent = parentPath(path)
    if (parent !== undefined && !paths.has(parent)) throw new Error(`BUG: ${path} has no parent`)
  }
}

function listSignals(machines: readonly Machine[]): PlantSignal[] {
  const signals: PlantSignal[] = []
  for (const machine of machines) {
    for (const output of machine.outputs) signals.push(toSignal(signals.length + 1, machine.path, output))
  }
  // Waveforms come after all others, so that the samples of machines keep their place.
  for (const machine of machines) {
    for (const prefix of Object.keys(machine.units)) signals.push(waveformSignal(signals.length + 1, machine.path, prefix))
  }
  return signals
}

function toSignal(series: number, asset: string, output: Output): PlantSignal {
  const common = { series, path: `${asset}/${output.name}`, asset, name: output.name, kind: output.kind, description: output.words }
  if (output.kind === 'text') return { ...common, unit: undefined, low: undefined, high: undefined, resolution: 0, intervalS: 0 }
  const [low, high] = output.expected ?? [output.low, output.high]
  return { ...common, unit: output.unit, low, high, resolution: output.resolution, intervalS: output.sensor.intervalS }
}

function waveformSignal(series: number, asset: string, prefix: string): PlantSignal {
  const name = waveformName(prefix)
  const description = { en: 'Drive-end acceleration waveform, 25.6 kHz', zh: '驱动端加速度波形（25.6 kHz）' }
  return { series, path: `${asset}/${name}`, asset, name, kind: 'waveform', unit: 'm/s2', low: -500, high: 500, description, resolution: 0, intervalS: 0 }
}

/** Name of the waveform signal of a machine's rotating unit. */
export function waveformName(prefix: string): string {
  return prefix === '' ? 'acceleration_waveform' : `${prefix}_acceleration_waveform`
}
