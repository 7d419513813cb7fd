/** `12 scripts for 4 agents`. */
export function summaryOf(scripts: readonly { agentText: string }[]): string {
  const agents = new Set(scripts.map(script => script.agentText)).size
  return `${count(scripts.length, 'script')} for ${count(agents, 'agent')}`
}

const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`
