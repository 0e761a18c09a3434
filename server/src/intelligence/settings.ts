import { Type, type Static } from 'typebox'

/** Settings of intelligence. What users set is one number: how many false alarms they put up with. */
export const intelligenceSettings = Type.Object(
  {
    enabled: Type.Boolean({ default: true, description: 'Watch the machines for anomalies' }),
    alarmsPerWeek: Type.Number({ default: 1, minimum: 0.01, maximum: 100, description: 'False alarms per machine and week that are put up with; fewer means that weak signs are told later' }),
    healthSignals: Type.Boolean({ default: true, description: 'Write the health of each watched asset back to it as the signal health_index; remaining lives are always written' }),
    maxAssets: Type.Integer({ default: 10_000, minimum: 1, maximum: 1_000_000, description: 'Assets that are watched at most; further ones are counted as not watched' }),
    saveSeconds: Type.Integer({ default: 60, minimum: 1, maximum: 3_600, description: 'Time between two saves of what was learned, together with the place in the journal' }),
    maxLagMegabytes: Type.Integer({ default: 4_096, minimum: 64, maximum: 1_000_000, description: 'Journal that intelligence may lag behind; beyond it the oldest part is skipped, which an event tells' }),
    retrainHour: Type.Integer({ default: 2, minimum: 0, maximum: 23, description: 'Hour of the day (UTC) in which candidates are trained for assets about which people said something' }),
    retrainDays: Type.Integer({ default: 30, minimum: 1, maximum: 3_650, description: 'Age from which a soft sensor in service is trained anew, as a candidate' }),
    trainMegabytes: Type.Integer({ default: 512, minimum: 64, maximum: 16_384, description: 'Memory that one training may take' }),
    onnxMegabytes: Type.Integer({ default: 512, minimum: 128, maximum: 65_536, description: 'Memory that the process may take which runs models that people brought; one that takes more is ended' }),
    onnxFileMegabytes: Type.Integer({ default: 64, minimum: 1, maximum: 2_000, description: 'Size of an uploaded model at most' }),
    onnxProviders: Type.Array(Type.String({ pattern: '^[a-z]{2,20}$' }), { default: ['cpu'], minItems: 1, maxItems: 5, description: 'Execution providers of the ONNX runtime, the preferred one first: cpu everywhere; cuda, dml, coreml or webgpu where the computer has them, else cpu takes their place; wasm for WebAssembly, which is used by itself where there is no native runtime' }),
    arenaFolder: Type.String({ default: '', maxLength: 1_000, description: 'Folder of the recorded data that the arena scores on; unless given, shared/data beside the checkout' }),
    driftHours: Type.Integer({ default: 24, minimum: 1, maximum: 720, description: 'Hours of samples before it is said whether the inputs of a model have drifted away from its training data' }),
  },
  { additionalProperties: false },
)
export type IntelligenceSettings = Static<typeof intelligenceSettings>
