/** How a value is written: `id` is bytes in protobuf and hex in JSON; `nanos` is fixed64, read as a bigint. */
export type Scalar = "string" | "id" | "bool" | "integer" | "double" | "nanos" | "count" | "signed";

export interface Field {
  number: number;
  type: Scalar | (() => Message);
  many: boolean;
}

/** The fields of a message we read, by their JSON name. Everything else in a message is skipped. */
export type Message = Readonly<Record<string, Field>>;

const one = (number: number, type: Field["type"]): Field => ({ number, type, many: false });
const many = (number: number, type: Field["type"]): Field => ({ number, type, many: true });

/** Field numbers as in opentelemetry-proto 1.x. */
const anyValue: Message = {
  stringValue: one(1, "string"),
  boolValue: one(2, "bool"),
  intValue: one(3, "integer"),
  doubleValue: one(4, "double"),
  arrayValue: one(5, () => arrayValue),
  kvlistValue: one(6, () => kvlistValue),
};
const arrayValue: Message = { values: many(1, () => anyValue) };
const kvlistValue: Message = { values: many(1, () => keyValue) };
const keyValue: Message = { key: one(1, "string"), value: one(2, () => anyValue) };
const resource: Message = { attributes: many(1, () => keyValue) };

const status: Message = { code: one(3, "integer") };
const span: Message = {
  traceId: one(1, "id"),
  spanId: one(2, "id"),
  parentSpanId: one(4, "id"),
  name: one(5, "string"),
  startTimeUnixNano: one(7, "nanos"),
  endTimeUnixNano: one(8, "nanos"),
  attributes: many(9, () => keyValue),
  status: one(15, () => status),
};
const scopeSpans: Message = { spans: many(2, () => span) };
const resourceSpans: Message = { resource: one(1, () => resource), scopeSpans: many(2, () => scopeSpans) };

const logRecord: Message = {
  timeUnixNano: one(1, "nanos"),
  severityNumber: one(2, "integer"),
  attributes: many(6, () => keyValue),
  traceId: one(9, "id"),
  spanId: one(10, "id"),
  observedTimeUnixNano: one(11, "nanos"),
  eventName: one(12, "string"),
};
const scopeLogs: Message = { logRecords: many(2, () => logRecord) };
const resourceLogs: Message = { resource: one(1, () => resource), scopeLogs: many(2, () => scopeLogs) };

const numberPoint: Message = {
  timeUnixNano: one(3, "nanos"),
  asDouble: one(4, "double"),
  asInt: one(6, "signed"),
  attributes: many(7, () => keyValue),
};
const histogramPoint: Message = {
  timeUnixNano: one(3, "nanos"),
  count: one(4, "count"),
  sum: one(5, "double"),
  attributes: many(9, () => keyValue),
};
const gauge: Message = { dataPoints: many(1, () => numberPoint) };
const sum: Message = { dataPoints: many(1, () => numberPoint), aggregationTemporality: one(2, "integer") };
const histogram: Message = { dataPoints: many(1, () => histogramPoint), aggregationTemporality: one(2, "integer") };
const metric: Message = {
  name: one(1, "string"),
  unit: one(3, "string"),
  gauge: one(5, () => gauge),
  sum: one(7, () => sum),
  histogram: one(9, () => histogram),
};
const scopeMetrics: Message = { metrics: many(2, () => metric) };
const resourceMetrics: Message = { resource: one(1, () => resource), scopeMetrics: many(2, () => scopeMetrics) };

export const tracesMessage: Message = { resourceSpans: many(1, () => resourceSpans) };
export const logsMessage: Message = { resourceLogs: many(1, () => resourceLogs) };
export const metricsMessage: Message = { resourceMetrics: many(1, () => resourceMetrics) };
