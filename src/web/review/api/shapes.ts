import type { z } from 'zod';
import type { Answer } from '../../../client/methods.ts';
import type { DeepCamel } from '../../../contract/letter-case.ts';
import type * as shapes from '../../../contract/v1/shapes.ts';
import type { WireReleaseChanges } from '../../../contract/v1/runs.ts';

/** What the API answers, in camelCase. Times are epoch milliseconds. */
export type Build = DeepCamel<z.output<typeof shapes.build>>;
export type Release = DeepCamel<z.output<typeof shapes.release>>;
export type Counts = DeepCamel<z.output<typeof shapes.counts>>;
export type RunColumns = DeepCamel<z.output<typeof shapes.runColumns>>;
export type Run = DeepCamel<z.output<typeof shapes.run>>;
export type Task = DeepCamel<z.output<typeof shapes.taskView>>;
export type ActivityEntry = DeepCamel<z.output<typeof shapes.activityEntry>>;
export type CiTrust = Answer<'listCiTrusts'>['trusts'][number];
export type ForgeConnection = Answer<'listForgeConnections'>['connections'][number];
export type BuildSecret = Answer<'listBuildSecrets'>['secrets'][number];
export type Delivery = Answer<'listDeliveries'>['deliveries'][number];
export type EventEndpoint = Answer<'listEventEndpoints'>['endpoints'][number];
export type ListedEvent = Answer<'listEvents'>['events'][number];
export type ApiKey = DeepCamel<z.output<typeof shapes.apiKey>>;
/** What the event stream of a release sends. */
export type ReleaseChanges = DeepCamel<WireReleaseChanges>;
