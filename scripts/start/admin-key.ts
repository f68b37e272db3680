// The key with which an installation is first spoken to.
import { runAct } from '../../src/act.ts';
import type { Config } from '../../src/config.ts';
import { createApiKey } from '../../src/domain/accounts/create-api-key.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { openKernel } from '../../src/kernel.ts';
import { makeLog } from '../../src/log.ts';

/** Makes a key that may do everything. @param when `first`: only where there is no key yet. @returns null when none was made. */
export async function makeAdminKey(config: Config, when: 'first' | 'always'): Promise<string | null> {
  const kernel = await openKernel(config, makeLog('admin-key', 'silent'), 'admin-key');
  try {
    const wanted = { name: 'admin', scopes: SCOPES, accounts: null, expiresAt: null };
    return await runAct(kernel, { type: 'system', id: 'admin-key' }, async (act) => {
      const known: unknown[] = await act.em.execute('select 1 from api_key limit 1');
      if (known.length > 0 && when === 'first') return null;
      return (await createApiKey(act, wanted)).key;
    });
  } finally {
    await kernel.close();
  }
}
