/** What a decoded request holds: OTLP's JSON names; ids lower-case hex, times bigint nanoseconds, integers numbers. */
export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: number;
  doubleValue?: number;
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
}

export interface KeyValue {
  key?: string;
  value?: AnyValue;
}

export interface Resource {
  attributes?: KeyValue[];
}

export interface Span {
  traceId?: string;
  spanId?: string;
  parentSpanId?: string;
  name?: string;
  startTimeUnixNano?: bigint;
  endTimeUnixNano?: bigint;
  attributes?: KeyValue[];
  status?: { code?: number };
}

export interface LogRecord {
  timeUnixNano?: bigint;
  observedTimeUnixNano?: bigint;
  severityNumber?: number;
  attributes?: KeyValue[];
  traceId?: string;
  spanId?: string;
  eventName?: string;
}

export interface DataPoint {
  timeUnixNano?: bigint;
  attributes?: KeyValue[];
  asDouble?: number;
  asInt?: number;
  count?: number;
  sum?: number;
}

export interface Points {
  dataPoints?: DataPoint[];
  aggregationTemporality?: number;
}

export interface Metric {
  name?: string;
  unit?: string;
  gauge?: Points;
  sum?: Points;
  histogram?: Points;
}

export interface Traces {
  resourceSpans?: { resource?: Resource; scopeSpans?: { spans?: Span[] }[] }[];
}

export interface Logs {
  resourceLogs?: { resource?: Resource; scopeLogs?: { logRecords?: LogRecord[] }[] }[];
}

export interface Metrics {
  resourceMetrics?: { resource?: Resource; scopeMetrics?: { metrics?: Metric[] }[] }[];
}
