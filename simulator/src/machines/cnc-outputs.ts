import { stationOutputs } from '../production/station.ts'
import { contact, counted, measured, shown, type Output } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'
import type { MachiningCentre } from './cnc.ts'
import { unitOutputs } from './unit-outputs.ts'

/** The signals of a machining centre. */
export function cncOutputs(cnc: MachiningCentre): Output[] {
  const { state, place } = cnc
  const axis = (base: number, feed: number, cut: number) => () => base + 100 * (feed * state.feed + cut * (state.cuttingW / 18_500))
  const fraction = () => (state.busy ? state.phaseS / state.cycleS : 0)
  return [
    ...unitOutputs(cnc.unit, 'spindle'),
    measured('feed_rate', 'mm/min', [0, 12_000], { en: 'Feed rate', zh: '进给速度' }, SENSORS.speed, () => 10_000 * state.feed),
    measured('axis_x_load', '%', [0, 150], { en: 'X axis load', zh: 'X轴负载' }, SENSORS.torque, axis(4, 0.2, 0.35)),
    measured('axis_y_load', '%', [0, 150], { en: 'Y axis load', zh: 'Y轴负载' }, SENSORS.torque, axis(5, 0.22, 0.3)),
    measured('axis_z_load', '%', [0, 150], { en: 'Z axis load', zh: 'Z轴负载' }, SENSORS.torque, axis(16, 0.18, 0.45)),
    measured('axis_x_position', 'mm', [-450, 450], { en: 'X axis position', zh: 'X轴位置' }, SENSORS.position, () => 360 * Math.sin(fraction() * 40)),
    measured('axis_z_position', 'mm', [-550, 0], { en: 'Z axis position', zh: 'Z轴位置' }, SENSORS.position, () => -260 - 180 * Math.sin(fraction() * 24)),
    measured('cutting_force', 'N', [0, 8000], { en: 'Cutting force', zh: '切削力' }, SENSORS.torque, () => state.forceN),
    measured('acoustic_emission', 'V', [0, 5], { en: 'Acoustic emission of the cut', zh: '切削声发射' }, SENSORS.vibration, () => cnc.acousticV()),
    measured('coolant_pressure', 'bar', [0, 40], { en: 'Coolant pressure at the tool', zh: '切削液压力' }, SENSORS.pressure, () => (state.busy ? place.coolant.pressureBar() : 0)),
    measured('coolant_temperature', 'Cel', [0, 80], { en: 'Coolant temperature at the tool', zh: '切削液温度' }, SENSORS.temperature, () => state.coolantC),
    measured('hydraulic_pressure', 'bar', [0, 100], { en: 'Clamping hydraulic pressure', zh: '夹紧液压' }, SENSORS.pressure, () => (state.doorOpen ? 42 : 62)),
    measured('air_pressure', 'bar', [0, 10], { en: 'Compressed air pressure', zh: '压缩空气压力' }, SENSORS.pressure, () => place.airPa() / 1e5 - 0.15),
    measured('air_flow', 'L/min', [0, 1000], { en: 'Compressed air taken', zh: '压缩空气流量' }, SENSORS.flow, () => cnc.airFlow() * 60_000),
    measured('head_temperature', 'Cel', [0, 100], { en: 'Spindle head temperature', zh: '主轴箱温度' }, SENSORS.temperature, () => state.headC),
    measured('cabinet_temperature', 'Cel', [0, 80], { en: 'Control cabinet temperature', zh: '电柜温度' }, SENSORS.temperature, () => state.cabinetC),
    measured('power', 'kW', [0, 50], { en: 'Electrical power of the machine', zh: '整机电功率' }, SENSORS.electrical, () => cnc.powerW() / 1000),
    counted('energy', 'kW.h', { en: 'Electrical energy', zh: '电能' }, () => state.energyJ / 3.6e6, 0.1),
    measured('tool_number', '1', [0, 30], { en: 'Tool in the spindle', zh: '刀具号' }, SENSORS.command, () => state.tool),
    measured('tool_time', 'min', [0, 1000], { en: 'Cutting time of the tool', zh: '刀具切削时间' }, SENSORS.command, () => state.toolMinutes),
    counted('tool_changes', '1', { en: 'Tool changes', zh: '换刀次数' }, () => state.toolChanges),
    counted('part_count', '1', { en: 'Parts made', zh: '加工件数' }, () => state.made),
    measured('last_cycle_time', 's', [0, 300], { en: 'Time of the last cycle', zh: '上一循环时间' }, SENSORS.command, () => state.lastCycleS),
    contact('door_open', { en: 'Door open', zh: '门开' }, () => state.doorOpen),
    contact('cutting', { en: 'Tool in the cut', zh: '切削中' }, () => state.cut > 0),
    shown('program', { en: 'Program', zh: '加工程序' }, () => place.line.part.program),
    ...stationOutputs(state.station),
  ]
}
