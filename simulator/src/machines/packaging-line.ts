import type { AssetLevel } from '@millwright/model/asset.ts'
import { PlantMachine, type Step } from '../plant/machine.ts'
import { ShiftCalendar, TWO_SHIFTS } from '../production/calendar.ts'
import { OrderBook, type Order } from '../production/orders.ts'
import { PACKED_PRODUCTS, type PackedProduct } from '../production/products.ts'
import { idleStation, rest, stationOutputs } from '../production/station.ts'
import { counted, measured, shown } from '../sensors/output.ts'
import { SENSORS } from '../sensors/sensor-class.ts'

const CHANGEOVER_S = 2400

/** Why a bottle or a case is thrown away. */
export type PackReject = 'underweight' | 'overweight' | 'cap' | 'label' | 'glue' | 'film' | 'fallen'

/** The packaging line's controller: shifts, orders, changeovers and counts of bottles. */
export class PackagingLine extends PlantMachine {
  override readonly level: AssetLevel = 'line'
  readonly type = 'packaging_line'
  readonly words = { en: 'Packaging line 1', zh: '包装一线' }
  readonly calendar = new ShiftCalendar(TWO_SHIFTS)
  readonly state = {
    station: idleStation(), orderNumber: 0, good: 0, goodTotal: 0, changeoverUntilS: 0, lastCause: '',
    rejects: { underweight: 0, overweight: 0, cap: 0, label: 0, glue: 0, film: 0, fallen: 0 } satisfies Record<PackReject, number>,
  }
  readonly outputs
  readonly #orders: OrderBook<PackedProduct>

  constructor(path: string, seed: number) {
    super(path)
    this.#orders = new OrderBook(seed, path, 'PO', PACKED_PRODUCTS, { smallest: 18_000, largest: 60_000 })
    const { state, calendar } = this
    const causes: readonly (readonly [PackReject, string, string])[] = [
      ['underweight', 'too light', '欠重'], ['overweight', 'too heavy', '超重'], ['cap', 'for the cap', '旋盖不良'], ['label', 'for the label', '贴标不良'],
      ['glue', 'for an open carton', '封箱不良'], ['film', 'for the film', '收缩膜不良'], ['fallen', 'fallen', '倒瓶'],
    ]
    this.outputs = [
      shown('order', { en: 'Production order', zh: '生产订单' }, () => this.order.id),
      shown('product', { en: 'Product', zh: '产品' }, () => this.order.product.name),
      measured('order_quantity', '1', [0, 100_000], { en: 'Quantity ordered', zh: '订单数量' }, SENSORS.command, () => this.order.quantity),
      counted('order_good', '1', { en: 'Good bottles of the order', zh: '订单合格数' }, () => Math.floor(state.good)),
      counted('good_count', '1', { en: 'Good bottles', zh: '合格品总数' }, () => Math.floor(state.goodTotal)),
      counted('reject_count', '1', { en: 'Rejected bottles', zh: '不合格品总数' }, () => this.rejected()),
      ...causes.map(([cause, en, zh]) => counted(`reject_${cause}`, '1', { en: `Bottles rejected: ${en}`, zh: `${zh}数` }, () => state.rejects[cause])),
      shown('last_reject_cause', { en: 'Cause of the last reject', zh: '最近不良原因' }, () => state.lastCause),
      shown('shift', { en: 'Shift', zh: '班次' }, () => (calendar.manned ? calendar.name : 'none')),
      shown('crew', { en: 'Crew and its leader', zh: '班组及班长' }, () => (calendar.manned ? calendar.crew : '')),
      measured('standard_rate', '/min', [0, 200], { en: 'Standard rate', zh: '标准速度' }, SENSORS.command, () => this.product.perMinute),
      ...stationOutputs(state.station),
    ]
  }

  get order(): Order<PackedProduct> {
    return this.#orders.at(this.state.orderNumber)
  }

  get product(): PackedProduct {
    return this.order.product
  }

  /** Whether machines may work. */
  get runs(): boolean {
    return this.state.station.mode === 'execute'
  }

  rejected(): number {
    let sum = 0
    for (const cause in this.state.rejects) sum += this.state.rejects[cause as PackReject]
    return sum
  }

  /** Counts rejected bottles. */
  reject(cause: PackReject, bottles: number): void {
    this.state.rejects[cause] += bottles
    this.state.lastCause = cause
  }

  /** Counts bottles that left the line in good cases. */
  finish(bottles: number): void {
    this.state.good += bottles
    this.state.goodTotal += bottles
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
