// An identity that we speak as on a platform: a shop's login, an IT desk. It owns the settings.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import type { z } from 'zod';
import { readStored } from '../stored-document.ts';
import { Settings } from './settings.ts';

const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'account',
  properties: {
    id: p.string().primary(),
    platform: p.string(),
    externalId: p.string(),
    name: p.string(),
    settings: p.json<z.input<typeof Settings>>(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export class Account extends AccountSchema.class {
  declare [OptionalProps]?: 'fullSettings';

  /** The whole document: what was set, as far as this release knows it, and our defaults for the rest. */
  get fullSettings(): Settings {
    return readStored(Settings, this.settings);
  }
}
AccountSchema.setClass(Account);
