import { AirDryer, AirFilter } from '../machines/air-treatment.ts'
import { AirStation, type AirUser } from '../machines/air-station.ts'
import { MachiningCentre } from '../machines/cnc.ts'
import { ScrewCompressor } from '../machines/compressor.ts'
import { Conveyor } from '../machines/conveyor.ts'
import { CoolantPlant } from '../machines/coolant-plant.ts'
import { CoolingTower } from '../machines/cooling-tower.ts'
import { CoolingValve } from '../machines/cooling-valve.ts'
import { ExhaustFan } from '../machines/exhaust-fan.ts'
import { MachiningLine } from '../machines/machining-line.ts'
import { MeasuringMachine } from '../machines/measuring-machine.ts'
import { PowerMeter } from '../machines/power-meter.ts'
import { CentrifugalPump } from '../machines/pump.ts'
import { PumpStation } from '../machines/pump-station.ts'
import { Robot } from '../machines/robot.ts'
import { SuctionStrainer } from '../machines/strainer.ts'
import { Washer } from '../machines/washer.ts'
import { WeatherStation } from '../machines/weather-station.ts'
import { CLIMATES, Weather } from '../physics/weather.ts'
import { PartQueue } from '../production/part-queue.ts'
import type { Machine } from './machine.ts'
import type { Site, SiteOptions } from './site.ts'

interface Paths {
  readonly water: string
  readonly air: string
  readonly energy: string
  readonly line: string
}

/** The first site: a pump station with cooling tower, compressed air, and a machining line. */
export function buildTianjin({ seed, enterprise, wiring }: SiteOptions): Site {
  const site = `${enterprise}/tianjin`
  const paths: Paths = { water: `${site}/utilities/pump_station`, air: `${site}/utilities/compressed_air`, energy: `${site}/utilities/energy`, line: `${site}/machining/line1` }
  const weather = new Weather(CLIMATES.tianjin, seed, site)
  const station = new WeatherStation(`${paths.energy}/weather`, weather)
  let airPa = () => 7e5
  const machining = buildMachining(paths.line, seed, weather, () => airPa())
  const air = buildAir(paths.air, seed, weather, machining.airUsers)
  airPa = () => air.receiver.pressurePa
  const water = buildWater(paths.water, seed, weather, { coolant: machining.coolant, compressors: air.compressors })
  const energy = buildEnergy(paths.energy, seed, site, { machining: machining.machines, utilities: [...water.machines, ...air.machines] })
  wire(wiring, { machining, air, water, energy })
  return {
    places: [
      { path: site, level: 'site', words: { en: 'Tianjin works', zh: '天津工厂' } },
      { path: `${site}/utilities`, level: 'area', words: { en: 'Utilities', zh: '公用工程' } },
      { path: paths.water, level: 'cell', words: { en: 'Pump station', zh: '泵站' } },
      { path: paths.air, level: 'cell', words: { en: 'Compressed air', zh: '压缩空气站' } },
      { path: paths.energy, level: 'cell', words: { en: 'Energy and weather', zh: '能源与气象' } },
      { path: `${site}/machining`, level: 'area', words: { en: 'Machining', zh: '机加工车间' } },
    ],
    gateways: [
      { name: 'tj-water', words: { en: 'Gateway of the pump station', zh: '泵站网关' }, machines: water.machines },
      { name: 'tj-air', words: { en: 'Gateway of the compressed air', zh: '空压站网关' }, machines: air.machines },
      { name: 'tj-energy', words: { en: 'Gateway of the meters', zh: '能源网关' }, machines: [station, ...energy.machines] },
      { name: 'tj-line1', words: { en: 'Gateway of machining line 1', zh: '机加工一线网关' }, machines: machining.machines },
    ],
    order: [station, ...machining.order, water.header, air.receiver, air.filter, air.dryer, ...energy.machines],
  }
}

type Machining = ReturnType<typeof buildMachining>
type Air = ReturnType<typeof buildAir>
type Water = ReturnType<typeof buildWater>
type Energy = ReturnType<typeof buildEnergy>

function buildMachining(path: string, seed: number, weather: Weather, airPa: () => number) {
  const buffers = { betweenOperations: new PartQueue(14), beforeWasher: new PartQueue(14), beforeMeasuring: new PartQueue(10) }
  const line = new MachiningLine(path, seed, buffers)
  const coolant = new CoolantPlant(`${path}/coolant_plant`, seed, weather)
  const cnc = (index: number, operation: 0 | 1) => {
    const [from, to] = operation === 0 ? [undefined, buffers.betweenOperations] : [buffers.betweenOperations, buffers.beforeWasher]
    return new MachiningCentre(`${path}/cnc${index}`, { index, operation, line, from, to, coolant, airPa, weather, seed })
  }
  const first = [1, 2, 3].map((index) => cnc(index, 0))
  const second = [4, 5, 6].map((index) => cnc(index, 1))
  const cncs = [...first, ...second]
  coolant.users = cncs
  const washer = new Washer(`${path}/washer`, { line, from: buffers.beforeWasher, to: buffers.beforeMeasuring, weather, seed })
  const cmm = new MeasuringMachine(`${path}/cmm`, line, buffers.beforeMeasuring, weather, seed)
  const lineState = () => line.state.station
  const busy = (centres: readonly MachiningCentre[]) => () => centres.reduce((sum, centre) => sum + (centre.state.busy ? 1 : 0), 0) / centres.length
  const robots = [
    new Robot(`${path}/robot1`, { index: 1, words: { en: 'Loading robot, first operation', zh: '一序上下料机器人' }, demand: busy(first), lineState, airPa, weather }),
    new Robot(`${path}/robot2`, { index: 2, words: { en: 'Loading robot, second operation', zh: '二序上下料机器人' }, demand: busy(second), lineState, airPa, weather }),
    new Robot(`${path}/robot3`, { index: 3, words: { en: 'Deburring robot', zh: '去毛刺机器人' }, demand: () => (washer.state.station.mode === 'execute' ? 0.8 : 0.2), lineState, airPa, weather }),
  ]
  const speed = () => (line.runs ? 0.7 : 0)
  const conveyors = [
    new Conveyor(`${path}/conveyor1`, { words: { en: 'Conveyor between the operations', zh: '工序间输送机' }, speed, load: () => buffers.betweenOperations.length / 14, weather, seed }),
    new Conveyor(`${path}/conveyor2`, { words: { en: 'Conveyor to the washer', zh: '清洗前输送机' }, speed, load: () => buffers.beforeWasher.length / 14, weather, seed }),
  ]
  const mist = new ExhaustFan(`${path}/mist_extractor`, { words: { en: 'Oil mist extractor', zh: '油雾净化风机' }, speed: () => (line.calendar.manned ? 0.9 : 0), weather, seed })
  const order: readonly Machine[] = [line, cmm, washer, ...second, ...first, ...robots, ...conveyors, coolant, mist]
  const machines: readonly Machine[] = [line, ...cncs, ...robots, washer, cmm, ...conveyors, coolant, mist]
  const airUsers: readonly AirUser[] = [...cncs, ...robots, washer, cmm]
  return { line, coolant, cncs, robots, washer, cmm, conveyors, mist, order, machines, airUsers }
}

function buildAir(path: string, seed: number, weather: Weather, users: readonly AirUser[]) {
  const compressors = [
    new ScrewCompressor(`${path}/compressor1`, 1, { ratedW: 55_000, capacity: 0.14, variable: true, loadBar: 7.2, unloadBar: 7.6 }, seed, weather),
    new ScrewCompressor(`${path}/compressor2`, 2, { ratedW: 30_000, capacity: 0.07, variable: false, loadBar: 6.6, unloadBar: 7.4 }, seed, weather),
    new ScrewCompressor(`${path}/compressor3`, 3, { ratedW: 30_000, capacity: 0.07, variable: false, loadBar: 6.3, unloadBar: 7.2 }, seed, weather),
  ]
  const receiver = new AirStation(`${path}/receiver`, { volumeM3: 6, compressors, users, weather, seed })
  const filter = new AirFilter(`${path}/filter`, receiver)
  const dryer = new AirDryer(`${path}/dryer`, receiver, weather)
  return { compressors, receiver, filter, dryer, users, machines: [receiver, ...compressors, dryer, filter] as readonly Machine[] }
}

function buildWater(path: string, seed: number, weather: Weather, heat: { readonly coolant: CoolantPlant; readonly compressors: readonly ScrewCompressor[] }) {
  const pumps = [1, 2, 3, 4].map((index) => new CentrifugalPump(`${path}/pump${index}`, index, seed, weather))
  const strainer = new SuctionStrainer(`${path}/strainer`)
  const tower = new CoolingTower(`${path}/cooling_tower`, seed, weather)
  const coolantValve = new CoolingValve(`${path}/valve_coolant`, {
    words: { en: 'Cooling of the machining coolant', zh: '切削液冷却阀' }, loop: { capacity: 33e6, transfer: 9_000 }, setpointC: 32, openConductance: 2.2e-5, loadW: () => heat.coolant.heatW(),
  })
  heat.coolant.temperatureC = () => coolantValve.state.temperatureC
  const airValve = new CoolingValve(`${path}/valve_air`, {
    words: { en: 'Cooling of the compressors', zh: '空压机冷却阀' }, loop: { capacity: 2e6, transfer: 4_500 }, setpointC: 42, openConductance: 2.6e-5,
    loadW: () => heat.compressors.reduce((sum, compressor) => sum + 0.9 * compressor.state.compressionW, 0),
  })
  const hallValve = new CoolingValve(`${path}/valve_hall`, {
    words: { en: 'Cooling of the hall', zh: '车间空调冷却阀' }, loop: { capacity: 24e6, transfer: 90_000 }, setpointC: 36, openConductance: 9e-5,
    loadW: () => 330_000 + 10_000 * Math.max(0, weather.temperatureC - 5),
  })
  const header = new PumpStation(`${path}/header`, { pumps, strainer, valves: [coolantValve, airValve, hallValve], tower })
  return { pumps, strainer, tower, coolantValve, airValve, hallValve, header, machines: [header, ...pumps, strainer, coolantValve, airValve, hallValve, tower] as readonly Machine[] }
}

function buildEnergy(path: string, seed: number, site: string, users: { readonly machining: readonly Machine[]; readonly utilities: readonly Machine[] }) {
  const grid = { seed, name: site }
  const machining = new PowerMeter(`${path}/meter_machining`, { words: { en: 'Meter of machining', zh: '机加工电表' }, users: users.machining, baseW: 18_000, ratedW: 260_000, lossShare: 0 }, grid)
  const utilities = new PowerMeter(`${path}/meter_utilities`, { words: { en: 'Meter of the utilities', zh: '公用工程电表' }, users: users.utilities, baseW: 4_000, ratedW: 180_000, lossShare: 0 }, grid)
  const main = new PowerMeter(`${path}/main_meter`, { words: { en: 'Main meter', zh: '总电表' }, users: [machining, utilities], baseW: 30_000, ratedW: 500_000, lossShare: 0.012 }, grid)
  return { main, machines: [machining, utilities, main] as readonly PowerMeter[] }
}

function wire(wiring: SiteOptions['wiring'], { machining, air, water, energy }: { machining: Machining; air: Air; water: Water; energy: Energy }): void {
  const path = (machine: Machine) => machine.path
  const [machiningMeter, utilityMeter, mainMeter] = energy.machines.map(path) as [string, string, string]
  for (const machine of machining.machines) wiring.feed(machine.path, [machiningMeter, mainMeter], 'electricity')
  for (const machine of [...water.machines, ...air.machines]) wiring.feed(machine.path, [utilityMeter, mainMeter], 'electricity')
  wiring.mesh(water.machines.map(path), 'water')
  wiring.mesh([air.receiver, ...air.compressors, air.filter, air.dryer].map(path), 'air')
  wiring.feed(air.receiver.path, air.users.map(path), 'air')
  for (const user of air.users) wiring.feed(user.path, [air.receiver.path], 'air')
  for (const compressor of air.compressors) wiring.feed(compressor.path, [water.airValve.path], 'heat')
  wiring.feed(water.coolantValve.path, [machining.coolant.path, ...machining.cncs.map(path)], 'heat')
  for (const machine of [machining.coolant, ...machining.cncs]) wiring.feed(machine.path, [water.coolantValve.path], 'heat')
  for (const cnc of machining.cncs) wiring.feed(cnc.path, [machining.coolant.path], 'heat')
  wiring.feed(machining.coolant.path, machining.cncs.map(path), 'water')
  wiring.mesh([machining.line, ...machining.cncs, ...machining.robots, machining.washer, machining.cmm, ...machining.conveyors].map(path), 'parts')
}
