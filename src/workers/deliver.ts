// What each kind of endpoint is delivered to by: a function that makes the call for one parcel.
import type { Outcome, Parcel } from '../domain/deliveries/parcel.ts';
import type { Kernel } from '../kernel.ts';
import type { Outside } from './outside.ts';

/** Throws OutsideFailure for what goes wrong; anything else is a fault of ours. */
export type Deliver = (kernel: Kernel, outside: Outside, parcel: Parcel) => Promise<Outcome>;
