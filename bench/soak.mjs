// npm run soak: a million requests, and what they leave in memory.
import { soak } from './endurance.mjs'
import { pinSelf } from './spawn.mjs'

pinSelf()
const total = Number(process.argv[2] ?? 1_000_000)
const { atFirst, atEnd } = await soak({ first: total / 10, total })
const grown = atEnd.heapMb / atFirst.heapMb - 1
console.log(`heap in use after ${atFirst.requests} requests: ${atFirst.heapMb.toFixed(2)} MB`)
console.log(
  `heap in use after ${atEnd.requests} requests: ${atEnd.heapMb.toFixed(2)} MB (${(grown * 100).toFixed(1)} % more; goal at most 5 %)`,
)
process.exitCode = grown <= 0.05 ? 0 : 1
