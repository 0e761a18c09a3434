import type { AssetLevel } from '@millwright/model/asset.ts'
import { PlantMachine, type Step } from '../plant/machine.ts'
import { ShiftCalendar, THREE_SHIFTS } from '../production/calendar.ts'
import { OrderBook, type Order } from '../production/orders.ts'
import type { PartQueue, RejectCause } from '../production/part-queue.ts'
import { MACHINED_PARTS, type MachinedPart } from '../production/products.ts'
import { idleStation, rest, stationOutputs } from '../production/station.ts'
import { counted, measured, shown } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

const CHANGEOVER_S = 1800

/** The buffers of the machining line, in the order that parts pass them. */
export interface MachiningBuffers {
  readonly betweenOperations: PartQueue
  readonly beforeWasher: PartQueue
  readonly beforeMeasuring: PartQueue
}

/** The line's controller: shifts, orders, changeovers and counts. */
export class MachiningLine extends PlantMachine {
  override readonly level: AssetLevel = 'line'
  readonly type = 'machining_line'
  readonly words = { en: 'Machining line 1', zh: '机加工一线' }
  readonly buffers: MachiningBuffers
  readonly calendar = new ShiftCalendar(THREE_SHIFTS)
  readonly state
  readonly outputs
  readonly #orders: OrderBook<MachinedPart>

  constructor(path: string, seed: number, buffers: MachiningBuffers) {
    super(path)
    this.buffers = buffers
    this.#orders = new OrderBook(seed, path, 'MO', MACHINED_PARTS, { smallest: 300, largest: 900 })
    this.state = {
      station: idleStation(), orderNumber: 0, good: 0, goodTotal: 0, changeoverUntilS: 0,
      rejects: { dimension: 0, tool_breakage: 0, residue: 0, surface: 0 } satisfies Record<RejectCause, number>, lastCause: '',
      queues: [buffers.betweenOperations.state, buffers.beforeWasher.state, buffers.beforeMeasuring.state],
    }
    const { state, calendar } = this
    this.outputs = [
      shown('order', { en: 'Production order', zh: '生产订单' }, () => this.order.id),
      shown('product', { en: 'Product', zh: '产品' }, () => this.order.product.name),
      measured('order_quantity', '1', [0, 1000], { en: 'Quantity ordered', zh: '订单数量' }, SENSORS.command, () => this.order.quantity),
      counted('order_good', '1', { en: 'Good parts of the order', zh: '订单合格数' }, () => state.good),
      counted('good_count', '1', { en: 'Good parts', zh: '合格品总数' }, () => state.goodTotal),
      counted('reject_count', '1', { en: 'Rejected parts', zh: '不合格品总数' }, () => this.rejected()),
      counted('reject_dimension', '1', { en: 'Rejected for a dimension', zh: '尺寸超差数' }, () => state.rejects.dimension),
      counted('reject_tool_breakage', '1', { en: 'Rejected for a broken tool', zh: '断刀不良数' }, () => state.rejects.tool_breakage),
      counted('reject_residue', '1', { en: 'Rejected for residue', zh: '清洗残留数' }, () => state.rejects.residue),
      counted('reject_surface', '1', { en: 'Rejected for the surface', zh: '表面不良数' }, () => state.rejects.surface),
      shown('last_reject_cause', { en: 'Cause of the last reject', zh: '最近不良原因' }, () => state.lastCause),
      measured('buffer_operations', '1', [0, 20], { en: 'Parts between the operations', zh: '工序间在制品' }, SENSORS.command, () => buffers.betweenOperations.length),
      measured('buffer_washer', '1', [0, 20], { en: 'Parts before the washer', zh: '清洗前在制品' }, SENSORS.command, () => buffers.beforeWasher.length),
      measured('buffer_measuring', '1', [0, 20], { en: 'Parts before measuring', zh: '测量前在制品' }, SENSORS.command, () => buffers.beforeMeasuring.length),
      shown('shift', { en: 'Shift', zh: '班次' }, () => (calendar.manned ? calendar.name : 'none')),
      shown('crew', { en: 'Crew and its leader', zh: '班组及班长' }, () => (calendar.manned ? calendar.crew : '')),
      measured('standard_cycle', 's', [0, 300], { en: 'Standard cycle of the bottleneck', zh: '标准节拍' }, SENSORS.command, () => Math.max(...this.order.product.cycleS) / 3),
      ...stationOutputs(state.station),
    ]
  }

  /** The order being made. */
  get order(): Order<MachinedPart> {
    return this.#orders.at(this.state.orderNumber)
  }

  get part(): MachinedPart {
    return this.order.product
  }

  /** Whether machines may work. */
  get runs(): boolean {
    return this.state.station.mode === 'execute'
  }

  rejected(): number {
    const { dimension, tool_breakage, residue, surface } = this.state.rejects
    return dimension + tool_breakage + residue + surface
  }

  /** Counts a measured part. */
  count(cause: RejectCause | ''): void {
    const state = this.state
    if (cause === '') {
      state.good++
      state.goodTotal++
    } else {
      state.rejects[cause]++
      state.lastCause = cause
    }
  }

  step({ timeS }: Step): void {
    const { state, calendar } = this
    calendar.update(timeS)
    if (state.good >= this.order.quantity) {
      state.orderNumber++
      state.good = 0
      state.changeoverUntilS = timeS + CHANGEOVER_S
    }
    if (!calendar.manned) rest(state.station, 'stopped', 'no_shift')
    else if (timeS < state.changeoverUntilS) rest(state.station, 'held', 'changeover')
    else if (calendar.onBreak) rest(state.station, 'idle', 'break')
    else rest(state.station, 'execute', '')
  }
}
