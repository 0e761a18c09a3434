import { FONT, TYPE } from '../../theme/tokens.ts'
import type { Picture } from '../paint/chart-model.ts'
import { paintChart } from '../paint/paint-chart.ts'

const SCALE = 2
const MARGIN = 16
const TITLE = 26
const ROW = 18
const COLUMN = 300

/** The chart with its title and legend as a PNG of twice the resolution, on the ground of the theme. */
export async function exportPicture(picture: Picture, title: string): Promise<Blob> {
  const { widthPx, heightPx, palette } = picture
  const shown = picture.signals.filter(({ isHidden }) => !isHidden)
  const columns = Math.max(1, Math.floor(widthPx / COLUMN))
  const legend = Math.ceil(shown.length / columns) * ROW
  const canvas = document.createElement('canvas')
  canvas.width = (widthPx + 2 * MARGIN) * SCALE
  canvas.height = (heightPx + legend + TITLE + 3 * MARGIN) * SCALE
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('the browser has no canvas left')
  context.scale(SCALE, SCALE)
  const chart = document.createElement('canvas')
  chart.width = widthPx * SCALE
  chart.height = heightPx * SCALE
  const inner = chart.getContext('2d')
  if (inner === null) throw new Error('the browser has no canvas left')
  inner.scale(SCALE, SCALE)
  paintChart(inner, picture)
  context.fillStyle = palette.raised
  context.fillRect(0, 0, widthPx + 2 * MARGIN, heightPx + legend + TITLE + 3 * MARGIN)
  context.fillStyle = palette.text
  context.textBaseline = 'top'
  context.font = `600 ${TYPE.body}px ${FONT}`
  context.fillText(title, MARGIN, MARGIN)
  context.drawImage(chart, MARGIN, MARGIN + TITLE, widthPx, heightPx)
  context.font = `400 ${TYPE.small}px ${FONT}`
  for (const [index, { label, colour, number, unit }] of shown.entries()) {
    const x = MARGIN + (index % columns) * COLUMN
    const y = MARGIN * 2 + TITLE + heightPx + Math.floor(index / columns) * ROW
    context.fillStyle = colour
    context.fillRect(x, y + 1, 12, 12)
    context.fillStyle = palette.text
    const unitText = picture.texts.unit(unit)
    context.fillText(`${number}  ${label}${unitText === '' ? '' : `  ${unitText}`}`, x + 18, y, COLUMN - 26)
  }
  return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob === null ? reject(new Error('the picture is too large for this browser')) : resolve(blob)), 'image/png'))
}
