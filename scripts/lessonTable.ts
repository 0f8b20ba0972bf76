import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTable } from '../examples/lessons';
import { lessonsIn } from '../packages/compare/src/cli/example';

// Writes the table of lessons into examples/README.md.

const folder = join(__dirname, '../examples');
const readme = join(folder, 'README.md');
writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), lessonsIn(folder)));
