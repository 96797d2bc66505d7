/** Settings that only a cloud gives meaning to: accepted, judged and kept. */
import type * as z from 'zod';
import { services } from '../../language/schema/common.ts';
import { choiceInAnyCase, mapping, text } from '../../language/schema/fields.ts';
import { defined } from '../document.ts';
import { type Attributes, Judged } from '../options/judged.ts';
import { camelKeys, define } from '../options/rules.ts';

/** A managed identity of a cloud. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.managedidentityconfiguration */
export interface ManagedIdentityOptions {
  /** The identity's client id. */
  readonly clientId?: string | undefined;
  /** The identity's resource id. */
  readonly resourceId?: string | undefined;
  /** The identity's object id. */
  readonly objectId?: string | undefined;
  /** The identity's principal id. */
  readonly principalId?: string | undefined;
}

/** Whose rights a cloud would use. */
export interface Identity extends ManagedIdentityOptions {
  /** Which kind of identity. */
  readonly type: 'managed' | 'managed_identity' | 'aml_token' | 'user_identity';
  /** The same as `resourceId`, under its name in YAML. */
  readonly msiResourceId?: string | undefined;
}

const ids = { clientId: text(''), resourceId: text(''), objectId: text(''), principalId: text('') };
const types = ['managed', 'managed_identity', 'aml_token', 'user_identity'] as const;
const identityRules = define<Identity>('identity')({ type: choiceInAnyCase('', types), ...ids, msiResourceId: text('') });
const managedRules = define<ManagedIdentityOptions & Pick<Identity, 'type'>>(
  'ManagedIdentityConfiguration',
  'identity',
)({
  type: choiceInAnyCase('', types),
  ...ids,
});
const bareRules = define<Pick<Identity, 'type'>>('identity', 'identity')({ type: choiceInAnyCase('', types) });

/** @internal */
export const identityRule = identityRules.schema.required({ type: true });

/** Cloud only: the job would use a managed identity. @throws RequestError for a wrong name or value. */
export class ManagedIdentityConfiguration extends Judged<ManagedIdentityOptions & Pick<Identity, 'type'>> {
  /** @param options Default: the identity of the machines. */
  constructor(options: ManagedIdentityOptions = {}) {
    super(managedRules, typeof options === 'object' && options !== null ? { type: 'managed', ...options } : options);
  }
}
export interface ManagedIdentityConfiguration extends Attributes<ManagedIdentityOptions & Pick<Identity, 'type'>> {}

/** Cloud only: the job would use the rights of whoever submits it. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.useridentityconfiguration */
export class UserIdentityConfiguration extends Judged<Pick<Identity, 'type'>> {
  /** There is nothing to say about it. */
  constructor() {
    super(bareRules, { type: 'user_identity' });
  }
}
export interface UserIdentityConfiguration extends Attributes<Pick<Identity, 'type'>> {}

/** Cloud only: the job would use a token of the workspace. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.amltokenconfiguration */
export class AmlTokenConfiguration extends Judged<Pick<Identity, 'type'>> {
  /** There is nothing to say about it. */
  constructor() {
    super(bareRules, { type: 'aml_token' });
  }
}
export interface AmlTokenConfiguration extends Attributes<Pick<Identity, 'type'>> {}

/** @internal */
export function identityDocument({ type, clientId, objectId, resourceId, msiResourceId }: Identity): Record<string, unknown> {
  return defined({ type, client_id: clientId, object_id: objectId, msi_resource_id: msiResourceId ?? resourceId });
}

/** A service beside the job (`jupyter_lab`, `tensor_board`, `ssh`, `vs_code` …). Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.entities.jobservice */
export interface JobService {
  /** Which kind of service. */
  readonly type?: string | undefined;
  /** The port that it listens on. */
  readonly port?: number | undefined;
  /** `all`: on every node. Default: on the first. */
  readonly nodes?: string | undefined;
  /** Where `tensor_board` finds its logs. */
  readonly logDir?: string | undefined;
  /** Keys that `ssh` lets in. */
  readonly sshPublicKeys?: string | undefined;
  /** Further properties of the service. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

const { type, port, nodes, log_dir, ssh_public_keys, properties } = services.unwrap().unwrap().valueType.shape;
const serviceRules = define<JobService>('services')(camelKeys({ type, port, nodes, log_dir, ssh_public_keys, properties }));

/** @internal */
export const servicesRule: z.ZodType = mapping('', serviceRules.schema);
