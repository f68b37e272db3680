// An API key with every scope and for every account, printed once: the first key of an installation.
import { runAct } from '../src/act.ts';
import { readConfig } from '../src/config.ts';
import { createApiKey } from '../src/domain/accounts/create-api-key.ts';
import { SCOPES } from '../src/domain/accounts/scopes.ts';
import { openKernel } from '../src/kernel.ts';
import { makeLog } from '../src/log.ts';

const kernel = await openKernel(readConfig(process.env), makeLog('create-key', 'error'), 'create-key');
const wanted = { name: 'first', scopes: SCOPES, accounts: null, expiresAt: null };
const { key } = await runAct(kernel, { type: 'system', id: 'create-key' }, (act) => createApiKey(act, wanted));
console.log(key);
await kernel.close();
