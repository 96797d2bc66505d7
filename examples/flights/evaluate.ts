/** How good the predictions are, on the months that the model has not seen: `node examples/flights/evaluate.ts PREDICTIONS.csv` */
import { DuckDBInstance } from '@duckdb/node-api';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Which file? The job prints the path of its output.');

const connection = await (await DuckDBInstance.create()).connect();
const ask = async (query: string) => (await connection.runAndReadAll(query)).getRowObjectsJson();

await connection.run(
  'CREATE TEMP TABLE scored AS SELECT late_probability AS p, delay >= 15 AS late FROM read_csv($path) WHERE month(date) >= 5',
  { path },
);
// The area under the ROC curve is the chance that a late flight got a higher probability than a punctual one.
const [overall] = await ask(`
  WITH ranked AS (SELECT p, late, rank() OVER (ORDER BY p) + (count(*) OVER (PARTITION BY p) - 1) / 2 AS rank FROM scored)
  SELECT count(*) AS flights, avg(late::INT) AS late_share,
    (sum(rank) FILTER (late) - count(*) FILTER (late) * (count(*) FILTER (late) + 1) / 2) / (count(*) FILTER (late) * count(*) FILTER (NOT late)) AS auc,
    avg((p - late::INT) ** 2) AS brier, avg(late::INT) * (1 - avg(late::INT)) AS brier_of_the_mean
  FROM ranked`);
console.table(overall);
console.log('Flights by predicted risk, a tenth each:');
console.table(
  await ask(`
  WITH tenths AS (SELECT *, ntile(10) OVER (ORDER BY p) AS tenth FROM scored)
  SELECT tenth::INT AS tenth, round(avg(p), 3) AS predicted, round(avg(late::INT), 3) AS really_late FROM tenths GROUP BY 1 ORDER BY 1`),
);
