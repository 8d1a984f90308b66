/** @file Files given for options: where they come to lie, and what lay there before. */
import { expect, it } from 'vitest';
import { memoryFolder } from '../../folders/memory-folder';
import { bringFile } from './bring-file';

const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

it('lie in a folder of their own; one of the same name stays, the same one is not written twice', async () => {
  const folder = memoryFolder('study');
  const written: string[] = [];
  const session = {
    edit: <T>(work: (open: typeof folder) => Promise<T>): Promise<T> =>
      work({
        ...folder,
        write: async (path, bytes) => {
          written.push(path);
          await folder.write(path, bytes);
        },
      }),
    refresh: async () => {},
  };
  const bring = (text: string) => bringFile(session, 'pretrained', 'resnet18.v1.pth', bytesOf(text));
  expect(await bring('one')).toBe('pretrained/resnet18.v1.pth');
  expect(await bring('two')).toBe('pretrained/resnet18.v1_2.pth');
  expect(await bring('one')).toBe('pretrained/resnet18.v1.pth');
  expect(await bring('two')).toBe('pretrained/resnet18.v1_2.pth');
  expect(written).toEqual(['pretrained/resnet18.v1.pth', 'pretrained/resnet18.v1_2.pth']);
  expect(new TextDecoder().decode(await folder.read('pretrained/resnet18.v1.pth'))).toBe('one');
  expect(await bringFile(session, 'architecture', 'mine.json', bytesOf('{}'))).toBe('networks/mine.json');
});
