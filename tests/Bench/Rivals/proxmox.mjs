// The Proxmox API through undici: one pool of connections a node, a token, and form bodies.
import { Agent, request } from 'undici';

// The certificate is self-signed; a connection is checked once and then kept, so this is no advantage worth the name.
const agent = new Agent({ connect: { rejectUnauthorized: false }, keepAliveTimeout: 60_000 });

export function proxmox(cluster) {
  const base = Object.fromEntries(cluster.nodes.map((node, index) => [node, cluster.endpoints[index].replace(/\/$/, '') + '/api2/json']));
  const authorization = `PVEAPIToken=${cluster.api_token}`;

  async function call(method, node, path, form) {
    const headers = { authorization };
    let body;
    if (form) {
      headers['content-type'] = 'application/x-www-form-urlencoded';
      body = new URLSearchParams(form).toString();
    }
    const answer = await request(base[node] + path, { method, headers, body, dispatcher: agent });
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${await answer.body.text()}`);
    return (await answer.body.json()).data;
  }

  return {
    get: (node, path) => call('GET', node, path),
    post: (node, path, form = {}) => call('POST', node, path, form),
    put: (node, path, form) => call('PUT', node, path, form),
  };
}
