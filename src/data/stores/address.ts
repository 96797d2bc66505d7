import type { StorePlace } from './store.ts';

/** A path of a store as people name it, wherever they are. */
export function addressOf(place: StorePlace | undefined, path: string): string {
  switch (place?.kind) {
    case undefined:
    case 'disk':
      return path;
    case 'https':
      return place.url + path;
    case 's3':
      return `s3://${place.bucket}/${path}`;
    case 'gcs':
      return `gs://${place.bucket}/${path}`;
    case 'azure_blob':
      return `${place.endpoint ?? `https://${place.account}.blob.core.windows.net`}/${place.container}/${path}`;
  }
}
