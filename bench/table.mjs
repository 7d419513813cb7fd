export function median(values) {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const show = number =>
  number === undefined
    ? '–'
    : number >= 100
      ? Math.round(number).toLocaleString('en')
      : number.toFixed(number >= 10 ? 1 : 2)

/** One line of the table: what was measured, ours, the floor, their ratio, the goal, and whether it was met. */
export function row(what, ours, floor, ratio, goal, met) {
  const cells = [what, show(ours), show(floor), show(ratio), goal, met ? 'yes' : 'no']
  return {
    what,
    ours,
    floor,
    ratio,
    goal,
    met,
    cells,
    text: `${met ? 'ok  ' : 'MISS'} ${what}: ${show(ours)} (floor ${show(floor)}, ratio ${show(ratio)}; goal ${goal})`,
  }
}

const start = '<!-- bench-table:start -->'
const end = '<!-- bench-table:end -->'

export function writeTable(text, rows, machine) {
  const [before, after] = [text.indexOf(start), text.indexOf(end)]
  if (before < 0 || after < before) throw new Error(`the page has no ${start} … ${end}`)
  const lines = [
    '| what | ours | floor | ratio | goal | met |',
    '|---|---|---|---|---|---|',
    ...rows.map(({ cells }) => `| ${cells.join(' | ')} |`),
    '',
    machine,
  ]
  return `${text.slice(0, before + start.length)}\n\n${lines.join('\n')}\n\n${text.slice(after)}`
}
