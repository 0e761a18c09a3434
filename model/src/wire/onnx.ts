import { Type, type Static } from 'typebox'
import { authorSchema } from './anomaly.ts'
import { listingSchema } from './listing.ts'

const orNull = <T extends ReturnType<typeof Type.Number> | ReturnType<typeof Type.String> | ReturnType<typeof Type.Integer>>(schema: T) => Type.Union([schema, Type.Null()])
const timeMs = (description: string) => Type.Number({ description: `${description}, in milliseconds since the epoch` })
const nameSchema = (description: string) => Type.String({ minLength: 1, maxLength: 200, description })

/** How tensors are laid out: one row after the other, rows by signals, signals by rows, or one tensor for each signal. */
export const ONNX_LAYOUTS = ['flat', 'rows_signals', 'signals_rows', 'columns'] as const
/** What the output of a model means. */
export const ONNX_MEANINGS = ['anomaly_score', 'value', 'class', 'forecast'] as const
export type OnnxMeaning = (typeof ONNX_MEANINGS)[number]
/** What fills a row in which an input has no sample. */
export const ONNX_FILLS = ['hold', 'value', 'none'] as const

const scalingSchema = Type.Union(
  [
    Type.Object({ mean: Type.Number(), std: Type.Number({ exclusiveMinimum: 0 }) }, { additionalProperties: false }),
    Type.Object({ min: Type.Number(), max: Type.Number({ description: 'Becomes 1; min becomes 0' }) }, { additionalProperties: false }),
  ],
  { description: 'What is done to a value before the model gets it: (value − mean) / std, or (value − min) / (max − min)' },
)

/** One input of the model: a signal of the asset that it is bound to. */
export const onnxInputSchema = Type.Object(
  {
    signal: nameSchema('Name of the signal on the asset; "part/signal" for a signal of a part below it'),
    unit: Type.Optional(Type.String({ maxLength: 60, description: 'Unit that the model was trained with, as a UCUM code; it must be that of the signal' })),
    scaling: Type.Optional(scalingSchema),
    range: Type.Optional(Type.Tuple([Type.Number(), Type.Number()], { description: 'Values outside of it are taken as missing' })),
    row: Type.Optional(Type.Unsafe<'last' | 'mean'>({ type: 'string', enum: ['last', 'mean'], default: 'last', description: 'What stands in a row: the newest sample of its step, or their mean' })),
    tensor: Type.Optional(nameSchema('Its own tensor, with the layout "columns"')),
    quantiles: Type.Optional(Type.Array(Type.Number(), { minItems: 5, maxItems: 101, description: 'Quantiles of the training data at even steps from 0 to 1, before scaling: what drift is measured against' })),
  },
  { additionalProperties: false },
)
export type WireOnnxInput = Static<typeof onnxInputSchema>

const outputSchema = Type.Object(
  {
    means: Type.Unsafe<OnnxMeaning>({ type: 'string', enum: [...ONNX_MEANINGS], description: 'anomaly_score: how odd it looks; value: a number such as a soft sensor; class: one of "labels"; forecast: values of the next steps' }),
    signal: nameSchema('Name of the signal of the asset that takes the output'),
    tensor: Type.Optional(nameSchema('Output of the model; unless given, its first one that fits')),
    unit: Type.Optional(Type.String({ maxLength: 60, description: 'UCUM code' })),
    labels: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { minItems: 2, maxItems: 100, description: 'Names of the classes, in the order of the model' })),
    normal: Type.Optional(Type.String({ maxLength: 100, description: 'Of classes: the one that means that nothing is wrong. With it, a run of others counts as an alarm in the back-test, beside the faults that people labelled' })),
    range: Type.Optional(Type.Tuple([Type.Number(), Type.Number()], { description: 'An output outside of it is kept as uncertain' })),
    scaling: Type.Optional(scalingSchema),
    higherIs: Type.Optional(Type.Unsafe<'odder' | 'usual'>({ type: 'string', enum: ['odder', 'usual'], default: 'odder', description: 'Of an anomaly score: what a higher one means. A log-likelihood, or scikit-learn\'s score_samples, is higher for what is usual' })),
    steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: 'Of a forecast: how many steps ahead. The last one is written as the signal, at the time when it was said; all of the newest forecast stand in the API' })),
    target: Type.Optional(nameSchema('Signal of the asset that holds the truth, if it is measured: what the back-test compares with. Of classes: a signal whose values are their names')),
  },
  { additionalProperties: false },
)

/** What a model that somebody brings takes and gives. It is declared with the upload and checked against the file. */
export const onnxContractSchema = Type.Object(
  {
    name: nameSchema('What people call it'),
    purpose: Type.String({ minLength: 1, maxLength: 10_000, description: 'What it is for, and what it is not for' }),
    purposeZh: Type.Optional(Type.String({ minLength: 1, maxLength: 10_000, description: 'The same in Chinese' })),
    inputs: Type.Array(onnxInputSchema, { minItems: 1, maxItems: 256 }),
    layout: Type.Unsafe<(typeof ONNX_LAYOUTS)[number]>({ type: 'string', enum: [...ONNX_LAYOUTS], default: 'flat', description: 'flat: [1, rows × signals]; rows_signals: [1, rows, signals]; signals_rows: [1, signals, rows]; columns: one tensor [1, rows] for each signal' }),
    tensor: Type.Optional(nameSchema('Input of the model; unless given, its only one')),
    rows: Type.Integer({ default: 1, minimum: 1, maximum: 4_096, description: 'Rows of a window' }),
    stepSeconds: Type.Number({ default: 1, minimum: 0.1, maximum: 86_400, description: 'Time from one row to the next' }),
    everyRows: Type.Integer({ default: 1, minimum: 1, maximum: 100_000, description: 'The model is called after so many new rows' }),
    fill: Type.Object(
      {
        rule: Type.Unsafe<(typeof ONNX_FILLS)[number]>({ type: 'string', enum: [...ONNX_FILLS], default: 'hold', description: 'hold: the last value stands for "seconds"; value: "value" takes its place; none: the model is not called' }),
        seconds: Type.Number({ default: 600, minimum: 0, maximum: 604_800 }),
        value: Type.Optional(Type.Number({ description: 'Before scaling' })),
      },
      { additionalProperties: false },
    ),
    output: outputSchema,
    limits: Type.Optional(
      Type.Object({ timeoutMs: Type.Optional(Type.Integer({ default: 1_000, minimum: 10, maximum: 10_000, description: 'Of one call' })) }, { additionalProperties: false }),
    ),
    training: Type.Optional(
      Type.Object(
        {
          dataSet: Type.Optional(Type.String({ maxLength: 100, description: 'Id of the data set it was trained on' })),
          code: Type.Optional(Type.String({ maxLength: 500, description: 'Version of the training code: a commit, an address' })),
          retrainDays: Type.Optional(Type.Number({ minimum: 1, maximum: 3_650, description: 'After so many days a newer one is due: it is listed, and trained where it was made' })),
          metrics: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.Number())),
        },
        { additionalProperties: false },
      ),
    ),
  },
  {
    additionalProperties: false,
    examples: [
      {
        name: 'Bearing soft sensor',
        purpose: 'Estimates the bearing temperature from load, speed and ambient temperature.',
        inputs: [
          { signal: 'load', unit: '%', scaling: { mean: 52.1, std: 14.2 } },
          { signal: 'speed', unit: '/min', scaling: { mean: 1480, std: 22 } },
        ],
        layout: 'flat', rows: 1, stepSeconds: 10, everyRows: 1, fill: { rule: 'hold', seconds: 600 },
        output: { means: 'value', signal: 'bearing_temperature_model', unit: 'Cel', target: 'bearing_temperature' },
      },
    ],
  },
)
export type WireOnnxContract = Static<typeof onnxContractSchema>

/** An input or output of an ONNX file. A dimension that may be any size is named, not numbered. */
export const onnxTensorSchema = Type.Object(
  { name: Type.String(), type: Type.String({ description: 'float32, float64, int64, string …' }), shape: Type.Array(Type.Union([Type.Integer(), Type.String()])) },
  { additionalProperties: false },
)
export type WireOnnxTensor = Static<typeof onnxTensorSchema>

/** What an uploaded file is, as the runtime sees it. */
export const onnxFileSchema = Type.Object(
  {
    file: Type.String({ description: 'SHA-256 of the file: its id' }),
    bytes: Type.Integer(),
    inputs: Type.Array(onnxTensorSchema),
    outputs: Type.Array(onnxTensorSchema),
    opsets: Type.Array(Type.Object({ domain: Type.String(), version: Type.Integer() }, { additionalProperties: false })),
    producer: Type.String(),
    loadMs: Type.Number(),
    memoryBytes: Type.Integer({ description: 'By how much the process that loaded it grew' }),
    contract: Type.Union([onnxContractSchema, Type.Null()], { description: 'A contract that lies in the file itself, under the metadata key "millwright"' }),
    uploaded: timeMs('When'),
    author: Type.String(),
  },
  { additionalProperties: false },
)
export type WireOnnxFile = Static<typeof onnxFileSchema>
export const onnxFilesAnswer = listingSchema(onnxFileSchema)

/** An example of what the model makes of an input: the model here must make the same of it. Rows by signals, in the order of the contract, before scaling. */
export const onnxPairSchema = Type.Object(
  {
    rows: Type.Array(Type.Array(Type.Number(), { maxItems: 256 }), { minItems: 1, maxItems: 4_096 }),
    output: Type.Union([Type.Number(), Type.String(), Type.Array(Type.Number(), { maxItems: 10_000 })], { description: 'A number, the name of a class, or the steps of a forecast; after the scaling of the output' }),
  },
  { additionalProperties: false },
)
export type WireOnnxPair = Static<typeof onnxPairSchema>

/** Binds an uploaded file to assets: one candidate for each. */
export const onnxBindFieldsSchema = Type.Object(
  {
    file: Type.String({ minLength: 64, maxLength: 64, description: 'Id that the upload answered' }),
    contract: Type.Optional(onnxContractSchema),
    pairs: Type.Array(onnxPairSchema, { minItems: 1, maxItems: 1_000, description: 'At least one; held to 1e-4, relative or absolute' }),
    assets: Type.Array(Type.String({ minLength: 1, maxLength: 1_000 }), { minItems: 1, maxItems: 100, description: 'Paths of the assets that it is bound to' }),
    experiment: Type.Optional(Type.String({ maxLength: 200, description: 'Name of the experiment that it belongs to' })),
    author: authorSchema,
    dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Only check; nothing is kept' })),
  },
  { additionalProperties: false },
)
export type WireOnnxBindFields = Static<typeof onnxBindFieldsSchema>

/** Why a model was refused: what was wrong, where, and what would be right. They stand in "context.refusals" of the problem (code MODEL_REFUSED). */
export const onnxRefusalSchema = Type.Object(
  { where: Type.String({ description: 'Place in the contract or the file, such as "inputs[2].unit"' }), what: Type.String(), right: Type.String() },
  { additionalProperties: false },
)
export type WireOnnxRefusal = Static<typeof onnxRefusalSchema>

/** How well the model here agrees with the given pairs. */
export const onnxCheckSchema = Type.Object(
  { pairs: Type.Integer(), worst: orNull(Type.Number({ description: 'Largest difference, as part of what is allowed; at most 1' })), callUs: Type.Number({ description: 'Median time of a call, in microseconds' }) },
  { additionalProperties: false },
)
export type WireOnnxCheck = Static<typeof onnxCheckSchema>

/** What a model that was brought adds to a model's record. */
export const onnxPartSchema = Type.Object({ file: Type.String(), contract: onnxContractSchema, check: onnxCheckSchema, series: Type.Array(Type.Integer(), { description: 'Series of the inputs' }) }, { additionalProperties: false })
export type WireOnnxPart = Static<typeof onnxPartSchema>

/** How a model that was brought runs now. */
export const onnxRunSchema = Type.Object(
  {
    model: Type.String(),
    state: Type.Unsafe<'running' | 'filling' | 'missing' | 'resting' | 'off'>({
      type: 'string', enum: ['running', 'filling', 'missing', 'resting', 'off'],
      description: 'running; filling: its first window is not full yet; missing: inputs are missing; resting: it failed too often and is tried again later; off: not in service or switched off',
    }),
    calls: Type.Integer(),
    failures: Type.Integer(),
    timeouts: Type.Integer(),
    skipped: Type.Integer({ description: 'Windows that were left out because the model was too slow' }),
    missing: Type.Array(Type.String(), { description: 'Inputs without a value now' }),
    missedRows: Type.Integer({ description: 'Rows in which an input was missing' }),
    late: Type.Integer({ description: 'Samples that came for a row which was closed already' }),
    callUs: orNull(Type.Number({ description: 'Mean time of the latest calls, in microseconds' })),
    trouble: orNull(Type.String({ description: 'Why it failed last' })),
    nextTry: orNull(Type.Number({ description: 'When a resting one is tried again, in milliseconds since the epoch' })),
    tally: Type.Union([Type.Object({ calls: Type.Integer(), anomalies: Type.Integer({ description: 'It told, or would have told' }), shared: Type.Integer({ description: 'Of these, told by the champion too' }), ofChampion: Type.Integer(), difference: orNull(Type.Number({ description: 'Mean difference from the value of the champion' })), error: orNull(Type.Number({ description: 'Mean absolute difference from the measured truth, where the contract names it' })) }, { additionalProperties: false }), Type.Null()], { description: 'Since it was put in its place' }),
    last: Type.Union([Type.Object({ time: timeMs('Of the window\'s end'), value: Type.Union([Type.Number(), Type.String(), Type.Null()]), values: Type.Optional(Type.Array(Type.Number())), pValue: Type.Optional(Type.Number()) }, { additionalProperties: false }), Type.Null()]),
  },
  { additionalProperties: false },
)
export type WireOnnxRun = Static<typeof onnxRunSchema>

/** What runs models that were brought. */
export const onnxRuntimeSchema = Type.Object(
  {
    kind: Type.Unsafe<'native' | 'wasm'>({ type: 'string', enum: ['native', 'wasm'], description: 'native: the library for this computer; wasm: WebAssembly, slower for large models, where there is no such library' }),
    providers: Type.Array(Type.String(), { description: 'Execution providers, the preferred one first' }),
    note: Type.Union([Type.String(), Type.Null()], { description: 'What was asked for and is not there, and why' }),
  },
  { additionalProperties: false },
)
export type WireOnnxRuntime = Static<typeof onnxRuntimeSchema>

export const onnxRunsAnswer = Type.Object(
  {
    isAvailable: Type.Boolean({ description: 'Whether the ONNX runtime exists for this computer' }),
    why: orNull(Type.String({ description: 'Why not' })),
    restarts: Type.Integer({ description: 'How often the process that runs the models ended and was started again' }),
    memoryBytes: orNull(Type.Integer({ description: 'Of that process' })),
    runtime: Type.Union([onnxRuntimeSchema, Type.Null()], { description: 'What runs them; null until a model was called' }),
    models: Type.Array(onnxRunSchema),
  },
  { additionalProperties: false },
)
export type WireOnnxRuns = Static<typeof onnxRunsAnswer>
