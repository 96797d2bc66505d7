import { statfsSync } from 'node:fs';

/** Of Linux: NFS, SMB and CIFS, FUSE (sshfs, s3fs …), Ceph, Lustre, GPFS, BeeGFS, AFS, 9p. */
const types: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x00c36400, 0x0bd00bd0, 0x47504653, 0x19830326, 0x5346414f, 0x01021997,
]);

/** Whether other machines may have the folder too: what is written there is theirs to see only when it has been synced. */
export function isNetworkFolder(path: string): boolean {
  return types.has(statfsSync(path).type >>> 0);
}
