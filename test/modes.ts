export type Mode = 'sync' | 'background' | 'stream'
export const modes: Mode[] = ['sync', 'background', 'stream']

/** What a request says to be answered so. */
export const flags: Record<Mode, Record<string, unknown>> = {
  sync: {},
  background: { background: true },
  stream: { stream: true },
}
