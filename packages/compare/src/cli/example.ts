import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OptionsSchema } from '@stele/core';
import { checkoutFolder, readSettings, settingsFor } from './checkout';
import { unknownName } from './names';

/** What `about.json` in a lesson's folder says. */
interface About {
  readonly title: string;
  /** The numbers of the articles' programs that the lesson holds. */
  readonly programs: readonly string[];
  /** Arguments that make a run short enough for a test. */
  readonly quick?: readonly string[];
}

/** What a program's module exports. */
interface Program {
  main(settings: object): unknown;
  /** A zod object of its settings, each with a default. */
  readonly settings?: OptionsSchema<object>;
}

export interface Lesson extends About {
  readonly name: string;
  readonly folder: string;
  readonly idioms: readonly string[];
}

/** `together` is a program that shows several idioms at once, such as a plot of all their curves. */
const idiomOrder = ['torchlike', 'keraslike', 'tflow', 'together'];
const programFile = new RegExp(`^(${idiomOrder.join('|')})(-[\\w-]+)?\\.ts$`);
const rank = (idiom: string): number => {
  const i = idiomOrder.findIndex((known) => idiom.startsWith(known));
  return i < 0 ? idiomOrder.length : i;
};

/** The lessons of a folder of examples, by name: each has an `about.json` and a program per idiom. */
export function lessonsIn(folder: string): Lesson[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'about.json')))
    .map(({ name }) => {
      const about = JSON.parse(readFileSync(join(folder, name, 'about.json'), 'utf8')) as About;
      const idioms = readdirSync(join(folder, name))
        .filter((file) => programFile.test(file))
        .map((file) => file.slice(0, -3))
        .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
      return { ...about, name, folder: join(folder, name), idioms };
    });
}

const describe = (lessons: readonly Lesson[]): string => {
  const width = Math.max(...lessons.map((l) => l.name.length));
  return lessons
    .map((l) => `  ${l.name.padEnd(width)}  ${l.title} (${l.programs.join(', ')}): ${l.idioms.join(', ')}`)
    .join('\n');
};

/** Lists the articles' programs, or runs one lesson's in one idiom or all. */
export async function example(
  lesson: string | undefined,
  idiom: string | undefined,
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<void> {
  const lessons = lessonsIn(checkoutFolder('examples', 'README.md'));
  if (lesson === undefined) {
    print(`stele example <lesson> [idiom] [--setting value]\n\n${describe(lessons)}`);
    return;
  }
  const found = lessons.find((l) => l.name === lesson);
  if (found === undefined)
    throw unknownName(
      'lesson',
      lesson,
      lessons.map((l) => l.name),
    );
  if (idiom !== undefined && !found.idioms.includes(idiom))
    throw unknownName(`idiom of ${lesson}`, idiom, found.idioms);
  const given = readSettings(args);
  for (const name of idiom === undefined ? found.idioms : [idiom]) {
    if (idiom === undefined) print(`--- ${found.name}, ${name}`);
    const file = join(found.folder, `${name}.ts`);
    const program = (await import(pathToFileURL(file).href)) as Program;
    await program.main(settingsFor(lesson, program.settings, given));
  }
}
