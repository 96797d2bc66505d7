/** Settings that only a cloud gives meaning to: accepted, judged and kept. */

/** Whose rights a cloud would use. */
export interface Identity {
  readonly type: 'managed' | 'managed_identity' | 'aml_token' | 'user_identity';
  readonly clientId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly msiResourceId?: string | undefined;
}

/** A service beside the job (`jupyter_lab`, `tensor_board`, `ssh`, `vs_code` …). */
export interface JobService {
  readonly type?: string | undefined;
  readonly port?: number | undefined;
  readonly nodes?: string | undefined;
  readonly logDir?: string | undefined;
  readonly sshPublicKeys?: string | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}
