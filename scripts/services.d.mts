export type Purpose = 'start' | 'demo' | 'test' | 'bench';

/** How a service was found: by a variable, as a private server, or in a container. */
export type Origin = 'given' | 'local' | 'docker';

export interface Services {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly mysql: Origin;
  readonly redis: Origin;
  /** Ends what this process started, unless another process still uses it: then it ends with that one. May be called twice. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Where the variables with URLs are looked up; by default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets each line that tells people what is done; by default `console.error`. */
  readonly say?: (line: string) => void;
}

/** Finds or starts MySQL and Redis for the purpose, and returns when both answer. Throws an Error for people: what is missing, and what to do. */
export function startServices(purpose: Purpose, options?: StartOptions): Promise<Services>;

export interface PrivateServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly directory: string;
  /** SIGTERM, and SIGKILL after 20 seconds; returns when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL; returns when the process is gone. Started again with the same directory and port, the server goes on with the same data. */
  kill(): Promise<void>;
}

export interface PrivateServerOptions {
  /** Made when it is missing. One server at a time. */
  readonly directory: string;
  /** By default a free one. */
  readonly port?: number;
  readonly say?: (line: string) => void;
}

export interface PrivateMysqlOptions extends PrivateServerOptions {
  /** By default true. With false, a crash of the machine may lose a second of commits; a crash of the server loses nothing either way. */
  readonly durable?: boolean;
}

/** A MySQL or MariaDB of its own, with an empty database `baton` the first time. */
export function startPrivateMysql(options: PrivateMysqlOptions): Promise<PrivateServer>;

export interface PrivateRedisOptions extends PrivateServerOptions {
  /** More words for the command line of redis-server: `['--maxmemory', '10mb']`. */
  readonly arguments?: readonly string[];
}

/** A Redis or Valkey of its own, with an append-only file and no eviction. */
export function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateServer>;

/** A free port on 127.0.0.1, outside the range of outgoing connections; the preferred one when it is free. */
export function freePort(preferred?: number): Promise<number>;
