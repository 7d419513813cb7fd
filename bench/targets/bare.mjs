// The floor: node:http that reads and parses the body and sends a fixed reply, or prebuilt frames of a stream.
import { createServer } from 'node:http'

const reply = Buffer.from(process.env.REPLY ?? '{}')
const frames = process.env.FRAMES ?? ''

const server = createServer((request, response) => {
  if (request.method === 'GET') return send(response)
  const pieces = []
  request.on('data', piece => pieces.push(piece))
  request.on('end', () => {
    const body = JSON.parse(Buffer.concat(pieces).toString())
    if (body.stream)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' }).end(frames)
    else send(response)
  })
})

function send(response) {
  response
    .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': reply.length })
    .end(reply)
}

server.listen(0, '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`))
