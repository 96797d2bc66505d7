/** Python that prints as JSON what a Delta table is. Values of partitions are as `Constant` has them. */
export const listScript = `
import datetime, json, os, sys
from urllib.parse import unquote
try:
    from deltalake import DeltaTable
except ImportError:
    print(json.dumps({"missing": True}))
    sys.exit()
folder, wanted = sys.argv[1], json.loads(sys.argv[2])
# What only concerns writers, the log itself, or the types of Parquet files.
KNOWN = {"timestampNtz", "v2Checkpoint", "vacuumProtocolCheck"}
def constant(value):
    if isinstance(value, datetime.datetime):
        value = value if value.tzinfo is None else value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat() + "T00:00:00.000Z"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
def listed(path):
    return path if os.path.exists(os.path.join(folder, path)) else unquote(path)
try:
    table = DeltaTable(folder, version=wanted.get("version"))
    if "timestamp" in wanted:
        table.load_as_version(wanted["timestamp"])
    protocol, metadata = table.protocol(), table.metadata()
    features = set(protocol.reader_features or [])
    if metadata.configuration.get("delta.columnMapping.mode", "none") != "none":
        features.add("columnMapping")
    elif protocol.min_reader_version == 2:
        features.discard("columnMapping")
    types = {field["name"]: field["type"] for field in json.loads(table.schema().to_json())["fields"]}
    names = list(metadata.partition_columns)
    actions = table.get_add_actions(flatten=False)
    paths = actions.column("path").to_pylist()
    parts = actions.column("partition").to_pylist() if names and paths else [{}] * len(paths)
    files = [[listed(path), [constant(part.get(name)) for name in names]] for path, part in zip(paths, parts)]
    print(json.dumps({
        "version": table.version(),
        "unknown": sorted(features - KNOWN),
        "columns": [[name, types[name] if isinstance(types[name], str) else "string"] for name in names],
        "files": sorted(files, key=lambda file: file[0]),
    }))
except Exception as error:
    print(json.dumps({"problem": " ".join(str(error).split()).rstrip(".")}))
`;
