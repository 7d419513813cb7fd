/** `12 scripts for 4 agents`. */
export function summaryOf(scripts: readonly { agentText: string }[]): string {
  return `${count(scripts.length, 'script')} for ${count(agentsIn(scripts), 'agent')}`
}

export const agentsIn = (scripts: readonly { agentText: string }[]): number =>
  new Set(scripts.map(script => script.agentText)).size

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
