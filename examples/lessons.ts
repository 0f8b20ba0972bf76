import type { Lesson } from '../packages/compare/src/cli/example';

/** The table of lessons in the README of this folder. */
export function lessonTable(lessons: readonly Lesson[]): string {
  const row = ({ name, title, programs, idioms }: Lesson): string => {
    const links = idioms.map((idiom) => `[${idiom}](${name}/${idiom}.ts)`);
    return `| \`${name}\` | ${title} | ${programs.join(', ')} | ${links.join(', ')} |`;
  };
  return ['| lesson | what it is | programs | files |', '|---|---|---|---|', ...lessons.map(row)].join('\n');
}

const table = /\| lesson \|[^\n]*\n(?:\|[^\n]*\n)*/;

/** The README with the table of these lessons in place of the one in it. */
export function withTable(readme: string, lessons: readonly Lesson[]): string {
  const fresh = `${lessonTable(lessons)}\n`;
  return table.test(readme) ? readme.replace(table, () => fresh) : `${readme.trimEnd()}\n\n${fresh}`;
}
