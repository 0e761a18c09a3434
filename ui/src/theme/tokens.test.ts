import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contrast } from './contrast.ts'
import { PALETTES } from './tokens.ts'

test('contrast is that of WCAG', () => {
  assert.equal(contrast('#000000', '#ffffff').toFixed(1), '21.0')
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
})

for (const [name, palette] of Object.entries(PALETTES)) {
  test(`every text of the ${name} theme is legible on every ground`, () => {
    const { canvas, surface, raised, hover, chosen } = palette
    for (const ground of [canvas, surface, raised, hover]) {
      for (const text of ['text', 'textSoft', 'textFaint', 'accent', 'bad', 'outside', 'uncertain', 'stale'] as const) {
        assert.ok(contrast(palette[text], ground) >= 4.5, `${text} on ${ground}: ${contrast(palette[text], ground).toFixed(2)}`)
      }
      assert.ok(contrast(palette.edge, ground) >= 2.8, `edge on ${ground}: ${contrast(palette.edge, ground).toFixed(2)}`)
    }
    for (const state of ['bad', 'outside', 'uncertain', 'stale'] as const) {
      assert.ok(contrast(palette[state], palette[`${state}Ground`]) >= 4.5, `${state} on its own ground`)
      assert.ok(contrast(palette.textSoft, palette[`${state}Ground`]) >= 4.5, `soft text on ${state}`)
    }
    assert.ok(contrast(palette.text, chosen) >= 4.5)
    assert.ok(contrast(palette.textFaint, chosen) >= 4.5, `faint on chosen ${contrast(palette.textFaint, chosen).toFixed(2)}`)
    assert.ok(contrast(palette.onAccent, palette.accent) >= 4.5)
    for (const line of palette.chart) assert.ok(contrast(line, surface) >= 3 || contrast(line, raised) >= 2.7, `chart line ${line}: ${contrast(line, surface).toFixed(2)}`)
  })
}
