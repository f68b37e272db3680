// A picture that we keep: its bytes lie in the store under their hash, this row says whose they are.
import { defineEntity, p } from '@mikro-orm/mysql';

const StoredFileSchema = defineEntity({
  name: 'StoredFile',
  tableName: 'stored_file',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    contactId: p.string(),
    hash: p.string(),
    bytes: p.integer(),
    mediaType: p.string(),
    width: p.integer().strictNullable(),
    height: p.integer().strictNullable(),
    /** As it is called in a mail or a download. */
    name: p.string(),
    createdAt: p.datetime(3),
  },
});

export class StoredFile extends StoredFileSchema.class {}
StoredFileSchema.setClass(StoredFile);
