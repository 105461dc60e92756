// A plain web server before BullMQ: checks the caller's token (HS256, as ours), adds the job, answers 202 with its id.
// usage: node accept.mjs '{"redis": "host:port", "port": 1, "secret": "…"}'
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { Queue } from 'bullmq';

const config = JSON.parse(process.argv[2]);
const [host, port] = config.redis.split(':');
const queue = new Queue('accepted', { connection: { host, port: Number(port) } });

function caller(header) {
  const [head, body, signature] = (header ?? '').replace(/^Bearer /, '').split('.');
  if (!signature) return null;
  const expected = createHmac('sha256', config.secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  return claims.exp * 1000 > Date.now() ? claims : null;
}

createServer(async (request, response) => {
  const match = /^\/api\/vms\/(\d+)\/(start|stop)$/.exec(request.url);
  const user = caller(request.headers.authorization);
  if (!match || !user) {
    response.writeHead(match ? 401 : 404).end();
    return;
  }
  const job = await queue.add(match[2], { vm: Number(match[1]), requestedBy: user.sub });
  response.writeHead(202, { 'content-type': 'application/json', location: `/api/jobs/${job.id}` });
  response.end(JSON.stringify({ success: true, data: { job_id: job.id, status: 'queued' } }));
}).listen(config.port, '127.0.0.1');
