import { Type, type Static } from 'typebox'

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** The journal's settings. The defaults suit a small PC beside the line. */
export const journalSettings = Type.Object(
  {
    segmentBytes: Type.Integer({
      default: 64 * MIB,
      minimum: 4 * KIB,
      maximum: 256 * MIB,
      description: 'Size at which a segment file ends and the next begins, in bytes',
    }),
    queueBytes: Type.Integer({
      default: 32 * MIB,
      minimum: 64 * KIB,
      maximum: GIB,
      description:
        'Memory for what waits for the disk, in bytes. Half of it collects while the other half is written; a batch must fit in a half. ' +
        'When it is full, sources are paused',
    }),
    maxBytes: Type.Integer({
      default: 8 * GIB,
      minimum: 64 * KIB,
      description: 'The most that the journal keeps on disk, in bytes. When consumers lag that far behind, sources are paused',
    }),
    reserveBytes: Type.Integer({
      default: GIB,
      minimum: 0,
      description: 'History kept behind the slowest consumer, in bytes, so that a damaged database can be rebuilt. Given up first when space is short',
    }),
    minFreeBytes: Type.Integer({
      default: 256 * MIB,
      minimum: 0,
      description: 'Free disk space below which nothing more is taken, in bytes',
    }),
    commitDelayMs: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 1000,
      description: 'How long a sync waits for more to arrive, in milliseconds. 0 is best for solid-state disks; 5 to 20 spares a hard disk',
    }),
    probeMs: Type.Integer({
      default: 1000,
      minimum: 10,
      maximum: 30_000,
      description: 'How often a full or failed disk is tried again, and free space is looked at, in milliseconds',
    }),
    verifyBytes: Type.Integer({
      default: GIB,
      minimum: 0,
      description: 'How much of the newest journal is checked at start, in bytes. What is older is checked when it is read',
    }),
  },
  { additionalProperties: false },
)

export type JournalSettings = Static<typeof journalSettings>
