import { readFileSync } from 'node:fs'
import { start } from './spawn.mjs'
import { median } from './table.mjs'

const programs = { ours: ['dist/bin.js', '--port', '0'], fastify: ['bench/targets/fastify.mjs'] }

/** From process start to the ready line, and the memory of an idle process; ours with the shipped fixtures. */
export async function startup({ rounds }) {
  const found = { ours: { readyMs: [], memoryMb: [] }, fastify: { readyMs: [], memoryMb: [] } }
  for (let round = 0; round < rounds; round += 1)
    for (const [name, args] of Object.entries(programs)) {
      const server = await start(args)
      await new Promise(resolve => setTimeout(resolve, 200))
      found[name].readyMs.push(server.readyMs)
      found[name].memoryMb.push(residentMb(server.pid))
      await server.stop()
    }
  const medians = ({ readyMs, memoryMb }) => ({ readyMs: median(readyMs), memoryMb: median(memoryMb) })
  return { ours: medians(found.ours), fastify: medians(found.fastify) }
}

/** Resident memory of a process, as Linux tells it. */
export function residentMb(pid) {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) / 1024
}
