// The rival: what a good Node.js team would write first. A BullMQ worker that takes 100 jobs at once starts the task in
// Proxmox, polls its status once a second, looks at the VM afterwards, and reports progress five times.
// usage: node worker.mjs '{"redis": "host:port", "concurrency": 100, "cluster": {…as the simulator's control endpoint shows it…}}'
// Orders come on stdin, one line of JSON each: {"action": "start" | "stop", "vms": [{"node", "vmId"}]},
// {"action": "clone", "vms": [{"node", "vmId", "template"}]}, the template on the same node. Each is answered when it is done.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { proxmox } from './proxmox.mjs';

const config = JSON.parse(process.argv[2]);
const [host, port] = config.redis.split(':');
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const pve = proxmox(config.cluster);
const queue = new Queue('vms', { connection });

async function finished(node, upid) {
  for (;;) {
    await sleep(1000);
    const task = await pve.get(node, `/nodes/${node}/tasks/${encodeURIComponent(upid)}/status`);
    if (task.status !== 'running') {
      if (task.exitstatus !== 'OK') throw new Error(`${upid}: ${task.exitstatus}`);
      return;
    }
  }
}

const works = {
  async start(job) { await power(job, 'start', 'running'); },
  async stop(job) { await power(job, 'stop', 'stopped'); },
  async clone(job) {
    const { node, vmId, template } = job.data;
    await job.updateProgress({ percent: 0, message: 'begins' });
    const upid = await pve.post(node, `/nodes/${node}/qemu/${template}/clone`, { newid: vmId, name: `clone${vmId}` });
    await job.updateProgress({ percent: 10, message: 'clones', upid });
    await finished(node, upid);
    await job.updateProgress({ percent: 70, message: 'is cloned' });
    await pve.put(node, `/nodes/${node}/qemu/${vmId}/config`, { cores: 2, memory: 2048, tags: 'rival' });
    await job.updateProgress({ percent: 80, message: 'is configured' });
    await pve.get(node, `/nodes/${node}/qemu/${vmId}/status/current`);
    await job.updateProgress({ percent: 100, message: 'done' });
  },
};

async function power(job, action, wanted) {
  const { node, vmId } = job.data;
  await job.updateProgress({ percent: 0, message: 'begins' });
  const upid = await pve.post(node, `/nodes/${node}/qemu/${vmId}/status/${action}`);
  await job.updateProgress({ percent: 10, message: 'runs', upid });
  await finished(node, upid);
  await job.updateProgress({ percent: 80, message: 'has run' });
  const vm = await pve.get(node, `/nodes/${node}/qemu/${vmId}/status/current`);
  await job.updateProgress({ percent: 90, message: `is ${vm.status}` });
  if (vm.status !== wanted) throw new Error(`VM ${vmId} is ${vm.status}`);
  await job.updateProgress({ percent: 100, message: 'done' });
}

const worker = new Worker('vms', (job) => works[job.name](job), { connection, concurrency: config.concurrency });
let left = 0, failed = 0, error = '', done = () => {};
worker.on('completed', () => { if (--left === 0) done(); });
worker.on('failed', (job, cause) => { failed++; error = String(cause); if (--left === 0) done(); });
worker.on('error', (cause) => console.error(cause));
await worker.waitUntilReady();
await queue.waitUntilReady();

function say(answer) { process.stdout.write(JSON.stringify(answer) + '\n'); }

say({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { action, vms } = JSON.parse(line);
  failed = 0;
  left = vms.length;
  const all = new Promise((resolve) => { done = resolve; });
  // One by one, as commands come; 32 requests under way at once, as ours are handed in.
  const rest = vms.values();
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (const { node, vmId, template } of rest) await queue.add(action, { node, vmId, template });
  }));
  await all;
  say({ done: vms.length, failed, error });
}
process.exit(0);
