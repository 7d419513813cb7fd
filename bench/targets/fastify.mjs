// The floor for start-up and memory: bare Fastify with one route.
import Fastify from 'fastify'

const app = Fastify()
app.get('/', async () => ({ hello: 'world' }))
console.log(`ready ${await app.listen({ port: 0, host: '127.0.0.1' })}`)
