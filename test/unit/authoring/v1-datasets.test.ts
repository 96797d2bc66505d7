import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  Dataset,
  Datastore,
  DataType,
  FileDataset,
  PipelineData,
  PipelineParameter,
  PromoteHeadersBehavior,
  TabularDataset,
  Workspace,
} from '../../../src/authoring/v1/index.ts';
import { project } from './project.ts';

describe('file datasets', () => {
  it('are folders, files and patterns', async () => {
    const box = project();
    expect((await Dataset.File.fromFiles(box.data)).folder).toBe(box.data);
    expect((await Dataset.File.fromFiles(`${box.data}/**`)).folder).toBe(box.data);
    expect((await Dataset.File.fromFiles(`${box.data}/**/*`)).folder).toBe(box.data);
    expect((await Dataset.File.fromFiles([box.path('in', 'a1.txt')])).file).toBe(box.path('in', 'a1.txt'));
    const several = await Dataset.File.fromFiles([`${box.data}/a*.txt`, box.model], { partitionFormat: '/{name}.txt' });
    expect(several.table()).toEqual({
      paths: [{ pattern: `${box.data}/a*.txt` }, { folder: box.model }],
      transformations: [{ extract_columns_from_partition_format: { partition_format: '/{name}.txt' } }],
    });
    const inStore = await Dataset.File.fromFiles([new Datastore('d', box.directory), 'in']);
    expect(inStore.folder).toBe(box.data);
  });

  it('refuse a path with nothing there', async () => {
    const box = project();
    await expect(Dataset.File.fromFiles(box.path('no'))).rejects.toThrow(/There is nothing at/);
    await expect(Dataset.File.fromFiles(`${box.path('no')}/*.txt`)).rejects.toThrow(/There is nothing at .*where the pattern/);
    await expect(Dataset.File.fromFiles([])).rejects.toThrow(/path must be a path.*found a list of 0/);
  });
});

describe('tabular datasets', () => {
  it('say how their files are read', async () => {
    const box = project();
    const file = box.path('in', 'rows.csv');
    const rows = await Dataset.Tabular.fromDelimitedFiles(file, {
      separator: ';',
      header: PromoteHeadersBehavior.ONLY_FIRST_FILE_HAS_HEADERS,
      encoding: 'latin1',
      includePath: true,
      partitionFormat: '/{brand}.csv',
      setColumnTypes: { name: DataType.toString(), value: DataType.toFloat(), day: DataType.toDatetime('%Y-%m-%d') },
    });
    expect(rows.table).toEqual({
      paths: [{ file }],
      transformations: [
        { extract_columns_from_partition_format: { partition_format: '/{brand}.csv' } },
        {
          read_delimited: {
            delimiter: ';',
            header: 'from_first_file',
            encoding: 'latin1',
            include_path_column: true,
            infer_column_types: {
              column_type_overrides: [
                { columns: 'name', column_type: 'string' },
                { columns: 'value', column_type: 'float' },
                { columns: 'day', column_type: { datetime: { formats: ['%Y-%m-%d'] } } },
              ],
            },
          },
        },
      ],
    });
    expect((await Dataset.Tabular.fromParquetFiles(box.data)).table).toMatchObject({
      paths: [{ folder: box.data }],
      transformations: [{ read_parquet: {} }],
    });
    expect((await Dataset.Tabular.fromJsonLinesFiles(box.data, { invalidLines: 'drop' })).table).toMatchObject({
      transformations: [{ read_json_lines: { invalid_lines: 'drop' } }],
    });
  });

  it('know the keys that they are partitioned by', async () => {
    const box = project();
    const workspace = new Workspace({ home: box.path('home') });
    const rows = await Dataset.Tabular.fromDelimitedFiles(box.path('in', 'rows.csv'));
    const partitioned = await rows.partitionBy({
      partitionKeys: ['name'],
      target: [workspace.getDefaultDatastore(), 'p'],
      name: 'by-name',
    });
    expect(partitioned.partitionKeys).toEqual(['name']);
    expect(await Dataset.getByName(workspace, 'by-name')).toBeInstanceOf(TabularDataset);
    await expect(rows.partitionBy([])).rejects.toThrow(/at least one key/);
  });
});

describe('registered datasets', () => {
  it('are found by name and version, as what they were', async () => {
    const box = project();
    const workspace = new Workspace({ home: box.path('home') });
    await (await Dataset.File.fromFiles(box.data)).register(workspace, 'files');
    await (await Dataset.File.fromFiles(box.data)).register(workspace, 'files');
    const other = await Dataset.File.fromFiles(box.model);
    await expect(other.register(workspace, 'files')).rejects.toThrow(/Another dataset is registered as files.*createNewVersion/);
    await other.register({ workspace, name: 'files', description: 'another folder', createNewVersion: true });
    await (await Dataset.File.fromFiles(box.data, { partitionFormat: '/{name}.txt' })).register(workspace, 'by-path');
    const byPath = await Dataset.getByName({ workspace, name: 'by-path', version: 1 });
    expect(byPath instanceof FileDataset && byPath.source.kind).toBe('mltable');
    await (await Dataset.File.fromFiles(`${box.data}/a*.txt`)).register(workspace, 'some');
    await (await Dataset.Tabular.fromDelimitedFiles(box.path('in', 'rows.csv'))).register(workspace, 'rows');
    const latest = await Dataset.getByName(workspace, 'files');
    expect(latest instanceof FileDataset && latest.folder).toBe(box.model);
    const first = await Dataset.getByName(workspace, 'files', { version: 1 });
    expect(first instanceof FileDataset && first.folder).toBe(box.data);
    await expect(Dataset.getByName(workspace, 'files', { version: 3 })).rejects.toThrow(/not registered/);
    const some = await Dataset.getByName(workspace, 'some');
    expect(some instanceof FileDataset && some.source.kind).toBe('mltable');
    const rows = await Dataset.getByName(workspace, 'rows');
    expect(rows instanceof TabularDataset && parse(readFileSync(join(String(rows.table), 'MLTable'), 'utf8'))).toMatchObject({
      paths: [{ file: box.path('in', 'rows.csv') }],
    });
    await expect(Dataset.getByName(workspace, 'none')).rejects.toThrow(/none.*is not registered/);
  });
});

describe('names and parameters', () => {
  it.each(['my data', '1st', 'a-b', ''])('refuses the input name %j', async (name) => {
    const files = await Dataset.File.fromFiles(project().data);
    expect(() => files.asNamedInput(name)).toThrow(/is not allowed: expected letters, digits and underscores/);
  });

  it('refuses what a PipelineData or a PipelineParameter cannot be', () => {
    expect(() => new PipelineData('a b')).toThrow(/not allowed/);
    expect(() => new PipelineData('a', { outputMode: 'download' as 'upload' })).toThrow(/outputMode must be mount or upload/);
    expect(() => new PipelineParameter({ name: 'p', defaultValue: [1] as never })).toThrow(
      /must be text, a number, a boolean or a dataset/,
    );
    expect(() => new PipelineParameter({ name: '', defaultValue: 1 })).toThrow(/name must be text that is not empty/);
    expect({ ...new PipelineParameter('p', 1) }).toEqual({ ...new PipelineParameter({ name: 'p', defaultValue: 1 }) });
  });
});
