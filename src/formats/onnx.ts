/**
 * @file ONNX files: a model as a protobuf message, written. The fields are those of the public `onnx.proto`; the usual library for
 * protobuf makes its code at run time, which the policy of the page forbids, and a model needs ten messages.
 */

const wire = { varint: 0, bytes: 2, fixed32: 5 } as const;
const elementTypes = { float32: 1, int64: 7 } as const;
const attributeTypes = { float: 1, int: 2, text: 3, ints: 7 } as const;

/** Whole numbers are `int`, others have to say that they are `float`. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** C order. */
  readonly data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
}

export interface OnnxValue {
  readonly name: string;
  /** Of float32 values; a text is an axis of any length, by its name. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  readonly name: string;
  /** In the order of the computation. */
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxModel {
  readonly graph: OnnxGraph;
  readonly producer: { readonly name: string; readonly version: string };
  /** For people. */
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Version of the operations that the nodes mean. */
export const onnxOpset = 17;
/** Version of the format that came with that opset. */
const formatVersion = 8;

/** Protobuf counts a message with 31 bits. */
export const maxOnnxBytes = 2 ** 31 - 1;

/** A message under way: its parts in order, joined once at the end. */
class Message {
  readonly parts: Uint8Array[] = [];
  length = 0;

  varint(field: number, value: number): this {
    return this.#add(key(field, wire.varint), varint(value));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(key(field, wire.fixed32), bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#add(key(field, wire.bytes), varint(value.length), value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.#add(key(field, wire.bytes), varint(value.length), ...value.parts);
  }

  messages<T>(field: number, values: readonly T[], of: (value: T) => Message): this {
    for (const value of values) this.message(field, of(value));
    return this;
  }

  joined(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #add(...parts: readonly Uint8Array[]): this {
    for (const part of parts) {
      this.parts.push(part);
      this.length += part.length;
    }
    return this;
  }
}

/** A whole number from 0 to 2⁵³. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.of(...bytes, rest);
}

const key = (field: number, type: number): Uint8Array => varint(field * 8 + type);

function attribute([name, value]: readonly [string, OnnxAttribute]): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.varint(3, value).varint(20, attributeTypes.int);
  if (typeof value === 'string') return message.text(4, value).varint(20, attributeTypes.text);
  if ('float' in value) return message.float(2, value.float).varint(20, attributeTypes.float);
  for (const item of value) message.varint(8, item);
  return message.varint(20, attributeTypes.ints);
}

function node({ op, inputs, outputs, attributes = {} }: OnnxNode): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  return message.text(4, op).messages(5, Object.entries(attributes), attribute);
}

function tensor({ name, shape, data }: OnnxTensor): Message {
  const message = new Message();
  for (const size of shape) message.varint(1, size);
  return message
    .varint(2, data instanceof Float32Array ? elementTypes.float32 : elementTypes.int64)
    .text(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function value({ name, shape }: OnnxValue): Message {
  const axes = new Message().messages(1, shape, (size) =>
    typeof size === 'number' ? new Message().varint(1, size) : new Message().text(2, size),
  );
  const type = new Message().varint(1, elementTypes.float32).message(2, axes);
  return new Message().text(1, name).message(2, new Message().message(1, type));
}

/** The bytes of the file. Their number has to be at most `maxOnnxBytes`. */
export function writeOnnx({ graph, producer, description, metadata }: OnnxModel): Uint8Array<ArrayBuffer> {
  const body = new Message()
    .messages(1, graph.nodes, node)
    .text(2, graph.name)
    .messages(5, graph.tensors, tensor)
    .messages(11, graph.inputs, value)
    .messages(12, graph.outputs, value);
  return new Message()
    .varint(1, formatVersion)
    .text(2, producer.name)
    .text(3, producer.version)
    .text(6, description)
    .message(7, body)
    .message(8, new Message().text(1, '').varint(2, onnxOpset))
    .messages(14, Object.entries(metadata), ([name, text]) => new Message().text(1, name).text(2, text))
    .joined();
}
