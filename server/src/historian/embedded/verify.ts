import { messageOf } from '../../kernel/error.ts'
import type { VerifyReport } from '../historian.ts'
import { type ColdFile, filePath, ROLLUPS } from './cold-file.ts'
import type { ColdStore } from './cold-store.ts'
import { type DuckConnection, sqlText } from './duck.ts'
import { checksum } from './durable-file.ts'
import { type RecentStore, rowsOf } from './recent-store.ts'
import { columnNames } from './tables.ts'

/** Reads everything: the checksum of each file, each column of each row. Damaged files are set aside. The caller holds a lease. */
export async function verifyAll(connection: DuckConnection, stores: { readonly recent: RecentStore; readonly cold: ColdStore }): Promise<VerifyReport> {
  const { recent, cold } = stores
  const problems: { file: string; problem: string }[] = []
  let files = 1
  let rows = 0
  try {
    await recent.readThrough()
    rows += recent.generations.reduce((sum, generation) => sum + rowsOf(generation), 0)
  } catch (thrown) {
    problems.push({ file: recent.file, problem: messageOf(thrown) })
  }
  for (const file of [...cold.files]) {
    files++
    const problem = await fileProblem(connection, cold, file)
    if (problem === undefined) rows += file.rows
    else {
      problems.push({ file: filePath(file, file.table), problem })
      await cold.discard(file, problem)
      continue
    }
    for (const rollup of file.rollups === undefined ? [] : ROLLUPS) {
      files++
      const found = await checksum(cold.pathOf(file, rollup)).catch(() => undefined)
      if (found !== undefined && found.crc === file.rollups?.[rollup].crc) continue
      const damage = 'the file does not match its checksum; it is made again'
      problems.push({ file: filePath(file, rollup), problem: damage })
      await cold.dropRollups(file, damage)
      break
    }
  }
  return { files, rows, problems }
}

async function fileProblem(connection: DuckConnection, cold: ColdStore, file: ColdFile): Promise<string | undefined> {
  const place = cold.pathOf(file)
  try {
    const found = await checksum(place)
    if (found.bytes !== file.bytes || found.crc !== file.crc) return 'the file does not match its checksum'
    const rows = await connection.read(`SELECT count(*)::DOUBLE, bit_xor(hash(${columnNames(file.table)})) FROM read_parquet(${sqlText(place)}, hive_partitioning = false)`)
    return rows.float(0)[0] === file.rows ? undefined : `the file holds ${rows.float(0)[0]} rows, expected ${file.rows}`
  } catch (thrown) {
    return messageOf(thrown)
  }
}
