import { Type, type Static } from 'typebox'
import { examinationSchema, findingSchema } from '@millwright/model/wire/examination.ts'

const { asset: _asset, signalNames: _names, findings: _findings, ...rest } = examinationSchema.properties
const { signals: _signals, summary: _summary, ...finding } = findingSchema.properties

const orNull = Type.Union([Type.Number(), Type.Null()])

/** A signal's part in a finding, by its series. */
const storedPart = Type.Object({ series: Type.Integer(), share: Type.Number(), deviations: Type.Number(), value: orNull, expected: Type.Number(), moved: orNull })
const storedFinding = Type.Object({ ...finding, parts: Type.Array(storedPart) })

/** An examination as it is kept: asset and signals by id, sentences not at all. */
export const examinationRecord = Type.Object({ ...rest, asset: Type.Integer(), series: Type.Array(Type.Integer()), findings: Type.Array(storedFinding) })
export type ExaminationRecord = Static<typeof examinationRecord>
export type StoredFinding = Static<typeof storedFinding>
export type StoredPart = Static<typeof storedPart>
