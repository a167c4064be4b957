// A unix socket between the programs and Redis that knows the hub's subscriber by its SUBSCRIBE, and can make
// its connection a black hole: open, taking all, giving nothing.
import { once } from 'node:events';
import net from 'node:net';

export class Relay {
  constructor(path, target) {
    this.pairs = new Set();
    this.isHole = false;
    this.server = net.createServer((near) => this.join(near, target));
    this.server.listen({ path, backlog: 512 });
    this.ready = once(this.server, 'listening');
  }

  join(near, target) {
    const pair = { near, far: net.connect(target), isSubscriber: false, isDead: false };
    this.pairs.add(pair);
    near.on('data', (bytes) => {
      if (!pair.isSubscriber && bytes.includes('SUBSCRIBE')) {
        pair.isSubscriber = true;
        pair.isDead = this.isHole;
        this.subscribed = performance.now();
      }
      if (!pair.isDead) pair.far.write(bytes);
    });
    pair.far.on('data', (bytes) => { if (!pair.isDead) near.write(bytes); });
    for (const [one, other] of [[near, pair.far], [pair.far, near]]) {
      one.on('error', () => {}).on('close', () => { other.destroy(); this.pairs.delete(pair); });
    }
  }

  subscribers() { return [...this.pairs].filter((pair) => pair.isSubscriber); }

  /** The subscriber's connection of this moment goes deaf for ever; with all, each that comes after it, too. */
  deafen({ all = false } = {}) {
    this.isHole = all;
    for (const pair of this.subscribers()) pair.isDead = true;
  }

  /** Connections that begin from here on are passed on again. */
  heal() { this.isHole = false; }

  close() {
    this.server.close();
    for (const pair of this.pairs) pair.near.destroy();
  }
}
