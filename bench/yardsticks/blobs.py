"""What one would write by hand to read all objects of a store: `blobs.py azure|s3 THREADS TARGET`; a line for each, in order.

`blobs.py azure put COUNT BYTES` puts objects there first.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

kind = sys.argv[1]
name = "bench"


def azure(threads):
    import os

    from azure.storage.blob import ContainerClient

    container = ContainerClient.from_connection_string(os.environ["AZURE_STORAGE_CONNECTION_STRING"], name)
    return container, (blob.name for blob in container.list_blobs()), lambda key: container.download_blob(key).readall()


def s3(threads):
    import os

    import boto3
    from botocore.config import Config

    client = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"], config=Config(max_pool_connections=threads))
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=name)
    keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
    return client, keys, lambda key: client.get_object(Bucket=name, Key=key)["Body"].read()


if sys.argv[2] == "put":
    container, _, _ = azure(16)
    container.create_container()
    content = bytes(range(256)) * (int(sys.argv[4]) // 256)
    with ThreadPoolExecutor(16) as pool:
        for _ in pool.map(lambda at: container.upload_blob(f"part{at // 1000:05}/item{at % 1000:04}.bin", content), range(int(sys.argv[3]))):
            pass
else:
    threads = int(sys.argv[2])
    _, keys, read = {"azure": azure, "s3": s3}[kind](threads)
    with ThreadPoolExecutor(threads) as pool, open(sys.argv[3], "w") as target:
        for key, size in pool.map(lambda key: (key, len(read(key))), keys):
            target.write(f"{key.rsplit('/', 1)[1]} {size}\n")
