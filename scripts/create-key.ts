// An API key with every scope and for every account, printed once: the first key of an installation.
import { readConfig } from '../src/config.ts';
import { makeAdminKey } from './start/admin-key.ts';

console.log(await makeAdminKey(readConfig(process.env), 'always'));
