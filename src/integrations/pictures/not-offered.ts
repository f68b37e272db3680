// What a generative maker does not do at all: the wish is for another one.
import type { Operation } from '../../domain/images/operation.ts';
import { OutsideFailure } from '../outside-failure.ts';

export function notOffered(maker: string, operation: Operation): OutsideFailure {
  return new OutsideFailure('permanent', 'operation_not_offered', `${maker} does not do "${operation}".`);
}
