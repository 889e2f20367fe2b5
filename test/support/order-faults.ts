import { rmSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../src/adapters/mysql/database.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { InvError } from '../../src/lib/errors.ts';
import type { OrderDependencies } from '../../src/services/orders/dependencies.ts';
import { placeOrder } from '../../src/services/orders/place-order.ts';
import type { OrderRequest } from '../../src/services/orders/place-order.ts';
import { testLimits } from './database.ts';
import { openFaultProxy } from './fault-proxy.ts';
import type { Fault, FaultProxy } from './fault-proxy.ts';
import type { ClientOptions, OrderShop } from './order-shop.ts';
import { temporaryFolder } from './servers.ts';

/** Whether the message is the call that sells. */
export const isSale = (message: Buffer): boolean => message.includes('inv_sell_orders');

/** The state of the order, or the code of the error. */
export async function answerOf(client: OrderDependencies, order: OrderRequest): Promise<string> {
  try {
    return (await placeOrder(client, order, { dryRun: false })).state;
  } catch (error) {
    if (error instanceof InvError) return error.code;
    throw error;
  }
}

/** A way to a server that can be taken away and given back. */
export interface Way {
  readonly socket: string;
  readonly to: (serverSocket: string) => Promise<void>;
  /** At once: before whoever was cut off connects again. */
  readonly gone: () => void;
}

/** Broken ways to the stores of a shop; all are closed together. */
export interface OrderFaults {
  proxy(serverSocket: string, fault?: Fault): Promise<FaultProxy>;
  /** Leads nowhere at first. */
  way(): Way;
  database(socketPath: string): Promise<Database>;
  through(socket: string, options?: ClientOptions): ReturnType<OrderShop['client']>;
  nowhere(): ReturnType<OrderShop['gate']>;
  /** As after a restart: the token in the data is not the one that the process remembers. */
  fence(): Promise<void>;
  close(): Promise<void>;
}

export function createOrderFaults(shop: OrderShop): OrderFaults {
  let opened: { close(): Promise<void> }[] = [];
  return {
    proxy: async (serverSocket, fault) => {
      const proxy = await openFaultProxy(serverSocket);
      opened.push(proxy);
      if (fault !== undefined) void proxy.arm(fault);
      return proxy;
    },
    way: () => {
      const socket = join(temporaryFolder('way'), 's');
      return {
        socket,
        to: (serverSocket) => symlink(serverSocket, socket),
        gone: () => {
          rmSync(socket);
        },
      };
    },
    database: async (socketPath) => {
      const { target } = shop.ledger.books.database;
      const database = await openDatabase({
        target: { ...target, address: { socketPath } },
        limits: { ...testLimits, connectTimeoutMs: 500, acquireTimeoutMs: 500 },
        clock: systemClock,
      });
      opened.push(database);
      return database;
    },
    through: (socket, options = {}) => shop.client({ gate: shop.gate({ socket }), ...options }),
    nowhere: () => shop.gate({ socket: '/nowhere/redis.sock' }),
    fence: async () => {
      await shop.bench.redis.hset(shop.bench.key('meta'), 'token', 'somebody else');
    },
    close: async () => {
      for (const it of opened.reverse()) await it.close();
      opened = [];
    },
  };
}
