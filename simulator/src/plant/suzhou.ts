import { AirDryer, AirFilter } from '../machines/air-treatment.ts'
import { AirStation } from '../machines/air-station.ts'
import { ScrewCompressor } from '../machines/compressor.ts'
import { Conveyor } from '../machines/conveyor.ts'
import { ExhaustFan } from '../machines/exhaust-fan.ts'
import { FillingNozzles, WeighCell } from '../machines/filling-equipment.ts'
import { PackagingLine } from '../machines/packaging-line.ts'
import { PackagingMachine, type PackagingPlace } from '../machines/packaging-machine.ts'
import { CappingHeads, GluePot, LabelRoll, ShrinkTunnel, VacuumCups } from '../machines/packing-equipment.ts'
import { PowerMeter } from '../machines/power-meter.ts'
import { WeatherStation } from '../machines/weather-station.ts'
import { CLIMATES, Weather } from '../physics/weather.ts'
import { emptyBuffer } from '../production/buffer.ts'
import type { Machine } from './machine.ts'
import type { Site, SiteOptions } from './site.ts'

/** The second site: a packaging line with its own compressed air. */
export function buildSuzhou({ seed, enterprise, wiring }: SiteOptions): Site {
  const site = `${enterprise}/suzhou`
  const paths = { line: `${site}/packaging/line1`, air: `${site}/utilities/compressed_air`, energy: `${site}/utilities/energy` }
  const weather = new Weather(CLIMATES.suzhou, seed, site)
  const station = new WeatherStation(`${paths.energy}/weather`, weather)
  let airPa = () => 7e5
  const line = buildPackaging(paths.line, seed, weather, () => airPa())
  const air = buildAir(paths.air, seed, weather, line.stations)
  airPa = () => air.receiver.pressurePa
  const hall = new ExhaustFan(`${paths.energy}/air_handling_unit`, { words: { en: 'Air handling unit of the hall', zh: '车间组合式空调机组' }, speed: () => (line.line.calendar.manned ? 0.85 : 0.4), weather, seed })
  const grid = { seed, name: site }
  const packagingMeter = new PowerMeter(`${paths.energy}/meter_packaging`, { words: { en: 'Meter of packaging', zh: '包装电表' }, users: line.machines, baseW: 14_000, ratedW: 120_000, lossShare: 0 }, grid)
  const utilityMeter = new PowerMeter(`${paths.energy}/meter_utilities`, { words: { en: 'Meter of the utilities', zh: '公用工程电表' }, users: [...air.machines, hall], baseW: 3_000, ratedW: 120_000, lossShare: 0 }, grid)
  const mainMeter = new PowerMeter(`${paths.energy}/main_meter`, { words: { en: 'Main meter', zh: '总电表' }, users: [packagingMeter, utilityMeter], baseW: 20_000, ratedW: 260_000, lossShare: 0.012 }, grid)
  const path = (machine: Machine) => machine.path
  for (const machine of line.machines) wiring.feed(machine.path, [packagingMeter.path, mainMeter.path], 'electricity')
  for (const machine of [...air.machines, hall]) wiring.feed(machine.path, [utilityMeter.path, mainMeter.path], 'electricity')
  wiring.mesh(air.machines.map(path), 'air')
  wiring.feed(air.receiver.path, line.stations.map(path), 'air')
  for (const user of line.stations) wiring.feed(user.path, [air.receiver.path], 'air')
  wiring.mesh(line.machines.map(path), 'parts')
  return {
    places: [
      { path: site, level: 'site', words: { en: 'Suzhou works', zh: '苏州工厂' } },
      { path: `${site}/packaging`, level: 'area', words: { en: 'Packaging', zh: '包装车间' } },
      { path: `${site}/utilities`, level: 'area', words: { en: 'Utilities', zh: '公用工程' } },
      { path: paths.air, level: 'cell', words: { en: 'Compressed air', zh: '压缩空气站' } },
      { path: paths.energy, level: 'cell', words: { en: 'Energy, climate and weather', zh: '能源、空调与气象' } },
    ],
    gateways: [
      { name: 'sz-line1', words: { en: 'Gateway of packaging line 1', zh: '包装一线网关' }, machines: line.machines },
      { name: 'sz-utilities', words: { en: 'Gateway of the utilities', zh: '公用工程网关' }, machines: [...air.machines, hall, station, packagingMeter, utilityMeter, mainMeter] },
    ],
    order: [station, ...line.order, air.receiver, air.filter, air.dryer, hall, packagingMeter, utilityMeter, mainMeter],
  }
}

function buildAir(path: string, seed: number, weather: Weather, users: readonly PackagingMachine[]) {
  const compressors = [
    new ScrewCompressor(`${path}/compressor1`, 1, { ratedW: 37_000, capacity: 0.09, variable: true, loadBar: 7.2, unloadBar: 7.6 }, seed, weather),
    new ScrewCompressor(`${path}/compressor2`, 2, { ratedW: 30_000, capacity: 0.07, variable: false, loadBar: 6.5, unloadBar: 7.3 }, seed, weather),
  ]
  const receiver = new AirStation(`${path}/receiver`, { volumeM3: 4, compressors, users, weather, seed })
  const filter = new AirFilter(`${path}/filter`, receiver)
  const dryer = new AirDryer(`${path}/dryer`, receiver, weather)
  return { receiver, filter, dryer, machines: [receiver, ...compressors, dryer, filter] as readonly Machine[] }
}

type Kind = Pick<PackagingPlace, 'type' | 'words' | 'rate' | 'driveW' | 'airFlow' | 'betweenStopsS' | 'stops' | 'rejects' | 'equipment'>

function buildPackaging(path: string, seed: number, weather: Weather, airPa: () => number) {
  const line = new PackagingLine(path, seed)
  const nozzles = new FillingNozzles(line, weather, seed, `${path}/filler`)
  const buffers = [160, 90, 160, 120, 120, 240, 240].map((capacity) => emptyBuffer(capacity))
  const names = ['unscrambler', 'filler', 'capper', 'labeller', 'checkweigher', 'cartoner', 'shrink_tunnel', 'palletizer'] as const
  const kinds: Record<(typeof names)[number], Kind> = {
    unscrambler: { type: 'unscrambler', words: { en: 'Bottle unscrambler', zh: '理瓶机' }, rate: 1.15, driveW: 3_000, airFlow: 0.008, betweenStopsS: 5_400, stops: [{ reason: 'fallen_bottle', meanS: 45 }], rejects: [{ cause: 'fallen', share: 0.0006 }], equipment: [] },
    filler: { type: 'filler', words: { en: 'Filler, eight nozzles', zh: '八头灌装机' }, rate: 1, driveW: 5_500, airFlow: 0.01, betweenStopsS: 14_400, stops: [{ reason: 'jam', meanS: 90 }, { reason: 'waiting_for_operator', meanS: 120 }], rejects: [], equipment: [nozzles] },
    capper: { type: 'capper', words: { en: 'Capper', zh: '旋盖机' }, rate: 1.08, driveW: 3_000, airFlow: 0.006, betweenStopsS: 9_000, stops: [{ reason: 'jam', meanS: 70 }], rejects: [{ cause: 'cap', share: 0.0009 }], equipment: [new CappingHeads(seed, `${path}/capper`)] },
    labeller: { type: 'labeller', words: { en: 'Labeller', zh: '贴标机' }, rate: 1.12, driveW: 2_200, airFlow: 0.002, betweenStopsS: 12_000, stops: [{ reason: 'jam', meanS: 60 }], rejects: [{ cause: 'label', share: 0.0012 }], equipment: [new LabelRoll(seed, `${path}/labeller`)] },
    checkweigher: { type: 'checkweigher', words: { en: 'Checkweigher', zh: '检重秤' }, rate: 1.2, driveW: 750, airFlow: 0.0015, betweenStopsS: 40_000, stops: [{ reason: 'jam', meanS: 40 }], rejects: [], equipment: [new WeighCell(line, nozzles, seed, `${path}/checkweigher`)] },
    cartoner: { type: 'cartoner', words: { en: 'Cartoner with hot melt', zh: '装箱封箱机' }, rate: 1.15, driveW: 4_000, airFlow: 0.009, betweenStopsS: 8_000, stops: [{ reason: 'jam', meanS: 110 }, { reason: 'waiting_for_operator', meanS: 60 }], rejects: [], equipment: [new GluePot(line, weather), new VacuumCups()] },
    shrink_tunnel: { type: 'shrink_tunnel', words: { en: 'Film wrapper with shrink tunnel', zh: '热收缩膜包机' }, rate: 1.18, driveW: 2_200, airFlow: 0.002, betweenStopsS: 16_000, stops: [{ reason: 'film_change', meanS: 150 }], rejects: [], equipment: [new ShrinkTunnel(line, weather)] },
    palletizer: { type: 'palletizer', words: { en: 'Palletizer', zh: '码垛机' }, rate: 1.25, driveW: 5_500, airFlow: 0.004, betweenStopsS: 20_000, stops: [{ reason: 'jam', meanS: 130 }], rejects: [], equipment: [] },
  }
  const stations = names.map((name, index) => new PackagingMachine(`${path}/${name}`, { ...kinds[name], line, from: buffers[index - 1], to: buffers[index], airPa, weather, seed }))
  const speed = () => (line.runs ? 0.8 : 0)
  const conveyor = (index: number, buffer: number, en: string, zh: string) =>
    new Conveyor(`${path}/conveyor${index}`, { words: { en, zh }, speed, load: () => (buffers[buffer]?.amount ?? 0) / (buffers[buffer]?.capacity ?? 1), weather, seed })
  const conveyors = [conveyor(1, 0, 'Conveyor to the filler', '灌装前输送机'), conveyor(2, 2, 'Conveyor to the labeller', '贴标前输送机'), conveyor(3, 5, 'Conveyor of the cases', '箱体输送机')]
  return { line, stations, machines: [line, ...stations, ...conveyors] as readonly Machine[], order: [line, ...stations.toReversed(), ...conveyors] as readonly Machine[] }
}
