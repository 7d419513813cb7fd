// The floor for many streams: node:http that writes a prebuilt frame every 100 ms to each of them.
import { createServer } from 'node:http'

const frames = Number(process.env.FRAME_COUNT)
const frame = Buffer.from(
  `data: ${JSON.stringify({ type: 'part.delta', timestamp: new Date().toISOString(), data: { partId: 'text_01k00000000000000000000000', delta: { kind: 'text', text: 'word ' } } })}\n\n`,
)

const server = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(': started\n\n')
  const startedMs = Date.now()
  let sent = 0
  const next = () => {
    response.write(frame)
    sent += 1
    if (sent === frames) response.end('data: [DONE]\n\n')
    else setTimeout(next, startedMs + (sent + 1) * 100 - Date.now())
  }
  setTimeout(next, 100)
})
server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`))
